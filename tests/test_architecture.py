"""The order of docs/architecture.md holds, also where an import linter does not look."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, get_resolver
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[1]
ORDER = ["courseapp", "coursepage", "grading", "submissions", "schedule", "groups", "courses"]
"""The apps, top to bottom."""

EDGE = {
    "views",
    "pages",
    "admin",
    "admin_site",
    "api",
    "tasks",
    "middleware",
    "server",
    "sessions",  # as Django's own do
    "supervisor",
    "commands",
    "signals",
}
"""Files and folders in which the clock may be read."""


def uphill(edges: Iterable[tuple[str, str]], order: Sequence[str]) -> list[tuple[str, str]]:
    """The edges between apps of `order` that lead from an app to one above it."""
    return sorted(
        (lower, upper)
        for lower, upper in edges
        if lower in order and upper in order and order.index(upper) < order.index(lower)
    )


def relations(models: Iterable[type[Model]]) -> Iterator[tuple[str, str]]:
    """For each foreign key, one-to-one and many-to-many: its app and the app it points to."""
    for model in models:
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if isinstance(field.related_model, type):
                yield model._meta.app_label, field.related_model._meta.app_label


def clock_readings(source: str) -> list[str]:
    """Where `source` asks what time it is, as written there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            words = ast.unparse(node).split(".")
            if words[-1] in {"now", "utcnow", "today", "localdate"} or words[-2:] == [
                "time",
                "time",
            ]:
                found.append(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
            found += [alias.name for alias in node.names if alias.name in {"now", "localdate"}]
    return found


def our_modules() -> list[Path]:
    """Every module of the apps but the migrations."""
    return sorted(
        path
        for app in ORDER
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    )


def test_every_app_has_its_place_in_the_order():
    assert sorted(ORDER) == sorted(path.parent.name for path in ROOT.glob("*/apps.py"))


def test_import_contracts_are_kept(capfd, monkeypatch):
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capfd.readouterr().out


def test_apps_name_only_apps_below_them_even_in_annotations():
    graph = grimp.build_graph(*ORDER, cache_dir=None)
    edges = {
        (module.split(".")[0], imported.split(".")[0])
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    assert uphill(edges, ORDER) == []
    assert uphill(edges, ORDER[::-1]) != []


def test_foreign_keys_point_downhill():
    edges = set(relations(apps.get_models(include_auto_created=True)))
    assert uphill(edges, ORDER) == []
    assert uphill(edges, ORDER[::-1]) != []


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "field = DateTimeField(default=timezone.now)",
        "dt.datetime.now(UTC)",
        "date.today()",
        "timezone.localdate()",
        "time.time()",
        "from django.utils.timezone import now",
    ],
)
def test_reading_the_clock_is_noticed(source):
    assert len(clock_readings(source)) == 1


@pytest.mark.parametrize(
    "path", our_modules(), ids=lambda path: str(path.relative_to(ROOT)) if path else ""
)
def test_clock_is_read_at_the_edge_alone(path):
    if not EDGE & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}:
        assert clock_readings(path.read_text()) == []


def documented_actions() -> list[tuple[str, str, list[str]]]:
    """Module, function and parameters of every action in the table of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    section = text.partition("\n## Actions\n")[2].partition("\n## ")[0]
    found = []
    for module, row in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", section, flags=re.MULTILINE):
        for name, written in re.findall(r"`(\w+)\(\*, ([^)]*)\)", row):
            parameters = [word.partition("=")[0].strip() for word in written.split(",")]
            found.append((module, name, parameters))
    return found


def documented_addresses() -> set[tuple[str, str]]:
    """(address, name) of every row of the table in docs/architecture.md, converters left out."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    section = text.partition("\n## Addresses\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \| `([\w:-]+)`", section, flags=re.MULTILINE))


def our_addresses() -> set[tuple[str, str]]:
    """(address, name) of every address that the apps have given a name, without libraries'."""

    def walk(patterns: Iterable[object], path: str, space: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            here = path + re.sub(r"<\w+:(\w+)>", r"<\1>", str(one.pattern))
            if isinstance(one, URLPattern):
                if one.name:
                    yield here, f"{space}{one.name}"
            elif here not in {"/accounts/", "/admin/"}:
                yield from walk(
                    one.url_patterns, here, f"{one.namespace}:" if one.namespace else space
                )

    return set(walk(get_resolver().url_patterns, "/", ""))


def test_every_address_is_documented_and_no_other():
    assert our_addresses() == documented_addresses() - {("/demo/sign-in/", "demo-sign-in")}


def test_architecture_lists_actions():
    assert len(documented_actions()) > 10


@pytest.mark.parametrize(("module", "name", "parameters"), documented_actions())
def test_action_takes_keywords_only_as_documented(module, name, parameters):
    found = inspect.signature(getattr(importlib.import_module(module), name)).parameters
    assert sorted(found) == sorted(parameters)
    assert {parameter.kind for parameter in found.values()} == {inspect.Parameter.KEYWORD_ONLY}
