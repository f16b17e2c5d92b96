"""Addresses of the ground under /api/v1/: the documents."""

from django.urls import path

from roi_project.web.documents import DocsView, SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
