"""Questions about the schedule: its rows, the plan, and the deadline in force for a work."""

from schedule.queries.kept import effective_deadline, plan_of
from schedule.queries.plan import read_plan
from schedule.queries.rows import meetings_of

__all__ = ["effective_deadline", "meetings_of", "plan_of", "read_plan"]
