"""The Celery application. It only rings a bell: the job row is the queue (see roi_project.jobs)."""

import os

from celery import Celery

from roi_project.jobs import bell_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")

bell_files.offer()
app = Celery("roi_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
