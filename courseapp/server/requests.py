"""One request: heard with its instants, and handed to the site with them."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from courseapp.server.body import Body
from submissions.uploading import LOST

BEGAN_AT = "rostrum.began_at"
ARRIVED_AT = "rostrum.arrived_at"

HEAD_SECONDS = 20
"""How long the head of a request may take."""
BODY_SECONDS = 60 * 60
"""How long a whole request may take."""
LEAST_RATE = 200
"""Bytes a second that a body must come with, on average, once RATE_AFTER seconds have gone."""
RATE_AFTER = 60
MEGABYTE = 1024 * 1024


def largest_body() -> int:
    """In bytes: the largest file that may be handed in, and as much text as a form may hold."""
    return settings.UPLOAD_MAX_MB * MEGABYTE + (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


class Parser(HTTPRequestParser):
    """Notes when the first byte came, when the head was whole (a hand-in counts from then), and
    when all was there; all in seconds since 1970."""

    began_at = 0.0
    arrived_at = 0.0

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.first_byte_at = time.time()
        self.body: Body | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; the body will go where we keep it."""
        self.began_at = time.time()
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body = self.body_rcv.buf = Body(limit=largest_body())

    def received(self, data: bytes) -> int:
        """Take the next bytes; how many were of this request."""
        count: int = super().received(data)
        if self.completed:
            self.arrived_at = time.time()
            if self.body is not None and self.body.lost:
                self.headers["CONTENT_LENGTH"] = str(len(self.body))
        return count

    def is_too_slow(self, now: float) -> bool:
        """Whether nobody need wait for it any longer at `now`."""
        if not self.headers_finished:
            return now - self.first_byte_at > HEAD_SECONDS
        taken = now - self.began_at
        return taken > BODY_SECONDS or (
            taken > RATE_AFTER and self.body_bytes_received < taken * LEAST_RATE
        )


class Task(WSGITask):
    """Hands a request to the site with what the parser noted."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment."""
        if self.environ is None:
            environ = super().get_environment()
            environ[BEGAN_AT] = self.request.began_at
            environ[ARRIVED_AT] = self.request.arrived_at
            environ["wsgi.multiprocess"] = True
            if self.request.body is not None:
                environ[LOST] = self.request.body.lost
        return self.environ


class Channel(HTTPChannel):
    """A connection."""

    parser_class = Parser
    task_class = Task

    @property
    def is_idle(self) -> bool:
        """Whether nothing is received, done or sent on it."""
        return not (self.requests or self.request or self.total_outbufs_len)
