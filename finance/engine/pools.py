"""From driver rows and dated rules to effective shares per month, with what could not be carried shown.

Order for a pool and month: its rule's driver; the rule's fallback where the driver says nothing; else everything is
unallocated. Usage rows that are missing are taken from the month before and flagged stale. Fixed shares that do
not reach one leave the rest unallocated. A capacity larger than the use leaves the difference idle.
See docs/algorithms/reciprocal-allocation.md.
"""

from dataclasses import dataclass, field

import numpy as np

from finance.engine.accounts import Driver, Target
from finance.engine.allocation import Usage, as_weights, closed_cycles, effective_shares
from finance.engine.facts import NONE, Facts, Ints, Table
from teams.engine.segments import ONE

SINKS = 3
IDLE, UNTAGGED, UNALLOCATED = 0, 1, 2


@dataclass
class MonthShares:
    """Effective shares of one month: `weights` (finals x pools) in 1e-12; finals are the teams, then three sinks."""

    weights: Ints
    stale: list[int] = field(default_factory=list)
    without_rule: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class TeamMeasures:
    """What drivers can be proportional to, per (month, team); direct cost is standard cost, never loaded cost."""

    fte: np.ndarray
    headcount: Ints
    direct_cost: Ints


def month_shares(facts: Facts, month: int, measures: TeamMeasures, index: "RuleIndex") -> MonthShares:
    """Effective shares of every pool in one month of the span."""
    pools, teams = facts.count("pools"), facts.count("teams")
    result = MonthShares(weights=np.zeros((teams + SINKS, pools), dtype=np.int64))
    pool_of_team = index.pool_of_team
    columns: list[tuple[Ints, Ints, np.ndarray]] = []
    for pool in range(pools):
        rule = index.rule(pool, month)
        if rule is None:
            result.without_rule.append(pool)
            targets, quantity = np.array([pools + teams + UNALLOCATED]), np.array([1.0])
        else:
            targets, quantity, stale = _driven(facts, pool, month, rule, measures, index)
            if stale:
                result.stale.append(pool)
        # What is sent to a team that is itself a pool goes on through that pool.
        own = (targets >= pools) & (targets < pools + teams)
        inner = np.where(own, pool_of_team[np.where(own, targets - pools, 0)], NONE)
        targets = np.where(inner != NONE, inner, targets)
        columns.append((np.full(targets.size, pool), targets, quantity))
    if not columns:
        return result
    usage = Usage(*(np.concatenate([c[i] for c in columns]) for i in range(3)))
    closed = closed_cycles(pools, usage)
    if closed:
        result.closed = closed
        rows = ~np.isin(usage.pool, closed)
        extra = np.array(closed, dtype=np.int64)
        usage = Usage(
            pool=np.r_[usage.pool[rows], extra],
            target=np.r_[usage.target[rows], np.full(extra.size, pools + teams + UNALLOCATED)],
            quantity=np.r_[usage.quantity[rows], np.ones(extra.size)],
        )
    result.weights = as_weights(effective_shares(pools, teams + SINKS, usage))
    return result


def _driven(
    facts: Facts, pool: int, month: int, rule: dict[str, int], measures: TeamMeasures, index: "RuleIndex"
) -> tuple[Ints, np.ndarray, bool]:
    """Targets and quantities of one pool's month by its driver, else its fallback, else unallocated."""
    pools, teams = facts.count("pools"), facts.count("teams")
    for driver in (rule["driver"], rule["fallback"]):
        stale = False
        if driver == Driver.USAGE:
            targets, quantity, stale = index.usage(pool, month, pools, teams)
            capacity = rule["capacity"]
            if targets.size and capacity > quantity.sum():
                targets = np.r_[targets, pools + teams + IDLE]
                quantity = np.r_[quantity, capacity - quantity.sum()]
        elif driver == Driver.FIXED:
            targets, quantity = index.fixed(pool, month, pools, teams)
            rest = ONE - quantity.sum()
            if targets.size and rest > 0:
                targets = np.r_[targets, pools + teams + UNALLOCATED]
                quantity = np.r_[quantity, rest]
        elif driver in (Driver.FTE, Driver.HEADCOUNT, Driver.DIRECT_COST, Driver.EVEN):
            values = {
                Driver.FTE: measures.fte[month],
                Driver.HEADCOUNT: measures.headcount[month],
                Driver.DIRECT_COST: np.maximum(measures.direct_cost[month], 0),
                Driver.EVEN: (measures.headcount[month] > 0),
            }[Driver(driver)].astype(np.float64)
            own_team = index.team_of_pool[pool]
            if own_team != NONE:
                values = values.copy()
                values[own_team] = 0.0  # self use: kept or dropped, the result is the same
            targets = np.flatnonzero(values > 0) + pools
            quantity = values[targets - pools]
        else:
            continue
        if targets.size and quantity.sum() > 0:
            return targets, quantity, stale
    return np.array([pools + teams + UNALLOCATED]), np.array([1.0]), False


class RuleIndex:
    """Rules, driver rows and fixed shares of the span, looked up by pool and month.

    The rule of a month is the one in force on its last day; fixed shares are those in force on that day.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        teams = facts.count("teams")
        self.team_of_pool = facts.table("pools", "team")["team"]
        self.pool_of_team = np.full(max(teams, 1), NONE, dtype=np.int64)
        own = np.flatnonzero(self.team_of_pool != NONE)
        self.pool_of_team[self.team_of_pool[own]] = own
        self._rules = facts.table("rules", "pool", "start", "end", "driver", "fallback", "capacity")
        self._fixed = facts.table("fixed_shares", "pool", "target_kind", "target", "share", "start", "end")
        self._usage = facts.table("driver_rows", "pool", "month", "target_kind", "target", "quantity")
        self._usage_at = _by_cell(self._usage["pool"], self._usage["month"])
        self._fixed_at = _by_cell(self._fixed["pool"], np.zeros(self._fixed["pool"].size, dtype=np.int64))
        self._rules_at = _by_cell(self._rules["pool"], np.zeros(self._rules["pool"].size, dtype=np.int64))

    def rule(self, pool: int, month: int) -> dict[str, int] | None:
        last_day = int(self._facts.month_starts[month + 1]) - 1
        for row in self._rules_at.get((pool, 0), ()):
            if self._rules["start"][row] <= last_day < self._rules["end"][row]:
                return {name: int(self._rules[name][row]) for name in ("driver", "fallback", "capacity")}
        return None

    def usage(self, pool: int, month: int, pools: int, teams: int) -> tuple[Ints, np.ndarray, bool]:
        rows = self._usage_at.get((pool, month))
        stale = rows is None
        if rows is None:
            rows = self._usage_at.get((pool, month - 1), np.zeros(0, dtype=np.int64))
        targets = _targets(self._usage, rows, pools, teams)
        return targets, self._usage["quantity"][rows].astype(np.float64), stale and targets.size > 0

    def fixed(self, pool: int, month: int, pools: int, teams: int) -> tuple[Ints, np.ndarray]:
        rows = self._fixed_at.get((pool, 0), np.zeros(0, dtype=np.int64))
        last_day = int(self._facts.month_starts[month + 1]) - 1
        rows = rows[(self._fixed["start"][rows] <= last_day) & (self._fixed["end"][rows] > last_day)]
        return _targets(self._fixed, rows, pools, teams), self._fixed["share"][rows].astype(np.float64)


def _by_cell(pool: Ints, month: Ints) -> dict[tuple[int, int], Ints]:
    order = np.lexsort((month, pool))
    cells: dict[tuple[int, int], list[int]] = {}
    for row in order:
        cells.setdefault((int(pool[row]), int(month[row])), []).append(int(row))
    return {cell: np.array(rows, dtype=np.int64) for cell, rows in cells.items()}


def _targets(table: Table, rows: Ints, pools: int, teams: int) -> Ints:
    """Target numbers as allocation.Usage counts them: pools, then teams, then the sinks."""
    kind, target = table["target_kind"][rows], table["target"][rows]
    sink = pools + teams + kind - Target.IDLE
    return np.where(kind == Target.POOL, target, np.where(kind == Target.TEAM, pools + target, sink)).astype(np.int64)
