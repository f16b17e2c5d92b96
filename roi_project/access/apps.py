"""Who may come in, and as whom."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "roi_project.access"
    label = "access"
    verbose_name = "Access"
