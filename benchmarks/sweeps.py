"""`make bench-sweep`: what the worker's half-minute costs over 300 courses, idle and busy.

Idle: nothing is due in any of them. Busy: in each a question has just become due, and everybody
has to be told. Processor time of one sweep, the first and the ones after it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
COURSES, STUDENTS = 300, 30


def main() -> None:
    """Measure on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="rostrum-bench-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "DEMO"):
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "courseapp.settings",
            "DATA_DIR": folder,
            "DEBUG": "1",
            "LOG_LEVEL": "ERROR",
            "EMAIL_URL": "dummymail://",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True
        )
        import django

        django.setup()
        measure()


def measure() -> None:
    """Lay the courses, sweep, and print what it took."""
    from django.utils import timezone

    from submissions.sweeps import note_missing, remind, tell_questions_open

    at = timezone.now()
    lay(at)

    def swept(when: datetime) -> tuple[float, int]:
        before, told = time.process_time(), 0
        for sweep in (remind, tell_questions_open, note_missing):
            told += sweep(at=when)
        return (time.process_time() - before) * 1000, told

    first, _ = swept(at)
    idle = [swept(at + timedelta(seconds=30 * n))[0] for n in range(1, 6)]
    due = at + timedelta(days=30)
    busy, told = swept(due)
    after = [swept(due + timedelta(seconds=30 * n))[0] for n in range(1, 6)]
    print(f"{COURSES} courses of {STUDENTS} students; CPU ms of one sweep, and per course")
    for name, cost in (
        ("first after the start", first), ("idle", median(idle)),
        (f"busy: {told} told", busy), ("after it", median(after)),
    ):  # fmt: skip
        print(f"{name:<24} {cost:>9.1f} {cost / COURSES:>8.3f}")


def lay(at: datetime) -> None:
    """Courses whose one lecture begins thirty days after `at`."""
    from courses.models import Course, Enrolment
    from schedule.actions.rules import set_rules
    from schedule.models import Meeting, Reading
    from schedule.plan.seed import SEED

    starts = at + timedelta(days=30)
    for number in range(COURSES):
        course = Course.objects.create(
            slug=f"c{number}", title=f"Course {number}", created_at=at - timedelta(days=1)
        )
        set_rules(course=course, rules=SEED, at=at)
        Enrolment.objects.bulk_create(
            Enrolment(
                course=course, role="student", netid=f"s{n}", name=f"Student {n}",
                email=f"s{n}@bench.example", created_at=at - timedelta(days=1),
            )
            for n in range(STUDENTS)
        )  # fmt: skip
        meeting = Meeting.objects.create(
            course=course, kind=Meeting.Kind.STUDENT_LECTURE, on=starts.date(), starts_at=starts,
            ends_at=starts + timedelta(minutes=75), title="Lecture",
        )  # fmt: skip
        Reading.objects.create(meeting=meeting, title="Paper", is_required=True, position=0)


if __name__ == "__main__":
    main()
