"""The schedule on paper: a whole term on two pages, whatever is folded on the screen."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from coursepage.apply import create_course
from coursepage.parser import parse_page
from tests import factories as make
from tests.coursepage.conftest import SAMPLE, TERM, ZONE

# The sample's middle, late March 2025, moved to these days.
WEEKS_TO_NOW = (timezone.now() - make.CLASS_STARTS).days // 7 - 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "weeks", [0, WEEKS_TO_NOW], ids=["a term that is over", "a term under way"]
)
def test_a_whole_term_prints_on_two_pages(go, weeks):
    source = SAMPLE.read_text(encoding="utf-8")
    page = parse_page(source, term=TERM, zone=ZONE)
    course = create_course(
        page=page, source=source, by=None, at=make.TERM_BEGINS, shift_weeks=weeks
    )
    printed = PdfReader(io.BytesIO(go(f"/c/{course.slug}/").pdf(prefer_css_page_size=True)))
    text = " ".join(sheet.extract_text() for sheet in printed.pages)
    assert len(printed.pages) == 2
    for topic in ("GenAI Systems", "KV Cache", "New LLM Paradigms", "Ingrid Thorne"):
        assert topic in text
