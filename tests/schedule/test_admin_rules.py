"""Roles and works in the admin: what cannot be is said at its field, and nothing is saved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from courses.models import Course
from schedule.models import Role, RoleAssignment, Work
from schedule.queries import read_plan
from tests import factories as make
from tests.pages import OpenForm
from tests.schedule.test_admin import form_of, url_of


def work(course, key):
    return Work.objects.get(course=course, key=key)


@pytest.fixture
def sent(client_of, instructor, seminar):
    """`sent(row, **typed)`: the page of the row after an instructor typed this and saved."""

    def send(row, at=make.TERM_BEGINS, **typed):
        with time_machine.travel(at, tick=False):
            page = OpenForm(client_of(instructor), url_of(row))
            return page.send(**typed)

    return send


class TestWork:
    def test_another_due_time_is_a_new_plan(self, sent, seminar, lecture):
        before = Course.objects.get(pk=seminar.pk).revision
        assert sent(work(seminar, "slides"), due_minutes="-2880").is_saved
        due_at = read_plan(seminar).asks["slides", lecture.pk, 0].deadline.due_at
        assert due_at == make.CLASS_STARTS - timedelta(hours=48)
        assert Course.objects.get(pk=seminar.pk).revision > before

    def test_on_the_clock_instead(self, sent, seminar):
        typed = {"due_from": "clock", "due_minutes": "", "due_clock": "23:59"}
        page = sent(work(seminar, "slides"), **typed)
        assert page.is_saved, page.errors()
        row = work(seminar, "slides")
        assert (row.due_minutes, row.due_days, str(row.due_clock)) == (None, 0, "23:59:00")

    @pytest.mark.parametrize(
        ("key", "typed", "field", "said"),
        [
            (
                "summary", {"due_from": "start", "due_minutes": "0"}, "due_from",
                "It would be due before it opens.",
            ),
            (
                "summary", {"opens_minutes": "120", "due_minutes": "30"}, "due_from",
                "For Feb 19 it would be due before it opens.",
            ),
            ("slides", {"due_from": "clock"}, "due_clock", "Say the time that clocks show."),
            (
                "question", {"closes_minutes": "60"}, "closes_minutes",
                "Nothing is taken after it is due",
            ),
            ("slides", {"points": "0"}, "points", "Nothing can be graded out of zero."),
            ("slides", {"remind_hours": "24;3"}, "remind_hours", "Write hours with commas"),
            ("slides", {"due_minutes": "-40321"}, "due_minutes", "At most 40,320 minutes"),
        ],
    )  # fmt: skip
    def test_what_contradicts_itself(self, sent, seminar, lecture, key, typed, field, said):
        before = list(Work.objects.values())
        page = sent(work(seminar, key), **typed)
        [errors] = [page.errors()[field]]
        assert (set(page.errors()), errors[0][: len(said)]) == ({field}, said)
        assert list(Work.objects.values()) == before

    @pytest.mark.parametrize(("hours", "is_refused"), [(47, False), (48, True), (49, True)])
    def test_a_deadline_that_would_be_past_at_once(self, sent, seminar, lecture, hours, is_refused):
        """Two days before class is now: who has counted on a day more would be late."""
        at = make.CLASS_STARTS - timedelta(hours=48)
        page = sent(work(seminar, "slides"), at, due_minutes=str(-60 * hours))
        said = page.errors() if is_refused else {}
        assert [text[:38] for text in said.get("due_from", [])] == (
            [f"For {lecture.topic} it would have been due already"[:38]] if is_refused else []
        )

    def test_a_ta_reads_it(self, client_of, ta, seminar):
        client, where = client_of(ta), url_of(work(seminar, "slides"))
        assert client.get(where).status_code == 200
        assert client.post(where, {"points": "3"}).status_code == 404


class TestRole:
    def test_a_new_one_is_given_at_once(self, client_of, instructor, seminar):
        client = client_of(instructor)
        page = OpenForm(client, "/admin/schedule/role/add/")
        typed = {"course": seminar.pk, "key": "scribe", "name": "Scribe", "holders": "persons"}
        assert page.send(**typed, most="2").is_saved
        [role] = [one for one in read_plan(seminar).roles if one.key == "scribe"]
        assert (role.name, role.holders.value, role.most) == ("Scribe", "persons", 2)

    @pytest.mark.parametrize(
        ("typed", "field"), [({"most": "0", "least": "0"}, "most"), ({"least": "2"}, "most")]
    )
    def test_one_that_nobody_can_hold(self, sent, seminar, typed, field):
        page = sent(make.role_at(seminar, "presenter"), **typed)
        assert set(page.errors()) == {field}

    def test_a_key_that_is_used(self, client_of, instructor, seminar):
        page = OpenForm(client_of(instructor), "/admin/schedule/role/add/")
        page.send(course=seminar.pk, key="presenter", name="Another")
        assert set(page.errors()) == {"key"}
        assert Role.objects.filter(course=seminar).count() == 3

    def test_one_that_a_work_asks_of_groups_does_not_pass_to_students(self, sent, seminar):
        """Nobody has it yet; the summary is asked of two roles, both of groups."""
        page = sent(make.role_at(seminar, "reviewer"), holders="persons")
        [said] = page.errors().values()
        assert "Some of these roles are held by groups, some by students" in str(said)
        assert make.role_at(seminar, "reviewer").holders == "groups"

    def test_what_groups_handed_in_for_it_does_not_pass_to_students(
        self, sent, seminar, lecture, presenter_group
    ):
        make.SlidesFactory(meeting=lecture, group=presenter_group)
        RoleAssignment.objects.all().delete()
        page = sent(make.role_at(seminar, "presenter"), holders="persons")
        [said] = page.errors().values()
        assert "It has been handed in, so it stays whose it is." in str(said)
        assert make.role_at(seminar, "presenter").holders == "groups"

    def test_who_has_it_stays_of_one_kind(self, client_of, instructor, seminar, lecture):
        client = client_of(instructor)
        fields = form_of(client, url_of(make.role_at(seminar, "presenter")))
        assert {"holders", "per", "key", "course"}.isdisjoint(fields)


class TestGiven:
    @pytest.fixture
    def hacker(self, seminar):
        return make.RoleFactory(
            course=seminar, key="hacker", name="Hacker", holders="persons", per="reading",
            least=0, most=1,
        )  # fmt: skip

    def give(self, client, lecture, **given):
        page = OpenForm(client, url_of(lecture))
        row = lecture.assignments.count()
        usual = {"id": "", "meeting": "", "group": "", "enrolment": "", "reading": ""}
        typed = {f"assignments-{row}-{name}": value for name, value in (usual | given).items()}
        page.type(**typed)
        return page.send(**{"assignments-TOTAL_FORMS": row + 1})

    def test_to_a_student_for_a_reading(
        self, client_of, instructor, lecture, reading, hacker, student_without_group
    ):
        who = student_without_group
        given = {"role": hacker.pk, "enrolment": who.pk, "reading": reading.pk}
        assert self.give(client_of(instructor), lecture, **given).is_saved
        assert RoleAssignment.objects.get(role=hacker).holder == who

    def test_to_nobody(self, client_of, instructor, lecture, hacker):
        page = self.give(client_of(instructor), lecture, role=hacker.pk)
        assert "Choose who has the role." in page.html

    def test_against_its_kind(self, client_of, instructor, lecture, hacker, presenter_group):
        given = {"role": hacker.pk, "group": presenter_group.pk}
        page = self.give(client_of(instructor), lecture, **given)
        assert "Hacker is a role of single students, and Group 1 is none." in page.html
        assert not RoleAssignment.objects.filter(role=hacker).exists()

    def test_for_a_reading_of_another_meeting_is_no_choice(
        self, client_of, instructor, seminar, lecture, hacker, student_without_group
    ):
        other = make.ReadingFactory(meeting__course=seminar)
        given = {"enrolment": student_without_group.pk, "reading": other.pk}
        page = self.give(client_of(instructor), lecture, role=hacker.pk, **given)
        assert "Select a valid choice" in page.html

    def test_a_course_without_such_roles_has_no_such_columns(self, client_of, instructor, lecture):
        html = OpenForm(client_of(instructor), url_of(lecture)).html
        assert "assignments-0-group" in html
        assert "assignments-0-enrolment" not in html
        assert "assignments-0-reading" not in html

    def test_who_reads_a_paper_twice_is_named(
        self, client_of, instructor, seminar, lecture, reading, presenter_group
    ):
        """Rule R3: a group never summarises the reading that it presented."""
        again = make.MeetingFactory(
            course=seminar, on=date(2025, 3, 5), starts_at=make.CLASS_STARTS + timedelta(days=14)
        )
        make.ReadingFactory(meeting=again, title="Again", url=reading.url)
        given = {"role": make.role_at(seminar, "reviewer").pk, "group": presenter_group.pk}
        client = client_of(instructor)
        page = self.give(client, again, **given)
        assert page.is_saved
        html = client.get(url_of(again)).content.decode()
        assert "Group 1 has another role on “Again” on Feb 19 (R3)." in html


def test_a_student_with_a_role_sees_it_and_the_class_too(
    client_of, seminar, lecture, student_without_group, presenter, reading
):
    who = student_without_group
    role = make.RoleFactory(
        course=seminar, name="Hacker", words="hacked by", holders="persons", per="reading",
        least=1, most=1, minutes=8, must_attend=False,
    )  # fmt: skip
    RoleAssignment.objects.create(meeting=lecture, role=role, enrolment=who, reading=reading)
    with time_machine.travel(make.BEFORE_CLASS, tick=False):
        home = client_of(who).get("/c/seminar/home/").content.decode()
        assert "What you do in class" in home
        assert "hacker" in home
        page = client_of(who).get(f"/c/seminar/meetings/{lecture.pk}/").content.decode()
        assert "At most 8 minutes. Need not be in class." in page
        seen = client_of(presenter).get("/c/seminar/").content.decode()
        assert "hacked by" in seen
        assert who.label in seen


@pytest.mark.parametrize("is_shown", [False, True])
def test_the_public_reads_a_students_name_only_if_the_course_shows_names(
    client, seminar, lecture, student_without_group, is_shown
):
    Course.objects.filter(pk=seminar.pk).update(show_student_names=is_shown)
    role = make.RoleFactory(course=seminar, words="hacked by", holders="persons", least=1, most=1)
    RoleAssignment.objects.create(meeting=lecture, role=role, enrolment=student_without_group)
    with time_machine.travel(make.BEFORE_CLASS, tick=False):
        html = client.get("/c/seminar/").content.decode()
    assert "hacked by" in html
    assert (student_without_group.label in html, "a\xa0student" in html) == (is_shown, not is_shown)
