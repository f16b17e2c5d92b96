"""The floor that knows who works where, and how much of them."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    label = "teams"
    verbose_name = "Teams and people"

    def ready(self) -> None:
        import teams.kinds  # noqa: F401  what can come in on this floor
