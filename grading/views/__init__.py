"""Pages of grades: a student's own, and the gradebook for staff."""
