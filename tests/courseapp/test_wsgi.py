"""What no view gets to see: requests in other encodings than UTF-8."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory

from courseapp.wsgi import application

pytestmark = pytest.mark.django_db

FORM = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\xc3\xa9\r\n--x--\r\n'


def status_of(content_type: str) -> str:
    """The status line of a form posted to the sign-in page, without Django's test client."""
    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO="/accounts/login/",
        QUERY_STRING="next=%2Fhome%2F",
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(len(FORM)),
    ) | {"wsgi.input": io.BytesIO(FORM)}
    said: list[str] = []
    answer = application(environ, lambda status, headers: said.append(status))
    b"".join(answer)
    return said[0]


@pytest.mark.parametrize(
    "charset", ["rot13", "base64", "idna", "undefined", '"latin-1"', "utf-8; charset=rot13", "zzz"]
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain"])
def test_a_declared_encoding_that_is_not_utf_8_is_refused(kind, charset):
    assert status_of(f"{kind}; charset={charset}") == "400 Bad Request"
    assert status_of(f"{kind}; charset*=utf-8''rot13") == "400 Bad Request"


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", ";Charset=UTF8", '; charset="utf-8";'])
def test_utf_8_and_what_declares_nothing_are_read(charset):
    # 403: read as far as the missing token against forged requests.
    assert status_of(f"multipart/form-data; boundary=x{charset}") == "403 Forbidden"
