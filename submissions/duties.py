"""What one student owes, and how it stands at an instant. Pure: no Django, no clock.

A `Duty` is made by `submissions.queries.duties_of`. What is said of its grade stands above this
app, in `grading.gradebook`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from schedule.deadlines import Status, Verdict, Work

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from groups.models import StudentGroup
    from schedule.deadlines import Deadline
    from schedule.models import Meeting, Reading
    from submissions.models import Question, Receipt


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
    """One piece of work that a student owes, alone or with a group.

    `receipt` is that of the version that counts: the newest question, and of a group's work the
    one of `submissions.owing.counting_receipt`. `zone` is the course's; `role` names the group's
    roles that ask for it, “companion and reviewer” where it has both; it is empty for questions
    and for what stays credited without a role. `reading` and `question` are None for group work.
    """

    work: Work
    meeting: Meeting
    deadline: Deadline
    zone: ZoneInfo
    reading: Reading | None = None
    role: str = ""
    group: StudentGroup | None = None
    receipt: Receipt | None = None
    question: Question | None = None
    withdrawn: bool = False

    @property
    def due_at(self) -> datetime:
        """When it is due (UTC); that instant itself is late."""
        return self.deadline.due_at

    @property
    def text(self) -> str:
        """What the newest version of the question says; empty when there is none."""
        return self.question.text if self.question is not None else ""

    @property
    def version(self) -> int:
        """The newest version's number of the question; 0 when none was ever handed in."""
        return self.question.version if self.question is not None else 0

    @property
    def is_done(self) -> bool:
        """Whether something is handed in and not withdrawn, in time or not."""
        return self.receipt is not None and not self.withdrawn

    def state(self, at: datetime) -> State:
        """How it stands at `at`: the verdict once it is in, else how the time stands."""
        if self.receipt is not None and not self.withdrawn:
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
        match self.work:
            case Work.QUESTION:
                return f"Question on {self.reading}"
            case Work.SLIDES:
                return "Slides"
            case Work.SUMMARY:
                return f"Summary as {self.role}" if self.role else "Summary"

    @property
    def url_name(self) -> str:
        """The name of the page on which it is handed in."""
        return f"submissions:{self.work.value}"

    @property
    def anchor(self) -> str:
        """An id for the duty's element, unique on a page that lists a person's duties."""
        if self.reading is not None:
            return f"question-{self.reading.pk}"
        group = self.group.pk if self.group is not None else 0
        return f"{self.work.value}-{self.meeting.pk}-{group}"
