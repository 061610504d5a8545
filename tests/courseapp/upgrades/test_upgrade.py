"""A database without roles and works as rows is carried over: nothing lost, doubled or retold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.courseapp.backups.conftest import sites  # noqa: F401 # a fixture
from tests.courseapp.upgrades.upgrade import OLD

ROOT = Path(__file__).resolve().parents[3]
BEFORE = json.loads(OLD.read_text())


@pytest.fixture(scope="module")
def now(sites, tmp_path_factory):  # noqa: F811 # the fixture
    """What the program of `upgrade.py` says on a site of its own."""
    site = sites.make(tmp_path_factory.mktemp("upgrade") / "old", prepared=False)
    done = subprocess.run(
        [sys.executable, "-m", "tests.courseapp.upgrades.upgrade"],
        cwd=ROOT,
        env=site.environment() | {"DJANGO_SETTINGS_MODULE": "courseapp.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def rows(table):
    """The rows that the old database had there, by column."""
    held = BEFORE["tables"][table]
    return [dict(zip(held["columns"], row, strict=True)) for row in held["rows"]]


def receipts():
    return {one["id"]: one for one in rows("submissions_receipt")}


@pytest.mark.parametrize("what", ["duties", "totals", "receipts"])
def test_it_says_the_same(now, what):
    assert now["said"][what] == BEFORE["said"][what]
    assert len(BEFORE["said"][what]) > 5


def test_nothing_is_told_twice(now):
    assert now["told_again"] == []
    assert len(BEFORE["notices"]) > 30


def test_addresses_in_mails_lead_to_their_pages(now):
    assert len(now["answers"]) > 15
    assert now["answers"] == {
        path: [address, 404 if address == "dropa@uni.example" else 200]
        for path, (address, _) in now["answers"].items()
    }  # who has dropped sees the course no more, as before


def test_each_question_with_its_versions(now):
    readings = {one["id"]: one for one in rows("schedule_reading")}
    questions = {one["id"]: one for one in rows("submissions_question")}
    pieces = [one for one in now["stored"]["pieces"] if one[0] == "question"]
    assert sorted(pieces, key=lambda one: (one[2], one[3])) == [
        [
            "question", readings[one["reading_id"]]["meeting_id"], one["reading_id"],
            one["author_id"], None, one["version"], one["withdrawn_at"],
        ]
        for one in sorted(questions.values(), key=lambda one: (one["reading_id"], one["author_id"]))
    ]  # fmt: skip
    versions = [one for one in now["stored"]["versions"] if one[0] == "question"]
    key = lambda one: (one[1], one[2], one[4])  # noqa: E731 # reading, author, number
    assert sorted(versions, key=key) == sorted(
        (
            [
                "question", questions[one["question_id"]]["reading_id"],
                questions[one["question_id"]]["author_id"], None, one["number"],
                one["receipt_id"], None, {"text": one["text"]}, {},
            ]
            for one in rows("submissions_questionversion")
        ),
        key=key,
    )  # fmt: skip


@pytest.mark.parametrize("work", ["slides", "summary"])
def test_each_version_of_a_group(now, work):
    texts = ("problem", "related_work", "solution", "drawbacks", "future")
    versions = [one for one in now["stored"]["versions"] if one[0] == work]
    assert sorted(versions, key=lambda one: (one[3], one[4])) == [
        [
            work, None, None, one["group_id"], one["version"], one["receipt_id"],
            one.get("released_at"), {key: one[key] for key in texts if one.get(key)},
            {"upload": one["file_id"]} if one["file_id"] else {},
        ]
        for one in sorted(
            rows(f"submissions_{work}"), key=lambda one: (one["group_id"], one["version"])
        )
    ]  # fmt: skip


def test_each_entry_of_the_ledger_is_on_what_it_was_on(now):
    questions = {one["id"]: one for one in rows("submissions_question")}
    readings = {one["id"]: one["meeting_id"] for one in rows("schedule_reading")}
    newest = {}
    for one in rows("submissions_questionversion"):
        newest.setdefault(one["question_id"], []).append(one)
    expected = {}
    for one in rows("grading_gradechange"):
        version = duty = None
        if one["question_id"]:
            then = [v for v in newest[one["question_id"]] if v["at"] <= one["at"]]
            version = ["question", then[-1]["receipt_id"]]
        for work in ("slides", "summary"):
            if one[f"{work}_id"]:
                [row] = [r for r in rows(f"submissions_{work}") if r["id"] == one[f"{work}_id"]]
                version = [work, row["receipt_id"]]
        if one["reading_id"]:
            duty = ["question", readings[one["reading_id"]], one["reading_id"]]
        elif one["meeting_id"]:
            duty = ["slides", one["meeting_id"], None]
        expected[str(one["id"])] = [version, duty]
    assert now["stored"]["ledger"] == expected
    assert {work for version, _ in expected.values() if version for work in version[:1]} == {
        "question", "slides", "summary",
    }  # fmt: skip
    assert questions


def test_what_the_course_had_set_is_in_its_rules(now):
    """36 hours for slides, 30 for summaries, 3 and 20 points, 25 minutes."""
    assert now["stored"]["works"] == [
        ["question", "start", 0, "", "closed", "3.00"],
        ["slides", "start", -36 * 60, "", "late", "20.00"],
        ["summary", "end", 30 * 60, "start", "late_not_counted", "20.00"],
    ]
    assert now["stored"]["roles"] == [
        ["presenter", 25, True], ["companion", None, True], ["reviewer", None, True],
    ]  # fmt: skip
    assert now["stored"]["fed"] == {
        "Participation": ["question"], "Presentation": ["slides"], "Summary": ["summary"],
        "Report": [],
    }  # fmt: skip
