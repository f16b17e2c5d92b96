"""Until when a reader has surely seen everything: no row recorded before this moment can still appear."""

import datetime as dt
import time

from django.apps import apps
from django.db import connection

from roi_project.db.facts import Fact, Master
from roi_project.db.models import Touch

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


LOOK_AGAIN_AFTER = 0.05
"""Seconds between two looks at who still writes."""


def wait_for_writers(seconds: float) -> bool:
    """Wait until everybody who is writing facts or masters at this moment has ended; False when that takes longer.

    What they write is stamped before this moment and seen only later. SQLite lets one writer in at a time anyway.
    """
    waited_for = _writers()
    until = time.monotonic() + seconds
    while waited_for and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_AFTER)
        waited_for &= _writers()
    return not waited_for


def _writers() -> set[str]:
    """Transactions of others that have written to a table of facts or masters, prepared ones (without a pid) too."""
    if connection.vendor != "postgresql":
        return set()
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, Fact | Master | Touch)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.virtualtransaction FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND l.mode = 'RowExclusiveLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()"
            " AND c.relname = ANY(%s)",
            [tables],
        )
        return {row[0] for row in cursor.fetchall()}
