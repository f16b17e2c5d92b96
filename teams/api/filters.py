"""Filters of this floor's lists: things by code, dated rows by the days they hold on.

`?since=2026-01-01&until=2026-04-01` is what holds for a day of it; `until` is outside.
"""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from roi_project.web.filters import Codes, Day, Holding, Plain
from teams.models import AbsenceReason, Topology


class Flag(django_filters.TypedChoiceFilter):
    """`?shared=true`, and nothing but true and false."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        words = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=words, coerce=lambda word: word == "true", empty_value=None, **kwargs)


class OrganisationSettingsFilter(django_filters.FilterSet):
    """Settings by the day they start on."""

    since = Day(field_name="starts_on", lookup_expr="gte")
    until = Day(field_name="starts_on", lookup_expr="lt")


class ValueStreamFilter(django_filters.FilterSet):
    """Value streams by their parents."""

    code = Codes(field_name="code")
    parent = Codes(field_name="parent__code")
    is_product = Flag(field_name="is_product")


class RoleFamilyFilter(django_filters.FilterSet):
    """Role families."""

    code = Codes(field_name="code")
    shared = Flag(field_name="shared")


class TeamFilter(django_filters.FilterSet):
    """Teams by what they are for others."""

    code = Codes(field_name="code")
    topology = django_filters.ChoiceFilter(choices=Topology.choices)


class PersonFilter(django_filters.FilterSet):
    """People by what they do and where; `since` and `until` are days of employment."""

    code = Codes(field_name="code")
    role = Codes(field_name="role__code")
    level = Codes(field_name="level")
    country = Codes(field_name="country")
    since = Day(method="still_employed", label="employed on this day or later")
    until = Day(field_name="employed_from", lookup_expr="lt", label="employed before this day")

    def still_employed(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        return queryset.filter(Q(employed_until=None) | Q(employed_until__gt=day))


class TeamStreamShareFilter(Holding):
    """Who works for what."""

    team = Codes(field_name="team__code")
    stream = Codes(field_name="stream__code")


class TeamNameFilter(Holding):
    """What systems call teams."""

    team = Codes(field_name="team__code")
    system = Codes(field_name="system")
    called = Plain(field_name="called")


class PersonTermsFilter(Holding):
    """Terms of people; `role` is the one the terms give."""

    person = Codes(field_name="person__code")
    role = Codes(field_name="role__code")


class AssignmentFilter(Holding):
    """Assignments; `role` is the one of the person."""

    person = Codes(field_name="person__code")
    team = Codes(field_name="team__code")
    role = Codes(field_name="person__role__code")


class ClosureFilter(django_filters.FilterSet):
    """Closed days."""

    country = Codes(field_name="country")
    since = Day(field_name="on", lookup_expr="gte")
    until = Day(field_name="on", lookup_expr="lt")


class AbsenceFilter(Holding):
    """Absences."""

    person = Codes(field_name="person__code")
    reason = django_filters.ChoiceFilter(choices=AbsenceReason.choices)
