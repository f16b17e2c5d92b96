from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """What the work was for, and what it changed. No money on this floor."""

    name = "outcomes"
    label = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from outcomes import kinds  # noqa: F401  (registers what can come in)
        from outcomes.selectors import lacks  # noqa: F401  (registers what this floor may miss)
