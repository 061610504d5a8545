"""Two instructors at the page of one meeting, its readings and its roles."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.admin.models import LogEntry

from schedule.models import Meeting, Milestone, Reading, RoleAssignment
from tests import factories as make
from tests.factories import claimed
from tests.pages import OpenForm, url_of


@pytest.fixture
def two(client_of, instructor, seminar):
    """`two(row)`: its page, as two instructors opened it at the same moment."""
    other = claimed(seminar, "secin", name="Sec Inaru", role="instructor")

    def opened(row):
        return OpenForm(client_of(instructor), url_of(row)), OpenForm(client_of(other), url_of(row))

    return opened


def roles(meeting):
    return set(meeting.assignments.values_list("role__key", "group__number"))


class TestTheMeetingItself:
    def test_a_corrected_topic_leaves_it_where_somebody_moved_it(self, two, lecture):
        me, them = two(lecture)
        assert them.send(on="2025-02-21", starts="15:00", ends="16:00").is_saved
        assert me.send(topic="Paging, corrected").is_saved
        lecture.refresh_from_db()
        assert (lecture.topic, lecture.on) == ("Paging, corrected", date(2025, 2, 21))
        assert lecture.starts_at == datetime(2025, 2, 21, 21, 0, tzinfo=UTC)
        assert lecture.ends_at == datetime(2025, 2, 21, 22, 0, tzinfo=UTC)

    def test_another_date_goes_together_with_another_hour(self, two, lecture):
        me, them = two(lecture)
        assert them.send(on="2025-02-21").is_saved
        assert me.send(starts="12:00").is_saved
        lecture.refresh_from_db()
        assert lecture.starts_at == datetime(2025, 2, 21, 18, 0, tzinfo=UTC)

    def test_hours_that_only_together_are_none_are_refused_and_both_are_seen(self, two, lecture):
        me, them = two(lecture)
        assert them.send(ends="13:00").is_saved
        me.send(starts="13:15")
        assert list(me.errors()) == ["ends"]
        assert (me.data["starts"], me.data["ends"]) == (["13:15"], ["13:00:00"])
        lecture.refresh_from_db()
        assert lecture.starts_at == make.CLASS_STARTS

    @pytest.mark.parametrize("hour", [6, 7])  # 1:30 CDT, and an hour later 1:30 CST
    def test_a_correction_does_not_move_a_class_in_the_hour_that_comes_twice(
        self, two, seminar, hour
    ):
        starts = datetime(2025, 11, 2, hour, 30, tzinfo=UTC)
        meeting = make.MeetingFactory(course=seminar, on=date(2025, 11, 2), starts_at=starts)
        me, _ = two(meeting)
        assert me.send(topic="Night shift").is_saved
        meeting.refresh_from_db()
        assert (meeting.topic, meeting.starts_at) == ("Night shift", starts)

    def test_a_day_without_class_stays_one_when_its_label_is_corrected(self, two, lecture):
        me, them = two(lecture)
        assert them.send(kind="no_class").is_saved
        assert me.send(title="Holiday").is_saved
        lecture.refresh_from_db()
        assert (lecture.kind, lecture.starts_at, lecture.title) == ("no_class", None, "Holiday")

    def test_the_log_says_what_was_really_changed(self, two, lecture):
        me, them = two(lecture)
        them.send(on="2025-02-21")
        me.send(topic="Caches", on="2025-02-21")
        mine = LogEntry.objects.order_by("pk").last()
        assert mine.get_change_message() == "Changed Topic."

    def test_the_same_hour_written_otherwise_is_no_change(self, two, lecture):
        me, them = two(lecture)
        assert them.send(starts="12:00").is_saved
        assert me.send(starts="12:30", topic="Caches").is_saved
        lecture.refresh_from_db()
        assert lecture.starts_at == datetime(2025, 2, 19, 18, 0, tzinfo=UTC)

    def test_who_only_looks_is_shown_no_hidden_values(self, client_of, ta, lecture):
        page = OpenForm(client_of(ta), url_of(lecture))
        assert page.status == 200
        assert 'name="initial-' not in page.html

    def test_a_milestone_that_was_moved_stays_moved(self, two, seminar):
        milestone = make.MilestoneFactory(course=seminar)
        me, them = two(milestone)
        assert them.send(on="2025-05-16", clock="20:00").is_saved
        assert me.send(title="The report").is_saved
        milestone = Milestone.objects.get()
        assert (milestone.title, milestone.on) == ("The report", date(2025, 5, 16))
        assert milestone.due_at == datetime(2025, 5, 17, 1, 0, tzinfo=UTC)


class TestItsReadings:
    def test_two_readings_are_changed_by_two(self, two, lecture, reading, second_reading):
        me, them = two(lecture)
        theirs = them.row("readings", title=second_reading.title)
        assert them.send(**{f"{theirs}-note": "Sec 1"}).is_saved
        mine = me.row("readings", title=reading.title)
        assert me.send(**{f"{mine}-note": "Sec 2"}).is_saved
        notes = dict(lecture.readings.values_list("title", "note"))
        assert (notes[reading.title], notes[second_reading.title]) == ("Sec 2", "Sec 1")

    def test_one_reading_changed_by_two_in_different_fields(self, two, lecture, reading):
        me, them = two(lecture)
        row = them.row("readings", title=reading.title)
        assert them.send(**{f"{row}-is_required": None}).is_saved
        assert me.send(**{f"{row}-note": "Sec 2"}).is_saved
        reading.refresh_from_db()
        assert (reading.is_required, reading.note) == (False, "Sec 2")

    def test_one_field_of_a_reading_changed_by_two_is_shown(self, two, lecture, reading):
        me, them = two(lecture)
        row = me.row("readings", title=reading.title)
        assert them.send(**{f"{row}-title": "Theirs"}).is_saved
        me.send(**{f"{row}-title": "Mine"}, topic="Also")
        assert "changed this to “Theirs” meanwhile; you wrote “Mine”" in me.html
        lecture.refresh_from_db()
        reading.refresh_from_db()
        assert (reading.title, lecture.topic) == ("Theirs", "Paging Attention")
        assert me.send().is_saved
        reading.refresh_from_db()
        lecture.refresh_from_db()
        assert (reading.title, lecture.topic) == ("Mine", "Also")

    def test_rows_that_change_places_keep_their_own(self, two, lecture, reading, second_reading):
        me, them = two(lecture)
        first, second = (me.row("readings", title=one.title) for one in (reading, second_reading))
        assert them.send(**{f"{first}-position": 1, f"{second}-position": 0}).is_saved
        me.send(**{f"{first}-note": "Sec 1", "on": "1999-01-01"})
        row = me.row("readings", title=reading.title)
        assert me.data[f"{row}-note"] == ["Sec 1"], "nothing is lost"
        assert me.data[f"{row}-id"] == [str(reading.pk)]
        assert me.send(on="2025-02-19").is_saved
        found = lecture.readings.values_list("title", "note", "position")
        assert {(reading.title, "Sec 1", 1), (second_reading.title, "", 0)} <= set(found)

    def test_one_that_somebody_deleted_stays_deleted(self, two, lecture, optional_reading):
        me, them = two(lecture)
        row = them.row("readings", title=optional_reading.title)
        assert them.send(**{f"{row}-DELETE": "on"}).is_saved
        me.send(topic="Caches", on="1999-01-01")
        assert list(me.errors()) == ["on"]
        assert optional_reading.title not in me.html
        assert me.send(on="2025-02-19").is_saved
        assert lecture.readings.count() == 2

    def test_one_that_was_changed_and_deleted_is_asked_about(self, two, lecture, optional_reading):
        me, them = two(lecture)
        row = me.row("readings", title=optional_reading.title)
        assert them.send(**{f"{row}-DELETE": "on"}).is_saved
        me.send(**{f"{row}-note": "All of it"})
        assert "Somebody has deleted this meanwhile." in me.html
        assert lecture.readings.count() == 2
        assert me.send().is_saved
        anew = lecture.readings.get(title=optional_reading.title)
        assert (anew.note, anew.url) == ("All of it", optional_reading.url)
        assert anew.pk != optional_reading.pk

    def test_deleting_what_is_deleted_is_no_conflict(self, two, lecture, optional_reading):
        me, them = two(lecture)
        row = me.row("readings", title=optional_reading.title)
        for page in (them, me):
            assert page.send(**{f"{row}-DELETE": "on"}).is_saved
        assert lecture.readings.count() == 2

    def test_deleting_what_somebody_changed_is_asked_about(self, two, lecture, optional_reading):
        me, them = two(lecture)
        row = me.row("readings", title=optional_reading.title)
        assert them.send(**{f"{row}-is_required": "on"}).is_saved
        me.send(**{f"{row}-DELETE": "on"})
        assert "meanwhile: Required is now ticked. Save again to delete it all the same." in me.html
        assert lecture.readings.count() == 3
        assert me.send().is_saved
        assert lecture.readings.count() == 2

    def test_what_somebody_added_stays(self, two, lecture):
        me, them = two(lecture)
        them.type(**{"readings-3-title": "Added", "readings-3-position": 9, "readings-3-id": ""})
        them.type(**{"readings-3-meeting": lecture.pk, "readings-TOTAL_FORMS": 4})
        assert them.send().is_saved
        me.send(topic="Caches", on="1999-01-01")
        assert "Added" in me.html, "the page shows what is stored now"
        assert me.send(on="2025-02-19").is_saved
        assert lecture.readings.filter(title="Added").count() == 1
        assert Meeting.objects.get(pk=lecture.pk).topic == "Caches"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("readings-0-{x}", "1"),
            ("readings-INITIAL_FORMS", "999999999"),
            ("readings-TOTAL_FORMS", "999999999"),
            ("readings-INITIAL_FORMS", "-1"),
            ("readings-0-id", "x"),
            ("initial-readings-0-position", "x"),
            ("initial-on", "yesterday"),
            ("initial-section", "9" * 30),
        ],
    )
    def test_what_no_browser_posts_breaks_nothing(self, two, lecture, name, value):
        me, _ = two(lecture)
        me.send(**{name: value})
        assert me.status in {200, 302}
        assert lecture.readings.count() == 3

    def test_a_row_of_another_meeting_is_not_reached(self, two, lecture):
        foreign = make.ReadingFactory(title="Foreign")
        me, _ = two(lecture)
        me.send(**{"readings-0-id": foreign.pk, "readings-0-title": "Mine now"})
        foreign.refresh_from_db()
        assert (foreign.title, Reading.objects.filter(title="Mine now").count()) == ("Foreign", 0)


class TestItsRoles:
    @pytest.fixture
    def bare(self, lecture):
        """The lecture without roles."""
        RoleAssignment.objects.all().delete()
        return lecture

    def give(self, page, row, role, group):
        role = make.role_at(group.course, role).pk
        page.type(**{f"assignments-{row}-role": role, f"assignments-{row}-group": group.pk})
        page.type(**{f"assignments-{row}-id": "", f"assignments-{row}-meeting": ""})
        return page.send(**{"assignments-TOTAL_FORMS": row + 1})

    def test_two_people_give_different_roles(self, two, bare, presenter_group, reviewer_group):
        me, them = two(bare)
        assert self.give(them, 0, "presenter", presenter_group).is_saved
        assert self.give(me, 0, "reviewer", reviewer_group).is_saved
        assert roles(bare) == {("presenter", 1), ("reviewer", 3)}

    def test_two_people_give_one_role_to_two_groups(
        self, two, bare, presenter_group, reviewer_group
    ):
        me, them = two(bare)
        assert self.give(them, 0, "presenter", presenter_group).is_saved
        self.give(me, 0, "presenter", reviewer_group)
        assert "Presenter is given to 2 groups; it takes one (R1)." in me.html
        assert roles(bare) == {("presenter", 1)}

    def test_two_people_give_one_group_two_roles(self, two, bare, presenter_group):
        me, them = two(bare)
        assert self.give(them, 0, "presenter", presenter_group).is_saved
        self.give(me, 0, "companion", presenter_group)
        assert "has 2 roles at one meeting" in me.html
        assert roles(bare) == {("presenter", 1)}

    def test_two_people_give_the_same_role_to_the_same_group(self, two, bare, presenter_group):
        me, them = two(bare)
        for page in (them, me):
            self.give(page, 0, "presenter", presenter_group)
        assert me.status == 200
        assert roles(bare) == {("presenter", 1)}
