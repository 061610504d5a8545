"""The rules of a course as one object: what is set, what is refused, what is said of them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from courseapp import rules
from courses.models import Course
from grading.models import GradeChange
from schedule.errors import RulesContradict
from schedule.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
ROLE = {
    "key": "scribe", "name": "Scribe", "holders": "persons", "per": "meeting", "least": 2,
    "most": 2,
}  # fmt: skip
WORK = {
    "key": "notes", "name": "Notes", "is_plural": True, "owed_by": "holders", "per": "meeting",
    "roles": ["scribe"],
    "due_from": "clock", "due_days": 3, "due_clock": "23:59", "after": "late",
    "prompts": [{"key": "text", "label": "What was said", "longest": 5000}],
}  # fmt: skip
WHOLE = {"roles": [ROLE], "works": [WORK], "parts": [{"name": "Notes", "weight": 100,
                                                      "works": ["notes"]}]}  # fmt: skip


def set_all(course, said, at=make.TERM_BEGINS):
    rules.set_all(course=course, said=said, at=at)
    return Course.objects.get(pk=course.pk)


def faults_of(course, said, at=make.TERM_BEGINS):
    """Where something is wrong, and what, in the order in which it is said; nothing is changed."""
    before = rules.as_object(course)
    with pytest.raises(RulesContradict) as refused:
        rules.set_all(course=course, said=said, at=at)
    assert rules.as_object(course) == before
    return [(one.place, one.sentence) for one in refused.value.faults]


@pytest.fixture
def course():
    return make.CourseFactory(slug="new", rules=make.NO_RULES)


def test_what_is_set_is_what_is_shown(course):
    course = set_all(course, WHOLE)
    assert rules.as_object(course) == WHOLE
    assert rules.in_words(course) == [
        "Scribe: two students for each meeting.",
        "Each student who is scribe writes notes for every student lecture, until 11:59 PM three "
        "days after the class. What comes later is taken and shown as late. To hand in: “What was "
        "said” (at most 5,000 characters). Each is graded out of 10 points. The staff read it, "
        "and nobody else.",
        "100 % of the grade: Notes, from Notes.",
    ]


@pytest.mark.parametrize("name", rules.preset_names())
def test_a_preset_is_what_it_says(course, name):
    said = rules.preset(name)
    for work in said["works"]:
        if "due_date" in work:
            make.MilestoneFactory(course=course, title=work["due_date"])
    course = set_all(course, said)
    assert rules.as_object(course) == said
    assert len(rules.in_words(course)) == sum(map(len, said.values()))
    assert set_all(course, said)  # again changes nothing
    assert rules.as_object(course) == said


def test_setting_the_same_again_keeps_rows_and_what_was_handed_in(seminar, reading, presenter):
    question = make.QuestionFactory(reading=reading, author=presenter)
    rows = set(Work.objects.values_list("pk", flat=True))
    set_all(seminar, rules.as_object(seminar))
    assert set(Work.objects.values_list("pk", flat=True)) == rows
    question.refresh_from_db()
    assert question.texts == {"text": "Why does the cache not thrash?"}


@pytest.mark.parametrize(
    ("said", "place", "sentence"),
    [
        ([], "The file", "The rules must be an object."),
        ({"rolls": []}, "rolls", "There is no such thing to say."),
        ({"roles": {}, "works": []}, "roles", "This must be a list of objects."),
        ({"roles": [], "works": ["notes"]}, "work 1", "This must be an object."),
        ({"roles": [ROLE]}, "works", "Say roles and works together."),
        ({"parts": [{"name": "All", "weight": "much"}]}, "part 1, weight", "A weight is a number"),
        ({"parts": [{"name": "All", "weight": 90}]}, "parts, weight", "The weights sum to 90%."),
        (
            {"parts": [{"name": "All", "weight": 100, "works": ["essay"]}]}, "All, works",
            "There is no work “essay”.",
        ),
        ({"parts": [{"name": "", "weight": 100}]}, "part 1, name", "A name has 1 to 120"),
        ({"parts": [{"name": 5, "weight": 100}]}, "part 1, name", "A name has 1 to 120"),
        (
            {"parts": [{"name": "A", "weight": 50}, {"name": "A", "weight": 50}]}, "A, name",
            "Another part has this name already.",
        ),
    ],
)  # fmt: skip
def test_an_object_that_is_none(course, said, place, sentence):
    found = faults_of(course, said)
    assert [(where, words[: len(sentence)]) for where, words in found] == [(place, sentence)]


@pytest.mark.parametrize(
    ("changed", "place", "sentence"),
    [
        ({"deadline": "soon"}, "notes, deadline", "There is no such thing to say."),
        ({"key": "no spaces"}, "no spaces, key", "Enter a valid “slug”"),
        ({"owed_by": "nobody"}, "notes, owed_by", "“nobody” is none of these: everybody, holders"),
        ({"due_clock": None}, "notes, due_clock", "Say the time that clocks show."),
        ({"due_clock": "25:00"}, "notes, due_clock", "Enter a valid time."),
        ({"points": 0}, "notes, points", "Nothing can be graded out of zero."),
        ({"roles": []}, "notes, roles", "Nobody owes it"),
        ({"roles": ["critic"]}, "notes, roles", "There is no role “critic”."),
        ({"roles": "scribe"}, "notes, roles", "This must be a list of keys."),
        ({"roles": [{"key": "scribe"}]}, "notes, roles", "This must be a list of keys."),
        ({"counts": "best"}, "notes, count_of", "Say how many of them count."),
        ({"remind_hours": "soon"}, "notes, remind_hours", "Write hours with commas between"),
        (
            {"due_from": "date", "due_date": "Doomsday", "due_days": None, "due_clock": None},
            "notes, due_date", "There is no date “Doom",
        ),
        ({"due_days": 40}, "notes, due_days", "At most 28 days."),
        (
            {"opens_from": "clock", "opens_days": 4, "opens_clock": "23:59"}, "notes, due_from",
            "It would be due before it opens.",
        ),
        ({"prompts": []}, "notes, prompts", "Nothing is to be written"),
        (
            {"meetings": "student_lectures"}, "notes, meetings",
            "There are no meetings of kind “student_lectures”, but: guest_lecture, no_class",
        ),
        ({"meetings": ["student_lecture"]}, "notes, meetings", "This must be a text."),
        ({"due_minutes": 60}, "notes, due_minutes", "Not beside due_from “clock”: leave it out."),
        ({"count_of": 3}, "notes, count_of", "All of them count: leave it out, or say which"),
        (
            {"counts": "best", "count_of": 3, "may_miss": 2}, "notes, may_miss",
            "How many count is said already: leave it out.",
        ),
        ({"can_withdraw": "no"}, "notes, can_withdraw", "This must be true or false."),
        ({"can_withdraw": []}, "notes, can_withdraw", "This must be true or false."),
        ({"retired": "nope"}, "notes, retired", "This must be true or false."),
        ({"name": ["Notes"]}, "notes, name", "This must be a text."),
        ({"due_clock": True}, "notes, due_clock", "This must be a text."),
        ({"points": True}, "notes, points", "This must be a number."),
        (
            {"prompts": [{"key": "_account", "label": "A"}]}, "notes, prompts",
            "No part can have the key “_account”.",
        ),
        (
            {"prompts": [{"key": "text"}]}, "notes, label",
            "prompts, number 1: This field is required.",
        ),
        ({"files": [{"key": "f", "label": "F", "kind": "exe"}]}, "notes, kind", "files, number 1:"),
    ],
)  # fmt: skip
def test_a_work_that_cannot_be_is_named_with_its_field(course, changed, place, sentence):
    found = faults_of(course, WHOLE | {"works": [WORK | changed]})
    assert [(where, words[: len(sentence)]) for where, words in found] == [(place, sentence)]


def test_all_that_is_wrong_is_said_at_once(course):
    said = {
        "roles": [ROLE | {"most": 1}, ROLE],
        "works": [WORK | {"points": "many"}, WORK | {"due_from": "noon"}],
    }
    assert [place for place, _ in faults_of(course, said)] == ["notes, points", "notes, due_from"]
    said["works"] = [WORK, WORK]
    assert faults_of(course, said) == [
        ("scribe, key", "Another role has the key “scribe” already."),
        ("notes, key", "Another work has the key “notes” already."),
        ("scribe, most", "It takes 2 at least, so it cannot take 1."),
    ]


# A course that has begun.


def test_what_has_been_handed_in_or_given_can_only_be_retired(
    seminar, lecture, reading, presenter, presenter_group
):
    make.QuestionFactory(reading=reading, author=presenter)
    said = rules.as_object(seminar)
    without = {"roles": said["roles"][1:], "works": [
        one for one in said["works"] if one["key"] == "summary"
    ]}  # fmt: skip
    assert faults_of(seminar, without) == [
        ("question, retired", "Question has been handed in or graded: it can only be retired."),
        ("presenter, retired", "Presenter has been given to somebody: it can only be retired."),
    ]
    said["works"][0]["retired"] = True
    course = set_all(seminar, said, make.AFTER_CLASS)
    assert Work.objects.get(key="question").retired_at == make.AFTER_CLASS
    set_all(course, rules.as_object(course), make.AFTER_CLASS + make.timedelta(days=1))
    assert Work.objects.get(key="question").retired_at == make.AFTER_CLASS  # as it was
    assert not any("question" in line for line in rules.in_words(course)[:5])
    del said["works"][0]["retired"]
    set_all(course, said)
    assert Work.objects.get(key="question").retired_at is None


def test_a_work_without_deeds_goes_and_with_it_what_it_fed(seminar):
    part = make.GradeComponentFactory(course=seminar, kind="summary", weight=100)
    said = rules.as_object(seminar)
    del said["parts"]
    said["works"] = said["works"][:2]
    set_all(seminar, said)
    assert set(Work.objects.values_list("key", flat=True)) == {"question", "slides"}
    assert list(part.works.all()) == []


def test_what_was_answered_stays_a_prompt_and_whose_it_is_stays(seminar, reading, presenter):
    make.QuestionFactory(reading=reading, author=presenter)
    said = rules.as_object(seminar)
    said["works"][0] |= {"per": "meeting", "owed_by": "groups", "prompts": [
        {"key": "idea", "label": "Your idea"}
    ]}  # fmt: skip
    assert faults_of(seminar, said) == [
        ("question, per", "It has been handed in, so it stays what it is handed in for."),
        ("question, prompts", "“Your question” has been handed in, so it stays."),
        ("question, owed_by", "It has been handed in, so it stays whose it is."),
    ]


def test_what_students_handed_in_does_not_become_the_work_of_groups(
    seminar, reading, presenter, presenter_group
):
    make.QuestionFactory(reading=reading, author=presenter)
    said = rules.as_object(seminar)
    said["works"][0] |= {"owed_by": "holders", "roles": ["presenter"]}
    assert faults_of(seminar, said) == [
        ("question, owed_by", "It has been handed in, so it stays whose it is."),
    ]
    said["works"][0] |= {"owed_by": "others"}  # of students still
    set_all(seminar, said)
    assert Work.objects.get(key="question").owed_by == "others"


def test_what_groups_handed_in_stays_of_groups_whichever(seminar, lecture, presenter_group):
    make.SlidesFactory(meeting=lecture, group=presenter_group)
    said = rules.as_object(seminar)
    slides = said["works"][1]
    slides |= {"owed_by": "everybody"}
    del slides["roles"]
    assert faults_of(seminar, said) == [
        ("slides, owed_by", "It has been handed in, so it stays whose it is."),
    ]
    slides |= {"owed_by": "groups"}
    set_all(seminar, said)
    assert Work.objects.get(key="slides").owed_by == "groups"


def test_a_role_that_students_have_does_not_become_one_of_groups(course):
    said = {**WHOLE, "works": []}
    del said["parts"]
    course = set_all(course, said)
    scribe = make.EnrolmentFactory(course=course)
    role = course.roles.get()
    meeting = make.MeetingFactory(course=course)
    make.RoleAssignmentFactory(role=role, meeting=meeting, enrolment=scribe, group=None)
    said = rules.as_object(course)
    said["roles"][0] |= {"holders": "groups", "per": "reading"}
    sentence = "It has been given to somebody, so this stays."
    assert faults_of(course, said) == [("scribe, holders", sentence), ("scribe, per", sentence)]


def test_a_deadline_does_not_move_into_the_past(seminar, lecture):
    said = rules.as_object(seminar)
    said["works"][1]["due_minutes"] = -7 * 24 * 60
    [(place, sentence)] = faults_of(seminar, said, make.BEFORE_CLASS - make.timedelta(days=2))
    assert place == "slides, due_from"
    assert sentence.startswith("For Paging Attention it would have been due already: Wed, Feb 12")


def test_no_more_can_count_than_there_are(seminar, lecture, reading, second_reading):
    said = rules.as_object(seminar)
    said["works"][0] |= {"counts": "best", "count_of": 3}
    assert faults_of(seminar, said) == [
        ("question, count_of", "3 count, and there are only 2."),
    ]
    said["works"][0]["count_of"] = 2
    seminar = set_all(seminar, said)
    said["works"][0] |= {"counts": "all", "may_miss": 2}
    del said["works"][0]["count_of"]
    assert faults_of(seminar, said) == [
        ("question, may_miss", "2 may be missed, and there are only 2."),
    ]


def test_a_part_with_grades_stays(seminar, ta, companion):
    part = make.GradeComponentFactory(course=seminar, name="Talks", weight=100)
    make.GradeChangeFactory(component=part, enrolment=companion, score=Decimal(8))
    said = {"parts": [{"name": "All", "weight": 100}]}
    assert faults_of(seminar, said) == [
        ("Talks, name", "It has grades, so it stays a part of the grade."),
    ]
    parts = [{"name": "All", "weight": 60}, {"name": "Talks", "weight": 40, "works": ["slides"]}]
    set_all(seminar, {"parts": parts})
    assert rules.as_object(seminar)["parts"] == parts
    assert GradeChange.objects.get().component == part


# The commands.


def test_commands_print_and_take_the_same(course, capsys, tmp_path):
    call_command("set_rules", "new", preset="critics-and-scribes")
    assert "+ Scribe: three students for each meeting." in capsys.readouterr().out.splitlines()
    call_command("show_rules", "new", json=True)
    file = tmp_path / "rules.json"
    file.write_text(capsys.readouterr().out)
    assert json.loads(file.read_text()) == rules.preset("critics-and-scribes")
    call_command("set_rules", "new", str(file))
    assert capsys.readouterr().out == "The rules say this already.\n"
    call_command("show_rules", "new")
    assert len(capsys.readouterr().out.splitlines()) == 4 + 2 + 3
    call_command("show_rules", preset="one-presenter")
    assert json.loads(capsys.readouterr().out) == rules.preset("one-presenter")


def test_a_dry_run_changes_nothing(seminar, capsys):
    before = rules.as_object(seminar), Course.objects.get(pk=seminar.pk).revision
    call_command("set_rules", "seminar", preset="role-play", dry_run=True)
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "Nothing was changed: this was a dry run."
    assert any(line.startswith("- Presenter: one group") for line in out)
    assert (rules.as_object(seminar), Course.objects.get(pk=seminar.pk).revision) == before


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        (("old",), {"preset": "role-play"}, "There is no course “old”. There are: new."),
        (("new",), {"preset": "rpg"}, "There is no preset “rpg”. There are: critics-and-scribes,"),
        (("new",), {}, "Say a file, or --preset and its name."),
        (("new", "/no/such.json"), {}, "/no/such.json cannot be read: No such file"),
    ],
)
def test_commands_say_what_they_lack(course, words, options, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("set_rules", *words, **options)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 100_000, "is no JSON of rules: it is nested too deeply."),
        ('{"roles": [], "works": [], "roles": []}', "“roles” stands twice in one object"),
        (json.dumps({"parts": [{"name": "\ud800", "weight": 100}]}), "half a character"),
        ("{}", "Say roles and works, parts, or all of them."),
    ],
)
def test_a_file_that_no_hand_would_write(course, tmp_path, text, sentence):
    file = tmp_path / "rules.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=sentence):
        call_command("set_rules", "new", str(file))
    assert rules.as_object(course)["roles"] == []


def test_a_file_as_windows_writes_it(course, tmp_path):
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(WHOLE), encoding="utf-8-sig")
    call_command("set_rules", "new", str(file))
    assert rules.as_object(course) == WHOLE


def test_what_feeds_no_part_is_said(course):
    course = set_all(course, WHOLE | {"parts": [{"name": "All", "weight": 100}]})
    assert rules.in_words(course)[-2:] == [
        "100 % of the grade: All, graded by hand.",
        "Notes feed no part of the grade.",
    ]


def test_a_file_that_is_refused_is_refused_with_every_place(course, tmp_path):
    file = tmp_path / "rules.json"
    file.write_text("{")
    with pytest.raises(CommandError, match="is no JSON"):
        call_command("set_rules", "new", str(file))
    file.write_text(json.dumps(WHOLE | {"works": [WORK | {"points": 0, "due_days": 99}]}))
    with pytest.raises(CommandError) as refused:
        call_command("set_rules", "new", str(file))
    assert str(refused.value).splitlines() == [
        "Nothing was changed:",
        "  notes, points: Nothing can be graded out of zero.",
        "  notes, due_days: At most 28 days.",
    ]
