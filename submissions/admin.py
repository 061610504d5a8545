"""Receipts in the admin: to be read, and to be judged by a deadline that was corrected since.

Work itself is graded: see `grading.admin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse

from courses import times
from courses.errors import Refused
from courses.scoped_admin import INSTRUCTORS, NOBODY, CourseScopedAdmin, CourseScopedStacked
from submissions.actions.judgements import (
    REASON_LENGTH,
    fingerprint,
    judge_receipts,
    plan_judgements,
)
from submissions.errors import NotYoursToJudge
from submissions.models import Judgement, Receipt
from submissions.standing import receipts_with

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from courses.web import Request

MOST_RECEIPTS = 400  # that are judged at once: each is a field of the form


class JudgementInline(CourseScopedStacked):
    """The trail of a receipt that was judged anew."""

    model = Judgement
    fields = ("judged", "by", "reason", "verdict_before", "due_before", "verdict", "due")
    readonly_fields = ("judged", "due_before", "due")
    change_roles = NOBODY
    add_roles = NOBODY

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the course, whose zone the times are in."""
        return super().get_queryset(request).select_related("receipt__course", "by__person")

    @admin.display(description="Judged")
    def judged(self, one: Judgement) -> str:
        """When, in the course's zone."""
        return times.in_full(one.at, one.receipt.course.zone)

    @admin.display(description="Due before")
    def due_before(self, one: Judgement) -> str:
        """The deadline that held before, in the course's zone."""
        return times.in_full(one.due_at_before, one.receipt.course.zone)

    @admin.display(description="Due")
    def due(self, one: Judgement) -> str:
        """The deadline that holds since, in the course's zone."""
        return times.in_full(one.due_at, one.receipt.course.zone)


class FoundByReceipt(CourseScopedAdmin):
    """Rows that are found by the number of a receipt, which people read out, or by its id."""

    receipt_field = "receipt"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Those of this receipt; else what the fields hold."""
        ids = receipts_with(search_term)
        if ids is None:
            return super().get_search_results(request, queryset, search_term)
        first, last = f"{self.receipt_field}__gte", f"{self.receipt_field}__lte"
        return queryset.filter(**{first: ids[0], last: ids[1]}), False


@admin.register(Receipt)
class ReceiptAdmin(FoundByReceipt):
    """The server's word on every hand-in; nobody changes it."""

    changes_plan = False

    change_roles = NOBODY
    add_roles = NOBODY
    list_display = ("number", "work_name", "handed_in_by", "meeting", "verdict", "received", "due")
    list_filter = ("course", "work_name", "verdict", "meeting")
    receipt_field = "pk"
    search_fields = ("handed_in_by__name", "handed_in_by__netid", "sha256")
    fields = (
        "course", "work_name", "meeting", "reading", "group", "handed_in_by", "members", "version",
        "received", "due", "verdict", "sha256", "size",
    )  # fmt: skip
    readonly_fields = ("received", "due")
    inlines = (JudgementInline,)
    actions = ("judge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With who handed in and for which meeting."""
        return (
            super()
            .get_queryset(request)
            .select_related("handed_in_by__person", "group", "reading", "meeting", "course")
        )

    @admin.display(description="Received", ordering="at")
    def received(self, receipt: Receipt) -> str:
        """When the request began, in the course's zone."""
        return times.in_full(receipt.at, receipt.course.zone)

    @admin.display(description="Due", ordering="due_at")
    def due(self, receipt: Receipt) -> str:
        """The deadline that it is judged by, in the course's zone."""
        return times.in_full(receipt.due_at, receipt.course.zone)

    def has_judge_permission(self, request: HttpRequest) -> bool:
        """Whether the person leads a course."""
        return self._may(request, INSTRUCTORS, None)

    @admin.action(description="Judge by the deadline now in force", permissions=["judge"])
    def judge(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> HttpResponse | None:
        """Show what would change; with a reason, and once that was seen, change it.

        Receipts of courses that the person does not lead are left out.
        """
        receipts = list(self.scoped(queryset, request, INSTRUCTORS)[: MOST_RECEIPTS + 1])
        if not receipts:
            self.message_user(request, str(NotYoursToJudge()), messages.ERROR)
            return None
        if len(receipts) > MOST_RECEIPTS:
            said = f"Choose at most {MOST_RECEIPTS} receipts at once; the filters help."
            self.message_user(request, said, messages.ERROR)
            return None
        refusal = ""
        if "seen" in request.POST:
            try:
                self._judge(request, receipts)
            except Refused as refused:
                refusal = str(refused)
            else:
                return None
        cases = plan_judgements(receipts)
        context = {
            **self.admin_site.each_context(request),
            "title": "Judge by the deadline now in force",
            "opts": self.opts,
            "changing": [case for case in cases if not case.stays],
            "staying": [case for case in cases if case.stays],
            "seen": fingerprint(cases),
            "reason": request.POST.get("reason", ""),
            "reason_length": REASON_LENGTH,
            "refusal": refusal,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(
            request, "admin/submissions/judge.html", context, status=422 if refusal else 200
        )

    def _judge(self, request: HttpRequest, receipts: list[Receipt]) -> None:
        """Judge as the form says, and tell how many are others now. Raises what that raises."""
        by = self.acting_as(request, receipts[0])
        if by is None:
            raise NotYoursToJudge
        made = judge_receipts(
            receipts=receipts,
            by=by,
            reason=request.POST.get("reason", ""),
            at=cast("Request", request).at,
            seen=request.POST["seen"],
        )
        verdicts = "receipt is" if len(made) == 1 else "receipts are"
        self.message_user(
            request,
            f"{len(made)} {verdicts} judged anew; whoever is credited is told.",
            messages.SUCCESS,
        )
