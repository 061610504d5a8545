"""`manage.py export_gradebook COURSE --format csv -o FILE`: the gradebook as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.management import course_named
from grading.actions import record_export
from grading.exports import FORMATS, as_csv
from grading.queries import gradebook_of


class Command(BaseCommand):
    help = "Write a course's gradebook to a file, and note that it was exported."

    def add_arguments(self, parser: CommandParser) -> None:
        """COURSE is the slug in the course's address, /c/<slug>/."""
        parser.add_argument("course", metavar="COURSE", help="the course's slug")
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument(
            "-o", "--output", metavar="FILE", required=True, help="where to write; - is stdout"
        )
        parser.add_argument("--dropped", action="store_true", help="also who dropped the course")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write first, note afterwards: a file that could not be written was not exported."""
        at = timezone.now()
        course = course_named(options["course"])
        book = gradebook_of(course, at, dropped=options["dropped"])
        content = as_csv(book, for_excel=False)
        if options["output"] == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            try:
                Path(options["output"]).write_bytes(content)
            except OSError as error:
                raise CommandError(
                    f"{options['output']} cannot be written: {error.strerror}."
                ) from error
        record_export(course=course, by=None, format=options["format"], rows=len(book.rows), at=at)
        if options["output"] != "-":
            self.stdout.write(f"{len(book.rows)} students written to {options['output']}.")
