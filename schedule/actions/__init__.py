"""What can happen to a schedule. Each action is one transaction and is open to every door.

Deadlines follow by themselves: they are derived from these instants. What was handed in keeps
the deadline that was in force then.
"""
