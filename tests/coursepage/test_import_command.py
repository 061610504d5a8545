"""`manage.py import_course`: what it prints, what it refuses, what it leaves behind."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from coursepage.management.commands import import_course
from coursepage.page import summary
from courses.models import Course
from tests.coursepage.conftest import SAMPLE, TERM

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    """What the command writes to standard output and to standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_course", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_creates_the_course_and_says_what_was_read():
    out, _err = run(str(SAMPLE), "--term", TERM, "--email-domain", "aldermere.edu")
    course = Course.objects.get()
    assert course.email_domain == "aldermere.edu"
    assert "CS 598: Systems for Generative AI, Spring 2025 (America/Chicago)" in out
    assert "28 (3 by staff, 20 by students, 5 of project presentations)" in out
    assert "75, 46 of them required" in out
    assert f"{SAMPLE}:58: " in out
    assert out.endswith(f"Created the course at /c/{course.slug}/.\n")


def test_dry_run_creates_nothing():
    out, _err = run(str(SAMPLE), "--term", TERM, "--dry-run")
    assert out.endswith("A dry run: nothing was created.\n")
    assert not Course.objects.exists()


def test_json_is_one_object_and_nothing_else(sample):
    out, err = run(str(SAMPLE), "--term", TERM, "--json")
    printed = json.loads(out)
    expected = json.loads(json.dumps(summary(sample)))
    assert {key: printed[key] for key in expected} == expected
    assert set(printed) - set(expected) == {"slug", "address"}
    assert err == ""
    assert Course.objects.count() == 1


def test_json_of_a_dry_run_is_one_object_too(sample):
    out, _err = run(str(SAMPLE), "--term", TERM, "--json", "--dry-run")
    printed = json.loads(out)
    assert printed.pop("exists") is False
    assert printed == json.loads(json.dumps(summary(sample)))
    assert not Course.objects.exists()


def test_twice_is_refused_with_the_address():
    run(str(SAMPLE), "--term", TERM)
    with pytest.raises(CommandError, match="/c/cs-598-spring-2025/") as refused:
        run(str(SAMPLE), "--term", TERM, "--json")
    assert refused.value.returncode == 1
    assert Course.objects.count() == 1


def test_owner_becomes_instructor(stranger):
    run(str(SAMPLE), "--term", TERM, "--owner", "Stranger@Elsewhere.example")
    assert Course.objects.get().enrolments.get(person=stranger).role == "instructor"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--term", "Spring"], "names no year"),
        (["--term", TERM, "--zone", "Mars/Olympus"], "not a time zone"),
        (["--term", TERM, "--owner", "nobody@x.example"], "nobody has an account"),
    ],
)
def test_wrong_arguments_are_refused_in_words(arguments, words):
    with pytest.raises(CommandError, match=words):
        run(str(SAMPLE), *arguments)
    assert not Course.objects.exists()


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"gone\.md: cannot be read"):
        run(str(tmp_path / "gone.md"), "--term", TERM)


def test_what_is_not_utf8_is_refused_with_its_line(tmp_path):
    file = tmp_path / "page.md"
    file.write_bytes(b"# A page\n\nna\xefve\n")
    with pytest.raises(CommandError, match=r"page\.md: line 3: this is not UTF-8"):
        run(str(file), "--term", TERM)


def test_a_page_that_is_not_understood_says_file_and_line(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("# A page\n\n## Schedule\nTo come.\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"page\.md: line 3: under “Schedule”"):
        run(str(file), "--term", TERM)
    assert not Course.objects.exists()


def test_a_dash_reads_standard_input(monkeypatch, sample_text):
    stream = io.TextIOWrapper(io.BytesIO(sample_text.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    out, _err = run("-", "--term", TERM, "--dry-run")
    assert "  standard input:58: " in out


def test_a_database_without_tables_is_told_apart_from_a_bad_page(monkeypatch):
    def no_table(**_):
        raise OperationalError("no such table: courses_course")

    monkeypatch.setattr(import_course, "create_course", no_table)
    with pytest.raises(CommandError, match=r"no such table.*manage.py prepare"):
        run(str(SAMPLE), "--term", TERM)
