"""Until when a reader has surely seen everything: no row recorded before this moment can still appear."""

import datetime as dt

from django.db import connection

# SQLite has one writer at a time and does not say since when it writes.
LONGEST_SQLITE_WRITE = dt.timedelta(minutes=15)


def safe_horizon(now: dt.datetime) -> dt.datetime:
    """The moment to ask `changed_since` for the next time.

    A row is stamped when it is written and seen when its transaction commits, so a row can appear with
    a stamp in the past. None is older than the oldest transaction that still runs. On PostgreSQL the
    role must see the sessions of every role that writes (its own, or pg_read_all_stats).
    """
    if connection.vendor != "postgresql":
        return now - LONGEST_SQLITE_WRITE
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT LEAST(clock_timestamp(), MIN(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (moment,) = cursor.fetchone()
    assert isinstance(moment, dt.datetime)
    return moment
