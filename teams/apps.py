"""The floor that knows who works where, and how much of them."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    label = "teams"
    verbose_name = "Teams and people"

    def ready(self) -> None:
        from teams import kinds  # noqa: F401  (registers what can come in)
        from teams.api import me  # noqa: F401  (registers what this floor says to a caller of itself)
        from teams.selectors import lacks  # noqa: F401  (registers what this floor may miss)
