"""Roles and works become rows of each course; the three of each that stood in the code are laid."""

from decimal import Decimal

from django.db import migrations, models

ROLES = [
    ("presenter", "Presenter", "presented by"),
    ("companion", "Companion", "authors"),
    ("reviewer", "Reviewer", "reviewers"),
]


def lay_rules(apps, schema_editor):
    """What the code said of every course, as that course's own rows."""
    Course = apps.get_model("courses", "Course")
    Role = apps.get_model("schedule", "Role")
    Work = apps.get_model("schedule", "Work")
    Assignment = apps.get_model("schedule", "RoleAssignment")
    for course in Course.objects.all():
        roles = {
            key: Role.objects.create(
                course=course,
                key=key,
                name=name,
                words=words,
                minutes=(course.talk_minutes or None) if key == "presenter" else None,
                position=position,
            )
            for position, (key, name, words) in enumerate(ROLES)
        }
        for key, role in roles.items():
            Assignment.objects.filter(meeting__course=course, role_key=key).update(role=role)
        least = Decimal("0.01")
        of_groups = {"owed_by": "holders", "points": max(course.work_points, least)}
        Work.objects.create(
            course=course, key="question", name="Question", per="required_reading",
            due_from="start", due_minutes=0, after="closed", can_withdraw=True,
            remind_hours="24,2", points=max(course.question_points, least), position=0,
        )  # fmt: skip
        slides = Work.objects.create(
            course=course, key="slides", name="Slides", is_plural=True, per="meeting",
            due_from="start", due_minutes=-60 * course.slides_lead_hours, after="late",
            remind_hours="24,3", position=1, **of_groups,
        )  # fmt: skip
        slides.roles.set([roles["presenter"]])
        summary = Work.objects.create(
            course=course, key="summary", name="Summary", per="meeting",
            opens_from="start", opens_minutes=0,
            due_from="end", due_minutes=60 * course.summary_lag_hours, after="late_not_counted",
            remind_hours="4", position=2, **of_groups,
        )  # fmt: skip
        summary.roles.set([roles["companion"], roles["reviewer"]])
        Course.objects.filter(pk=course.pk).update(revision=models.F("revision") + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('schedule', '0002_roles_and_works'),
    ]

    operations = [
        migrations.RunPython(lay_rules, migrations.RunPython.noop),
    ]
