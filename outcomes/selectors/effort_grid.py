"""Where did the month go? What a team can say of one month, with what it said of the month before."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from outcomes.models import Effort, Epic, EpicTeam, WorkType
from roi_project.access.audience import Audience
from roi_project.db.touches import next_month
from roi_project.kernel.period import month_index, month_start
from teams.models import Team
from teams.selectors.masters import with_code


@dataclass(frozen=True)
class GridRow:
    """An epic, or a type of work outside epics, and the part of the month it took, now and the month before."""

    epic: Epic | None
    work_type: str
    share: Decimal | None
    before: Decimal | None

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"epic-{self.epic.pk}" if self.epic else f"work-{self.work_type}"


@dataclass(frozen=True)
class EffortGrid:
    """The rows of one team and month. `declared`: it was said already; `counted`: a tool sent item-days for it."""

    team: Team
    month: dt.date
    rows: list[GridRow]
    declared: bool
    counted: bool


def effort_grid(audience: Audience, team_code: str, month: dt.date) -> EffortGrid:
    """Epics the team was linked to in the month or worked on in it or the one before, then every type of work.

    Shares are those declared by hand. NotFound when there is no such team to see.
    """
    team = with_code(audience, Team, team_code)
    earlier = month_start(month_index(month) - 1)
    efforts = list(Effort.current.filter(team=team, month__in=(earlier, month)).select_related("epic"))
    in_force = Q(starts_on__lt=next_month(month)) & (Q(ends_on=None) | Q(ends_on__gt=month))
    linked = EpicTeam.current.filter(in_force, team=team).values_list("epic_id", flat=True)
    worked = {effort.epic_id for effort in efforts if effort.epic_id is not None}
    epics = Epic.objects.filter(pk__in={*linked, *worked}).order_by("code")
    declared: dict[tuple[dt.date, int | None, str], Decimal] = {}
    for effort in efforts:  # the same may have been said under two names; together they are what counts
        if effort.share is not None:
            key = (effort.month, effort.epic_id, effort.work_type)
            declared[key] = declared.get(key, Decimal(0)) + effort.share

    def row(epic: Epic | None, work_type: str) -> GridRow:
        key = (epic.pk if epic else None, work_type)
        return GridRow(epic, work_type, declared.get((month, *key)), declared.get((earlier, *key)))

    return EffortGrid(
        team=team,
        month=month,
        rows=[*(row(epic, "") for epic in epics), *(row(None, work_type) for work_type in WorkType.values)],
        declared=any(told == month for told, _, _ in declared),
        counted=any(effort.month == month and effort.item_days is not None for effort in efforts),
    )
