"""Facts that this app's actions raise. `str()` of each is the sentence that the person is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from submissions.models import Question, Summary


class NotYourDuty(Refused):
    """This person, or their group, does not owe this work; staff never do."""

    def __init__(self, sentence: str = "This is not yours to hand in.") -> None:
        super().__init__(sentence)


class NotYoursToJudge(Refused):
    """Receipts are judged by the instructors of their course, one course at a time."""

    def __init__(self) -> None:
        super().__init__("Only who leads a course judges its receipts, one course at a time.")


class NotPresented(Refused):
    """The reading is optional or of no student lecture: no question is asked on it (rule P2)."""

    def __init__(self) -> None:
        super().__init__("Questions are asked on required readings of student lectures only.")


class NothingHandedIn(Refused):
    """There is nothing that could be withdrawn."""

    def __init__(self) -> None:
        super().__init__("You have not handed in a question on this reading.")


class StaleVersion(Refused):
    """Somebody, or another window, has handed in a newer version meanwhile.

    `stored` is the question, or the group's newest summary, as it stands; `offered` is what
    was not taken: the text of a question, a summary's answers by the names of their fields.
    """

    def __init__(self, stored: Question | Summary, offered: str | Mapping[str, str]) -> None:
        self.stored = stored
        self.offered = offered
        super().__init__(
            f"Version {stored.version} was handed in meanwhile, so yours was not taken."
        )


class KeyReused(Refused):
    """The form's key already has a receipt, for something else than is handed in now.

    So it is when a browser goes back to a form that it kept, and other work is put in it.
    """

    def __init__(self) -> None:
        super().__init__(
            "This form had handed in something else before, so this was not taken. "
            "Look at it once more, and hand it in again."
        )


class Incomplete(Refused):
    """Something that has to be there is empty; `fields` are the names of what is missing."""

    def __init__(self, sentence: str, fields: tuple[str, ...] = ()) -> None:
        self.fields = fields
        super().__init__(sentence)


class TooLong(Refused):
    """A text is longer than it may be, counted in characters; `field` names it."""

    def __init__(self, *, field: str, what: str, length: int, limit: int) -> None:
        self.field = field
        super().__init__(f"{what} has {length:,} characters; {limit:,} are allowed.")


class FileRefused(Refused):
    """The file is not what was asked for, or not safe to keep; the sentence names it."""


class StorageFull(Refused):
    """The server has no room left. Nothing was stored; the person should try again."""

    def __init__(self) -> None:
        super().__init__(
            "The server has no room left to store this, and nothing was handed in. "
            "The course staff can help; keep what you have and try again."
        )
