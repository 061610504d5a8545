"""What the words of a roster file mean is remembered; names are stored composed (NFC)."""

import unicodedata

from django.db import migrations, models


def compose_names(apps, schema_editor):
    for model in ("Enrolment", "Person"):
        rows = apps.get_model("courses", model).objects
        for pk, name in rows.exclude(name="").values_list("pk", "name").iterator():
            composed = unicodedata.normalize("NFC", name)
            if composed != name:
                rows.filter(pk=pk).update(name=composed)


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.AddField("rostermapping", "words", models.JSONField(default=dict, blank=True)),
        migrations.RunPython(compose_names, migrations.RunPython.noop),
    ]
