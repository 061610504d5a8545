"""Sections, meetings, readings, who does what at a meeting, what is handed in, and fixed dates."""

from schedule.models.meeting import Meeting, Reading, Section
from schedule.models.milestone import Milestone
from schedule.models.role import Role, RoleAssignment
from schedule.models.work import FileSlot, Prompt, Work

__all__ = [
    "FileSlot",
    "Meeting",
    "Milestone",
    "Prompt",
    "Reading",
    "Role",
    "RoleAssignment",
    "Section",
    "Work",
]
