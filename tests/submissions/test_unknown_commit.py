"""A receipt's file is there, also when the database's answer to COMMIT never came."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from django.db import Error, IntegrityError, OperationalError, connection

from submissions.actions import hand_in as actions
from submissions.errors import KeyReused, NotYourDuty, StorageFull
from submissions.files import absolute
from submissions.models import Receipt, StoredFile
from tests import factories as make
from tests.handing_in import hand_in_slides, hand_in_summary
from tests.submissions import uploads
from tests.submissions.conftest import a_key
from tests.works import Slides

DECK, OTHER_DECK, PDF = uploads.pptx_bytes(), uploads.pptx_bytes(slides=2), uploads.pdf_bytes()


@pytest.fixture
def hand_in(lecture, presenter_group, presenter, companion_group, companion):
    """`hand_in(work)` hands in that work's file, each time with the same key."""
    keys = {"slides": a_key(), "summary": a_key()}

    def hand_in(work: str, content: bytes | None = None) -> Receipt:
        if work == "slides":
            return hand_in_slides(
                meeting=lecture,
                group=presenter_group,
                by=presenter,
                upload=uploads.pptx(content=content or DECK),
                at=make.BEFORE_CLASS,
                key=keys[work],
            )
        return hand_in_summary(
            meeting=lecture,
            group=companion_group,
            by=companion,
            answers=None,
            upload=uploads.pdf(content=content or PDF),
            at=lecture.ends_at,
            key=keys[work],
        )

    return hand_in


def files_below(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
@pytest.mark.parametrize(("work", "content"), [("slides", DECK), ("summary", PDF)])
@pytest.mark.parametrize("error", [OperationalError, IntegrityError, OSError, KeyboardInterrupt])
def test_file_stays_when_nobody_knows_what_was_committed(
    hand_in, monkeypatch, work, content, error
):
    store = actions._store

    def lost_answer(*arguments):
        store(*arguments)
        raise error("the answer never came")

    monkeypatch.setattr(actions, "_store", lost_answer)
    with pytest.raises(error):
        hand_in(work)
    monkeypatch.undo()
    assert hand_in(work) == Receipt.objects.get()
    assert absolute(StoredFile.objects.get().path).read_bytes() == content


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", [NotYourDuty, KeyReused])
def test_file_goes_when_it_was_refused(hand_in, monkeypatch, settings, refusal):
    def refuse(*arguments):
        raise refusal

    monkeypatch.setattr(actions, "_store", refuse)
    with pytest.raises(refusal):
        hand_in("slides")
    assert files_below(settings.MEDIA_ROOT) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("work", "content"), [("slides", DECK), ("summary", PDF)])
@pytest.mark.parametrize("harm", ["gone", "half", "folder gone"])
def test_repeat_stores_again_what_is_missing(hand_in, settings, work, content, harm):
    receipt = hand_in(work)
    path = absolute(StoredFile.objects.get().path)
    if harm == "half":
        path.write_bytes(content[:100])
    else:
        path.unlink()
    if harm == "folder gone":
        path.parent.rmdir()
    assert hand_in(work) == receipt
    assert path.read_bytes() == content
    assert files_below(settings.MEDIA_ROOT) == [path.name]


@pytest.mark.django_db
def test_repeat_with_another_file_stores_nothing(hand_in, settings):
    hand_in("slides")
    absolute(StoredFile.objects.get().path).unlink()
    with pytest.raises(KeyReused):
        hand_in("slides", OTHER_DECK)
    assert files_below(settings.MEDIA_ROOT) == []


@pytest.mark.django_db
def test_repeat_without_room_is_refused_and_the_next_one_is_not(hand_in, monkeypatch, settings):
    hand_in("slides")
    path = absolute(StoredFile.objects.get().path)
    path.unlink()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("submissions.files.os.fsync", full)
    with pytest.raises(StorageFull):
        hand_in("slides")
    assert files_below(settings.MEDIA_ROOT) == []
    monkeypatch.undo()
    hand_in("slides")
    assert path.read_bytes() == DECK


class DeafProxy:
    """Stands before a database; once armed, it cuts the line after COMMIT, unanswered."""

    def __init__(self, host: str, port: int) -> None:
        self.to = (host, port)
        self.is_armed = False
        self.cuts = 0
        self.lines: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.to)
                self.lines += [client, server]
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.is_armed and b"COMMIT" in data:
                    self.is_armed = False
                    self.cuts += 1
                    self._swallow(client, server, data)
                    return
                server.sendall(data)
        server.close()

    def _swallow(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        server.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
        client.close()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)


@pytest.fixture
def proxy():
    """The tests' connection goes through it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite commits in the process itself: there is no line to cut")
    was = {key: connection.settings_dict[key] for key in ("HOST", "PORT")}
    proxy = DeafProxy(was["HOST"] or "127.0.0.1", int(was["PORT"] or 5432))
    connection.close()
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": proxy.port}
    yield proxy
    connection.close()
    connection.settings_dict |= was
    for one in (proxy.listener, *proxy.lines):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)  # closing alone leaves it to a thread that reads it
        one.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("work", "content"), [("slides", DECK), ("summary", PDF)])
def test_line_that_is_cut_after_commit(hand_in, proxy, work, content):
    connection.ensure_connection()
    proxy.is_armed = True
    with pytest.raises(Error):
        hand_in(work)
    assert proxy.cuts == 1
    connection.close()
    receipt = hand_in(work)
    assert Receipt.objects.get() == receipt
    assert absolute(StoredFile.objects.get().path).read_bytes() == content
    assert Slides.objects.count() == (1 if work == "slides" else 0)
