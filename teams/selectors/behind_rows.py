"""The people behind a row of capacity or of team design: who was on a team, or on none, on some days.

Whom the lists of the API name for the same filters, and who had the role by dated terms.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, Invalid
from roi_project.kernel.period import month_index, month_start
from teams.models import Assignment, Person, PersonTerms, RoleFamily, Team
from teams.selectors.capacity import CapacityQuery, SupplyRow, supply_report
from teams.selectors.design import MONTHS, Designed, designed, quarters_of
from teams.selectors.masters import SEE_PEOPLE, by_code


@dataclass(frozen=True)
class Days:
    """From `since` until before `until`."""

    since: dt.date
    until: dt.date

    @property
    def month(self) -> int | None:
        """The month they are, where they are one."""
        month = month_index(self.since)
        return month if (month_start(month), month_start(month + 1)) == (self.since, self.until) else None

    @property
    def quarter(self) -> int | None:
        """The first month of the fiscal quarter they are, where they are one."""
        month = month_index(self.since)
        if (month_start(month), month_start(month + MONTHS)) != (self.since, self.until):
            return None
        return month if quarters_of(month, month).first == month else None

    def within(self, starts: str, ends: str) -> Q:
        """Rows that hold on one of these days."""
        return Q((f"{starts}__lt", self.until)) & (Q((ends, None)) | Q((f"{ends}__gt", self.since)))


@dataclass(frozen=True)
class OfTeams:
    """Assignments by team, person and day, and the rows of the report whose days these are."""

    teams: Sequence[Team]
    assignments: Sequence[Assignment]
    terms: Mapping[int, Sequence[PersonTerms]]
    capacity: Sequence[SupplyRow]
    design: Sequence[Designed]


@dataclass(frozen=True)
class OfRoles:
    """People by code, with what they are assigned to, and the rows of the bench whose month these days are."""

    roles: Sequence[RoleFamily]
    people: Sequence[Person]
    assignments: Mapping[int, Sequence[Assignment]]
    terms: Mapping[int, Sequence[PersonTerms]]
    bench: Sequence[SupplyRow]


def of_teams(audience: Audience, codes: tuple[str, ...], days: Days) -> OfTeams:
    """Who was on these teams. A fixed number of queries."""
    _allowed(audience)
    with snapshot():
        teams = _known(by_code(audience, Team, codes), codes, "team")
        found = _assignments(days).filter(team__in=teams).order_by("team__code", "person__code", "starts_on")
        assignments, design, capacity = list(found), [], []
        if days.month is not None:
            capacity = list(supply_report(audience, CapacityQuery(days.month, days.month, teams=codes)).rows)
        if days.quarter is not None:
            rows = designed(audience, quarters_of(days.quarter, days.quarter))
            design = [row for row in rows if row.team.code in codes]
        terms = _terms(days, {one.person_id for one in assignments})
    return OfTeams(teams=teams, assignments=assignments, terms=terms, capacity=capacity, design=design)


def of_roles(audience: Audience, codes: tuple[str, ...], days: Days) -> OfRoles:
    """Who had these roles, on the bench or not. A fixed number of queries."""
    _allowed(audience)
    with snapshot():
        roles = _known(by_code(audience, RoleFamily, codes), codes, "role")
        by_terms = _current_terms(days).filter(role__in=roles).values("person_id")
        found = Person.objects.filter(days.within("employed_from", "employed_until"))
        people = list(found.filter(Q(role__in=roles) | Q(pk__in=by_terms)).select_related("role").order_by("code"))
        assignments: dict[int, list[Assignment]] = defaultdict(list)
        ids = {person.pk for person in people}
        for one in _assignments(days).filter(person__in=ids).order_by("team__code", "starts_on"):
            assignments[one.person_id].append(one)
        bench = []
        if days.month is not None:
            rows = supply_report(audience, CapacityQuery(days.month, days.month, roles=codes)).rows
            bench = [row for row in rows if row.supply.is_bench]
        terms = _terms(days, ids)
    return OfRoles(roles=roles, people=people, assignments=assignments, terms=terms, bench=bench)


def _allowed(audience: Audience) -> None:
    if not audience.within(SEE_PEOPLE):
        raise Forbidden("Who is on a team is for finance, leaders, planners and auditors.")


def _known(found: Mapping[str, Team | RoleFamily], codes: Sequence[str], word: str) -> list:
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise Invalid(f"There is no {word} with the code “{unknown[0]}”.")
    return [found[code] for code in sorted(codes)]


def _assignments(days: Days) -> QuerySet[Assignment]:
    return Assignment.current.filter(days.within("starts_on", "ends_on")).select_related("person__role", "team")


def _current_terms(days: Days) -> QuerySet[PersonTerms]:
    """Dated terms that give a role."""
    return PersonTerms.current.filter(days.within("starts_on", "ends_on"), role__isnull=False)


def _terms(days: Days, people: Collection[int]) -> dict[int, list[PersonTerms]]:
    """Roles that these people had by dated terms, in order of their days."""
    found: dict[int, list[PersonTerms]] = defaultdict(list)
    for terms in _current_terms(days).filter(person__in=people).select_related("role").order_by("starts_on"):
        found[terms.person_id].append(terms)
    return found
