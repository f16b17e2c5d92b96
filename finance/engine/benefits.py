"""What work brought: benefit entries and valued outcomes, credited to leaves (epic, team, stream).

    valuation of a month = direction * (observed - baseline) * volume * unit value * margin, rounded once
    leaf weight          = (1 - external) * team share | epic * stream share | epic
One largest-remainder split per benefit goes over all its leaves, the external share and what stays unattributed.
See docs/algorithms/attribution.md and valuation.md.
"""

from math import gcd

import numpy as np

from finance.engine.accounts import Account, BenefitState, LineKind
from finance.engine.facts import NONE, Facts, Ints, Table
from finance.engine.fx import converted, known
from finance.engine.leaves import month_whole, monthly_shares, ranges
from finance.engine.stretches import Flags
from roi_project.kernel.integers import WEIGHT_BOUND, group_sums, run_starts
from roi_project.kernel.shares import split, split_columns
from teams.engine.segments import ONE, expand

SCALE = 10**6
"""Metric values, baselines and volumes are whole numbers of 1e-6."""
LAST_DAY = 2**40
EFFORT_LOOK_BACK = 36
"""Months before a benefit's own whose effort counts for it: the longest benefit window by default."""
TEAM_LIMIT = 2**31


class Aggregate:
    SUM, MEAN, LAST = 1, 2, 3


class AttributionModel:
    FIXED, EFFORT, EQUAL = 1, 2, 3


def valued(facts: Facts) -> Table:
    """Every valuation in every month of the span in which its metric was observed, as local amounts.

    Columns: row (in the valuation table), month, outcome, amount, currency, klass. A month without an
    observation has no row: unknown is not zero.
    """
    rows = facts.table(
        "valuations", "outcome", "start", "end", "volume", "volume_metric", "unit_value", "currency", "margin", "klass"
    )
    outcomes = facts.table(
        "outcomes", "metric", "baseline", "direction", "epic", "external", "model", "start", "window"
    )
    first = np.clip(np.searchsorted(facts.month_starts, rows["start"], "right") - 1, 0, None)
    last = np.minimum(np.searchsorted(facts.month_starts, rows["end"], "left"), facts.months)
    row, month = expand(first, np.maximum(last - first, 0))
    outcome = rows["outcome"][row]
    window_start = outcomes["start"][outcome]
    age = month - np.where(window_start > -LAST_DAY, window_start, month)
    inside = (age >= 0) & (age < outcomes["window"][outcome])
    row, month, outcome = row[inside], month[inside], outcome[inside]
    num, den = metric_values(facts)
    at = (outcomes["metric"][outcome], month)
    volume_metric = rows["volume_metric"][row]
    by_metric = volume_metric != NONE
    safe = np.where(by_metric, volume_metric, 0)
    seen = (den[at] > 0) & (~by_metric | (den[safe, month] > 0))
    keep = np.flatnonzero(seen)
    row, month, outcome, by_metric, safe = row[keep], month[keep], outcome[keep], by_metric[keep], safe[keep]

    def big(values: Ints) -> np.ndarray:
        return values.astype(object)

    value_den = den[outcomes["metric"][outcome], month]
    gain = (big(num[outcomes["metric"][outcome], month]) - big(outcomes["baseline"][outcome]) * big(value_den)) * big(
        outcomes["direction"][outcome]
    )
    volume_num = big(np.where(by_metric, num[safe, month], rows["volume"][row]))
    volume_den = big(np.where(by_metric, den[safe, month], 1))
    numerator = gain * volume_num * big(rows["unit_value"][row]) * big(rows["margin"][row])
    denominator = big(value_den) * volume_den * (SCALE * SCALE * ONE)
    doubled = 2 * abs(numerator) + denominator
    size = doubled // (2 * denominator) if keep.size else doubled
    amount = np.where(numerator < 0, -size, size).astype(np.int64)
    return {
        "row": row,
        "month": month,
        "outcome": outcome,
        "amount": amount,
        "currency": rows["currency"][row],
        "klass": rows["klass"][row],
    }


def metric_values(facts: Facts) -> tuple[Ints, Ints]:
    """One value per metric and month as numerator / denominator in units of 1e-6; denominator 0 = not observed."""
    months = facts.table("metric_months", "metric", "month", "count", "total", "last")
    aggregate = facts.table("metrics", "aggregate")["aggregate"]
    num = np.zeros((max(facts.count("metrics"), 1), facts.months), dtype=np.int64)
    den = np.zeros_like(num)
    kind = aggregate[months["metric"]]
    at = (months["metric"], months["month"])
    num[at] = np.where(kind == Aggregate.LAST, months["last"], months["total"])
    den[at] = np.where(kind == Aggregate.MEAN, months["count"], 1)
    return num, den


def benefit_lines(facts: Facts) -> tuple[Table, Table]:
    """Every benefit of the span split over its leaves, and the (month, currency) pairs without a rate.

    Columns: kind, row (in its table), month, team, stream, epic, account, klass, state, whole, amount.
    Rejected benefits are left out; a benefit of zero keeps its leaves, because zero was measured.
    """
    entries = facts.table("benefits", "month", "amount", "currency", "klass", "state", "outcome", "epic", "external")
    counted = np.flatnonzero(entries["state"] != BenefitState.REJECTED)
    value = valued(facts)
    value_state = valuation_state(facts, value)
    shown = np.flatnonzero(value_state != BenefitState.REJECTED)
    outcomes = facts.table(
        "outcomes", "metric", "baseline", "direction", "epic", "external", "model", "start", "window"
    )

    def joined(of_entries: Ints, of_values: Ints) -> Ints:
        return np.concatenate([of_entries[counted], of_values[shown]])

    kind = np.concatenate(
        [np.full(counted.size, LineKind.BENEFIT_ENTRY), np.full(shown.size, LineKind.VALUATION)]
    ).astype(np.int64)
    row = np.concatenate([counted, value["row"][shown]])
    month = joined(entries["month"], value["month"])
    outcome = joined(entries["outcome"], value["outcome"])
    safe = np.where(outcome == NONE, 0, outcome)

    def of_outcome(name: str, otherwise: Ints) -> Ints:
        column = outcomes[name]
        return np.where(outcome == NONE, otherwise, column[safe] if column.size else otherwise)

    nothing = np.full(kind.size, NONE, dtype=np.int64)
    own_external = joined(entries["external"], np.full(value["row"].size, NONE, dtype=np.int64))
    external = np.where(own_external != NONE, own_external, np.maximum(of_outcome("external", nothing), 0))
    epic = joined(entries["epic"], np.full(value["row"].size, NONE, dtype=np.int64))
    epic = np.where(epic == NONE, of_outcome("epic", nothing), epic)
    currency = joined(entries["currency"], value["currency"])
    ok = known(facts, currency, month)
    gone = np.unique(month[~ok] * 1000 + currency[~ok])
    local = joined(entries["amount"], value["amount"])
    benefit = {
        "kind": kind,
        "row": row,
        "month": month,
        "outcome": outcome,
        "epic": epic,
        "external": external,
        "model": of_outcome("model", np.full(kind.size, AttributionModel.EFFORT)),
        "klass": joined(entries["klass"], value["klass"]),
        "state": joined(entries["state"], value_state),
    }
    benefit = {name: column[ok] for name, column in benefit.items()}
    benefit["whole"] = converted(facts, local[ok], currency[ok], month[ok])
    return _attributed(facts, benefit), {"month": gone // 1000, "currency": gone % 1000}


def valuation_state(facts: Facts, value: Table) -> Ints:
    """Claimed, unless a review of this month saw exactly this amount: a changed observation opens it again."""
    reviews = facts.table("valuation_reviews", "row", "month", "amount", "currency", "state")
    by_key = {
        (int(r), int(m)): (int(a), int(c), int(s))
        for r, m, a, c, s in zip(*(reviews[n] for n in ("row", "month", "amount", "currency", "state")), strict=True)
    }
    state = np.full(value["row"].size, BenefitState.CLAIMED, dtype=np.int64)
    if by_key:
        for i, (r, m, a, c) in enumerate(zip(*(value[n] for n in ("row", "month", "amount", "currency")), strict=True)):
            seen = by_key.get((int(r), int(m)))
            if seen is not None and seen[:2] == (int(a), int(c)):
                state[i] = seen[2]
    return state


def _attributed(facts: Facts, benefit: Table) -> Table:
    """Leaves of each benefit and the one split over them."""
    count = benefit["kind"].size
    owner, team, epic, share = _team_shares(facts, benefit)
    epics, teams = max(facts.count("epics"), 1), max(facts.count("teams"), 1)
    empty = ("stream", "share", "start", "end")
    epic_streams = monthly_shares(facts, facts.table("epic_streams", "epic", *empty), "epic", epics)
    team_streams = monthly_shares(facts, facts.table("team_streams", "team", *empty), "team", teams)
    named = share["stream"]
    month = benefit["month"][owner]
    free = named == NONE
    low, n = ranges(epic_streams["cell"], np.where(free & (epic != NONE), month * epics + epic, -1))
    t_low, t_n = ranges(team_streams["cell"], np.where(free & (team != NONE), month * teams + team, -1))
    t_n = np.where(n > 0, 0, t_n)
    row_e, hit_e = expand(low, n)
    row_t, hit_t = expand(t_low, t_n)
    bare = np.flatnonzero((n == 0) & (t_n == 0))
    source = np.concatenate([row_e, row_t, bare])
    stream = np.concatenate([epic_streams["stream"][hit_e], team_streams["stream"][hit_t], named[bare]])
    month_of = month_whole(facts)
    part = np.concatenate([epic_streams["weight"][hit_e], team_streams["weight"][hit_t], month_of[month[bare]]])

    kept = ONE - benefit["external"]
    covered = group_sums(owner, share["weight"], count)
    whole = np.maximum(share["whole"], covered)
    # Leaf weights are kept * share * stream part; external * whole * month and kept * rest * month stand beside them.
    group = np.concatenate([owner[source], np.arange(count), np.arange(count)])
    factors = [
        np.concatenate([kept[owner[source]], benefit["external"], kept]),
        np.concatenate([share["weight"][source], whole, whole - covered]),
        np.concatenate([part, np.tile(month_of[benefit["month"]], 2)]),
    ]
    leaf = {
        "team": np.concatenate([team[source], np.full(2 * count, NONE)]),
        "stream": np.concatenate([stream, np.full(2 * count, NONE)]),
        "epic": np.concatenate([epic[source], np.full(2 * count, NONE)]),
        "account": np.concatenate(
            [
                np.full(source.size, Account.BENEFIT),
                np.full(count, Account.EXTERNAL),
                np.full(count, Account.UNATTRIBUTED),
            ]
        ),
    }
    last = 2**40
    order = np.lexsort(
        (
            *(np.where(leaf[name] == NONE, last, leaf[name]) for name in ("stream", "team", "epic")),
            leaf["account"],
            group,
        )
    )
    group = group[order]
    factors = [f[order].astype(np.int64) for f in factors]
    keep = (factors[0] > 0) & (factors[1] > 0) & (factors[2] > 0)
    group, factors = group[keep], [f[keep] for f in factors]
    leaf = {name: column[order][keep].astype(np.int64) for name, column in leaf.items()}
    amount = _split_product(benefit["whole"], group, factors)
    return {
        **{name: benefit[name][group] for name in ("kind", "row", "month", "klass", "state", "whole")},
        **leaf,
        "amount": amount,
    }


def _split_product(amounts: Ints, group: Ints, factors: list[Ints]) -> Ints:
    """split_columns by the product of several factors, each reduced by what its group has in common first."""
    if group.size == 0:
        return group
    starts = run_starts(group)
    sizes = np.diff(np.r_[starts, group.size])
    reduced = [factor // np.repeat(np.gcd.reduceat(factor, starts), sizes) for factor in factors]
    rough = reduced[0].astype(np.float64) * reduced[1] * reduced[2]
    large = np.repeat(np.add.reduceat(rough, starts) >= float(WEIGHT_BOUND), sizes)
    weight = np.where(large, 1, reduced[0] * reduced[1] * reduced[2])
    out = split_columns(amounts, group, weight)
    for start, size in zip(starts[large[starts]], sizes[large[starts]], strict=True):
        rows = slice(start, start + size)
        exact = [int(a) * int(b) * int(c) for a, b, c in zip(*(f[rows] for f in factors), strict=True)]
        common = gcd(*exact)
        out[rows] = split(int(amounts[group[start]]), [x // common for x in exact])
    return out


def _team_shares(facts: Facts, benefit: Table) -> tuple[Ints, Ints, Ints, Table]:
    """(benefit, team, epic) rows with their weight; `whole` is what the weights of a benefit are parts of.

    By the outcome's model: fixed shares as agreed, effort on the epic up to the benefit's month, or equal parts of
    the teams linked to the epic in that month. Where nobody sent effort, the teams share equally. What has no
    weight at all stays unattributed.
    """
    count = benefit["kind"].size
    fixed = benefit["model"] == AttributionModel.FIXED
    agreed = _agreed(facts, benefit, fixed)
    effort = _worked(facts, benefit, ~fixed & (benefit["model"] != AttributionModel.EQUAL))
    by_effort = np.zeros(count, dtype=bool)
    by_effort[effort[0]] = True
    pieces = [agreed, effort, _linked(facts, benefit, ~fixed & ~by_effort)]
    owner, team, epic, stream, weight = (np.concatenate([piece[i] for piece in pieces]) for i in range(5))
    # A benefit without any weight stays wholly unattributed: its whole is one, covered by nothing.
    whole = np.ones(count, dtype=np.int64)
    whole[owner] = 0
    whole[agreed[0]] = ONE
    return owner, team, epic, {"stream": stream, "weight": weight, "whole": whole}


Pieces = tuple[Ints, Ints, Ints, Ints, Ints]
"""Columns (benefit, team, epic, stream, weight), with no weight of zero."""


def _agreed(facts: Facts, benefit: Table, wanted: Flags) -> Pieces:
    """The shares agreed for the outcome."""
    rows = facts.table("attributions", "outcome", "epic", "team", "stream", "share")
    order = np.flatnonzero(rows["share"] > 0)
    order = order[np.argsort(rows["outcome"][order], kind="stable")]
    low, n = ranges(rows["outcome"][order], np.where(wanted & (benefit["outcome"] != NONE), benefit["outcome"], -2))
    owner, hit = expand(low, n)
    hit = order[hit]
    epic = np.where(rows["epic"][hit] == NONE, benefit["epic"][owner], rows["epic"][hit])
    return owner, rows["team"][hit], epic, rows["stream"][hit], rows["share"][hit]


def _worked(facts: Facts, benefit: Table, wanted: Flags) -> Pieces:
    """The effort of each team on the epic, from EFFORT_LOOK_BACK months before the benefit's month up to that month."""
    rows = facts.table("attribution_effort", "epic", "team", "month", "share", "item_days")
    weights = _team_months(rows, max(facts.count("teams"), 1))
    order = np.lexsort((rows["month"], rows["team"], rows["epic"]))
    order = order[rows["epic"][order] != NONE]
    epic, team, month = (rows[name][order] for name in ("epic", "team", "month"))
    to_date = np.r_[0, np.cumsum(weights[order])]
    starts = np.flatnonzero(np.r_[True, (epic[1:] != epic[:-1]) | (team[1:] != team[:-1])]) if epic.size else epic
    low, n = ranges(epic[starts], np.where(wanted & (benefit["epic"] != NONE), benefit["epic"], -2))
    owner, pair = expand(low, n)
    # Rows of a pair are in order of month: those of the months looked back on stand between two places.
    earliest = int(min(month.min(initial=0), 0)) - EFFORT_LOOK_BACK
    span = int(max(month.max(initial=0), facts.months)) - earliest + 1
    row_key = np.repeat(np.arange(starts.size), np.diff(np.r_[starts, epic.size])) * span + (month - earliest)
    wanted_key = pair * span + (benefit["month"][owner] - earliest)
    since = np.searchsorted(row_key, wanted_key - EFFORT_LOOK_BACK, side="left")
    until = np.searchsorted(row_key, wanted_key, side="right")
    weight = to_date[until] - to_date[since]
    keep = weight > 0
    owner, pair = owner[keep], pair[keep]
    return owner, team[starts[pair]], benefit["epic"][owner], np.full(owner.size, NONE, dtype=np.int64), weight[keep]


def _team_months(rows: Table, teams: int) -> Ints:
    """Effort rows as millionths of their team's month, so that declared shares and item-days can be added up.

    As for cost: where a team declared shares in a month they count alone, else its item-days in proportion.
    """
    cells, cell = np.unique(rows["month"] * teams + rows["team"], return_inverse=True)
    declared = rows["share"] != NONE
    told = np.zeros(cells.size, dtype=bool)
    told[cell[declared]] = True
    weight = np.where(declared, rows["share"], 0)
    by_days = np.flatnonzero(~declared & ~told[cell] & (rows["item_days"] > 0))
    of_days, group = np.unique(cell[by_days], return_inverse=True)
    weight[by_days] = split_columns(np.full(of_days.size, ONE), group, rows["item_days"][by_days])
    return weight


def _linked(facts: Facts, benefit: Table, wanted: Flags) -> Pieces:
    """The same weight for every team linked to the epic on some day of the benefit's month."""
    links = facts.table("epic_teams", "epic", "team", "start", "end")
    order = np.lexsort((links["team"], links["epic"]))
    low, n = ranges(links["epic"][order], np.where(wanted & (benefit["epic"] != NONE), benefit["epic"], -2))
    owner, hit = expand(low, n)
    hit = order[hit]
    month = benefit["month"][owner]
    alive = (links["start"][hit] < facts.month_starts[month + 1]) & (links["end"][hit] > facts.month_starts[month])
    pairs = np.unique(owner[alive] * TEAM_LIMIT + links["team"][hit[alive]])  # a link that was split counts once
    owner = pairs // TEAM_LIMIT
    nowhere, one = np.full(owner.size, NONE, dtype=np.int64), np.ones(owner.size, dtype=np.int64)
    return owner, pairs % TEAM_LIMIT, benefit["epic"][owner], nowhere, one
