"""The form that brings in a course page."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from coursepage.page import Page, PageNotUnderstood
from coursepage.parser import parse_page
from coursepage.parser.dates import parse_term
from coursepage.parser.source import MAX_BYTES
from courses.texts import is_blank

_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PLACES = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian",
           "Pacific")  # fmt: skip


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Every time zone that is named after a place, and UTC."""
    places = sorted(zone for zone in available_timezones() if zone.split("/")[0] in _PLACES)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class ImportForm(forms.Form):
    """A page, pasted or uploaded, with what it does not say itself.

    The text travels in the form, so that no file is kept between preview and creation; `previewed`
    is the fingerprint of what the person has seen.
    """

    file = forms.FileField(
        required=False,
        label="Markdown file",
        help_text="UTF-8, up to 1 MB. It takes the place of the text below.",
    )
    text = forms.CharField(
        required=False,
        label="Or paste the page",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="The Markdown source, with its table of dates.",
    )
    term = forms.CharField(
        max_length=40,
        label="Term",
        help_text="Such as Spring 2025. It gives the dates their year.",
    )
    zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, initial="America/Chicago",
        help_text="Where the class meets. All times of the page are on the clocks there.",
    )  # fmt: skip
    email_domain = forms.CharField(
        required=False,
        max_length=200,
        label="Domain of addresses",
        help_text="Such as illinois.edu: whoever proves NetID@this domain gets that entry of the "
        "roster. Without it you invite people one by one.",
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    page: Page | None = None
    was_uploaded = False

    def clean_term(self) -> str:
        """A term from which the year can be read."""
        term: str = self.cleaned_data["term"]
        try:
            parse_term(term)
        except PageNotUnderstood as error:
            raise forms.ValidationError(_sentence(error.message)) from error
        return term

    def clean_email_domain(self) -> str:
        """A bare domain, in lower case; a leading @ is forgiven."""
        domain: str = self.cleaned_data["email_domain"].strip().removeprefix("@").lower()
        if domain and not _DOMAIN.fullmatch(domain):
            raise forms.ValidationError("Write a domain such as illinois.edu.")
        return domain

    def clean(self) -> dict[str, Any]:
        """Put the text in `text`, whichever way it came, and the page read from it in `page`."""
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        field = "file" if upload is not None else "text"
        if upload is not None:
            if upload.size > MAX_BYTES:
                self.add_error(
                    "file", "The file is larger than 1 MB; a course page is a short text."
                )
                return cleaned
            data = upload.read()
            try:
                cleaned["text"] = data.decode("utf-8")
            except UnicodeDecodeError as error:
                line = data.count(b"\n", 0, error.start) + 1
                self.add_error(
                    "file", f"Line {line}: this is not UTF-8 text. Save the page as UTF-8."
                )
                return cleaned
            self.was_uploaded = True
        if "text" in self.errors:
            return cleaned
        cleaned["text"] = cleaned.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
        if is_blank(cleaned["text"]):
            self.add_error(field, "Choose a file or paste the page.")
        elif "term" in cleaned and "zone" in cleaned:
            try:
                self.page = parse_page(cleaned["text"], term=cleaned["term"], zone=cleaned["zone"])
            except PageNotUnderstood as error:
                where = f"Line {error.line}: " if error.line else ""
                message = error.message if where else _sentence(error.message)
                self.add_error(field, f"{where}{message}.")
        return cleaned

    def fingerprint(self) -> str:
        """What the preview depends on, as one short text; only when the form is valid."""
        parts = (self.cleaned_data[name] for name in ("text", "term", "zone", "email_domain"))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def carried(self) -> ImportForm:
        """The same form with an uploaded file's text in its field, so that it is not lost."""
        if self.was_uploaded and self.cleaned_data.get("text"):
            form = ImportForm({**dict(self.data.items()), "text": self.cleaned_data["text"]})
            form.full_clean()
            return form
        return self


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
