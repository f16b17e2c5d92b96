from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "roi_project.db"
    label = "facts"
    verbose_name = "Facts"
