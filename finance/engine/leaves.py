"""What a team's month was for: the leaves (stream, epic, work type) its cost is split over.

Declared effort first: an epic row takes its epic's stream shares (its team's, where the epic has none), a
work-type row the team's stream shares. What effort leaves uncovered takes the team's stream shares with work type
unspecified. What the stream shares leave uncovered is unassigned. Shares that change inside a month count by days.
See docs/algorithms/leaves.md.
"""

import numpy as np

from finance.engine.accounts import EffortSource, WorkType
from finance.engine.facts import NONE, Facts, Ints, Table
from roi_project.kernel.integers import group_sums, run_starts
from roi_project.kernel.shares import split_columns
from teams.engine.segments import ONE, expand

STREAM_LIMIT = 2**31
MOST = 2**34
"""Whole of item-days on their common measure; times a month in millionth-days (25 bits) it stays below WEIGHT_BOUND."""


def month_whole(facts: Facts) -> Ints:
    """A whole share of each month, in millionth-days: a dated share of s for d days weighs s * d exactly."""
    return np.diff(facts.month_starts) * ONE


def monthly_shares(facts: Facts, table: Table, owner: str, owners: int) -> Table:
    """Dated stream shares of an owner (team or epic) as parts of each month, in millionth-days (see month_whole).

    A share counts by the days it is in force; `stream` NONE is what the shares leave uncovered. Shares that
    exceed one together keep their proportion. An owner without any share in a month has no rows in it.
    Columns: cell (month * owners + owner, sorted), stream, weight.
    """
    start, end = table["start"], table["end"]
    first = np.clip(np.searchsorted(facts.month_starts, start, "right") - 1, 0, None)
    last = np.minimum(np.searchsorted(facts.month_starts, end, "left"), facts.months)
    row, month = expand(first, np.maximum(last - first, 0))
    days = np.minimum(end[row], facts.month_starts[month + 1]) - np.maximum(start[row], facts.month_starts[month])
    key = (month * owners + table[owner][row]) * STREAM_LIMIT + table["stream"][row]
    unique, inverse = np.unique(key, return_inverse=True)
    weight = group_sums(inverse, table["share"][row] * days, unique.size)
    cells, cell_of = np.unique(unique // STREAM_LIMIT, return_inverse=True)
    whole = month_whole(facts)[cells // owners]
    rest = np.maximum(whole - group_sums(cell_of, weight, cells.size), 0)
    open_cells = np.flatnonzero(rest > 0)
    of_cell = np.concatenate([cell_of, open_cells])
    stream = np.concatenate([unique % STREAM_LIMIT, np.full(open_cells.size, NONE, dtype=np.int64)])
    # Weights that add up to the whole stay as they are.
    weight = split_columns(whole, of_cell, np.concatenate([weight, rest[open_cells]]))
    order = np.argsort(of_cell, kind="stable")
    return {"cell": cells[of_cell[order]], "stream": stream[order], "weight": weight[order]}


def effort_shares(facts: Facts) -> tuple[Table, Table]:
    """Effort rows as parts (share of whole) of a team's month, in their order, and what was carried.

    Declared percentages first, in millionths, else item-days in proportion, else last month's shares flagged
    carried. The effort table may begin one month early (month -1) for that look-back.
    """
    rows = facts.table("effort", "month", "team", "epic", "work_type", "share", "item_days")
    teams, months = facts.count("teams"), facts.months
    cell = (rows["month"] + 1) * teams + rows["team"]
    size = (months + 1) * teams
    declared = rows["item_days"] < 0
    has_declared = np.zeros(size, dtype=bool)
    has_declared[cell[declared]] = True
    counts = declared | ~has_declared[cell]
    share, whole = np.where(declared, rows["share"], 0), np.full(cell.size, ONE, dtype=np.int64)
    by_days = np.flatnonzero(counts & ~declared & (rows["item_days"] > 0))
    by_days = by_days[np.argsort(cell[by_days], kind="stable")]
    share[by_days], whole[by_days] = _proportions(cell[by_days], rows["item_days"][by_days])
    source = np.where(declared, EffortSource.DECLARED, EffortSource.ITEM_DAYS)
    keep = np.flatnonzero(counts & (share > 0))
    told = np.zeros(size, dtype=bool)
    told[cell[counts]] = True
    carried = keep[(rows["month"][keep] < months - 1) & ~told[np.minimum(cell[keep] + teams, size - 1)]]
    own = keep[rows["month"][keep] >= 0]
    picked = np.concatenate([own, carried])
    shift = np.concatenate([np.zeros(own.size, dtype=np.int64), np.ones(carried.size, dtype=np.int64)])
    table = {
        "month": rows["month"][picked] + shift,
        "team": rows["team"][picked],
        "epic": rows["epic"][picked],
        "work_type": rows["work_type"][picked],
        "share": share[picked],
        "whole": whole[picked],
        "source": np.where(shift > 0, EffortSource.CARRIED, source[picked]),
    }
    moved = np.unique((rows["month"][carried] + 1) * max(teams, 1) + rows["team"][carried])
    return table, {"month": moved // max(teams, 1), "team": moved % max(teams, 1)}


def _proportions(cell: Ints, item_days: Ints) -> tuple[Ints, Ints]:
    """Item-days on the common measure of their cell (cells in order), and the sum of it on each row."""
    starts = run_starts(cell)
    if starts.size == 0:
        return item_days, item_days
    count = np.diff(np.r_[starts, cell.size])
    reduced = item_days // np.repeat(np.gcd.reduceat(item_days, starts), count)
    whole = np.minimum(np.add.reduceat(reduced, starts), MOST)
    # As they are, unless their sum is too large for the weights of leaves.
    return split_columns(whole, np.repeat(np.arange(starts.size), count), reduced), np.repeat(whole, count)


def leaf_weights(facts: Facts) -> tuple[Table, Table]:
    """Leaves of every team and month of the span: month, team, stream, epic, work_type, source, weight.

    Rows are in order of (month, team, stream, epic, work type) with unassigned last; the weights of one team's month
    are whole numbers whose proportion is exact. A team without stream shares has one unassigned leaf.
    """
    teams, months = facts.count("teams"), facts.months
    ts = facts.table("team_streams", "team", "stream", "share", "start", "end")
    es = facts.table("epic_streams", "epic", "stream", "share", "start", "end")
    epics = max(facts.count("epics"), 1)
    team_streams = monthly_shares(facts, ts, "team", max(teams, 1))
    epic_streams = monthly_shares(facts, es, "epic", epics)
    effort, carried = effort_shares(facts)

    effort_cell = effort["month"] * teams + effort["team"]
    rest = np.full(months * teams, ONE, dtype=np.int64)
    rest[effort_cell] = effort["whole"]
    rest -= group_sums(effort_cell, effort["share"], months * teams)
    open_cells = np.flatnonzero(rest > 0)
    source = {
        "month": np.concatenate([effort["month"], open_cells // max(teams, 1)]),
        "team": np.concatenate([effort["team"], open_cells % max(teams, 1)]),
        "epic": np.concatenate([effort["epic"], np.full(open_cells.size, NONE, dtype=np.int64)]),
        "work_type": np.concatenate([effort["work_type"], np.full(open_cells.size, WorkType.UNSPECIFIED)]),
        "share": np.concatenate([effort["share"], rest[open_cells]]),
        "source": np.concatenate([effort["source"], np.full(open_cells.size, EffortSource.NONE)]),
    }
    team_cell = source["month"] * max(teams, 1) + source["team"]
    epic_cell = np.where(source["epic"] != NONE, source["month"] * epics + source["epic"], -1)
    low, count = ranges(epic_streams["cell"], epic_cell)
    t_low, t_count = ranges(team_streams["cell"], team_cell)
    t_count = np.where(count > 0, 0, t_count)
    row_e, hit_e = expand(low, count)
    row_t, hit_t = expand(t_low, t_count)
    bare = np.flatnonzero((count == 0) & (t_count == 0))
    row = np.concatenate([row_e, row_t, bare])
    nowhere = np.full(bare.size, NONE, dtype=np.int64)
    stream = np.concatenate([epic_streams["stream"][hit_e], team_streams["stream"][hit_t], nowhere])
    whole = month_whole(facts)[source["month"][bare]]
    part = np.concatenate([epic_streams["weight"][hit_e], team_streams["weight"][hit_t], whole])
    leaves = _merged(
        source["month"][row],
        source["team"][row],
        stream,
        source["epic"][row],
        source["work_type"][row],
        source["source"][row],
        source["share"][row] * part,
    )
    return leaves, carried


def ranges(sorted_cells: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Where each wanted cell begins in a sorted column, and how many rows it has."""
    low = np.searchsorted(sorted_cells, wanted)
    return low, np.searchsorted(sorted_cells, wanted, side="right") - low


def _merged(month: Ints, team: Ints, stream: Ints, epic: Ints, work_type: Ints, source: Ints, weight: Ints) -> Table:
    """One row per leaf, weights summed, in the order in which ties are broken."""
    last = 2**40
    by_stream = np.where(stream == NONE, last, stream)
    by_epic = np.where(epic == NONE, last, epic)
    order = np.lexsort((source, work_type, by_epic, by_stream, team, month))
    columns = [x[order] for x in (month, team, stream, epic, work_type, source)]
    if order.size == 0:
        starts = order
    else:
        changed = np.zeros(order.size, dtype=bool)
        for column in columns:
            changed[1:] |= column[1:] != column[:-1]
        changed[0] = True
        starts = np.flatnonzero(changed)
    names = ("month", "team", "stream", "epic", "work_type", "source")
    merged = {name: column[starts] for name, column in zip(names, columns, strict=True)}
    merged["weight"] = np.add.reduceat(weight[order], starts) if starts.size else weight[order]
    keep = merged["weight"] > 0
    return {name: column[keep] for name, column in merged.items()}
