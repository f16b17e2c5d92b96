"""Addresses of access under /api/v1/."""

from django.urls import path

from roi_project.access.views import MeView

urlpatterns = [path("me/", MeView.as_view(), name="me")]
