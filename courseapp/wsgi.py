"""The WSGI application."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from collections.abc import Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseapp.settings")
_django = get_wsgi_application()
_UTF_8 = re.compile(r'charset="?utf-?8"?(?=\s*(?:;|$))', re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, for requests in UTF-8, as every browser sends them; others get 400.

    Django would decode by whatever codec the header names, also by ones that are no encodings
    of text, and does so before any middleware could refuse.
    """
    if "charset" in _UTF_8.sub("", environ.get("CONTENT_TYPE") or "").lower():
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"Requests to this site are in UTF-8.\n"]
    return _django(environ, start_response)
