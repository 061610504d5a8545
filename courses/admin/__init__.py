"""Courses and rosters in the admin: each course's staff see that course alone."""

from courses.admin.course import CourseAdmin, CourseForm, OfficeHoursAdmin
from courses.admin.operators import NoticeAdmin, PersonAdmin
from courses.admin.roster import EnrolmentAdmin

__all__ = [
    "CourseAdmin",
    "CourseForm",
    "EnrolmentAdmin",
    "NoticeAdmin",
    "OfficeHoursAdmin",
    "PersonAdmin",
]
