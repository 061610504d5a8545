"""Sites that are broken on purpose: what does not show here is not measured.

`python -m benchmarks.faults.control MODULE:APPLICATION PORT` serves one as `manage.py serve` does.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import django

Start = Callable[..., Any]


def answers_first(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Says that it has what was handed in, and stores it half a second later."""
    from courseapp.wsgi import application

    if environ["REQUEST_METHOD"] != "POST":
        return application(environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    later = environ | {"wsgi.input": io.BytesIO(body)}

    def store() -> None:
        time.sleep(0.5)
        application(later, lambda *ignored: lambda data: None)

    threading.Thread(target=store, daemon=True).start()
    start_response("303 See Other", [("Location", "/"), ("Content-Length", "0")])
    return [b""]


def main() -> None:
    """Serve it until told to stop."""
    application, port = sys.argv[1:]
    django.setup()
    from dataclasses import replace

    from courseapp.management.commands.serve import listen, web
    from courseapp.supervisor import run

    with listen("127.0.0.1", int(port)) as listener:
        services = [web(number, listener) for number in (1, 2)]
        faulty = [
            replace(one, command=[*one.command, "--application", application]) for one in services
        ]
        sys.exit(run(faulty))


if __name__ == "__main__":
    main()
