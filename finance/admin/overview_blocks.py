"""The lower blocks of the first page: value streams, kinds of work, capacity, and what to look at."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.urls import reverse

from finance.admin.figures import arrow, figure, place_of_total
from finance.admin.findings import finding_line
from finance.admin.overview_words import REASONS, capacity_words, percent, streams_words, work_words
from finance.engine.accounts import WorkType
from finance.engine.returns import Undefined, ratio
from finance.selectors.finding_groups import FindingGroup
from finance.selectors.overview import OUTSIDE, Streams
from finance.selectors.roi import RoiReport, RoiRow
from finance.selectors.sums import GroupBy, RowKind
from roi_project.console import cells
from roi_project.kernel.errors import Reason
from roi_project.kernel.money import format_minor
from roi_project.kernel.period import month_start
from teams.selectors.role_months import RolesReport

WORK = (
    (WorkType.FEATURE, "feature"), (WorkType.EXPERIMENT, "experiment"), (WorkType.RUN, "run"), (WorkType.DEBT, "debt"),
    (WorkType.DEFECT, "defect"), (WorkType.RISK, "risk"), (WorkType.UNSPECIFIED, "unspecified"),
)  # fmt: skip
MOST_BARS = 12
MOST_THINGS = 3
WORTH_A_LOOK = Fraction(1, 100)
"""Of what the organisation costs in a month; less than that is not worth a leader's time."""


# --- value streams -----------------------------------------------------------------------------------------------


def streams_block(streams: Streams) -> dict[str, Any]:
    """The table by value stream; rows in which every column is zero are left out."""
    report = streams.report
    shown = [row for row in report.rows if row.sums.cost or row.benefit_cash or row.claimed]
    return {
        "answer": streams_words(report, shown),
        "rows": [_row(streams, row) for row in shown],
        "total": _row(streams, report.total),
    }


def _row(streams: Streams, row: RoiRow) -> dict[str, Any]:
    report = streams.report
    is_total = row is report.total
    place = place_of_total(report) if is_total else _place(row)
    undefined = isinstance(row.roi_cash, Undefined)
    measured = bool(row.sums.benefits)
    waits = undefined and row.roi_cash.reason is Reason.NO_DATA
    is_stream = row.kind is RowKind.GROUP and not is_total
    return {
        "name": row.name or row.code,
        "code": row.code if row.kind is RowKind.GROUP else "",
        "url": reverse("admin:leader_stream", args=[streams.ids[row.code]]) if is_stream else "",
        "is_residual": row.kind is not RowKind.GROUP,
        "is_outside": row.kind in OUTSIDE,
        "is_measured": measured,
        "cost": figure(report, row.sums.cost, "cost", **place),
        "cash": _if(measured, figure(report, row.benefit_cash, "benefit_validated_cash", **place)),
        "waiting": _if(measured, figure(report, row.claimed, "benefit_claimed", **place)),
        "has_net": measured and not waits,
        "net": _if(
            measured and not waits, figure(report, row.benefit_cash - row.sums.cost, "net_validated_cash", **place)
        ),
        "roi": cells.EMPTY if undefined else percent(row.roi_cash),
        "roi_url": figure(report, 0, "roi_validated_cash", **place)["url"],
        "why": REASONS[row.roi_cash.reason] if undefined else "",
        "arrow": arrow(streams.trends.get(row.code)) if is_stream else None,
    }


def _place(row: RoiRow) -> dict[str, Any]:
    """Where the figures of a row are opened."""
    return {"group_by": GroupBy.VALUE_STREAM, "code": row.code, "kind": row.kind}


def _if(measured: bool, shown: dict[str, str]) -> dict[str, str]:
    """Nothing was ever said to have come of it: a dash, since a zero would claim that it was looked at."""
    return shown if measured else shown | {"short": cells.EMPTY}


# --- kinds of work -----------------------------------------------------------------------------------------------


def work_block(report: RoiReport, work: Mapping[tuple[RowKind, str], Mapping[WorkType, int]]) -> dict[str, Any]:
    """Where the money goes: shares of each row's cost, and of the whole. Bars for the rows that cost most."""
    costly = [row for row in report.rows if row.sums.cost]
    rows = [(row.name or row.code, row.sums.cost, work.get((row.kind, row.code), {})) for row in costly]
    places = [_place(row) for row in costly]
    whole: dict[WorkType, int] = {}
    for _, _, by_type in rows:
        for kind, amount in by_type.items():
            whole[kind] = whole.get(kind, 0) + amount
    used = [(kind, word) for kind, word in WORK if whole.get(kind)]
    largest = sorted(range(len(rows)), key=lambda place: -rows[place][1])[:MOST_BARS]
    bars = [rows[place] for place in sorted(largest)]
    return {
        "answer": work_words(whole),
        "nothing_said": set(whole) <= {WorkType.UNSPECIFIED},
        "words": [word for _, word in used],
        "rows": [_work_row(report, *row, used, at) for row, at in zip(rows, places, strict=True)],
        "total": _work_row(report, "Total", report.total.sums.cost, whole, used, place_of_total(report)),
        "left_out": len(rows) - len(bars),
        "chart": {
            "currency": report.currency,
            "labels": [name for name, _, _ in bars],
            "kinds": [word for _, word in used],
            "amounts": [
                [format_minor(by_type.get(kind, 0), report.currency) for _, _, by_type in bars] for kind, _ in used
            ],
        },
    }


def _work_row(
    report: RoiReport,
    name: str,
    cost: int,
    by_type: Mapping[WorkType, int],
    used: Sequence[tuple[WorkType, str]],
    place: Mapping[str, Any],
) -> dict[str, Any]:
    parts = [
        {
            "share": percent(ratio(by_type[kind], cost), 0) if by_type.get(kind) else cells.EMPTY,
            "exact": cells.money(by_type.get(kind), report.currency),
        }
        for kind, _ in used
    ]
    return {"name": name, "cost": figure(report, cost, "cost", **place), "parts": parts}


# --- capacity ----------------------------------------------------------------------------------------------------


def spoken_of(roles: RolesReport) -> int:
    """The place of the month in the middle: the last one that is over."""
    return (len(roles.months) - 1) // 2


def capacity_block(roles: RolesReport) -> dict[str, Any]:
    """Full-time equivalents by role and month."""
    place = spoken_of(roles)
    return {
        "answer": capacity_words(roles, place),
        "month": f"{month_start(roles.months[place]):%B %Y}",
        "months": [f"{month_start(month):%b %y}" for month in roles.months],
        "rows": [
            {
                "name": row.name or row.code,
                "fte": [
                    f"{fte:.1f}" if people else cells.EMPTY for fte, people in zip(row.fte, row.people, strict=True)
                ],
                "people": row.people[place],
                "limit": row.max_teams,
                "over": row.over_limit[place],
            }
            for row in roles.rows
        ],
    }


# --- what to look at ---------------------------------------------------------------------------------------------


def look_block(streams: Streams, findings: Sequence[FindingGroup], roles: RolesReport) -> list[dict[str, Any]]:
    """Three things: the largest change of cost and of validated cash, what waits, findings by gravity, and roles."""
    changes = [change for place in (0, 1) if (change := _largest(streams, place))]
    told = [finding_line(group) for group in findings]
    return [*changes, *_waiting(streams.report), *told, *_over(roles)][:MOST_THINGS]


def _waiting(report: RoiReport) -> list[dict[str, Any]]:
    claimed = figure(report, report.total.claimed, "benefit_claimed", **place_of_total(report))
    if not report.total.claimed:
        return []
    text = f"{report.currency}\u00a0{claimed['short']} of benefits waits for a second signature."
    return [{"text": text, "owner": "finance", "url": reverse("admin:waiting"), "link": "open what waits"}]


def _over(roles: RolesReport) -> list[dict[str, Any]]:
    place = spoken_of(roles)
    if not any(row.over_limit[place] for row in roles.rows):
        return []
    words = capacity_words(roles, place)
    return [{"text": words, "owner": "planning", "url": reverse("admin:leader_capacity"), "link": "open capacity"}]


def _largest(streams: Streams, place: int) -> dict[str, Any] | None:
    """The value stream whose cost (0) or validated cash (1) moved most in the last month."""
    report = streams.report
    names = {row.code: row.name or row.code for row in report.rows if row.kind is RowKind.GROUP}
    moved = {
        code: change[place]
        for code, change in streams.moved.items()
        if code in names
        and change[place]
        and abs(change[place]) >= WORTH_A_LOOK * abs(report.total.sums.cost) / max(len(report.books), 1)
    }
    if not moved:
        return None
    code = max(sorted(moved), key=lambda code: abs(moved[code]))
    change, what = moved[code], ("cost", "validated cash")[place]
    amount = f"{report.currency}\u00a0{cells.for_the_eye(abs(change), report.currency)}"
    then, now = (f"{month_start(month):%B}" for month in (report.last - 1, report.last))
    return {
        "text": f"{names[code]}: {what} {'rose' if change > 0 else 'fell'} by {amount} from {then} to {now}.",
        "url": reverse("admin:leader_stream", args=[streams.ids[code]]),
        "link": "open the value stream",
        "owner": "",
    }
