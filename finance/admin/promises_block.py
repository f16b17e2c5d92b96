"""Promised against arrived on the first page, by value stream: the largest gap first, what is not due yet last."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from finance.admin.figures import plain, spreadsheet_address
from finance.admin.overview_words import promises_words
from finance.engine.accounts import BenefitClass
from finance.engine.promises import Promised
from finance.selectors.promises import PromiseRow, StreamPromised, StreamsPromised
from finance.selectors.roi import RoiReport
from roi_project.console import cells
from roi_project.kernel.period import month_text

CASH_CLASS = BenefitClass.HARD_CASH.name.lower()
MOST_STREAMS = 6
MOST_DUE, MOST_NOT_DUE = 3, 1
"""Epics of one value stream."""


def promises_block(report: RoiReport, found: StreamsPromised | str | None, ids: Mapping[str, int]) -> dict[str, Any]:
    """Value streams with their epics and what was promised of them; or in words why there are none."""
    if found is None:
        return {}
    if isinstance(found, str):
        return {"refused": found}
    streams = [_stream(report, one, ids) for one in found.streams[:MOST_STREAMS]]
    return {
        "answer": promises_words(report, found.report),
        "streams": streams,
        "left_out": sum(len(one.parts) for one in found.streams) - sum(len(one["rows"]) for one in streams),
        "url": f"{reverse('report-promises')}?{urlencode(_asked(report) | {'format': 'xlsx'})}",
        "excel_url": spreadsheet_address("report-promises", **_asked(report)),
    }


def _asked(report: RoiReport) -> dict[str, str]:
    streams = {"value_stream": ",".join(report.query.codes)} if report.query.codes else {}
    return {"through": month_text(report.last), **streams}


def _stream(report: RoiReport, stream: StreamPromised, ids: Mapping[str, int]) -> dict[str, Any]:
    due = [row for row in stream.rows if row.sums.due][:MOST_DUE]
    later = [row for row in stream.rows if not row.sums.due][:MOST_NOT_DUE]
    return {
        "name": stream.name or stream.code,
        "url": reverse("admin:leader_stream", args=[ids[stream.code]]) if stream.code else "",
        "rows": [_row(report, row) for row in (*due, *later)],
        **_amounts(report, stream.cash),
    }


def _row(report: RoiReport, row: PromiseRow) -> dict[str, Any]:
    sums, epic = row.sums, row.epic
    stopped = f"stopped {epic.stopped_on}" if epic is not None and epic.stopped_on else ""
    return {
        "name": row.name or row.code,
        "url": reverse("admin:leader_epic", args=[epic.pk]) if epic is not None else "",
        "class": "" if row.benefit_class == CASH_CLASS else row.benefit_class.replace("_", " "),
        "is_due": sums.due,
        "note": stopped if sums.due else "not due yet",
        "learned": epic.learned if epic is not None and sums.due and sums.gap > 0 else "",
        **_amounts(report, sums),
    }


def _amounts(report: RoiReport, sums: Promised) -> dict[str, dict[str, str]]:
    return {
        "promised": plain(report, sums.promised),
        "due": _known(sums.due, report, sums.matured),
        "arrived": _known(sums.due, report, sums.arrived),
        "waiting": plain(report, sums.waiting) if sums.waiting else {"short": cells.EMPTY, "exact": ""},
        "gap": _known(sums.due, report, sums.gap),
    }


def _known(due: bool, report: RoiReport, minor: int) -> dict[str, str]:
    """Nothing is missing of what is not due: a dash."""
    return plain(report, minor) if due else {"short": cells.EMPTY, "exact": "not due yet"}
