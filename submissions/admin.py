"""Receipts in the admin: to be read, and to be judged by a deadline that was corrected since.

Work itself is graded: see `grading.admin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse

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

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from courses.web import Request

MOST_RECEIPTS = 400  # that are judged at once: each is a field of the form


class JudgementInline(CourseScopedStacked):
    """The trail of a receipt that was judged anew."""

    model = Judgement
    fields = ("at", "by", "reason", "verdict_before", "due_at_before", "verdict", "due_at")
    change_roles = NOBODY
    add_roles = NOBODY


@admin.register(Receipt)
class ReceiptAdmin(CourseScopedAdmin):
    """The server's word on every hand-in; nobody changes it."""

    change_roles = NOBODY
    add_roles = NOBODY
    list_display = ("number", "work", "handed_in_by", "meeting", "at", "due_at", "verdict")
    list_filter = ("course", "work", "verdict", "meeting")
    search_fields = ("handed_in_by__name", "handed_in_by__netid", "sha256")
    exclude = ("key",)
    inlines = (JudgementInline,)
    actions = ("judge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With who handed in and for which meeting."""
        return (
            super()
            .get_queryset(request)
            .select_related("handed_in_by__person", "group", "reading", "meeting__course")
        )

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
