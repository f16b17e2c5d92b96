"""What teams can do in a month: people's working time, with every factor applied once and in one order.

    gross     = sum of scheduled minutes * share              holidays and closures are not scheduled
    present   = gross without the days away
    effective = sum of present * ramp * (1 - overhead)
    plannable = effective * (1 - unplanned reserve)

Sums are exact; each figure is rounded once, half away from zero: hours to two decimals, full-time equivalents to six.
See docs/algorithms/capacity.md.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from roi_project.kernel.money import round_half_away
from teams.engine.calendar import Ints
from teams.engine.segments import ONE
from teams.engine.workforce import Finding, Parts, Workforce, parts

BENCH = -1
"""The team of time that is given to no team."""
HUNDREDTHS_PER_MINUTE = Fraction(100, 60)


@dataclass(frozen=True)
class Policy:
    """Assumptions about working time, not facts. `ramp` is by month of tenure on a team; its last value stays."""

    overhead: Fraction = Fraction(20, 100)
    reserve: Fraction = Fraction(10, 100)
    ramp: tuple[Fraction, ...] = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))


DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Supply:
    """One team, role and month; on the bench `team` is BENCH, and nobody plans with its hours.

    gross, present, effective and plannable are hours; fte, shared_fte and over_fte_days full-time equivalents.
    """

    month: int
    team: int
    role: int
    headcount: int
    shared_people: int
    fte: Decimal
    shared_fte: Decimal
    over_fte_days: Decimal
    gross: Decimal
    present: Decimal
    effective: Decimal
    plannable: Decimal
    findings: tuple[Finding, ...]

    @property
    def is_bench(self) -> bool:
        return self.team == BENCH


def supply(workforce: Workforce, policy: Policy = DEFAULT_POLICY) -> list[Supply]:
    """Every team, role and month with people in it, by month, team and role; a month's bench comes last."""
    found = parts(workforce, tenure_limit=len(policy.ramp) - 1)
    numbers, first, cell = np.unique(found.cell, return_index=True, return_inverse=True)
    cell, cells = cell.reshape(-1).astype(np.int64), numbers.size
    bench = found.team == workforce.teams
    columns = (
        found.month[first].tolist(),
        np.where(bench, BENCH, found.team)[first].tolist(),
        found.role[first].tolist(),
        *_people(found, cell, cells),
        *_equivalents(found, cell, cells, workforce.full_time_week_minutes),
        *_hours(found, cell, cells, policy, bench),
        _findings(found, cell, cells),
    )
    return [Supply(*row) for row in zip(*columns, strict=True)]


def hours(minutes: int) -> Decimal:
    """Hours with two decimals, rounded half away from zero."""
    return Decimal(round_half_away(minutes * HUNDREDTHS_PER_MINUTE)).scaleb(-2)


def _people(found: Parts, cell: Ints, cells: int) -> tuple[list[int], list[int]]:
    """Different people of each cell, and those of them who are shared."""
    (here, _, shared), _ = _grouped((cell, found.person, found.shared))
    return np.bincount(here, minlength=cells).tolist(), np.bincount(here[shared > 0], minlength=cells).tolist()


def _hours(found: Parts, cell: Ints, cells: int, policy: Policy, bench: npt.NDArray[np.bool_]) -> list[list[Decimal]]:
    """Gross, present, effective and plannable hours of each cell."""
    keys = (cell, found.whole, found.tenure_months, bench.astype(np.int64))
    (here, whole, tenure, nobodys), (gross, present) = _grouped(keys, found.gross, found.present)
    steps = lcm(*(step.denominator for step in policy.ramp))
    ramp = np.array([int(step * steps) for step in policy.ramp], dtype=object)
    ramped = np.where(nobodys > 0, 0, present) * ramp[tenure]
    effective = HUNDREDTHS_PER_MINUTE * (1 - policy.overhead) / steps
    return [
        _shown(_Sums(here, numerator, whole, cells), factor, places=2)
        for numerator, factor in (
            (gross, HUNDREDTHS_PER_MINUTE),
            (present, HUNDREDTHS_PER_MINUTE),
            (ramped, effective),
            (ramped, effective * (1 - policy.reserve)),
        )
    ]


def _equivalents(found: Parts, cell: Ints, cells: int, full_time_week_minutes: int) -> list[list[Decimal]]:
    """FTE, FTE of shared people, and over-allocated FTE-days of each cell."""
    keys = (cell, found.whole, found.workdays_of_month, found.shared)
    (here, whole, workdays, shared), (weight,) = _grouped(keys, found.weight)
    common = lcm(*(int(days) for days in np.unique(workdays) if days))
    per_day = np.array([common // days if days else 0 for days in range(32)], dtype=object)
    fte = weight * per_day[workdays]
    factor = Fraction(ONE, full_time_week_minutes)
    return [
        _shown(_Sums(here, numerator, whole, cells), of, places=6)
        for numerator, of in (
            (fte, factor / common),
            (fte * shared, factor / common),
            (weight.astype(object) * (whole - ONE), factor / ONE),
        )
    ]


def _findings(found: Parts, cell: Ints, cells: int) -> list[tuple[Finding, ...]]:
    """Findings stand in every cell in which somebody stands whom they are about."""
    answer: list[tuple[Finding, ...]] = [()] * cells
    for finding in Finding:
        for here in np.unique(cell[found.findings[finding]]).tolist():
            answer[here] += (finding,)
    return answer


# --- exact sums ----------------------------------------------------------------------------------------------------


class _Sums:
    """Exact sums of numerator / whole per cell: fractions for those who are over-allocated, over ONE for the rest."""

    def __init__(self, cell: Ints, numerator: npt.NDArray[Any], whole: Ints, cells: int) -> None:
        plain = whole == ONE
        self.numerators = np.zeros(cells, dtype=object)
        np.add.at(self.numerators, cell[plain], numerator[plain].astype(object))
        self.others: dict[int, Fraction] = {}
        for here, part, of in zip(cell[~plain].tolist(), numerator[~plain], whole[~plain].tolist(), strict=True):
            self.others[here] = self.others.get(here, Fraction(0)) + Fraction(int(part), of)


def _shown(sums: _Sums, factor: Fraction, *, places: int) -> list[Decimal]:
    """The sums times `factor`, rounded half away from zero, with so many decimals."""
    numerator, denominator = factor.numerator, ONE * factor.denominator
    rounded = (2 * sums.numerators * numerator + denominator) // (2 * denominator)
    for here, rest in sums.others.items():
        rounded[here] = round_half_away((Fraction(sums.numerators[here], ONE) + rest) * factor)
    return [Decimal(value).scaleb(-places) for value in rounded.tolist()]


def _grouped(keys: tuple[Ints, ...], *values: Ints) -> tuple[list[Ints], list[Ints]]:
    """Each different key, in order, and the sums of the values that go with it."""
    if keys[0].size == 0:
        return [*keys], [*values]
    order = np.lexsort(keys[::-1])
    ordered = [key[order] for key in keys]
    differs = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    starts = np.flatnonzero(np.r_[True, differs])
    return [column[starts] for column in ordered], [np.add.reduceat(value[order], starts) for value in values]
