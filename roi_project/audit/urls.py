"""Addresses of the audit trail under /api/v1/."""

from django.urls import path

from roi_project.audit.views import ChangesView

urlpatterns = [path("audit/", ChangesView.as_view(), name="audit")]
