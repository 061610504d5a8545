"""What kind of date a row is: the class meets, does not, something is due, a span of days (S4)."""

from coursepage.parser.words import (
    is_break,
    is_deadline,
    is_guest,
    is_no_class,
    is_presentations,
    staff_in_label,
)


def kind_of(label: str, *, span: bool, has_readings: bool, has_people: bool) -> str:
    """'range' for several days, 'no_class' if the label says so (readings or not), 'deadline' if
    something is due and nothing else happens, else 'meeting'.

    A row that spans a week and has readings or people, on a page with a row for each week, is the
    meeting of that week.
    """
    if span and (is_break(label) or not (has_readings or has_people)):
        return "range"
    if is_no_class(label, has_people=has_people):
        return "no_class"
    if is_deadline(label) and not has_readings and not has_people:
        return "deadline"
    return "meeting"


def meeting_kind_of(
    label: str, *, roles: set[str], staff: list[str], has_readings: bool
) -> tuple[str, str]:
    """The kind of a meeting and who lectures, as written.

    A lecture with a student group in a presenting role is the students'; with staff alone it is
    the staff's, whoever writes the summary. Presentations are days of talks without readings.
    """
    named = staff_in_label(label)
    lecturer = ", ".join(staff) or named
    if is_guest(label):
        return "guest_lecture", lecturer
    if is_presentations(label) and not has_readings and "presenter" not in roles:
        return "presentations", lecturer
    if "presenter" in roles:
        return "student_lecture", lecturer
    if lecturer:
        return "staff_lecture", lecturer
    if roles:
        return "student_lecture", ""
    return "", ""
