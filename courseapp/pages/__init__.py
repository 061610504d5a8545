"""The pages that span apps: front, the public course page, a person's home, the demo."""
