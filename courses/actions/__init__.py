"""What can happen to rosters, claims and the outbox: one function each."""
