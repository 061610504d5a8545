"""The site and the floors in one process; the floors have their own, shorter middleware."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
site = get_wsgi_application()
with override_settings(MIDDLEWARE=settings.FLOOR_MIDDLEWARE):
    floor = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Send a request to the floor or to the site."""
    handler = floor if environ["PATH_INFO"].startswith("/floor/") else site
    return handler(environ, start_response)
