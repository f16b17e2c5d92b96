"""What a stretch of somebody's month costs at a rate: by the hour, the month or the year.

    month   m * time of the stretch / time of the month
    year    month k of the fiscal year is round(L k/12) - round(L (k-1)/12), then as a month
    hour    rate * scheduled hours
A card's month or year is for full time and is scaled by the contracted week. All stretches of a person, month and
currency are added up exactly, rounded once in that currency and converted once.
See docs/algorithms/labour.md.
"""

import numpy as np

from finance.engine.accounts import RateUnit
from finance.engine.facts import NONE, Facts, Ints, Table
from finance.engine.fx import converted, known
from finance.engine.stretches import Flags, Stretches
from roi_project.kernel.integers import group_sums, round_div_columns, round_ratio_sums, run_starts

MINUTES_OF_AN_HOUR = 60


def monthly_amount(unit: Ints, amount: Ints, fiscal_index: Ints) -> Ints:
    """What a rate is in one month, in local minor units: a yearly rate by its scheduled twelfth; an hour rate as is."""
    twelve = np.full(amount.size, 12, dtype=np.int64)
    part = round_div_columns(amount * fiscal_index, twelve) - round_div_columns(amount * (fiscal_index - 1), twelve)
    return np.where(unit == RateUnit.YEAR, part, amount)


def priced(
    facts: Facts, stretches: Stretches, counted: Flags, rate_of: Ints, rates: Table, *, full_time: bool
) -> tuple[Ints, Flags]:
    """Posted amount per person-month of the counted stretches, and which of them had a rate and an exchange rate.

    rate_of    each stretch's row in `rates`, or NONE
    full_time  whether the rates are for full time (cards) or for the person as contracted (pay)
    """
    rows = np.flatnonzero(counted & (rate_of != NONE))
    month = stretches.month[rows]
    convertible = known(facts, rates["currency"][rate_of[rows]], month)
    rows, month = rows[convertible], month[convertible]
    has_rate = np.zeros(counted.size, dtype=bool)
    has_rate[rows] = True
    rate = rate_of[rows]
    hourly = rates["unit"][rate] == RateUnit.HOUR
    part, whole = _part_of_month(facts, stretches, rows, full_time=full_time)
    part = np.where(hourly, stretches.minutes[rows], part)
    whole = np.where(hourly, MINUTES_OF_AN_HOUR, whole)
    amount = monthly_amount(rates["unit"][rate], rates["amount"][rate], facts.fiscal_index[month])

    person_month = stretches.person_month[rows]
    currency = rates["currency"][rate]
    account = person_month * len(facts.currencies) + currency
    order = np.argsort(account, kind="stable")
    starts = run_starts(account[order])
    local = round_ratio_sums(amount[order], part[order], whole[order], starts)
    first = order[starts]
    posted = converted(facts, local, currency[first], month[first])
    return group_sums(person_month[first], posted, stretches.person_months), has_rate


def _part_of_month(facts: Facts, stretches: Stretches, rows: Ints, *, full_time: bool) -> tuple[Ints, Ints]:
    """Numerator and denominator of the part of a monthly rate that falls on each stretch."""
    month, schedule = stretches.month[rows], stretches.schedule[rows]
    start, end = facts.month_starts[month], facts.month_starts[month + 1]
    time = stretches.time[rows]
    if full_time:
        of_month = facts.schedules.minutes_between(schedule, start, end)
        contracted, full_week = facts.schedules.weekly[schedule], facts.settings.full_time_week_minutes
        common = np.gcd(contracted, full_week)
        time, week = time * (contracted // common), full_week // common
    else:
        of_month = group_sums(stretches.person_month, stretches.minutes, stretches.person_months)
        of_month, week = of_month[stretches.person_month[rows]], np.ones(rows.size, dtype=np.int64)
    whole = np.where(stretches.by_days[rows], end - start, np.maximum(of_month, 1))
    return time, whole * week
