"""What can happen to handed-in work; every door calls these."""
