"""How allauth makes and verifies accounts here.

Anybody may have an account; an account alone is in no course. Who is on a roster is looked up
only after somebody has shown that an address is theirs, so no form here can tell.
"""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.http import url_has_allowed_host_and_scheme

from courses.texts import clean, folded

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

    from courses.models import Person

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Addresses in lower case; after signing in nobody is sent to another site."""

    def clean_email(self, email: str) -> str:
        """The address as it is stored and compared.

        Raises ValidationError for one with letters that count as others once capitals do not.
        """
        email = super().clean_email(email).strip().lower()
        if folded(email) != email:
            raise ValidationError("Write the address in its plain letters.")
        return email

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next` may be followed: paths on this site alone."""
        return (url or "").startswith("/") and url_has_allowed_host_and_scheme(
            url, allowed_hosts=None
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a code or link at once; say so when the mail server does not take it.

        What is said is the same for every address.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError):
            logger.exception("A mail of the kind %s could not be sent", template_prefix)
            messages.error(
                allauth_context.request,
                "The mail could not be sent just now. Try again in a few minutes.",
            )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through the university (OIDC)."""

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """An address that the university has verified signs in to the account that has it."""
        return True

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Any, str] | None:
        """The account to sign in to, or None for a new one.

        Only an account that has verified the address itself; or one on which nobody ever
        verified anything (and whose password allauth takes away), so that nobody can wait in an
        account made in somebody else's name.
        """
        found = super().authenticate_by_email(sociallogin)
        if found is None:
            return None
        verified = set(
            EmailAddress.objects.filter(user=found[0], verified=True).values_list(
                "email", flat=True
            )
        )
        return found if not verified or found[1].lower() in verified else None

    def populate_user(self, request: Any, sociallogin: SocialLogin, data: Any) -> Person:
        """A new person, with the name that the university gives."""
        person: Person = super().populate_user(request, sociallogin, data)
        whole = " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
        person.name = (clean(data.get("name") or "") or clean(whole))[:200]
        person.email = person.email.lower()
        return person
