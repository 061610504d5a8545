"""`manage.py show_rules COURSE [--json]`: what a course asks, as sentences or as one object."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courseapp import rules
from courses.management import course_named


class Command(BaseCommand):
    help = "Print the rules of a course, or of a preset: roles, works, parts of the grade."

    def add_arguments(self, parser: CommandParser) -> None:
        """COURSE is the slug in the course's address, /c/<slug>/."""
        parser.add_argument("course", metavar="COURSE", nargs="?", help="the course's slug")
        parser.add_argument(
            "--preset",
            metavar="NAME",
            help=f"instead of a course: {', '.join(rules.preset_names())}",
        )
        parser.add_argument("--json", action="store_true", help="as set_rules takes it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the sentences, one line each, or the object."""
        if bool(options["course"]) == bool(options["preset"]):
            raise CommandError("Say a course, or --preset and its name.")
        if options["preset"]:
            self._object(preset_named(options["preset"]))
        elif options["json"]:
            self._object(rules.as_object(course_named(options["course"])))
        else:
            for line in rules.in_words(course_named(options["course"])):
                self.stdout.write(line)

    def _object(self, found: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(found, indent=1, ensure_ascii=False))


def preset_named(name: str) -> dict[str, Any]:
    """The preset. Raises CommandError, which names those that there are."""
    try:
        return rules.preset(name)
    except KeyError:
        there = ", ".join(rules.preset_names())
        raise CommandError(f"There is no preset “{name}”. There are: {there}.") from None
