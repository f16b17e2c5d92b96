"""What stands in the books of a database, as one SHA-256 a table: equal for two engines that agree to the last cent."""

import argparse
import hashlib

from django.db import connection

from benchmarks.measure import WRITTEN, report, setup


def hashes() -> dict[str, str]:
    """SHA-256 of every column of every row of a table but its own id, in an order that no engine chooses."""
    return {table: _hash(table) for table in WRITTEN}


def totals() -> dict[str, str]:
    """Sums of the postings per month, team and account, one digest: equal cents, whatever the rows."""
    select = (
        "SELECT b.month, p.team_id, p.account, sum(p.amount) FROM finance_posting p JOIN finance_book b"
        " ON b.id = p.book_id GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS LAST, 3"
    )
    return {"month, team, account": _digest(select)}


def _hash(table: str) -> str:
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    told = [f'r."{name}"' for name in names if name not in ("id", "book_id")]
    places = ", ".join(str(place) for place in range(1, len(told) + 2))
    return _digest(
        f"SELECT b.month, {', '.join(told)} FROM {table} r JOIN finance_book b ON b.id = r.book_id ORDER BY {places}"
    )


def _digest(select: str) -> str:
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '512MB'")
        with cursor.copy(f"COPY ({select}) TO STDOUT") as copy:
            for block in copy:
                digest.update(block)
    return digest.hexdigest()


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    setup()
    report(hashes() | totals())


if __name__ == "__main__":
    main()
