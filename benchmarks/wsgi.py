"""The site and the floors in one process; the floors have their own, shorter middleware.

A floor opens its connection to the database for each request, as Django does where nobody says
otherwise. Under `/floor/kept/` it keeps it, as the site does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
site = get_wsgi_application()
with override_settings(MIDDLEWARE=settings.FLOOR_MIDDLEWARE):
    floor = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Send a request to the floor or to the site."""
    path = environ["PATH_INFO"]
    if not path.startswith("/floor/"):
        return site(environ, start_response)
    if path.startswith("/floor/kept/"):
        return floor(environ, start_response)
    connection.close()
    try:
        return floor(environ, start_response)
    finally:
        connection.close()  # a floor's answer is whole by now
