"""`manage.py import_course`: a course out of a Markdown page, or what it would become."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.utils import timezone

from coursepage.apply import create_course, existing_course
from coursepage.errors import CourseExists
from coursepage.page import Page, PageNotUnderstood, summary
from coursepage.parser import parse_page
from coursepage.report import counts
from courses.models import Course, Person

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = "Create a course from its Markdown page. Whatever is wrong, nothing is half created."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The page and what it does not say itself."""
        parser.add_argument("file", help="the page, in UTF-8; - reads standard input")
        parser.add_argument("--term", required=True, help="such as “Spring 2025”; gives the year")
        parser.add_argument(
            "--zone", default="America/Chicago", help="IANA time zone (default: %(default)s)"
        )
        parser.add_argument(
            "--email-domain", default="", help="NetID@this-domain is a roster entry's own address"
        )
        parser.add_argument("--owner", default="", help="address of an account: the instructor")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what was read; create nothing"
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, say what was found, and create unless it is a dry run."""
        name = options["file"]
        shown = "standard input" if name == STANDARD_INPUT else name
        text = self._read(name, shown)
        owner = self._owner(options["owner"])
        try:
            page = parse_page(text, term=options["term"], zone=options["zone"])
        except PageNotUnderstood as error:
            raise CommandError(f"{shown}: {error}. Nothing was created.") from error
        numbers = summary(page)
        if options["dry_run"]:
            there = self._existing(page, text)
            numbers["exists"] = there is not None
            if there is not None and not options["json"]:
                self.stderr.write(f"Importing would be refused: {CourseExists(there)}")
        else:
            try:
                course = create_course(
                    page=page,
                    source=text,
                    by=owner,
                    at=timezone.now(),
                    email_domain=options["email_domain"],
                )
            except CourseExists as error:
                raise CommandError(f"{shown}: {error}") from error
            except (OperationalError, ProgrammingError) as error:
                raise CommandError(
                    f"The database cannot be written ({error}). If it is new, run"
                    " `python manage.py prepare` first. Nothing was created."
                ) from error
            numbers |= {"slug": course.slug, "address": f"/c/{course.slug}/"}
        if options["json"]:
            self.stdout.write(json.dumps(numbers, ensure_ascii=False, indent=2))
        else:
            self._tell(page, numbers, shown)

    def _existing(self, page: Page, text: str) -> Course | None:
        """The course that is there already; a dry run needs no database that is set up."""
        try:
            return existing_course(page, text)
        except DatabaseError:
            return None

    def _read(self, name: str, shown: str) -> str:
        try:
            data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"{shown}: cannot be read: {error.strerror}.") from error
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise CommandError(
                f"{shown}: line {line}: this is not UTF-8 text; save the page as UTF-8. "
                "Nothing was created."
            ) from error

    def _owner(self, email: str) -> Person | None:
        if not email:
            return None
        owner = Person.objects.filter(email__iexact=email.strip()).first()
        if owner is None:
            raise CommandError(f"--owner: nobody has an account with the address {email}.")
        return owner

    def _tell(self, page: Page, numbers: dict[str, Any], shown: str) -> None:
        self.stdout.write(f"{page.heading}, {page.term} ({page.zone})")
        found = counts(page)
        width = max(len(what) for what, _how_many in found)
        for what, how_many in found:
            self.stdout.write(f"  {what:<{width}}  {how_many}")
        if page.warnings:
            self.stdout.write(f"\n{len(page.warnings)} warnings:")
        for warning in page.warnings:
            where = f"{shown}:{warning.line}" if warning.line else shown
            self.stdout.write(f"  {where}: {warning.message} [{warning.code}]")
        if "address" in numbers:
            self.stdout.write(f"\nCreated the course at {numbers['address']}.")
        else:
            self.stdout.write("\nA dry run: nothing was created.")
