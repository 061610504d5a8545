"""Grade components and their weights, from a table or a list (rule W1)."""

import re
from decimal import ROUND_HALF_UP, Decimal

from coursepage.page import Weight
from coursepage.parser.inline import as_text, squeeze
from coursepage.parser.source import Source
from coursepage.parser.tables import Table, check_shape

_HEADING = re.compile(r"\b(?:weights?|percent(?:age)?|points?|grade|grading|share|%)|%")
_SECTION = re.compile(r"grad|workload|evaluation|assessment|marking|breakdown|course work", re.I)
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3})?)\s*(?:%|percent\b|per cent\b)", re.I)
_BARE = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3})?)\s*(?:%|points?|pts?)?\s*$", re.I)
_TOTAL = re.compile(r"^(?:total|sum|overall)\b", re.I)
_ITEM = re.compile(r"^( {0,8})(?:[-*+]|\d{1,2}[.)])\s+(\S.*)$")


def read_weights(source: Source, tables: list[Table]) -> tuple[Weight, ...]:
    """The components in the order of the page; warns if they do not sum to 100."""
    found: list[Weight] = []
    for table in tables:
        found = _from_table(source, table)
        if found:
            break
    found = found or _from_list(source)
    line = found[0].line if found else 0
    total = sum((weight.percent for weight in found), Decimal(0))
    if not found:
        source.warn(0, "no-weights", "The page gives no weights for the grade.")
    elif total != 100:
        shown = f"{total.normalize():f}"
        source.warn(line, "weights-sum", f"The weights sum to {shown}, not 100.")
    return tuple(found)


def _number(match: re.Match[str]) -> Decimal:
    """The percentage as it is stored: two decimals, halves up."""
    return Decimal(match.group(1)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _from_table(source: Source, table: Table) -> list[Weight]:
    headings = [as_text(cell).lower() for cell in table.header]
    columns = [
        index for index in range(1, len(headings))
        if any(_PERCENT.search(row.cells[index]) for row in table.rows)
        or (_HEADING.search(headings[index])
            and any(_BARE.match(row.cells[index]) for row in table.rows))
    ]  # fmt: skip
    if not columns or len(table.rows) < 2:
        return []
    if not (_HEADING.search(" ".join(headings)) or _SECTION.search(table.above)):
        return []
    if len(columns) > 1:
        names = ", ".join(f"“{as_text(table.header[index])}”" for index in columns)
        source.warn(
            table.line, "several-tracks", f"There are several columns of weights ({names}); "
            "the first is taken.",
        )  # fmt: skip
    found: list[Weight] = []
    for row in table.rows:
        check_shape(source, table, row)
        name = as_text(row.cells[0]).strip(" :*")
        cell = as_text(row.cells[columns[0]])
        match = _PERCENT.search(cell) or _BARE.match(cell)
        if not name or _TOTAL.match(name):
            continue
        if not match or _number(match) > 100:
            if cell:
                source.warn(row.line, "unreadable-weight", f"“{cell[:40]}” is not a weight.")
            continue
        found.append(Weight(name, _number(match), row.line))
    return found if len(found) > 1 else []


def _from_list(source: Source) -> list[Weight]:
    """Items such as "Final Project: 40%", or a sentence of them, under a heading about grades or
    workload."""
    best: list[Weight] = []
    for index, heading in enumerate(source.headings):
        if _SECTION.search(heading.text):
            last = source.headings[index + 1].line if index + 1 < len(source.headings) else 0
            numbers = range(heading.line + 1, last or len(source) + 1)
            found = _from_items(source, numbers)
            if len(found) > max(1, len(best)):
                best = found
    if best:
        for weight in best:
            source.use(weight.line, weight.line)
        return best
    for index, heading in enumerate(source.headings):
        last = source.headings[index + 1].line if index + 1 < len(source.headings) else 0
        for number in range(heading.line + 1, last or len(source) + 1):
            line = source.line(number)
            if "%" in line and number not in source.used and _SECTION.search(heading.text):
                return _from_sentence(as_text(line), number)
    return []


def _from_items(source: Source, numbers: range) -> list[Weight]:
    """Items indented under one that has a weight are its parts and not counted again."""
    found: list[Weight] = []
    deepest: int | None = None
    for number in numbers:
        match = _ITEM.match(source.line(number))
        if number in source.used or not match or len(match.group(2)) > 600:
            continue
        indent = len(match.group(1))
        text = as_text(match.group(2))
        percent = _PERCENT.search(text)
        if percent is None or _number(percent) > 100:
            continue
        if deepest is not None and indent > deepest:
            continue
        deepest = indent
        name = text[: percent.start()].strip(" :-–—=(*,~")
        if not name:
            name = re.split(r"[.;(:]", text[percent.end() :])[0].strip(" :-–—)*,of")
        name = squeeze(name)
        if name and not _TOTAL.match(name) and len(name) <= 120:
            found.append(Weight(name, _number(percent), number))
    return found


def _from_sentence(text: str, line: int) -> list[Weight]:
    """ "Participation 15%, presentations (25%), project 60%." in one line, three or more."""
    found: list[Weight] = []
    for part in re.split(r"[,;]|\.\s|\band\b", text[:2000]):
        percent = _PERCENT.search(part)
        if percent is None or _number(percent) > 100:
            continue
        name = part[: percent.start()].split(":")[-1].strip(" :-–—=(*~")
        name = squeeze(name or part[percent.end() :].strip(" :-–—)*.").removeprefix("of "))
        if name and not _TOTAL.match(name) and len(name) <= 60:
            found.append(Weight(name, _number(percent), line))
    return found if len(found) > 2 else []
