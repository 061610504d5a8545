"""The pages: nothing typed is lost, and nothing is shown that is not one's own."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse

from courses.models import Enrolment
from submissions.errors import NothingHandedIn
from submissions.links import work_path
from submissions.models import Receipt, StoredFile
from submissions.views import edge
from tests import factories as make
from tests.handing_in import release_slides, withdraw_question
from tests.submissions import uploads
from tests.submissions.conftest import ANSWERS, a_key
from tests.works import Question, QuestionVersion, Slides, Summary


@pytest.fixture
def clock():
    """The time at which requests begin; `clock.move_to(…)`. It stands still."""
    with time_machine.travel(make.BEFORE_CLASS, tick=False) as traveller:
        yield traveller


@pytest.fixture
def urls(seminar, lecture, reading):
    return {
        "meeting": reverse("submissions:meeting", args=("seminar", lecture.pk)),
        "question": work_path("seminar", ("question", 0, reading.pk)),
        "withdraw": work_path("seminar", ("question", 0, reading.pk), name="withdraw"),
        "slides": work_path("seminar", ("slides", lecture.pk, 0)),
        "summary": work_path("seminar", ("summary", lecture.pk, 0)),
    }


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def question(text="Why blocks?", base=0, key=None):
    return {"text": text, "base_version": base, "key": key or a_key()}


# Questions.


def test_question_is_handed_in_and_its_receipt_shown(clock, client_of, student_without_group, urls):
    response = client_of(student_without_group).post(urls["question"], question())
    receipt = Receipt.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/c/seminar/receipts/{receipt.pk}/"
    assert (receipt.at, Question.objects.get().text) == (make.BEFORE_CLASS, "Why blocks?")


def test_form_of_the_page_can_be_posted_as_it_is(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    page = client.get(urls["question"])
    key = page.context["form"].key
    assert f'value="{key}"' in page.content.decode()
    client.post(urls["question"], question(key=key))
    assert QuestionVersion.objects.count() == 1
    assert 'name="base_version" value="1"' in client.get(urls["question"]).content.decode()


def test_double_click_gives_the_same_receipt(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    posted = question()
    locations = {client.post(urls["question"], posted)["Location"] for _ in range(3)}
    assert len(locations) == Receipt.objects.count() == 1


def test_post_from_the_home_is_answered_with_the_line_and_its_receipt(
    clock, client_of, student_without_group, urls, reading
):
    response = client_of(student_without_group).post(
        urls["question"], question(), headers={"X-Part": "any"}
    )
    receipt = Receipt.objects.get()
    body = text_of(response)
    assert response.status_code == 200
    assert f'id="question-{reading.pk}"' in body
    assert f"/c/seminar/receipts/{receipt.pk}/" in body
    assert "In, on time" in body
    assert "<html" not in body


@pytest.mark.parametrize("headers", [{}, {"X-Part": "any"}])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  \n ", "Your question needs some words."),
        ("\u200b", "Your question needs some words."),
        ("\u2060\u202e \u3164", "Your question needs some words."),
        ("y" * 2001, "Your question has 2,001 characters; 2,000 are allowed."),
    ],
)
def test_refused_question_comes_back_with_what_was_typed(
    clock, client_of, student_without_group, urls, text, words, headers
):
    response = client_of(student_without_group).post(
        urls["question"], question(text), headers=headers
    )
    assert response.status_code == 422
    assert words in text_of(response)
    assert f">\n{text}</textarea>" in text_of(response)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 40, "a" * 65])
def test_damaged_key_is_refused_and_the_text_kept(
    clock, client_of, student_without_group, urls, key
):
    posted = question("Kept words?") | {"key": key}
    response = client_of(student_without_group).post(urls["question"], posted)
    assert response.status_code == 422
    assert "Kept words?" in text_of(response)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"X-Part": "any"}])
def test_question_at_class_start_is_refused_with_the_time_and_the_text(
    clock, client_of, student_without_group, urls, headers
):
    clock.move_to(make.CLASS_STARTS)
    response = client_of(student_without_group).post(
        urls["question"], question("Too late?"), headers=headers
    )
    assert response.status_code == 409
    assert "12:30 PM CST" in text_of(response)
    assert "Too late?</textarea>" in text_of(response)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"X-Part": "any"}])
def test_stale_edit_shows_both_texts(clock, client_of, student_without_group, urls, headers):
    client = client_of(student_without_group)
    client.post(urls["question"], question("From the phone."))
    response = client.post(urls["question"], question("From the desk."), headers=headers)
    body = text_of(response)
    assert response.status_code == 409
    assert "From the phone.</blockquote>" in body
    assert body.count("From the desk.") == body.count("From the desk.</textarea>") == 1
    assert 'name="base_version" value="1"' in body
    assert Question.objects.get().text == "From the phone."


def test_edit_that_comes_too_late_says_what_stands(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    client.post(urls["question"], question("First."))
    receipt = Receipt.objects.get()
    clock.move_to(make.CLASS_STARTS + timedelta(seconds=4))
    for response in (
        client.post(urls["question"], question("Second.", base=1)),
        client.post(urls["withdraw"]),
    ):
        body = text_of(response)
        assert response.status_code == 409
        assert "12:30:04 PM CST" in body
        assert f"/c/seminar/receipts/{receipt.pk}/" in body
        assert "Nothing was stored" not in body


def test_slides_in_on_time_are_not_made_late_without_a_word(clock, client_of, presenter, urls):
    client = client_of(presenter)
    clock.move_to(make.SLIDES_DUE - timedelta(hours=1))
    client.post(urls["slides"], {"upload": uploads.pptx(), "key": a_key()})
    words = "Version 1 was in on time. A new version takes its place and is shown as late."
    assert words not in text_of(client.get(urls["slides"]))
    clock.move_to(make.SLIDES_DUE)
    body = text_of(client.get(urls["slides"]))
    assert words in body
    assert "It was due <time" in body


def test_summary_in_on_time_is_said_to_count(clock, client_of, companion, urls):
    client = client_of(companion)
    clock.move_to(make.SUMMARY_DUE - timedelta(hours=1))
    client.post(urls["summary"], ANSWERS | {"key": a_key()})
    words = "Version 1 was in on time and counts."
    assert words not in text_of(client.get(urls["summary"]))
    clock.move_to(make.SUMMARY_DUE)
    assert words in text_of(client.get(urls["summary"]))


def test_receipt_of_answers_shows_them_and_the_way_to_a_new_version(
    clock, client_of, companion, companion_group, urls
):
    clock.move_to(make.AFTER_CLASS)
    client = client_of(companion)
    body = text_of(client.post(urls["summary"], ANSWERS | {"key": a_key()}, follow=True))
    assert [answer for answer in ANSWERS.values() if answer not in body] == []
    assert f'href="{urls["summary"]}?group={companion_group.pk}"' in body


def test_other_text_from_a_form_that_was_used_is_shown_beside_the_first(
    clock, client_of, student_without_group, urls
):
    client, key = client_of(student_without_group), a_key()
    client.post(urls["question"], question("First.", key=key))
    response = client.post(urls["question"], question("Changed.", key=key))
    body = text_of(response)
    assert response.status_code == 409
    assert "First.</blockquote>" in body
    assert "Changed.</textarea>" in body
    assert key not in body
    assert Question.objects.get().text == "First."


def key_in(response):
    return re.search(r'name="key" value="([^"]*)"', text_of(response)).group(1)


def test_form_that_comes_back_keeps_its_key_so_that_a_double_click_is_one(
    clock, client_of, student_without_group, reviewer, reading, urls
):
    key = f"{a_key()}-{reading.pk}"
    refused = client_of(student_without_group).post(urls["question"], question(" ", key=key))
    assert key_in(refused) == key
    clock.move_to(make.AFTER_CLASS)
    key = a_key()
    refused = client_of(reviewer).post(urls["summary"], ANSWERS | {"future": "", "key": key})
    assert key_in(refused) == key


def test_form_whose_key_was_used_for_other_work_comes_back_with_a_new_one(
    clock, client_of, student_without_group, reviewer, reading, second_reading, urls
):
    client, key = client_of(student_without_group), a_key()
    client.post(urls["question"], question("First.", key=key))
    other = work_path("seminar", ("question", 0, second_reading.pk))
    refused = client.post(other, question("Second.", key=key))
    assert refused.status_code == 422
    assert not key_in(refused).startswith(key)
    client, key = client_of(reviewer), a_key()
    client.post(urls["question"], question("Mine.", key=key))
    clock.move_to(make.AFTER_CLASS)
    refused = client.post(urls["summary"], ANSWERS | {"key": key})
    assert refused.status_code == 422
    assert key_in(refused) != key


def test_too_long_an_answer_is_named_at_its_field(clock, client_of, reviewer, urls):
    clock.move_to(make.AFTER_CLASS)
    posted = ANSWERS | {"future": "x" * 20_001, "key": a_key()}
    page = client_of(reviewer).post(urls["summary"], posted)
    body = text_of(page)
    assert f'id="future-{page.context["duty"].anchor}-error"' in body
    assert body.count('-error"') == 2  # the field and its error
    assert "has 20,001 characters; 20,000 are allowed." in body


@pytest.mark.parametrize("is_part", [False, True])
def test_an_answer_is_the_part_that_was_asked_for_or_the_page(
    clock, client_of, student_without_group, urls, is_part
):
    headers = {"X-Part": "question"} if is_part else {}
    client = client_of(student_without_group)
    answers = [client.post(urls["question"], question(" "), headers=headers)]
    client.post(urls["question"], question("First."))
    answers.append(client.post(urls["question"], question("Stale."), headers=headers))
    clock.move_to(make.CLASS_STARTS)
    answers.append(client.post(urls["question"], question("Late."), headers=headers))
    assert [one.status_code for one in answers] == [422, 409, 409]
    assert ["<html" in text_of(one) for one in answers] == [not is_part] * 3


def test_withdrawing_what_was_never_asked_says_so(clock, client_of, student_without_group, urls):
    response = client_of(student_without_group).post(urls["withdraw"], follow=True)
    assert [str(one) for one in response.context["messages"]] == [str(NothingHandedIn())]


def test_withdrawing_is_confirmed(clock, client_of, student_without_group, ask, urls):
    ask(student_without_group)
    response = client_of(student_without_group).post(urls["withdraw"], follow=True)
    [said] = response.context["messages"]
    assert str(said).startswith("Question: withdrawn.")


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_what_comes_too_late_names_what_stands_unless_it_was_withdrawn(
    clock, client_of, student_without_group, ask, reading, urls, is_withdrawn
):
    receipt = ask(student_without_group)
    if is_withdrawn:
        withdraw_question(reading=reading, author=student_without_group, at=make.BEFORE_CLASS)
    clock.move_to(make.CLASS_STARTS)
    for url, posted in ((urls["question"], question("Late.")), (urls["withdraw"], {})):
        response = client_of(student_without_group).post(url, posted)
        stands = response.context["stands"]
        assert (stands and stands.pk) == (None if is_withdrawn else receipt.pk)


def test_withdrawing_and_asking_again(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    client.post(urls["question"], question())
    assert client.post(urls["withdraw"]).status_code == 303
    page = client.get(urls["question"])
    assert "You have withdrawn it." in text_of(page)
    assert "Hand in again" in text_of(page)
    client.post(urls["question"], question("Again?", base=1))
    stored = Question.objects.get()
    assert (stored.text, stored.withdrawn_at) == ("Again?", None)


def test_withdrawal_after_class_start_says_when_it_was_due(
    clock, client_of, student_without_group, urls
):
    client = client_of(student_without_group)
    client.post(urls["question"], question())
    clock.move_to(make.CLASS_STARTS)
    response = client.post(urls["withdraw"])
    assert response.status_code == 409
    assert Question.objects.get().withdrawn_at is None


def test_question_page_lists_the_versions_newest_first(
    clock, client_of, student_without_group, ask, urls
):
    ask(student_without_group, "First.")
    ask(student_without_group, "Second.")
    page = client_of(student_without_group).get(urls["question"])
    assert [one.texts["text"] for one in page.context["versions"]] == ["Second.", "First."]


def test_there_is_no_question_page_for_who_joined_after_class(
    clock, client_of, student_without_group, lecture, urls
):
    student_without_group.created_at = make.CLASS_STARTS
    student_without_group.save()
    clock.move_to(make.AFTER_CLASS)
    client = client_of(student_without_group)
    assert client.get(urls["question"]).status_code == 404
    assert client.get(urls["meeting"]).context["duties"] == []


def test_question_page_after_class_offers_no_form(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    client.post(urls["question"], question("Standing words."))
    clock.move_to(make.CLASS_STARTS)
    body = text_of(client.get(urls["question"]))
    assert "Standing words." in body
    assert "<textarea" not in body
    when = '<time datetime="2025-02-19T18:30:00+00:00">today at 12:30 PM CST'
    assert f"It was due {when}, less than a minute ago</time>" in body


def test_full_storage_is_503_and_keeps_what_was_typed(
    clock, client_of, companion, urls, monkeypatch
):
    from submissions.errors import StorageFull

    def full(**kwargs):
        raise StorageFull

    monkeypatch.setattr("submissions.views.work.hand_in", full)
    clock.move_to(make.AFTER_CLASS)
    response = client_of(companion).post(urls["summary"], ANSWERS | {"key": a_key()})
    assert response.status_code == 503
    assert all(answer in text_of(response) for answer in ANSWERS.values())


@pytest.mark.parametrize(
    "said",
    [
        "database or disk is full",
        'could not extend file "base/1": No space left on device',
        "database is locked",
    ],
)
def test_full_or_busy_database_is_503_and_keeps_what_was_typed(
    clock, client_of, presenter, urls, monkeypatch, said
):
    def full(**kwargs):
        raise OperationalError(said)

    monkeypatch.setattr("submissions.views.work.hand_in", full)
    response = client_of(presenter).post(urls["question"], question("Kept words?"))
    assert response.status_code == 503
    assert "Kept words?" in text_of(response)


# Slides.


def test_slides_are_handed_in(clock, client_of, presenter, urls):
    clock.move_to(make.SLIDES_DUE - make.MICROSECOND)
    response = client_of(presenter).post(urls["slides"], {"upload": uploads.pptx(), "key": a_key()})
    receipt = Receipt.objects.get()
    assert (response.status_code, receipt.verdict) == (303, "on_time")
    page = client_of(presenter).get(response["Location"])
    assert "talk.pptx" in text_of(page)
    assert receipt.sha256 in text_of(page)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (None, "Choose a file: The slides, as .pptx."),
        (b"nothing like it", "“talk.pptx” cannot be opened."),
    ],
)
def test_refused_slides_say_why(clock, client_of, presenter, urls, upload, words):
    posted = {"key": a_key()} | ({"upload": uploads.pptx(content=upload)} if upload else {})
    response = client_of(presenter).post(urls["slides"], posted)
    assert response.status_code == 422
    assert words in text_of(response)
    assert not Slides.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, "on_time"), (60, "on_time"), (15 * 60, "on_time"), (15 * 60 + 2, "late")],
)
def test_upload_counts_from_its_begin_up_to_the_published_grace(
    clock, client_of, presenter, urls, monkeypatch, seconds, verdict
):
    """It begins a second before it is due, and its last byte comes `seconds` later."""
    begun = make.SLIDES_DUE - timedelta(seconds=1)
    clock.move_to(begun)
    monkeypatch.setattr(edge.timezone, "now", Arrivals(begun, begun + timedelta(seconds=seconds)))
    client_of(presenter).post(urls["slides"], {"upload": uploads.pptx(), "key": a_key()})
    assert Receipt.objects.get().verdict == verdict


class Arrivals:
    """A clock for one request: it began at the first instant, and was read at the second."""

    def __init__(self, begun, finished):
        self.begun, self.finished, self.reads = begun, finished, 0

    def __call__(self):
        import sys

        caller = sys._getframe(1).f_code.co_name
        return self.finished if caller == "begun_at" else self.begun


# Summaries.


def test_summary_is_handed_in(clock, client_of, reviewer, urls):
    clock.move_to(make.AFTER_CLASS)
    response = client_of(reviewer).post(urls["summary"], ANSWERS | {"key": a_key()})
    assert response.status_code == 303
    assert Summary.objects.get().solution == ANSWERS["solution"]


def test_summary_before_class_says_when_it_opens_and_keeps_the_text(
    clock, client_of, reviewer, urls
):
    response = client_of(reviewer).post(urls["summary"], ANSWERS | {"key": a_key()})
    assert response.status_code == 409
    assert "12:30 PM CST" in text_of(response)
    assert all(answer in text_of(response) for answer in ANSWERS.values())
    assert not Summary.objects.exists()


@pytest.mark.parametrize("nothing", ["", "\u200b", "\u00a0\u2800"])
def test_incomplete_summary_names_the_field_and_keeps_the_others(
    clock, client_of, reviewer, urls, nothing
):
    clock.move_to(make.AFTER_CLASS)
    posted = ANSWERS | {"drawbacks": nothing, "key": a_key()}
    response = client_of(reviewer).post(urls["summary"], posted)
    body = text_of(response)
    assert response.status_code == 422
    anchor = response.context["duty"].anchor
    assert f'drawbacks-{anchor}-help drawbacks-{anchor}-error"' in body
    assert f"future-{anchor}-error" not in body
    assert f">\n{ANSWERS['future']}</textarea>" in body


def test_pdf_can_follow_answers_that_the_form_shows_again(clock, client_of, reviewer, urls):
    clock.move_to(make.AFTER_CLASS)
    client = client_of(reviewer)
    client.post(urls["summary"], ANSWERS | {"key": a_key()})
    posted = {name: text.replace("\n", "\r\n") for name, text in ANSWERS.items()}
    client.post(urls["summary"], posted | {"upload": uploads.pdf(), **summary(1, {})})
    assert list(Summary.objects.values_list("version", "file__name", "problem")) == [
        (1, None, ANSWERS["problem"]),
        (2, "summary.pdf", ""),
    ]


def test_pdf_beside_typed_answers_is_refused_and_the_answers_kept(clock, client_of, reviewer, urls):
    clock.move_to(make.AFTER_CLASS)
    response = client_of(reviewer).post(
        urls["summary"], ANSWERS | {"upload": uploads.pdf(), "key": a_key()}
    )
    assert response.status_code == 422
    assert all(answer in text_of(response) for answer in ANSWERS.values())
    assert not Summary.objects.exists()


def test_pdf_instead_of_typed_answers_is_taken_where_that_is_said(clock, client_of, reviewer, urls):
    clock.move_to(make.AFTER_CLASS)
    client = client_of(reviewer)
    assert 'name="file_instead"' in text_of(client.get(urls["summary"]))
    typed = ANSWERS | {"upload": uploads.pdf(), "key": a_key(), "file_instead": "1"}
    assert client.post(urls["summary"], typed).status_code == 303
    assert list(Summary.objects.values_list("file__name", "problem")) == [("summary.pdf", "")]


def test_late_summary_is_taken_and_said_not_to_count(clock, client_of, reviewer, urls):
    clock.move_to(make.SUMMARY_DUE)
    client = client_of(reviewer)
    response = client.post(urls["summary"], ANSWERS | {"key": a_key()})
    assert "Late: not counted" in text_of(client.get(response["Location"]))


# A summary that a second member hands in from an older version.

OTHERS = {name: f"Another answer: {label}" for name, label in Summary.FIELDS}


@pytest.fixture
def two_members(clock, client_of, seminar, companion, companion_group):
    """The browsers of two members of one group, on the day after class."""
    second = make.claimed(seminar, "wyn")
    make.in_group(companion_group, second)
    clock.move_to(make.AFTER_CLASS)
    return client_of(companion), client_of(second)


def summary(base, answers=ANSWERS, **more):
    return answers | {"base_version": base, "key": a_key()} | more


def base_in(response):
    return re.search(r'name="base_version" value="([^"]*)"', text_of(response)).group(1)


def test_summary_form_carries_the_version_that_it_was_made_from(two_members, urls):
    client, other = two_members
    assert base_in(client.get(urls["summary"])) == "0"
    client.post(urls["summary"], summary(0))
    assert base_in(other.get(urls["summary"])) == "1"


def test_stale_summary_shows_both_texts_and_can_be_handed_in_next(two_members, urls):
    client, other = two_members
    client.post(urls["summary"], summary(0))
    response = other.post(urls["summary"], summary(0, OTHERS))
    body = text_of(response)
    assert response.status_code == 409
    assert [text for text in ANSWERS.values() if f"{text}</blockquote>" not in body] == []
    assert [text for text in OTHERS.values() if f">\n{text}</textarea>" not in body] == []
    assert [text for text in OTHERS.values() if body.count(text) != 1] == []
    assert Summary.objects.count() == 1
    other.post(urls["summary"], summary(base_in(response), OTHERS))
    assert list(Summary.objects.values_list("version", "future")) == [
        (1, ANSWERS["future"]),
        (2, OTHERS["future"]),
    ]


def test_stale_summary_beside_a_pdf_links_it(two_members, urls):
    client, other = two_members
    client.post(urls["summary"], {"upload": uploads.pdf("Ours.pdf"), **summary(0, {})})
    response = other.post(urls["summary"], summary(0))
    body = text_of(response)
    assert response.status_code == 409
    path = f"/c/seminar/files/{StoredFile.objects.get().pk}/"
    assert f'href="{path}"><bdi>Ours.pdf</bdi></a>' in body
    assert [text for text in ANSWERS.values() if f"{text}</textarea>" not in body] == []


def test_the_same_answers_again_are_a_new_version(two_members, urls):
    client, _ = two_members
    client.post(urls["summary"], summary(0))
    assert client.post(urls["summary"], summary(1)).status_code == 303
    assert (
        list(Summary.objects.values_list("version", "problem"))
        == [
            (2, ANSWERS["problem"]),
            (1, ANSWERS["problem"]),
        ][::-1]
    )


def test_changed_answers_beside_a_pdf_are_not_swallowed(two_members, urls):
    """Only those that the form had shown already may be left beside a file."""
    client, _ = two_members
    client.post(urls["summary"], summary(0))
    changed = ANSWERS | {"future": "A new thought."}
    response = client.post(urls["summary"], summary(1, changed, upload=uploads.pdf()))
    assert response.status_code == 422
    assert "A new thought.</textarea>" in text_of(response)
    assert Summary.objects.count() == 1


def test_form_that_comes_back_still_says_what_it_started_from(two_members, urls):
    client, _ = two_members
    client.post(urls["summary"], summary(0))
    refused = client.post(urls["summary"], summary(1, ANSWERS | {"future": ""}))
    assert (refused.status_code, base_in(refused)) == (422, "1")
    assert [field.name for field in refused.context["form"].wrong] == ["future"]


def test_stale_pdf_is_to_be_chosen_again(two_members, urls):
    """Also where its form showed the answers of the version before: they were not typed."""
    client, other = two_members
    client.post(urls["summary"], summary(0))
    client.post(urls["summary"], summary(1, OTHERS))
    response = other.post(urls["summary"], summary(1, upload=uploads.pdf()))
    body = text_of(response)
    assert response.status_code == 409
    assert "Your file was not kept: choose it again." in body
    assert body.count(">\n</textarea>") == len(Summary.FIELDS)
    assert [text for text in OTHERS.values() if f"{text}</blockquote>" not in body] == []
    other.post(urls["summary"], summary(base_in(response), {}, upload=uploads.pdf()))
    assert list(Summary.objects.values_list("version", "file__name")) == [
        (1, None),
        (2, None),
        (3, "summary.pdf"),
    ]


def test_correcting_an_error_does_not_hide_that_the_summary_is_stale(two_members, urls):
    client, other = two_members
    response = other.post(urls["summary"], summary(0, OTHERS | {"future": ""}))
    client.post(urls["summary"], summary(0))
    damaged = other.post(urls["summary"], summary(0, OTHERS, key="short"))
    assert (response.status_code, base_in(response)) == (422, "0")
    assert (damaged.status_code, base_in(damaged)) == (422, "0")
    assert other.post(urls["summary"], summary(0, OTHERS)).status_code == 409


@pytest.mark.parametrize("damaged", ["x", "-1", "1.5", '"><b>'])
def test_damaged_base_of_a_summary_is_refused_and_the_answers_kept(two_members, urls, damaged):
    client, _ = two_members
    response = client.post(urls["summary"], summary(damaged))
    body = text_of(response)
    assert (response.status_code, base_in(response)) == (422, "0")
    assert "The form is damaged. Hand it in again." in body
    assert [text for text in ANSWERS.values() if f"{text}</textarea>" not in body] == []
    assert not Summary.objects.exists()


@pytest.mark.parametrize(
    ("at", "in_time"), [(make.SLIDES_DUE - make.MICROSECOND, True), (make.SLIDES_DUE, False)]
)
def test_slides_page_warns_only_of_what_was_in_time(
    clock, client_of, presenter, hand_in, urls, at, in_time
):
    hand_in(presenter, at=at)
    page = client_of(presenter).get(urls["slides"])
    assert bool(page.context["in_time"]) is in_time


@pytest.mark.parametrize(
    ("at", "in_time"), [(make.SUMMARY_DUE - make.MICROSECOND, True), (make.SUMMARY_DUE, False)]
)
def test_summary_page_warns_only_of_what_was_in_time(
    clock, client_of, companion, summarise, urls, at, in_time
):
    summarise(companion, at=at)
    clock.move_to(make.SUMMARY_DUE)
    page = client_of(companion).get(urls["summary"])
    assert bool(page.context["in_time"]) is in_time


@pytest.mark.parametrize(
    ("at", "is_open"), [(make.CLASS_STARTS - make.MICROSECOND, False), (make.CLASS_STARTS, True)]
)
def test_summary_page_has_its_form_from_class_start_on(
    clock, client_of, companion, urls, at, is_open
):
    clock.move_to(at)
    page = client_of(companion).get(urls["summary"])
    assert page.context["is_open"] is is_open
    assert ("<textarea" in text_of(page)) is is_open


def test_who_presents_in_two_groups_is_asked_for_which(
    clock, client_of, presenter, companion_group, presenter_group, lecture, urls
):
    make.in_group(companion_group, presenter)
    make.RoleAssignmentFactory(meeting=lecture, group=companion_group)
    page = client_of(presenter).get(urls["slides"])
    assert [one.id for one in page.context["groups"]] == [presenter_group.pk, companion_group.pk]
    assert "For which group?" in text_of(page)
    assert 'type="file"' not in text_of(page)


def test_slides_page_says_which_version_the_class_sees(clock, client_of, presenter, urls):
    client = client_of(presenter)
    for name in ("first.pptx", "second.pptx"):
        client.post(urls["slides"], {"upload": uploads.pptx(name), "key": a_key()})
    body = text_of(client.get(urls["slides"]))
    newest, older = body.split("<article")[1:]
    assert "Version 2, counts</h3>" in newest
    assert "The class sees this one." in newest
    assert "The class sees this one." not in older


# A student with two groups at one meeting.


def test_student_in_two_groups_is_asked_which(
    clock, client_of, companion, companion_group, reviewer_group, urls
):
    make.in_group(reviewer_group, companion)
    clock.move_to(make.AFTER_CLASS)
    client = client_of(companion)
    assert "For which group?" in text_of(client.get(urls["summary"]))
    client.post(f"{urls['summary']}?group={reviewer_group.pk}", ANSWERS | {"key": a_key()})
    assert Summary.objects.get().group == reviewer_group


def test_group_that_is_not_ones_own_is_not_found(clock, client_of, companion, reviewer_group, urls):
    url = f"{urls['summary']}?group={reviewer_group.pk}"
    assert client_of(companion).get(url).status_code == 404
    assert client_of(companion).post(url, ANSWERS | {"key": a_key()}).status_code == 404


# Who reaches which page.


REACH = {
    "meeting": {"instructor", "ta", "presenter", "companion", "reviewer", "student_without_group"},
    "question": {"presenter", "companion", "reviewer", "student_without_group"},
    "slides": {"presenter"},
    "summary": {"companion", "reviewer"},
}


@pytest.mark.parametrize("page", REACH)
def test_page_is_found_by_whom_it_is_for(clock, client_of, cast, urls, page):
    clock.move_to(make.AFTER_CLASS)
    statuses = {name: client_of(who).get(urls[page]).status_code for name, who in cast.items()}
    assert statuses == {name: 200 if name in REACH[page] else 404 for name in cast}


@pytest.mark.parametrize("page", [*REACH, "withdraw"])
def test_visitor_is_sent_to_sign_in(clock, client, urls, page):
    response = client.post(urls[page]) if page == "withdraw" else client.get(urls[page])
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_optional_reading_has_no_question_page(clock, client_of, presenter, optional_reading):
    url = work_path("seminar", ("question", 0, optional_reading.pk))
    assert client_of(presenter).get(url).status_code == 404
    assert client_of(presenter).post(url, question()).status_code == 404


def test_pages_of_one_course_are_not_found_under_another(
    clock, client_of, instructor, ask, student_without_group, lecture, other_course
):
    make.EnrolmentFactory(course=other_course, person=instructor.person, role="instructor")
    receipt = ask(student_without_group)
    client = client_of(instructor)
    for name, key in (("meeting", lecture.pk), ("receipt", receipt.pk)):
        assert client.get(reverse(f"submissions:{name}", args=("seminar", key))).status_code == 200
        assert client.get(reverse(f"submissions:{name}", args=("other", key))).status_code == 404


def test_receipt_is_found_by_whom_it_is_for(clock, client_of, cast, ask, student_without_group):
    url = reverse("submissions:receipt", args=("seminar", ask(student_without_group).pk))
    statuses = {name: client_of(who).get(url).status_code for name, who in cast.items()}
    mine = {"student_without_group", "instructor", "ta"}
    assert statuses == {name: 200 if name in mine else 404 for name in cast}


def test_receipt_shows_what_it_proves(clock, client_of, ask, student_without_group):
    receipt = ask(
        student_without_group, at=make.BEFORE_CLASS + timedelta(seconds=7, microseconds=9)
    )
    url = reverse("submissions:receipt", args=("seminar", receipt.pk))
    body = text_of(client_of(student_without_group).get(url))
    for fact in (
        str(receipt.pk),
        receipt.sha256,
        "Wed, Feb 19, 2025, 10:30:07 AM CST",
        "Wed, Feb 19, 2025, 12:30:00 PM CST",
        "In, on time",
        "Solen Quay",
    ):
        assert fact in body


# The meeting's page.


def handed_in(page, work):
    """What the viewer reads of this work: by reading, the versions."""
    [found] = [one for one in page.context["handed_in"] if one.work.key == work]
    return [(reading, [version for version, _ in some]) for reading, some in found.parts]


def test_panel_reads_questions_by_reading_and_time_from_class_start_on(
    clock,
    client_of,
    presenter,
    companion,
    student_without_group,
    ask,
    urls,
    reading,
    second_reading,
):
    ask(companion, "Second reading, first.", on=second_reading, at=make.TERM_BEGINS)
    ask(student_without_group, "First reading, later.")
    ask(companion, "First reading, earlier.", at=make.BEFORE_CLASS - timedelta(hours=1))
    client = client_of(presenter)
    clock.move_to(make.CLASS_STARTS - make.MICROSECOND)
    [none, _] = handed_in(client.get(urls["meeting"]), "question")
    assert none == (reading, [])
    clock.move_to(make.CLASS_STARTS)
    page = client.get(urls["meeting"])
    asked = handed_in(page, "question")
    assert [[one.texts["text"] for one in some] for _, some in asked] == [
        ["First reading, earlier.", "First reading, later."],
        ["Second reading, first."],
    ]
    assert "Solen Quay" in text_of(page)


def test_class_reads_no_questions_of_others(
    clock, client_of, presenter, student_without_group, ask, urls
):
    ask(presenter, "Unseen words.")
    clock.move_to(make.AFTER_CLASS)
    assert "Unseen words." not in text_of(client_of(student_without_group).get(urls["meeting"]))


def test_meeting_page_takes_the_same_queries_for_a_larger_class(
    clock, client_of, presenter, ask, urls, seminar, django_assert_max_num_queries
):
    client = client_of(presenter)
    clock.move_to(make.AFTER_CLASS)
    counts = []
    for size in (1, 10):
        for number in range(size):
            ask(make.claimed(seminar, f"s{size}x{number}"))
        with django_assert_max_num_queries(33) as queries:
            client.get(urls["meeting"])
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_meeting_page_shows_each_groups_newest_slides_and_the_summary_that_counts(
    clock, client_of, ta, presenter, companion, reviewer, reviewer_group, hand_in, summarise,
    lecture, urls,
):  # fmt: skip
    hand_in(presenter)
    newest = hand_in(presenter, at=make.SLIDES_DUE)
    counting = summarise(companion)
    summarise(companion, at=make.SUMMARY_DUE)
    late = summarise(reviewer, group=reviewer_group, at=make.SUMMARY_DUE)
    clock.move_to(make.SUMMARY_DUE)
    page = client_of(ta).get(urls["meeting"]).context
    shown = {
        one.work.key: [(version.receipt, str(state)) for version, state in some]
        for one in page["handed_in"]
        for _, some in one.parts
        if one.work.key != "question"
    }
    assert shown == {
        "slides": [(newest, "In, late")],
        "summary": [(counting, "In, on time"), (late, "Late: not counted")],
    }


def test_meeting_without_presenters_has_no_deadlines(
    clock, client_of, seminar, student_without_group, lecture, urls
):
    client = client_of(student_without_group)
    shown = client.get(urls["meeting"]).context["handed_in"]
    assert [one.work.several for one in shown] == ["questions", "slides", "summaries"]
    type(lecture).objects.filter(pk=lecture.pk).update(kind="guest_lecture")
    assert client.get(urls["meeting"]).context["handed_in"] == []


def test_questions_stand_under_required_readings_and_those_that_were_asked_about(
    clock, client_of, ta, lecture, reading, second_reading, optional_reading, urls
):
    def listed():
        page = client_of(ta).get(urls["meeting"])
        return [(one, len(asked)) for one, asked in handed_in(page, "question")]

    assert listed() == [(reading, 0), (second_reading, 0)]
    make.QuestionFactory(reading=optional_reading)
    assert listed() == [(reading, 0), (second_reading, 0), (optional_reading, 1)]


def test_meeting_page_is_of_this_meeting_alone(
    clock, client_of, seminar, presenter, presenter_group, companion_group, lecture, urls
):
    other = make.MeetingFactory(course=seminar)
    make.ReadingFactory(meeting=other)
    make.RoleAssignmentFactory(meeting=other, group=presenter_group, role="reviewer")
    make.SlidesFactory(meeting=other, group=companion_group)
    make.SummaryFactory(meeting=other, group=presenter_group, receipt__handed_in_by=presenter)
    make.QuestionFactory(reading=other.readings.get())
    clock.move_to(make.AFTER_CLASS)
    page = client_of(presenter).get(urls["meeting"]).context
    assert {duty.meeting.id for duty, _ in page["duties"]} == {lecture.pk}
    assert {duty.work for duty, _ in page["duties"]} == {"question", "slides"}
    assert [(one.role.key, is_mine) for one, is_mine in page["roles"]] == [
        ("presenter", True),
        ("companion", False),
        ("reviewer", False),
    ]
    assert [some for one in page["handed_in"] for _, some in one.parts] == [[], [], [], []]


def test_who_joined_the_group_late_owes_no_slides_and_still_finds_where_to_hand_them_in(
    clock, client_of, student_without_group, presenter_group, urls
):
    make.MembershipFactory(
        group=presenter_group, enrolment=student_without_group, joined_at=make.BEFORE_CLASS
    )
    client = client_of(student_without_group)
    page = client.get(urls["meeting"])
    assert [duty.work for duty, _ in page.context["duties"]] == ["question", "question"]
    link = f"{urls['slides']}?group={presenter_group.pk}"
    assert f'href="{link}"' in text_of(page)
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("page", ["meeting", "home"])
def test_work_without_a_role_any_more_stays_with_its_receipt(
    clock, client_of, presenter, hand_in, lecture, urls, page
):
    receipt = hand_in(presenter)
    lecture.assignments.all().delete()
    client = client_of(presenter)
    body = text_of(client.get(urls["meeting"] if page == "meeting" else "/c/seminar/home/"))
    assert f"/c/seminar/receipts/{receipt.pk}/" in body
    assert urls["slides"] not in body
    assert client.get(urls["slides"]).status_code == 404


def test_receipt_leads_to_the_form_again_where_the_group_still_owes_the_work(
    clock, client_of, presenter, presenter_group, companion_group, hand_in, lecture, urls
):
    url = f"/c/seminar/receipts/{hand_in(presenter).pk}/"
    client = client_of(presenter)
    link = f"{urls['slides']}?group={presenter_group.pk}"
    assert link in text_of(client.get(url))
    # Another role of the group, and the same role of another group of theirs, are other work.
    lecture.assignments.filter(group=presenter_group).update(
        role=make.role_at(lecture.course, "reviewer")
    )
    assert link not in text_of(client.get(url))
    lecture.assignments.all().delete()
    make.in_group(companion_group, presenter)
    make.RoleAssignmentFactory(meeting=lecture, group=companion_group, role="presenter")
    assert link not in text_of(client.get(url))


# Downloads.


@pytest.fixture
def slides_url(hand_in, presenter):
    hand_in(presenter)
    return reverse("submissions:file", args=("seminar", StoredFile.objects.get().pk))


def test_file_is_served_as_an_attachment_that_nothing_runs(clock, client_of, presenter, slides_url):
    response = client_of(presenter).get(slides_url)
    assert b"".join(response.streaming_content) == uploads.pptx_bytes()
    assert response["Content-Disposition"] == 'attachment; filename="talk.pptx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_file_is_found_by_who_may_see_it(clock, client, client_of, cast, slides_url):
    def statuses():
        found = {
            name: client_of(who).get(slides_url).status_code
            for name, who in cast.items()
            if isinstance(who, Enrolment)
        }
        return found | {"visitor": client.get(slides_url).status_code}

    everybody = {name for name, who in cast.items() if isinstance(who, Enrolment)} | {"visitor"}
    assert {name for name, status in statuses().items() if status == 200} == REACH["meeting"]
    release_slides(slides=Slides.objects.get(), at=make.BEFORE_CLASS)
    assert {name for name, status in statuses().items() if status == 200} == everybody


def test_row_without_its_file_is_not_found(clock, client_of, presenter, slides_url, settings):
    (settings.MEDIA_ROOT / StoredFile.objects.get().path).unlink()
    assert client_of(presenter).get(slides_url).status_code == 404


def test_typed_markup_is_shown_as_text(clock, client_of, presenter, ask, urls):
    ask(presenter, "<script>alert(1)</script> & <b>")
    body = client_of(presenter).get(urls["question"]).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in body


@pytest.mark.parametrize("name", sorted(REACH))
def test_page_has_no_inline_style_or_script(clock, client_of, cast, urls, name):
    clock.move_to(make.AFTER_CLASS)
    body = client_of(cast[sorted(REACH[name])[0]]).get(urls[name]).content.decode()
    assert " style=" not in body
    assert "<script>" not in body


def test_a_receipt_is_linked_for_whom_it_opens(
    clock, client_of, lecture, presenter, presenter_group, student_without_group, ta
):
    """The class reads the slides; their receipt is of the group and of the staff."""
    clock.move_to(make.AFTER_CLASS)
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, receipt__handed_in_by=presenter
    )
    where = f"/c/seminar/receipts/{slides.receipt_id}/"
    for who, opens in ((presenter, True), (ta, True), (student_without_group, False)):
        client = client_of(who)
        body = text_of(client.get(f"/c/seminar/meetings/{lecture.pk}/"))
        assert next(iter(slides.stored_files.values())).name in body
        assert (where in body) is opens
        assert (client.get(where).status_code == 200) is opens


def test_a_receipt_says_what_came_after(clock, client_of, student_without_group, urls):
    client = client_of(student_without_group)
    first = client.post(urls["question"], {"text": "Why?", "key": a_key(), "base_version": "0"})
    assert "Since then" not in text_of(client.get(first["Location"]))
    client.post(urls["question"], {"text": "How?", "key": a_key(), "base_version": "1"})
    assert "Version 2 was handed in after it." in text_of(client.get(first["Location"]))
    client.post(f"{urls['question']}withdraw/")
    assert "Withdrawn Wed, Feb 19, 2025" in text_of(client.get(first["Location"]))


def test_the_same_form_after_withdrawing_says_so_and_hands_in_with_the_next_press(
    clock, client_of, student_without_group, urls
):
    """A browser that goes back, or sends late what it sent before: it is not in, and seems not."""
    client = client_of(student_without_group)
    form = {"text": "Why?", "key": a_key(), "base_version": "0"}
    assert client.post(urls["question"], form).status_code == 303
    client.post(f"{urls['question']}withdraw/")
    again = client.post(urls["question"], form)
    assert again.status_code == 422
    assert "withdrawn since" in text_of(again)
    assert ">\nWhy?</textarea>" in text_of(again)
    assert Receipt.objects.count() == 1
    fresh = {"text": "Why?", "key": key_in(again), "base_version": base_in(again)}
    assert client.post(urls["question"], fresh).status_code in (303, 409)
