"""Pages of the roster and of invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import claims
from courses.actions.roster import import_roster, plan_roster, remember_mapping
from courses.addresses import clashes
from courses.directions import isolated
from courses.errors import InvitationNotValid, Refused
from courses.forms import InviteForm, RosterMappingForm, RosterUploadForm, first_mapping
from courses.models import Enrolment
from courses.queries import own_addresses
from courses.rosterfile import RosterUnreadable, Skip, read_table
from courses.web import Access, Request, open_instructor, open_staff

if TYPE_CHECKING:
    from courses.actions.roster import RosterPlan, RosterResult
    from courses.models import Person
    from courses.rosterfile import ReadRows


@login_required
@require_safe
def roster(request: Request, slug: str) -> HttpResponse:
    """The course's entries, for its staff: who has signed in, who has dropped."""
    access, by = open_staff(request, slug)
    entries = list(
        access.course.enrolments.select_related("person").order_by("role", "name", "netid")
    )
    present = [entry for entry in entries if entry.is_active(request.at)]
    return render(
        request,
        "courses/roster.html",
        {
            "course": access.course,
            "clashes": list(clashes(own_addresses(present))),
            "access": access,
            "staff": [entry for entry in present if entry.is_staff],
            "students": [entry for entry in present if not entry.is_staff],
            "dropped": [entry for entry in entries if not entry.is_active(request.at)],
            "unclaimed": sum(entry.person_id is None and not entry.is_staff for entry in present),
            "inviting": {
                entry.pk
                for entry in present
                if entry.person_id is None and claims.may_invite(by, entry, request.at)
            },
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request, slug: str, enrolment: int) -> HttpResponse:
    """Mail an invitation to one entry that nobody has claimed."""
    access, by = open_staff(request, slug)
    entry = get_object_or_404(Enrolment, pk=enrolment, course=access.course, person=None)
    if not entry.is_active(request.at) or not claims.may_invite(by, entry, request.at):
        raise Http404("No such page.")
    suggested = entry.email or claims.derived_address(entry)
    form = InviteForm(
        request.POST if request.method == "POST" else None, initial={"email": suggested}
    )
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            claims.invite(enrolment=entry, email=email, by=by, at=request.at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"An invitation for {isolated(entry.label)} goes to {email}.")
            return redirect("courses:roster", slug)
    return render(
        request,
        "courses/invite.html",
        {"course": access.course, "access": access, "entry": entry, "form": form},
        status=422 if form.errors else 200,
    )


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, secret: str) -> HttpResponse:
    """What an invitation is for, and the button that accepts it.

    Whatever is wrong with the secret, the answer is the same.
    """
    try:
        found = claims.open_invitation(secret=secret, at=request.at)
        if request.method == "POST" and request.user.is_authenticated:
            person: Person = request.user
            enrolment = claims.accept_invitation(secret=secret, person=person, at=request.at)
            messages.success(
                request, f"You are in {isolated(enrolment.course)} as {isolated(enrolment.label)}."
            )
            return redirect("course-home", enrolment.course.slug)
    except InvitationNotValid as refusal:
        gone = {"refusal": refusal}
        return render(request, "courses/invitation_not_valid.html", gone, status=404)
    except Refused as refusal:
        context = {"refusal": refusal, "invitation": found}
        return render(request, "courses/invitation.html", context, status=409)
    return render(request, "courses/invitation.html", {"invitation": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_import(request: Request, slug: str) -> HttpResponse:
    """Roster from a file: upload or paste, look at what it would do, apply."""
    access, by = open_instructor(request, slug)
    if request.method != "POST":
        return _upload_page(request, access, RosterUploadForm())
    if "column_netid" in request.POST:
        return _preview_or_apply(request, access, by)
    upload = RosterUploadForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _upload_page(request, access, upload)
    text, table = upload.cleaned_data["text"], upload.cleaned_data["table"]
    data, doubts = first_mapping(access.course, text, table)
    for note in filter(None, [upload.sheet_note, *doubts]):
        messages.info(request, note)
    return _preview(request, access, RosterMappingForm(data, course=access.course, table=table))


def _upload_page(request: Request, access: Access, form: RosterUploadForm) -> HttpResponse:
    return render(
        request,
        "courses/roster_upload.html",
        {"course": access.course, "access": access, "form": form},
        status=422 if form.errors else 200,
    )


def _preview_or_apply(request: Request, access: Access, by: Enrolment) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        table = read_table(text)
    except RosterUnreadable:
        return _upload_page(request, access, RosterUploadForm({"text": text}))
    form = RosterMappingForm(request.POST.dict(), course=access.course, table=table)
    if not form.is_valid() or "apply" not in request.POST:
        return _preview(request, access, form)
    read, plan = _planned(request, access, form)
    if read.problems or plan.problems:
        return _preview(request, access, form)
    if form.cleaned_data["previewed"] != form.fingerprint(plan):
        messages.warning(
            request, "You or somebody else changed something: look at what it does, then import."
        )
        return _preview(request, access, form)
    try:
        result = import_roster(
            course=access.course,
            rows=read.rows,
            by=by,
            at=request.at,
            drop_missing=form.cleaned_data["drop_missing"],
            columns=form.columns,
            as_planned=plan.digest(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _preview(request, access, form)
    remember_mapping(
        course=access.course, columns=form.columns, words=form.answers(), at=request.at
    )
    messages.success(request, _in_words(result))
    return redirect("courses:roster", access.course.slug)


def _planned(
    request: Request, access: Access, form: RosterMappingForm
) -> tuple[ReadRows, RosterPlan]:
    """The rows of a valid form, and what they would do."""
    read = form.read()
    return read, plan_roster(
        course=access.course,
        rows=read.rows,
        at=request.at,
        drop_missing=form.cleaned_data["drop_missing"],
        columns=form.columns,
    )


def _in_words(result: RosterResult) -> str:
    parts = [
        f"{number} {word}"
        for number, word in (
            (result.added, "added"),
            (result.changed, "changed"),
            (result.dropped, "marked as dropped"),
            (result.restored, "back on the roster"),
        )
        if number
    ]
    return f"The roster is imported: {', '.join(parts) or 'nothing changed'}."


def _preview(request: Request, access: Access, form: RosterMappingForm) -> HttpResponse:
    context = {"course": access.course, "access": access, "form": form}
    status = 422
    if form.is_valid():
        read, plan = _planned(request, access, form)
        problems = sorted([*read.problems, *plan.problems], key=lambda problem: problem.line)
        skipped = [
            (why, [one for one in read.skipped if one.why == why])
            for why in Skip
            if any(one.why == why for one in read.skipped)
        ]
        context |= {
            "plan": plan,
            "problems": problems,
            "rows": len(read.rows),
            "skipped": skipped,
            "skipped_count": len(read.skipped),
            "previewed": form.fingerprint(plan),
        }
        status = 422 if problems and "apply" in request.POST else 200
    return render(request, "courses/roster_preview.html", context, status=status)
