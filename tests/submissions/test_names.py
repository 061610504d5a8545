"""Names of files: as they were sent, as far as they are safe, from the upload to the download."""

from __future__ import annotations

import re
from unicodedata import is_normalized
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.texts import is_blank
from submissions.links import work_path
from submissions.models import Receipt, StoredFile
from submissions.names import NAME_BYTES, NAME_LENGTH, clean_name
from tests import factories as make
from tests.submissions import uploads
from tests.submissions.conftest import a_key

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("sent", "cleaned"),
    [
        ("talk.pptx", "talk.pptx"),
        ("TALK.PPTX", "TALK.PPTX"),
        # Path parts.
        ("C:\\Users\\me\\talk.pptx", "talk.pptx"),
        ("a/b/../talk.pptx", "talk.pptx"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        # What browsers escape, and nothing else.
        ("Our %22final%22 talk.pptx", 'Our "final" talk.pptx'),
        ('Our "final" talk.pptx', 'Our "final" talk.pptx'),
        ("two%0D%0Alines.pptx", "two lines.pptx"),
        ("100%25 %2F%5C %20.pptx", "100%25 %2F%5C %20.pptx"),
        ("R&amp;D &lt;1&gt;.pptx", "R&amp;D &lt;1&gt;.pptx"),
        ("What: why? <now> | *.pptx", "What: why? <now> | *.pptx"),
        # What changes how others are shown.
        (f"{FAMILY} at home.pptx", f"{FAMILY} at home.pptx"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        (f"{SCOTLAND} 🇩🇪 ❤️ 🏳️\u200d🌈.pptx", f"{SCOTLAND} 🇩🇪 ❤️ 🏳️\u200d🌈.pptx"),
        ("new in Unicode \U0001fae8 \U0001fac6.pptx", "new in Unicode \U0001fae8 \U0001fac6.pptx"),
        ("Gro\u0308\u00dfe.pptx", "Gr\u00f6\u00dfe.pptx"),
        ("Vortrag – Größe.pptx", "Vortrag – Größe.pptx"),
        # What hides something or turns its direction.
        ("talk\u202extpp.exe.pptx", "talkxtpp.exe.pptx"),
        ("\u2067talk\u2069.pptx\u200e", "talk.pptx"),
        ("ta\r\nlk\x00.pptx", "ta lk.pptx"),
        ("ta\u00adlk\ufeff\u2060\u200b.pptx", "talk.pptx"),
        ("talk\U000e0068\U000e0069.pptx", "talk.pptx"),
        ("a\u200d\u200d\u200cb \u200dc.pptx", "a\u200db c.pptx"),
        ("bad\ud800.pptx", "bad.pptx"),
        # Blanks and dots.
        ("talk.pptx ", "talk.pptx"),
        ("talk.pptx. .", "talk.pptx"),
        (" . talk . pptx", "talk. pptx"),
        ("a\u00a0b\u202f\u3000c\u2028d.pptx", "a b c d.pptx"),
        (".pptx", "file.pptx"),
        ("\u200b\u2800.pptx", "file.pptx"),
        ("\u200b", "file"),
        # Names of devices.
        ("CON.pptx", "_CON.pptx"),
        ("lpt1 .old.pdf", "_lpt1 .old.pdf"),
        ("nul", "_nul"),
        ("Console.pptx", "Console.pptx"),
        # Length.
        ("x" * 300 + ".pptx", "x" * (NAME_LENGTH - 5) + ".pptx"),
        ("ß" * 300 + ".pptx", "ß" * 125 + ".pptx"),
        (FAMILY * 40 + ".pptx", FAMILY * 10 + ".pptx"),
        ("🇩🇪" * 60 + ".pptx", "🇩🇪" * 31 + ".pptx"),
        ("x" * 140 + " . . . . and more.pptx", "x" * 140 + ".pptx"),
        ("a%0\u200bDb%2\u202e2.pptx", 'a b".pptx'),
    ],
)
def test_name_is_cleaned(sent, cleaned):
    assert clean_name(sent) == cleaned


HARD = st.sampled_from(
    [*'%2"0D0A./\\ :', "%22", "%0D", "\u200c", "\u200d", "\u202e", "\u0301", "\ufe0f", "\U000e007f",
     "\u200b", "\u2800", "\x00", "\n", FAMILY, SCOTLAND, "🇩", "🏴", "é", "CON", ".pptx", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=400), st.lists(HARD, max_size=200).map("".join)))
def test_any_name_becomes_one_that_is_safe_and_stays(sent):
    name = clean_name(sent)
    assert clean_name(name) == name
    assert 1 <= len(name) <= NAME_LENGTH
    assert len(name.encode()) <= NAME_BYTES
    assert not re.search(
        r"[/\\\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", name
    )
    assert not is_blank(name)
    assert name == name.strip(" .")
    assert is_normalized("NFC", name)


# From the upload to the download.


@pytest.fixture
def clock():
    with time_machine.travel(make.BEFORE_CLASS, tick=False) as traveller:
        yield traveller


def posted(client, url: str, sent: str) -> object:
    """A form as a browser sends it, the name of its file between quotes as it is."""
    boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\n{a_key()}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="upload"; filename="{sent}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += uploads.pptx_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return client.post(url, body, content_type=f"multipart/form-data; boundary={boundary}")


def saved_as(header: str) -> str:
    """The name that Chromium reads from Content-Disposition: escapes in a plain one too."""
    if "filename*=" in header:
        return unquote(header.partition("filename*=utf-8''")[2])
    return unquote(re.sub(r"\\(.)", r"\1", header.partition('filename="')[2].removesuffix('"')))


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("Our %22final%22 talk.pptx", 'Our "final" talk.pptx'),
        (f"{FAMILY} {SCOTLAND} 🇩🇪 ❤️.pptx", f"{FAMILY} {SCOTLAND} 🇩🇪 ❤️.pptx"),
        ("می\u200cخواهم.pptx", "می\u200cخواهم.pptx"),
        ("at 3.14\u202fPM.pptx", "at 3.14 PM.pptx"),
        ("R&amp;D; 100%25.pptx", "R&amp;D; 100%25.pptx"),
        ("talk\u202extpp.PPTX", "talkxtpp.PPTX"),
        ("Gro\u0308\u00dfe.pptx", "Gr\u00f6\u00dfe.pptx"),
    ],
)
def test_name_comes_back_as_it_was_sent(client_of, presenter, lecture, clock, sent, arrives):
    client = client_of(presenter)
    response = posted(client, work_path("seminar", ("slides", lecture.pk, 0)), sent)
    assert response.status_code == 303
    file = StoredFile.objects.get()
    assert file.name == arrives
    page = client.get(response["Location"])
    assert str(Receipt.objects.get().pk) in response["Location"]
    assert file.name in page.content.decode().replace("&quot;", '"').replace("&amp;", "&")
    header = client.get(reverse("submissions:file", args=("seminar", file.pk)))
    assert saved_as(header["Content-Disposition"]) == arrives


@pytest.mark.parametrize("sent", ["..", "talk.ppt", "talk.pptx.exe", "talk", "talk.p\u200dptx"])
def test_file_of_another_suffix_is_refused_by_its_name(client_of, presenter, lecture, clock, sent):
    url = work_path("seminar", ("slides", lecture.pk, 0))
    response = posted(client_of(presenter), url, sent)
    assert response.status_code == 422
    assert f"“{clean_name(sent)}” is not a .pptx file." in response.content.decode()
    assert not StoredFile.objects.exists()
