"""Facts that this app's actions raise. `str()` of each is the sentence that the person is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from submissions.models import Version


class NotYourDuty(Refused):
    """This person, or their group, does not owe this work; staff never do."""

    def __init__(self, sentence: str = "This is not yours to hand in.") -> None:
        super().__init__(sentence)


class NotYoursToJudge(Refused):
    """Receipts are judged by the instructors of their course, one course at a time."""

    def __init__(self) -> None:
        super().__init__("Only who leads a course judges its receipts, one course at a time.")


class NotAsked(Refused):
    """The course asks no such thing: of this meeting, of this reading, or any more."""

    def __init__(self) -> None:
        super().__init__("Nothing is to be handed in here.")


class AskChanged(Refused):
    """Other things are to be written, or other files handed in, than when this was put together."""

    def __init__(self) -> None:
        super().__init__(
            "What is to be handed in here has just been changed, so this was not taken. "
            "Look at it once more, and hand it in again."
        )


class NothingHandedIn(Refused):
    """There is nothing that could be withdrawn."""

    def __init__(self) -> None:
        super().__init__("You have not handed in anything here.")


class CannotWithdraw(Refused):
    """Work of this kind is not taken back: each new version takes the place of the one before."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: a new version can be handed in, but nothing taken back.")


class CannotRelease(Refused):
    """Work of this kind is for the class, for some of it, or for the staff alone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: this is not shown to everybody in this course.")


class StaleVersion(Refused):
    """Somebody, or another window, has handed in a newer version meanwhile.

    `stored` is the newest version as it stands; `offered` are the texts that were not taken, by
    the keys of their prompts.
    """

    def __init__(self, stored: Version, offered: Mapping[str, str]) -> None:
        self.stored = stored
        self.offered = offered
        super().__init__(
            f"Version {stored.number} was handed in meanwhile, so yours was not taken."
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


class WithdrawnSince(KeyReused):
    """What this form had handed in was withdrawn afterwards: to send it again is another wish."""

    def __init__(self) -> None:
        Refused.__init__(
            self,
            "This was handed in and withdrawn since, so it was not taken once more. "
            "To hand it in again, press the button again.",
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
