"""Whatever people are called and write, from right to left too, stands apart on every page."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib import admin
from django.urls import reverse

from tests import factories as make
from tests.dom import Element, parse

pytestmark = pytest.mark.django_db

NAMES = {
    "person": "שם־אדם",
    "teacher": "اسم المعلم",
    "group": "קבוצה",
    "reading": "מאמר",
    "topic": "נושא",
    "section": "حلقة",
    "course": "קורס",
    "component": "חלק",
    "file": "عرض.pptx",
    "said": "למה?",
    "text": "טקסט",
    "milestone": "מועד",
}
"""Hebrew and Arabic names of everything that people name, each of them different."""

CONTROLS = {"input", "textarea", "select", "option", "title", "script", "style"}


def astray(html: str) -> list[str]:
    """The texts of a page that hold one of the names without keeping it apart."""
    found = []

    def look(element: Element) -> None:
        for child in element.children:
            if isinstance(child, Element):
                look(child)
            elif any(name in isolates_cut(child) for name in NAMES.values()):
                around = list(element.upwards())
                if not any(
                    one.tag in CONTROLS | {"bdi"} or one.attrs.get("dir") == "auto"
                    for one in around
                ):
                    found.append(f"<{element.tag} {element.attrs}> {' '.join(child.split())}")

    look(parse(html))
    return found


def isolates_cut(text: str) -> str:
    """The text without what stands between the isolating characters."""
    while "\u2068" in text and "\u2069" in text.split("\u2068", 1)[1]:
        before, rest = text.split("\u2068", 1)
        text = before + rest.split("\u2069", 1)[1]
    return text


@pytest.fixture
def stage(seminar, cast, lecture, reading, section, presenter_group, companion_group):
    """The seminar after its lecture, with work and grades, everything named from right to left."""
    seminar.title, seminar.code, seminar.show_student_names = NAMES["course"], "", True
    seminar.save()
    for who in cast.values():
        if getattr(who, "course_id", None) == seminar.pk:
            who.name = NAMES["teacher" if who.is_staff else "person"]
            who.save()
    for group in (presenter_group, companion_group):
        group.name = NAMES["group"]
        group.save()
    reading.title, reading.note = NAMES["reading"], NAMES["text"]
    reading.save()
    lecture.topic, lecture.title, lecture.lecturer = NAMES["topic"], NAMES["text"], cast["ta"]
    lecture.save()
    section.title = NAMES["section"]
    section.save()
    make.MilestoneFactory(course=seminar, is_scheduled=True, title=NAMES["milestone"])
    make.CourseTextFactory(course=seminar, kind="policy", title=NAMES["text"], body=NAMES["said"])
    make.CourseTextFactory(course=seminar, kind="description", body=NAMES["said"])
    make.OfficeHoursFactory(course=seminar, place=NAMES["text"]).staff.add(cast["ta"])
    file = make.StoredFileFactory(name=NAMES["file"])
    slides = make.SlidesFactory(
        meeting=lecture, group=presenter_group, file=file,
        receipt__handed_in_by=cast["presenter"],
    )  # fmt: skip
    summary = make.SummaryFactory(
        meeting=lecture, group=companion_group, receipt__handed_in_by=cast["companion"],
        **dict.fromkeys(("problem", "related_work", "solution", "drawbacks", "future"), "למה?"),
    )  # fmt: skip
    question = make.QuestionFactory(reading=reading, author=cast["presenter"], text=NAMES["said"])
    asked = question
    parts = {
        kind: make.GradeComponentFactory(
            course=seminar, kind=kind, weight=25, released_at=make.TERM_BEGINS,
            name=f"{NAMES['component']} {kind}",
        )
        for kind in ("participation", "presentation", "summary", "direct")
    }  # fmt: skip
    said = {"made_by": cast["ta"], "comment": NAMES["said"]}
    make.GradeChangeFactory(
        component=parts["participation"], version=question, enrolment=None, score=1, out_of=2,
        **said,
    )  # fmt: skip
    make.GradeChangeFactory(component=parts["direct"], enrolment=cast["presenter"], **said)
    return {
        "lecture": lecture.pk,
        "reading": reading.pk,
        "slides": slides.receipt_id,
        "summary": summary.receipt_id,
        "question": asked.receipt_id,
        "student": cast["presenter"].pk,
        "row": slides.pk,
        "text": summary.pk,
        "asked": question.pk,
    }


PAGES = {
    "student_without_group": ["/", "/home/", "", "home/", "grades/", "meetings/{lecture}/",
                              "readings/{reading}/question/"],
    "presenter": ["home/", "grades/", "meetings/{lecture}/", "meetings/{lecture}/slides/",
                  "receipts/{slides}/", "receipts/{question}/", "readings/{reading}/question/"],
    "companion": ["meetings/{lecture}/summary/", "receipts/{summary}/", "home/"],
    "ta": ["home/", "meetings/{lecture}/", "gradebook/", "gradebook/{student}/", "roster/"],
    "instructor": [
        "gradebook/", "roster/import/", "/courses/import/",
        "/admin/submissions/slides/{row}/change/", "/admin/submissions/summary/{text}/change/",
        "/admin/submissions/question/{asked}/change/", "/admin/submissions/question/grade/",
        "/admin/submissions/summary/grade/", "/admin/submissions/slides/grade/?graded=yes",
    ],
}  # fmt: skip


@pytest.mark.parametrize("at", [make.BEFORE_CLASS, make.AFTER_CLASS], ids=["before", "after"])
@pytest.mark.parametrize("role", PAGES)
def test_names_and_texts_stand_apart(role, at, cast, stage, client_of):
    browser, found, seen = client_of(cast[role]), {}, set()
    with time_machine.travel(at, tick=False):
        for path in PAGES[role]:
            url = path.format(**stage)
            url = url if url.startswith("/") else f"/c/seminar/{url}"
            html = browser.get(url).content.decode()
            found[url] = astray(html)
            seen |= {kind for kind, name in NAMES.items() if name in html}
    assert {url: texts for url, texts in found.items() if texts} == {}
    assert len(seen) > 4


WRITTEN_IN = {"text", "search", "url", "email", "tel"}


def fields_without_direction(html: str) -> list[str]:
    """The fields in which people write that do not find out their direction."""
    tree = parse(html)
    return [
        str(one.attrs)
        for one in (*tree.all("input"), *tree.all("textarea"))
        if one.tag == "textarea" or one.attrs.get("type", "text") in WRITTEN_IN
        # The admin's search is written by Django without its forms; our style sheet turns it.
        if one.attrs.get("dir") != "auto" and one.attrs.get("id") != "searchbar"
    ]


def test_every_field_finds_its_direction(cast, stage, client, client_of):
    cast["instructor"].person.is_superuser = True
    cast["instructor"].person.save()
    browser, found, fields = client_of(cast["instructor"]), {}, 0
    pages = ["/courses/import/", "/accounts/email/", "/accounts/password/change/"]
    pages += [f"/c/seminar/{path}" for path in ("roster/import/", "gradebook/{student}/")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model.objects.all()[:1]]
        pages.append(reverse(f"{name}_add"))
    pages += ["/admin/submissions/question/grade/?graded=yes"]
    visits = [(browser, path) for path in pages]
    visits += [(client, f"/accounts/{path}/") for path in ("login", "signup", "password/reset")]
    visits += [(client_of(cast["presenter"]), "/c/seminar/readings/{reading}/question/")]
    visits += [(client_of(cast["companion"]), "/c/seminar/meetings/{lecture}/summary/")]
    for who, path in visits:
        at = make.AFTER_CLASS if "summary/" in path else make.BEFORE_CLASS
        with time_machine.travel(at, tick=False):
            answer = who.get(path.format(**stage))
        html = answer.content.decode()
        fields += html.count('dir="auto"')
        found[path] = fields_without_direction(html)
    assert {path: texts for path, texts in found.items() if texts} == {}
    assert fields > 60


def test_the_admins_lists_keep_columns_of_several_names_apart(cast, stage, client_of):
    browser = client_of(cast["instructor"])
    for path in ("groups/studentgroup", "submissions/version"):
        html = browser.get(f"/admin/{path}/").content.decode()
        assert f"\u2068{NAMES['person']}\u2069" in html
