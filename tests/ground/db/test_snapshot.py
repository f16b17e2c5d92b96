"""A figure made by several reads comes from one state of the database."""

import contextlib
import threading

import pytest
from django.db import Error, connection, connections, transaction

from roi_project.db.snapshot import snapshot


def execute(sql, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(sql)


def put(number, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute("INSERT INTO ledger VALUES (%s)", [number])


def total(using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT COALESCE(SUM(amount), 0) FROM ledger")
        return int(cursor.fetchone()[0])


@pytest.fixture
def ledger(transactional_db, tmp_path):
    """The alias of a database with one table that two connections can see.

    SQLite needs a file for that, not the tests' memory; only the threads of these tests know its alias.
    """
    if connection.vendor == "postgresql":
        execute("CREATE TABLE ledger (amount bigint NOT NULL)")
        yield "default"
        execute("DROP TABLE ledger")
    else:
        alias = str(tmp_path / "ledger.sqlite3")
        connect(alias)
        execute("CREATE TABLE ledger (amount bigint NOT NULL)", alias)
        yield alias
        connections[alias].close()
        del connections[alias]


def connect(alias):
    """Give this thread a connection to the SQLite file of this name."""
    if alias != "default":
        connections[alias] = type(connections["default"])({**connection.settings_dict, "NAME": alias}, alias)


def somebody_else(alias, action, *args):
    """Does something on a connection of its own and commits it."""
    problems = []

    def work():
        try:
            connect(alias)
            action(*args, alias)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections[alias].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    if problems:
        raise problems[0]


def test_a_commit_between_two_reads_is_not_seen(ledger):
    put(100, ledger)

    with snapshot(ledger):
        before = total(ledger)
        somebody_else(ledger, put, 11)
        after = total(ledger)

    assert (before, after) == (100, 100)
    assert total(ledger) == 111


def test_the_view_begins_with_the_block_not_with_the_first_read(ledger):
    with snapshot(ledger):
        somebody_else(ledger, put, 11)
        assert total(ledger) == 0


def test_without_a_snapshot_the_commit_is_seen(ledger):
    assert total(ledger) == 0
    somebody_else(ledger, put, 11)
    assert total(ledger) == 11


def test_reading_does_not_wait_for_a_writer(ledger):
    put(5, ledger)
    with transaction.atomic(using=ledger):
        put(6, ledger)

        def read(using):
            with snapshot(using):
                assert total(using) == 5

        somebody_else(ledger, read)


def test_writing_inside_is_refused_and_possible_again_after(ledger):
    with pytest.raises(Error), snapshot(ledger):
        put(1, ledger)

    put(2, ledger)
    assert total(ledger) == 2


def test_a_snapshot_inside_an_atomic_block_is_refused(ledger):
    with transaction.atomic(using=ledger):
        with pytest.raises(RuntimeError, match="must start its own transaction"), snapshot(ledger):
            pass
        put(1, ledger)
    assert total(ledger) == 1


def test_a_snapshot_inside_a_snapshot_is_the_same_one(ledger):
    with snapshot(ledger):
        with snapshot(ledger):
            somebody_else(ledger, put, 11)
            assert total(ledger) == 0
        assert total(ledger) == 0
    assert total(ledger) == 11


def test_a_failed_read_leaves_an_ordinary_connection(ledger):
    with contextlib.suppress(ZeroDivisionError), snapshot(ledger):
        raise ZeroDivisionError

    with transaction.atomic(using=ledger):
        put(3, ledger)
    assert total(ledger) == 3


def test_the_write_mode_of_the_connection_is_kept(ledger):
    mode = getattr(connections[ledger], "transaction_mode", None)
    with snapshot(ledger):
        pass
    assert getattr(connections[ledger], "transaction_mode", None) == mode


def test_in_a_test_case_a_snapshot_reads_the_tests_own_transaction(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (amount bigint NOT NULL)")
    put(4)

    with snapshot():
        assert total() == 4
    with pytest.raises(Error), snapshot():
        put(1)
    put(5)

    assert total() == 9


def test_in_a_test_case_an_atomic_block_of_the_code_is_still_refused(db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="must start its own transaction"), snapshot():
        pass
