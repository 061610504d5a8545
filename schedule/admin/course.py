"""A course in the admin, with what its zone and class times mean for the rows of its schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin

from courses import times
from courses.admin import CourseAdmin, CourseForm
from courses.errors import PlanChanged
from courses.models import Course
from schedule.actions.class_times import ClassTimesPlan, change_class_times, plan_class_times
from schedule.errors import TimesDoNotFit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest

    from courses.web import Request
    from schedule.models import Meeting

TIMES = ("timezone", "class_starts", "class_ends")
MOST_NAMED = 8  # meetings; of more the first and the last are named
NOT_YET = "Nothing is saved yet. See what follows from the new times, confirm it, and save."


class CourseTimesForm(CourseForm):
    """A course's own fields. Other class times are shown with all they do before they are set.

    The box of the page sends back, as `lay_anew`, the fingerprint of the plan that was shown.
    `plan` is the one that holds now, None as long as the times stay; `to_confirm` says what it
    does, as long as that has not been agreed to.
    """

    plan: ClassTimesPlan | None = None
    to_confirm: Sequence[str] = ()

    def clean(self) -> dict[str, Any]:
        """Refuse times that cannot be, and such as the person has not seen the effects of."""
        cleaned = super().clean()
        changed = [name for name in TIMES if name in self.changed_data]
        if not changed or any(name in self.errors for name in TIMES):
            return cleaned
        wanted = {
            name: cleaned[name] if name in changed else getattr(self.instance, name)
            for name in TIMES
        }
        try:
            self.plan = plan_class_times(course=self.instance, at=self.at, **wanted)
        except TimesDoNotFit as refusal:
            self.add_error(changed[-1], str(refusal))
            return cleaned
        shown = self.data.get("lay_anew")
        if not self.plan.is_empty and shown != self.plan.fingerprint:
            self.to_confirm = in_words(self.plan, self.at)
            self.add_error(None, str(PlanChanged()) if shown else NOT_YET)
        return cleaned


@admin.register(Course)
class CourseWithScheduleAdmin(CourseAdmin):
    """A course's own fields; other class times lay the schedule anew, once that is confirmed."""

    form = CourseTimesForm

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Times go through the action, with all rows that follow from them."""
        plan: ClassTimesPlan | None = form.plan
        if plan is not None:
            change_class_times(
                course=obj,
                timezone=plan.timezone,
                class_starts=plan.class_starts,
                class_ends=plan.class_ends,
                at=cast("Request", request).at,
                seen=plan.fingerprint,
            )
        super().save_model(request, obj, form, change)


def in_words(plan: ClassTimesPlan, at: datetime) -> list[str]:
    """What a plan does, a sentence for each kind of row; `at` tells what lies ahead."""
    said = []
    if plan.usual and plan.class_starts and plan.class_ends:
        clocks = f"{times.on_clock(plan.class_starts)}–{times.on_clock(plan.class_ends)}"
        are = "meetings are" if len(plan.usual) > 1 else "meeting is"
        said.append(
            f"{len(plan.usual)} coming {are} laid anew at {clocks} in {plan.timezone}: "
            f"{_days(plan.usual)}."
        )
    if plan.by_hand:
        were = "that were moved by hand" if len(plan.by_hand) > 1 else "that was moved by hand"
        how = f" at the same times of day in {plan.timezone}" if plan.moves else ""
        stay = "stay" if len(plan.by_hand) > 1 else "stays"
        said.append(f"{len(plan.by_hand)} {were} {stay}{how}: {_days(plan.by_hand)}.")
    if plan.milestones:
        are = "dates are" if len(plan.milestones) > 1 else "date is"
        each = ", ".join(
            f"{one.title} ({times.in_full(one.due_at, plan.zone)})" for one in plan.milestones
        )
        said.append(f"{len(plan.milestones)} {are} laid anew: {each}.")
    begun = [one for one in plan.usual + plan.by_hand if one.starts_at and one.starts_at <= at]
    if begun:
        said.append(f"By these times, what was still to come has begun already: {_days(begun)}.")
    if plan.stays:
        stay = "meetings and dates are past and stay" if plan.stays > 1 else "is past and stays"
        said.append(f"{plan.stays} {stay}.")
    return said


def _days(meetings: list[Meeting]) -> str:
    """All of them, or of many the first and the last."""
    days = [times.day(meeting.on) for meeting in meetings]
    return ", ".join(days) if len(days) <= MOST_NAMED else f"{days[0]} to {days[-1]}"
