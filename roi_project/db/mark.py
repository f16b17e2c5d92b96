"""The mark of a state of the database: while it is the same, nothing has been written, by any process.

On PostgreSQL it is the snapshot that a statement sees, which tells every transaction whose rows are visible to it:
two statements with the same snapshot read the same rows of every table. Any transaction of the server that writes
something makes another mark when it ends, however long ago it began, and nothing has to be written or locked for it.
The moment the server was started is part of it, so that one that took over is never mistaken for the one before. So is
the moment its counts began: they begin anew when the server recovers from the crash of one of its processes, and then
numbers of transactions that were rolled back, or of ones that a crash takes back, are given to others.

SQLite has no such mark; a standby has none, because there a snapshot names no running transaction; and there is none
inside a transaction, which sees rows of its own that no snapshot names.
"""

from typing import Any

from django.db import connection as of_requests

from roi_project.db.prepared import read_prepared

MARK = (
    "CASE WHEN NOT pg_is_in_recovery() THEN concat_ws(' ', pg_current_snapshot(), pg_postmaster_start_time(),"
    " pg_stat_get_bgwriter_stat_reset_time()) END"
)
NO_MARK = "NULL"


def mark_in(connection: Any) -> str:
    """What a SELECT asks for as a column to learn the mark of the state it reads; NULL where there is none."""
    return MARK if connection.vendor == "postgresql" else NO_MARK


def mark_now() -> str | None:
    """The mark of what the next statement would read; None where there is none."""
    if of_requests.vendor != "postgresql" or of_requests.in_atomic_block:
        return None
    mark: str | None = read_prepared(f"SELECT {MARK}", [])[0][0]
    return mark
