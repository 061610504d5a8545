"""What was handed in, and the proofs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q

from courses.prepared import Prepared
from schedule.deadlines import Verdict
from submissions.models import Piece, Version
from submissions.standing import counting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from courses.models import Course
    from schedule.plan.asks import Ask, Owner
    from submissions.models import Receipt


_piece = Prepared(
    lambda work, meeting, reading, person, group: Piece.objects.filter(
        work=work, meeting=meeting, reading=reading, enrolment=person, group=group
    ).order_by()
)


def piece_of(ask: Ask, owner: Owner) -> Piece | None:
    """What this owner has handed in of this, withdrawn or not. One query."""
    _, meeting, reading = ask.key
    return _piece.first(ask.work.id, meeting or None, reading or None, owner.person, owner.group)


def whole(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Versions with their texts, files and receipts; at most four queries more."""
    return versions.select_related("receipt__handed_in_by__person").prefetch_related(
        "answers__prompt", "files__slot", "files__stored"
    )


def versions_of(piece: Piece | None) -> list[Version]:
    """Every version of it, newest first, each whole."""
    if piece is None:
        return []
    return list(whole(Version.objects.filter(piece=piece)).order_by("-number"))


def newest_version(piece: Piece | None, *, receipt: Receipt | None = None) -> Version | None:
    """The newest version of the piece, or the one of the receipt; whole."""
    if receipt is not None:
        return whole(Version.objects.filter(receipt=receipt)).first()
    if piece is None:
        return None
    return whole(Version.objects.filter(piece=piece)).order_by("-number").first()


def newer_that_count() -> QuerySet[Version]:
    """The versions that stand in the place of another one, that of the query around it."""
    newer = Version.objects.filter(piece=OuterRef("piece"), number__gt=OuterRef("number"))
    return newer.exclude(receipt__verdict=Verdict.LATE_NOT_COUNTED).order_by()


def counting_version(versions: Iterable[Version]) -> Version | None:
    """The one that counts among an owner's versions (rule U3), given with their receipts."""
    by_receipt = {version.receipt.pk: version for version in versions}
    found = counting(version.receipt for version in by_receipt.values())
    return by_receipt[found.pk] if found is not None else None


def files_of(course: Course) -> Q:
    """The filter for files that were handed in for this course."""
    return Q(versions__version__piece__work__course=course)
