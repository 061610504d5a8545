"""Two instructors at the pages of the roster, of office hours and of the course's texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.claims import claim_enrolments
from courses.models import CourseText, Enrolment, OfficeHours
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
    """Both press at the same instant."""

    def press(self, *pages_and_values):
        together = Barrier(len(pages_and_values))

        def send(one):
            page, typed = one
            together.wait()
            try:
                return page.send(**typed).status
            finally:
                connection.close()

        with ThreadPoolExecutor(len(pages_and_values)) as pool:
            return sorted(pool.map(send, pages_and_values))

    def test_different_fields_both_stand(self, two, presenter):
        me, them = two(presenter)
        assert self.press((me, {"name": "Presa Lind"}), (them, {"is_dropped": "on"})) == [302, 302]
        presenter.refresh_from_db()
        assert presenter.name == "Presa Lind"
        assert presenter.dropped_at is not None

    def test_of_two_values_for_one_field_one_is_saved(self, two, presenter):
        me, them = two(presenter)
        assert self.press((me, {"name": "Mine"}), (them, {"name": "Theirs"})) == [200, 302]
        said = me if me.status == 200 else them
        assert "Save again to keep yours." in said.html

    def test_of_two_groups_one_gets_the_number(self, two, presenter_group, companion_group):
        me, _ = two(presenter_group)
        _, them = two(companion_group)
        assert self.press((me, {"number": 9}), (them, {"number": 9})) == [200, 302]
        assert Enrolment.objects.count() == 2
