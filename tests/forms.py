"""The forms of a page as a browser finds them, for tests that fill in each form of the site."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

TYPED = "Typed with care; “kept” & <not> lost?"
VALUES = {
    "text": TYPED,
    "textarea": f"{TYPED}\nOn a second line.",
    "search": TYPED,
    "url": "https://typed.example/kept?",
    "email": "typed.kept@else.example",
    "tel": "+1 555 0100",
    "number": "77031",
    "date": "2025-03-03",
    "time": "10:10",
    "password": "secret words 9",
}
TOKEN, ACCOUNT = "csrfmiddlewaretoken", "_account"


@dataclass
class Control:
    """One control that has a name; `value` is what the page put there."""

    name: str
    kind: str
    value: str = ""
    is_ticked: bool = True


@dataclass
class Form:
    """One form of method POST: where it goes, on which page of whom it stands."""

    action: str
    is_multipart: bool
    page: str = ""
    number: int = 0
    has_button: bool = False
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.controls]

    @property
    def texts(self) -> list[Control]:
        """The controls in which somebody types."""
        return [one for one in self.controls if one.kind in VALUES]

    def value(self, name: str) -> str:
        return next((one.value for one in self.controls if one.name == name), "")

    def as_it_is(self) -> dict[str, list[object]]:
        """What a browser would send if nothing were typed."""
        return self._data(lambda one: one.value)

    def filled(self) -> dict[str, list[object]]:
        """What it would send with something typed into every field that takes text."""
        return self._data(lambda one: self.typed(one) if one.kind in VALUES else one.value)

    def typed(self, control: Control) -> str:
        """What is typed into this control, in words that no form of another number brings."""
        return VALUES[control.kind].replace(TYPED, f"{TYPED} ({self.number})")

    def _data(self, value_of) -> dict[str, list[object]]:
        data: dict[str, list[object]] = {}
        for one in self.controls:
            if one.kind == "file":
                value: object = SimpleUploadedFile("typed.txt", b"typed")
            elif not one.is_ticked:
                continue
            else:
                value = value_of(one)
            data.setdefault(one.name, []).append(value)
        return data


class _Finder(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.open = page, [], None
        self.select: Control | None = None
        self.writing: Control | None = None

    def handle_starttag(self, tag, attrs):
        about = {name: value or "" for name, value in attrs}
        if tag == "form" and about.get("method", "").lower() == "post":
            action = urljoin(self.page, about.get("action") or self.page)
            self.open = Form(action, "multipart" in about.get("enctype", ""), self.page)
            self.forms.append(self.open)
        if self.open is None:
            return
        if tag == "button" or about.get("type") == "submit":
            self.open.has_button = True
        name = about.get("name", "")
        if tag == "option" and self.select is not None:
            if "selected" in about or not self.select.value:
                self.select.value = about.get("value", "")
            return
        if not name or "disabled" in about:
            return
        if tag == "select":
            self.select = Control(name, "select")
            self.open.controls.append(self.select)
        elif tag == "textarea":
            self.writing = Control(name, "textarea")
            self.open.controls.append(self.writing)
        elif tag in ("input", "button"):
            kind = about.get("type", "text" if tag == "input" else "submit")
            if kind == "submit" and any(one.kind == "submit" for one in self.open.controls):
                return  # one button is pressed
            ticked = kind not in ("checkbox", "radio") or "checked" in about
            value = about.get("value", "on" if kind == "checkbox" else "")
            self.open.controls.append(Control(name, kind, value, ticked))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.writing is not None:
            self.writing.value = self.writing.value.removeprefix("\n")
            self.writing = None

    def handle_data(self, data):
        if self.writing is not None:
            self.writing.value += data


def forms_in(html: str, page: str) -> list[Form]:
    """The forms of method POST with a button, in order; their addresses with path and query."""
    finder = _Finder(page)
    finder.feed(html)
    for form in finder.forms:
        parts = urlsplit(form.action)
        form.action = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return [form for form in finder.forms if form.has_button]
