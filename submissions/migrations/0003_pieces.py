"""Tables for what is handed in of any work."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0004_rules_have_rows'),
        ('groups', '0001_initial'),
        ('schedule', '0006_fill_works'),
        ('submissions', '0002_judgement'),
    ]

    operations = [
        migrations.AddField(
            model_name='receipt',
            name='work_name',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='storedfile',
            name='pages',
            field=models.PositiveIntegerField(blank=True, help_text='Of a PDF.', null=True),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='meeting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='schedule.meeting'),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='work',
            field=models.CharField(max_length=40),
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('newest', models.PositiveIntegerField(default=1)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='courses.enrolment')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='groups.studentgroup')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='schedule.meeting')),
                ('reading', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='schedule.reading')),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='schedule.work')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='submissions.piece')),
                ('receipt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='version_of', to='submissions.receipt')),
            ],
            options={
                'ordering': ('piece_id', 'number'),
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='schedule.prompt')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='submissions.version')),
            ],
            options={
                'ordering': ('version_id', 'prompt__position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='VersionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='schedule.fileslot')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='submissions.storedfile')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='submissions.version')),
            ],
            options={
                'ordering': ('version_id', 'slot__position', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enrolment', None), ('group__isnull', False)), models.Q(('enrolment__isnull', False), ('group', None)), _connector='OR'), name='piece_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(('reading', None), ('meeting__isnull', False), _connector='OR'), name='piece_on_a_reading_is_of_its_meeting'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False), ('meeting__isnull', True), ('reading__isnull', True)), fields=('work', 'enrolment'), name='piece_once_per_enrolment_and_term'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False), ('reading__isnull', True)), fields=('work', 'meeting', 'enrolment'), name='piece_once_per_enrolment_and_meeting'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False)), fields=('work', 'meeting', 'reading', 'enrolment'), name='piece_once_per_enrolment_and_reading'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', False), ('meeting__isnull', True), ('reading__isnull', True)), fields=('work', 'group'), name='piece_once_per_group_and_term'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', False), ('reading__isnull', True)), fields=('work', 'meeting', 'group'), name='piece_once_per_group_and_meeting'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', False)), fields=('work', 'meeting', 'reading', 'group'), name='piece_once_per_group_and_reading'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('piece', 'number'), name='version_once_in_piece'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('version', 'prompt'), name='answer_once_per_prompt'),
        ),
        migrations.AddConstraint(
            model_name='versionfile',
            constraint=models.UniqueConstraint(fields=('version', 'slot'), name='version_file_once_per_slot'),
        ),
    ]
