"""Judging receipts by a deadline that was corrected: seen, said why, kept; never by itself."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.errors import PlanChanged
from courses.models import Notice
from schedule.actions.meetings import move_meeting
from schedule.deadlines import Verdict
from schedule.models import Meeting
from submissions.actions.judgements import fingerprint, judge_receipts, plan_judgements
from submissions.errors import Incomplete, NotYoursToJudge, TooLong
from submissions.models import Judgement, Receipt
from submissions.sweeps import note_missing
from tests import factories as make
from tests.handing_in import counting_summary, summaries_of

LATE_BY_AN_HOUR = make.SUMMARY_DUE + timedelta(hours=1)
JUDGED = make.SUMMARY_DUE + timedelta(days=2)
WHY = "The page had the wrong time."


@pytest.fixture
def late(summarise, companion) -> Receipt:
    """A summary that came an hour after it was due."""
    return summarise(companion, at=LATE_BY_AN_HOUR)


@pytest.fixture
def corrected(late, lecture):
    """Class ended two hours later than the course had it, so that it was on time after all."""
    move_meeting(meeting=lecture, on=lecture.on, starts=time(12, 30), ends=time(15, 45))
    return make.SUMMARY_DUE + timedelta(hours=2)


def judge(receipts, by, **more):
    return judge_receipts(
        **{"receipts": list(receipts), "by": by, "reason": WHY, "at": JUDGED, **more}
    )


def values(receipt) -> dict:
    return Receipt.objects.filter(pk=receipt.pk).values().get()


def stays(receipt) -> str:
    (case,) = plan_judgements(Receipt.objects.filter(pk=receipt.pk))
    return case.stays


def test_a_verdict_does_not_flip_by_itself(late, corrected):
    assert values(late)["verdict"] == "late_not_counted"
    assert values(late)["due_at"] == make.SUMMARY_DUE


def test_is_judged_by_the_deadline_now_in_force(late, corrected, instructor):
    before = values(late)
    (made,) = judge([late], instructor)
    assert values(late) == {**before, "verdict": "on_time", "due_at": corrected}
    assert (
        made.receipt, made.at, made.by, made.reason, made.due_at_before, made.due_at,
        made.verdict_before, made.verdict,
    ) == (
        late, JUDGED, instructor, WHY, make.SUMMARY_DUE, corrected, "late_not_counted", "on_time",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before_due", "verdict"),
    [(make.MICROSECOND, "on_time"), (timedelta(0), "late_not_counted")],
)
def test_the_deadline_is_half_open(
    summarise, companion, corrected, instructor, before_due, verdict
):
    receipt = summarise(companion, at=corrected - before_due)
    Receipt.objects.filter(pk=receipt.pk).update(due_at=make.SUMMARY_DUE, verdict="late")
    judge([receipt], instructor)
    assert values(receipt)["verdict"] == verdict


def test_judging_again_changes_nothing(late, corrected, instructor):
    judge([late], instructor)
    before = (values(late), list(Judgement.objects.values()), list(Notice.objects.values()))
    assert judge([late], instructor, reason="Again.") == []
    assert (values(late), list(Judgement.objects.values()), list(Notice.objects.values())) == before


def test_each_judgement_is_kept(late, corrected, lecture, instructor):
    judge([late], instructor)
    move_meeting(meeting=lecture, on=lecture.on)
    judge([late], instructor, reason="No, it was right.")
    assert list(late.judgements.values_list("verdict_before", "verdict", "reason")) == [
        ("late_not_counted", "on_time", WHY),
        ("on_time", "late_not_counted", "No, it was right."),
    ]
    assert values(late)["due_at"] == make.SUMMARY_DUE


def test_whoever_is_credited_is_told_once(late, corrected, instructor, companion, companion_group):
    other = make.claimed(instructor.course, "othercomp")
    late.members.add(other)
    judge([late], instructor)
    told = Notice.objects.filter(kind="judged").order_by("pk")
    assert [one.recipient for one in told] == [companion, other]
    body = told[0].body
    for line in (
        "Before:   Late: not counted, due Thu, Feb 20, 2025, 1:45:00 PM CST",
        "Now:      In, on time, due Thu, Feb 20, 2025, 3:45:00 PM CST",
        "By:       Ines Naru",
        f"Reason:   {WHY}",
    ):
        assert line in body


class TestWhatStays:
    def test_what_is_the_same_by_both_deadlines(self, summarise, companion, lecture):
        receipt = summarise(companion)
        assert stays(receipt) == "The deadline is the same."
        move_meeting(meeting=lecture, on=lecture.on, starts=time(12, 30), ends=time(15))
        assert stays(receipt) == "It is the same by both deadlines."

    def test_of_a_meeting_that_is_not_held_any_more(self, late):
        Meeting.objects.update(kind="no_class", starts_at=None, ends_at=None)
        assert stays(late) == "Its meeting has no class any more, so nothing is due."

    def test_what_came_before_it_could_be_handed_in(self, late, lecture):
        move_meeting(meeting=lecture, on=date(2025, 3, 5))
        assert stays(late) == "It came before this could be handed in."

    def test_a_question_that_would_not_have_been_taken(self, ask, presenter, lecture):
        receipt = ask(presenter)
        move_meeting(meeting=lecture, on=lecture.on, starts=time(9))
        assert stays(receipt) == "By this deadline it would not have been taken at all."

    def test_none_of_these_is_changed(self, late, corrected, ask, presenter, lecture, instructor):
        question = ask(presenter)
        move_meeting(meeting=lecture, on=lecture.on, starts=time(9), ends=time(15, 45))
        before = values(question)
        assert [one.receipt for one in judge([question, late], instructor)] == [late]
        assert values(question) == before


def test_slides_are_judged_too(hand_in, presenter, lecture, instructor):
    receipt = hand_in(presenter, at=make.SLIDES_DUE)
    assert receipt.verdict == "late"
    move_meeting(meeting=lecture, on=lecture.on, starts=time(13))
    judge([receipt], instructor)
    assert values(receipt)["verdict"] == "on_time"


def test_hours_of_the_course_are_a_deadline_too(late, seminar, instructor):
    make.set_work(seminar, "summary", due_minutes=26 * 60)
    judge([late], instructor)
    assert values(late)["verdict"] == "on_time"


class TestRefused:
    @pytest.mark.parametrize("reason", ["", "  \n", "\u200b", "\u2800\u3164"])
    def test_without_a_reason_that_can_be_seen(self, late, corrected, instructor, reason):
        before = values(late)
        with pytest.raises(Incomplete):
            judge([late], instructor, reason=reason)
        assert (values(late), Judgement.objects.count()) == (before, 0)

    @pytest.mark.parametrize(("length", "fits"), [(500, True), (501, False)])
    def test_a_reason_that_is_too_long(self, late, corrected, instructor, length, fits):
        if fits:
            assert len(judge([late], instructor, reason="x" * length)) == 1
        else:
            with pytest.raises(TooLong, match="501 characters; 500 are allowed"):
                judge([late], instructor, reason="x" * length)

    @pytest.mark.parametrize("who", ["ta", "companion", "other_instructor"])
    def test_whoever_does_not_lead_the_course(self, request, late, corrected, who):
        before = values(late)
        with pytest.raises(NotYoursToJudge):
            judge([late], request.getfixturevalue(who))
        assert (values(late), Judgement.objects.count()) == (before, 0)

    def test_an_instructor_who_has_left(self, late, corrected, instructor):
        instructor.dropped_at = JUDGED
        with pytest.raises(NotYoursToJudge):
            judge([late], instructor)

    def test_receipts_of_another_course(self, late, corrected, instructor, other_course):
        theirs = make.ReceiptFactory(meeting=make.MeetingFactory(course=other_course))
        before = values(late)
        with pytest.raises(NotYoursToJudge):
            judge([late, theirs], instructor)
        assert (values(late), Judgement.objects.count()) == (before, 0)

    def test_what_is_something_else_than_was_seen(self, late, corrected, lecture, instructor):
        seen = fingerprint(plan_judgements(Receipt.objects.all()))
        move_meeting(meeting=lecture, on=lecture.on, starts=time(12), ends=time(15, 40))
        before = values(late)
        with pytest.raises(PlanChanged):
            judge([late], instructor, seen=seen)
        assert (values(late), Judgement.objects.count()) == (before, 0)


def test_which_summary_counts_follows(
    summarise, companion, companion_group, lecture, instructor, corrected, late
):
    # `late` is the first; the second comes when even the corrected deadline is over.
    second = summarise(companion, at=corrected)

    def versions():
        return summaries_of(lecture, companion_group)

    assert (second.verdict, counting_summary(versions()).version) == ("late_not_counted", 2)
    judge([late, second], instructor)
    assert counting_summary(versions()).version == 1


def test_the_digest_follows(late, corrected, companion_group, instructor):
    judge([late], instructor)
    note_missing(at=JUDGED)
    digest = Notice.objects.get(kind="digest", recipient=instructor)
    assert f"Summary of {companion_group}: in, on time" in digest.body


def test_what_comes_in_before_a_corrected_deadline_that_lies_ahead_is_on_time(
    late, lecture, summarise, companion, companion_group
):
    move_meeting(meeting=lecture, on=date(2025, 2, 20))
    again = summarise(companion, at=make.SUMMARY_DUE + timedelta(hours=24) - make.MICROSECOND)
    assert (again.version, again.verdict) == (2, "on_time")
    assert counting_summary(summaries_of(lecture, companion_group)).version == 2


class TestAdmin:
    LIST = "admin:submissions_receipt_changelist"

    @pytest.fixture(autouse=True)
    def _two_days_later(self, cast):
        with time_machine.travel(JUDGED, tick=False):
            yield

    def post(self, client, receipts, **more):
        data = {"action": "judge", "_selected_action": [str(one.pk) for one in receipts], **more}
        return client.post(reverse(self.LIST), data)

    def test_shows_what_would_change_and_what_stays(
        self, client_of, instructor, late, corrected, ask, presenter
    ):
        question = ask(presenter)
        before = values(late)
        response = self.post(client_of(instructor), [late, question])
        assert [one.receipt for one in response.context["changing"]] == [late]
        assert [(one.receipt, one.stays) for one in response.context["staying"]] == [
            (question, "The deadline is the same.")
        ]
        html = re.sub(r"</?time[^>]*>", "", response.content.decode())
        assert "Late: not counted<br>due Thu, Feb 20, 1:45 PM CST" in html
        assert "<strong>In, on time</strong><br>due Thu, Feb 20, 3:45 PM CST" in html
        assert (values(late), Judgement.objects.count()) == (before, 0)

    def test_judges_with_a_reason_once_that_was_seen(self, client_of, instructor, late, corrected):
        client = client_of(instructor)
        seen = self.post(client, [late]).context["seen"]
        assert self.post(client, [late], seen=seen, reason=WHY).status_code == 302
        assert values(late)["verdict"] == "on_time"
        assert (Judgement.objects.get().by, Judgement.objects.get().at) == (instructor, JUDGED)

    def test_without_a_reason_it_comes_back(self, client_of, instructor, late, corrected):
        client, before = client_of(instructor), values(late)
        seen = self.post(client, [late]).context["seen"]
        response = self.post(client, [late], seen=seen, reason="\u200b")
        assert response.status_code == 422
        assert "Say why: it stands on the receipt for good." in response.content.decode()
        assert values(late) == before

    def test_a_deadline_that_moved_again_is_shown_again_with_the_reason(
        self, client_of, instructor, late, corrected, lecture
    ):
        client, before = client_of(instructor), values(late)
        seen = self.post(client, [late]).context["seen"]
        move_meeting(meeting=lecture, on=lecture.on, starts=time(12), ends=time(16))
        response = self.post(client, [late], seen=seen, reason=WHY)
        html = response.content.decode()
        assert response.status_code == 422
        assert "Something has changed since you looked." in html
        assert f">{WHY}</textarea>" in html
        assert values(late) == before
        seen = response.context["seen"]
        assert self.post(client, [late], seen=seen, reason=WHY).status_code == 302
        assert values(late)["due_at"] == datetime(2025, 2, 20, 22, tzinfo=UTC)

    @pytest.mark.parametrize(
        "who", ["ta", "other_instructor", "operator", "companion", "stranger", "dropped_student"]
    )
    def test_nobody_else_judges(self, client_of, cast, late, corrected, who):
        before = values(late)
        seen = fingerprint(plan_judgements(Receipt.objects.all()))
        self.post(client_of(cast[who]), [late], seen=seen, reason=WHY)
        assert (values(late), Judgement.objects.count()) == (before, 0)

    def test_a_ta_is_not_offered_it(self, client_of, ta, instructor, late):
        offered = [
            "Judge by the deadline" in client_of(who).get(reverse(self.LIST)).content.decode()
            for who in (ta, instructor)
        ]
        assert offered == [False, True]

    def test_who_leads_one_course_and_assists_in_another_judges_in_the_one(
        self, client_of, instructor, late, corrected, other_course
    ):
        make.EnrolmentFactory(course=other_course, person=instructor.person, role="ta")
        theirs = make.ReceiptFactory(
            meeting=make.MeetingFactory(course=other_course), verdict="late"
        )
        client, before = client_of(instructor), values(theirs)
        response = self.post(client, [late, theirs])
        assert str(theirs.number) not in response.content.decode()
        seen = response.context["seen"]
        assert self.post(client, [late, theirs], seen=seen, reason=WHY).status_code == 302
        assert (values(late)["verdict"], values(theirs)) == ("on_time", before)


class TestTheReceiptsPage:
    def page(self, client_of, who, receipt) -> str:
        url = reverse("submissions:receipt", args=["seminar", receipt.pk])
        with time_machine.travel(JUDGED, tick=False):
            return " ".join(client_of(who).get(url).content.decode().split())

    def test_shows_what_was_said_first_and_each_judgement(
        self, client_of, companion, late, corrected, instructor
    ):
        judge([late], instructor)
        html = self.page(client_of, companion, late)
        assert (
            "<dt>At first</dt><dd>Late: not counted, due Thu, Feb 20, 2025, 1:45:00 PM CST</dd> "
            "<dt>Judged anew</dt><dd>In, on time, due Thu, Feb 20, 2025, 3:45:00 PM CST<br>"
            '<span class="small quiet">Sat, Feb 22, 2025, 1:45:00 PM CST, '
            "by <bdi>Ines Naru</bdi>:</span> "
            f'<span dir="auto">{WHY}</span></dd>'
        ) in html
        assert "<dt>Deadline in force</dt><dd>Thu, Feb 20, 2025, 3:45:00 PM CST</dd>" in html

    def test_of_one_that_was_never_judged_anew_has_no_trail(self, client_of, companion, late):
        assert "How it was judged" not in self.page(client_of, companion, late)


def test_every_verdict_can_be_said_of_a_judgement():
    choices = {value for value, _ in Judgement._meta.get_field("verdict").choices}
    assert choices == {one.value for one in Verdict}


def test_staff_find_a_receipt_and_what_it_is_for_by_the_number_that_is_read_out(
    client_of, instructor, lecture, presenter, reading
):
    client = client_of(instructor)
    asked = make.QuestionFactory(reading=reading, author=presenter)
    make.QuestionFactory(reading=reading)
    for number in (asked.receipt.number, asked.receipt.number.lower(), str(asked.receipt_id)):
        for model, pk in (("receipt", asked.receipt_id), ("version", asked.pk)):
            page = client.get(f"/admin/submissions/{model}/", {"q": number}).content.decode()
            assert f"/admin/submissions/{model}/{pk}/change/" in page
            assert page.count('class="action-select"') <= 1
