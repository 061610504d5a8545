"""Questions, slides and summaries are pieces by now."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0004_one_ledger'),
        ('submissions', '0004_carry_over'),
    ]

    operations = [
        migrations.DeleteModel(
            name='QuestionVersion',
        ),
        migrations.DeleteModel(
            name='Question',
        ),
        migrations.DeleteModel(
            name='Slides',
        ),
        migrations.DeleteModel(
            name='Summary',
        ),
    ]
