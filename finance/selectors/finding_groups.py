"""Findings for a reader of results: gathered by their sort, with who looks after them. Nobody else is named."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from finance.engine.findings import FindingCode
from finance.models import FindingFollowUp
from finance.selectors.findings import SUBJECT, findings, open_on
from finance.selectors.months import MonthBook
from roi_project.access.audience import Audience

BY_GRAVITY = (
    FindingCode.MISSING_RATE,
    FindingCode.MISSING_FX_RATE,
    FindingCode.MISSING_FX_RATE_OF_PAY,
    FindingCode.CLOSED_CYCLE_WITHOUT_OUTLET,
    FindingCode.POOL_WITHOUT_RULE,
    FindingCode.OVER_ALLOCATED,
    FindingCode.DRIVER_STALE,
    FindingCode.CARD_RESTS_ON_FEW,
    FindingCode.FX_RATE_CARRIED,
    FindingCode.FX_RATE_CARRIED_OF_PAY,
    FindingCode.EFFORT_CARRIED,
)
"""What leaves money out or in no hands comes before what rests on an assumption."""


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one sort: how many there are, the teams and pools they are about, and who looks after them."""

    code: FindingCode
    count: int
    teams: Sequence[tuple[int, str]]
    pools: Sequence[str]
    owners: Sequence[str]
    due_on: dt.date | None
    """The first day on which one of them is due."""
    overdue: bool


@dataclass
class _Group:
    count: int = 0
    teams: dict[int, str] = field(default_factory=dict)
    pools: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)
    due: set[dt.date] = field(default_factory=set)


def grouped_findings(
    audience: Audience,
    books: Iterable[MonthBook],
    *,
    today: dt.date,
    teams: Collection[int] | QuerySet[Any] | None = None,
) -> list[FindingGroup]:
    """Findings that nobody has accepted, the gravest first; of every team, or of these (ids). One query."""
    found = open_on(findings(audience, books), today).order_by().select_related(None)
    if teams is not None:
        found = found.filter(team_id__in=teams)
    owned = FindingFollowUp.objects.filter(code=OuterRef("code"))
    for name in SUBJECT:
        owned = owned.annotate(**{f"by_{name}": Coalesce(f"{name}_id", 0)})
        owned = owned.filter(**{f"by_{name}": Coalesce(OuterRef(f"{name}_id"), 0)})
    owner = Coalesce(Subquery(owned.values("owner")[:1]), Value(""))
    rows = found.annotate(owned_by=owner, due=Subquery(owned.values("due_on")[:1])).values_list(
        "code", "team_id", "team__name", "team__code", "pool__code", "owned_by", "due"
    )
    groups: dict[FindingCode, _Group] = {}
    for code, team, name, team_code, pool, by, due, count in rows.annotate(count=Count("id")):
        group = groups.setdefault(FindingCode(code), _Group())
        group.count += count
        if team is not None:
            group.teams[team] = name or team_code
        group.pools |= {pool} - {None}
        group.owners |= {by} - {""}
        group.due |= {due} - {None}
    return [_read(code, groups[code], today) for code in sorted(groups, key=BY_GRAVITY.index)]


def _read(code: FindingCode, group: _Group, today: dt.date) -> FindingGroup:
    teams = sorted(group.teams.items(), key=lambda team: (team[1], team[0]))
    first = min(group.due, default=None)
    overdue = first is not None and first < today
    return FindingGroup(code, group.count, teams, sorted(group.pools), sorted(group.owners), first, overdue)
