"""Tables for the roles and works of a course."""

import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_course_revision'),
        ('groups', '0001_initial'),
        ('schedule', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='roleassignment',
            options={'ordering': ('pk',)},
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Its name in addresses and files; it never changes.', max_length=40)),
                ('name', models.CharField(help_text='For example Presenter.', max_length=60)),
                ('words', models.CharField(blank=True, help_text='What stands before who has it: presented by.', max_length=60)),
                ('holders', models.CharField(choices=[('groups', 'Groups'), ('persons', 'Single students')], default='groups', max_length=10, verbose_name='held by')),
                ('per', models.CharField(choices=[('meeting', 'The whole meeting'), ('reading', 'One reading of it')], default='meeting', max_length=10, verbose_name='for')),
                ('least', models.PositiveSmallIntegerField(default=1, help_text='So many have it at once, at least.', verbose_name='fewest holders')),
                ('most', models.PositiveSmallIntegerField(blank=True, default=1, help_text='Empty: any number.', null=True, validators=[django.core.validators.MinValueValidator(1, 'Nobody could have a role with no holder.')], verbose_name='most holders')),
                ('must_attend', models.BooleanField(default=True, verbose_name='has to be in class')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='How long their part may take. Empty: no limit is said.', null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ('course_id', 'position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Its name in addresses and files; it never changes.', max_length=40)),
                ('name', models.CharField(help_text='For example Question.', max_length=60)),
                ('is_plural', models.BooleanField(default=False, help_text='Whether one says “are missing”, as of slides.')),
                ('owed_by', models.CharField(choices=[('everybody', 'Each student'), ('holders', 'Who has one of the roles'), ('others', 'Each student with none of the roles'), ('groups', 'Each group')], default='everybody', max_length=10)),
                ('per', models.CharField(choices=[('required_reading', 'Each required reading'), ('reading', 'Each reading'), ('meeting', 'The meeting')], default='meeting', max_length=20, verbose_name='for')),
                ('meetings', models.CharField(default='student_lecture', help_text='The kinds of meetings at which it is asked, with commas between.', max_length=200)),
                ('opens_from', models.CharField(blank=True, choices=[('start', 'Class start'), ('end', 'Class end'), ('clock', 'The clock')], max_length=10)),
                ('opens_minutes', models.IntegerField(blank=True, null=True)),
                ('opens_days', models.SmallIntegerField(blank=True, null=True)),
                ('opens_clock', models.TimeField(blank=True, null=True)),
                ('due_from', models.CharField(choices=[('start', 'Class start'), ('end', 'Class end'), ('clock', 'The clock')], default='start', max_length=10)),
                ('due_minutes', models.IntegerField(blank=True, null=True)),
                ('due_days', models.SmallIntegerField(blank=True, null=True)),
                ('due_clock', models.TimeField(blank=True, null=True)),
                ('after', models.CharField(choices=[('closed', 'Nothing is taken any more'), ('late', 'It is taken, and shown as late'), ('late_not_counted', 'It is kept on record, and not counted')], default='closed', max_length=20, verbose_name='what comes later')),
                ('closes_minutes', models.PositiveIntegerField(blank=True, help_text='For so many minutes late work is taken. Empty: without end.', null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('can_withdraw', models.BooleanField(default=False, help_text='Whether it can be taken back until it is due.')),
                ('remind_hours', models.CharField(blank=True, help_text='Who has nothing in is reminded so many hours before, such as 24,2.', max_length=60)),
                ('points', models.DecimalField(decimal_places=2, default=10, help_text='It is graded from 0 to this.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), 'Nothing can be graded out of zero.')])),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ('course_id', 'position', 'pk'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='roleassignment',
            name='role_assigned_once',
        ),
        migrations.RenameField(
            model_name='roleassignment',
            old_name='role',
            new_name='role_key',
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='enrolment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='courses.enrolment', verbose_name='student'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='reading',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='schedule.reading'),
        ),
        migrations.AlterField(
            model_name='roleassignment',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='groups.studentgroup'),
        ),
        migrations.AddField(
            model_name='role',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='courses.course'),
        ),
        migrations.AddField(
            model_name='work',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='works', to='courses.course'),
        ),
        migrations.AddField(
            model_name='work',
            name='roles',
            field=models.ManyToManyField(blank=True, related_name='works', to='schedule.role'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.UniqueConstraint(fields=('course', 'key'), name='role_key_in_course'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(('most', None), ('most__gte', models.F('least')), _connector='OR'), name='role_most_not_below_least'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.UniqueConstraint(fields=('course', 'key'), name='work_key_in_course'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opens_clock', None), ('opens_days', None), ('opens_from__in', ('start', 'end')), ('opens_minutes__isnull', False)), models.Q(('opens_clock__isnull', False), ('opens_days__isnull', False), ('opens_from', 'clock'), ('opens_minutes', None)), models.Q(('opens_clock', None), ('opens_days', None), ('opens_from', ''), ('opens_minutes', None)), _connector='OR'), name='work_opening_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_clock', None), ('due_days', None), ('due_from__in', ('start', 'end')), ('due_minutes__isnull', False)), models.Q(('due_clock__isnull', False), ('due_days__isnull', False), ('due_from', 'clock'), ('due_minutes', None)), _connector='OR'), name='work_due_is_whole'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='role',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='schedule.role'),
        ),
    ]
