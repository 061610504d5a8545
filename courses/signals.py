"""Claims happen when somebody signs in or verifies an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.contrib import messages
from django.dispatch import receiver
from django.utils import timezone

from courses.actions.claims import claim_enrolments
from courses.queries import courses_knowing, unclear_courses

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.http import HttpRequest

    from courses.models import Person


@receiver(user_logged_in, dispatch_uid="claim on sign-in")
def claim_on_sign_in(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Give the person what their verified addresses entitle to, and say what is not clear."""
    at = getattr(request, "at", None) or timezone.now()
    if not courses_knowing(user, at):  # as nearly always
        return
    claim_enrolments(person=user, at=at)
    if request.user != user:  # verified before signing in: told when they do
        return
    for course in unclear_courses(user, at):
        messages.warning(
            request,
            f"The roster of {course} does not say which entry is yours, so you were given none."
            " Ask the course staff.",
        )


@receiver(email_confirmed, dispatch_uid="claim on verification")
def claim_on_verification(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """The same as soon as another address is verified."""
    claim_on_sign_in(request, email_address.user)
