"""One way in for every row, whichever door it came to."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "roi_project.intake"
    label = "intake"
    verbose_name = "Intake"
