"""Hot statements, written once and planned once per connection instead of with every request."""

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.models import Model
from psycopg import OperationalError as PsycopgOperationalError
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

UNKNOWN_STATEMENT = b"26000"
PLAN_OF_OTHER_COLUMNS = b"0A000"
"""A migration has changed the type of a column that the statement reads."""

M = TypeVar("M", bound=Model)


class Part(Generic[M]):
    """Columns of a model in such a statement, and the objects made of them; what is not named is read when needed."""

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        self.model, self.alias, self.names = model, alias, names

    @cached_property
    def sql(self) -> str:
        return ", ".join(f"{self.alias}.{field.column}" for field in self._fields)

    def values(self, columns: Sequence[Any]) -> dict[str, Any]:
        """What stands in these columns, by name."""
        found = dict(zip(self._attributes, columns, strict=True))
        for name, converters, column in self._converters:
            for convert in converters:
                found[name] = convert(found[name], column, connection)
        return found

    def made(self, values: dict[str, Any]) -> M:
        """The object of these values."""
        return self.model.from_db(connection.alias, self._attributes, [values[name] for name in self._attributes])

    @cached_property
    def _attributes(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _fields(self) -> list[Any]:
        fields = self.model._meta.concrete_fields
        return [field for field in fields if field.name in self.names]

    @cached_property
    def _converters(self) -> list[tuple[str, list[Any], Any]]:
        found = []
        for field in self._fields:
            column = field.get_col(self.alias)
            converters = connection.ops.get_db_converters(column) + field.get_db_converters(connection)
            if converters:
                found.append((field.attname, converters, column))
        return found


def read_prepared(sql: str, params: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a statement; on PostgreSQL a prepared one.

    As the first statement of a request it is also the check that a kept connection still works: one that the server
    has ended meanwhile is opened anew, once.
    """
    try:
        return _rows(sql, params)
    except OperationalError:
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _rows(sql, params)


def _rows(sql: str, params: Sequence[str]) -> list[tuple[Any, ...]]:
    opened = connections[DEFAULT_DB_ALIAS]
    opened.ensure_connection()
    if opened.vendor != "postgresql" or opened.in_atomic_block or opened.queries_logged:
        with opened.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    with opened.wrap_database_errors:
        rows = _executed(opened.connection, sql, [param.encode() for param in params])
    opened.health_check_done = True
    return rows


def _executed(opened: Any, sql: str, params: Sequence[bytes]) -> list[tuple[Any, ...]]:
    """Straight through libpq: a cursor of psycopg takes longer for its own part than the server for all of it.

    The name is made of the statement, so whoever prepared it on a connection that a pooler hands round, it is this one.
    A pooler that gives the next statement another connection of the server is asked for it whole.
    """
    name, server = _name(sql), opened.pgconn
    result = server.exec_prepared(name, params)
    if _state(result) == PLAN_OF_OTHER_COLUMNS:
        server.exec_(b"DEALLOCATE " + name)
    if _state(result) in (PLAN_OF_OTHER_COLUMNS, UNKNOWN_STATEMENT):
        _prepare(server, name, sql)
        result = server.exec_prepared(name, params)
        if _state(result) == UNKNOWN_STATEMENT:
            result = server.exec_params(_numbered(sql), params)
    if result.status != pq.ExecStatus.TUPLES_OK:
        if server.status != pq.ConnStatus.OK:
            raise PsycopgOperationalError("The connection to the database was lost.")
        raise error_from_result(result)
    loader = _loader(opened)
    loader.set_pgresult(result)
    return loader.load_rows(0, result.ntuples, tuple)


def _prepare(server: Any, name: bytes, sql: str) -> None:
    server.prepare(name, _numbered(sql))


def _state(result: Any) -> bytes | None:
    state: bytes | None = result.error_field(pq.DiagnosticField.SQLSTATE)
    return state


def _loader(opened: Any) -> Transformer:
    """What makes Python values of a result, one per connection: making it takes as long as all the rest."""
    loader: Transformer | None = getattr(opened, "_loader_of_prepared", None)
    if loader is None:
        loader = opened._loader_of_prepared = Transformer(opened)
    return loader


@cache
def _name(sql: str) -> bytes:
    return b"roi_" + hashlib.sha256(sql.encode()).hexdigest()[:32].encode()


def _numbered(sql: str) -> bytes:
    """With $1, $2 for each %s."""
    parts = sql.split("%s")
    return "".join(f"{part}${place}" for place, part in enumerate(parts[:-1], start=1)).encode() + parts[-1].encode()
