"""Two instructors at the pages of the roster, of office hours and of the course's texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
from django.db import connection, transaction

from courses.actions.claims import claim_enrolments
from courses.models import Course, CourseText, Enrolment, OfficeHours
from groups.models import StudentGroup
from tests import factories as make
from tests.pages import OpenForm, url_of


@pytest.fixture
def second(seminar):
    return make.claimed(seminar, "secin", name="Sec Inaru", role="instructor")


@pytest.fixture
def two(client_of, instructor, second):
    """`two(row)`: its page, as two instructors opened it at the same moment."""
    return lambda row: [OpenForm(client_of(who), url_of(row)) for who in (instructor, second)]


class TestTheRoster:
    def test_who_was_dropped_stays_dropped_when_a_name_is_corrected(self, two, presenter):
        me, them = two(presenter)
        assert them.send(is_dropped="on").is_saved
        assert me.send(name="Presa Holt-Lind").is_saved
        presenter.refresh_from_db()
        assert presenter.name == "Presa Holt-Lind"
        assert presenter.dropped_at is not None

    def test_who_was_put_back_stays(self, two, dropped_student):
        me, them = two(dropped_student)
        assert them.send(is_dropped=None).is_saved
        assert me.send(email="new@mail.example").is_saved
        dropped_student.refresh_from_db()
        assert (dropped_student.email, dropped_student.dropped_at) == ("new@mail.example", None)

    def test_dropping_twice_keeps_the_first_instant(self, two, presenter):
        me, them = two(presenter)
        assert them.send(is_dropped="on").is_saved
        presenter.refresh_from_db()
        first = presenter.dropped_at
        assert me.send(is_dropped="on").is_saved
        presenter.refresh_from_db()
        assert presenter.dropped_at == first

    def test_who_claimed_it_meanwhile_keeps_it(self, two, unclaimed_student):
        me, _ = two(unclaimed_student)
        owner = make.account(f"noone@{make.DOMAIN}")
        claim_enrolments(person=owner, at=make.BEFORE_CLASS)
        assert me.send(name="Noone Else").is_saved
        unclaimed_student.refresh_from_db()
        assert (unclaimed_student.name, unclaimed_student.person) == ("Noone Else", owner)

    def test_an_instructor_who_is_the_last_by_now_stays(self, two, instructor, second):
        me, _ = two(instructor)
        _, other = two(second)
        assert other.send(is_dropped="on").is_saved
        me.send(role="ta")
        assert "is the only instructor of this course" in me.html
        instructor.refresh_from_db()
        assert instructor.role == "instructor"


class TestOfficeHours:
    @pytest.fixture
    def slot(self, seminar, instructor):
        row = make.OfficeHoursFactory(course=seminar)
        row.staff.add(instructor)
        return row

    def test_who_holds_them_and_when(self, two, slot, instructor, second):
        me, them = two(slot)
        assert them.send(staff=[str(instructor.pk), str(second.pk)]).is_saved
        assert me.send(starts="15:30").is_saved
        slot.refresh_from_db()
        assert (set(slot.staff.all()), slot.starts) == ({instructor, second}, time(15, 30))

    def test_two_people_change_who_holds_them(self, two, slot, instructor, second, ta):
        me, them = two(slot)
        assert them.send(staff=[str(instructor.pk), str(second.pk)]).is_saved
        me.send(staff=[str(ta.pk)])
        assert me.errors()["staff"] == [
            "Somebody has changed this to “Ines Naru, Sec Inaru” meanwhile;"
            " you wrote “Tamsel Ardo”. Save again to keep yours."
        ]
        assert set(slot.staff.all()) == {instructor, second}

    def test_what_was_deleted_meanwhile_can_be_added_anew(self, two, slot):
        me, them = two(slot)
        client = them.client
        client.post(url_of(slot).replace("change", "delete"), {"post": "yes"})
        assert not OfficeHours.objects.exists()
        me.send(place="Room 9")
        assert "Somebody has deleted this meanwhile." in me.html
        assert not OfficeHours.objects.exists(), "nothing is saved"
        me.url = "/admin/courses/officehours/add/"
        assert f'action="{me.url}"' in me.html
        assert me.send().is_saved
        anew = OfficeHours.objects.get()
        assert (anew.place, anew.starts, anew.staff.count()) == ("Room 9", slot.starts, 1)

    def test_what_never_was_is_not_found(self, two, slot):
        me, _ = two(slot)
        me.url = me.url.replace(f"/{slot.pk}/", "/999999/")
        assert me.client.post(me.url, me.data).status_code == 404


class TestTheCoursesTexts:
    def test_two_texts_are_changed_by_two(self, two, seminar):
        for title in ("Aims", "Rules"):
            make.CourseTextFactory(course=seminar, title=title, body="One.\nTwo.\n")
        me, them = two(seminar)
        theirs, mine = (me.row("texts", title=title) for title in ("Aims", "Rules"))
        assert them.send(**{f"{theirs}-body": "Three."}).is_saved
        assert me.send(**{f"{mine}-body": "Four."}, room="Hall 5").is_saved
        bodies = dict(CourseText.objects.values_list("title", "body"))
        assert bodies == {"Aims": "Three.", "Rules": "Four."}

    def test_line_ends_alone_are_no_change(self, two, seminar):
        text = make.CourseTextFactory(course=seminar, body="One.\nTwo.")
        me, them = two(seminar)
        row = me.row("texts", title=text.title)
        assert them.send(**{f"{row}-title": "Aims"}).is_saved
        assert me.send(room="Hall 5").is_saved
        text.refresh_from_db()
        assert (text.title, text.body) == ("Aims", "One.\nTwo.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one thread"
)
class TestAtOnce:
    """Who presses while somebody else is saving waits, and then sees what was saved."""

    def press_during(self, page, typed, saving):
        """Press while another transaction holds the course and has done `saving`."""
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Course.objects.select_for_update().get()
                saving()
                pressed = pool.submit(self.press, page, typed)
                while not (pressed.done() or self.somebody_waits_for_us()):
                    pass
            return pressed.result()

    def press(self, page, typed):
        try:
            return page.send(**typed).status
        finally:
            connection.close()

    def somebody_waits_for_us(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            return cursor.fetchone()[0]

    def test_one_field_is_a_conflict(self, two, presenter):
        me, _ = two(presenter)
        rename = Enrolment.objects.filter(pk=presenter.pk).update
        status = self.press_during(me, {"name": "Mine"}, lambda: rename(name="Theirs"))
        assert (status, list(me.errors())) == (200, ["name"])
        presenter.refresh_from_db()
        assert presenter.name == "Theirs"

    def test_another_field_stands(self, two, seminar):
        me, _ = two(seminar)
        move = Course.objects.update
        assert self.press_during(me, {"room": "Hall 5"}, lambda: move(term="Fall 2025")) == 302
        seminar.refresh_from_db()
        assert (seminar.room, seminar.term) == ("Hall 5", "Fall 2025")

    def test_what_is_said_of_several_rows_holds(self, two, lecture, reviewer_group):
        lecture.assignments.all().delete()
        presents = make.role_at(lecture.course, "presenter")
        me, _ = two(lecture)
        me.type(**{"assignments-0-role": presents.pk, "assignments-0-group": reviewer_group.pk})
        theirs = make.StudentGroupFactory(course=lecture.course, number=9)
        give = lecture.assignments.create
        status = self.press_during(
            me,
            {"assignments-TOTAL_FORMS": 1},
            lambda: give(group=theirs, role=presents),
        )
        assert status == 200
        assert "Presenter is given to 2 groups" in me.html
        assert lecture.assignments.get().group == theirs

    def test_a_number_that_was_given_meanwhile_is_taken(
        self, two, presenter_group, companion_group
    ):
        me, _ = two(presenter_group)
        number = StudentGroup.objects.filter(pk=companion_group.pk).update
        assert self.press_during(me, {"number": 9}, lambda: number(number=9)) == 200
        assert list(me.errors()) == ["number"]
