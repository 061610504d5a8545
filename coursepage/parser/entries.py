"""One date of the schedule while it is being read, and the frozen row that it becomes."""

import datetime as dt
from dataclasses import dataclass, field

from coursepage.page import Group, ReadingEntry, RoleColumn, RoleGroups, Row
from coursepage.parser.kinds import kind_of, meeting_kind_of
from coursepage.parser.readings import Draft


@dataclass(slots=True)
class DatedEntry:
    """A row under construction: one date and everything said about it so far."""

    line: int
    on: dt.date
    until: dt.date | None
    section: int | None
    topics: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    plain_titles: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    roles: dict[str, list[Group]] = field(default_factory=dict)
    reading_roles: dict[int, list[tuple[str, Group]]] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    slides: list[str] = field(default_factory=list)
    due: list[tuple[str, int]] = field(default_factory=list)
    guests: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    per_reading: bool = False

    @property
    def label(self) -> str:
        """All words that say what happens on this date, readings left out."""
        guest = ["guest lecture"] if self.guests else []
        return "; ".join([*self.topics, *self.titles, *self.plain_titles, *guest])


def finish(
    entry: DatedEntry,
    columns: list[RoleColumn],
    required: dict[int, bool],
    weekdays: tuple[int, ...],
) -> Row:
    """Freeze an entry, now that the whole page has said what an unmarked reading is."""
    people = any(entry.roles.values())
    kind = kind_of(
        entry.label, span=entry.until is not None, has_readings=bool(entry.drafts),
        has_people=people or bool(entry.staff),
    )  # fmt: skip
    on, until = entry.on, entry.until
    if kind == "meeting" and until is not None:
        span = [on + dt.timedelta(days=n) for n in range((until - on).days + 1)][:14]
        on, until = next((day for day in span if day.weekday() in weekdays), on), None
    names = {column.canonical for column in columns if entry.roles.get(column.key)}
    meeting_kind, lecturer = meeting_kind_of(
        entry.label, roles=names, staff=entry.staff, has_readings=bool(entry.drafts)
    ) if kind == "meeting" else ("", "")  # fmt: skip
    roles = entry.roles
    per_reading = entry.reading_roles if entry.per_reading else {}
    if meeting_kind == "guest_lecture":
        guests = [p for c in columns if c.canonical == "presenter" for g in roles.get(c.key, [])
                  for p in g]  # fmt: skip
        lecturer = ", ".join(dict.fromkeys([*entry.staff, *entry.guests, *guests])) or lecturer
        keys = {c.key for c in columns if c.canonical != "presenter"}
        roles = {key: groups for key, groups in roles.items() if key in keys}
        per_reading = {}
    readings = tuple(
        ReadingEntry(
            d.title, d.url, required[id(d)], d.note, d.line,
            _grouped(per_reading.get(id(d), []), columns),
        )
        for d in entry.drafts
    )  # fmt: skip
    pairs = [(key, group) for key, groups in roles.items() for group in groups]
    titles = entry.titles or ([] if entry.topics else entry.plain_titles)
    topics = entry.topics + (entry.plain_titles if entry.titles or entry.topics else [])
    topics = [topic for topic in topics if topic not in titles]
    return Row(
        entry.line, kind, meeting_kind, on, until, "; ".join(dict.fromkeys(topics)),
        "; ".join(dict.fromkeys(titles)), entry.section, readings, _grouped(pairs, columns),
        lecturer, entry.slides[0] if entry.slides else "",
    )  # fmt: skip


def _grouped(pairs: list[tuple[str, Group]], columns: list[RoleColumn]) -> RoleGroups:
    out = []
    for column in columns:
        groups: dict[frozenset[str], Group] = {}
        for key, group in pairs:
            if key == column.key:
                groups.setdefault(frozenset(group), group)
        if groups:
            out.append((column.key, tuple(groups.values())))
    return tuple(out)
