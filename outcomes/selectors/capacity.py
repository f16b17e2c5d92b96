"""Capacity: what teams can do in a month, beside what is asked of them. Source: docs/reports/capacity.md.

Demand is not recorded yet, so its figures are undefined, and say why.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from roi_project.access.audience import Audience
from roi_project.kernel.errors import Reason
from roi_project.kernel.period import month_start
from teams.engine.capacity import Policy
from teams.selectors.capacity import CapacityQuery, SupplyRow, supply_report


@dataclass(frozen=True)
class Demand:
    """Hours asked of a team, role and month; None with a reason where nothing is known."""

    mean: Decimal | None = None
    p80: Decimal | None = None
    gap: Decimal | None = None
    utilisation: Decimal | None = None
    reason: Reason | None = Reason.NO_DATA


@dataclass(frozen=True)
class CapacityRow:
    supply: SupplyRow
    demand: Demand


@dataclass(frozen=True)
class CapacityReport:
    """Rows by month, team and role, each month's bench last."""

    query: CapacityQuery
    policy: Policy
    latest_fact_at: dt.datetime | None
    rows: Sequence[CapacityRow]

    @property
    def covers(self) -> str:
        """“2026-01-01 to 2026-06-30, 6 months”"""
        months = self.query.last - self.query.first + 1
        end = month_start(self.query.last + 1) - dt.timedelta(days=1)
        return f"{month_start(self.query.first)} to {end}, {months} month{'' if months == 1 else 's'}"


def capacity_report(audience: Audience, query: CapacityQuery) -> CapacityReport:
    """Supply and demand of the months asked for."""
    supply = supply_report(audience, query)
    unknown = Demand()
    return CapacityReport(
        query=query,
        policy=supply.policy,
        latest_fact_at=supply.latest_fact_at,
        rows=[CapacityRow(row, unknown) for row in supply.rows],
    )
