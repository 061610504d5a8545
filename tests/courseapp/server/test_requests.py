"""How long a request may take, to the instant."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments

from courseapp.server import requests
from courseapp.server.requests import (
    BODY_SECONDS,
    HEAD_SECONDS,
    LEAST_RATE,
    RATE_AFTER,
    Parser,
    largest_body,
)

HEAD = b"POST / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n"


@pytest.fixture
def clock(monkeypatch):
    """`clock[0]` is the time, in seconds since 1970."""
    now = [1_000_000.0]
    monkeypatch.setattr(requests.time, "time", lambda: now[0])
    return now


def test_instants_are_those_of_the_head_and_of_the_end(clock):
    parser = Parser(Adjustments())
    parser.received(b"POST / HTTP/1.1\r\n")
    clock[0] += 5
    parser.received(b"Content-Length: 3\r\n\r\n")
    clock[0] += 700
    parser.received(b"abc")
    assert parser.completed
    assert (parser.began_at, parser.arrived_at) == (1_000_005.0, 1_000_705.0)


def test_head_may_take_its_time_and_no_more(clock):
    parser = Parser(Adjustments())
    parser.received(HEAD[:20])
    clock[0] += HEAD_SECONDS
    parser.received(HEAD[20:30])
    assert not parser.is_too_slow(clock[0])
    assert parser.is_too_slow(clock[0] + 0.001)


@pytest.mark.parametrize(
    ("seconds", "received", "is_too_slow"),
    [
        (RATE_AFTER, 0, False),
        (RATE_AFTER + 1, (RATE_AFTER + 1) * LEAST_RATE, False),
        (RATE_AFTER + 1, (RATE_AFTER + 1) * LEAST_RATE - 1, True),
        (BODY_SECONDS, BODY_SECONDS * LEAST_RATE, False),
        (BODY_SECONDS + 1, 9_999_999, True),
    ],
)
def test_body_must_come_at_the_least_rate(
    clock, settings, tmp_path, seconds, received, is_too_slow
):
    parser = Parser(Adjustments())
    parser.received(HEAD)
    for _ in range(0, received, 100_000):
        parser.received(b"x" * min(100_000, received - parser.body_bytes_received))
    assert parser.body_bytes_received == received
    assert parser.is_too_slow(clock[0] + seconds) is is_too_slow


def test_phone_that_uploads_a_deck_in_the_grace_is_fast_enough(settings):
    """A text of a page, or a deck of 5 MB within `UPLOAD_GRACE_SECONDS`, is never cut off."""
    assert 5_000_000 / settings.UPLOAD_GRACE_SECONDS > LEAST_RATE
    assert settings.UPLOAD_GRACE_SECONDS < BODY_SECONDS


def test_largest_file_and_the_longest_texts_fit(settings):
    settings.UPLOAD_MAX_MB, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3, 100
    assert largest_body() == 3 * 1024 * 1024 + 100
