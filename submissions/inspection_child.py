"""Looks into one untrusted file, in a process of its own with little memory and time.

Run as a script by `submissions.inspection`: `python -I inspection_child.py KIND PATH`. Prints one
JSON object: `{"ok": true, "pages": n}` or `{"ok": false, "reason": "..."}`. Nothing is extracted.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

if __name__ == "__main__":
    # An isolated interpreter knows its own packages only; ours come after them.
    sys.path.append(str(Path(__file__).resolve().parents[1]))

from submissions.inspectors import Unfit

MEMORY_MB = {"pptx": 160, "pdf": 256, "zip": 160}
CPU_SECONDS = 4


def look(kind: str, path: str) -> int:
    """The number of pages of a PDF, 0 for anything else. Raises Unfit."""
    if kind == "pdf":
        from submissions.inspectors.pdf import count_pages

        return count_pages(path)
    if kind == "zip":
        from submissions.inspectors.bundle import check_bundle

        check_bundle(path)
        return 0
    from submissions.inspectors.deck import check_deck

    check_deck(path)
    return 0


def limit(kind: str) -> None:
    """Bound what this process may take, for good."""
    memory = MEMORY_MB[kind] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(kind: str, path: str) -> None:
    """Limit this process, look, and print what was found."""
    limit(kind)
    found: dict[str, object]
    try:
        found = {"ok": True, "pages": look(kind, path)}
    except Unfit as unfit:
        found = {"ok": False, "reason": unfit.reason}
    except (MemoryError, RecursionError):
        found = {"ok": False, "reason": "exhausting"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
