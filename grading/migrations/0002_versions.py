"""Grades on versions of any work, and parts of the grade that works feed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0001_initial'),
        ('schedule', '0006_fill_works'),
        ('submissions', '0004_carry_over'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='gradechange',
            name='grade_change_on_one_thing',
        ),
        migrations.AddField(
            model_name='gradechange',
            name='version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grade_changes', to='submissions.version'),
        ),
        migrations.AddField(
            model_name='gradechange',
            name='work',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grade_changes', to='schedule.work'),
        ),
        migrations.AddField(
            model_name='gradecomponent',
            name='works',
            field=models.ManyToManyField(blank=True, help_text='What is handed in and counts here. None: it is graded by hand.', related_name='components', to='schedule.work'),
        ),
    ]
