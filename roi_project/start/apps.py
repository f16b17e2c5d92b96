from django.apps import AppConfig


class StartConfig(AppConfig):
    """`manage.py up`: everything on one machine, for a first look."""

    name = "roi_project.start"
    label = "start"
