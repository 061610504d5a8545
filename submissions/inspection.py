"""What is in an uploaded file, before it is kept. Pure: no Django.

The looking is done by `inspection_child.py`, with `inspectors`, in a process with its own limits:
a file made to exhaust its reader exhausts only that.
"""

from __future__ import annotations

import json
import logging
import subprocess  # nosec B404
import sys
from enum import Enum
from pathlib import Path

from submissions.errors import FileRefused

# By the clock on the wall: for a child that hangs. What a file may take is its processor time,
# which the child bounds itself, so that no good file is refused when a whole class hands in.
SECONDS = 30
_log = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("inspection_child.py")


class Kind(Enum):
    """The kinds of file that are taken: the suffix, and as what the file is served."""

    PPTX = (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    )
    PDF = ("pdf", "application/pdf")
    ZIP = ("zip", "application/zip")

    @classmethod
    def of(cls, suffix: str) -> Kind:
        """The kind with this suffix. Raises KeyError for one that is not taken."""
        return cls[suffix.upper()]

    @property
    def suffix(self) -> str:
        """The suffix without its dot."""
        return self.value[0]

    @property
    def content_type(self) -> str:
        """The MIME type."""
        return self.value[1]


_SENTENCES = {
    "broken": "“{name}” cannot be opened. Save it again, and hand in the new file.",
    "encrypted": "“{name}” is protected with a password. Hand it in without one.",
    "too_many": "“{name}” holds too many parts to be taken.",
    "unsafe_names": "“{name}” holds parts with unsafe names, so it was not taken.",
    "bomb": "“{name}” unpacks to more than can be opened safely, so it was not taken.",
    "exhausting": (
        "“{name}” could not be opened safely: it takes too much time or memory. "
        "Save it again, and hand in the new file."
    ),
    "not_pptx": (
        "“{name}” is not a PowerPoint presentation inside, whatever its name says. "
        "Save the slides as .pptx, and hand in that file."
    ),
    "old_ppt": (
        "“{name}” is in the old .ppt format inside, whatever its name says. "
        "Save it as .pptx, and hand in the new file."
    ),
    "template": (
        "“{name}” is a template inside. Save it as a .pptx presentation, and hand in the new file."
    ),
    "no_slides": "“{name}” has no slides. Save it with its slides, and hand in the new file.",
    "macros": "“{name}” contains macros. Save it as a .pptx without them.",
    "empty": "“{name}” holds no files. Pack it with what is to be handed in.",
    "not_zip": (
        "“{name}” is not a zip archive inside, whatever its name says. "
        "Pack it as .zip, and hand in that file."
    ),
    "not_pdf": (
        "“{name}” is not a PDF inside, whatever its name says. "
        "Export it as a PDF, and hand in that file."
    ),
}


def check_suffix(name: str, kind: Kind) -> None:
    """Raise FileRefused unless the file's name ends as its kind does."""
    if not name.lower().endswith(f".{kind.suffix}"):
        raise FileRefused(
            f"“{name}” is not a .{kind.suffix} file. Save it as one, and hand in the new file."
        )


def inspect(path: Path, *, name: str, kind: Kind) -> int:
    """Look into the file at `path`, which its sender calls `name`.

    Returns the number of pages of a PDF, 0 for slides. Raises FileRefused with a sentence
    that names the file. Takes at most `SECONDS` seconds, and of the processor far less.
    """
    try:
        # Our own interpreter on our own script; the path is ours too.
        run = subprocess.run(  # nosec B603
            [sys.executable, "-I", str(_CHILD), kind.suffix, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        found = json.loads(run.stdout)
    except subprocess.TimeoutExpired:
        found = {"ok": False, "reason": "exhausting"}
    except json.JSONDecodeError:
        # Ended by its limits before it could say anything; or by a mistake of ours, so say it.
        said = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        _log.warning("The inspection of a file ended with %d: %s", run.returncode, said)
        found = {"ok": False, "reason": "exhausting"}
    if not found["ok"]:
        raise FileRefused(_SENTENCES[found["reason"]].format(name=name))
    return int(found["pages"])
