"""Filters of this floor's lists: things by code, dated rows by the days they hold on, monthly rows by month.

`?from=2026-01&through=2026-03` are months, both inside; `?since=2026-01-01&until=2026-04-01` are days, `until`
is outside.
"""

import django_filters

from outcomes.models import Aggregate, Level, OutcomeKind, WorkType
from roi_project.web.filters import Codes, Day, Holding, Month


class Monthly(django_filters.FilterSet):
    """Rows of the months from..through."""

    through = Month(field_name="month", lookup_expr="lte", label="this month or earlier")
    vars()["from"] = Month(field_name="month", lookup_expr="gte", label="this month or later")  # `from` is a keyword


class MetricFilter(django_filters.FilterSet):
    """Metrics by what they speak of."""

    code = Codes(field_name="code")
    level = django_filters.ChoiceFilter(choices=Level.choices)
    aggregate = django_filters.ChoiceFilter(choices=Aggregate.choices)


class EpicFilter(django_filters.FilterSet):
    """Epics by sort of work; `since` and `until` are days of release."""

    code = Codes(field_name="code")
    work_type = django_filters.ChoiceFilter(choices=WorkType.choices)
    since = Day(field_name="released_on", lookup_expr="gte", label="released on this day or later")
    until = Day(field_name="released_on", lookup_expr="lt", label="released before this day")


class EpicTeamFilter(Holding):
    """Who works on what."""

    epic = Codes(field_name="epic__code")
    team = Codes(field_name="team__code")


class EpicStreamShareFilter(Holding):
    """What is for whom."""

    epic = Codes(field_name="epic__code")
    stream = Codes(field_name="stream__code")


class EffortFilter(Monthly):
    """Where the work went."""

    team = Codes(field_name="team__code")
    epic = Codes(field_name="epic__code")
    work_type = django_filters.ChoiceFilter(choices=WorkType.choices)


class OutcomeFilter(django_filters.FilterSet):
    """Outcomes by what should bring and show them; `since` and `until` are days they are due."""

    code = Codes(field_name="code")
    epic = Codes(field_name="epic__code")
    metric = Codes(field_name="metric__code")
    kind = django_filters.ChoiceFilter(choices=OutcomeKind.choices)
    since = Day(field_name="due_on", lookup_expr="gte", label="due on this day or later")
    until = Day(field_name="due_on", lookup_expr="lt", label="due before this day")


class AttributionFilter(django_filters.FilterSet):
    """Agreed shares by who has them."""

    outcome = Codes(field_name="outcome__code")
    epic = Codes(field_name="epic__code")
    team = Codes(field_name="team__code")
    stream = Codes(field_name="stream__code")


class ObservationFilter(django_filters.FilterSet):
    """Observations by metric and day."""

    metric = Codes(field_name="metric__code")
    since = Day(field_name="observed_on", lookup_expr="gte", label="on this day or later")
    until = Day(field_name="observed_on", lookup_expr="lt", label="before this day")
