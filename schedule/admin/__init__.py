"""The schedule and the rules of a course in the admin: instructors plan, TAs look."""

from schedule.admin.course import CourseWithScheduleAdmin
from schedule.admin.meetings import MeetingAdmin, MilestoneAdmin, SectionAdmin
from schedule.admin.rules import RoleAdmin, WorkAdmin

__all__ = [
    "CourseWithScheduleAdmin",
    "MeetingAdmin",
    "MilestoneAdmin",
    "RoleAdmin",
    "SectionAdmin",
    "WorkAdmin",
]
