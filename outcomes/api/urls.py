"""Addresses of this floor under /api/v1/."""

from django.urls import path

from outcomes.api import views
from outcomes.api.design import DesignView
from outcomes.api.reports import CapacityView
from roi_project.web.viewsets import router_for

urlpatterns = [
    path("reports/capacity/", CapacityView.as_view(), name="report-capacity"),
    path("reports/team-design/", DesignView.as_view(), name="report-team-design"),
    *router_for(
        views.MetricViewSet,
        views.EpicViewSet,
        views.EpicTeamViewSet,
        views.EpicStreamShareViewSet,
        views.EffortViewSet,
        views.OutcomeViewSet,
        views.AttributionViewSet,
        views.ObservationViewSet,
    ).urls,
]
