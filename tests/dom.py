"""A page as a tree, for tests that ask where something stands or what a browser would post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(eq=False)
class Element:
    """An element with its attributes; `children` are elements and texts in their order."""

    tag: str
    attrs: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element of these names (of any name when none is given) below this one."""
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def upwards(self) -> Iterator[Element]:
        """This element and those around it, the innermost first."""
        here: Element | None = self
        while here is not None:
            yield here
            here = here.parent

    @property
    def text(self) -> str:
        """All that is written in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.here = self.root = Element("#page", {})

    def handle_starttag(self, tag, attrs):
        new = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(new)
        if tag not in VOID:
            self.here = new

    def handle_endtag(self, tag):
        for one in self.here.upwards():
            if one.tag == tag and one.parent is not None:
                self.here = one.parent
                return

    def handle_data(self, data):
        self.here.children.append(data)


def parse(html: str) -> Element:
    """The page's root, whatever stands in it."""
    builder = _Builder()
    builder.feed(html)
    return builder.root


def posted(form: Element) -> dict[str, list[str]]:
    """What a browser sends when the form is handed in as it stands, without its buttons."""
    data: dict[str, list[str]] = {}
    for one in form.all("input", "textarea", "select"):
        name, kind = one.attrs.get("name"), one.attrs.get("type", "text")
        if not name or "disabled" in one.attrs or kind in {"submit", "button", "file", "image"}:
            continue
        if kind in {"checkbox", "radio"} and "checked" not in one.attrs:
            continue
        values = [one.attrs.get("value", "on" if kind in {"checkbox", "radio"} else "")]
        if one.tag == "textarea":
            values = [one.text.removeprefix("\n")]
        elif one.tag == "select":
            options = list(one.all("option"))
            chosen = [option for option in options if "selected" in option.attrs]
            if not chosen and "multiple" not in one.attrs:
                chosen = options[:1]
            values = [option.attrs.get("value", option.text) for option in chosen]
        data.setdefault(name, []).extend(values)
    return data
