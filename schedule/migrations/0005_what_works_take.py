"""What a work takes (texts, files), who sees it, and works that are asked once."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0004_rules_have_rows'),
        ('schedule', '0004_roles_are_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('label', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('pptx', '.pptx'), ('pdf', '.pdf'), ('zip', '.zip')], max_length=10)),
                ('most_mb', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='MB at most')),
                ('most_pages', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pages at most')),
                ('is_needed', models.BooleanField(default=True, verbose_name='needed')),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ('work_id', 'position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Prompt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('label', models.CharField(max_length=300)),
                ('longest', models.PositiveIntegerField(default=20000, help_text='Characters, at most.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)])),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('is_needed', models.BooleanField(default=True, verbose_name='needed')),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ('work_id', 'position', 'pk'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='work',
            name='work_opening_is_whole',
        ),
        migrations.RemoveConstraint(
            model_name='work',
            name='work_due_is_whole',
        ),
        migrations.AddField(
            model_name='work',
            name='due_date',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='due', to='schedule.milestone'),
        ),
        migrations.AddField(
            model_name='work',
            name='is_either',
            field=models.BooleanField(default=False, help_text='Whether the texts or the files are enough.', verbose_name='either'),
        ),
        migrations.AddField(
            model_name='work',
            name='opens_date',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opening', to='schedule.milestone'),
        ),
        migrations.AddField(
            model_name='work',
            name='seen_by',
            field=models.CharField(choices=[('owner', 'Who handed it in, and the staff'), ('holders_from_due', 'Who has a role at the meeting, once it is due'), ('class', 'The class'), ('public_when_released', 'The class; everybody once it is released')], default='owner', max_length=20),
        ),
        migrations.AlterField(
            model_name='work',
            name='due_from',
            field=models.CharField(choices=[('start', 'Class start'), ('end', 'Class end'), ('clock', 'The clock'), ('date', 'A fixed date')], default='start', max_length=10),
        ),
        migrations.AlterField(
            model_name='work',
            name='opens_from',
            field=models.CharField(blank=True, choices=[('start', 'Class start'), ('end', 'Class end'), ('clock', 'The clock'), ('date', 'A fixed date')], max_length=10),
        ),
        migrations.AlterField(
            model_name='work',
            name='per',
            field=models.CharField(choices=[('required_reading', 'Each required reading'), ('reading', 'Each reading'), ('meeting', 'The meeting'), ('once', 'Nothing: it is asked once')], default='meeting', max_length=20, verbose_name='for'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opens_clock', None), ('opens_date', None), ('opens_days', None), ('opens_from__in', ('start', 'end')), ('opens_minutes__isnull', False)), models.Q(('opens_clock__isnull', False), ('opens_date', None), ('opens_days__isnull', False), ('opens_from', 'clock'), ('opens_minutes', None)), models.Q(('opens_clock', None), ('opens_date__isnull', False), ('opens_days', None), ('opens_from', 'date'), ('opens_minutes', None)), models.Q(('opens_clock', None), ('opens_date', None), ('opens_days', None), ('opens_from', ''), ('opens_minutes', None)), _connector='OR'), name='work_opening_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_clock', None), ('due_date', None), ('due_days', None), ('due_from__in', ('start', 'end')), ('due_minutes__isnull', False)), models.Q(('due_clock__isnull', False), ('due_date', None), ('due_days__isnull', False), ('due_from', 'clock'), ('due_minutes', None)), models.Q(('due_clock', None), ('due_date__isnull', False), ('due_days', None), ('due_from', 'date'), ('due_minutes', None)), _connector='OR'), name='work_due_is_whole'),
        ),
        migrations.AddField(
            model_name='fileslot',
            name='work',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='schedule.work'),
        ),
        migrations.AddField(
            model_name='prompt',
            name='work',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prompts', to='schedule.work'),
        ),
        migrations.AddConstraint(
            model_name='fileslot',
            constraint=models.UniqueConstraint(fields=('work', 'key'), name='file_slot_key_in_work'),
        ),
        migrations.AddConstraint(
            model_name='prompt',
            constraint=models.UniqueConstraint(fields=('work', 'key'), name='prompt_key_in_work'),
        ),
    ]
