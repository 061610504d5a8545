"""One small client for everything that is measured."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock, Thread

IN_FLIGHT = 2
"""Requests under way at once: enough that the server never waits for the client."""


@dataclass(frozen=True)
class Request:
    """What is sent, and the status that must come back."""

    method: str
    path: str
    expect: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def send(connection: http.client.HTTPConnection, request: Request) -> bytes:
    """Send one request; its body, or RuntimeError when another status comes back."""
    connection.request(request.method, request.path, request.body or None, request.headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != request.expect:
        raise RuntimeError(
            f"{request.method} {request.path} answered {response.status}, not {request.expect}:\n"
            f"{response.headers}\n{body[:2000].decode(errors='replace')}"
        )
    return body


def rate(port: int, requests: Iterable[Request], seconds: float) -> float:
    """Requests per second over `seconds`, or until `requests` run out, on kept connections."""
    waiting = iter(requests)
    lock = Lock()
    until = time.perf_counter() + seconds
    counts: list[int] = []
    failures: list[BaseException] = []

    def take() -> Iterator[Request]:
        while time.perf_counter() < until:
            with lock:
                request = next(waiting, None)
            if request is None:
                return
            yield request

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sent = 0
        try:
            for request in take():
                send(connection, request)
                sent += 1
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            failures.append(error)
        finally:
            connection.close()
            counts.append(sent)

    begun = time.perf_counter()
    threads = [Thread(target=work) for _ in range(IN_FLIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - begun)
