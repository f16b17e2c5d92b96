"""The supply of capacity: what each team's people of each role can do in each month, and who is on the bench.

No person and no money: rows are sums over a team and a role. See docs/reports/capacity.md.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

import numpy as np
from django.db.models import Count, Max

from roi_project.access.audience import Audience
from roi_project.audit.selectors import names_state
from roi_project.db.models import Touch
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, Invalid
from roi_project.kernel.period import month_start, month_starts
from teams.engine.capacity import DEFAULT_POLICY, Policy, Supply, hours, supply
from teams.models import RoleFamily, Team, ValueStream
from teams.selectors import columns
from teams.selectors.capacity_facts import workforce
from teams.selectors.holidays import calendar_version
from teams.selectors.masters import SEE_PEOPLE
from teams.selectors.organisation import Organisation, settings_by_day
from teams.selectors.people_time import Ranks

MOST_MONTHS = 60
METHOD_VERSION = "1"
KINDS = (
    "organisation-settings", "value-streams", "role-families", "teams", "team-stream-shares", "people", "person-terms",
    "assignments", "closures", "absences",
)  # fmt: skip
"""What capacity is computed from, by the names under which it comes in."""
NAMED = ("value-streams", "role-families", "teams")
"""Kinds whose names stand in the rows."""


@dataclass(frozen=True)
class CapacityQuery:
    """Months first..last (month indexes, both inside), and codes; None = all.

    A value stream stands for everything below it, and for the teams that serve it in the month.
    """

    first: int
    last: int
    teams: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    streams: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SupplyRow:
    """One team, role and month; on the bench the team's code and name are empty."""

    month: int
    team_code: str
    team_name: str
    stream_code: str
    role_code: str
    role_name: str
    full_time_hours: Decimal
    supply: Supply


@dataclass(frozen=True)
class SupplyReport:
    """Rows by month, team and role, each month's bench last."""

    query: CapacityQuery
    policy: Policy
    latest_fact_at: dt.datetime | None
    rows: Sequence[SupplyRow]


@dataclass(frozen=True)
class State:
    """Which facts and names there are, in a few bytes; another state may mean other figures."""

    token: str
    latest_fact_at: dt.datetime | None


def state(query: CapacityQuery) -> State:
    """What the answer to a query depends on. Earlier months count too: tenure on a team began in them."""
    touches = Touch.objects.filter(kind__in=KINDS, first_month__lte=month_start(query.last))
    found = touches.aggregate(rows=Count("id"), newest=Max("id"), at=Max("at"))
    names = names_state(NAMED)
    parts = (METHOD_VERSION, calendar_version(), query, found["rows"], found["newest"], *names)
    return State(token=repr(parts), latest_fact_at=found["at"])


def supply_report(audience: Audience, query: CapacityQuery, policy: Policy = DEFAULT_POLICY) -> SupplyReport:
    """The supply of the months asked for, in one snapshot. The number of queries does not depend on the rows."""
    if not audience.within(SEE_PEOPLE):
        raise Forbidden("Capacity is for finance, leaders, planners and auditors.")
    if query.last - query.first >= MOST_MONTHS:
        raise Invalid(f"Ask for at most {MOST_MONTHS} months at a time.")
    with snapshot():
        masters = _Directory.read(query)
        rows = []
        for first, last, organisation in _by_settings(query.first, query.last):
            found, time = workforce(
                teams=masters.teams.ranks, roles=masters.roles.ranks, organisation=organisation,
                first=first, months=last - first + 1,
            )  # fmt: skip
            full_time = [hours(minutes) for minutes in time.full_time_month_minutes]
            for row in supply(found, policy):
                if masters.asked_for(query, first + row.month, row):
                    rows.append(masters.named(first + row.month, row, full_time[row.month]))
        return SupplyReport(query=query, policy=policy, latest_fact_at=state(query).latest_fact_at, rows=rows)


@dataclass(frozen=True)
class _Masters:
    ranks: Ranks
    names: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Team] | type[RoleFamily] | type[ValueStream]) -> "_Masters":
        rows = sorted(model.objects.order_by().values_list("code", "pk", "name"))
        ids = np.array([pk for _, pk, _ in rows], dtype=np.int64)
        return cls(Ranks(ids, tuple(code for code, _, _ in rows)), tuple(name for _, _, name in rows))

    def chosen(self, codes: tuple[str, ...] | None, word: str) -> frozenset[int]:
        """Ranks of these codes, or of all; a code that nobody has is a mistake, not an empty answer."""
        if codes is None:
            return frozenset(range(len(self.names)))
        places = {code: rank for rank, code in enumerate(self.ranks.codes)}
        unknown = [code for code in codes if code not in places]
        if unknown:
            raise Invalid(f"There is no {word} with the code “{unknown[0]}”.")
        return frozenset(places[code] for code in codes)


def _by_settings(first: int, last: int) -> Iterator[tuple[int, int, Organisation]]:
    """The months in runs in which the organisation counts alike: a month's figures do not depend on its neighbours."""
    months = range(first, last + 1)
    settings = settings_by_day([month_start(month) for month in months])
    for organisation, run in groupby(months, lambda month: settings[month_start(month)]):
        run_of_months = list(run)
        yield run_of_months[0], run_of_months[-1], organisation


def _served(teams: Ranks, streams: Ranks, first: int, last: int) -> dict[tuple[int, int], frozenset[int]]:
    """(month, team) -> the value streams the team serves on any day of the month."""
    starts = month_starts(first, last - first + 1)
    rows = columns.team_stream_shares(month_start(first), month_start(last + 1))
    found: dict[tuple[int, int], set[int]] = {}
    begins = np.searchsorted(starts, rows["starts_on"], side="right") - 1
    ends = np.searchsorted(starts[:-1], rows["ends_on"], side="left")
    for team, stream, begin, end in zip(
        teams.rank(rows["team_id"]), streams.rank(rows["stream_id"]), begins, ends, strict=True
    ):
        for month in range(max(int(begin), 0), int(end)):
            found.setdefault((first + month, int(team)), set()).add(int(stream))
    return {key: frozenset(value) for key, value in found.items()}


def _with_parts(streams: _Masters, chosen: frozenset[int]) -> frozenset[int]:
    """These value streams and everything below them."""
    rows = columns.streams()
    children, parents = streams.ranks.rank(rows["id"]).tolist(), streams.ranks.rank(rows["parent_id"]).tolist()
    found = set(chosen)
    while more := {child for child, parent in zip(children, parents, strict=True) if parent in found} - found:
        found |= more
    return frozenset(found)


@dataclass(frozen=True)
class _Directory:
    """Teams, roles and value streams, and which of them are asked for."""

    teams: _Masters
    roles: _Masters
    streams: _Masters
    served: dict[tuple[int, int], frozenset[int]]
    wanted_teams: frozenset[int]
    wanted_roles: frozenset[int]
    wanted_streams: frozenset[int]

    @classmethod
    def read(cls, query: CapacityQuery) -> "_Directory":
        teams, roles, streams = _Masters.of(Team), _Masters.of(RoleFamily), _Masters.of(ValueStream)
        return cls(
            teams=teams,
            roles=roles,
            streams=streams,
            served=_served(teams.ranks, streams.ranks, query.first, query.last),
            wanted_teams=teams.chosen(query.teams, "team"),
            wanted_roles=roles.chosen(query.roles, "role"),
            wanted_streams=_with_parts(streams, streams.chosen(query.streams, "value stream")),
        )

    def serves(self, month: int, team: int) -> frozenset[int]:
        return self.served.get((month, team), frozenset())

    def asked_for(self, query: CapacityQuery, month: int, row: Supply) -> bool:
        """The bench belongs to no team and serves no stream."""
        return (
            row.role in self.wanted_roles
            and (query.teams is None or row.team in self.wanted_teams)
            and (query.streams is None or bool(self.serves(month, row.team) & self.wanted_streams))
        )

    def named(self, month: int, row: Supply, full_time_hours: Decimal) -> SupplyRow:
        serves = self.serves(month, row.team)
        return SupplyRow(
            month=month,
            team_code="" if row.is_bench else self.teams.ranks.codes[row.team],
            team_name="" if row.is_bench else self.teams.names[row.team],
            stream_code=self.streams.ranks.codes[next(iter(serves))] if len(serves) == 1 else "",
            role_code=self.roles.ranks.codes[row.role],
            role_name=self.roles.names[row.role],
            full_time_hours=full_time_hours,
            supply=row,
        )
