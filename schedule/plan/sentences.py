"""A course's rules as sentences that people read. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from courses import times
from courses.texts import listed, lower_first, number
from schedule.plan.calendar import STUDENT_LECTURE
from schedule.plan.moments import AtClass, Edge, Moment, OnClock, OnDate
from schedule.plan.values import (
    After,
    All,
    Best,
    Everybody,
    EveryGroup,
    FileSlot,
    First,
    For,
    Holders,
    HoldersOf,
    OthersThan,
    Per,
    Prompt,
    Role,
    Rules,
    SeenBy,
    Work,
)

_KINDS = {STUDENT_LECTURE: "student lecture", "guest_lecture": "guest lecture"}


def sentences(rules: Rules, dates: Mapping[int, str]) -> list[tuple[str, str]]:
    """What the rules say, role by role and work by work: the key, and its sentences.

    `dates` are the titles of the fixed dates by id. What is retired is left out.
    """
    names = {role.key: role for role in rules.roles}
    return [
        *((one.key, " ".join(of_role(one))) for one in rules.roles if one.retired_at is None),
        *(
            (one.key, " ".join(of_work(one, names, dates)))
            for one in rules.works
            if one.retired_at is None
        ),
    ]


def of_role(role: Role) -> Iterator[str]:
    """Who has it, and what that means: “Presenter: one group at each meeting.”"""
    who = _how_many(role)
    place = "meeting" if role.per is For.MEETING else "reading"
    yield f"{role.name}: {who} for each {place}."
    if role.minutes is not None:
        yield f"It has {role.minutes} minutes at most."
    if not role.must_attend:
        yield "Who has it need not be in class."


def _how_many(role: Role) -> str:
    one = "group" if role.holders is Holders.GROUPS else "student"
    if role.most is None:
        return f"{number(role.least)} {one}{_s(role.least)} or more"
    if role.least == role.most:
        return f"{number(role.most)} {one}{_s(role.most)}"
    if role.least == 0:
        return f"at most {number(role.most)} {one}{_s(role.most)}"
    return f"{number(role.least)} to {number(role.most)} {one}s"


def of_work(work: Work, roles: Mapping[str, Role], dates: Mapping[int, str]) -> Iterator[str]:
    """What it asks, when, what comes after, what counts and who reads it."""
    name = lower_first(work.name)
    what = name if work.is_plural else f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
    until = _when(work.due, dates)
    since = f", from {_when(work.opens, dates)} on" if work.opens is not None else ""
    yield f"{_who(work, roles)} {_verb(work)} {what}{_for_what(work)}{since}, until {until}."
    yield _after(work)
    if work.can_withdraw:
        yield "Until then it can be changed and taken back."
    if work.prompts or work.files:
        yield _content(work)
    yield _counting(work)
    yield _seen_by(work)


def _who(work: Work, roles: Mapping[str, Role]) -> str:
    match work.owed_by:
        case Everybody():
            return "Each student"
        case EveryGroup():
            return "Each group"
        case OthersThan(keys):
            return f"Each student who is not {_roles(keys, roles, 'or')}"
        case HoldersOf(keys):
            groups = all(roles[key].holders is Holders.GROUPS for key in keys if key in roles)
            who = "Each group that is" if groups else "Each student who is"
            return f"{who} {_roles(keys, roles, 'or')}"


def _roles(keys: Iterable[str], roles: Mapping[str, Role], joined: str) -> str:
    found = [lower_first(one.name) for key, one in roles.items() if key in set(keys)]
    return listed(found, joined)


def _verb(work: Work) -> str:
    return "writes" if work.prompts and not work.files else "hands in"


def _for_what(work: Work) -> str:
    meetings = f" of {_meetings(work)}"
    match work.per:
        case Per.REQUIRED_READING:
            return f" on every required reading{meetings}"
        case Per.READING:
            return f" on every reading{meetings}"
        case Per.MEETING:
            return f" for {_meetings(work)}"
        case Per.ONCE:
            return ""


def _meetings(work: Work) -> str:
    kinds = [_KINDS.get(one, one.replace("_", " ")) for one in sorted(work.kinds)]
    return f"every {listed(kinds, 'and')}"


def _when(moment: Moment, dates: Mapping[int, str]) -> str:
    match moment:
        case AtClass(edge, minutes):
            end = "the start of class" if edge is Edge.START else "the end of class"
            side = "before" if minutes < 0 else "after"
            return f"{_span(abs(minutes))} {side} {end}" if minutes else end
        case OnClock(days, clock):
            return f"{times.on_clock(clock)} {_days(days)}"
        case OnDate(date):
            return f"“{dates.get(date, date) if isinstance(date, int) else date}”"


def _span(minutes: int) -> str:
    if minutes % 60:
        return f"{minutes:,} minutes"
    hours = minutes // 60
    if hours % 24 == 0 and hours > 48:
        return f"{hours // 24} days"
    return f"{hours} hour{_s(hours)}"


def _days(days: int) -> str:
    if days == 0:
        return "on the day of the class"
    if days == -1:
        return "on the day before the class"
    side = "before" if days < 0 else "after"
    return f"{number(abs(days))} day{_s(abs(days))} {side} the class"


def _after(work: Work) -> str:
    end = f" for {_span(work.closes_minutes)}" if work.closes_minutes is not None else ""
    match work.after:
        case After.CLOSED:
            return "Nothing is taken after that."
        case After.LATE:
            return f"What comes later is taken{end} and shown as late."
        case After.LATE_NOT_COUNTED:
            return f"What comes later is kept on record{end}, and not counted."


def _content(work: Work) -> str:
    texts, files = [_prompt(one) for one in work.prompts], [_file(one) for one in work.files]
    if len(texts) > 3:
        longest = max(one.longest for one in work.prompts)
        texts = [f"{number(len(texts))} answers of at most {longest:,} characters each"]
    if work.is_either:
        return f"To hand in: {listed(texts, 'and')}; or {listed(files, 'and')}."
    return f"To hand in: {listed([*texts, *files], 'and')}."


def _prompt(prompt: Prompt) -> str:
    share = f", {points(prompt.points)}" if prompt.points is not None else ""
    maybe = "" if prompt.is_needed else ", if one likes"
    return f"“{prompt.label}” (at most {prompt.longest:,} characters{share}{maybe})"


def _file(slot: FileSlot) -> str:
    limits = [f"{slot.most_pages} pages" if slot.most_pages else "", _size(slot)]
    at_most = listed([one for one in limits if one], "and")
    maybe = "" if slot.is_needed else ", if one likes"
    inside = f" of at most {at_most}" if at_most else ""
    return f"a .{slot.kind.value} file{inside}{maybe}"


def _size(slot: FileSlot) -> str:
    return f"{slot.most_mb} MB" if slot.most_mb else ""


def _counting(work: Work) -> str:
    graded = f"graded out of {points(work.points)}"
    match work.counting:
        case Best(k):
            return f"Each is {graded}; the best {number(k)} count."
        case First(k):
            return f"Each is {graded}; the first {number(k)} that are handed in count."
        case All(0):
            return f"{'It' if work.per is Per.ONCE else 'Each'} is {graded}."
        case All(free):
            return f"Each is {graded}; {number(free)} may be missed."


def _seen_by(work: Work) -> str:
    match work.seen_by:
        case SeenBy.OWNER:
            return "The staff read it, and nobody else."
        case SeenBy.HOLDERS_FROM_DUE:
            return "Once it is due, who has a role at the meeting reads it."
        case SeenBy.CLASS:
            return "The class reads it."
        case SeenBy.PUBLIC_WHEN_RELEASED:
            return "The class reads it, and everybody once the staff releases it."


def points(value: Decimal) -> str:
    """“2 points”, “0.5 points”, “1 point”."""
    plain = f"{value.normalize():f}"
    return f"{plain} point{'' if plain == '1' else 's'}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
