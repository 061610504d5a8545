"""What no file of the project may hold."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 330

MACHINE_PATH = re.compile(r"(?<![\w.>}/-])/(?:root|work|farm|tmp|home/\w+)/")
INDEX_ADDRESS = re.compile(
    r"--(?:extra-)?index-url|--find-links|\"resolved\": *\"http|^source = \{ registry"
    r"|https?://[^/\s]*(?:pypi|pythonhosted)",
    re.MULTILINE,
)
INLINE = re.compile(
    r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son(?:click|submit|change|load|input)\s*=|javascript:",
    re.IGNORECASE,
)
OUTSIDE = re.compile(
    r"<(?:script|link|img|iframe|source|video)[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"
    r"|url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//",
    re.IGNORECASE,
)


def tracked(*patterns: str) -> list[Path]:
    """The files in git, and those about to be, that match."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            *patterns,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def holding(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """ "file:line" wherever `pattern` stands in one of the text files."""
    found = []
    for file in files:
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        found += [
            f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
            for match in pattern.finditer(text)
        ]
    return found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, 'open("/ro' + 'ot/x")'),
        (MACHINE_PATH, "see /ho" + "me/someone/notes"),
        (INDEX_ADDRESS, "--index" + "-url x"),
        (INDEX_ADDRESS, "https://py" + "pi.example/simple"),
        (INLINE, "<p sty" + 'le="color: red">'),
        (INLINE, "<scr" + "ipt>run()</script>"),
        (INLINE, "<a oncl" + 'ick="run()">'),
        (OUTSIDE, "<scr" + 'ipt src="//cdn.example/x.js"></script>'),
        (OUTSIDE, "background: url(ht" + "tps://x.example/y.png)"),
    ],
)
def test_what_is_looked_for_is_found(pattern, text):
    assert pattern.search(text)


def test_no_path_of_a_machine():
    assert holding(MACHINE_PATH, tracked()) == []


def test_no_address_of_a_package_index():
    assert holding(INDEX_ADDRESS, tracked(":!tests/test_hygiene.py")) == []


def test_no_inline_script_or_style():
    assert holding(INLINE, tracked("*.html")) == []


def test_nothing_is_loaded_from_elsewhere():
    assert holding(OUTSIDE, tracked("*.html", "*.css", "static/*.js")) == []


def test_one_stylesheet_for_pages_and_one_for_the_admin():
    assert [file.name for file in tracked("*.css")] == ["admin.css", "rostrum.css"]
    linked = [
        ("/".join(file.relative_to(ROOT).parts[:2]), sheet)
        for file in tracked("templates/*.html", "jinja/*.html")
        for sheet in re.findall(r"rostrum/(\w+)\.css", file.read_text())
    ]
    assert sorted(linked) == [
        ("jinja/base.html", "rostrum"), ("templates/admin", "admin"),
        ("templates/base.html", "rostrum"),
    ]  # fmt: skip


def test_modules_stay_short():
    modules = [
        path
        for path in tracked("*.py")
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)
    ]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules}
    assert lines
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


@pytest.mark.parametrize("name", ["bootstrap", "base", "dev"])
def test_requirements_are_locked_with_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert pinned
    assert [line for line in pinned if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line)] == []


def test_no_library_brings_a_module_named_like_an_app():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps & set(packages_distributions()) == set()
