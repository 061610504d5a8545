"""The three works that stood in the code take what their forms took."""

from django.db import migrations

SUMMARY = [
    ("problem", "What is the problem, and why does it matter?"),
    ("related_work", "What is the state of related work?"),
    ("solution", "What is the solution, and which insight is the key to it?"),
    ("drawbacks", "What are its drawbacks or limits?"),
    ("future", "Where could research go from here?"),
]


def fill(apps, schema_editor):
    """Prompts, files and readers of every course's question, slides and summary."""
    Work = apps.get_model("schedule", "Work")
    Prompt = apps.get_model("schedule", "Prompt")
    FileSlot = apps.get_model("schedule", "FileSlot")
    for work in Work.objects.filter(key="question"):
        work.seen_by = "holders_from_due"
        work.save()
        Prompt.objects.create(work=work, key="text", label="Your question", longest=2000)
    for work in Work.objects.filter(key="slides"):
        work.seen_by = "public_when_released"
        work.save()
        FileSlot.objects.create(work=work, key="upload", label="The slides, as .pptx", kind="pptx")
    for work in Work.objects.filter(key="summary"):
        work.is_either = True
        work.save()
        for position, (key, label) in enumerate(SUMMARY):
            Prompt.objects.create(work=work, key=key, label=label, position=position)
        FileSlot.objects.create(work=work, key="upload", label="Or a PDF", kind="pdf")


class Migration(migrations.Migration):

    dependencies = [
        ('schedule', '0005_what_works_take'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
