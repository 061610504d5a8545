"""Tables as their author typed them: rows without a leading or closing pipe, with a cell too many
or too few, with a blank line in the middle. A strict reader would lose or shift cells here."""

from dataclasses import dataclass

from coursepage.parser.source import Source

CONTINUATION = " <br> "


@dataclass(frozen=True, slots=True)
class TableRow:
    """One physical row: exactly as many `cells` as the table has columns.

    `count` is how many the author typed, `closed` whether the last one has its pipe.
    """

    line: int
    cells: tuple[str, ...]
    count: int
    closed: bool
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """`line` is the line of the header row; `closed` whether that row ends with a pipe.

    A table whose header has no closing pipe is written in the open style throughout: its rows are
    not blamed for being open or short.
    """

    line: int
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    last_line: int
    closed: bool
    above: str


def split_row(text: str, *, protect_brackets: bool = False) -> tuple[list[str], bool]:
    """The cells of one row and whether it is closed by a pipe; `\\|` does not separate cells."""
    text = text.strip()
    cells: list[str] = []
    current: list[str] = []
    depth = 0
    i = 0
    while i < len(text):
        char = text[i]
        if char == "\\" and i + 1 < len(text):
            current.append("|" if text[i + 1] == "|" else text[i : i + 2])
            i += 2
            continue
        if protect_brackets and char in "[]":
            depth = max(0, depth + (1 if char == "[" else -1))
        if char == "|" and not depth:
            cells.append("".join(current))
            current = []
        else:
            current.append(char)
        i += 1
    closed = bool(cells) and not "".join(current).strip()
    if not closed:
        cells.append("".join(current))
    if text.startswith("|"):
        cells = cells[1:]
    return [cell.strip() for cell in cells], closed


def is_delimiter(text: str) -> bool:
    """Whether a line is the `| --- | :-: |` under a header."""
    if "|" not in text or "-" not in text:
        return False
    cells, _closed = split_row(text)
    return bool(cells) and all("-" in cell and not cell.strip("-: \t") for cell in cells)


def read_tables(source: Source) -> list[Table]:
    """Every table of the page, in order; its lines are marked as used."""
    tables: list[Table] = []
    number = 2
    while number <= len(source):
        header = source.line(number - 1)
        if is_delimiter(source.line(number)) and "|" in header and not is_delimiter(header):
            table = _read_table(source, number - 1)
            tables.append(table)
            source.use(table.line, table.last_line)
            number = table.last_line
        number += 1
    return tables


def _read_table(source: Source, line: int) -> Table:
    header, closed = split_row(source.line(line))
    while len(header) > 1 and not header[-1] and not header[-2]:
        header.pop()
    rows: list[TableRow] = []
    number = line + 2
    last = line + 1
    while number <= len(source):
        text = source.line(number)
        if not text.strip():
            resumed = _resumes(source, number)
            if not resumed:
                break
            source.warn(
                number, "blank-line-in-table", "A blank line cuts the table; it is read on anyway."
            )
            number = resumed
            continue
        if text.lstrip().startswith("#"):
            break
        if "|" not in text:
            if not rows or not source.line(number + 1).lstrip().startswith("|"):
                break
            rows[-1] = _continued(rows[-1], text.strip())
            source.warn(
                number,
                "broken-row",
                f"This line belongs to the row of line {rows[-1].line}; a row must be one line.",
            )
        elif not is_delimiter(text):
            rows.append(_read_row(text, number, len(header)))
        last = number
        number += 1
    above = source.heading_above(line)
    return Table(line, tuple(header), tuple(rows), last, closed, above)


def _resumes(source: Source, number: int) -> int:
    """The line where a table goes on behind blank lines, or 0."""
    following = number
    while following <= len(source) and not source.line(following).strip():
        following += 1
    if following > len(source) or following - number > 2:
        return 0
    text = source.line(following).lstrip()
    if text.startswith("|") and not is_delimiter(source.line(following + 1)):
        return following
    return 0


def _read_row(text: str, number: int, width: int) -> TableRow:
    cells, closed = split_row(text)
    if len(cells) > width and any(cells[width:]):
        careful, careful_closed = split_row(text, protect_brackets=True)
        if len(careful) <= len(cells):
            cells, closed = careful, careful_closed
    count = len(cells)
    surplus = tuple(cells[width:])
    padded = (cells + [""] * width)[:width]
    return TableRow(number, tuple(padded), count, closed, surplus)


def _continued(row: TableRow, text: str) -> TableRow:
    cells = list(row.cells)
    filled = [index for index, cell in enumerate(cells) if cell]
    index = filled[-1] if filled else 0
    cells[index] = f"{cells[index]}{CONTINUATION}{text}"
    return TableRow(row.line, tuple(cells), row.count, row.closed, row.surplus)


def check_shape(source: Source, table: Table, row: TableRow, *, heading: bool = False) -> None:
    """Warn of a row with cells too many or too few, or not closed by a pipe."""
    width = len(table.header)
    if row.count > width:
        extra = [cell for cell in row.surplus if cell]
        what = f' and leaves out "{extra[0][:40]}"' if extra else "; the empty rest is ignored"
        source.warn(
            row.line,
            "extra-cell",
            f"The row has {row.count} cells, the table {width} columns{what}.",
        )
    if not table.closed:
        return
    if heading:
        if row.count < width:
            source.warn(
                row.line,
                "short-heading-row",
                f"The heading row has {row.count} of {width} cells; read as a section heading.",
            )
    elif row.count < width:
        source.warn(
            row.line,
            "short-row",
            f"The row has {row.count} of {width} cells; the missing ones are taken as empty.",
        )
    elif not row.closed:
        source.warn(row.line, "unclosed-row", "The row is not closed by a pipe.")
