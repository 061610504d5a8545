"""`make bench-slow`: how long a page takes while others are slow or silent.

50 connections that send nothing, 50 that send half a head, 40 uploads at 1 kB/s, on the embedded
server without a proxy. The control is a server of eight threads that each read one request.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles

from benchmarks.faults.site import ROOT, get, prepare, served, settings_for

IDLE, HALF, TRICKLING = 50, 50, 40
PAGE = "/accounts/login/"
LIMIT = 1.0
"""Seconds within which 95 of 100 pages must be there."""
TIMEOUT = 10.0


@contextmanager
def slow_clients(port: int) -> Iterator[list[socket.socket]]:
    """All of them, at work for as long as the block runs."""
    stop = threading.Event()
    with ExitStack() as stack:

        def connect(data: bytes) -> socket.socket:
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(data)
            return one

        idle = [connect(b"") for _ in range(IDLE)]
        half = [connect(b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0") for _ in range(HALF)]
        head = (
            f"POST {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        uploads = [connect(head.encode()) for _ in range(TRICKLING)]

        def trickle() -> None:
            while not stop.wait(1.0):
                for one in uploads:
                    try:
                        one.sendall(b"x" * 1000)
                    except OSError:
                        return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        try:
            yield [*idle, *half, *uploads]
        finally:
            stop.set()
            thread.join()


def measure(port: int, seconds: float) -> list[float]:
    """Seconds for each page, one after the other; TIMEOUT for one that did not come."""
    took = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            get(port, PAGE, timeout=TIMEOUT)
            took.append(time.monotonic() - began)
        except OSError:
            took.append(TIMEOUT)
        time.sleep(0.02)
    return took


def p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def said(name: str, took: list[float]) -> str:
    ms = sorted(round(one * 1000) for one in took)
    lost = sum(one >= TIMEOUT for one in took)
    return (
        f"{name:<28} {len(ms):5} pages, p50 {ms[len(ms) // 2]} ms, p95 {p95(took) * 1000:.0f} ms,"
        f" max {ms[-1]} ms, unanswered {lost}"
    )


def eight_threads() -> None:
    """The control: an accepting loop that gives each connection to one of eight threads."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

    def answer(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            size = 0
            while (line := lines.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    size = int(line.partition(b":")[2])
            lines.read(size)
            connection.sendall(page)

    with ThreadPoolExecutor(8) as pool:
        while True:
            pool.submit(answer, listener.accept()[0])


def main() -> None:
    """The site alone, the site with slow clients, and the control with them."""
    if sys.argv[1:] == ["eight-threads"]:
        eight_threads()
    faults = []
    with tempfile.TemporaryDirectory(prefix="rostrum-slow-") as folder:
        settings_for(Path(folder))
        prepare()
        with served() as serve:
            measure(serve.port, 2)
            print(said("the site alone", measure(serve.port, 10)), flush=True)
            with slow_clients(serve.port):
                took = measure(serve.port, 25)
            print(said("with 140 slow clients", took), flush=True)
            if p95(took) >= LIMIT:
                faults.append("pages wait for slow clients")
            if (status := get(serve.port, PAGE)[0]) != 200:
                faults.append(f"afterwards the page answers {status}")
    command = [sys.executable, "-m", "benchmarks.faults.slow", "eight-threads"]
    control = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert control.stdout
        port = int(control.stdout.readline())
        with slow_clients(port):
            took = measure(port, 25)
        print(said("control: eight threads", took))
        if p95(took) < LIMIT:
            faults.append("the control is not stopped by slow clients: nothing was measured")
    finally:
        control.kill()
        control.wait()
    print("\n".join(faults) or "Nobody waited, and the control shows the fault.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
