"""Sections, meetings with their readings and roles, and fixed dates in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from courses import times
from courses.orders import DAYS, say_broken, years_apart
from courses.scoped_admin import (
    INSTRUCTORS,
    STAFF,
    CourseScopedAdmin,
    CourseScopedTabular,
    ScopedForm,
)
from schedule.actions.meetings import move_meeting, move_milestone, span_of
from schedule.admin.roles import RoleInline, said_of_repeats
from schedule.errors import TimesDoNotFit
from schedule.models import Meeting, Milestone, Reading, Section
from schedule.queries import read_plan

if TYPE_CHECKING:
    from datetime import date, time

    from django.http import HttpRequest


class ClockField(forms.TimeField):
    """A wall-clock time in the course's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TimeInput({"type": "time"}), **kwargs)


@admin.register(Section)
class SectionAdmin(CourseScopedAdmin):
    """The headings of the schedule (rule S2)."""

    list_display = ("title", "course", "position")
    list_filter = ("course",)
    search_fields = ("title",)


class ReadingForm(ScopedForm):
    """A reading; an address without a scheme is meant with https."""

    url = forms.URLField(required=False, max_length=1000, assume_scheme="https", label="URL")


class ReadingInline(CourseScopedTabular):
    """The readings of a meeting (rule S3). One that has questions cannot be deleted."""

    model = Reading
    form = ReadingForm
    fields = ("title", "url", "is_required", "note", "position")
    max_num = 40
    delete_roles = INSTRUCTORS


class DatedForm(ScopedForm):
    """Something with a date: a year with a digit too few or too many is a slip of the pen."""

    def clean_on(self) -> date:
        """The date, of this century."""
        return self._of_this_century("on")

    def clean_until(self) -> date | None:
        """The last date, too, where there is one."""
        return self._of_this_century("until")

    def _of_this_century(self, name: str) -> Any:
        day = self.cleaned_data[name]
        if sentence := years_apart(day):
            raise ValidationError(sentence)
        return day


class MeetingForm(DatedForm):
    """A meeting with its times as the course's wall clock shows them."""

    set_by_action = ("starts_at", "ends_at")

    starts = ClockField(help_text="In the course’s zone. Empty: the course’s own class time.")
    ends = ClockField()

    class Meta:
        model = Meeting
        fields = (
            "course", "section", "kind", "on", "until", "topic", "title", "lecturer",
            "lecturer_name", "lecture_url", "position",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "lecturer" in self.fields:  # who only looks has no such field
            lecturers = cast("Any", self.fields["lecturer"])
            lecturers.queryset = lecturers.queryset.filter(role__in=STAFF)
        meeting = self.instance
        if meeting.pk and meeting.starts_at and meeting.ends_at:
            zone = meeting.course.zone
            self.fields["starts"].initial = meeting.starts_at.astimezone(zone).time()
            self.fields["ends"].initial = meeting.ends_at.astimezone(zone).time()

    def clean(self) -> dict[str, Any]:
        """Refuse times that cannot be, before anything is saved."""
        data = super().clean()
        say_broken(self, DAYS)
        course = self.instance.course if self.instance.pk else data.get("course")
        kind = data.get("kind", self.instance.kind)
        if course is None or kind == Meeting.Kind.NO_CLASS or "on" not in data:
            return data
        try:
            span_of(course, data["on"], data.get("starts"), data.get("ends"))
        except TimesDoNotFit as refusal:
            self.add_error("ends", str(refusal))
        return data


@admin.register(Meeting)
class MeetingAdmin(CourseScopedAdmin):
    """The dated rows of the schedule; deadlines move with them."""

    form = MeetingForm
    fields = (
        "course", "section", "kind", ("on", "until"), ("starts", "ends"), "topic", "title",
        "lecturer", "lecturer_name", "lecture_url", "position",
    )  # fmt: skip
    list_display = ("on", "heading", "kind", "section", "course")
    list_filter = ("course", "kind", "section")
    list_select_related = ("section", "course")
    search_fields = ("topic", "title", "readings__title")
    inlines = (ReadingInline, RoleInline)
    ordering = ("-course__starts_on", "on", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A meeting stays in its course."""
        return ("course",) if obj else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What hangs on the meeting; who reads a paper twice is named (rule R3)."""
        super().save_related(request, form, formsets, change)
        meeting = form.instance
        if any(one.has_changed() for one in formsets):
            for sentence in said_of_repeats(read_plan(meeting.course), meeting.pk):
                messages.warning(request, sentence)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Date and times go through the action."""
        data, asked = form.cleaned_data, {"kind", "on", "starts", "ends"}
        if change and asked.isdisjoint(form.changed_data):
            super().save_model(request, obj, form, change)
            return
        move_meeting(meeting=obj, on=data["on"], starts=data["starts"], ends=data["ends"])
        course = obj.course
        if course.starts_on and course.ends_on and not course.starts_on <= obj.on <= course.ends_on:
            messages.warning(
                request,
                f"{times.day(obj.on)} is outside the term, which goes from "
                f"{times.day(course.starts_on)} to {times.day(course.ends_on)}.",
            )


class MilestoneForm(DatedForm):
    """A fixed date with its time on the course's wall clock (rules G2, J2, J4)."""

    clock = ClockField(label="Time", help_text="In the course’s zone. Empty: the end of the day.")

    class Meta:
        model = Milestone
        fields = ("course", "kind", "title", "on", "is_scheduled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        milestone = self.instance
        if milestone.pk and milestone.has_time:
            local: time = milestone.due_at.astimezone(milestone.course.zone).time()
            self.fields["clock"].initial = local


@admin.register(Milestone)
class MilestoneAdmin(CourseScopedAdmin):
    """The fixed dates of a course."""

    form = MilestoneForm
    fields: ClassVar[tuple[str, ...]] = (
        "course", "kind", "title", "on", "clock", "is_scheduled",
    )  # fmt: skip
    list_display = ("title", "kind", "on", "course")
    list_filter = ("course", "kind")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A date stays in its course."""
        return ("course",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The instant is computed by the action."""
        data = form.cleaned_data
        if change and {"on", "clock"}.isdisjoint(form.changed_data):
            super().save_model(request, obj, form, change)
        else:
            move_milestone(milestone=obj, on=data["on"], clock=data["clock"])
