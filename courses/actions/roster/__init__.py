"""Changes to a roster: one entry at a time, or a whole file of students."""

from courses.actions.roster.entries import amend, drop, enrol, restore, set_email_domain
from courses.actions.roster.files import (
    RosterChange,
    RosterPlan,
    RosterResult,
    import_roster,
    plan_roster,
    remember_mapping,
)

__all__ = [
    "RosterChange",
    "RosterPlan",
    "RosterResult",
    "amend",
    "drop",
    "enrol",
    "import_roster",
    "plan_roster",
    "remember_mapping",
    "restore",
    "set_email_domain",
]
