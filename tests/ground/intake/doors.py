"""Addresses for a few kinds, so that their doors can be tried."""

from django.urls import include, path, re_path

from roi_project.intake.kinds import kind_named
from roi_project.web.handlers import no_such_address
from roi_project.web.viewsets import FactViewSet, MasterViewSet, router_for


class Teams(MasterViewSet):
    kind = kind_named("teams")
    search_fields = ("code", "name")
    ordering_fields = ("code", "name")


class Streams(MasterViewSet):
    kind = kind_named("value-streams")


class Assignments(FactViewSet):
    kind = kind_named("assignments")
    search_fields = ("person__code", "team__code")
    ordering_fields = ("starts_on",)


class Observations(FactViewSet):
    kind = kind_named("observations")


class Costs(FactViewSet):
    kind = kind_named("cost-entries")


class Cards(FactViewSet):
    kind = kind_named("rate-cards")


router = router_for(Teams, Streams, Assignments, Observations, Costs, Cards)
urlpatterns = [path("api/v1/", include(router.urls)), re_path(r"^api/", no_such_address)]

handler400 = "roi_project.web.handlers.bad_request"
handler404 = "roi_project.web.handlers.page_not_found"
handler500 = "roi_project.web.handlers.server_error"
