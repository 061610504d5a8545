"""The page's prose, by what it is about (rule L4). Whatever was not understood as something else
ends up here, so that no sentence of the page is lost."""

import re
from dataclasses import dataclass, field

from coursepage.page import TextEntry
from coursepage.parser.inline import as_text
from coursepage.parser.source import Heading, Source

_KINDS = (
    ("other", r"\bschedule\b|\breading list\b|\bcalendar\b"),
    ("acknowledgements", r"\backnowledge?ments?\b|\bcredits?\b"),
    ("ai_policy", r"\b(?:ai|a\.i\.|llms?|chatgpt|generative ai|genai)\b.*\b(?:polic|tool|use)"
                  r"|\bpolic.*\b(?:ai|llms?|chatgpt)\b"),
    ("integrity", r"\bintegrity\b|\bhonou?r code\b|\bplagiarism\b"
                  r"|\bacademic (?:honesty|offenses?)"),
    ("objectives", r"\bobjectives?\b|\blearning (?:outcomes?|goals?)\b|\bgoals?\b"),
    ("prerequisites", r"\bpre-?requisites?\b|\bexpected background\b|\bwho should take\b"),
    ("structure", r"\b(?:course )?(?:structure|format|organi[sz]ation)\b"),
    ("description", r"\bdescription\b|\boverview\b|\babout\b|\bintroduction\b"),
    ("resources", r"\bresources?\b|\btextbooks?\b|\b(?:online|other) (?:courses?|reading)\b"
                  r"|\bcode\b"
                  r"|\bdatasets?\b|\bmaterials?\b|\breadings?$|\bcompetitions?\b"
                  r"|\breading seminars?\b"),
    ("policy", r"\bpolic(?:y|ies)\b|\bparticipation\b|\blectures?\b|\bsummar(?:y|ies)\b|\bproject\b"
               r"|\bdiscussion\b|\bgroups?\b|\broles?\b|\bpresentations?\b|\bgrad(?:es?|ing)\b"
               r"|\brecordings?\b|\bworkload\b|\bassignments?\b|\breading\b|\blate\b|\battendance\b"
               r"|\bgrievance\b|\bdiscipline\b|\bappeals?\b|\bdisabilit|\baccommodations?\b|\boffenses?\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_RUN_IN = re.compile(r"^\s{0,3}\*\*([^*\n]{2,60}?)\s*(?::\*\*|\*\*\s*:)\s*(.*)$")
_OWN = {
    "objectives", "prerequisites", "structure", "integrity", "ai_policy", "acknowledgements",
    "description",
}  # fmt: skip
_AFTERWARDS = re.compile(
    r"\b((?:At|By) the end of|Upon (?:successful )?completion|After (?:this|the|taking)|"
    r"(?:Students|You) will (?:be able|learn))\b"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]]{1,200})\]:\s*\S")
_RESOURCE_ITEM = re.compile(r"^\s*[-*+]\s+.*\bresources?\b.*\]\(", re.IGNORECASE)


@dataclass(slots=True)
class _Part:
    kind: str
    title: str
    line: int
    lines: list[str] = field(default_factory=list)

    def body(self) -> str:
        return "\n".join(self.lines).strip("\n").rstrip()


def text_kind(title: str, inherited: str = "") -> str:
    """What a heading is about; 'other' if no word of it is known.

    A heading below "Policies" is a policy unless it is plainly something else.
    """
    words = title.lower().strip(" :*")
    for kind, pattern in _COMPILED:
        if pattern.search(words):
            if inherited == "policy" and kind not in _OWN:
                return "policy"
            return kind
    return inherited if inherited == "policy" else "other"


def read_texts(source: Source) -> tuple[TextEntry, ...]:
    """The prose in the order of the page, cut at headings and at bold run-in titles such as
    "**Prerequisites**:"; tables and lines read as something else are left out."""
    headings = {heading.line: heading for heading in source.headings}
    parts: list[_Part] = [_Part("other", "", 1)]
    above: list[Heading] = []
    resources: list[_Part] = []
    for number in range(1, len(source) + 1):
        heading = headings.get(number)
        if heading:
            above = [h for h in above if h.level < heading.level] + [heading]
            parts.append(_Part(_kind_below(above), heading.text, number))
            continue
        if number in source.used:
            continue
        line = source.lines[number - 1]
        if headings.get(number - 1) and line.strip() and not line.strip().strip("=-"):
            continue  # the underline of a heading
        run_in = _RUN_IN.match(source.line(number))
        if run_in:
            title = as_text(run_in.group(1))
            kind = text_kind(title)
            if kind in _OWN or (above and _starts_block(above, title)):
                parts.append(_Part(kind, title, number, [run_in.group(2)]))
                continue
        if _RESOURCE_ITEM.match(source.line(number)) and parts[-1].kind == "policy":
            resources.append(_Part("resources", "Resources", number, [line]))
            continue
        parts[-1].lines.append(line)
    parts = _with_description(parts) + resources
    definitions = _definitions(source)
    return tuple(
        TextEntry(part.kind, part.title, _with_definitions(body, definitions), part.line)
        for part in sorted(parts, key=lambda p: p.line)
        if (body := part.body().strip()) and not _only_defines(body)
    )


def _definitions(source: Source) -> dict[str, str]:
    """The lines such as "[plan]: plan.png", by what they define: they hold for the whole page."""
    found: dict[str, str] = {}
    for number in range(1, len(source) + 1):
        if match := _DEFINITION.match(line := source.line(number)):
            found.setdefault(match.group(1).casefold(), line.strip())
    return found


def _with_definitions(body: str, definitions: dict[str, str]) -> str:
    """A text with what its links and pictures refer to, wherever the page defines it."""
    lines, said = body.splitlines(), body.casefold()
    needed = [
        line for name, line in definitions.items() if f"[{name}]" in said and line not in lines
    ]
    return "\n".join([body, "", *needed]) if needed else body


def _only_defines(body: str) -> bool:
    return all(_DEFINITION.match(line) for line in body.splitlines() if line.strip())


def _kind_below(above: list[Heading]) -> str:
    inherited = ""
    for heading in above[1:] if len(above) > 1 else above:
        inherited = text_kind(heading.text, inherited)
    return inherited or "other"


def _starts_block(above: list[Heading], title: str) -> bool:
    """Whether a bold run-in title outside the policies begins a text of its own."""
    here = above[-1].text.lower()
    grading = re.search(r"\bgrad|logistic|administ|general|information", here) is not None
    return grading and len(title.split()) <= 5


def _with_description(parts: list[_Part]) -> list[_Part]:
    """A page whose description opens with its objectives: the sentences before "At the end of
    the course you will be able to" describe the course."""
    if any(part.kind == "description" and part.body().strip() for part in parts):
        return parts
    for index, part in enumerate(parts):
        if part.kind != "objectives":
            continue
        text = part.lines[0] if part.lines else ""
        match = _AFTERWARDS.search(text)
        if match and match.start() > 40:
            described = _Part("description", "Course Description", part.line)
            described.lines = [text[: match.start()].rstrip()]
            part.lines[0] = text[match.start() :]
            return [*parts[:index], described, *parts[index:]]
    return parts
