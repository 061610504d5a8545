"""The vocabulary of course pages: what a label, a column heading or a mark means."""

import re

_STRONG_NO_CLASS = re.compile(
    r"\bno\s+(?:in[- ]person\s+)?(?:class(?:es)?|lectures?|meetings?|seminar|session|discussion)\b"
    r"|\b(?:class|classes|lecture|lectures|seminar|meeting)\s+(?:is\s+|are\s+)?(?:cancel+ed|suspended)\b"
    r"|\bcancel+ed\b|\buniversity\s+closed\b|\bno-class\b",
    re.IGNORECASE,
)
_WEAK_NO_CLASS = re.compile(
    r"\b(?:break|holiday|recess|vacation|reading\s+(?:week|days?)|study\s+(?:week|days?)"
    r"|thanksgiving|labor\s+day|labour\s+day|memorial\s+day|mlk|martin\s+luther\s+king"
    r"|presidents?['’]?\s+day|family\s+day|good\s+friday|veterans\s+day|juneteenth"
    r"|independence\s+day|victoria\s+day|canada\s+day|easter|yom\s+kippur|day\s+off|snow\s+day|election\s+day)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:due|deadlines?|submissions?|hand[- ]?in|turn[- ]?in)\b|\bsubmit\b", re.IGNORECASE
)
_PRESENTATIONS = re.compile(
    r"\b(?:presentations?|posters?|demos?|demo\s+day|pitch(?:es)?|showcase|project\s+fair)\b"
    r"|\bproject\b.*\b(?:updates?|feedback|check-?ins?|checkpoints?|progress|reviews?)\b"
    r"|\bmid-?(?:semester|term|quarter)\s+(?:project\s+)?(?:updates?|progress|reviews?)\b",
    re.IGNORECASE,
)
_GUEST = re.compile(r"\b(?:guest|invited)\b", re.IGNORECASE)
_BY_STAFF = re.compile(
    r"\(([^()]{2,60}?)\s+(?:is\s+)?(?:lectur|present|teach)(?:ing|es|s)\)", re.IGNORECASE
)

PLACEHOLDERS = {
    "", "tba", "tbd", "tbc", "n/a", "na", "none", "?", "??", "???", "-", "--", "—", "–", "...",
    "…", "x", "to be announced", "to be determined", "open", "vacant", "volunteer",
    "volunteers", "available",
}  # fmt: skip
NOT_PEOPLE = PLACEHOLDERS | {
    "all", "everyone", "everybody", "students", "student", "class", "whole class", "all groups",
    "all teams", "groups", "teams", "guest", "guests", "guest speaker", "guest lecture",
    "invited speaker", "slides", "slide", "template", "deck", "video", "recording", "notes",
    "sign-up", "signup", "sign up", "link", "pdf", "pptx", "ppt", "you", "self-study",
}  # fmt: skip
STAFF_WORDS = {
    "instructor", "instructors", "professor", "prof", "faculty", "staff", "course staff", "ta",
    "tas", "gsi", "gsis", "lecturer", "teaching staff", "teaching assistant",
}  # fmt: skip
GENERIC_LINKS = {
    "paper", "pdf", "link", "here", "arxiv", "doi", "url", "preprint", "abstract", "html",
    "article", "web", "website", "acm", "usenix", "ieee", "openreview", "blog", "post", "text",
    "paper link", "full text", "source", "proceedings", "extended version",
}  # fmt: skip
ATTACHMENTS = {
    "slides", "slide", "deck", "slide deck", "ppt", "pptx", "talk", "video", "recording", "code",
    "github", "repo", "project page", "bib", "bibtex", "notes", "appendix", "supplement",
}  # fmt: skip
DECKS = {"slides", "slide", "deck", "slide deck", "ppt", "pptx", "lecture slides", "key", "odp"}

_REQUIRED = re.compile(
    r"^(?:required|mandatory|compulsory|must[- ]?read|req)\b\.?"
    r"(?:\s+(?:reading|readings|paper|papers))?\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_LETTERS = {"R": True, "O": False}
_OPTIONAL = re.compile(
    r"^(?:optional|not\s+required|background|additional|supplementa(?:ry|l)|recommended|suggested"
    r"|extra|further|related|opt|skim|bonus)\b\.?"
    r"(?:\s+(?:reading|readings|paper|papers|material|materials|resources|work))?"
    r"\s*[:\-–]?\s*",
    re.IGNORECASE,
)

ROLE_WORDS = {
    "presenter": "presenter", "presenters": "presenter", "presenting group": "presenter",
    "speaker": "presenter", "speakers": "presenter", "lead": "presenter", "leads": "presenter",
    "leader": "presenter", "leaders": "presenter", "discussion leader": "presenter",
    "discussion leaders": "presenter", "discussion lead": "presenter", "lecturer": "presenter",
    "presented by": "presenter", "presentation": "presenter", "student presenter": "presenter",
    "student presenters": "presenter", "presenter(s)": "presenter", "instructor": "presenter",
    "companion": "companion", "companions": "companion", "summary": "companion",
    "summaries": "companion", "summarizer": "companion", "summarizers": "companion",
    "summariser": "companion", "scribe": "companion", "scribes": "companion",
    "note taker": "companion", "notetaker": "companion", "notes by": "companion",
    "author": "companion", "authors": "companion", "defender": "companion",
    "defenders": "companion", "advocate": "companion", "advocates": "companion",
    "champion": "companion", "proponent": "companion", "proponents": "companion",
    "reviewer": "reviewer", "reviewers": "reviewer", "review": "reviewer", "reviews": "reviewer",
    "skeptic": "reviewer", "skeptics": "reviewer", "sceptic": "reviewer", "critic": "reviewer",
    "critics": "reviewer", "opponent": "reviewer", "opponents": "reviewer",
    "discussant": "reviewer", "discussants": "reviewer", "devil's advocate": "reviewer",
    "questioner": "reviewer", "questioners": "reviewer", "challenger": "reviewer",
    "attacker": "reviewer", "panel": "reviewer", "panelists": "reviewer",
}  # fmt: skip


def is_no_class(label: str, *, has_people: bool) -> bool:
    """Whether a label says that the class does not meet. "Break" alone does not outweigh a
    presenter; "No lecture" and "cancelled" do."""
    if _STRONG_NO_CLASS.search(label):
        return True
    return bool(_WEAK_NO_CLASS.search(label)) and not has_people


def is_break(label: str) -> bool:
    """Whether a label names a break, holiday or day without class."""
    return bool(_STRONG_NO_CLASS.search(label) or _WEAK_NO_CLASS.search(label))


def is_deadline(label: str) -> bool:
    """Whether something is due and nothing else happens; "Final presentations; report due" is
    a meeting."""
    if not _DUE.search(label):
        return False
    parts = re.split(r"[;+&/,]|\band\b", label)
    return not any(_PRESENTATIONS.search(part) and not _DUE.search(part) for part in parts)


def mentions_due(label: str) -> bool:
    return bool(_DUE.search(label))


def is_presentations(label: str) -> bool:
    return bool(_PRESENTATIONS.search(label))


def is_guest(label: str) -> bool:
    return bool(_GUEST.search(label))


def staff_in_label(label: str) -> str:
    """The name in "(Ada lecturing)", or ''."""
    match = _BY_STAFF.search(label)
    return match.group(1).strip() if match else ""


def mark_of(token: str) -> tuple[bool | None, str]:
    """Whether a token marks a reading as required (True) or optional (False), and what is left.

    "Required" -> (True, ''); "optional, Sec 3" is two tokens; "Sec 1-4.2" -> (None, 'Sec 1-4.2').
    """
    token = token.strip(" *_.!")
    if token in _LETTERS:
        return _LETTERS[token], ""
    match = _OPTIONAL.match(token)
    if match:
        return False, token[match.end() :].strip()
    match = _REQUIRED.match(token)
    if match:
        return True, token[match.end() :].strip()
    return None, token


_LIST_LABEL = re.compile(
    r"^(?:required|optional|mandatory|additional|supplementa(?:ry|l)|recommended|suggested|further)"
    r"(?:\s+(?:readings?|papers?|materials?|resources))?\s*:?$"
    r"|^(?:background|related|extra|bonus)(?:\s+(?:readings?|papers?|materials?|resources)\s*:?|\s*:)$",
    re.IGNORECASE,
)


def is_list_label(text: str) -> bool:
    """Whether a line only says what follows: "Optional:", "Further readings". "Background" alone
    is more likely a section."""
    return bool(_LIST_LABEL.match(text.strip(" *_")))


def is_placeholder(text: str) -> bool:
    return text.strip(" .*()[]").lower() in PLACEHOLDERS


def looks_like_slides(url: str) -> bool:
    """Whether an address is that of a deck rather than of a person or a paper."""
    path = url.lower().split("?")[0].split("#")[0]
    if path.endswith((".ppt", ".pptx", ".key", ".odp", ".pptm", ".pdf")):
        return True
    hosts = ("drive.google.com", "dropbox.com", "1drv.ms", "onedrive", "sharepoint", "box.com")
    return "slide" in path or "presentation" in path or any(host in path for host in hosts)
