"""Promised against arrived on the first page: the largest gap first, what is not due yet last."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from finance.admin.figures import plain
from finance.admin.overview_words import promises_words
from finance.selectors.promises import PromiseRow, PromisesReport
from finance.selectors.roi import RoiReport
from roi_project.console import cells

MOST_EPICS = 8


def promises_block(report: RoiReport, promises: PromisesReport | str | None) -> dict[str, Any]:
    """Epics and classes of benefit with what was promised; or in words why there are none."""
    if promises is None:
        return {}
    if isinstance(promises, str):
        return {"refused": promises}
    return {
        "answer": promises_words(report, promises),
        "rows": [_row(report, row) for row in promises.rows[:MOST_EPICS]],
        "left_out": max(0, len(promises.rows) - MOST_EPICS),
        "url": f"{reverse('report-promises')}?{urlencode({'format': 'csv'})}",
    }


def _row(report: RoiReport, row: PromiseRow) -> dict[str, Any]:
    sums, epic = row.sums, row.epic
    learned = f"stopped {epic.stopped_on}" if epic is not None and epic.stopped_on else ""
    return {
        "name": row.name or row.code,
        "url": reverse("admin:leader_epic", args=[epic.pk]) if epic is not None else "",
        "class": row.benefit_class.replace("_", " "),
        "is_due": sums.due,
        "note": learned if sums.due else "not due yet",
        "promised": plain(report, sums.promised),
        "due": _known(sums.due, report, sums.matured),
        "arrived": _known(sums.due, report, sums.arrived),
        "waiting": plain(report, sums.waiting) if sums.waiting else {"short": cells.EMPTY, "exact": ""},
        "gap": _known(sums.due, report, sums.gap),
    }


def _known(due: bool, report: RoiReport, minor: int) -> dict[str, str]:
    """Nothing is missing of what is not due: a dash."""
    return plain(report, minor) if due else {"short": cells.EMPTY, "exact": "not due yet"}
