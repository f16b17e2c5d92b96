from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """What the work cost, and what it was worth. All money is on this floor."""

    name = "finance"
    label = "finance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from finance import kinds  # noqa: F401  (registers what can come in)
        from finance.api import me  # noqa: F401  (registers what this floor says to a caller of itself)
        from finance.selectors import lacks  # noqa: F401  (registers what this floor may miss)
