"""How allauth makes and verifies accounts here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Anybody may have an account; an account alone is in no course."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts from the university's OIDC sign-in."""
