"""What a large file costs: rows a second and peak memory of the investment file, as CSV and as a workbook.

    DATABASE_URL=postgres://.../bench_m python -m benchmarks.files csv
    DATABASE_URL=postgres://.../bench_m python -m benchmarks.files xlsx

Reads the books of a generated database. CSV takes every month; the workbook the last months that make up
WORKBOOK_ROWS. Each is a process of its own, so its peak memory is its own; the file is thrown away.
"""

import argparse
import json
import tempfile

from benchmarks.measure import Measured, setup

WORKBOOK_ROWS = 100_000
SITE = "https://roi.example.org"
"""What the addresses in a file begin with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("form", choices=("csv", "xlsx"))
    form = parser.parse_args().form
    setup()
    from django.utils import timezone

    from finance.api.files import investment_table
    from finance.selectors.investment import InvestmentQuery, investment_report
    from finance.selectors.months import earliest_month, latest_month
    from roi_project.access.audience import SYSTEM
    from roi_project.web.tables import write_workbook

    first, last = earliest_month(), latest_month()
    if first is None or last is None:
        raise SystemExit("There is no book in this database; compile it first.")
    report = investment_report(SYSTEM, InvestmentQuery(first=first, last=last))
    if form == "xlsx":
        first = last
        while (report := investment_report(SYSTEM, InvestmentQuery(first=first, last=last))).count < WORKBOOK_ROWS:
            first -= 1
    table = investment_table(report, SYSTEM, timezone.now())
    run = Measured()
    size = 0
    if form == "csv":
        assert table.pieces is not None
        for piece in table.pieces(SITE):
            size += len(piece.encode())
    else:
        with tempfile.TemporaryFile() as file:
            write_workbook(file, table, SITE)
            size = file.tell()
    found = run.finish()
    rate = round(report.count / found["seconds"])
    print(json.dumps({"rows": report.count, "rows_a_second": rate, "megabytes": round(size / 1e6, 1), **found}))


if __name__ == "__main__":
    main()
