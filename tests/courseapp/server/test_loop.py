"""Slow clients stop nobody else; what has begun is brought to its end."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from courseapp.server import loop, requests
from courseapp.server.loop import server_for
from tests.courseapp.processes import PATIENCE, wait_until


class Site:
    """A WSGI application that says what it got, and can be held up."""

    def __init__(self) -> None:
        self.environs: list[dict] = []
        self.bodies: list[bytes] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, environ, start_response):
        self.environs.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        self.gate.wait(PATIENCE)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"here"]


@pytest.fixture
def site() -> Site:
    return Site()


class Running:
    """A server in a thread, on a port of its own."""

    def __init__(self, site: Site) -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self.server = server_for(site, listener)
        self.is_stopping = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while not self.is_stopping:
            self.server.turn(0.05)
        self.server.finish()

    def stop(self) -> None:
        self.is_stopping = True
        self.thread.join(PATIENCE)


@pytest.fixture
def serve(site) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def serve() -> Running:
        started.append(Running(site))
        return started[-1]

    yield serve
    site.gate.set()
    for one in started:
        one.stop()


@pytest.fixture
def connect() -> Iterator[Callable[..., socket.socket]]:
    """Opens a connection and sends these bytes."""
    opened: list[socket.socket] = []

    def connect(server: Running, data: bytes = b"") -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
        opened[-1].sendall(data)
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


HALF_HEAD = b"POST /somewhere/ HTTP/1.1\r\nHost: x\r\nX-Half: "
HALF_BODY = b"POST /somewhere/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc"


def get(server: Running) -> bytes:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    client.request("GET", "/")
    return client.getresponse().read()


def is_closed(connection: socket.socket) -> bool:
    """Whether the other end has closed it; waits for that."""
    with suppress(ConnectionResetError):
        while connection.recv(1000):
            pass
    return True


def test_many_slow_clients_keep_nobody_waiting(serve, connect, site):
    server = serve()
    for beginning in (b"", HALF_HEAD, HALF_BODY):
        for _ in range(50):
            connect(server, beginning)
    wait_until(lambda: len(server.server.active_channels) == 150, "all are connected")
    assert get(server) == b"here"
    assert len(site.environs) == 1


def test_thread_sees_a_request_once_it_is_whole(serve, connect, site):
    server = serve()
    slow = connect(server, HALF_BODY)
    assert get(server) == b"here"
    slow.sendall(b"x" * 99_997)
    assert slow.recv(1000).startswith(b"HTTP/1.1 200 OK")
    environ = site.environs[1]
    assert site.bodies[1] == b"abc" + b"x" * 99_997
    # It began before the other, and arrived after it.
    other = site.environs[0]
    assert environ[requests.BEGAN_AT] < other[requests.BEGAN_AT]
    assert environ[requests.ARRIVED_AT] > other[requests.ARRIVED_AT]
    assert environ[requests.LOST] == ""


def test_began_at_cannot_be_sent(serve, connect, site):
    server = serve()
    for name in ("rostrum.began_at", "Rostrum-Began-At", "rostrum_began_at"):
        connect(server, b"GET / HTTP/1.0\r\n%s: 1\r\n\r\n" % name.encode()).recv(1000)
    assert len(site.environs) == 3
    assert all(environ[requests.BEGAN_AT] > 1_000_000 for environ in site.environs)


@pytest.mark.parametrize("size", [10_000, 3_000_000])
def test_body_that_is_too_large_is_answered(serve, connect, site, monkeypatch, size):
    monkeypatch.setattr(requests, "largest_body", lambda: 5_000)
    server = serve()
    head = b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % size
    assert connect(server, head + b"x" * size).recv(1000).startswith(b"HTTP/1.0 200 OK")
    assert site.environs[0][requests.LOST] == "too large"
    assert int(site.environs[0]["CONTENT_LENGTH"]) == len(site.bodies[0]) <= 5_000


def test_body_in_chunks_has_the_same_limit(serve, connect, site, monkeypatch):
    monkeypatch.setattr(requests, "largest_body", lambda: 5_000)
    server = serve()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"1388\r\n" + b"x" * 5_000 + b"\r\n"
    for chunks in (chunk, chunk * 2):
        assert b"200 OK" in connect(server, head + chunks + b"0\r\n\r\n").recv(1000)
    said = [(environ[requests.LOST], environ["CONTENT_LENGTH"]) for environ in site.environs]
    assert said == [("", "5000"), ("too large", str(len(site.bodies[1])))]


@pytest.mark.parametrize("beginning", [HALF_HEAD, HALF_BODY])
def test_client_that_is_too_slow_is_cut_off(serve, connect, monkeypatch, beginning):
    monkeypatch.setattr(loop, "CLEANUP_SECONDS", 0)
    monkeypatch.setattr(requests, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(requests, "RATE_AFTER", 0.2)
    server = serve()
    assert is_closed(connect(server, beginning))
    assert get(server) == b"here"


def test_client_that_is_slow_within_bounds_is_not(serve, connect, monkeypatch):
    monkeypatch.setattr(loop, "CLEANUP_SECONDS", 0)
    server = serve()
    slow = [connect(server, beginning) for beginning in (HALF_HEAD, HALF_BODY)]
    for _ in range(3):
        assert get(server) == b"here"
    slow[0].sendall(b"yes\r\nContent-Length: 0\r\n\r\n")
    slow[1].sendall(b"x" * 99_997)
    assert [one.recv(1000)[:15] for one in slow] == [b"HTTP/1.1 200 OK"] * 2


def test_quietest_go_when_there_are_too_many(serve, connect, monkeypatch):
    monkeypatch.setattr(loop, "MOST_CONNECTIONS", 20)
    server = serve()
    quiet = [connect(server, HALF_HEAD) for _ in range(40)]
    assert get(server) == b"here"
    assert is_closed(quiet[0])
    assert len(server.server.active_channels) <= 20


def test_what_has_begun_comes_to_its_end(serve, connect, site):
    server = serve()
    site.gate.clear()
    working = connect(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    coming = connect(server, HALF_BODY)
    idle = connect(server)
    wait_until(lambda: len(site.environs) == 1, "it has begun")
    wait_until(lambda: len(server.server.active_channels) == 3, "all are connected")
    server.is_stopping = True
    assert is_closed(idle)
    coming.sendall(b"x" * 99_997)
    site.gate.set()
    assert [one.recv(1000)[:15] for one in (working, coming)] == [b"HTTP/1.1 200 OK"] * 2
    server.thread.join(PATIENCE)
    assert not server.thread.is_alive()


def test_what_does_not_end_is_cut_off(serve, connect, monkeypatch):
    monkeypatch.setattr(loop, "GRACE_SECONDS", 0.3)
    server = serve()
    connect(server, HALF_BODY)
    wait_until(lambda: len(server.server.active_channels) == 1, "it is connected")
    server.stop()
    assert not server.thread.is_alive()
