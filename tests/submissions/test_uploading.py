"""Files wait beside their final place until they are whole, and a full disk loses no text."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from submissions import uploading
from submissions.links import work_path
from submissions.uploading import LOST, NO_ROOM, incoming
from tests.factories import BEFORE_CLASS
from tests.submissions.uploads import pptx

LARGE = bytes(range(256)) * 10_000  # more than is kept in memory


def request_with(content: bytes):
    upload = SimpleUploadedFile("deck & notes.pptx", content, "application/x")
    return RequestFactory().post("/", {"before": "first", "upload": upload, "text": "typed"})


@pytest.fixture
def full_disk(monkeypatch):
    """Files can be begun; every piece that is written is refused."""

    class Full:
        is_closed = False

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            self.is_closed = True

    files = []

    def nameless():
        files.append(Full())
        return files[-1]

    monkeypatch.setattr(uploading, "nameless", nameless)
    return files


@pytest.mark.parametrize("content", [b"small", LARGE], ids=["in memory", "in a file"])
def test_what_comes_is_whole(content):
    request = request_with(content)
    upload = request.FILES["upload"]
    assert (upload.name, upload.size, upload.content_type) == (
        "deck & notes.pptx",
        len(content),
        "application/x",
    )
    assert b"".join(upload.chunks()) == content
    assert b"".join(upload.chunks()) == content
    assert request.POST.dict() == {"before": "first", "text": "typed"}
    assert LOST not in request.META


def test_a_large_file_waits_beside_its_place_and_has_no_name():
    upload = request_with(LARGE).FILES["upload"]
    place = Path(f"/proc/self/fd/{upload.file.fileno()}").readlink()
    assert place.parent == incoming()
    assert list(incoming().iterdir()) == []


def test_full_disk_loses_the_file_and_keeps_what_was_typed(full_disk):
    request = request_with(LARGE)
    assert request.POST.dict() == {"before": "first", "text": "typed"}
    assert not request.FILES
    assert request.META[LOST] == NO_ROOM
    assert [one.is_closed for one in full_disk] == [True]


def test_folder_that_cannot_be_made_is_the_same(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    request = request_with(LARGE)
    assert request.POST["text"] == "typed"
    assert request.META[LOST] == NO_ROOM


def test_a_file_that_breaks_off_is_let_go(monkeypatch):
    files = []
    make = uploading.nameless
    monkeypatch.setattr(uploading, "nameless", lambda: files.append(make()) or files[-1])
    request = request_with(LARGE)
    whole = request.body
    cut = RequestFactory().generic(
        "POST", "/", whole[: len(whole) // 2], content_type=request.META["CONTENT_TYPE"]
    )
    assert "upload" not in cut.FILES
    assert [one.closed for one in files] == [True]


@pytest.mark.django_db
def test_hand_in_to_a_full_disk_is_503_and_over_when_there_is_room(
    client_of, presenter, lecture, full_disk, monkeypatch, settings
):
    path = work_path("seminar", ("slides", lecture.pk, 0))
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    client = client_of(presenter)
    with time_machine.travel(BEFORE_CLASS, tick=False):
        refused = client.post(path, {"upload": pptx(), "key": "a" * 32})
    assert refused.status_code == 503
    assert "no room for it just now" in refused.content.decode()
    monkeypatch.undo()
    with time_machine.travel(BEFORE_CLASS, tick=False):
        assert client.post(path, {"upload": pptx(), "key": "a" * 32}).status_code == 303
