"""What browsers and proxies may keep of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(seminar, lecture, reading, presenter, presenter_group, hand_in_file):
    """One address of each page and download that is not for everybody, by name."""
    component = make.GradeComponentFactory(course=seminar)
    slides = hand_in_file
    return {
        "home": "/home/",
        "course home": "/c/seminar/home/",
        "meeting": f"/c/seminar/meetings/{lecture.pk}/",
        "question": f"/c/seminar/readings/{reading.pk}/question/",
        "slides": f"/c/seminar/meetings/{lecture.pk}/slides/",
        "receipt": f"/c/seminar/receipts/{slides.receipt_id}/",
        "file": f"/c/seminar/files/{slides.stored_files['upload'].pk}/",
        "own grades": "/c/seminar/grades/",
        "roster": "/c/seminar/roster/",
        "roster file": "/c/seminar/roster/import/",
        "invitation": f"/c/seminar/roster/{presenter.pk}/invite/",
        "gradebook": "/c/seminar/gradebook/",
        "student": f"/c/seminar/gradebook/{presenter.pk}/",
        "release": f"/c/seminar/gradebook/components/{component.pk}/release/",
        "not there": "/c/seminar/nowhere/",
        "import": "/courses/import/",
        "admin": "/admin/courses/enrolment/",
    }


@pytest.fixture
def hand_in_file(lecture, presenter, presenter_group, settings):
    """Slides with their file on the disk."""
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter
    )
    path = Path(settings.MEDIA_ROOT) / slides.stored_files["upload"].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"slides")
    return slides


def test_no_page_of_somebodys_own_may_be_kept_for_others(client_of, addresses, cast):
    """Whatever the status: an error page may name its reader, too."""
    for who in ("presenter", "instructor"):
        client = client_of(cast[who])
        for name, path in addresses.items():
            said = set(client.get(path)["Cache-Control"].split(", "))
            assert "private" in said, name
            assert said & {"no-cache", "no-store"}, name


def test_downloads_are_kept_nowhere_and_run_nowhere(client_of, addresses, instructor):
    """Grades and work on a shared computer: neither its cache nor a proxy's has them."""
    client = client_of(instructor)
    for response in (client.get(addresses["file"]), client.post("/c/seminar/gradebook/export/")):
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/c/seminar/", "/c/seminar/home/", "/accounts/email/"])
def test_what_somebody_gets_who_is_signed_in_is_private(client_of, lecture, presenter, path):
    assert set(client_of(presenter).get(path)["Cache-Control"].split(", ")) >= {
        "private",
        "no-store",
    }


def test_signing_out_makes_the_browser_forget(client_of, presenter):
    response = client_of(presenter).post("/accounts/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_the_public_page_says_nothing_of_it(client, lecture):
    response = client.get("/c/seminar/")
    assert not response.has_header("Cache-Control")
    assert not response.has_header("Clear-Site-Data")
