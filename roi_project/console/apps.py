"""The pages for people who sign in."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConsoleConfig(AppConfig):
    default = True
    name = "roi_project.console"
    label = "console"
    verbose_name = "Console"


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin, on our own site."""

    default = False
    default_site = "roi_project.console.site.ConsoleSite"
