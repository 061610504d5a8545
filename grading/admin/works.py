"""What was handed in, in the admin: one list and one grading sheet for every work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import Exists, F, Q, QuerySet
from django.utils.text import Truncator

from courses.directions import isolated
from courses.errors import Refused
from courses.models import Enrolment
from courses.web import Request
from grading.admin.filters import GradedFilter, OwnerGroupFilter
from grading.admin.work import WorkAdmin
from schedule.deadlines import Verdict
from schedule.models import Work
from schedule.plan.values import SeenBy
from submissions.actions.release import release, unrelease
from submissions.admin import FoundByReceipt
from submissions.models import Version
from submissions.queries.due import NONE, once_due
from submissions.queries.work import newer_that_count

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

NOT_GRADED = Q(grade_state=None) | Q(grade_state="cleared")


@admin.register(Version)
class VersionAdmin(FoundByReceipt, WorkAdmin):
    """Versions: one student's for that student, a group's for all who are credited, or for one."""

    work_template = "admin/grading/_version.html"
    sheet_order: ClassVar[tuple[Any, ...]] = (
        F("piece__meeting__on").asc(nulls_last=True), "piece__meeting__position",
        "piece__work__position", "piece__reading__position", "piece__group__number", "at", "pk",
    )  # fmt: skip
    list_display = (
        "whose", "work", "about", "excerpt", "state_of", "points", "verdict", "number",
        "is_released", "members",
    )  # fmt: skip
    list_filter = (
        GradedFilter, OwnerGroupFilter, "piece__work__course", "piece__work", "piece__meeting",
        "piece__reading",
    )  # fmt: skip
    search_fields = (
        "piece__enrolment__name", "piece__enrolment__netid", "piece__group__name",
        "piece__group__members__name", "piece__group__members__netid", "answers__text",
        "piece__reading__title",
    )  # fmt: skip
    ordering = ("-piece__meeting__on", "piece__reading__position", "piece__group__number", "-at")
    actions = ("release", "take_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With all that a line names; `is_replaced` by a newer version that counts."""
        return (
            super()
            .get_queryset(request)
            .select_related(
                "piece__work__course", "piece__meeting", "piece__reading", "piece__group",
                "piece__enrolment__person", "receipt__handed_in_by__person",
            )
            .prefetch_related(
                "receipt__members__person", "answers__prompt", "files__slot", "files__stored"
            )
            .annotate(is_replaced=Exists(newer_that_count()))
        )  # fmt: skip

    def waiting(self, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        """The newest that counts, as long as it is not graded; not what can be taken back yet."""
        changing = Work.objects.filter(can_withdraw=True)
        due = once_due(changing, at)
        return rows.filter(
            NOT_GRADED,
            Q(piece__work__can_withdraw=False) | (NONE if due is None else due),
            is_replaced=False,
            piece__withdrawn_at=None,
        ).exclude(receipt__verdict=Verdict.LATE_NOT_COUNTED)

    def title_of(self, work: Any) -> str:
        """“Comyn Vale on Pages of Attention”, “Group 2, Feb 19: Paging Attention”."""
        piece = work.piece
        if piece.reading is not None:
            return f"{isolated(piece.owner)} on {isolated(piece.reading)}"
        return f"{isolated(piece.owner)}, {isolated(piece.meeting or piece.work)}"

    def members_of(self, work: Any) -> list[Enrolment]:
        """Who is credited on a group's receipt; a student's own work has nobody else."""
        if work.piece.group is None:
            return []
        return sorted(work.receipt.members.all(), key=lambda one: (one.label.casefold(), one.pk))

    @admin.display(description="Whose")
    def whose(self, work: Any) -> str:
        """The student, or the group."""
        return isolated(work.piece.owner)

    @admin.display(description="Work", ordering="piece__work__position")
    def work(self, work: Any) -> str:
        """What it is called."""
        return str(work.piece.work)

    @admin.display(description="For", ordering="piece__meeting__on")
    def about(self, work: Any) -> str:
        """The reading, or date and topic."""
        return str(work.piece.reading or work.piece.meeting or "")

    @admin.display(description="What it says")
    def excerpt(self, work: Any) -> str:
        """How it begins, or the name of its file."""
        text = next(iter(work.texts.values()), "")
        names = ", ".join(str(one) for one in work.stored_files.values())
        return Truncator(text).chars(90) if text else names

    @admin.display(description="Grade")
    def state_of(self, work: Any) -> str:
        """Withdrawn, not counted, and replaced by a newer version go before not yet graded."""
        if work.piece.withdrawn_at:
            return "Withdrawn"
        if work.receipt.verdict == Verdict.LATE_NOT_COUNTED:
            return str(work.receipt.get_verdict_display())
        said = super().state_of(work)
        if work.is_replaced and work.grade_state not in ("scored", "excused"):
            return "Replaced by a newer version"
        return said

    @admin.display(description="Handed in", ordering="receipt__verdict")
    def verdict(self, work: Any) -> str:
        """On time or late, as the receipt says."""
        return str(work.receipt.get_verdict_display())

    @admin.display(description="Members")
    def members(self, work: Any) -> str:
        """Who is credited."""
        return ", ".join(isolated(one.label) for one in self.members_of(work))

    @admin.display(description="Released", boolean=True)
    def is_released(self, work: Any) -> bool | None:
        """Whether everybody who sees the course sees it; of what is never shown, nothing."""
        if work.piece.work.seen_by != SeenBy.PUBLIC_WHEN_RELEASED:
            return None
        return work.released_at is not None

    @admin.action(description="Release to the class page")
    def release(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        """Show the chosen versions to everybody who sees the course."""
        done, refused = 0, ""
        for version in queryset:
            try:
                release(version=version, at=cast("Request", request).at)
                done += 1
            except Refused as refusal:
                refused = str(refusal)
        if refused:
            messages.warning(request, refused)
        if done:
            messages.success(request, f"{done} on the class page.")

    @admin.action(description="Take back from the class page")
    def take_back(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        """Show the chosen versions to the class alone again."""
        for version in queryset:
            unrelease(version=version)
        messages.success(request, f"{len(queryset)} taken back from the class page.")
