from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that outlives a request: the job row is the queue, Celery only rings the bell."""

    name = "roi_project.jobs"
    label = "jobs"

    def ready(self) -> None:
        from roi_project.jobs import lacks  # noqa: F401  (registers what the queue may miss)
