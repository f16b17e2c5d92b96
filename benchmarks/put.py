"""Rows of a model straight into its table: numbers as NumPy columns, texts as SQL over those numbers.

The numbers go by COPY into a staging table, and one INSERT ... SELECT adds keys, names and defaults; every
constraint, index and trigger of the table holds as for any other row. On SQLite the same, more slowly.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.core.management.color import no_style
from django.db import connection, models

from roi_project.db import columns

BY = "benchmark"


def choice(column: str, values: Sequence[str]) -> str:
    """SQL that turns a place from 0 into one of these texts."""
    cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE {column} {cases} END"


def put(
    model: type[models.Model],
    numbers: Mapping[str, np.ndarray],
    *,
    texts: Mapping[str, str] | None = None,
    nulls: Mapping[str, int] | None = None,
) -> int:
    """Append rows with the ids 1..n after the highest there is; returns how many.

    `numbers` are columns of the table, or helpers whose names begin with `_`; `texts` are SQL expressions over
    them and `id`. Everything else takes the model's defaults.
    """
    count = len(next(iter(numbers.values())))
    before = model._default_manager.aggregate(last=models.Max("id"))["last"] or 0
    staged = {"id": np.arange(before + 1, before + count + 1, dtype=np.int64), **numbers}
    staged = {name: values.astype(np.int64) if name[0] == "_" else values for name, values in staged.items()}
    known = columns.types_of(model)
    types = {name: known.get(name, "int8") for name in staged}
    stage = f"stage_{model._meta.db_table}"
    columns_sql = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    given = {name: f'"{name}"' for name in staged if not name.startswith("_")}
    given |= _defaults(model, {*given, *(texts or {})}) | dict(texts or {})
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {stage} ({columns_sql})")
        columns.write(stage, staged, types=types, nulls=nulls)
        names = ", ".join(f'"{name}"' for name in given)
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names})"
            f" SELECT {', '.join(given.values())} FROM {stage} ORDER BY {stage}.id"
        )
        cursor.execute(f"DROP TABLE {stage}")
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return count


def _defaults(model: type[models.Model], given: set[str]) -> dict[str, str]:
    """What the model would fill in by itself, as SQL."""
    table = model._meta.db_table
    found = {"key": _uuid(table), "recorded_by": f"'{BY}'", "external_id": "CAST(id AS text)"}
    for field in model._meta.concrete_fields:
        if field.column in given or field.column in found or field.has_db_default():
            continue
        if field.has_default() or not field.null:
            found[field.column] = _literal(field.get_default(), field)
    present = {field.column for field in model._meta.concrete_fields}
    return {name: sql for name, sql in found.items() if name in present and name not in given}


def _uuid(table: str) -> str:
    """The same key for the same row in every run; SQLite cannot, and the tests on it do not need it."""
    if connection.vendor == "postgresql":
        return f"CAST(md5('{table}' || id) AS uuid)"
    return "lower(hex(randomblob(16)))"


def _literal(value: Any, field: models.Field) -> str:
    stored = field.get_prep_value(value)
    if isinstance(stored, bool):
        return "TRUE" if stored else "FALSE"
    return str(stored) if isinstance(stored, int) else f"'{stored or ''}'"
