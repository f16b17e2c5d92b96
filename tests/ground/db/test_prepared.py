"""A statement that is prepared reads what any other reads, and outlives what happens to its connection."""

import pytest
from django.db import DataError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from roi_project.db import prepared
from roi_project.db.prepared import read_prepared

ECHO = "SELECT 7, %s || '!', NULL"
SAID = [(7, "ada!", None)]

only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no connection to lose")


def echo():
    return [tuple(row) for row in read_prepared(ECHO, ["ada"])]


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_it_reads_in_a_transaction_and_outside_one(transactional_db):
    assert echo() == SAID
    assert echo() == SAID
    with transaction.atomic():
        assert echo() == SAID


def test_it_is_counted_like_any_other(transactional_db):
    with CaptureQueriesContext(connection) as said:
        echo()

    assert len(said) == 1


@only_postgresql
def test_a_connection_that_the_server_has_ended_is_opened_anew(transactional_db):
    echo()
    own = connection.connection.info.backend_pid

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own])
    other.close()

    assert echo() == SAID
    assert connection.connection.info.backend_pid != own


@only_postgresql
def test_a_statement_that_the_connection_has_forgotten_is_prepared_again(transactional_db):
    echo()
    execute("DEALLOCATE ALL")

    assert echo() == SAID


@only_postgresql
def test_a_statement_of_a_column_whose_type_has_changed_is_prepared_again(transactional_db):
    execute("CREATE TEMPORARY TABLE noted (word varchar(10))")
    execute("INSERT INTO noted VALUES ('ada')")
    read = "SELECT word FROM noted WHERE word = %s"
    assert [tuple(row) for row in read_prepared(read, ["ada"])] == [("ada",)]

    execute("ALTER TABLE noted ALTER COLUMN word TYPE varchar(20)")

    assert [tuple(row) for row in read_prepared(read, ["ada"])] == [("ada",)]
    execute("DROP TABLE noted")


@only_postgresql
def test_behind_a_pooler_that_forgets_at_once_it_is_asked_whole(transactional_db, monkeypatch):
    forgotten = []

    def prepared_elsewhere(server, name, sql):
        forgotten.append(name)

    execute("DEALLOCATE ALL")
    monkeypatch.setattr(prepared, "_prepare", prepared_elsewhere)

    assert echo() == SAID
    assert len(forgotten) == 1


@only_postgresql
def test_a_broken_statement_is_told_as_any_other(transactional_db):
    with pytest.raises(DataError):
        read_prepared("SELECT 1 / length(%s)", [""])

    assert echo() == SAID
