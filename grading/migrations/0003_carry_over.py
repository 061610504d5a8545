"""Every entry of the ledger goes to the version that it was on; nothing is graded anew."""

from django.db import migrations

FED_BY = {"participation": "question", "presentation": "slides", "summary": "summary"}


def carry_over(apps, schema_editor):
    """An entry on a question goes to the version that was the newest at its instant."""
    Component = apps.get_model("grading", "GradeComponent")
    Change = apps.get_model("grading", "GradeChange")
    Work = apps.get_model("schedule", "Work")
    Version = apps.get_model("submissions", "Version")
    works = {(one.course_id, one.key): one for one in Work.objects.filter(key__in=FED_BY.values())}
    for component in Component.objects.filter(kind__in=FED_BY):
        work = works.get((component.course_id, FED_BY[component.kind]))
        if work is not None:
            component.works.add(work)
            if component.kind == "participation":
                Change.objects.filter(component=component, reading__isnull=False).update(work=work)
            else:
                Change.objects.filter(component=component, meeting__isnull=False).update(work=work)
    for name in ("slides", "summary"):
        graded = Change.objects.filter(**{f"{name}__isnull": False}).select_related(name)
        for change in graded:
            change.version = Version.objects.get(receipt=getattr(change, name).receipt_id)
            change.save()
    asked = Change.objects.filter(question__isnull=False).select_related("question")
    for change in asked:
        versions = list(
            Version.objects.filter(
                piece__work__key="question",
                piece__reading=change.question.reading_id,
                piece__enrolment=change.question.author_id,
            ).order_by("number")
        )
        then = [one for one in versions if one.at <= change.at]
        change.version = (then or versions)[-1 if then else 0]
        change.save()
    # An excuse on a reading says of which meeting that is.
    for change in Change.objects.filter(reading__isnull=False).select_related("reading"):
        change.meeting_id = change.reading.meeting_id
        change.save()


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0002_versions'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
