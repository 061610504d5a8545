"""Receipts, and the files that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses import times
from courses.web import open_course, open_enrolled, page
from schedule.plan.asks import Owner
from schedule.queries import plan_of
from submissions.duties import state_of
from submissions.files import absolute
from submissions.links import work_path
from submissions.permissions import files_visible_to, receipts_visible_to
from submissions.queries import files_of, newest_version

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from courses.models import Enrolment
    from courses.web import Request
    from submissions.models import Receipt, Version


@login_required
@require_safe
def receipt_page(request: Request, slug: str, receipt: uuid.UUID) -> HttpResponse:
    """One receipt, to read, to print and to keep."""
    access, enrolment = open_enrolled(request, slug)
    found = get_object_or_404(
        receipts_visible_to(request.user, request.at)
        .filter(course=access.course)
        .select_related("meeting", "reading", "group", "handed_in_by__person"),
        pk=receipt,
    )
    version = newest_version(None, receipt=found)
    return page(
        request,
        "submissions/receipt.html",
        {
            "course": access.course,
            "access": access,
            "receipt": found,
            "state": state_of(found.verdict),
            "received": times.exact(found.at, access.course.zone),
            "due": times.exact(found.due_at, access.course.zone),
            "trail": _trail(found, access.course.zone),
            "members": found.members.select_related("person").order_by("pk"),
            "version": version,
            "digest_of": _digest_of(version) if version else "",
            "since": _since(found, version, access.course.zone),
            "again": _again(found, enrolment, request.at),
        },
    )


def _trail(receipt: Receipt, zone: ZoneInfo) -> list[dict[str, object]]:
    """What was said of it, from the first word on; empty where that still holds."""
    judgements = list(receipt.judgements.select_related("by__person"))
    said: list[dict[str, object]] = [
        {
            "when": times.exact(one.at, zone),
            "state": state_of(one.verdict),
            "due": times.exact(one.due_at, zone),
            "by": one.by.label,
            "reason": one.reason,
        }
        for one in judgements
    ]
    for first in judgements[:1]:
        state, due = state_of(first.verdict_before), times.exact(first.due_at_before, zone)
        said.insert(0, {"state": state, "due": due})
    return said


def _since(receipt: Receipt, version: Version | None, zone: ZoneInfo) -> str:
    """What became of it after it was handed in; "" where it stands."""
    if version is None:
        return ""
    if version.piece.withdrawn_at is not None:
        return f"Withdrawn {times.exact(version.piece.withdrawn_at, zone)}."
    newest = version.piece.newest
    return f"Version {newest} was handed in after it." if newest > receipt.version else ""


def _again(receipt: Receipt, enrolment: Enrolment, at: datetime) -> str:
    """Where the viewer, or a group that they are in at `at`, hands in another version; or ''."""
    plan = plan_of(enrolment.course)
    thing = (receipt.work, receipt.meeting_id or 0, receipt.reading_id or 0)
    owner = Owner(group=receipt.group_id)
    if receipt.group_id is None:
        owner = Owner(person=enrolment.pk)
    elif receipt.group_id not in plan.groups_at(enrolment.pk, at):
        return ""
    if owner not in plan.owners.get(thing, {}):
        return ""
    return work_path(enrolment.course.slug, thing, receipt.group_id)


def _digest_of(version: Version) -> str:
    """What the digest is that of, in words."""
    texts, files = version.answers.all(), version.files.all()
    if len(files) == 1 and not texts:
        return "The digest is that of the file."
    if files:
        return "The digest is that of the answers and the files' digests as one text."
    if len(texts) == 1:
        return "The digest is that of the text in UTF-8."
    return "The digest is that of the answers as one text."


@require_safe
def file_download(request: Request, slug: str, file: int) -> FileResponse:
    """A handed-in file, as an attachment that no browser runs or guesses at.

    Open to visitors too: slides that are released on a public course are for everybody.
    """
    access = open_course(request, slug)
    found = get_object_or_404(
        files_visible_to(request.user, request.at).filter(files_of(access.course)), pk=file
    )
    try:
        content = absolute(found.path).open("rb")
    except OSError as error:
        raise Http404("The file is not there.") from error
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    if "%" in found.name:  # in a plain header some browsers take it for an escape
        response["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
