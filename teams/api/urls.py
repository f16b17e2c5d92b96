"""Addresses of this floor under /api/v1/."""

from roi_project.web.viewsets import router_for
from teams.api import views

urlpatterns = router_for(
    views.OrganisationSettingsViewSet,
    views.ValueStreamViewSet,
    views.RoleFamilyViewSet,
    views.TeamViewSet,
    views.TeamNameViewSet,
    views.TeamStreamShareViewSet,
    views.PersonViewSet,
    views.PersonTermsViewSet,
    views.AssignmentViewSet,
    views.ClosureViewSet,
    views.AbsenceViewSet,
).urls
