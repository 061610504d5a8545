"""The schedule in the admin: instructors plan their own course, TAs look."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from schedule.models import Meeting, Milestone, RoleAssignment
from tests import factories as make


def form_of(client, url) -> dict:
    """What the page's form posts when nothing is changed in it."""
    page = client.get(url)
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        data |= {f"{inline.formset.prefix}-{key}": value for key, value in management(inline)}
        for one in inline.formset.initial_forms:
            data |= {one.add_prefix(name): one[name].value() for name in one.fields}
    return {name: value for name, value in data.items() if value is not None and value is not False}


def management(inline):
    form = inline.formset.management_form
    rows = len(inline.formset.initial_forms)
    return [(n, rows if n == "TOTAL_FORMS" else form[n].value()) for n in form.fields]


def url_of(thing) -> str:
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])


class TestMeeting:
    def test_an_instructor_moves_it(self, client_of, instructor, lecture):
        client = client_of(instructor)
        data = form_of(client, url_of(lecture)) | {"on": "2025-02-21"}
        assert client.post(url_of(lecture), data).status_code == 302
        lecture.refresh_from_db()
        assert lecture.starts_at == datetime(2025, 2, 21, 18, 30, tzinfo=UTC)

    def test_refuses_times_that_cannot_be(self, client_of, instructor, lecture):
        client = client_of(instructor)
        data = form_of(client, url_of(lecture)) | {"ends": "12:30"}
        response = client.post(url_of(lecture), data)
        assert "A class must end after it starts" in response.content.decode()

    @pytest.mark.parametrize(
        ("typed", "field", "said"),
        [
            (
                {"on": "2025-03-09", "starts": "02:30", "ends": "03:15"}, "ends",
                "Clocks in America/Chicago are put forward on Mar 9, 2025",
            ),
            (
                {"on": "2025-11-02", "starts": "01:30", "ends": "01:15"}, "ends",
                "Clocks in America/Chicago are put back on Nov 2, 2025",
            ),
            ({"until": "2025-02-18"}, "until", "The last day must not come before the first."),
            ({"on": "2025-02-20", "until": "2025-02-19"}, "until", "The last day must not come"),
            ({"until": "0225-02-19"}, "until", "225 is not the year of a course."),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_at_the_field(
        self, client_of, instructor, lecture, typed, field, said
    ):
        client, before = client_of(instructor), Meeting.objects.values().get()
        response = client.post(url_of(lecture), form_of(client, url_of(lecture)) | typed)
        errors = response.context["adminform"].form.errors
        assert (list(errors), errors[field][0][: len(said)]) == ([field], said)
        assert Meeting.objects.values().get() == before

    def test_that_was_moved_and_spans_days_ends_after_its_new_first_day(
        self, client_of, instructor, lecture
    ):
        Meeting.objects.update(until=date(2025, 2, 21))
        client = client_of(instructor)
        data = form_of(client, url_of(lecture)) | {"on": "2025-02-22"}
        response = client.post(url_of(lecture), data)
        assert list(response.context["adminform"].form.errors) == ["until"]

    @pytest.mark.parametrize(("on", "is_outside"), [("2025-05-15", False), ("2025-05-16", True)])
    def test_outside_of_the_term_is_allowed_and_said(
        self, client_of, instructor, lecture, on, is_outside
    ):
        client = client_of(instructor)
        data = form_of(client, url_of(lecture)) | {"on": on}
        html = client.post(url_of(lecture), data, follow=True).content.decode()
        said = "May 16 is outside the term, which goes from Jan 22 to May 15."
        assert (said in html) == is_outside
        assert str(Meeting.objects.get().on) == on

    def test_a_new_meeting_has_the_courses_class_times(self, client_of, instructor, seminar):
        client, url = client_of(instructor), reverse("admin:schedule_meeting_add")
        data = form_of(client, url) | {
            "course": seminar.pk,
            "kind": "staff_lecture",
            "on": "2025-02-26",
            "position": "1",
            "topic": "Caches",
        }
        assert client.post(url, data).status_code == 302
        meeting = Meeting.objects.get(topic="Caches")
        assert meeting.starts_at == datetime(2025, 2, 26, 18, 30, tzinfo=UTC)

    def test_two_roles_for_one_group_are_refused(
        self, client_of, instructor, lecture, companion_group
    ):
        client = client_of(instructor)
        data = form_of(client, url_of(lecture))
        roles = [name for name in data if name.startswith("assignments") and name.endswith("group")]
        response = client.post(url_of(lecture), data | dict.fromkeys(roles, companion_group.pk))
        assert "has 3 roles at one meeting" in response.content.decode()
        assert RoleAssignment.objects.filter(group=companion_group).count() == 1

    def test_one_chooses_among_what_the_course_has(
        self, client_of, instructor, ta, lecture, presenter_group, other_course
    ):
        make.EnrolmentFactory(course=other_course, person=instructor.person, role="instructor")
        make.StudentGroupFactory(course=other_course)
        make.SectionFactory(course=other_course)
        page = client_of(instructor).get(url_of(lecture))
        form = page.context["adminform"].form
        roles = page.context["inline_admin_formsets"][1].formset.forms[0]
        assert set(form.fields["lecturer"].queryset) == {instructor, ta}
        assert set(form.fields["section"].queryset) == {lecture.section}
        assert {one.course for one in roles.fields["group"].queryset} == {lecture.course}

    def test_a_new_one_says_whose_sections_they_are(
        self, client_of, instructor, lecture, other_course
    ):
        make.EnrolmentFactory(course=other_course, person=instructor.person, role="instructor")
        theirs = make.SectionFactory(course=other_course, title="Basics")
        page = client_of(instructor).get(reverse("admin:schedule_meeting_add"))
        labels = [
            str(label) for _, label in page.context["adminform"].form.fields["section"].choices
        ]
        assert f"Basics · {theirs.course.code} {theirs.course.term}" in labels

    def test_a_reading_with_questions_stays_and_one_sentence_says_so(
        self, client_of, instructor, lecture, reading
    ):
        questions = [make.QuestionFactory(reading=reading) for _ in range(2)]
        client = client_of(instructor)
        data = form_of(client, url_of(lecture))
        row = next(k for k, v in data.items() if k.endswith("-id") and v == reading.pk)
        response = client.post(url_of(lecture), data | {row.replace("-id", "-DELETE"): "on"})
        html = response.content.decode()
        assert "cannot be deleted: what was handed in or graded refers to it." in html
        assert questions[0].texts["text"] not in html

    def test_every_field_of_its_tables_has_a_name(self, client_of, instructor, lecture, reading):
        page = client_of(instructor).get(url_of(lecture))
        for inline in page.context["inline_admin_formsets"]:
            for form in inline.formset.forms:
                for field in form.visible_fields():
                    assert "aria-label=" in str(field)

    def test_a_ta_looks_and_does_not_change(self, client_of, ta, instructor, lecture):
        data = form_of(client_of(instructor), url_of(lecture)) | {"on": "2025-02-21"}
        client = client_of(ta)
        assert client.get(url_of(lecture)).status_code == 200
        assert client.post(url_of(lecture), data).status_code == 404
        lecture.refresh_from_db()
        assert lecture.on == date(2025, 2, 19)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_of_another_course_there_is_none(self, client_of, other_instructor, lecture, method):
        client = client_of(other_instructor)
        assert getattr(client, method)(url_of(lecture)).status_code == 404

    def test_no_group_of_another_course_gets_a_role(
        self, client_of, instructor, lecture, other_course
    ):
        foreign = make.StudentGroupFactory(course=other_course)
        client = client_of(instructor)
        data = form_of(client, url_of(lecture))
        name = next(n for n in data if n.startswith("assignments") and n.endswith("group"))
        assert client.post(url_of(lecture), data | {name: foreign.pk}).status_code == 200
        assert not RoleAssignment.objects.filter(group=foreign).exists()


def test_a_milestone_is_due_on_the_wall_clock(client_of, instructor, seminar):
    milestone = make.MilestoneFactory(course=seminar)
    client = client_of(instructor)
    data = form_of(client, url_of(milestone)) | {"clock": "20:00"}
    assert client.post(url_of(milestone), data).status_code == 302
    assert Milestone.objects.get().due_at == datetime(2025, 5, 16, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", ["0206-02-21", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_year_that_is_no_courses_is_refused(client_of, instructor, lecture, milestone_on, day):
    client = client_of(instructor)
    for thing in (lecture, milestone_on(lecture.course)):
        data = form_of(client, url_of(thing)) | {"on": day}
        response = client.post(url_of(thing), data)
        assert list(response.context["adminform"].form.errors) == ["on"]


@pytest.fixture
def milestone_on():
    return lambda course: make.MilestoneFactory(course=course)
