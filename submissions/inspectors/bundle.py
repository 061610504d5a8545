"""Whether an archive of files, such as code, is safe to unpack, and whole."""

from __future__ import annotations

from submissions.inspectors import Unfit
from submissions.inspectors.archive import opened

_OF_A_DECK = {"not_pptx": "not_zip", "old_ppt": "not_zip"}


def check_bundle(path: str) -> None:
    """Read every part to its end. Raises Unfit for damage, and for what is not safe to unpack."""
    try:
        with opened(path) as archive:
            if not archive.entries:
                raise Unfit("empty")
            for entry in archive.entries:
                for _ in archive.read(entry):
                    pass
    except Unfit as unfit:
        raise Unfit(_OF_A_DECK.get(unfit.reason, unfit.reason)) from unfit
