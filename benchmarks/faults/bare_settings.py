"""The site without what makes a full disk bearable: a control."""

from courseapp.settings import *  # noqa: F403
from courseapp.settings import MIDDLEWARE

AWAY = ("PlainFaultsMiddleware", "KeptMiddleware", "LostMiddleware")
MIDDLEWARE = [one for one in MIDDLEWARE if not one.endswith(AWAY)]
