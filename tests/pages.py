"""A form of a page as a browser holds it: opened now, sent whenever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import html

if TYPE_CHECKING:
    from django.test import Client


def url_of(thing) -> str:
    """The address of the row's page in the admin."""
    return f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{thing.pk}/change/"


def sent_by(form: Any) -> dict[str, list[str]]:
    """What a browser posts for an HTML form that nobody touched: name -> values."""
    data: dict[str, list[str]] = {}
    for one in form.xpath(".//input[@type!='checkbox' and @type!='radio' and not(@value)]"):
        one.set("value", "")
    for name, value in form.form_values():
        # Every line end is posted as CRLF; the first one in a textarea is not part of it.
        line = (value or "").removeprefix("\n").replace("\r\n", "\n").replace("\r", "\n")
        data.setdefault(name, []).append(line.replace("\n", "\r\n"))
    return data


@dataclass
class OpenForm:
    """What the form of a page holds, as it was when the page was opened.

    `send(name=value)` types and presses: it posts every field, the hidden ones too, as they
    were then. The page that comes back with a refusal takes its place, as in a browser.
    """

    client: Client
    url: str
    form: Any = None  # Django's, of the page
    data: dict[str, list[str]] = field(default_factory=dict)
    html: str = ""
    status: int = 0

    def __post_init__(self) -> None:
        self._take(self.client.get(self.url))

    def _take(self, response: Any) -> None:
        self.status, self.html = response.status_code, response.content.decode()
        if self.status == 302:
            return
        context = response.context
        self.form = context["adminform"].form if "adminform" in context else context["form"]
        self.data = max(map(sent_by, html.fromstring(self.html).forms), key=len)

    def type(self, **typed: Any) -> OpenForm:
        """Write into fields; None unticks, a list chooses several."""
        for name, value in typed.items():
            if value is None:
                self.data.pop(name, None)
            else:
                self.data[name] = value if isinstance(value, list) else [str(value)]
        return self

    def send(self, **typed: Any) -> OpenForm:
        """Press the button."""
        self.type(**typed)
        self._take(self.client.post(self.url, self.data))
        return self

    @property
    def is_saved(self) -> bool:
        return self.status == 302

    def row(self, prefix: str, **values: Any) -> str:
        """The prefix of the row of that table which shows these values."""
        rows = {name.rsplit("-", 1)[0] for name in self.data if name.startswith(f"{prefix}-")}
        wanted = {name: [str(value)] for name, value in values.items()}
        (found,) = (
            row
            for row in rows
            if all(self.data.get(f"{row}-{name}") == value for name, value in wanted.items())
        )
        return found

    def errors(self) -> dict[str, list[str]]:
        """What the page says is wrong, by field."""
        return dict(self.form.errors)
