"""The plan: what a course is, as one immutable value, and what follows from it. Pure.

Nothing here knows Django, a clock, or what anybody has done. A plan holds ids and dates, no name or
address of a person. `schedule.queries.plan` reads it from the tables.
"""
