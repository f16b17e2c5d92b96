"""What was bought: contractor lines and cost entries as posted amounts per month.

    contractor   round(rate * (hours + overtime * multiplier)) in local currency, then converted once
    cost entry   its month, or its service period by cumulative rounding: round(T k/n) - round(T (k-1)/n),
                 n whole months, or days where the period does not run over whole months
Entries with amounts below a minor unit (cloud bills) are summed exactly per target, category, currency and month,
converted and posted once, and the posted units handed back to the entries by largest remainder: none is lost.
See docs/algorithms/costs.md.
"""

from fractions import Fraction

import numpy as np

from finance.engine.facts import NONE, Facts, Ints, Table
from finance.engine.fx import converted, known, ratio
from finance.engine.labour import FTE_ONE
from finance.engine.stretches import Flags
from roi_project.kernel.integers import round_div_columns, round_muldiv_columns
from roi_project.kernel.money import round_half_away
from teams.engine.segments import expand

HOUR = 10_000
"""Hours and multipliers are whole numbers of 1e-4."""
MOST_HOURS = 10**7
"""On one contractor line; more would not fit where minutes are kept."""
PICO = 10**12
"""Parts of a minor unit are whole numbers of 1e-12."""


def contractor_lines(facts: Facts) -> tuple[Table, Table]:
    """Posted contractor lines, and those whose currency has no rate.

    Columns: row (in the contractor table), month, team, role, amount, minutes, fte_nano.
    """
    rows = facts.table("contractors", "month", "team", "role", "hours", "overtime", "multiplier", "rate", "currency")
    rough = rows["hours"].astype(np.float64) * HOUR + rows["overtime"].astype(np.float64) * rows["multiplier"]
    if rough.max(initial=0) >= MOST_HOURS * HOUR * HOUR:
        raise OverflowError("a contractor line of more hours than there can be")
    worked = rows["hours"] * HOUR + rows["overtime"] * rows["multiplier"]
    amount = round_muldiv_columns(rows["rate"], worked, np.full(worked.size, HOUR * HOUR, dtype=np.int64))
    ok = known(facts, rows["currency"], rows["month"])
    keep = np.flatnonzero(ok)
    month = rows["month"][keep]
    minutes = round_div_columns(
        (rows["hours"][keep] + rows["overtime"][keep]) * 60, np.full(keep.size, HOUR, dtype=np.int64)
    )
    full = np.array(facts.settings.full_time_month_minutes, dtype=np.int64)[month]
    return {
        "row": keep,
        "month": month,
        "team": rows["team"][keep],
        "role": rows["role"][keep],
        "amount": converted(facts, amount[keep], rows["currency"][keep], month),
        "minutes": minutes,
        "fte_nano": np.where(full > 0, round_div_columns(minutes * FTE_ONE, np.maximum(full, 1)), 0),
    }, _missing(rows, ok)


def cost_lines(facts: Facts) -> tuple[Table, Table]:
    """Posted cost entries per month, and those whose currency has no rate.

    Columns: row (in the cost table), month, team, pool, stream, category, amount.
    """
    rows = facts.table(
        "costs",
        "month",
        "service_start",
        "service_end",
        "team",
        "pool",
        "stream",
        "category",
        "amount",
        "fraction",
        "currency",
    )
    spread = rows["service_start"] != NONE
    single = np.flatnonzero(~spread & (rows["month"] >= 0) & (rows["month"] < facts.months))
    parts = (single, rows["month"][single], rows["amount"][single]), _spread(facts, rows, np.flatnonzero(spread))
    row, month, local = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    ok = known(facts, rows["currency"][row], month)
    missing = _missing({"month": month, "currency": rows["currency"][row]}, ok)
    row, month, local = row[ok], month[ok], local[ok]
    amount = converted(facts, local, rows["currency"][row], month)
    tiny = np.flatnonzero((rows["fraction"][row] != 0) & ~spread[row])
    if tiny.size:
        amount[tiny] = _apportioned(facts, rows, row[tiny], month[tiny])
    return {
        "row": row,
        "month": month,
        "amount": amount,
        **{name: rows[name][row] for name in ("team", "pool", "stream", "category")},
    }, missing


def _missing(rows: Table, ok: Flags) -> Table:
    gone = np.flatnonzero(~ok)
    pairs = np.unique(rows["month"][gone] * 1000 + rows["currency"][gone])
    return {"month": pairs // 1000, "currency": pairs % 1000}


def _spread(facts: Facts, rows: Table, which: Ints) -> tuple[Ints, Ints, Ints]:
    """(row, month, local amount) of entries with a service period, for the months of the span."""
    start, end = rows["service_start"][which], rows["service_end"][which]
    first = np.clip(np.searchsorted(facts.month_starts, start, "right") - 1, 0, None)
    last = np.minimum(np.searchsorted(facts.month_starts, end, "left"), facts.months)
    pick, month = expand(first, np.maximum(last - first, 0))
    row = which[pick]
    n, before, after = service_steps(start[pick], end[pick], facts.month_starts[month], facts.month_starts[month + 1])
    whole = rows["amount"][row]
    local = round_muldiv_columns(whole, after, n) - round_muldiv_columns(whole, before, n)
    for i in np.flatnonzero(rows["fraction"][row]):
        exact = int(whole[i]) + Fraction(int(rows["fraction"][row[i]]), PICO)
        steps = (round_half_away(exact * Fraction(int(done), int(n[i]))) for done in (after[i], before[i]))
        local[i] = next(steps) - next(steps)
    return row, month, local


def service_steps(start: Ints, end: Ints, month_start: Ints, month_end: Ints) -> tuple[Ints, Ints, Ints]:
    """Steps of a service period, and how many are over before and after a month: whole months where it runs over
    whole months, else days."""
    start_month, whole_start = _month_of(start)
    end_month, whole_end = _month_of(end)
    here, _ = _month_of(month_start)
    by_month = whole_start & whole_end
    n = np.where(by_month, end_month - start_month, end - start)
    before = np.where(by_month, here - start_month, np.clip(month_start - start, 0, None))
    after = np.where(by_month, here + 1 - start_month, np.minimum(month_end, end) - start)
    return n, before, after


def _month_of(day: Ints) -> tuple[Ints, Flags]:
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), months.astype("datetime64[D]") == dates


def _apportioned(facts: Facts, rows: Table, row: Ints, month: Ints) -> Ints:
    """Entries with parts below a minor unit: posted as one sum per group, given back by largest remainder.

    The exact amounts need more than 64 bits, so they are Python integers in arrays: a million take about a second.
    """
    names = ("team", "pool", "stream", "category", "currency")
    order = np.lexsort((row, *(rows[name][row] for name in names), month))
    row, month = row[order], month[order]
    changed = np.zeros(row.size, dtype=bool)
    changed[0] = True
    for column in (month, *(rows[name][row] for name in names)):
        changed[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(changed)
    count = np.diff(np.r_[starts, row.size])
    numerator, denominator = ratio(facts, rows["currency"][row], month)
    exact = (rows["amount"][row].astype(object) * PICO + rows["fraction"][row]) * numerator
    whole = denominator.astype(object) * PICO
    total = np.add.reduceat(exact, starts)
    sign = np.where(total < 0, -1, 1)
    posted = (2 * total * sign + whole[starts]) // (2 * whole[starts])
    # A group below zero is apportioned by its size: floors of the sizes, the units left to the largest remainders.
    exact = exact * np.repeat(sign, count)
    floor, rest = exact // whole, exact % whole
    left = (posted - np.add.reduceat(floor, starts)).astype(np.int64)
    high, low = (part.astype(np.int64) for part in (rest // PICO, rest % PICO))  # more than 64 bits, in two
    amount: Ints = floor.astype(np.int64)
    group = np.repeat(np.arange(starts.size), count)
    ranked = np.lexsort((row, -amount, -low, -high, group))
    rank = np.arange(row.size) - np.repeat(starts, count)
    amount[ranked[rank < np.repeat(left, count)]] += 1
    out = np.empty_like(amount)
    out[order] = amount * np.repeat(sign, count)
    return out
