"""What was graded by kind is graded by version."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0003_carry_over'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='gradechange',
            name='question',
        ),
        migrations.RemoveField(
            model_name='gradechange',
            name='slides',
        ),
        migrations.RemoveField(
            model_name='gradechange',
            name='summary',
        ),
        migrations.RemoveField(
            model_name='gradecomponent',
            name='kind',
        ),
        migrations.AddConstraint(
            model_name='gradechange',
            constraint=models.CheckConstraint(condition=models.Q(('version', None), models.Q(('meeting', None), ('reading', None), ('work', None)), _connector='OR'), name='grade_change_on_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='gradechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting', None), ('reading', None)), ('work__isnull', False), _connector='OR'), name='grade_change_excuse_is_of_a_work'),
        ),
    ]
