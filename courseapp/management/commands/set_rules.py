"""`manage.py set_rules COURSE FILE.json`: give a course the rules of a file, or of a preset."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from courseapp import rules
from courseapp.management.commands.show_rules import preset_named
from courses.management import course_named
from schedule.errors import RulesContradict


class Command(BaseCommand):
    help = "Give a course the rules of a file, as show_rules --json prints them."

    def add_arguments(self, parser: CommandParser) -> None:
        """COURSE is the slug in the course's address, /c/<slug>/."""
        parser.add_argument("course", metavar="COURSE", help="the course's slug")
        parser.add_argument("file", metavar="FILE.json", nargs="?", help="the rules")
        parser.add_argument("--preset", metavar="NAME", help="a preset instead of a file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what they would be, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set them and say which lines are new, or every fault with its place."""
        course = course_named(options["course"])
        if bool(options["file"]) == bool(options["preset"]):
            raise CommandError("Say a file, or --preset and its name.")
        said = preset_named(options["preset"]) if options["preset"] else _read(options["file"])
        before = rules.in_words(course)
        with transaction.atomic():
            try:
                rules.set_all(course=course, said=said, at=timezone.now())
            except RulesContradict as refused:
                lines = [f"  {one.place}: {one.sentence}" for one in refused.faults]
                raise CommandError("\n".join(["Nothing was changed:", *lines])) from None
            after = rules.in_words(course)
            if options["dry_run"]:
                transaction.set_rollback(True)
        for sign, lines, others in (("-", before, after), ("+", after, before)):
            for line in lines:
                if line not in others:
                    self.stdout.write(f"{sign} {line}")
        if before == after:
            self.stdout.write("The rules say this already.")
        elif options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")


def _read(name: str) -> Any:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
        return json.loads(text, object_pairs_hook=_each_once)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"{name} is no JSON: {error}.") from None
    except RecursionError:
        raise CommandError(f"{name} is no JSON of rules: it is nested too deeply.") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises ValueError for a name that stands twice, of which one would be lost."""
    found = dict(pairs)
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            raise ValueError(f"“{name}” stands twice in one object")
    return found
