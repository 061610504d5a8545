"""The page on which staff bring in a course page: preview first, then create, nothing lost."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from coursepage.parser.source import MAX_BYTES
from courses.models import Course
from tests.coursepage.conftest import TERM, ZONE

ADDRESS = "/courses/import/"


@pytest.fixture
def form(sample_text) -> dict[str, str]:
    return {"text": sample_text, "term": TERM, "zone": ZONE, "email_domain": "aldermere.edu"}


@pytest.fixture
def signed_in(client_of, instructor) -> Client:
    return client_of(instructor)


def seen(response) -> str:
    return response.content.decode()


def field_of(response, name: str) -> str:
    """The value of a hidden input."""
    return re.search(rf'name="{name}" value="([^"]*)"', seen(response)).group(1)


def imported() -> list[str]:
    return list(
        Course.objects.exclude(slug__in=("seminar", "other")).values_list("slug", flat=True)
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("instructor", 200), ("other_instructor", 200), ("operator", 200), ("ta", 404),
     ("presenter", 404), ("outsider", 404), ("stranger", 404)],
)  # fmt: skip
def test_only_who_leads_a_course_may_import(who, status, cast, client_of, form):
    signed_in = client_of(cast[who])
    assert signed_in.get(ADDRESS).status_code == status
    assert signed_in.post(ADDRESS, form).status_code == status
    assert imported() == []


def test_the_public_is_asked_to_sign_in(db, form):
    response = Client().get(ADDRESS)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    response = Client().post(ADDRESS, form | {"create": "1"})
    assert response.status_code == 401
    assert "/accounts/login/?next=" in response.content.decode()
    assert imported() == []


def test_preview_shows_counts_schedule_and_warnings_and_creates_nothing(signed_in, form):
    response = signed_in.post(ADDRESS, form)
    html = seen(response)
    assert response.status_code == 200
    assert "75, 46 of them required" in html
    assert "23 warnings" in html
    assert "Mid-Semester Presentations" in html
    assert "GREEN: Carbon-efficient" in html
    assert imported() == []


def test_creating_what_was_previewed(signed_in, form, instructor):
    previewed = field_of(signed_in.post(ADDRESS, form), "previewed")
    response = signed_in.post(ADDRESS, form | {"create": "1", "previewed": previewed})
    assert (response.status_code, response["Location"]) == (302, "/c/cs-598-spring-2025/")
    course = Course.objects.get(slug="cs-598-spring-2025")
    assert course.enrolments.get(person=instructor.person).role == "instructor"
    assert signed_in.get(response["Location"]).status_code == 200


def test_text_that_a_browser_sends_back_with_other_line_ends_is_the_same(signed_in, form):
    previewed = field_of(signed_in.post(ADDRESS, form), "previewed")
    sent = form | {"text": form["text"].replace("\n", "\r\n")}
    response = signed_in.post(ADDRESS, sent | {"create": "1", "previewed": previewed})
    assert response.status_code == 302
    assert "\r" not in Course.objects.get(slug="cs-598-spring-2025").imported_pages.get().source


def test_what_was_changed_since_is_previewed_again(signed_in, form):
    previewed = field_of(signed_in.post(ADDRESS, form), "previewed")
    sent = form | {"term": "Spring 2026", "create": "1", "previewed": previewed}
    response = signed_in.post(ADDRESS, sent)
    assert response.status_code == 200
    assert "look at what it gives" in seen(response)
    assert imported() == []


def test_creating_twice_gives_one_course_and_says_where_it_is(signed_in, form):
    previewed = field_of(signed_in.post(ADDRESS, form), "previewed")
    sent = form | {"create": "1", "previewed": previewed}
    signed_in.post(ADDRESS, sent)
    response = signed_in.post(ADDRESS, sent)
    assert response.status_code == 409
    assert "/c/cs-598-spring-2025/" in seen(response)
    assert imported() == ["cs-598-spring-2025"]


def test_preview_of_what_exists_offers_no_button_to_create(signed_in, form):
    previewed = field_of(signed_in.post(ADDRESS, form), "previewed")
    signed_in.post(ADDRESS, form | {"create": "1", "previewed": previewed})
    html = seen(signed_in.post(ADDRESS, form))
    assert "exists already" in html
    assert 'name="create"' not in html


def test_an_uploaded_file_is_carried_in_the_text_field(signed_in, form, sample_text):
    upload = SimpleUploadedFile("page.md", sample_text.encode(), "text/markdown")
    response = signed_in.post(ADDRESS, form | {"text": "", "file": upload})
    assert response.status_code == 200
    assert response.context["form"]["text"].value() == sample_text
    sent = form | {"create": "1", "previewed": field_of(response, "previewed")}
    assert signed_in.post(ADDRESS, sent).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": ""}, "Choose a file or paste the page."),
        ({"text": "# A\n## Schedule\nnothing\n"}, "Line 2: under “Schedule”"),
        ({"term": "Spring"}, "names no year"),
        ({"term": ""}, "This field is required."),
        ({"zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"email_domain": "not a domain"}, "Write a domain such as"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(signed_in, form, change, words):
    sent = form | change
    response = signed_in.post(ADDRESS, sent)
    assert response.status_code == 422
    assert words in seen(response)
    for name in ("text", "term", "zone", "email_domain"):
        assert response.context["form"][name].value() == sent[name]
    assert imported() == []


def test_a_file_that_is_not_utf8_is_refused_with_its_line_and_keeps_the_text(signed_in, form):
    upload = SimpleUploadedFile("page.md", b"# A\n\n\xff\n")
    response = signed_in.post(ADDRESS, form | {"file": upload})
    assert response.status_code == 422
    assert "Line 3: this is not UTF-8 text" in seen(response)
    assert response.context["form"]["text"].value() == form["text"]


def test_an_uploaded_page_that_is_not_understood_is_kept_to_correct(signed_in, form):
    upload = SimpleUploadedFile("page.md", b"# A\n\nnothing\n")
    response = signed_in.post(ADDRESS, form | {"text": "", "file": upload})
    assert response.status_code == 422
    assert response.context["form"]["text"].value() == "# A\n\nnothing\n"
    assert "the page has no table" in seen(response).lower()


def test_markup_of_the_page_is_shown_as_text(signed_in, form):
    rows = "| Date | Readings |\n|--|--|\n| Jan 22 | <script>alert(1)</script>[](javascript:x) |\n"
    html = seen(signed_in.post(ADDRESS, form | {"text": f"# <b>S</b>\n\n{rows}"}))
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def padded(text: str) -> bytes:
    """The page with blanks behind it on many lines, exactly as large as one may be."""
    missing = MAX_BYTES - len(text.encode())
    return (text + (" " * 99 + "\n") * (missing // 100) + " " * (missing % 100)).encode()


def test_a_page_of_1_mb_is_previewed_and_created(signed_in, form):
    data = padded(form["text"])
    assert len(data) == MAX_BYTES
    file = SimpleUploadedFile("page.md", data)
    previewed = field_of(signed_in.post(ADDRESS, form | {"text": "", "file": file}), "previewed")
    sent = form | {"text": data.decode().replace("\n", "\r\n"), "previewed": previewed}
    assert signed_in.post(ADDRESS, sent | {"create": "1"}).status_code == 302
    assert imported() == ["cs-598-spring-2025"]


def test_a_page_of_a_byte_more_is_refused_in_words(signed_in, form):
    file = SimpleUploadedFile("page.md", padded(form["text"]) + b" ")
    response = signed_in.post(ADDRESS, form | {"file": file})
    assert response.status_code == 422
    assert "The file is larger than 1 MB; a course page is a short text." in seen(response)
