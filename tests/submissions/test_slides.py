"""Rule T3: slides as .pptx, 24 hours before class, by the presenter group."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings

from courses.models import Notice
from submissions.actions import hand_in as module
from submissions.errors import FileRefused, KeyReused, NotAsked, NotYourDuty
from submissions.models import Receipt, StoredFile
from tests import factories as make
from tests.handing_in import release_slides, unrelease_slides
from tests.submissions import uploads
from tests.submissions.conftest import a_key
from tests.works import Slides


def files_on_disk():
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_slides_are_kept_whole_with_a_receipt(hand_in, presenter, presenter_group, lecture):
    content = uploads.pptx_bytes(slides=3)
    receipt = hand_in(presenter, upload=uploads.pptx("Our talk.pptx", content))
    slides = Slides.objects.get()
    (file,) = files_on_disk()
    assert file == settings.MEDIA_ROOT / slides.file.path
    assert file.read_bytes() == content
    digest = hashlib.sha256(content).hexdigest()
    assert (slides.file.name, slides.file.size, slides.file.sha256) == (
        "Our talk.pptx",
        len(content),
        digest,
    )
    assert (slides.meeting, slides.group, slides.version) == (lecture, presenter_group, 1)
    assert slides.receipt == receipt
    assert (receipt.work, receipt.group, receipt.handed_in_by, receipt.due_at) == (
        "slides",
        presenter_group,
        presenter,
        make.SLIDES_DUE,
    )
    assert (receipt.sha256, receipt.size) == (digest, len(content))


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (make.SLIDES_DUE - make.MICROSECOND, "on_time"),
        (make.SLIDES_DUE, "late"),
        (make.CLASS_ENDS + timedelta(days=3), "late"),
    ],
)
def test_slides_are_late_from_the_due_instant_on(hand_in, presenter, at, verdict):
    assert hand_in(presenter, at=at).verdict == verdict


def test_slides_due_follows_the_course(hand_in, presenter, seminar):
    make.set_work(seminar, "slides", due_minutes=-48 * 60)
    receipt = hand_in(presenter, at=make.CLASS_STARTS - timedelta(hours=48))
    assert (receipt.verdict, receipt.due_at) == (
        "late",
        make.CLASS_STARTS - timedelta(hours=48),
    )


def test_any_member_hands_in_for_all_who_are_in_the_group(
    hand_in, presenter, presenter_group, seminar
):
    second, left, dropped = (make.claimed(seminar, name) for name in ("wyn", "lef", "dro"))
    make.in_group(presenter_group, second)
    make.MembershipFactory(
        group=presenter_group, enrolment=left, left_at=make.SLIDES_DUE - timedelta(days=1)
    )
    make.in_group(presenter_group, dropped)
    dropped.dropped_at = make.SLIDES_DUE - timedelta(days=1)
    dropped.save()
    receipt = hand_in(second)
    assert set(receipt.members.all()) == {presenter, second}
    assert {notice.recipient for notice in Notice.objects.all()} == {presenter, second}
    with pytest.raises(NotYourDuty):
        hand_in(left)


@pytest.mark.parametrize(
    "who", ["companion", "reviewer", "student_without_group", "ta", "instructor"]
)
def test_who_does_not_present_hands_in_no_slides(hand_in, cast, who):
    with pytest.raises(NotYourDuty):
        hand_in(cast[who])
    assert not Receipt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


def test_companion_group_hands_in_no_slides(hand_in, companion, companion_group):
    with pytest.raises(NotYourDuty):
        hand_in(companion, group=companion_group)


def test_new_version_stands_beside_the_earlier_one(hand_in, presenter):
    hand_in(presenter)
    hand_in(presenter, at=make.SLIDES_DUE)
    assert list(Slides.objects.values_list("version", "receipt__verdict")) == [
        (1, "on_time"),
        (2, "late"),
    ]
    assert len(files_on_disk()) == StoredFile.objects.count() == 2


def test_repeated_key_gives_the_first_receipt_and_keeps_one_file(hand_in, presenter):
    key, content = a_key(), uploads.pptx_bytes()
    first, again = (
        hand_in(presenter, key=key, upload=uploads.pptx(content=content), at=at)
        for at in (make.BEFORE_CLASS, make.CLASS_ENDS)
    )
    assert first == again
    assert Slides.objects.count() == len(files_on_disk()) == 1


def test_other_file_with_a_used_key_is_refused(hand_in, presenter):
    """Back to a form that the browser kept, and on: its file is not passed over in silence."""
    key = a_key()
    hand_in(presenter, key=key)
    with pytest.raises(KeyReused):
        hand_in(
            presenter,
            key=key,
            upload=uploads.pptx(content=uploads.pptx_bytes(slides=2)),
        )
    assert Slides.objects.count() == len(files_on_disk()) == 1


def test_key_taken_while_the_file_arrived_gives_that_receipt_and_removes_the_file(
    hand_in, presenter, monkeypatch
):
    """The race: the key is free when the upload begins, and taken when its row is made."""
    key, content = a_key(), uploads.pptx_bytes()
    first = hand_in(presenter, key=key, upload=uploads.pptx(content=content))
    answers = iter([None])  # the look before the upload finds nothing
    real = module.repeated
    monkeypatch.setattr(
        module, "repeated", lambda *args, **kwargs: next(answers, real(*args, **kwargs))
    )
    assert hand_in(presenter, key=key, upload=uploads.pptx(content=content)) == first
    assert Slides.objects.count() == len(files_on_disk()) == 1


def test_failed_hand_in_leaves_no_row(hand_in, presenter, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("submissions.actions.receipts.post_notices", fail)
    with pytest.raises(RuntimeError):
        hand_in(presenter)
    assert not Slides.objects.exists()
    assert not StoredFile.objects.exists()


def test_refused_file_changes_nothing(hand_in, presenter):
    with pytest.raises(FileRefused):
        hand_in(presenter, upload=uploads.pptx("talk.pptx", b"not slides"))
    assert not Receipt.objects.exists()
    assert files_on_disk() == []


def test_release_is_kept_at_its_first_instant_and_taken_back(hand_in, presenter):
    hand_in(presenter)
    slides = Slides.objects.get()
    release_slides(slides=slides, at=make.AFTER_CLASS)
    release_slides(slides=slides, at=make.AFTER_CLASS + timedelta(days=1))
    assert slides.released_at == make.AFTER_CLASS
    unrelease_slides(slides=slides)
    assert slides.released_at is None


def test_slides_are_taken_only_from_the_group_that_presents_at_this_lecture(
    hand_in, presenter, presenter_group, lecture, seminar
):
    """Not from one that presents elsewhere, nor for a meeting that is no student lecture."""
    other = make.MeetingFactory(course=seminar)
    lecture.assignments.filter(group=presenter_group).update(meeting=other)
    with pytest.raises(NotYourDuty):
        hand_in(presenter)
    make.RoleAssignmentFactory(meeting=lecture, group=presenter_group)
    type(lecture).objects.filter(pk=lecture.pk).update(kind="guest_lecture")
    with pytest.raises(NotAsked):
        hand_in(presenter)
    type(lecture).objects.filter(pk=lecture.pk).update(kind="student_lecture")
    assert hand_in(presenter).version == 1


def test_who_has_become_a_ta_hands_in_for_no_group_any_more(hand_in, presenter, client_of, lecture):
    presenter.role = "ta"
    presenter.save()
    with pytest.raises(NotYourDuty):
        hand_in(presenter)
    page = f"/c/seminar/meetings/{lecture.pk}/slides/"
    assert client_of(presenter).get(page).status_code == 404


def test_there_is_no_page_of_slides_where_no_student_lecture_is(client_of, presenter, lecture):
    page = f"/c/seminar/meetings/{lecture.pk}/slides/"
    client = client_of(presenter)
    assert client.get(page).status_code == 200
    type(lecture).objects.filter(pk=lecture.pk).update(kind="guest_lecture")
    assert client.get(page).status_code == 404


def test_versions_are_counted_by_meeting_and_group(
    hand_in, presenter, presenter_group, companion_group, lecture, seminar
):
    make.SlidesFactory(meeting=lecture, group=companion_group)
    make.SlidesFactory(meeting=make.MeetingFactory(course=seminar), group=presenter_group)
    assert [hand_in(presenter).version, hand_in(presenter).version] == [1, 2]


def test_one_version_is_released_and_taken_back_alone(hand_in, presenter, lecture):
    for _ in range(2):
        hand_in(presenter)
    other = make.SlidesFactory(meeting=lecture)
    first, second = Slides.objects.filter(group__in=presenter.student_groups.all())
    release_slides(slides=first, at=make.AFTER_CLASS)
    assert list(Slides.objects.exclude(released_at=None)) == [first]
    for one in (second, other):
        release_slides(slides=one, at=make.AFTER_CLASS)
    unrelease_slides(slides=first)
    assert set(Slides.objects.exclude(released_at=None)) == {second, other}


def test_receipt_is_mailed_to_each_member_and_names_group_and_sender(
    hand_in, ask, presenter, presenter_group, student_without_group
):
    make.in_group(presenter_group, student_without_group)
    receipt = hand_in(presenter)
    notices = Notice.objects.filter(key__startswith=f"receipt:{receipt.pk}")
    assert {one.recipient for one in notices} == {presenter, student_without_group}
    lines = notices[0].body.splitlines()
    assert lines[0] == "Slides, version 1, for Paging Attention, Wed, Feb 19, 12:30 PM CST."
    assert "By:       Presa Holt, for Group 1" in lines
    question = ask(presenter)
    lines = Notice.objects.get(key=f"receipt:{question.pk}").body.splitlines()
    assert "By:       Presa Holt" in lines
