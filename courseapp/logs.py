"""How things are logged, and what is kept out of the log."""

from __future__ import annotations

import logging
import re
from typing import Any

# Addresses that are secrets themselves: whoever has one may use it.
_SECRETS = re.compile(
    r"(/invitations/|/accounts/password/reset/key/|/accounts/confirm-email/)[^/\s]+"
)


class HideSecrets(logging.Filter):
    """Puts “…” in the place of the secret where a line names the address of an invitation.

    Django logs the address of each request that it refuses, also of those whose secret is
    still good.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without secrets."""
        said = record.getMessage()
        hidden = _SECRETS.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


# What they say of each task and each wait is for who looks for a fault.
_TALKATIVE = ("celery", "kombu", "waitress")


def logging_at(level: str) -> dict[str, Any]:
    """The setting LOGGING: one line each on the console, from this level on, without secrets."""
    theirs = {} if level == "DEBUG" else {key: {"level": "ERROR"} for key in _TALKATIVE}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
        },
        "filters": {"hide secrets": {"()": HideSecrets}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "plain",
                "filters": ["hide secrets"],
            }
        },
        "loggers": theirs,
        "root": {"handlers": ["console"], "level": level},
    }
