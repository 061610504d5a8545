"""Short ways to hand something in."""

from __future__ import annotations

import uuid

import pytest

from tests import factories as make
from tests.handing_in import ask_question, hand_in_slides, hand_in_summary
from tests.submissions import uploads
from tests.works import Summary


def a_key() -> str:
    return uuid.uuid4().hex


ANSWERS = {name: f"An answer to: {label}" for name, label in Summary.FIELDS}


@pytest.fixture
def ask(reading):
    """`ask(author, text=…, at=…, on=…)` asks a question and gives the receipt."""

    def act(author, text="Why does it not thrash?", *, at=make.BEFORE_CLASS, on=None, **more):
        more.setdefault("key", a_key())
        return ask_question(reading=on or reading, author=author, text=text, at=at, **more)

    return act


@pytest.fixture
def hand_in(lecture, presenter_group):
    """`hand_in(by, at=…)` hands in the presenter group's slides and gives the receipt."""

    def act(by, *, at=make.SLIDES_DUE - make.MICROSECOND, upload=None, group=None, **more):
        more.setdefault("key", a_key())
        return hand_in_slides(
            meeting=lecture,
            group=group or presenter_group,
            by=by,
            upload=upload or uploads.pptx(),
            at=at,
            **more,
        )

    return act


@pytest.fixture
def summarise(lecture, companion_group):
    """`summarise(by, at=…, group=…)` hands in a summary of five answers and gives the receipt."""

    def act(by, *, at=make.AFTER_CLASS, group=None, answers=ANSWERS, upload=None, **more):
        more.setdefault("key", a_key())
        return hand_in_summary(
            meeting=lecture,
            group=group or companion_group,
            by=by,
            answers=None if upload else answers,
            upload=upload,
            at=at,
            **more,
        )

    return act
