"""`python -m courseapp.server`: one web process, as `manage.py serve` starts several."""

from __future__ import annotations

import argparse
import gc
import socket
from importlib import import_module

from courseapp.pulse import Pulse, end_with_supervisor
from courseapp.server.loop import serve


def main() -> None:
    """Serve a WSGI application on a socket that somebody else has bound."""
    parser = argparse.ArgumentParser(prog="python -m courseapp.server", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="number of the listening socket")
    parser.add_argument("--application", default="courseapp.wsgi:application")
    options = parser.parse_args()
    module, _, name = options.application.partition(":")
    application = getattr(import_module(module), name)
    end_with_supervisor()
    # What is loaded by now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    serve(application, socket.socket(fileno=options.fd), pulse=Pulse())


if __name__ == "__main__":
    main()
