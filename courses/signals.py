"""Claims happen when somebody signs in or verifies an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from courses.actions.claims import claim_enrolments

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.http import HttpRequest

    from courses.models import Person


@receiver(user_logged_in, dispatch_uid="claim on sign-in")
def claim_on_sign_in(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Give the person what their verified addresses entitle to."""
    claim_enrolments(person=user, at=getattr(request, "at", None) or timezone.now())


@receiver(email_confirmed, dispatch_uid="claim on verification")
def claim_on_verification(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """The same as soon as another address is verified."""
    claim_on_sign_in(request, email_address.user)
