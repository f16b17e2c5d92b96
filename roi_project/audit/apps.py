"""Who changed what, when, from what to what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "roi_project.audit"
    label = "audit"
    verbose_name = "Audit trail"
