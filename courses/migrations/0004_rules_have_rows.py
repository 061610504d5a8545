"""What works and roles say by themselves now."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_course_revision'),
        ('schedule', '0003_lay_rules'),  # which reads what is removed here
    ]

    operations = [
        migrations.RemoveField(
            model_name='course',
            name='question_points',
        ),
        migrations.RemoveField(
            model_name='course',
            name='slides_lead_hours',
        ),
        migrations.RemoveField(
            model_name='course',
            name='summary_lag_hours',
        ),
        migrations.RemoveField(
            model_name='course',
            name='talk_minutes',
        ),
        migrations.RemoveField(
            model_name='course',
            name='work_points',
        ),
    ]
