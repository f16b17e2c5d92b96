import secrets
from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db.models.signals import post_migrate


class FactsConfig(AppConfig):
    name = "roi_project.db"
    label = "facts"
    verbose_name = "Facts"

    def ready(self) -> None:
        post_migrate.connect(draw_address_key, sender=self)


def draw_address_key(sender: FactsConfig, using: str, apps: Any = all_apps, **how: Any) -> None:
    """A new database gets its key, and so does one that was emptied, with everything that was addressed by the old."""
    try:
        keys = apps.get_model(sender.label, "AddressKey")._default_manager
    except LookupError:  # migrated back to before it
        return
    keys.using(using).get_or_create(pk=1, defaults={"key": secrets.token_bytes(32)})
