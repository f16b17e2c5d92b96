"""Turns: what only one transaction may do at a time, where no row stands for it."""

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Wait for every other transaction that took the turn of this name, and keep it until this one ends.

    SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
