"""A name from right to left turns nothing but itself; one from left to right stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.outbox import NoticeDraft, post_notices
from courses.directions import isolated, undirected, without_overrides
from courses.models import Notice
from courses.templatetags.rostrum import bdi
from tests.factories import BEFORE_CLASS as AT

CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("name", ["Presa Holt", "Zoë", "李雷", "3 Idiots", "", "می"[:0]])
def test_a_name_from_left_to_right_stays_as_it_is(name):
    assert isolated(name) == name


@pytest.mark.parametrize("name", ["שם", "محمد علي", "Dr. שם", "٣"])
def test_a_name_from_right_to_left_stands_between_isolates(name):
    assert isolated(name) == f"\u2068{name}\u2069"


@given(st.text(st.sampled_from("aש3 .-" + CONTROLS)))
def test_no_control_of_a_name_reaches_out_of_it(name):
    inside = isolated(name).removeprefix("\u2068").removesuffix("\u2069")
    assert undirected(name) == inside == inside.translate(dict.fromkeys(map(ord, CONTROLS)))
    assert bdi(name) == (f"<bdi>{inside}</bdi>" if name else "")


def test_the_filter_escapes_and_takes_several_names():
    assert bdi("<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert bdi(["a", "b"]) == "<bdi>a</bdi>, <bdi>b</bdi>"
    assert bdi(None) == bdi("") == bdi([]) == ""


def test_joiners_and_marks_of_a_script_stay():
    assert isolated("می\u200cخواهم\u200f") == "\u2068می\u200cخواهم\u200f\u2069"


@pytest.mark.django_db
def test_no_control_turns_a_mail():
    body = f"By \u2068שם\u2069\u202e, 12:30.\n{CONTROLS}"
    draft = NoticeDraft("k", "test", f"Of \u202e{isolated('שם')}, 3", body, address="a@b.example")
    post_notices(drafts=[draft], at=AT)
    notice = Notice.objects.get()
    assert notice.subject == "Of שם, 3"
    assert notice.body.startswith("By \u2068שם\u2069, 12:30.\n\u2066\u2067\u2068\u2069\n")
    assert without_overrides(notice.body) == notice.body
