"""The Celery application: it tells and tidies, it never decides."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseapp.settings")
app = Celery("rostrum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
