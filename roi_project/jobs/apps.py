from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that outlives a request: the job row is the queue, Celery only rings the bell."""

    name = "roi_project.jobs"
    label = "jobs"
