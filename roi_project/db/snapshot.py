"""One unmoving view of the database for reads of more than one query that make a figure."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from roi_project.db.mark import mark_in

# Connections that stand in a snapshot, with the mark of what it sees; a connection belongs to one thread.
_open: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()


@contextmanager
def snapshot(using: str = DEFAULT_DB_ALIAS) -> Iterator[str | None]:
    """Everything read inside sees the same state of the database; writing inside is refused.

    Gives the mark of that state (see mark.py), where it has one.

    It must be the outermost transaction: inside an atomic block it raises RuntimeError, because what was
    read before could not be part of the view. A snapshot inside a snapshot changes nothing.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a deferred transaction, so that reading never takes the
    write lock. A TestCase (or the `db` fixture) already holds a transaction open: there, and only there,
    a snapshot is a read-only savepoint of it, and other connections' commits are not held back.
    """
    connection = connections[using]
    if connection in _open:
        yield _open[connection]
        return
    if connection.in_atomic_block and not _only_a_test_holds(connection):
        raise RuntimeError("A snapshot must start its own transaction; leave the atomic block around it first.")
    with ExitStack() as stack:
        mark = _open[connection] = _begin(connection, stack)
        stack.callback(_open.pop, connection)
        yield mark


def _only_a_test_holds(connection: Any) -> bool:
    """Whether Django's own test case opened every transaction around us (it marks them, nothing else can)."""
    return bool(connection.atomic_blocks) and all(block._from_testcase for block in connection.atomic_blocks)


def _begin(connection: Any, stack: ExitStack) -> str | None:
    outermost = not connection.in_atomic_block
    if connection.vendor == "postgresql":
        stack.enter_context(transaction.atomic(using=connection.alias))
        isolation = "ISOLATION LEVEL REPEATABLE READ, " if outermost else ""
        _run(connection, f"SET TRANSACTION {isolation}READ ONLY")
        with connection.cursor() as cursor:
            # The view is fixed by the first query, so it is fixed here.
            cursor.execute(f"SELECT 1, {mark_in(connection)}")
            mark: str | None = cursor.fetchone()[1]
        return mark if outermost else None
    stack.callback(_run, connection, "PRAGMA query_only = OFF")  # runs last, after the transaction has ended
    with _deferred(connection):
        stack.enter_context(transaction.atomic(using=connection.alias))
    _run(connection, "PRAGMA query_only = ON")
    _run(connection, "SELECT 1 FROM sqlite_master LIMIT 1")
    return None


@contextmanager
def _deferred(connection: Any) -> Iterator[None]:
    """Let the next transaction of a SQLite connection begin without the write lock."""
    connection.ensure_connection()  # connecting would set the mode again
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


def _run(connection: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
