"""docs/course-page.md lists every warning that the reader can give, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from coursepage import parser

FOLDER = Path(parser.__file__).parent
DOCS = FOLDER.parents[1] / "docs" / "course-page.md"


def codes_in_source() -> set[str]:
    """The second argument of each call of `warn`; one of them is made of two words."""
    codes: set[str] = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "warn":
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    codes.add(code.value)
                elif isinstance(code, ast.JoinedStr):
                    codes |= {"required-twice", "optional-twice"}
                else:
                    codes |= {"no-date", "unreadable-date"}
    return codes


def test_every_warning_is_listed_in_alphabetical_order():
    listed = re.findall(r"^\| `([a-z-]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted(codes_in_source())
