"""One small client for everything that is measured."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


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


def cpu_seconds(server: int) -> float:
    """The processor time that the server (a pid) and its workers took, in user and kernel."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    total = 0
    for pid in [str(server), *children]:
        # The name in the second field may hold blanks; behind its parenthesis come the numbers.
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(numbers[11]) + int(numbers[12])
    return total / TICK


def cost(port: int, server: int, requests: Iterable[Request]) -> float:
    """Milliseconds of the server's processor time for each request, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    before, sent = cpu_seconds(server), 0
    for request in requests:
        send(connection, request)
        sent += 1
    connection.close()
    return (cpu_seconds(server) - before) * 1000 / sent
