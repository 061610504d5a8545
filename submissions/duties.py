"""What one student owes, and how it stands at an instant. Pure: no Django, no clock.

A `Duty` is a `Part` (see `submissions.standing`) in words for a page. What is said of its grade
stands above this app, in `grading.gradebook`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from courses.texts import lower_first
from schedule.deadlines import Status, Verdict
from schedule.plan.values import After, HoldersOf, SeenBy

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from schedule.deadlines import Deadline
    from schedule.plan.calendar import Meeting, Reading
    from schedule.plan.plan import Plan
    from schedule.plan.values import Group, Prompt
    from submissions.standing import Deed, Piece


class State(StrEnum):
    """How a duty stands; each value is the word that people read."""

    NOT_DUE = "Not due"
    DUE_TODAY = "Due today"
    ON_TIME = "In, on time"
    LATE = "In, late"
    LATE_NOT_COUNTED = "Late: not counted"
    MISSING = "Missing"

    @property
    def slug(self) -> str:
        """The state's name for a CSS class, such as `late-not-counted`."""
        return self.name.lower().replace("_", "-")


_STATE_OF = {
    Verdict.ON_TIME: State.ON_TIME,
    Verdict.LATE: State.LATE,
    Verdict.LATE_NOT_COUNTED: State.LATE_NOT_COUNTED,
}


def state_of(verdict: str) -> State:
    """The words for a verdict as a receipt stores it."""
    return _STATE_OF[Verdict(verdict)]


@dataclass(frozen=True, slots=True)
class Duty:
    """One piece of work as its owner sees it.

    `receipt` is the version that counts for them; `zone` is the course's; `group` is the one that
    owes it, None for one's own work; `role` are the roles for which it is owed, in words
    (“companion and reviewer”). `text` is what its newest version says, where it was asked for.
    """

    piece: Piece
    receipt: Deed | None
    zone: ZoneInfo
    group: Group | None = None
    role: str = ""
    text: str = ""

    @property
    def work(self) -> str:
        """The key of the work."""
        return self.piece.ask.work.key

    @property
    def meeting(self) -> Meeting | None:
        """The meeting for which it is; None for what is asked once."""
        return self.piece.ask.meeting

    @property
    def reading(self) -> Reading | None:
        """The reading on which it is, if it is asked per reading."""
        return self.piece.ask.reading

    @property
    def deadline(self) -> Deadline:
        """The deadline in force; of what is only credited, the one that it was judged by."""
        return self.piece.ask.deadline

    @property
    def due_at(self) -> datetime:
        """When it is due (UTC); that instant itself is late."""
        return self.deadline.due_at

    @property
    def is_asked(self) -> bool:
        """Whether it is asked still, so that it has a page; else it is only credited."""
        return self.piece.is_asked

    @property
    def version(self) -> int:
        """The newest version's number, also of what is withdrawn; 0 when there never was one."""
        return self.piece.newest.version if self.piece.newest else 0

    @property
    def withdrawn(self) -> bool:
        """Whether it was handed in and taken back."""
        return self.piece.newest is not None and self.piece.newest.is_withdrawn

    @property
    def is_done(self) -> bool:
        """Whether something is handed in and not withdrawn, in time or not."""
        return self.receipt is not None

    def state(self, at: datetime) -> State:
        """How it stands at `at`: the verdict once it is in, else how the time stands."""
        if self.receipt is not None:
            return state_of(self.receipt.verdict)
        if at >= self.due_at:
            return State.MISSING
        today = at.astimezone(self.zone).date()
        return (
            State.DUE_TODAY if self.due_at.astimezone(self.zone).date() == today else State.NOT_DUE
        )

    def can_act(self, at: datetime) -> bool:
        """Whether something can be handed in at `at`, be it late."""
        return self.deadline.status(at) in {Status.OPEN, Status.GRACE}

    @property
    def title(self) -> str:
        """What it is, in a few words: “Question on Alpa”, “Slides”, “Summary as reviewer”."""
        work = self.piece.ask.work
        if self.reading is not None:
            return f"{work.name} on {self.reading}"
        several = isinstance(work.owed_by, HoldersOf) and len(work.owed_by.roles) > 1
        return f"{work.name} as {self.role}" if several and self.role else work.name

    @property
    def title_within(self) -> str:
        """The same within a sentence: “slides”."""
        return lower_first(self.title)

    @property
    def name(self) -> str:
        """The name of the work."""
        return self.piece.ask.work.name

    @property
    def name_within(self) -> str:
        """The name of the work within a sentence: “question”."""
        return lower_first(self.name)

    @property
    def can_withdraw(self) -> bool:
        """Whether it can be taken back until it is due."""
        return self.piece.ask.work.can_withdraw

    @property
    def writes(self) -> bool:
        """Whether there is something to write."""
        return bool(self.piece.ask.work.prompts)

    @property
    def is_for_class(self) -> bool:
        """Whether the class sees what is handed in."""
        return self.piece.ask.work.seen_by in {SeenBy.CLASS, SeenBy.PUBLIC_WHEN_RELEASED}

    @property
    def is_late_not_counted(self) -> bool:
        """Whether what comes late is kept and not counted (rule U3)."""
        return self.piece.ask.work.after is After.LATE_NOT_COUNTED

    @property
    def about(self) -> str:
        """What it is for, in words: the meeting's heading; of what is asked once, its name."""
        return self.piece.ask.about

    @property
    def full_title(self) -> str:
        """The title with the meeting, where neither a reading nor the term says which it is."""
        if self.reading is not None or self.meeting is None:
            return self.title
        return f"{self.title}: {self.meeting}"

    @property
    def prompt(self) -> Prompt | None:
        """The one thing to write, where there is nothing else to hand in."""
        work = self.piece.ask.work
        return work.prompts[0] if len(work.prompts) == 1 and not work.files else None

    @property
    def anchor(self) -> str:
        """An id for the duty's element, unique on a page that lists a person's duties."""
        if self.reading is not None:
            return f"{self.work}-{self.reading.id}" + (f"-{self.group.id}" if self.group else "")
        _, meeting, _ = self.piece.ask.key
        return f"{self.work}-{meeting}-{self.group.id if self.group else 0}"


def duty_of(plan: Plan, piece: Piece, receipt: Deed | None = None) -> Duty:
    """This piece of the plan as its owner sees it, with the version that counts for them."""
    group = plan.group.get(piece.owner.group or 0)
    return Duty(piece, receipt, plan.zone, group, plan.in_words(piece.roles))
