"""Facts that grading raises. `str()` of each is the sentence for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.directions import isolated
from courses.errors import Refused

if TYPE_CHECKING:
    from decimal import Decimal

    from grading.models import GradeChange


def plain(number: Decimal) -> str:
    """A number as people write it: “8”, “7.5”, never “8.00” or “1E+1”."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class GradeRefused(Refused):
    """A grade cannot be recorded like this; the message says why."""


class ScoreOutOfRange(GradeRefused):
    """The score is not a number from 0 to `out_of`, in points with two decimals."""

    def __init__(self, score: Decimal, out_of: Decimal) -> None:
        self.score, self.out_of = score, out_of
        super().__init__(
            f"{score} is not a score from 0 to {plain(out_of)} with at most two decimals."
        )


class WeightsDoNotSum(Refused):
    """The weights of a course must sum to 100 percent; `total` is what they sum to."""

    def __init__(self, total: Decimal) -> None:
        self.total = total
        super().__init__(f"The weights sum to {plain(total)}%. They must sum to 100%.")


class GradedMeanwhile(GradeRefused):
    """Somebody else graded this since the grader's page was made; `change` is what holds now."""

    def __init__(self, change: GradeChange) -> None:
        self.change = change
        said = change.get_state_display().lower()
        if change.score is not None and change.out_of is not None:
            said = f"{plain(change.score)} of {plain(change.out_of)}"
        remark = f" “{isolated(change.comment)}”" if change.comment else ""
        super().__init__(
            f"{isolated(change.made_by or 'Somebody else')} graded this meanwhile: {said}.{remark}"
            " Yours was not saved; save again to put yours in its place."
        )
