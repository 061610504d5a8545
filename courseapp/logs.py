"""What is kept out of the log."""

from __future__ import annotations

import logging
import re

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
