"""Questions about grades: the gradebook, and where its numbers come from."""

from grading.queries.book import Gradebook, Row, component_for, gradebook_of, history_of
from grading.queries.collect import Student

__all__ = ["Gradebook", "Row", "Student", "component_for", "gradebook_of", "history_of"]
