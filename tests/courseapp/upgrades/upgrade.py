"""Run as a program on an empty database: an old one is laid there, brought up to date, and asked.

What it says goes to the standard output as one JSON object. The old one is `before_plans.json`: a
small course as the last version without roles and works as rows had stored it, table by table,
and what that version said of it.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import time_machine

OLD = Path(__file__).with_name("before_plans.json")
MIGRATED = {
    "account": None, "courses": "0003", "groups": "0001", "schedule": "0001", "coursepage": "0001",
    "submissions": "0002", "grading": "0001",
}  # fmt: skip
"""How far that version had got, by app; None: to the end."""


def lay(old: dict[str, Any]) -> None:
    """Make the tables of that version, with the rows in them."""
    from django.core.management import call_command
    from django.db import connection, transaction

    for app, target in MIGRATED.items():
        call_command("migrate", *filter(None, (app, target)), verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for table, held in old["tables"].items():
            columns = ", ".join(f'"{name}"' for name in held["columns"])
            marks = ", ".join(["%s"] * len(held["columns"]))
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', held["rows"])
        if connection.vendor == "postgresql":
            for table, held in old["tables"].items():
                row = held["rows"][-1][held["columns"].index("id")]
                if isinstance(row, int):
                    serial = f"pg_get_serial_sequence('\"{table}\"', 'id')"
                    cursor.execute(f"SELECT setval({serial}, 1000)")
    call_command("migrate", verbosity=0)


def said(old: dict[str, Any]) -> dict[str, Any]:
    """What that version said, said by this one."""
    from courses.models import Course
    from grading.queries import gradebook_of
    from submissions.models import Receipt
    from submissions.queries import duties_of

    course = Course.objects.get(slug="seminar")
    students = {one.pk: one for one in course.enrolments.filter(role="student").order_by("pk")}
    instants = [datetime.fromisoformat(one) for one in old["instants"]]
    duties = [
        [
            at.isoformat(), one.netid, duty.work, duty.meeting.id,
            duty.reading.id if duty.reading else None, duty.group.id if duty.group else None,
            duty.role, str(duty.state(at)), duty.due_at.isoformat(),
            duty.receipt.pk.hex if duty.receipt else None,
        ]
        for at in instants
        for one in students.values()
        for duty in duties_of(one, at)
    ]  # fmt: skip
    book = gradebook_of(course, instants[-1], dropped=True)
    totals = [
        [
            students[row.student.enrolment].netid, str(row.totals.current), str(row.totals.final),
            [
                [part.name, str(cell.current), str(cell.state), [str(p.state) for p in cell.pieces]]
                for part, cell in zip(book.components, row.cells, strict=True)
            ],
        ]
        for row in book.rows
    ]  # fmt: skip
    receipts = [
        [
            one.pk.hex, one.work, one.meeting_id, one.reading_id, one.group_id, one.version,
            one.verdict, one.due_at.isoformat(), one.sha256,
            sorted(one.members.values_list("netid", flat=True)),
        ]
        for one in Receipt.objects.order_by("at", "key")
    ]  # fmt: skip
    return {"duties": duties, "totals": totals, "receipts": receipts}


def stored() -> dict[str, Any]:
    """The pieces, versions, entries of the ledger and rules that there are now."""
    from grading.models import GradeChange, GradeComponent
    from schedule.models import Role, Work
    from submissions.models import Piece, Version

    return {
        "pieces": [
            [one.work.key, one.meeting_id, one.reading_id, one.enrolment_id, one.group_id,
             one.newest, one.withdrawn_at and one.withdrawn_at.isoformat()]
            for one in Piece.objects.select_related("work").order_by("pk")
        ],
        "versions": [
            [one.piece.work.key, one.piece.reading_id, one.piece.enrolment_id, one.piece.group_id,
             one.number, one.receipt_id.hex, one.released_at and one.released_at.isoformat(),
             one.texts, {key: file.pk for key, file in one.stored_files.items()}]
            for one in Version.objects.select_related("piece__work").order_by("pk")
        ],
        "ledger": {
            one.pk: [
                one.version and [one.version.piece.work.key, one.version.receipt_id.hex],
                one.work and [one.work.key, one.meeting_id, one.reading_id],
            ]
            for one in GradeChange.objects.all()
        },
        "fed": {
            one.name: [work.key for work in one.works.all()] for one in GradeComponent.objects.all()
        },
        "roles": list(
            Role.objects.filter(course__slug="seminar").order_by("position").values_list(
                "key", "minutes", "must_attend"
            )
        ),
        "works": [
            [one.key, one.due_from, one.due_minutes, one.opens_from, one.after, str(one.points)]
            for one in Work.objects.filter(course__slug="seminar").order_by("position")
        ],
    }  # fmt: skip


def told_again(old: dict[str, Any]) -> list[str]:
    """The keys of what the sweeps tell at those instants that had not been told before."""
    from courses.models import Notice
    from submissions.sweeps import note_missing, remind, tell_questions_open

    for at in map(datetime.fromisoformat, old["instants"]):
        for sweep in (remind, tell_questions_open, note_missing):
            sweep(at=at)
    return sorted(set(Notice.objects.values_list("key", flat=True)) - set(old["notices"]))


def answers(old: dict[str, Any]) -> dict[str, list[Any]]:
    """How the addresses that mails had are answered, each for somebody whom it was sent to."""
    from django.test import Client

    from courses.models import Notice

    found = {}
    people = {"question": "solen@uni.example", "slides": "presa@uni.example"}
    people |= {"summary": "comyn@uni.example"}
    paths = {f"/c/seminar/meetings/1/{work}/": people[work] for work in ("slides", "summary")}
    paths["/c/seminar/readings/1/question/"] = people["question"]
    for notice in Notice.objects.filter(kind="receipt", course__slug="seminar"):
        line = next(one for one in notice.body.splitlines() if "/receipts/" in one)
        paths[line[line.index("/c/") :]] = notice.address
    for path, address in paths.items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(_person(address))
        with time_machine.travel(datetime.fromisoformat(old["instants"][-1]), tick=False):
            found[path] = [address, client.get(path).status_code]
    return found


def _person(address: str) -> Any:
    from courses.models import Person

    return Person.objects.get(email=address)


if __name__ == "__main__":
    django.setup()
    old = json.loads(OLD.read_text())
    lay(old)
    json.dump(
        {
            "said": said(old),
            "stored": stored(),
            "told_again": told_again(old),
            "answers": answers(old),
        },
        sys.stdout,
        ensure_ascii=False,
    )
