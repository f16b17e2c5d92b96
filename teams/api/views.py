"""One door per kind of this floor. What a row means is in teams.kinds; who may come in as well."""

from roi_project.intake.kinds import kind_named
from roi_project.web.views import OpensAPage
from roi_project.web.viewsets import FactViewSet, MasterViewSet
from teams.api import filters

BY_NAME = ("code", "name")


class OrganisationSettingsViewSet(FactViewSet):
    """How the organisation counts."""

    kind = kind_named("organisation-settings")
    filterset_class = filters.OrganisationSettingsFilter
    ordering_fields = ("starts_on",)


class ValueStreamViewSet(MasterViewSet):
    """What the organisation offers its customers."""

    kind = kind_named("value-streams")
    filterset_class = filters.ValueStreamFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class RoleFamilyViewSet(MasterViewSet):
    """What people do."""

    kind = kind_named("role-families")
    filterset_class = filters.RoleFamilyFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class TeamViewSet(MasterViewSet):
    """People who stay together. Never ordered by a result."""

    kind = kind_named("teams")
    filterset_class = filters.TeamFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class TeamNameViewSet(FactViewSet):
    """What systems call teams, from when until when."""

    kind = kind_named("team-names")
    filterset_class = filters.TeamNameFilter
    search_fields = ("called", "team__code", "team__name")
    ordering_fields = ("called", "starts_on")


class TeamStreamShareViewSet(FactViewSet):
    """Which streams a team works for."""

    kind = kind_named("team-stream-shares")
    filterset_class = filters.TeamStreamShareFilter
    search_fields = ("team__code", "stream__code")
    ordering_fields = ("starts_on",)


class PersonViewSet(OpensAPage, MasterViewSet):
    """Who is employed."""

    kind = kind_named("people")
    page, opened_by = "admin:people_of_role", ("role", "since", "until")
    filterset_class = filters.PersonFilter
    search_fields = BY_NAME
    ordering_fields = (*BY_NAME, "employed_from")


class PersonTermsViewSet(FactViewSet):
    """What differs from the person for a while."""

    kind = kind_named("person-terms")
    filterset_class = filters.PersonTermsFilter
    search_fields = ("person__code", "person__name")
    ordering_fields = ("starts_on",)


class AssignmentViewSet(OpensAPage, FactViewSet):
    """Who is assigned to which team, and for how much."""

    kind = kind_named("assignments")
    page, opened_by = "admin:assignments_of_team", ("team", "since", "until")
    filterset_class = filters.AssignmentFilter
    search_fields = ("person__code", "person__name", "team__code", "team__name")
    ordering_fields = ("starts_on",)


class ClosureViewSet(FactViewSet):
    """Days on which nobody works."""

    kind = kind_named("closures")
    filterset_class = filters.ClosureFilter
    search_fields = ("name",)
    ordering_fields = ("on",)


class AbsenceViewSet(FactViewSet):
    """Who is away."""

    kind = kind_named("absences")
    filterset_class = filters.AbsenceFilter
    search_fields = ("person__code", "person__name")
    ordering_fields = ("starts_on",)
