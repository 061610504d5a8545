"""Questions, slides and summaries become pieces; every version and receipt stays what it was."""

from django.db import migrations

NAMES = {"question": "Question", "slides": "Slides", "summary": "Summary"}
ANSWERS = ("problem", "related_work", "solution", "drawbacks", "future")


def carry_over(apps, schema_editor):
    """One piece for each question, and for each group's slides or summaries of a meeting."""
    models = {
        name: apps.get_model("submissions", name)
        for name in (
            "Receipt", "Question", "QuestionVersion", "Slides", "Summary", "Piece", "Version",
            "Answer", "VersionFile",
        )
    }
    for key, name in NAMES.items():
        models["Receipt"].objects.filter(work=key).update(work_name=name)
    Work = apps.get_model("schedule", "Work")
    for work in Work.objects.filter(key__in=NAMES):
        prompts = {one.key: one for one in work.prompts.all()}
        slots = {one.key: one for one in work.files.all()}
        if work.key == "question":
            _questions(work, prompts["text"], models)
        else:
            rows = models["Slides" if work.key == "slides" else "Summary"].objects
            rows = rows.filter(meeting__course=work.course_id)
            _of_groups(work, rows, prompts, slots["upload"], models)


def _questions(work, prompt, models):
    questions = models["Question"].objects.filter(reading__meeting__course=work.course_id)
    for question in questions.select_related("reading").order_by("pk"):
        piece = models["Piece"].objects.create(
            work=work,
            meeting_id=question.reading.meeting_id,
            reading_id=question.reading_id,
            enrolment_id=question.author_id,
            newest=question.version,
            withdrawn_at=question.withdrawn_at,
        )
        for one in models["QuestionVersion"].objects.filter(question=question).order_by("number"):
            version = models["Version"].objects.create(
                piece=piece, number=one.number, at=one.at, receipt_id=one.receipt_id
            )
            models["Answer"].objects.create(version=version, prompt=prompt, text=one.text)


def _of_groups(work, rows, prompts, slot, models):
    pieces = {}
    for row in rows.select_related("receipt").order_by("meeting_id", "group_id", "version"):
        about = (row.meeting_id, row.group_id)
        if about not in pieces:
            pieces[about] = models["Piece"].objects.create(
                work=work, meeting_id=row.meeting_id, group_id=row.group_id
            )
        piece = pieces[about]
        piece.newest = row.version
        piece.save()
        version = models["Version"].objects.create(
            piece=piece,
            number=row.version,
            at=row.receipt.at,
            receipt_id=row.receipt_id,
            released_at=getattr(row, "released_at", None),
        )
        if row.file_id is not None:
            models["VersionFile"].objects.create(version=version, slot=slot, stored_id=row.file_id)
        for key in ANSWERS:
            text = getattr(row, key, "")
            if text:
                models["Answer"].objects.create(version=version, prompt=prompts[key], text=text)


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0003_pieces'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
