"""What a version consists of, as the one digest that its receipt carries. Pure: no Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """A file by its SHA-256 and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """Texts by the keys of their prompts, in order; files by the keys of what is asked for.

    `is_one_text` says that the work asks for one text and no more.
    """

    texts: Mapping[str, str]
    files: Mapping[str, Part]
    is_one_text: bool = False

    @property
    def _as_text(self) -> str:
        if self.is_one_text:
            return "".join(self.texts.values())
        said: Mapping[str, object] = self.texts
        if self.files:
            files = {key: part.sha256 for key, part in self.files.items()}
            said = {"answers": self.texts, "files": files}
        return json.dumps(said, ensure_ascii=False, indent=1)

    @property
    def _is_one_file(self) -> bool:
        return len(self.files) == 1 and not any(self.texts.values())

    @property
    def sha256(self) -> str:
        """That of the one file, of the one text, or of all as a JSON object.

        That maps keys to texts; with files beside them it holds `answers`, and `files`, which maps
        keys to digests.
        """
        for part in self.files.values():
            if self._is_one_file:
                return part.sha256
        return digest(self._as_text)

    @property
    def size(self) -> int:
        """How many bytes: of the files, and of the texts as they are digested."""
        of_files = sum(part.size for part in self.files.values())
        if self._is_one_file:
            return of_files
        return of_files + len(self._as_text.encode())
