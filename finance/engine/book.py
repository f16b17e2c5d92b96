"""Facts -> Book: the account of each month of a span, to the cent and down to its lines.

Three grains. A line is one posted source amount, split exactly over teams, bench or pool. A
component is the sum of lines per month, owner, account and category. A posting is one exact split of a component
over its leaves (stream, epic, work type). Every report is a sum of postings, so it foots along every axis.
See docs/algorithms/book.md.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from finance.engine.accounts import (
    SINKS,
    VARIANCE,
    Account,
    EffortSource,
    LineKind,
    WorkType,
)
from finance.engine.benefits import benefit_lines
from finance.engine.costs import contractor_lines, cost_lines
from finance.engine.facts import NONE, Facts, Ints, Table
from finance.engine.findings import FindingCode
from finance.engine.labour import Labour, labour
from finance.engine.leaves import leaf_weights, ranges
from finance.engine.pools import MonthShares, RuleIndex, TeamMeasures, month_shares
from roi_project.kernel.integers import group_sums, run_starts
from roi_project.kernel.shares import split_columns
from teams.engine.segments import expand

ENGINE_VERSION = "1"

OWNER = ("month", "team", "pool", "origin_pool", "stream", "account", "category", "klass", "state")
LEAF = ("stream", "epic", "work_type", "effort_source")
MEASURES = ("amount", "minutes", "priced_minutes", "fte_nano")
LINE = (
    "month", "kind", "source", "team", "pool", "stream", "epic", "role", "account", "category", "klass", "state",
    "whole", "amount", "variance_whole", "variance", "minutes",
)  # fmt: skip


Shares = dict[int, MonthShares]
"""Effective shares of the pools, by month of the span."""


class DoesNotReconcile(AssertionError):
    """A book whose figures do not add up to its sources is never published."""


@dataclass(frozen=True)
class Finding:
    """Something a reader should know about a month: a code, who it concerns, and the facts of it."""

    month: int
    code: FindingCode
    team: int = NONE
    pool: int = NONE
    person: int = NONE
    role: int = NONE
    detail: dict[str, object] | None = None


@dataclass(frozen=True)
class Book:
    """Lines, components, postings and findings of every month of the span, and the identities they satisfy."""

    lines: Table
    components: Table
    postings: Table
    findings: list[Finding]
    identities: dict[str, Ints]


def compile_book(facts: Facts) -> Book:
    """Compile every month of the span. Pure: the same facts give the same book.

    Raises DoesNotReconcile when an identity fails, which would be a fault of this engine.
    """
    people = labour(facts)
    bought, fx_bought = contractor_lines(facts)
    paid, fx_paid = cost_lines(facts)
    brought, fx_brought = benefit_lines(facts)
    index = RuleIndex(facts)
    lines = _lines(facts, people, bought, paid, brought, index)
    own = _own_components(lines, people, bought)
    shared, shares = _shared_components(facts, people, bought, own, index)
    components = _stack([own, shared])
    leaves, carried = leaf_weights(facts)
    postings = _postings(facts, components, leaves, index)
    postings = _stack([postings, _benefit_postings(facts, brought), _benefit_moves(facts, brought, index, shares)])
    postings = grouped(postings, (*OWNER[:4], *LEAF, *OWNER[5:]), MEASURES)
    benefit_components = grouped(
        {**{n: postings[n] for n in OWNER if n != "stream"}, "stream": np.full(postings["month"].size, NONE),
         **{n: postings[n] for n in MEASURES}},
        OWNER, MEASURES, only=postings["account"] % VARIANCE >= Account.BENEFIT,
    )  # fmt: skip
    components = _stack([components, benefit_components])
    book = Book(
        lines=lines,
        components=components,
        postings=postings,
        findings=[
            *_findings(facts, people, shares, carried, (people.missing_fx, fx_bought, fx_paid, fx_brought)),
            *_carried_rates(facts, people, bought, paid, brought),
        ],
        identities=_identities(facts, lines, components, postings),
    )
    return book


# --- lines ---------------------------------------------------------------------------------------------------


def _lines(facts: Facts, people: Labour, bought: Table, paid: Table, brought: Table, index: RuleIndex) -> Table:
    """Every posted source amount and where its parts went."""
    parts = people.parts
    size = {"person": parts["person"].size, "bought": bought["row"].size, "paid": paid["row"].size}

    def of(value: int, count: int) -> Ints:
        return np.full(count, value, dtype=np.int64)

    def line(count: int, **columns: Ints) -> Table:
        table = {name: of(NONE, count) for name in ("team", "pool", "stream", "epic", "role", "category")}
        table |= {name: of(0, count) for name in ("klass", "state", "variance_whole", "variance", "minutes")}
        return {name: (table | columns)[name] for name in LINE}

    team = parts["team"]
    rows = [
        line(
            size["person"],
            month=parts["month"],
            kind=of(LineKind.PERSON, size["person"]),
            source=parts["person"],
            team=team,
            pool=_pool_of(index, team),
            role=parts["role"],
            account=np.where(team == NONE, Account.BENCH, Account.LABOUR),
            whole=parts["whole"],
            amount=parts["amount"],
            variance_whole=parts["variance_whole"],
            variance=parts["variance"],
            minutes=parts["minutes"],
        ),
        line(
            size["bought"],
            month=bought["month"],
            kind=of(LineKind.CONTRACTOR, size["bought"]),
            source=bought["row"],
            team=bought["team"],
            pool=_pool_of(index, bought["team"]),
            role=bought["role"],
            account=of(Account.CONTRACTOR, size["bought"]),
            whole=bought["amount"],
            amount=bought["amount"],
            minutes=bought["minutes"],
        ),
        line(
            size["paid"],
            month=paid["month"],
            kind=of(LineKind.COST_ENTRY, size["paid"]),
            source=paid["row"],
            # A cost entered on a pool that is a team belongs to both, as its people's cost does.
            team=np.where(paid["pool"] != NONE, _team_of(index, paid["pool"]), paid["team"]),
            pool=np.where(paid["pool"] != NONE, paid["pool"], _pool_of(index, paid["team"])),
            stream=paid["stream"],
            account=of(Account.DIRECT, size["paid"]),
            category=paid["category"],
            whole=paid["amount"],
            amount=paid["amount"],
        ),
        line(
            brought["row"].size,
            month=brought["month"],
            kind=brought["kind"],
            source=brought["row"],
            team=brought["team"],
            stream=brought["stream"],
            epic=brought["epic"],
            account=brought["account"],
            klass=brought["klass"],
            state=brought["state"],
            whole=brought["whole"],
            amount=brought["amount"],
        ),
    ]
    return _stack(rows)


def _pool_of(index: RuleIndex, team: Ints) -> Ints:
    return np.where(team == NONE, NONE, index.pool_of_team[np.where(team == NONE, 0, team)])


def _team_of(index: RuleIndex, pool: Ints) -> Ints:
    if index.team_of_pool.size == 0:
        return np.full(pool.size, NONE, dtype=np.int64)
    return np.where(pool == NONE, NONE, index.team_of_pool[np.where(pool == NONE, 0, pool)])


# --- components ------------------------------------------------------------------------------------------------


def _own_components(lines: Table, people: Labour, bought: Table) -> Table:
    """Sums of cost lines per owner, account and category; variance in its own accounts."""
    cost = np.flatnonzero(lines["account"] < Account.BENEFIT)
    count = lines["month"].size
    priced, fte = (np.zeros(count, dtype=np.int64) for _ in range(2))
    n, m = people.parts["person"].size, bought["row"].size
    priced[:n], fte[:n] = people.parts["priced_minutes"], people.parts["fte_nano"]
    priced[n : n + m], fte[n : n + m] = bought["minutes"], bought["fte_nano"]
    columns = {
        name: lines[name][cost] for name in ("month", "team", "pool", "stream", "account", "category", "klass", "state")
    }
    columns["origin_pool"] = np.full(cost.size, NONE, dtype=np.int64)
    standard = columns | {
        "amount": lines["amount"][cost],
        "minutes": lines["minutes"][cost],
        "priced_minutes": priced[cost],
        "fte_nano": fte[cost],
    }
    varied = np.flatnonzero((lines["kind"] == LineKind.PERSON) & (lines["variance"] != 0))
    zero = np.zeros(varied.size, dtype=np.int64)
    variance = {name: lines[name][varied] for name in columns if name != "origin_pool"} | {
        "origin_pool": np.full(varied.size, NONE, dtype=np.int64),
        "account": lines["account"][varied] + VARIANCE,
        "amount": lines["variance"][varied],
        "minutes": zero,
        "priced_minutes": zero,
        "fte_nano": zero,
    }
    return grouped(_stack([standard, variance]), OWNER, MEASURES)


def _shared_components(
    facts: Facts, people: Labour, bought: Table, own: Table, index: RuleIndex
) -> tuple[Table, Shares]:
    """Each pool's own cost, split once over teams and sinks by its effective shares; standard and variance apart."""
    months, teams, pools = facts.months, facts.count("teams"), facts.count("pools")
    shares: Shares = {}
    blocks: list[Table] = []
    if pools:
        measures = _measures(facts, people, own)
        shares = {month: month_shares(facts, month, measures, index) for month in range(months)}
        for base in (0, VARIANCE):
            mine = np.flatnonzero((own["pool"] != NONE) & (own["account"] // VARIANCE * VARIANCE == base))
            cell = own["month"][mine] * pools + own["pool"][mine]
            cost = group_sums(cell, own["amount"][mine], months * pools)
            blocks += _carried_over(cost, base, shares, index, teams, pools)
    empty = {name: np.zeros(0, dtype=np.int64) for name in (*OWNER, *MEASURES)}
    return _stack([empty, *blocks]), shares


def _measures(facts: Facts, people: Labour, own: Table) -> TeamMeasures:
    months, teams = facts.months, facts.count("teams")
    size = months * max(teams, 1)
    at_team = own["team"] != NONE
    cell = np.where(at_team, own["month"] * teams + own["team"], 0)
    fte = group_sums(cell, np.where(at_team, own["fte_nano"], 0), size)
    direct = group_sums(cell, np.where(at_team & (own["account"] < VARIANCE), own["amount"], 0), size)
    parts = people.parts
    seated = np.flatnonzero(parts["team"] != NONE)
    heads = group_sums(
        parts["month"][seated] * teams + parts["team"][seated], np.ones(seated.size, dtype=np.int64), size
    )
    shape = (months, max(teams, 1))
    return TeamMeasures(fte=fte.reshape(shape), headcount=heads.reshape(shape), direct_cost=direct.reshape(shape))


def _carried_over(cost: Ints, base: int, shares: Shares, index: RuleIndex, teams: int, pools: int) -> list[Table]:
    """Pool cost out of the pools and in to teams and sinks, as components that cancel."""
    cells = np.flatnonzero(cost != 0)
    if cells.size == 0:
        return []
    group, target, weight = [], [], []
    for number, cell in enumerate(cells):
        column = shares[int(cell) // pools].weights[:, int(cell) % pools]
        rows = np.flatnonzero(column)
        group.append(np.full(rows.size, number))
        target.append(rows)
        weight.append(column[rows])
    groups, targets = np.concatenate(group), np.concatenate(target)
    amount = split_columns(cost[cells], groups, np.concatenate(weight), targets)
    sink_account = np.array([base + account for account in SINKS], dtype=np.int64)
    is_sink = targets >= teams
    origin = cells[groups] % pools
    keep = amount != 0

    def component(count: int, **columns: Ints) -> Table:
        table = {name: np.full(count, NONE, dtype=np.int64) for name in OWNER}
        table |= {name: np.zeros(count, dtype=np.int64) for name in ("klass", "state", *MEASURES)}
        return table | columns

    inward = component(
        int(keep.sum()),
        month=(cells[groups] // pools)[keep],
        team=np.where(is_sink, NONE, targets)[keep],
        origin_pool=origin[keep],
        account=np.where(is_sink, sink_account[np.where(is_sink, targets - teams, 0)], base + Account.SHARED_IN)[keep],
        amount=amount[keep],
    )
    outward = component(
        cells.size,
        month=cells // pools,
        pool=cells % pools,
        team=index.team_of_pool[cells % pools],
        account=np.full(cells.size, base + Account.SHARED_OUT, dtype=np.int64),
        amount=-cost[cells],
    )
    return [outward, inward]


# --- postings --------------------------------------------------------------------------------------------------


def _postings(facts: Facts, components: Table, leaves: Table, index: RuleIndex) -> Table:
    """Components of teams split over their leaves; everything else is one posting where it stands."""
    teams = max(facts.count("teams"), 1)
    cell = components["month"] * teams + components["team"]
    leaf_cell = leaves["month"] * teams + leaves["team"]
    at_team = (components["team"] != NONE) & (components["pool"] == NONE)
    low, n = ranges(leaf_cell, np.where(at_team, cell, -1))
    row, hit = expand(low, n)
    alone = np.flatnonzero(n == 0)
    weight = leaves["weight"][hit]
    split_rows = np.flatnonzero(n)
    position = np.repeat(np.arange(split_rows.size), n[split_rows])
    table = {
        name: np.concatenate([components[name][row], components[name][alone]]) for name in OWNER if name != "stream"
    }
    for name in MEASURES:
        amounts, parts = components[name][split_rows], np.zeros(row.size, dtype=np.int64)
        some = np.flatnonzero((amounts != 0)[position])  # most components have no time
        parts[some] = split_columns(amounts, position[some], weight[some])
        table[name] = np.concatenate([parts, components[name][alone]])

    def leafed(name: str, otherwise: Ints) -> Ints:
        return np.concatenate([leaves[name][hit], otherwise])

    table["stream"] = leafed("stream", components["stream"][alone])
    table["epic"] = leafed("epic", np.full(alone.size, NONE))
    table["work_type"] = leafed("work_type", np.full(alone.size, WorkType.UNSPECIFIED))
    table["effort_source"] = leafed("source", np.full(alone.size, EffortSource.NONE))
    keep = (table["amount"] != 0) | (table["minutes"] != 0) | (table["fte_nano"] != 0)
    return {name: column[keep] for name, column in table.items()}


def _benefit_postings(facts: Facts, brought: Table) -> Table:
    """Benefit lines are leaves already; the epic says what kind of work it was."""
    count = brought["row"].size
    kinds = facts.table("epics", "work_type")["work_type"]
    epic = brought["epic"]
    nothing = np.zeros(count, dtype=np.int64)
    nobody = np.full(count, NONE, dtype=np.int64)
    return {
        "month": brought["month"],
        "team": brought["team"],
        "pool": nobody,
        "origin_pool": nobody,
        "account": brought["account"],
        "category": nobody,
        "klass": brought["klass"],
        "state": brought["state"],
        "stream": brought["stream"],
        "epic": epic,
        "work_type": np.where(epic == NONE, 0, kinds[np.where(epic == NONE, 0, epic)] if kinds.size else 0),
        "effort_source": nothing,
        "amount": brought["amount"],
        "minutes": nothing,
        "priced_minutes": nothing,
        "fte_nano": nothing,
    }


def _benefit_moves(facts: Facts, brought: Table, index: RuleIndex, shares: Shares) -> Table:
    """Benefits of pool teams follow their cost to the teams that carry it."""
    posted = grouped(_benefit_postings(facts, brought), (*OWNER[:4], *LEAF, *OWNER[5:]), MEASURES)
    pool = _pool_of(index, posted["team"])
    rows = np.flatnonzero((pool != NONE) & (posted["account"] == Account.BENEFIT) & (posted["amount"] != 0))
    teams = facts.count("teams")
    group, target, weight = [], [], []
    moved: list[int] = []
    for row in rows:
        column = shares[int(posted["month"][row])].weights[:teams, int(pool[row])]
        finals = np.flatnonzero(column)
        if finals.size:
            group.append(np.full(finals.size, len(moved)))
            target.append(finals)
            weight.append(column[finals])
            moved.append(int(row))
    if not moved:
        return {name: column[:0] for name, column in posted.items()}
    source = np.array(moved, dtype=np.int64)
    groups, targets = np.concatenate(group), np.concatenate(target)
    amount = split_columns(posted["amount"][source], groups, np.concatenate(weight), targets)
    out = {name: column[source] for name, column in posted.items()}
    out["account"] = np.full(source.size, Account.BENEFIT_SHARED_OUT, dtype=np.int64)
    out["pool"] = pool[source]
    out["amount"] = -posted["amount"][source]
    inward = {name: column[source[groups]] for name, column in posted.items()}
    inward["account"] = np.full(groups.size, Account.BENEFIT_SHARED_IN, dtype=np.int64)
    inward["team"] = targets
    inward["origin_pool"] = pool[source[groups]]
    inward["amount"] = amount
    return _stack([out, inward])


# --- identities and findings -----------------------------------------------------------------------------------


def _identities(facts: Facts, lines: Table, components: Table, postings: Table) -> dict[str, Ints]:
    """The conservation laws, per month as whole minor units; raises where one fails.

    source_*   what was posted from sources; booked_* what the postings hold: standard cost, rate variance, benefit.
    """
    months = facts.months

    def per_month(table: Table, rows: np.ndarray, column: str = "amount") -> Ints:
        return group_sums(table["month"][rows], table[column][rows], months)

    cost = lines["account"] < Account.BENEFIT
    out = {
        "source_standard": per_month(lines, cost),
        "source_variance": per_month(lines, cost, "variance"),
        "source_benefit": per_month(lines, ~cost),
        "whole_standard": _wholes(lines, cost, "whole", months),
        "whole_variance": _wholes(lines, cost, "variance_whole", months),
        "whole_benefit": _wholes(lines, ~cost, "whole", months),
        "booked_standard": per_month(postings, postings["account"] < Account.BENEFIT),
        "booked_variance": per_month(postings, postings["account"] >= VARIANCE),
        "booked_benefit": per_month(
            postings, (postings["account"] >= Account.BENEFIT) & (postings["account"] < VARIANCE)
        ),
        "component_standard": per_month(components, components["account"] < Account.BENEFIT),
        "component_variance": per_month(components, components["account"] >= VARIANCE),
        "transfers": per_month(
            postings, np.isin(postings["account"], (Account.BENEFIT_SHARED_OUT, Account.BENEFIT_SHARED_IN))
        ),
    }
    pairs = [
        ("source_standard", "whole_standard"),
        ("source_variance", "whole_variance"),
        ("source_benefit", "whole_benefit"),
        ("source_standard", "booked_standard"),
        ("source_variance", "booked_variance"),
        ("source_benefit", "booked_benefit"),
        ("source_standard", "component_standard"),
        ("source_variance", "component_variance"),
    ]
    for left, right in pairs:
        off = np.flatnonzero(out[left] != out[right])
        if off.size:
            month = int(off[0])
            raise DoesNotReconcile(
                f"month {facts.first_month + month}: {left} {out[left][month]} is not {right} {out[right][month]}"
            )
    if np.any(out["transfers"]):
        raise DoesNotReconcile("benefits that moved between teams do not cancel")
    return out


def _wholes(lines: Table, rows: np.ndarray, column: str, months: int) -> Ints:
    """Each source amount counted once: what the parts must add up to. Parts of one source and month stand together."""
    picked = np.flatnonzero(rows)
    key = (lines["kind"][picked] * months + lines["month"][picked]) * 2**40 + lines["source"][picked]
    first = picked[run_starts(key)]
    return group_sums(lines["month"][first], lines[column][first], months)


def _findings(
    facts: Facts, people: Labour, shares: Shares, carried: Table, missing_fx: tuple[Table, ...]
) -> list[Finding]:
    found: list[Finding] = []
    over = people.over
    for i in range(over["person"].size):
        found.append(
            Finding(
                int(over["month"][i]),
                FindingCode.OVER_ALLOCATED,
                person=int(over["person"][i]),
                detail={
                    "from_day": int(over["start"][i]),
                    "until_day": int(over["end"][i]),
                    "share_micro": int(over["asked"][i]),
                    "workdays": int(over["workdays"][i]),
                },
            )
        )
    found += _missing_rates(people.unpriced, facts.count("roles"))
    for month, people_count, card in zip(*people.card_use, strict=True):
        if people_count < SMALL_CARD:
            detail: dict[str, object] = {"card": int(card), "people": int(people_count)}
            found.append(Finding(int(month), FindingCode.CARD_RESTS_ON_FEW, detail=detail))
    for month, found_shares in shares.items():
        found += [Finding(month, FindingCode.DRIVER_STALE, pool=pool) for pool in found_shares.stale]
        found += [Finding(month, FindingCode.POOL_WITHOUT_RULE, pool=pool) for pool in found_shares.without_rule]
        if found_shares.closed:
            names = [facts.codes["pools"][p] for p in found_shares.closed]
            found.append(Finding(month, FindingCode.CLOSED_CYCLE_WITHOUT_OUTLET, detail={"pools": names}))
    found += [
        Finding(int(m), FindingCode.EFFORT_CARRIED, team=int(t))
        for m, t in zip(carried["month"], carried["team"], strict=True)
    ]
    without_rate = {cell for table in missing_fx for cell in _cells(table)}
    codes = FindingCode.MISSING_FX_RATE, FindingCode.MISSING_FX_RATE_OF_PAY
    return found + _about_currencies(facts, codes, without_rate, _cells(people.missing_pay_fx))


def _cells(table: Table) -> set[tuple[int, int]]:
    """Months and currencies."""
    return set(zip(table["month"].tolist(), table["currency"].tolist(), strict=True))


def _about_currencies(
    facts: Facts,
    codes: tuple[FindingCode, FindingCode],
    cells: set[tuple[int, int]],
    of_pay: set[tuple[int, int]],
) -> list[Finding]:
    """A finding per month and currency; what nothing but pay is in has a code of its own, the second of the two."""
    code, code_of_pay = codes
    named = [(cell, code) for cell in sorted(cells)] + [(cell, code_of_pay) for cell in sorted(of_pay - cells)]
    return [Finding(month, code, detail={"currency": facts.currencies[currency]}) for (month, currency), code in named]


def _carried_rates(facts: Facts, people: Labour, bought: Table, paid: Table, brought: Table) -> list[Finding]:
    """Currencies that were converted at an earlier month's rate, for want of one of the month."""
    if facts.fx_carried is None or not facts.fx_carried.any():
        return []
    used = np.zeros(facts.fx_carried.shape, dtype=bool)
    used[people.used_fx["currency"], people.used_fx["month"]] = True
    by_kind = ((LineKind.BENEFIT_ENTRY, "benefits"), (LineKind.VALUATION, "valuations"))
    rows = [("contractors", bought), ("costs", paid)]
    rows += [(name, {n: brought[n][brought["kind"] == kind] for n in ("row", "month")}) for kind, name in by_kind]
    for name, table in rows:
        if table["row"].size:
            used[facts.tables[name]["currency"][table["row"]], table["month"]] = True
    old = facts.fx_carried > 0
    cells = {(int(month), int(currency)) for month, currency in np.argwhere((used & old).T)}
    of_pay = {(month, currency) for month, currency in _cells(people.used_pay_fx) if old[currency, month]}
    codes = FindingCode.FX_RATE_CARRIED, FindingCode.FX_RATE_CARRIED_OF_PAY
    return _about_currencies(facts, codes, cells, of_pay)


def _missing_rates(unpriced: Table, roles: int) -> list[Finding]:
    """Scheduled time that no card prices, by month and role."""
    cell = unpriced["month"] * (roles + 1) + unpriced["role"] + 1
    cells, place = np.unique(cell, return_inverse=True)
    minutes = group_sums(place, unpriced["minutes"], cells.size)
    pairs = np.unique(np.stack([place, unpriced["person"]]), axis=1)
    people = group_sums(pairs[0], np.ones(pairs.shape[1], dtype=np.int64), cells.size)
    return [
        Finding(
            int(cells[i]) // (roles + 1),
            FindingCode.MISSING_RATE,
            role=int(cells[i]) % (roles + 1) - 1,
            detail={"minutes": int(minutes[i]), "people": int(people[i])},
        )
        for i in range(cells.size)
    ]


SMALL_CARD = 5
"""A standard rate that rests on fewer people than this comes close to somebody's pay."""


# --- columns ---------------------------------------------------------------------------------------------------


def _stack(tables: list[Table]) -> Table:
    return {name: np.concatenate([table[name] for table in tables]).astype(np.int64, copy=False) for name in tables[0]}


def grouped(table: Table, keys: tuple[str, ...], measures: tuple[str, ...], only: np.ndarray | None = None) -> Table:
    """Rows with equal keys added up, in order of the keys."""
    if only is not None:
        rows = np.flatnonzero(only)
        table = {name: table[name][rows] for name in (*keys, *measures)}
    order, starts = _runs([table[name] for name in keys])
    first = order[starts]
    out = {name: table[name][first] for name in keys}
    for name in measures:
        values = table[name][order]
        out[name] = np.add.reduceat(values, starts) if starts.size else values
    return out


def _runs(columns: list[Ints]) -> tuple[Ints, Ints]:
    """An order by these columns, and where each run of equal rows begins in it."""
    if columns[0].size == 0:
        return columns[0], columns[0]
    lowest = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lowest, strict=True)]
    if prod(spans) < 2**62:  # one number per row sorts several times faster than many columns
        key = np.zeros(columns[0].size, dtype=np.int64)
        for column, low, span in zip(columns, lowest, spans, strict=True):
            key = key * span + (column - low)
        order = np.argsort(key)
        return order, run_starts(key[order])
    order = np.lexsort(tuple(reversed(columns)))
    changed = np.zeros(order.size, dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[order][1:] != column[order][:-1]
    return order, np.flatnonzero(changed)
