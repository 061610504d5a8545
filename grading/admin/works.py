"""Questions, slides and summaries in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import Truncator

from courses.directions import isolated
from courses.models import Enrolment
from courses.web import Request
from grading.admin.filters import AuthorGroupFilter, GradedFilter
from grading.admin.work import WorkAdmin
from grading.models import GradeComponent
from schedule.deadlines import Verdict
from submissions.actions.slides import release_slides, unrelease_slides
from submissions.models import Question, Slides, Summary

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

NOT_GRADED = Q(grade_state=None) | Q(grade_state="cleared")


@admin.register(Question)
class QuestionAdmin(WorkAdmin):
    """Questions (rule P2), graded once class has started: until then they may change."""

    thing = "question"
    kind = GradeComponent.Kind.PARTICIPATION
    work_template = "admin/grading/_question.html"
    sheet_order: ClassVar[tuple[str, ...]] = (
        "reading__meeting__on",
        "reading__meeting__position",
        "reading__position",
        "asked_at",
        "pk",
    )
    list_display = ("author", "excerpt", "state_of", "points", "reading", "meeting")
    list_filter = (
        GradedFilter,
        AuthorGroupFilter,
        "reading__meeting__course",
        "reading__meeting",
        "reading",
    )
    list_select_related = ("author__person", "reading__meeting")
    search_fields = ("author__name", "author__netid", "text", "reading__title")
    ordering = ("-reading__meeting__on", "reading__position", "asked_at")

    def waiting(self, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        """Neither withdrawn nor graded, of meetings that have begun."""
        return rows.filter(
            NOT_GRADED,
            withdrawn_at=None,
            reading__meeting__starts_at__lte=at,
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With author, reading and meeting, which every line names."""
        return super().get_queryset(request).select_related("author__person", "reading__meeting")

    def title_of(self, work: Any) -> str:
        """“Comyn Vale on Pages of Attention”."""
        return f"{isolated(work.author)} on {isolated(work.reading)}"

    def members_of(self, work: Any) -> list[Enrolment]:
        """Nobody: a question has one author."""
        return []

    @admin.display(description="Grade")
    def state_of(self, work: Any) -> str:
        """Withdrawn goes before the grade."""
        return "Withdrawn" if work.withdrawn_at else super().state_of(work)

    @admin.display(description="Meeting", ordering="reading__meeting__on")
    def meeting(self, work: Any) -> str:
        """Date and topic."""
        return str(work.reading.meeting)

    @admin.display(description="Question")
    def excerpt(self, work: Any) -> str:
        """How it begins."""
        return Truncator(work.text).chars(90)


class GroupWorkAdmin(WorkAdmin):
    """What a group hands in: graded for all who are credited, or for one member alone."""

    sheet_order: ClassVar[tuple[str, ...]] = (
        "meeting__on",
        "meeting__position",
        "group__number",
        "pk",
    )
    list_filter = (GradedFilter, "meeting__course", "meeting", "group")
    search_fields: ClassVar[tuple[str, ...]] = (
        "group__name",
        "group__members__name",
        "group__members__netid",
    )
    ordering = ("-meeting__on", "group__number", "-version")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With group, meeting, receipt and file; `is_replaced` by a newer one that counts."""
        newer = self.model._default_manager.filter(
            meeting=OuterRef("meeting"), group=OuterRef("group"), version__gt=OuterRef("version")
        ).exclude(receipt__verdict=Verdict.LATE_NOT_COUNTED)
        return (
            super()
            .get_queryset(request)
            .select_related("meeting__course", "group", "receipt__handed_in_by__person", "file")
            .prefetch_related("receipt__members__person")
            .annotate(is_replaced=Exists(newer))
        )

    def waiting(self, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        """The newest that counts, as long as it is not graded."""
        return rows.filter(NOT_GRADED, is_replaced=False).exclude(
            receipt__verdict=Verdict.LATE_NOT_COUNTED
        )

    def title_of(self, work: Any) -> str:
        """“Group 2, Feb 19: Paging Attention”."""
        return f"{isolated(work.group)}, {isolated(work.meeting)}"

    def members_of(self, work: Any) -> list[Enrolment]:
        """Who is credited on the receipt."""
        return sorted(work.receipt.members.all(), key=lambda one: (one.label.casefold(), one.pk))

    @admin.display(description="Grade")
    def state_of(self, work: Any) -> str:
        """Late and not counted, or replaced by a newer version, goes before not yet graded."""
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


@admin.register(Slides)
class SlidesAdmin(GroupWorkAdmin):
    """Slides of presenter groups (rule T3), and their release to the class page."""

    thing = "slides"
    kind = GradeComponent.Kind.PRESENTATION
    work_template = "admin/grading/_slides.html"
    list_display = (
        "group", "meeting", "state_of", "points", "is_released", "verdict", "version", "members",
    )  # fmt: skip
    actions = ("release", "take_back")

    @admin.display(description="On the class page", boolean=True)
    def is_released(self, work: Any) -> bool:
        """Whether everybody who sees the course sees them."""
        return work.released_at is not None

    @admin.action(description="Release to the class page")
    def release(self, request: HttpRequest, queryset: QuerySet[Slides]) -> None:
        """Show the chosen slides to everybody who sees the course."""
        for slides in queryset:
            release_slides(slides=slides, at=cast("Request", request).at)
        messages.success(request, f"{len(queryset)} on the class page.")

    @admin.action(description="Take back from the class page")
    def take_back(self, request: HttpRequest, queryset: QuerySet[Slides]) -> None:
        """Show the chosen slides to the class alone again."""
        for slides in queryset:
            unrelease_slides(slides=slides)
        messages.success(request, f"{len(queryset)} taken back from the class page.")


@admin.register(Summary)
class SummaryAdmin(GroupWorkAdmin):
    """Summaries of companion and reviewer groups (rule U3); late ones are not counted."""

    thing = "summary"
    kind = GradeComponent.Kind.SUMMARY
    work_template = "admin/grading/_summary.html"
    list_display = (
        "group", "meeting", "excerpt", "state_of", "points", "verdict", "version", "members",
    )  # fmt: skip
    search_fields: ClassVar[tuple[str, ...]] = (
        *GroupWorkAdmin.search_fields,
        "problem",
        "solution",
    )

    @admin.display(description="Summary")
    def excerpt(self, work: Any) -> str:
        """How it begins, or that it is a file."""
        return f"PDF: {work.file}" if work.file else Truncator(work.problem).chars(90)
