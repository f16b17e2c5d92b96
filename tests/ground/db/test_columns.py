"""Columns go in and come out unchanged, on both databases."""

import datetime as dt
import time

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roi_project.db.columns import fetch, types_of, write
from roi_project.kernel.period import OPEN_DAY, day_number
from teams.models import Assignment

pytestmark = pytest.mark.django_db

TYPES = {
    "id": "int8",
    "small": "int2",
    "medium": "int4",
    "large": "int8",
    "day": "date",
    "ratio": "float8",
    "flag": "bool",
}
NULLS = {"medium": -1, "large": -2, "day": OPEN_DAY}
NAMES = ", ".join(TYPES)


@pytest.fixture
def shelf(db):
    """A table with one column of every type; some may be NULL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE shelf (id bigint PRIMARY KEY, small smallint NOT NULL, medium integer, large bigint,"
            " day date, ratio double precision NOT NULL, flag boolean NOT NULL, note varchar(20))"
        )
    return "shelf"


def columns_of(rows):
    by_name = zip(*rows, strict=True) if rows else [()] * len(TYPES)
    dtypes = [np.int64, np.int16, np.int32, np.int64, np.int32, np.float64, np.bool_]
    return {name: np.array(v, dtype=d) for name, v, d in zip(TYPES, by_name, dtypes, strict=True)}


def assert_same(left, right):
    assert list(left) == list(right)
    for name in left:
        assert left[name].dtype == right[name].dtype, name
        assert left[name].tolist() == right[name].tolist(), name


JULY = day_number(dt.date(2026, 7, 1))


def test_every_type_comes_back_as_it_went_in(shelf):
    columns = columns_of([(1, -5, 70_000, 2**62, JULY, 0.1, True), (2, 32767, -(2**31), -(2**63), JULY, -3.5, False)])

    assert write(shelf, columns, types=TYPES) == 2

    assert_same(fetch(f"SELECT {NAMES} FROM shelf ORDER BY id", types=TYPES), columns)


def test_a_sentinel_is_stored_as_null_and_read_as_the_sentinel(shelf):
    columns = columns_of(
        [(1, 0, -1, -2, OPEN_DAY, 1.0, True), (2, 0, 7, -2, JULY, 1.0, True), (3, 0, -1, 9, OPEN_DAY, 1.0, True)]
    )

    write(shelf, columns, types=TYPES, nulls=NULLS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, medium, large, day FROM shelf ORDER BY id")
        stored = cursor.fetchall()
    assert stored == [(1, None, None, None), (2, 7, None, dt.date(2026, 7, 1)), (3, None, 9, None)]
    assert_same(fetch(f"SELECT {NAMES} FROM shelf ORDER BY id", types=TYPES, nulls=NULLS), columns)


def test_a_null_without_a_sentinel_is_refused(shelf):
    write(shelf, columns_of([(1, 0, -1, 5, JULY, 1.0, True)]), types=TYPES, nulls=NULLS)

    with pytest.raises(ValueError, match="holds a NULL"):
        fetch(f"SELECT {NAMES} FROM shelf", types=TYPES)

    assert fetch("SELECT id FROM shelf", types={"id": "int8"})["id"].tolist() == [1]


def test_columns_left_out_take_the_default_of_the_table(shelf):
    write(shelf, {k: v for k, v in columns_of([(1, 0, 3, 5, JULY, 1.0, True)]).items() if k != "large"}, types=TYPES)

    assert fetch("SELECT large FROM shelf", types={"large": "int8"}, nulls={"large": -9})["large"].tolist() == [-9]


def test_a_value_too_large_for_its_column_is_refused_not_cut(shelf):
    columns = columns_of([(1, 0, 3, 5, JULY, 1.0, True)])
    columns["small"] = np.array([40_000], dtype=np.int64)

    with pytest.raises(OverflowError, match="small holds a value outside -32768"):
        write(shelf, columns, types=TYPES)


def test_a_day_that_is_no_date_is_refused(shelf):
    with pytest.raises(OverflowError, match="day holds a value"):
        write(shelf, columns_of([(1, 0, 3, 5, OPEN_DAY, 1.0, True)]), types=TYPES)


def test_fractions_are_not_cut_to_whole_numbers(shelf):
    columns = columns_of([(1, 0, 3, 5, JULY, 1.0, True)])
    columns["large"] = np.array([0.5])

    with pytest.raises(TypeError, match="large is int8 and was given float64"):
        write(shelf, columns, types=TYPES)


def test_columns_of_different_lengths_are_refused(shelf):
    with pytest.raises(ValueError, match="different lengths"):
        write(shelf, {"id": np.arange(2), "small": np.arange(3)}, types=TYPES)


def test_text_cannot_be_written_in_bulk(shelf):
    with pytest.raises(ValueError, match="cannot be written to shelf in bulk: note"):
        write(shelf, {"note": np.array(["a"], dtype=object)}, types={**TYPES, "note": "text"})


def test_text_is_read_the_slow_way(shelf):
    write(shelf, columns_of([(1, 0, -1, -2, JULY, 1.0, True)]), types=TYPES, nulls=NULLS)

    got = fetch(
        "SELECT id, day, 'żółw' AS name, large FROM shelf WHERE id = %s",
        [1],
        types={"name": "text", "id": "int8", "day": "date", "large": "int8"},
        nulls={"large": -2},
    )

    assert got["name"].tolist() == ["żółw"]
    assert got["day"].tolist() == [JULY]
    assert got["large"].tolist() == [-2]
    assert [got[name].dtype for name in got] == [object, np.int64, np.int32, np.int64]


def test_parameters_are_bound_and_percent_signs_survive(shelf):
    columns = columns_of([(k, k, k, k, JULY + k, 0.0, False) for k in range(5)])
    write(shelf, columns, types=TYPES)

    got = fetch(
        "SELECT id FROM shelf WHERE day >= %s AND 'a%%b' = %s ORDER BY id",
        [dt.date(2026, 7, 4), "a%b"],
        types={"id": "int8"},
    )

    assert got["id"].tolist() == [3, 4]


def test_nothing_is_read_as_empty_columns_of_the_right_type(shelf):
    got = fetch(f"SELECT {NAMES} FROM shelf", types=TYPES)

    assert_same(got, columns_of([]))


def test_nothing_can_be_written(shelf):
    assert write(shelf, columns_of([]), types=TYPES, nulls=NULLS) == 0
    assert fetch("SELECT id FROM shelf", types={"id": "int8"})["id"].tolist() == []


def test_the_types_of_a_table_come_from_its_model():
    types = types_of(Assignment)

    assert types["person_id"] == "int8"
    assert types["share"] == "int8"
    assert types["starts_on"] == "date"
    assert types["withdrawn"] == "bool"
    assert "external_id" not in types


def test_a_broken_statement_leaves_a_usable_connection(transactional_db):
    from django.db import Error

    with pytest.raises(Error):
        fetch("SELECT id FROM no_such_table", types={"id": "int8"})
    assert fetch("SELECT 7 AS id", types={"id": "int8"})["id"].tolist() == [7]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite answers 1/0 with NULL")
def test_a_statement_that_breaks_halfway_says_why(transactional_db):
    from django.db import DataError

    with pytest.raises(DataError, match="division by zero"):
        fetch("SELECT 10 / (5000 - g) AS id FROM generate_series(1, 10000) AS g", types={"id": "int8"})
    assert fetch("SELECT 7 AS id", types={"id": "int8"})["id"].tolist() == [7]


int16, int32, int64 = (st.integers(-(2**k), 2**k - 1) for k in (15, 31, 63))
days = st.integers(day_number(dt.date(1, 1, 1)), day_number(dt.date(9999, 12, 31)))
cells = st.tuples(int16, int32, int64, days | st.just(OPEN_DAY), st.floats(allow_nan=False), st.booleans())


@given(rows=st.lists(cells, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_fits_its_type_round_trips(shelf, rows):
    columns = columns_of([(number, *row) for number, row in enumerate(rows)])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shelf")

    write(shelf, columns, types=TYPES, nulls=NULLS)

    assert_same(fetch(f"SELECT {NAMES} FROM shelf ORDER BY id", types=TYPES, nulls=NULLS), columns)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the fast path is PostgreSQL's")
def test_a_million_rows_take_seconds_not_minutes(db, capsys):
    names = [f"c{k}" for k in range(8)]
    types = dict.fromkeys(names, "int8")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE wide ({', '.join(f'{name} bigint' for name in names)})")
    columns = {name: np.arange(1_000_000, dtype=np.int64) * (k + 1) - 1 for k, name in enumerate(names)}

    begun = time.perf_counter()
    write("wide", columns, types=types, nulls={"c3": -1})
    written = time.perf_counter()
    got = fetch("SELECT * FROM wide", types=types, nulls={"c3": -1})
    read = time.perf_counter()

    with capsys.disabled():
        print(f"\n1,000,000 rows of 8 numbers: in {written - begun:.2f} s, out {read - written:.2f} s")  # noqa: T201
    order = np.argsort(got["c0"])
    assert all((got[name][order] == columns[name]).all() for name in names)
