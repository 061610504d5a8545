"""What courses may ask beside the usual three, through the action and the page of each."""

from __future__ import annotations

import html
from datetime import time, timedelta

import pytest
import time_machine

from schedule.deadlines import DeadlinePassed, NotOpenYet
from submissions.actions.hand_in import hand_in
from submissions.actions.withdraw import withdraw
from submissions.errors import CannotWithdraw, FileRefused, Incomplete, NotAsked, NotYourDuty
from submissions.links import work_path
from submissions.models import Receipt, Version
from submissions.permissions import files_visible_to, versions_visible_to
from submissions.queries import duties_of
from submissions.sweeps import note_missing, remind
from tests import factories as make
from tests.submissions import uploads
from tests.submissions.conftest import a_key

H = timedelta(hours=1)


def text_of(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def notes(seminar, lecture, student_without_group):
    """A scribe's notes: due three days after class at 11:59 PM, late ones taken for a day."""
    role = make.RoleFactory(course=seminar, key="scribe", name="Scribe", holders="persons")
    make.RoleAssignmentFactory(
        meeting=lecture, role=role, group=None, enrolment=student_without_group
    )
    work = make.WorkFactory(
        course=seminar, key="notes", name="Notes", is_plural=True, owed_by="holders",
        due_from="clock", due_minutes=None, due_days=3, due_clock=time(23, 59), after="late",
        closes_minutes=24 * 60, seen_by="class", remind_hours="24",
    )  # fmt: skip
    work.roles.add(role)
    return work


NOTES_DUE = make.CLASS_STARTS.replace(hour=5, minute=59) + timedelta(days=4)  # 11:59 PM CST


def test_what_a_student_owes_for_a_role_of_their_own(notes, lecture, student_without_group, cast):
    [duty] = [
        one for one in duties_of(student_without_group, make.AFTER_CLASS) if one.work == "notes"
    ]
    assert (duty.due_at, duty.role, duty.group) == (NOTES_DUE, "scribe", None)
    thing = ("notes", lecture.pk, 0)
    with pytest.raises(NotYourDuty, match=r"^Notes: handed in by who is scribe.$"):
        hand_in(thing=thing, by=cast["presenter"], answers={"text": "X"}, at=NOTES_DUE, key=a_key())
    for at, verdict in (
        (NOTES_DUE - make.MICROSECOND, "on_time"),
        (NOTES_DUE, "late"),
        (NOTES_DUE + 24 * H - make.MICROSECOND, "late"),
    ):
        receipt = hand_in(
            thing=thing, by=student_without_group, answers={"text": f"At {at}"}, at=at, key=a_key()
        )
        assert (receipt.verdict, receipt.group, receipt.work_name) == (verdict, None, "Notes")
    with pytest.raises(DeadlinePassed):
        hand_in(
            thing=thing, by=student_without_group, answers={"text": "Too late"},
            at=NOTES_DUE + 24 * H, key=a_key(),
        )  # fmt: skip


def test_its_page_is_its_holders_and_the_class_reads_it(
    notes, lecture, client_of, cast, student_without_group
):
    path = work_path("seminar", ("notes", lecture.pk, 0))
    with time_machine.travel(make.AFTER_CLASS, tick=False):
        client = client_of(student_without_group)
        assert "Your text" in text_of(client.get(path))
        posted = {"text": "What was said.", "key": a_key(), "base_version": "0"}
        page = text_of(client.post(path, posted, follow=True))
        assert "What was said." in page
        for name in ("presenter", "companion", "ta", "outsider"):
            assert client_of(cast[name]).get(path).status_code == 404
        meeting = f"/c/seminar/meetings/{lecture.pk}/"
        assert "What was said." in text_of(client_of(cast["presenter"]).get(meeting))
        assert "Scribe" in text_of(client_of(cast["presenter"]).get(meeting))


def test_it_is_reminded_of_and_missed(notes, student_without_group):
    from courses.models import Notice

    def told(kind):
        found = Notice.objects.filter(key__startswith=f"{kind}:notes")
        return [one.recipient for one in found]

    remind(at=NOTES_DUE - 24 * H - make.MICROSECOND)
    assert told("remind") == []
    remind(at=NOTES_DUE - 24 * H)
    assert told("remind") == [student_without_group]
    note_missing(at=NOTES_DUE - make.MICROSECOND)
    assert told("missing") == []
    note_missing(at=NOTES_DUE)
    assert told("missing") == [student_without_group]


@pytest.fixture
def report(seminar):
    """What each group hands in once: a report as PDF, and its code as zip, at a fixed date."""
    due = make.MilestoneFactory(course=seminar)
    work = make.WorkFactory(
        course=seminar, key="report", name="Final report", owed_by="groups", per="once",
        due_from="date", due_minutes=None, due_date=due, after="late_not_counted", prompt=False,
    )  # fmt: skip
    make.FileSlotFactory(work=work, key="paper", label="The report", kind="pdf", most_pages=12)
    make.FileSlotFactory(work=work, key="code", label="The code", kind="zip", position=1)
    return work


def paper(name="report.pdf", pages=1):
    return uploads.pdf(name, uploads.pdf_bytes(pages=pages))


def test_what_a_group_owes_once_in_the_term(report, presenter, presenter_group, companion):
    thing, at = ("report", 0, 0), make.AFTER_CLASS
    [duty] = [one for one in duties_of(presenter, at) if one.work == "report"]
    assert (duty.due_at, duty.meeting, duty.group.id) == (
        report.due_date.due_at, None, presenter_group.pk,
    )  # fmt: skip
    about = {"thing": thing, "by": presenter, "group": presenter_group.pk}
    with pytest.raises(Incomplete, match=r"^Choose a file: The code.$") as refused:
        hand_in(**about, uploads={"paper": paper()}, at=at, key=a_key())
    assert refused.value.fields == ("code",)
    both = {"paper": paper(), "code": uploads.bundle()}
    receipt = hand_in(**about, uploads=both, at=at, key=a_key())
    assert (receipt.meeting, receipt.verdict) == (None, "on_time")
    with pytest.raises(NotYourDuty):
        hand_in(thing=thing, by=companion, group=presenter_group.pk, uploads=both, at=at, key="k2")


def test_a_file_stays_until_another_is_chosen(report, presenter, presenter_group):
    about = {"thing": ("report", 0, 0), "by": presenter, "group": presenter_group.pk}
    both = {"paper": paper(), "code": uploads.bundle()}
    first = hand_in(**about, uploads=both, at=make.AFTER_CLASS, key=a_key())
    again = hand_in(
        **about, uploads={"paper": paper("better.pdf", pages=2)}, at=make.AFTER_CLASS, key=a_key()
    )
    one, two = Version.objects.order_by("number")
    assert two.stored_files["code"] == one.stored_files["code"]
    assert two.stored_files["paper"].name == "better.pdf"
    assert first.sha256 != again.sha256


def test_what_comes_late_is_kept_and_not_counted(report, presenter, presenter_group):
    about = {"thing": ("report", 0, 0), "by": presenter, "group": presenter_group.pk}
    both = {"paper": paper(), "code": uploads.bundle()}
    receipt = hand_in(**about, uploads=both, at=report.due_date.due_at, key=a_key())
    assert receipt.verdict == "late_not_counted"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (uploads.pdf_bytes(), "is not a zip archive inside"),
        (b"no archive", "cannot be opened"),
        (uploads.zipped({}), "holds no files"),
        (uploads.zipped({"../up.py": b"x"}), "unsafe names"),
        (uploads.zipped({"/etc/passwd": b"x"}), "unsafe names"),
        (uploads.linked("out", "/tmp"), "unsafe names"),
        (uploads.zipped({"zeros": bytes(400_000_000)}), "unpacks to more"),
    ],
    ids=["pdf", "none", "empty", "up", "absolute", "link", "bomb"],
)
def test_a_zip_that_is_not_safe_to_open_is_refused(
    report, presenter, presenter_group, content, sentence
):
    both = {"paper": paper(), "code": uploads.bundle(content)}
    with pytest.raises(FileRefused, match=sentence):
        hand_in(
            thing=("report", 0, 0), by=presenter, group=presenter_group.pk, uploads=both,
            at=make.AFTER_CLASS, key=a_key(),
        )  # fmt: skip
    assert not Receipt.objects.exists()


def test_its_page_says_what_stays(report, presenter, client_of):
    path = work_path("seminar", ("report", 0, 0))
    with time_machine.travel(make.AFTER_CLASS, tick=False):
        client = client_of(presenter)
        page = text_of(client.get(path))
        assert "The report" in page
        assert "and 12 pages" in page
        posted = {"paper": paper(), "code": uploads.bundle(), "key": a_key()}
        assert client.post(path, posted).status_code == 303
        page = text_of(client.get(path))
        assert "<bdi>report.pdf</bdi> stays unless you choose another." in page
        home = text_of(client.get("/c/seminar/home/"))
        assert "Final report" in home


def test_staff_see_what_is_asked_once(report, client_of, ta, presenter_group):
    with time_machine.travel(make.AFTER_CLASS, tick=False):
        page = text_of(client_of(ta).get("/c/seminar/home/"))
    assert "Final report" in page
    assert str(presenter_group) in page


def test_the_others_owe_what_the_presenters_do_not(seminar, lecture, reading, cast):
    work = make.WorkFactory(
        course=seminar, key="critique", name="Critique", owed_by="others", per="required_reading",
        opens_from="start", opens_minutes=-7 * 24 * 60,
    )  # fmt: skip
    work.roles.add(make.role_at(seminar, "presenter"))
    thing, at = ("critique", lecture.pk, reading.pk), make.BEFORE_CLASS
    answers = {"text": "It does not scale."}
    with pytest.raises(NotYourDuty, match="each student who is not presenter"):
        hand_in(thing=thing, by=cast["presenter"], answers=answers, at=at, key=a_key())
    opens_at = make.CLASS_STARTS - timedelta(days=7)
    for name in ("companion", "student_without_group"):
        with pytest.raises(NotOpenYet):
            hand_in(
                thing=thing, by=cast[name], answers=answers, at=opens_at - make.MICROSECOND,
                key=a_key(),
            )  # fmt: skip
        assert hand_in(thing=thing, by=cast[name], answers=answers, at=at, key=a_key())
    with pytest.raises(CannotWithdraw):
        withdraw(thing=thing, by=cast["companion"], at=at)


def test_a_work_that_is_retired_is_asked_no_more(report, presenter, presenter_group):
    make.set_work(report.course, "report", retired_at=make.BEFORE_CLASS)
    with pytest.raises(NotAsked):
        hand_in(
            thing=("report", 0, 0), by=presenter, group=presenter_group.pk,
            uploads={"paper": paper(), "code": uploads.bundle()}, at=make.AFTER_CLASS, key=a_key(),
        )  # fmt: skip


# Who reads it.

CLASS = {"presenter", "companion", "reviewer", "student_without_group"}
ALWAYS = {"student_without_group", "instructor", "ta", "operator"}  # owner, staff


@pytest.mark.parametrize(
    ("seen_by", "released", "at", "readers"),
    [
        ("owner", True, make.AFTER_CLASS, ALWAYS),
        ("holders_from_due", True, make.CLASS_STARTS - make.MICROSECOND, ALWAYS),
        (
            "holders_from_due", True, make.CLASS_STARTS,
            ALWAYS | {"presenter", "companion", "reviewer"},
        ),
        ("class", True, make.BEFORE_CLASS, ALWAYS | CLASS),
        ("public_when_released", False, make.BEFORE_CLASS, ALWAYS | CLASS),
        ("public_when_released", True, make.BEFORE_CLASS, None),  # everybody
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_public", [True, False])
def test_who_reads_it(
    seminar, lecture, reading, cast, stranger, student_without_group, seen_by, released, at,
    readers, is_public,
):  # fmt: skip
    """Each of the four ways in which a course shows work, to everybody of the cast."""
    type(seminar).objects.filter(pk=seminar.pk).update(is_public=is_public)
    work = make.WorkFactory(course=seminar, key="essay", seen_by=seen_by, owed_by="everybody")
    piece = make.PieceFactory(on=reading, work=work, reading=None, enrolment=student_without_group)
    version = make.VersionFactory(
        piece=piece, released_at=make.TERM_BEGINS if released else None,
        receipt__at=make.TERM_BEGINS,
    )  # fmt: skip
    file = make.VersionFileFactory(version=version, slot=make.FileSlotFactory(work=work)).stored
    readers = (ALWAYS | CLASS) if readers is None and not is_public else readers
    for name, who in cast.items():
        person = getattr(who, "person", who)
        sees = readers is None or name in readers
        assert versions_visible_to(person, at).exists() is sees, name
        assert files_visible_to(person, at).filter(pk=file.pk).exists() is sees, name
    piece.withdrawn_at = make.TERM_BEGINS
    piece.save()
    for name, who in cast.items():
        person = getattr(who, "person", who)
        assert versions_visible_to(person, at).exists() is (name in ALWAYS), name


def test_due_on_a_clock_is_shown_to_holders_from_that_instant(
    seminar, lecture, reading, cast, student_without_group
):
    work = make.WorkFactory(
        course=seminar, key="essay", seen_by="holders_from_due", due_from="clock", due_days=-1,
        due_clock=time(23, 59), due_minutes=None,
    )  # fmt: skip
    piece = make.PieceFactory(on=reading, work=work, reading=None, enrolment=student_without_group)
    make.VersionFactory(piece=piece)
    due = make.CLASS_STARTS.replace(hour=5, minute=59)  # 11:59 PM CST the evening before
    person = cast["companion"].person
    assert not versions_visible_to(person, due - make.MICROSECOND).exists()
    assert versions_visible_to(person, due).exists()
