"""The sample page, counted by hand: what a whole real page gives."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from coursepage.page import assignments, summary


def test_summary_gives_the_counts_of_the_page(sample):
    counts = summary(sample)
    counts.pop("warnings")
    assert counts == {
        "title": "CS 598: Systems for Generative AI",
        "code": "CS 598",
        "term": "Spring 2025",
        "timezone": "America/Chicago",
        "meetings": 28,
        "no_class": 1,
        "deadlines": 1,
        "ranges": 0,
        "sections": 5,
        "readings": 75,
        "required": 46,
        "groups": 20,
        "memberships": 91,
        "people": 90,
        "roles": {"presenter": 20, "companion": 20, "reviewer": 20},
        "weights": [
            {"name": "Participation", "percent": 15},
            {"name": "Paper Presentation & Discussion", "percent": 15},
            {"name": "Paper Summary", "percent": 10},
            {"name": "Project Proposal", "percent": 5},
            {"name": "Project Mid-Semester Presentations", "percent": 10},
            {"name": "Project Final Presentations", "percent": 10},
            {"name": "Project Final Report", "percent": 35},
        ],
        "weight_total": 100,
        "staff": 3,
        "milestones": 8,
    }


def test_every_mistake_is_a_warning_on_its_line(sample):
    assert [(w.line, w.code) for w in sample.warnings] == [
        (7, "unclosed-row"),
        (8, "shared-staff-row"),
        (8, "unclosed-row"),
        (38, "relative-link"),
        (39, "short-heading-row"),
        (46, "short-heading-row"),
        (49, "look-alike"),
        (50, "empty-link"),
        (50, "person-in-two-groups"),
        (51, "person-in-two-roles"),
        (51, "unclosed-row"),
        (52, "short-heading-row"),
        (53, "look-alike"),
        (56, "short-heading-row"),
        (58, "extra-cell"),
        (58, "required-twice"),
        (62, "short-heading-row"),
        (63, "group-size"),
        (68, "person-in-two-roles"),
        (80, "broken-anchor"),
        (81, "broken-anchor"),
        (136, "count-mismatch"),
        (157, "zone-abbreviation"),
    ]


def test_kinds_of_meeting(sample):
    held = Counter(row.meeting_kind for row in sample.rows if row.kind == "meeting")
    assert held == {"staff_lecture": 3, "student_lecture": 20, "presentations": 5}


def test_sizes_of_groups(sample):
    assert Counter(len(group) for group in sample.groups) == {5: 12, 4: 7, 3: 1}


def test_each_group_has_each_role_once(sample):
    given = [(role, frozenset(group)) for row in sample.rows for role, group in assignments(row)]
    assert len(given) == len(set(given)) == 60


def test_first_row_is_the_first_staff_lecture(sample):
    row = sample.rows[0]
    assert (row.line, row.on, row.topic, row.title, row.section) == (
        38, dt.date(2025, 1, 22), "GenAI Systems", "Introduction", None,
    )  # fmt: skip
    assert (row.lecturer, row.slides_url) == ("Ingrid", "./Slides/overview.pdf")
    assert [(r.title, r.required) for r in row.readings] == [
        ("How to Read a Paper", True),
        ("How to Give a Bad Talk", True),
        ("Writing Reviews for Systems Conferences", False),
        ("The Shift from Models to Compound AI Systems", False),
    ]


def test_day_without_lecture_has_readings(sample):
    [row] = [row for row in sample.rows if row.kind == "no_class"]
    assert (row.on, row.title, len(row.readings)) == (
        dt.date(2025, 1, 31), "No Lecture / Work on Project Proposal", 2,
    )  # fmt: skip


def test_sections_stand_before_their_rows(sample):
    assert sample.sections == (
        "GenAI Basics",
        "Pre-Training",
        "Alignment & Post-Training Optimization",
        "Grounding",
        "Inference",
    )
    firsts = {row.section: row.on for row in reversed(sample.rows)}
    assert firsts == {
        None: dt.date(2025, 1, 22),
        0: dt.date(2025, 1, 24),
        1: dt.date(2025, 2, 14),
        2: dt.date(2025, 3, 5),
        3: dt.date(2025, 3, 14),
        4: dt.date(2025, 4, 9),
    }


def test_part_notes_are_kept_beside_the_reading(sample):
    [row] = [row for row in sample.rows if row.topic == "Training Infra"]
    assert [(r.note, r.required) for r in row.readings] == [
        ("Sec 1-4.2", True),
        ("Sec 3.1-3.2, 3.4", True),
        ("", False),
    ]


def test_mark_inside_a_links_text_leaves_its_title(sample):
    [reading] = [r for row in sample.rows for r in row.readings if r.title.startswith("Andes")]
    assert reading.title.endswith("Text Streaming Services")
    assert reading.required


def test_logistics(sample):
    assert (sample.room, sample.weekdays) == ("0127 Harrow Hall", (2, 4))
    assert (sample.starts, sample.ends) == (dt.time(12, 30), dt.time(13, 45))
    assert (sample.term_starts, sample.term_ends) == (dt.date(2025, 1, 22), dt.date(2025, 5, 15))
    assert (sample.contact_label, sample.contact_url) == (
        "Forum", "https://forum.aldermere.edu/c/cs598-s25",
    )  # fmt: skip
    assert sample.staff_email == "cs598-staff@lists.aldermere.edu"
    assert sample.group_size == (4, 5)


def test_two_assistants_share_a_row_and_a_slot(sample):
    assert [(s.name, s.netid, s.role) for s in sample.staff] == [
        ("Ingrid Thorne", "ithorne", "instructor"),
        ("Malik Adeyemi", "madeye2", "ta"),
        ("Soo-ah Lindqvist", "slindq3", "ta"),
    ]
    own, shared = sample.office_hours
    assert (own.place, own.weekday, own.starts, own.ends) == (
        "2214 Harrow Hall", 2, dt.time(14), dt.time(15),
    )  # fmt: skip
    assert (shared.netids, shared.place, shared.url) == (
        ("madeye2", "slindq3"), "Video room", "https://meet.aldermere.edu/cs598",
    )  # fmt: skip


def test_milestones_are_merged_from_prose_and_schedule(sample):
    assert [(m.kind, m.on, m.due_time) for m in sample.milestones] == [
        ("groups", dt.date(2025, 1, 31), None),
        ("proposal", dt.date(2025, 2, 26), None),
        ("mid_presentation", dt.date(2025, 4, 2), None),
        ("mid_presentation", dt.date(2025, 4, 4), None),
        ("final_presentation", dt.date(2025, 4, 30), None),
        ("final_presentation", dt.date(2025, 5, 2), None),
        ("final_presentation", dt.date(2025, 5, 7), None),
        ("report", dt.date(2025, 5, 15), dt.time(18)),
    ]


def test_prose_is_kept_by_kind(sample):
    assert [(text.kind, text.title) for text in sample.texts] == [
        ("other", "Forum"),
        ("description", "Course Description"),
        ("objectives", "Learning Objectives"),
        ("structure", "Structure"),
        ("prerequisites", "Prerequisites"),
        ("other", "Tentative Schedule and Reading List"),
        ("policy", "Groups"),
        ("integrity", "Academic integrity"),
        ("ai_policy", "AI Tool Policy"),
        ("policy", "Participation"),
        ("policy", "Student Lectures"),
        ("policy", "Post-Presentation Panel Discussion"),
        ("policy", "Roles and Responsibilities"),
        ("policy", "Lecture Summaries"),
        ("policy", "Project"),
        ("resources", "Resources"),
        ("acknowledgements", "Acknowledgements"),
    ]


def test_no_sentence_of_the_prose_is_lost(sample, sample_text):
    kept = "\n".join(text.body for text in sample.texts)
    titles = {text.title for text in sample.texts}
    lost = [
        line
        for line in sample_text.split("\n")
        if line.strip()
        and "|" not in line
        and not line.lstrip().startswith(("#", "**Lectures**"))
        and line.strip() not in kept
        and not any(line.startswith(f"**{title}**: ") for title in titles)
    ]
    assert lost == []


def test_weights_keep_their_lines(sample):
    assert sample.weights[2].line == 82
    assert sum(weight.percent for weight in sample.weights) == Decimal(100)
