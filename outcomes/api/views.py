"""One door per kind of this floor. What a row means is in outcomes.kinds; who may come in as well."""

from outcomes.api import filters
from roi_project.intake.kinds import kind_named
from roi_project.web.viewsets import FactViewSet, MasterViewSet

BY_NAME = ("code", "name")


class MetricViewSet(MasterViewSet):
    """What is measured."""

    kind = kind_named("metrics")
    filterset_class = filters.MetricFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class EpicViewSet(MasterViewSet):
    """What the work was."""

    kind = kind_named("epics")
    filterset_class = filters.EpicFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class EpicTeamViewSet(FactViewSet):
    """Who works on an epic."""

    kind = kind_named("epic-teams")
    filterset_class = filters.EpicTeamFilter
    search_fields = ("epic__code", "team__code")
    ordering_fields = ("starts_on",)


class EpicStreamShareViewSet(FactViewSet):
    """Which value streams an epic is for."""

    kind = kind_named("epic-stream-shares")
    filterset_class = filters.EpicStreamShareFilter
    search_fields = ("epic__code", "stream__code")
    ordering_fields = ("starts_on",)


class EffortViewSet(FactViewSet):
    """Where the work of teams went."""

    kind = kind_named("efforts")
    filterset_class = filters.EffortFilter
    search_fields = ("team__code", "epic__code")
    ordering_fields = ("month",)


class OutcomeViewSet(MasterViewSet):
    """What the work should change."""

    kind = kind_named("outcomes")
    filterset_class = filters.OutcomeFilter
    search_fields = (*BY_NAME, "epic__code", "metric__code")
    ordering_fields = (*BY_NAME, "due_on")


class AttributionViewSet(FactViewSet):
    """Who brought an outcome about, as agreed."""

    kind = kind_named("attributions")
    filterset_class = filters.AttributionFilter
    search_fields = ("outcome__code", "epic__code", "team__code", "stream__code")


class ObservationViewSet(FactViewSet):
    """What metrics read."""

    kind = kind_named("observations")
    filterset_class = filters.ObservationFilter
    search_fields = ("metric__code",)
    ordering_fields = ("observed_on",)
