"""What was handed in, and the proofs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from schedule.deadlines import Work
from submissions.models import Question, QuestionVersion, Receipt, Slides, Summary
from submissions.standing import counting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from courses.models import Course, Enrolment
    from groups.models import StudentGroup
    from schedule.models import Meeting, Reading


def question_of(author: Enrolment, reading: Reading) -> Question | None:
    """The student's question on the reading, withdrawn or not."""
    return Question.objects.filter(author=author, reading=reading).first()


def slides_of(meeting: Meeting, group: StudentGroup) -> QuerySet[Slides]:
    """What the group handed in for the meeting, newest first, with files and receipts."""
    return (
        Slides.objects.filter(meeting=meeting, group=group)
        .select_related("file", "receipt__handed_in_by")
        .order_by("-version")
    )


def summaries_of(meeting: Meeting, group: StudentGroup) -> QuerySet[Summary]:
    """What the group handed in for the meeting, newest first, with files and receipts."""
    return (
        Summary.objects.filter(meeting=meeting, group=group)
        .select_related("file", "receipt__handed_in_by")
        .order_by("-version")
    )


def counting_summary(versions: Iterable[Summary]) -> Summary | None:
    """The one that counts among a group's summaries (rule U3), given with their receipts."""
    by_receipt = {summary.receipt.pk: summary for summary in versions}
    newest = counting(summary.receipt for summary in by_receipt.values())
    return by_receipt[newest.pk] if newest is not None else None


def files_of(course: Course) -> Q:
    """The filter for files that were handed in for this course."""
    return Q(slides__meeting__course=course) | Q(summary__meeting__course=course)


def what_was_handed_in(receipt: Receipt) -> QuestionVersion | Slides | Summary | None:
    """The version that this receipt is for, with its file."""
    match Work(receipt.work):
        case Work.QUESTION:
            return QuestionVersion.objects.filter(receipt=receipt).first()
        case Work.SLIDES:
            return Slides.objects.filter(receipt=receipt).select_related("file").first()
        case Work.SUMMARY:
            return Summary.objects.filter(receipt=receipt).select_related("file").first()


def receipt_for(handed_in_by: Enrolment, key: str) -> Receipt | None:
    """The receipt that this key already has, or None."""
    return Receipt.objects.filter(handed_in_by=handed_in_by, key=key).first()
