"""Questions about the schedule: the plan, and the deadline in force for a work."""

from schedule.queries.kept import effective_deadline, plan_of
from schedule.queries.plan import read_plan

__all__ = ["effective_deadline", "plan_of", "read_plan"]
