"""The ways in which instructors of this family of pages write, one by one."""

from __future__ import annotations

import datetime as dt

import pytest

from coursepage.page import PageNotUnderstood, summary
from tests.coursepage.pages import codes_of, page_of, rows_of, table


def marks(*rows: str, before: str = "") -> list[bool]:
    """Whether each reading of these rows is required, in order."""
    page = page_of(before + "\n\n" + table(*rows))
    return [reading.required for row in page.rows for reading in row.readings]


# Dates.


@pytest.mark.parametrize(
    "written",
    ["Feb 5", "Feb. 5", "February 5", "5 Feb", "5th of February", "Feb 5th", "2/5", "02/05",
     "2025-02-05", "2/5/2025", "Feb 5, 2025", "Wed Feb 5", "Wed, 2/5", "W 2/5", "Feb 5 (Wed)",
     "**Feb 5**", "Week 3: Feb 5", "Feb  5"],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(written):
    page = page_of(table(f"| {written} | [A](http://a.x) | | | |"))
    assert [row.on for row in page.rows] == [dt.date(2025, 2, 5)]
    assert codes_of(page) == []


@pytest.mark.parametrize(
    ("term", "on"),
    [
        ("Fall 2024", dt.date(2024, 9, 4)),
        ("F'24", dt.date(2024, 9, 4)),
        ("Autumn 24", dt.date(2024, 9, 4)),
        ("2024 Fall", dt.date(2024, 9, 4)),
        ("2024/25 Fall", dt.date(2024, 9, 4)),
    ],
)
def test_the_term_gives_the_year(term, on):
    [row] = rows_of("| Sept 4 | [A](http://a.x) | | | |", term=term)
    assert row.on == on


def test_december_turns_to_january_of_the_next_year():
    rows = rows_of("| Dec 18 | A | | | |", "| Jan 8 | B | | | |", term="Fall 2024")
    assert [row.on for row in rows] == [dt.date(2024, 12, 18), dt.date(2025, 1, 8)]


def test_day_comes_first_when_months_would_be_impossible():
    rows = rows_of("| 21/1 | A | | | |", "| 4/2 | B | | | |")
    assert [row.on for row in rows] == [dt.date(2025, 1, 21), dt.date(2025, 2, 4)]


def test_one_row_for_two_dates_is_two_meetings():
    rows = rows_of("| Apr 2 & 4 | **Final Presentations** | | | |")
    assert [(row.on.day, row.meeting_kind) for row in rows] == [
        (2, "presentations"), (4, "presentations"),
    ]  # fmt: skip


def test_a_wrong_weekday_is_noticed():
    page = page_of(table("| Tue Feb 5 | [A](http://a.x) | | | |"))
    assert codes_of(page) == [(5, "weekday-wrong")]


def test_a_day_outside_the_weekly_pattern_is_noticed():
    page = page_of("**Lectures**: Room 1, MW: 9-10:30AM\n" + table("| Feb 7 | A | | | |"))
    assert codes_of(page) == [(6, "unusual-weekday")]


def test_what_is_no_date_is_reported_and_left_out():
    page = page_of(table("| Feb 5 | A | | | |", "| soon | [B](http://b.x) | | | |"))
    assert codes_of(page) == [(6, "unreadable-date")]
    assert [len(row.readings) for row in page.rows] == [0]


# Rows.


def test_one_reading_per_physical_row_with_the_date_on_the_first():
    page = page_of(
        table(
            "| | **Basics** |",
            "| Jan 20 | [A](http://a.x) | [Ana](Slides/a.pptx) | [Bo-Cy-Di](Summaries/a.pdf)",
            "|        | [B](http://b.x)",
            "| Jan 27 | [C](http://c.x) | [Ed-Flo](Slides/c.pdf) | [Gil](Summaries/c.pdf)",
            header="| Date | Readings | Presenter | Summary",
        )
    )
    assert [len(row.readings) for row in page.rows] == [2, 1]
    assert page.sections == ("Basics",)
    assert page.groups == (("Ana",), ("Bo", "Cy", "Di"), ("Ed", "Flo"), ("Gil",))
    assert summary(page)["roles"] == {"presenter": 2, "summary": 2}
    assert page.role_columns[1].canonical == "companion"
    assert {code for _line, code in codes_of(page)} == {"relative-link"}


def test_the_date_may_be_repeated_on_each_row():
    [row] = rows_of(
        "| Jan 22 | [A](http://a.x) | ab1, cd2 | | |",
        "| Jan 22 | [B](http://b.x) | ab1, cd2 | | |",
    )
    assert len(row.readings) == 2
    assert row.roles == (("presenter", (("ab1", "cd2"),)),)


def test_roles_may_be_given_per_reading():
    page = page_of(
        table(
            "| Sept 20 | **Memory**",
            "|         | [A](http://a.x) (Required) | Pru | Sai",
            "|         | [B](http://b.x) (Required) | Wyn | Mo, Rue Fell",
            "|         | [C](http://c.x) (optional)",
            header="| Date | Readings | Presenter | Reviewer",
        ),
        term="Fall 2024",
    )
    [row] = page.rows
    assert row.title == "Memory"
    assert [reading.roles for reading in row.readings] == [
        (("presenter", (("Pru",),)), ("reviewer", (("Sai",),))),
        (("presenter", (("Wyn",),)), ("reviewer", (("Mo", "Rue Fell"),))),
        (),
    ]
    assert summary(page)["roles"] == {"presenter": 2, "reviewer": 2}
    assert summary(page)["groups"] == 4


def test_a_row_without_pipes_at_its_ends_is_read():
    text = "# S\n\nDate | Readings | Presenter\n--- | --- | ---\nJan 22 | [A](http://a.x) | ab1\n"
    [row] = page_of(text).rows
    assert (len(row.readings), row.roles) == (1, (("presenter", (("ab1",),)),))


def test_a_blank_line_does_not_end_the_schedule():
    page = page_of(table("| Jan 22 | A | | | |", "", "| Jan 24 | B | | | |"))
    assert len(page.rows) == 2
    assert codes_of(page) == [(6, "blank-line-in-table")]


def test_a_row_broken_over_two_lines_is_put_together():
    page = page_of(
        table("| Jan 22 | x | | |", "[A](http://a.x)", "| Jan 24 | B | | | |",
              header="| Date | Topic | Who | Readings |")
    )  # fmt: skip
    assert (6, "broken-row") in codes_of(page)
    assert [row.on.day for row in page.rows] == [22, 24]


def test_a_pipe_inside_a_link_does_not_shift_the_cells():
    [row] = rows_of("| Jan 22 | [A | B](http://a.x) | ab1 | cd2 | ef3 |")
    assert [reading.title for reading in row.readings] == ["A | B"]
    assert [role for role, _groups in row.roles] == ["presenter", "companion", "reviewer"]


def test_an_escaped_pipe_does_not_separate():
    [row] = rows_of(r"| Jan 22 | [A \| B](http://a.x) | ab1 | | |")
    assert row.readings[0].title == "A | B"


@pytest.mark.parametrize(
    "label",
    ["**No Lecture / Work on Projects**", "No class", "NO CLASS (work on projects)",
     "Labor Day (holiday)",
     "Fall study break", "**Fall Study Break**", "Reading Week", "Thanksgiving recess",
     "Class cancelled", "MLK Day"],
)  # fmt: skip
def test_days_without_class(label):
    page = page_of(table(f"| Feb 5 | {label} | | | |"))
    assert (page.rows[0].kind, len(page.rows[0].readings)) == ("no_class", 0)


def test_a_paper_about_breaking_is_no_break():
    [row] = rows_of("| Feb 5 | [Break the Chain: No Lecture Needed](http://a.x) | ab1 | | |")
    assert (row.kind, row.meeting_kind) == ("meeting", "student_lecture")


@pytest.mark.parametrize(
    "label",
    ["**Final Report Submission Deadline**", "Project proposal due", "Report deadline"],
)
def test_days_on_which_only_something_is_due(label):
    [row] = rows_of(f"| May 15 | {label} | | | |")
    assert row.kind == "deadline"


def test_a_break_over_several_days_is_a_range():
    rows = rows_of("| Mar 15 - 23 | **Spring Break** | | | |", "| Mar 29–Apr 2 | Recess | | | |")
    assert [(row.kind, row.on, row.until) for row in rows] == [
        ("range", dt.date(2025, 3, 15), dt.date(2025, 3, 23)),
        ("range", dt.date(2025, 3, 29), dt.date(2025, 4, 2)),
    ]


def test_a_break_as_a_heading_with_dates_is_a_range_too():
    [_lecture, row] = rows_of("| Mar 12 | A | | | |", "| | **Spring Break (Mar 15 - 23)** | | | |")
    assert (row.kind, row.on.day, row.until) == ("range", 15, dt.date(2025, 3, 23))


def test_a_day_without_class_told_twice_is_one_day():
    rows = rows_of("| Nov 25 | NO CLASS | | | |", "| Nov 25 | Thanksgiving break | | | |")
    assert [(row.kind, row.title) for row in rows] == [("no_class", "NO CLASS; Thanksgiving break")]


def test_a_week_table_with_bullets_inside_its_cells():
    page = page_of(
        table(
            "| 1 | 1/7 | Introduction (Kim lecturing) | - [A](http://a.x) (Chapter 1) <br/> - "
            "[B](http://b.x) and [C](http://c.x) <img width=2000/> | [Slides](http://s.x) |",
            "| 2 | 2/18 | Reading Week |  | | |",
            "| 2 | 2/20 | Reading Week |  |  |",
            header="| Week | Date | Topic | Readings | Slides |",
        ),
        term="Winter 2025",
    )
    first = page.rows[0]
    assert (first.on, first.meeting_kind, first.lecturer) == (
        dt.date(2025, 1, 7), "staff_lecture", "Kim",
    )  # fmt: skip
    assert [(r.title, r.note) for r in first.readings] == [("A", "Chapter 1"), ("B", ""), ("C", "")]
    assert first.slides_url == "http://s.x"
    assert [row.kind for row in page.rows[1:]] == ["no_class", "no_class"]
    assert codes_of(page) == [(6, "extra-cell")]


def test_headings_may_stand_in_the_date_column():
    page = page_of(table("| **Part One** | | | | |", "| Jan 22 | A | | | |"))
    assert (page.sections, page.rows[0].section) == (("Part One",), 0)


def test_sections_may_be_tables_of_their_own():
    head = "| Date | Readings |\n|--|--|\n"
    text = f"# S\n## One\n{head}| Jan 22 | A |\n## Two\n{head}| Jan 29 | B |\n"
    page = page_of(text)
    assert page.sections == ("One", "Two")
    assert [row.section for row in page.rows] == [0, 1]


def test_topics_and_papers_may_share_a_column():
    page = page_of(
        table(
            "|1 | Aug 26 | **Background: philosophy** | Prof. Moss |",
            "|2 | Sep 4 | Software networks ([paper](http://a.x)) | Jo Rue |",
            "|3 | Oct 2 | Privacy (Wyn:[VPN](http://b.x)) / Censorship (Eri:[Wall](http://c.x)) "
            "|\tEri Chu,\tWyn Lu |",
            "|4 | Nov 11 | **Project mid-semester update** | Groups 2, 8 ([sign-up](http://d.x))|",
            header="|#| Date | Topic and Readings | Presenter|",
        ),
        term="Fall 2024",
    )
    assert [row.meeting_kind for row in page.rows] == [
        "staff_lecture", "student_lecture", "student_lecture", "presentations",
    ]  # fmt: skip
    assert [[r.title for r in row.readings] for row in page.rows] == [
        [], ["Software networks"], ["VPN", "Wall"], [],
    ]  # fmt: skip
    assert [row.topic for row in page.rows[1:3]] == ["Software networks", "Privacy / Censorship"]
    assert page.groups == (("Jo Rue",), ("Eri Chu", "Wyn Lu"))


# Readings.


@pytest.mark.parametrize(
    "written",
    ["[A](http://a.x) (Required)", "(Required) [A](http://a.x)",
     "[A (Required)](http://a.x)", "Required: [A](http://a.x)",
     "[A](http://a.x) **Required**", "[A](http://a.x) - required",
     "[A](http://a.x) (must-read)", "[A](http://a.x) (Sec 3, required)",
     "**Required:** [A](http://a.x)", "[Required: A](http://a.x)",
     "[A](http://a.x) (Required reading)", "A (Required)"],
)  # fmt: skip
def test_required_is_read_wherever_it_stands(written):
    page = page_of(table(f"| Jan 22 | {written} <br> [Z](http://z.x) | | | |"))
    assert [(r.title, r.required) for r in page.rows[0].readings] == [("A", True), ("Z", False)]
    assert codes_of(page) == []


def test_optional_makes_the_rest_of_the_date_required():
    assert marks("| Jan 22 | [A](u:a), [B](u:b) <br> Optional: [C](u:c) <br> [D](u:d) | | | |") == [
        True, True, False, False,
    ]  # fmt: skip
    assert marks(
        "| Jan 22 | [A](u:a)<br>**Optional**<br>[B](u:b) | | | |",
        "| Jan 24 | [C](u:c) (Required) <br> [D](u:d) | | | |",
    ) == [True, False, True, False]


def test_a_page_that_marks_only_optional_readings_requires_the_rest():
    rows = "| Jan 22 | [A](u:a) <br> [B](u:b) (optional) | | | |", "| Jan 24 | [C](u:c) | | | |"
    assert marks(*rows) == [True, False, True]


def test_bold_readings_are_required_on_a_page_without_other_marks():
    assert marks("| Jan 22 | **[A](u:a)** <br> [B](u:b) | | | |") == [True, False]


def test_a_legend_may_explain_a_sign():
    rows = (r"| Jan 22 | [A](u:a)\* <br> [B](u:b) | | | |",)
    assert marks(*rows, before="Readings marked with * are required.") == [True, False]


def test_a_page_that_marks_nothing_says_which_default_it_took():
    page = page_of(table("| Jan 22 | [A](http://a.x) <br> [B](http://b.x) | | | |"))
    assert page.required_default == "required"
    assert [r.required for r in page.rows[0].readings] == [True, True]
    assert (3, "required-default") in [(w.line, w.code) for w in page.warnings]


def test_slides_are_no_readings():
    [row] = rows_of(
        "| Jan 22 | [A](http://a.x) [[slides](http://s.x)] [[code](http://c.x)] | | | |"
    )
    assert [r.title for r in row.readings] == ["A"]
    assert row.slides_url == "http://s.x"


def test_titles_without_a_link_are_readings_too():
    rows = rows_of(
        "| Oct 16 | [A](http://a.x) (Required) |  |  |  |",
        "|  | Cornfield (Required) |  |  |  |",
        "|  | Karoo |  |  |  |",
    )
    assert [(r.title, r.required) for r in rows[0].readings] == [
        ("A", True), ("Cornfield", True), ("Karoo", False),
    ]  # fmt: skip


def test_two_papers_in_one_line_are_two_readings():
    [row] = rows_of("| Jan 22 | [A](http://a.x) + [B](http://b.x) (Optional) | | | |")
    assert [r.title for r in row.readings] == ["A", "B"]


def test_parentheses_in_titles_addresses_and_notes():
    [row] = rows_of(
        r"| Jan 22 | [LLM.int8(): 8-bit](http://a.x/x-(1-2)/) <br> [B](http://b.x) (Ch. 1, 2\) |"
    )
    assert [(r.title, r.url, r.note) for r in row.readings] == [
        ("LLM.int8(): 8-bit", "http://a.x/x-(1-2)/", ""),
        ("B", "http://b.x", "Ch. 1, 2"),
    ]


def test_what_is_struck_out_is_gone():
    [row] = rows_of("| Jan 22 | ~~[A](http://a.x)~~ [B](http://b.x) | | | |")
    assert [r.title for r in row.readings] == ["B"]


def test_an_empty_link_is_still_a_reading():
    page = page_of(table("| Jan 22 | [Green Machines]() (Required) | | | |"))
    assert [(r.title, r.url) for r in page.rows[0].readings] == [("Green Machines", "")]
    assert codes_of(page) == [(5, "empty-link")]


def test_an_unfinished_link_is_reported_and_kept_as_a_title():
    page = page_of(table("| Jan 22 | [Green Machines](http://a.x (Required) | | | |"))
    assert [r.title for r in page.rows[0].readings] == ["Green Machines"]
    assert (5, "broken-link") in codes_of(page)


# People.


def people_of(cell: str, **more: str) -> tuple[tuple[str, ...], ...]:
    [row] = rows_of(f"| Jan 22 | [A](http://a.x) | {cell} | | |", **more)
    return dict(row.roles).get("presenter", ())


@pytest.mark.parametrize(
    ("cell", "groups"),
    [
        ("ab1, cd2, ef3", (("ab1", "cd2", "ef3"),)),
        ("ab1 cd2 ef3", (("ab1", "cd2", "ef3"),)),
        ("Ria, Zed  & Kai", (("Ria", "Zed"), ("Kai",))),
        ("Ana and Bo", (("Ana", "Bo"),)),
        ("Ana, Bo, and Cy", (("Ana", "Bo", "Cy"),)),
        ("Ana<br>Bo", (("Ana", "Bo"),)),
        ("Ana, Bo<br>Cy, Di", (("Ana", "Bo"), ("Cy", "Di"))),
        ("[Ana, Bo](./Slides/x.pptx)", (("Ana", "Bo"),)),
        ("Gia, Bea-Lin, Kai-Sun", (("Gia", "Bea-Lin", "Kai-Sun"),)),
        ("Soo-Min", (("Soo-Min",),)),
        ("TBD", ()),
        ("N/A", ()),
        ("[Template](http://t.x/poster.pptx)", ()),
    ],
)
def test_people_in_a_cell(cell, groups):
    assert people_of(cell) == groups


def test_dashes_join_people_only_on_a_page_that_separates_them_in_no_other_way():
    header = "| Date | Readings | Presenter |"
    dashed = rows_of("| Jan 22 | A | Ana-Bo-Cy |", "| Jan 24 | B | Di-Ed |", header=header)
    assert [dict(row.roles)["presenter"] for row in dashed] == [
        (("Ana", "Bo", "Cy"),),
        (("Di", "Ed"),),
    ]
    mixed = rows_of("| Jan 22 | A | Ana-Bo |", "| Jan 24 | B | Di, Ed |", header=header)
    assert [dict(row.roles)["presenter"] for row in mixed] == [(("Ana-Bo",),), (("Di", "Ed"),)]


def test_the_same_people_in_another_order_are_the_same_group():
    page = page_of(table("| Jan 22 | A | ab1, cd2 | ef3 | cd2, ab1 |"))
    assert page.groups == (("ab1", "cd2"), ("ef3",))


def test_capitals_alone_make_no_other_person():
    page = page_of(table("| Jan 22 | A | Ab1 | | |", "| Jan 24 | B | ab1 | | |"))
    assert page.people == ("Ab1",)
    assert page.groups == (("Ab1",),)


def test_staff_are_known_by_first_name_and_title():
    staff = "**Instructor:** [Ana Lund](http://a.x)\n\n**TA**: Bo Ek\n\n"
    rows = page_of(
        staff
        + table(
            "| Jan 22 | A | Ana | | |",
            "| Jan 24 | B | Prof. Lund | | |",
            "| Jan 29 | C | [Bo](s.pdf) | | |",
            "| Jan 31 | D | Anabel | | |",
        )
    ).rows
    assert [row.meeting_kind for row in rows] == ["staff_lecture"] * 3 + ["student_lecture"]


def test_a_student_beside_staff_makes_a_student_group():
    page = page_of("**Instructor:** Ana Lund\n\n" + table("| Jan 22 | A | Ana, Cy | | |"))
    assert page.groups == (("Ana", "Cy"),)


def test_guests_are_no_students():
    rows = rows_of(
        "| Nov 8 | **Invited talks** | [Zed Quo](http://z.x) | | |",
        "| Nov 9 | B | Guest: Yan Poe | | |",
    )
    assert [(row.meeting_kind, row.lecturer, row.roles) for row in rows] == [
        ("guest_lecture", "Zed Quo", ()), ("guest_lecture", "Yan Poe", ()),
    ]  # fmt: skip


def test_numbered_groups_are_looked_up_where_the_page_lists_them():
    listed = "| Team | Members |\n|--|--|\n| Team 1 | Ana, Bo |\n| Team 2 | Cy |\n\n"
    page = page_of(listed + table("| Jan 22 | A | Team 1 | 2 | Group 7 |"))
    assert page.rows[0].roles == (("presenter", (("Ana", "Bo"),)), ("companion", (("Cy",),)))
    assert (10, "nobody-named") in codes_of(page)


def test_other_names_of_roles_are_kept_and_mapped():
    page = page_of(
        table("| Jan 22 | A | ab1 | cd2 |", header="| Date | Paper | Author | Skeptic |")
    )
    assert summary(page)["roles"] == {"author": 1, "skeptic": 1}
    assert [column.canonical for column in page.role_columns] == ["companion", "reviewer"]


# Weights.


def test_weights_may_be_a_list():
    text = (
        table("| Jan 22 | A | | | |")
        + "\n## Workload\n+ Class Participation: 15%\n+ Final Project: 85%\n"
    )
    page = page_of(text)
    assert [(w.name, str(w.percent)) for w in page.weights] == [
        ("Class Participation", "15"), ("Final Project", "85"),
    ]  # fmt: skip


def test_weights_that_do_not_sum_to_100_are_reported():
    text = (
        table("| Jan 22 | A | | | |")
        + "\n## Grading\n| | Weight |\n|--|--|\n| One | 50% |\n| Two | 45% |\n"
    )
    assert codes_of(page_of(text)) == [(10, "weights-sum")]


def test_two_tracks_of_weights_take_the_first():
    text = (
        table("| Jan 22 | A | | | |")
        + "\n## Grading\n| | Track A | Track B |\n|--|--|--|\n"
        + "| One | 60% | 40% |\n| Two | 40% | 60% |\n"
    )
    page = page_of(text)
    assert [int(w.percent) for w in page.weights] == [60, 40]
    assert codes_of(page) == [(8, "several-tracks")]


# What cannot be read.


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "empty"),
        ("  \n\n", 0, "empty"),
        ("# A\n\0", 2, "NUL"),
        ("# A\n\nprose only", 0, "no table"),
        ("# A\n## Schedule\nprose only", 2, "no table"),
        ("# A\n| X | Y |\n|--|--|\n| 1 | 2 |", 2, "column of dates"),
        ("# A\n" + "x" * 20_001, 2, "20,000 characters"),
        ("x" * (1024 * 1024 + 1), 0, "1 MB"),
    ],
)
def test_a_page_that_cannot_be_understood_says_where_and_why(text, line, words):
    with pytest.raises(PageNotUnderstood) as refused:
        page_of(text)
    assert refused.value.line == line
    assert words in refused.value.message


@pytest.mark.parametrize("term", ["", "Spring", "next term", "x" * 200])
def test_a_term_without_a_year_is_refused(term):
    with pytest.raises(PageNotUnderstood, match="term"):
        page_of(table("| Jan 22 | A | | | |"), term=term)


@pytest.mark.parametrize("zone", ["", "CST6", "Mars/Olympus", "../etc/passwd", "America"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(PageNotUnderstood, match="time zone"):
        page_of(table("| Jan 22 | A | | | |"), zone=zone)


def test_a_title_of_another_year_is_noticed():
    text = table("| Jan 22 | A | | | |").replace("A Seminar", "A Seminar (F'24)")
    assert codes_of(page_of(text)) == [(1, "term-mismatch")]


def test_a_lecture_s_number_beside_its_date_is_no_topic():
    rows = rows_of("| Thu 1/23 (Lec 3) | A | | | |", "| Feb 5 (Caches) | [B](http://b.x) | | | |")
    assert [row.topic for row in rows] == ["", "Caches"]


def test_a_named_group_may_carry_its_number():
    page = page_of(table("| Jan 22 | A | Group 1: Ana, Bo | Group 2 (Cy, Di) | |"))
    assert page.groups == (("Ana", "Bo"), ("Cy", "Di"))


def test_weights_may_be_a_sentence():
    text = (
        table("| Jan 22 | A | | | |") + "\n## Grading\nTalks 15%, reviews (25%), and project 60%.\n"
    )
    assert [(w.name, int(w.percent)) for w in page_of(text).weights] == [
        ("Talks", 15), ("reviews", 25), ("project", 60),
    ]  # fmt: skip


def test_one_letter_marks():
    assert marks("| Jan 22 | [A](u:a) (R), [B](u:b) (O) | | | |") == [True, False]
