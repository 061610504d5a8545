"""Sections, meetings, readings, who does what at a meeting, and fixed dates."""

from schedule.models.meeting import Meeting, Reading, Section
from schedule.models.milestone import Milestone
from schedule.models.role import Role, RoleAssignment

__all__ = ["Meeting", "Milestone", "Reading", "Role", "RoleAssignment", "Section"]
