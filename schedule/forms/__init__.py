"""Forms of the schedule that are no page's: what files are read by."""
