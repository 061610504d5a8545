"""The pages on which work is handed in, seen and proven."""
