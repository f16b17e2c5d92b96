"""The manners of the API: what every door does alike."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "roi_project.web"
    label = "web"
    verbose_name = "Web"
