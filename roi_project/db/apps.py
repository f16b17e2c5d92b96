"""What tables share, and the record of which months were touched."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "roi_project.db"
    label = "facts"
    verbose_name = "Facts"
