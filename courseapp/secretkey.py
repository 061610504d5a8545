"""The key that signs sessions and forms: given by the operator, or made once and kept."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(given: str, folder: Path) -> str:
    """`given`, or on one machine a random key that is made once and kept in `folder`.

    Raises:
        ImproperlyConfigured: `given` has fewer than 32 characters, or the kept file is empty.
    """
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters.")
        return given
    file = folder / "secret_key"
    with contextlib.suppress(FileExistsError):
        new = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(new, secrets.token_urlsafe(50).encode())
        os.close(new)
    # Two processes may have met here: the other one is writing its few bytes.
    for _ in range(100):
        if key := file.read_text().strip():
            return key
        time.sleep(0.01)
    raise ImproperlyConfigured(f"{file} is empty; remove it, or set SECRET_KEY.")
