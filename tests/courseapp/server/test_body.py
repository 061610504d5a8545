"""A body that arrives is kept whole, or it is known not to be; nothing of it is left behind."""

from __future__ import annotations

import errno
import io

import pytest

from courseapp.server.body import IN_MEMORY, TOO_LARGE, Body
from submissions import uploading
from submissions.uploading import NO_ROOM

MEGABYTE = 1024 * 1024
PIECE = bytes(range(256)) * 256


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.setattr(uploading, "incoming", lambda: tmp_path)

    def make(limit: int = 10 * MEGABYTE) -> Body:
        return Body(limit=limit)

    return make


def fill(body: Body, size: int) -> bytes:
    """Append `size` bytes in pieces; returns them."""
    data = (PIECE * (size // len(PIECE) + 1))[:size]
    for start in range(0, size, 50_000):
        body.append(data[start : start + 50_000])
    return data


@pytest.mark.parametrize("size", [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * MEGABYTE])
def test_body_is_read_as_it_came(make, size):
    body = make()
    data = fill(body, size)
    assert (body.lost, len(body), body.getfile().read()) == ("", size, data)


def test_file_has_no_name(make, tmp_path):
    body = make()
    fill(body, 3 * MEGABYTE)
    assert list(tmp_path.iterdir()) == []
    body.close()


@pytest.mark.parametrize("limit", [1000, IN_MEMORY + 5, 2 * MEGABYTE])
def test_what_is_more_than_the_limit_is_heard_to_its_end(make, limit):
    exact, more = make(limit), make(limit)
    fill(exact, limit)
    data = fill(more, limit + 1)
    fill(more, MEGABYTE)
    assert (exact.lost, len(exact)) == ("", limit)
    assert (more.lost, more.received) == (TOO_LARGE, limit + 1 + MEGABYTE)
    kept = more.getfile().read()
    assert kept == data[: len(kept)]
    assert len(more) == len(kept) <= IN_MEMORY


def full_disk(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_disk_that_is_full_at_once_leaves_the_beginning(make, monkeypatch):
    monkeypatch.setattr(uploading.tempfile, "TemporaryFile", full_disk)
    body = make()
    data = fill(body, 3 * MEGABYTE)
    assert body.lost == NO_ROOM
    kept = body.getfile().read()
    assert IN_MEMORY - 50_000 <= len(kept) <= IN_MEMORY
    assert kept == data[: len(kept)]
    assert len(body) == len(kept)


def test_disk_that_fills_up_meanwhile_leaves_the_beginning(make, monkeypatch):
    class Filling(io.BytesIO):
        def write(self, data):
            return full_disk() if self.tell() > MEGABYTE else super().write(data[:30_000])

    monkeypatch.setattr(uploading.tempfile, "TemporaryFile", lambda **_: Filling())
    body = make()
    data = fill(body, 3 * MEGABYTE)
    kept = body.getfile().read()
    assert (body.lost, kept) == (NO_ROOM, data[: len(kept)])
    assert len(kept) >= IN_MEMORY - 50_000


def test_write_that_takes_a_part_is_gone_on_with(make, monkeypatch):
    class Short(io.BytesIO):
        def write(self, data):
            return super().write(data[:7_001])

    monkeypatch.setattr(uploading.tempfile, "TemporaryFile", lambda **_: Short())
    body = make()
    data = fill(body, MEGABYTE)
    assert (body.lost, body.getfile().read()) == ("", data)
