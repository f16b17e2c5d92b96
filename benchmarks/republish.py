"""One changed cost entry, several times: how long until its month is published again.

    DATABASE_URL=postgres://... python -m benchmarks.republish M

Needs the books of a compile. Each change comes in by the intake, as it would over any door.
"""

import argparse
from statistics import median
from typing import Any

from benchmarks.measure import Measured, report, setup
from benchmarks.plan import Plan
from benchmarks.sizes import SIZES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=tuple(SIZES))
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    setup()
    from finance.services import books

    months = Plan(SIZES[options.size]).months
    month = months[1] - 7
    books.compile_span(*months)  # whatever an earlier run left to do; and everything is imported
    found = [_once(books, month, turn) for turn in range(1, options.times + 1)]
    taken = {name: median(run[name] for run in found) for name in found[0]}
    report(taken | {"runs": found})


def _once(books: Any, month: int, turn: int) -> dict[str, float]:
    measured = Measured()
    with measured.phase("intake"):
        _change(month, turn)
    with measured.phase("republish"):
        done = books.compile_span(month, month)
    assert len(done.published) == 1, "the change made no new book"
    return measured.finish()["phases"]


def _change(month: int, turn: int) -> None:
    """Another amount for an entry that was generated for a team in this month."""
    from finance.models import CostEntry
    from roi_project.access.audience import SYSTEM
    from roi_project.intake.kinds import kind_named
    from roi_project.intake.receive import receive
    from roi_project.kernel.money import format_minor
    from roi_project.kernel.period import month_start

    entries = CostEntry.current.filter(team__isnull=False, service_from=None)
    entry = (
        entries.filter(incurred_on__gte=month_start(month), incurred_on__lt=month_start(month + 1))
        .select_related("team", "category")
        .order_by("incurred_on", "external_id")
        .first()
    )
    assert entry is not None
    amount = format_minor(entry.amount_minor + turn, entry.currency)
    row = {
        "external_id": entry.external_id,
        "team": entry.team.code,
        "category": entry.category.code,
        "incurred_on": entry.incurred_on.isoformat(),
        "amount": {"amount": amount, "currency": entry.currency},
    }
    receipt = receive(SYSTEM, kind_named("cost-entries"), [(1, row, "json")])
    assert receipt.changed == 1, receipt


if __name__ == "__main__":
    main()
