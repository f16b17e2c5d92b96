"""Compile and publish every month of the generated organisation once, from PostgreSQL to PostgreSQL.

DATABASE_URL=postgres://... python -m benchmarks.compile M
"""

import argparse

from benchmarks.measure import Measured, report, rows_written, setup, without_books
from benchmarks.plan import Plan
from benchmarks.sizes import SIZES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=tuple(SIZES))
    parser.add_argument("--keep", action="store_true", help="keep books that are there, and compile what changed")
    options = parser.parse_args()
    setup()
    from finance.services import books
    from roi_project.db import columns

    if not options.keep:
        without_books()
    plan = Plan(SIZES[options.size])
    measured = Measured()
    for phase, name in PHASES.items():
        setattr(books, name, measured.timed(phase, getattr(books, name)))
    fetch = columns._fetch_by_copy

    def counted(*arguments: object) -> columns.Columns:
        found = fetch(*arguments)
        measured.rows_read += len(next(iter(found.values())))
        return found

    columns._fetch_by_copy = counted
    done = books.compile_span(*plan.months)
    measured.extra["published"] = len(done.published)
    result = measured.finish()
    report(result | {"rows_written": rows_written()})


PHASES = {
    "fingerprint": "fingerprints",
    "read": "load",
    "compute": "compile_book",
    "write": "write_rows",
    "check": "check_written",
}

if __name__ == "__main__":
    main()
