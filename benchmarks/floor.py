"""The least that compiling can take: the same rows copied out of the database, the same rows copied in, no arithmetic.

DATABASE_URL=postgres://... python -m benchmarks.floor M --prepare     after a compile: keep what it read and wrote
DATABASE_URL=postgres://... python -m benchmarks.floor M
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks.measure import WRITTEN, Measured, report, rows_written, setup, without_books
from benchmarks.plan import Plan
from benchmarks.results import VAR
from benchmarks.sizes import SIZES

BOOKS = ("finance_book", "finance_bookmonth")
BLOCK = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=tuple(SIZES))
    parser.add_argument("--prepare", action="store_true")
    options = parser.parse_args()
    setup()
    kept = VAR / f"floor-{options.size}"
    if options.prepare:
        _prepare(kept, Plan(SIZES[options.size]))
        report({"kept": str(kept)})
        return
    without_books()
    measured = Measured()
    with measured.phase("read"):
        measured.rows_read = sum(_copied_out(select) for select in json.loads((kept / "selects.json").read_text()))
    with measured.phase("write"), transaction.atomic():
        for table in (*BOOKS, *WRITTEN):
            _copied_in(table, kept / table)
    result = measured.finish()
    report(result | {"rows_written": rows_written()})


def _prepare(kept: Path, plan: Plan) -> None:
    """Every SELECT that loads the months at once, and every table that a compile has written, as COPY wants it."""
    from finance.selectors.facts import load
    from roi_project.db import columns
    from roi_project.db.snapshot import snapshot

    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    selects: list[str] = []

    def noted(read: Any) -> Any:
        def reading(connection: Any, statement: str, params: Any, types: Any) -> Any:
            with connection.cursor() as cursor:
                selects.append(cursor.mogrify(statement, tuple(params)))
            return read(connection, statement, params, types)

        return reading

    columns._fetch_by_copy, columns._fetch_by_cursor = noted(columns._fetch_by_copy), noted(columns._fetch_by_cursor)
    with snapshot():
        load(*plan.months)
    (kept / "selects.json").write_text(json.dumps(selects))
    for table in (*BOOKS, *WRITTEN):
        select = f"SELECT {_names(table)} FROM {table} ORDER BY id"
        with (
            connection.cursor() as cursor,
            (kept / table).open("wb") as file,
            cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)") as copy,
        ):
            for block in copy:
                file.write(block)


def _names(table: str) -> str:
    """Columns that are written; ids of books are kept, because the other rows point at them."""
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return ", ".join(f'"{name}"' for name in names if name != "id" or table in BOOKS)


def _copied_out(select: str) -> int:
    """Read the rows and drop them; returns how many. One call into libpq a row, as any client must make."""
    rows = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)"):
        pgconn = connection.connection.pgconn
        while (size := pgconn.get_copy_data(0)[0]) > 0:
            rows += size > 2
        while pgconn.get_result():
            pass
    return rows - 1  # the header comes with the first row or alone


def _copied_in(table: str, path: Path) -> None:
    statement = f"COPY {table} ({_names(table)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy, path.open("rb") as file:
        while block := file.read(BLOCK):
            copy.write(block)


if __name__ == "__main__":
    main()
