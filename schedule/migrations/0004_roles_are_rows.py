"""A role that is given is a row of its course."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schedule', '0003_lay_rules'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='roleassignment',
            name='role_key',
        ),
        migrations.AlterField(
            model_name='roleassignment',
            name='role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='schedule.role'),
        ),
        migrations.AlterModelOptions(
            name='roleassignment',
            options={'ordering': ('meeting_id', 'role__position', 'role_id', 'pk')},
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enrolment', None), ('group__isnull', False)), models.Q(('enrolment__isnull', False), ('group', None)), _connector='OR'), name='role_assigned_to_a_group_or_a_student'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', False), ('reading__isnull', True)), fields=('meeting', 'role', 'group'), name='role_once_per_group'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', False), ('reading__isnull', False)), fields=('meeting', 'role', 'group', 'reading'), name='role_once_per_group_and_reading'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False), ('reading__isnull', True)), fields=('meeting', 'role', 'enrolment'), name='role_once_per_enrolment'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False), ('reading__isnull', False)), fields=('meeting', 'role', 'enrolment', 'reading'), name='role_once_per_enrolment_and_reading'),
        ),
    ]
