"""The event loop of one web process, and its end."""

from __future__ import annotations

import resource
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from courseapp.server.requests import Channel

THREADS = 4
MOST_CONNECTIONS = 2000
GRACE_SECONDS = 8
"""How long what has begun may go on once the process is told to stop."""
SILENCE_SECONDS = 75
"""After how long without a byte a connection is closed."""
CLEANUP_SECONDS = 2


class Server(TcpWSGIServer):
    """waitress, which also closes what is too slow, and stays open when connections run out."""

    channel_class = Channel

    def handle_accept(self) -> None:
        """Take a connection; where there are too many, those go on which nothing is going on."""
        super().handle_accept()
        if len(self.active_channels) > MOST_CONNECTIONS * 0.8:
            idle = [one for one in self.active_channels.values() if not one.requests]
            idle.sort(key=lambda one: one.last_activity)
            for channel in idle[: MOST_CONNECTIONS // 10]:
                channel.will_close = True

    def maintenance(self, now: float) -> None:
        """Close connections on which nothing comes, or too slowly."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.request is not None and channel.request.is_too_slow(now):
                channel.will_close = True

    def turn(self, seconds: float) -> None:
        """Wait for something to happen, at most so long, and do what is to be done."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def finish(self) -> None:
        """Take nothing new, and let what has begun come to its end, at most GRACE_SECONDS."""
        self.del_channel()
        self.accepting = False
        self.socket.close()
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until:
            for channel in list(self.active_channels.values()):
                if channel.is_idle:
                    channel.handle_close()
            if not self.active_channels:
                break
            self.turn(0.1)
        self.task_dispatcher.shutdown(timeout=max(0.0, until - time.monotonic()) + 1)


def serve(
    application: Callable[..., Any], listener: socket.socket, *, pulse: Callable[[], None]
) -> None:
    """Answer what comes to `listener` until SIGTERM or SIGINT, calling `pulse` now and then.

    What has begun by then has GRACE_SECONDS to come to its end. Call it in the main thread.
    """
    _allow_connections()
    server = server_for(application, listener)
    is_stopping = False

    def stop(*_: Any) -> None:
        nonlocal is_stopping
        is_stopping = True
        server.pull_trigger()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not is_stopping:
        server.turn(1.0)
        pulse()
    server.finish()


def server_for(application: Callable[..., Any], listener: socket.socket) -> Server:
    """A server for `application` on a socket that is bound, and may be shared with others."""
    # Who believes forwarding headers is Django (TRUST_PROXY), so they are left as they came.
    settings = Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENCE_SECONDS,
        cleanup_interval=CLEANUP_SECONDS,
        max_request_header_size=64 * 1024,
        max_request_body_size=1 << 40,
        # Answers stay in memory: the system's folder for temporary files may be full.
        outbuf_overflow=64 * 1024 * 1024,
        asyncore_use_poll=True,
        log_socket_errors=False,
    )
    kind = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Server(application, {}, _sock=listener, adj=settings, sockinfo=kind, bind_socket=False)


def _allow_connections() -> None:
    """Raise the number of files that this process may have open, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 200
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
