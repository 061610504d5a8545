"""Looks into one untrusted file, in a process of its own with little memory and time.

Run as a script by `submissions.inspection`: `python -I inspection_child.py KIND PATH`. Prints one
JSON object: `{"ok": true, "pages": n}` or `{"ok": false, "reason": "..."}`. Nothing is extracted.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from pathlib import Path

MEMORY_MB = {"pptx": 160, "pdf": 256}
CPU_SECONDS = 5
MAX_ENTRIES = 5000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM = 20 * 1024 * 1024  # small files may shrink as far as they like
NEEDED = {"[Content_Types].xml", "ppt/presentation.xml"}


def _is_unsafe(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "\\" in name or name.startswith("/") or ".." in parts or ":" in parts[0]


def look_into_pptx(path: str) -> str:
    """Why this is not a presentation to keep, as a reason's name; empty when it is one.

    Reads the archive's directory and nothing else, so declared sizes are all that is known.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return "broken"
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES:
        return "too_many"
    if any(_is_unsafe(entry.orig_filename) for entry in entries):
        return "unsafe_names"
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "encrypted"
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed):
        return "bomb"
    if not names >= NEEDED:
        return "not_pptx"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "macros"
    return ""


def count_pages(path: str) -> tuple[str, int]:
    """A reason's name (empty when the PDF can be read) and its number of pages."""
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    with Path(path).open("rb") as file:
        if file.read(5) != b"%PDF-":
            return "not_pdf", 0
        file.seek(0)
        try:
            reader = PdfReader(file)
            if reader.is_encrypted:
                return "encrypted", 0
            pages = len(reader.pages)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001
            # Whatever the parser trips over, the file is broken.
            return "broken", 0
    return ("", pages) if pages else ("broken", 0)


def main(kind: str, path: str) -> None:
    """Limit this process, look, and print what was found."""
    memory = MEMORY_MB[kind] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pages = 0
    try:
        if kind == "pptx":
            reason = look_into_pptx(path)
        else:
            reason, pages = count_pages(path)
    except (MemoryError, RecursionError):
        reason = "bomb"
    result = {"ok": False, "reason": reason} if reason else {"ok": True, "pages": pages}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
