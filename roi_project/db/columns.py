"""Bulk columns out of and into the database: one NumPy array per column, never one object per row.

On PostgreSQL both ways go through COPY in its binary format with rows of a fixed width, which one NumPy
dtype decodes or builds; measured about ten times faster than rows through a cursor. On SQLite an
ordinary cursor does the same work more slowly, with equal results.

A column has one of these types, named as in PostgreSQL:

    int2 int4 int8 float8 bool    as they are
    date                          int32, days since 1970-01-01
    text                          objects; only read, and it makes the whole read take the slow path

NULL is a sentinel that the caller chooses per column: `nulls={"ends_on": OPEN_DAY, "team_id": -1}`.
"""

import selectors
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import errors, pq

Columns = dict[str, npt.NDArray[Any]]

NATIVE: Final = {
    "int2": np.dtype(np.int16),
    "int4": np.dtype(np.int32),
    "int8": np.dtype(np.int64),
    "date": np.dtype(np.int32),
    "float8": np.dtype(np.float64),
    "bool": np.dtype(np.bool_),
    "text": np.dtype(object),
}
DAYS_FROM_1970_TO_2000: Final = 10_957  # PostgreSQL counts days from 2000-01-01
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # years 1 to 9999, what a Python date can be
COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER: Final = b"\xff\xff"
# Rows are turned into columns, and columns into rows, in pieces that fit the processor's cache.
BLOCK_BYTES: Final = 1024 * 1024
CHUNK_ROWS: Final = 8_192
SQLITE_BATCH_ROWS: Final = 10_000

_INTERNAL_TYPES: Final = {
    "AutoField": "int4",
    "BigAutoField": "int8",
    "BigIntegerField": "int8",
    "BooleanField": "bool",
    "DateField": "date",
    "FloatField": "float8",
    "IntegerField": "int4",
    "PositiveBigIntegerField": "int8",
    "PositiveIntegerField": "int4",
    "PositiveSmallIntegerField": "int2",
    "SmallIntegerField": "int2",
}


def types_of(model: type[models.Model]) -> dict[str, str]:
    """The types of those columns of a model's table that can be written in bulk, by column name."""
    types = {}
    for field in model._meta.concrete_fields:
        source = field.target_field if field.is_relation else field
        kind = _INTERNAL_TYPES.get(source.get_internal_type())
        if kind is not None:
            types[field.column] = kind
    return types


# --- out -------------------------------------------------------------------------------------------


def fetch(
    sql: str,
    params: Sequence[Any] = (),
    *,
    types: Mapping[str, str],
    nulls: Mapping[str, int] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Columns:
    """The result of a SELECT as columns, by name.

    `types` names the columns to take from it and their types; the casts are made here, so that the
    SELECT can be the same text for both databases. A NULL in a column without a sentinel is a ValueError.
    """
    connection = connections[using]
    nulls = nulls or {}
    wanted = ", ".join(_selected(connection, name, kind, nulls) for name, kind in types.items())
    statement = f"SELECT {wanted} FROM ({sql}) AS wanted"
    if connection.vendor == "postgresql" and "text" not in types.values():
        return _fetch_by_copy(connection, statement, params, types)
    return _fetch_by_cursor(connection, statement, params, types)


def _selected(connection: Any, name: str, kind: str, nulls: Mapping[str, int]) -> str:
    column = connection.ops.quote_name(name)
    value = column
    if kind == "date":
        postgres, sqlite = f"({column}::date - DATE '1970-01-01')", f"CAST(julianday({column}) - 2440587.5 AS INTEGER)"
        value = postgres if connection.vendor == "postgresql" else sqlite
    if name in nulls:
        value = f"COALESCE({value}, {int(nulls[name])})"
    if connection.vendor == "postgresql":
        value = f"{value}::{'int4' if kind == 'date' else kind}"
    return f"{value} AS {column}"


def _fetch_by_cursor(connection: Any, statement: str, params: Sequence[Any], types: Mapping[str, str]) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(statement, tuple(params))
        rows = cursor.fetchall()
    if any(None in row for row in rows):
        raise ValueError(_null_found(types))
    by_column = list(zip(*rows, strict=True)) or [()] * len(types)
    return {
        name: np.fromiter(values, dtype=NATIVE[kind], count=len(rows))
        for (name, kind), values in zip(types.items(), by_column, strict=True)
    }


def _fetch_by_copy(connection: Any, statement: str, params: Sequence[Any], types: Mapping[str, str]) -> Columns:
    record = _record(types)
    blocks: list[Columns] = []
    with connection.wrap_database_errors, connection.cursor() as cursor:
        select = cursor.mogrify(statement, tuple(params))
        with cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)"):
            for block in _copied_blocks(connection.connection.pgconn):
                blocks.append(_decoded(block, record, types))
    return {
        # Popping frees each block's part as soon as it is joined: the peak stays near one copy.
        name: np.concatenate([block.pop(name) for block in blocks])
        for name in types
    }


def _copied_blocks(pgconn: Any) -> Iterator[bytearray]:
    """The rows of a running COPY TO, in blocks of whole rows, without header and trailer.

    Reads from libpq directly: one call per row is the floor, psycopg's own loop costs three times as much.
    Waits outside libpq, so that other threads (a heartbeat) run while the server thinks.
    """
    buffer = bytearray()
    header = len(COPY_HEADER)
    with selectors.DefaultSelector() as selector:
        selector.register(pgconn.socket, selectors.EVENT_READ)
        while True:
            size, data = pgconn.get_copy_data(1)
            if size > 0:
                if len(buffer) >= BLOCK_BYTES:
                    yield buffer[header:] if header else buffer
                    buffer, header = bytearray(), 0
                buffer += data
            elif size == 0:
                selector.select()
                pgconn.consume_input()
            else:
                break
    for result in list(iter(pgconn.get_result, None)):  # all of them, so that the connection is free again
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)
    if not buffer.endswith(COPY_TRAILER):
        raise ValueError("the database ended its copy without the end mark of the binary format")
    yield buffer[header : -len(COPY_TRAILER)]


def _record(types: Mapping[str, str]) -> np.dtype[Any]:
    """One row of COPY's binary format: a count of cells, then each cell behind its length (-1 = NULL)."""
    parts: list[tuple[str, str]] = [("cells", ">i2")]
    for name, kind in types.items():
        parts.append((f"{name} length", ">i4"))
        parts.append((name, NATIVE[kind].newbyteorder(">").str))
    return np.dtype(parts)


def _decoded(block: bytearray, record: np.dtype[Any], types: Mapping[str, str]) -> Columns:
    if len(block) % record.itemsize:
        raise ValueError(_null_found(types))
    rows = np.frombuffer(block, dtype=record)
    columns: Columns = {}
    for name, kind in types.items():
        native = NATIVE[kind]
        if (rows[f"{name} length"] != native.itemsize).any():
            raise ValueError(_null_found(types))
        columns[name] = rows[name].astype(native)
    return columns


def _null_found(types: Mapping[str, str]) -> str:
    return f"a column without a sentinel holds a NULL; the columns are {', '.join(types)}"


# --- in --------------------------------------------------------------------------------------------


def write(
    table: str,
    columns: Mapping[str, npt.NDArray[Any]],
    *,
    types: Mapping[str, str],
    nulls: Mapping[str, int] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Append rows to a table, given as columns of equal length; returns how many.

    `types` must be those of the table (see `types_of`); columns left out take the database's default.
    A value that does not fit its type is an OverflowError. Runs in the caller's transaction.
    """
    nulls = {name: sentinel for name, sentinel in (nulls or {}).items() if name in columns}
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    lengths = {len(values) for values in arrays.values()}
    if len(lengths) != 1:
        raise ValueError(f"columns of {table} have different lengths: {sorted(lengths)}")
    count = lengths.pop()
    if unknown := [name for name in arrays if types.get(name, "text") == "text"]:
        raise ValueError(f"columns that cannot be written to {table} in bulk: {', '.join(unknown)}")
    kinds = {name: types[name] for name in arrays}
    connection = connections[using]
    put = _write_by_copy if connection.vendor == "postgresql" else _write_by_cursor
    put(connection, table, arrays, kinds, nulls, count)
    return count


def _write_by_copy(
    connection: Any, table: str, arrays: Columns, types: dict[str, str], nulls: dict[str, int], count: int
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in arrays)
    statement = f"COPY {quote(table)} ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        record = _record(types)
        for start in range(0, count, CHUNK_ROWS):
            chunk = {name: values[start : start + CHUNK_ROWS] for name, values in arrays.items()}
            copy.write(_encoded(chunk, types, nulls, record).data)
        copy.write(COPY_TRAILER)


def _encoded(
    chunk: Columns, types: dict[str, str], nulls: dict[str, int], record: np.dtype[Any]
) -> npt.NDArray[np.uint8]:
    """Rows of one chunk as bytes: written with a fixed width, then without the cells that are NULL."""
    rows = np.zeros(len(next(iter(chunk.values()))), dtype=record)
    rows["cells"] = len(types)
    told = np.ones((rows.size, record.itemsize), dtype=np.bool_)
    for name, kind in types.items():
        size, length = NATIVE[kind].itemsize, f"{name} length"
        values, absent = chunk[name], np.zeros(0, dtype=np.intp)
        if name in nulls:
            absent = np.flatnonzero(values == nulls[name])
            if absent.size:  # the sentinel need not fit the column's type
                values = values.copy()
                values[absent] = 0
        values = _fitting(name, values, kind)
        rows[length] = size
        rows[name] = values - DAYS_FROM_1970_TO_2000 if kind == "date" else values
        if absent.size:
            begin = record.fields[name][1]
            rows[length][absent] = -1
            told[absent, begin : begin + size] = False
    flat = rows.view(np.uint8)
    return flat if told.all() else flat[told.reshape(-1)]


def _write_by_cursor(
    connection: Any, table: str, arrays: Columns, types: dict[str, str], nulls: dict[str, int], count: int
) -> None:
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(name) for name in arrays), ", ".join(["%s"] * len(arrays))
    statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"
    with connection.cursor() as cursor:
        for start in range(0, count, SQLITE_BATCH_ROWS):
            batch = [
                _python_values(name, values[start : start + SQLITE_BATCH_ROWS], types[name], nulls.get(name))
                for name, values in arrays.items()
            ]
            cursor.executemany(statement, list(zip(*batch, strict=True)))


def _python_values(name: str, values: npt.NDArray[Any], kind: str, sentinel: int | None) -> list[Any]:
    absent = values == sentinel if sentinel is not None else np.zeros(len(values), dtype=bool)
    _fitting(name, values[~absent], kind)
    plain = values.astype(object)
    if kind == "date":
        plain[~absent] = values[~absent].astype("datetime64[D]").astype(str)
    elif kind == "bool":
        plain[~absent] = values[~absent].astype(bool)
    plain[absent] = None
    return plain.tolist()


def _fitting(name: str, values: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    """The values, if every one of them can be stored in this type unchanged."""
    native = NATIVE[kind]
    if native.kind != "i" or not len(values):
        return values
    if values.dtype.kind not in "iu":
        raise TypeError(f"column {name} is {kind} and was given {values.dtype}")
    limits = np.iinfo(native)
    low, high = (FIRST_DAY, LAST_DAY) if kind == "date" else (limits.min, limits.max)
    if values.min() < low or values.max() > high:
        raise OverflowError(f"column {name} holds a value outside {low}..{high}, which {kind} cannot keep")
    return values
