"""The rows of new books as the database keeps them: ranks become ids again, rows stand in the order of their index.

Runs in the caller's transaction.
"""

import json
from typing import Any

import numpy as np
from django.db import connection

from finance.engine.accounts import CARRIED_BY_NO_STREAM, COST, VARIANCE, EffortSource
from finance.engine.book import Book as Compiled
from finance.engine.book import Finding as Found
from finance.engine.book import grouped
from finance.engine.facts import NONE, Facts, Ints, Table
from finance.models import Book, Component, Finding, Line, Posting, RateCard, StreamMonth, TeamMonth, WorkMonth
from roi_project.db import columns
from roi_project.db.append import append_rows
from roi_project.kernel.period import from_day_number

DIMENSIONS = {
    "team": ("team_id", "teams"),
    "pool": ("pool_id", "pools"),
    "origin_pool": ("origin_pool_id", "pools"),
    "stream": ("stream_id", "streams"),
    "epic": ("epic_id", "epics"),
    "role": ("role_id", "roles"),
    "category": ("category_id", "categories"),
}
RENAMED = {"klass": "benefit_class", "source": "source_id"}
SOURCES = ("people", "contractors", "costs", "benefits", "valuations")
"""What a line came from, in the order of LineKind."""
ROLL_UP = ("amount", "effort_amount", "minutes", "priced_minutes", "fte_nano")

BY_ACCOUNT = {
    "source_standard": "CASE WHEN account < 20 THEN amount ELSE 0 END",
    "source_variance": "CASE WHEN account >= 100 THEN amount ELSE 0 END",
    "source_benefit": "CASE WHEN account >= 20 AND account < 100 THEN amount ELSE 0 END",
}
WRITTEN_SUMS = {
    "finance_teammonth": BY_ACCOUNT,
    "finance_streammonth": BY_ACCOUNT,
    "finance_workmonth": {"source_standard": "amount", "source_variance": "variance"},
}
"""By table, the identity of the book that each sum of its rows must equal."""


def write_rows(facts: Facts, book: Compiled, book_of: Ints) -> None:
    """Write the months that have a book; book_of holds the id of each month's, or NONE."""
    _write(Line, facts, book.lines | {"source": _source_ids(facts, book.lines)}, book_of)
    _write(Component, facts, book.components, book_of)
    _write(Posting, facts, book.postings, book_of)
    explained = book.postings["effort_source"] != EffortSource.NONE
    postings = book.postings | {"effort_amount": np.where(explained, book.postings["amount"], 0)}
    _write(TeamMonth, facts, _team_months(postings), book_of)
    _write(StreamMonth, facts, _stream_months(postings), book_of)
    _write(WorkMonth, facts, _work_months(postings), book_of)
    names = ("book_id", "code", "team_id", "pool_id", "person_id", "role_id", "detail")
    append_rows(Finding._meta.db_table, names, _findings(facts, book.findings, book_of))


def check_written(books: list[Book]) -> None:
    """The identities again, over what stands in the database: sums by team, stream and work equal the sources."""
    ids = [book.pk for book in books]
    with connection.cursor() as cursor:
        for table, sums in WRITTEN_SUMS.items():
            cursor.execute(
                f"SELECT book_id, {', '.join(f'SUM({sum_of})' for sum_of in sums.values())} FROM {table}"
                f" WHERE book_id IN ({', '.join(['%s'] * len(ids))}) GROUP BY book_id",
                ids,
            )
            found = {row[0]: [int(x) for x in row[1:]] for row in cursor.fetchall()}
            for book in books:
                if found.get(book.pk, [0] * len(sums)) != [book.identities[source] for source in sums]:
                    raise AssertionError(f"{table} of {book} does not add up to its sources")


# --- columns -----------------------------------------------------------------------------------------------------


def _write(model: type, facts: Facts, table: Table, book_of: Ints) -> None:
    rows = np.argsort(_place(table, facts.count("teams")), kind="stable")
    if (book_of == NONE).any():
        rows = rows[book_of[table["month"][rows]] != NONE]
    out: dict[str, np.ndarray] = {"book_id": book_of[table["month"][rows]]}
    nulls: dict[str, int] = {}
    for name, values in table.items():
        if name in DIMENSIONS:
            field, entity = DIMENSIONS[name]
            out[field] = _ids(facts, entity)[values[rows]]
            nulls[field] = NONE
        elif name != "month":
            out[RENAMED.get(name, name)] = values[rows]
    columns.write(model._meta.db_table, out, types=columns.types_of(model), nulls=nulls)


def _place(table: Table, teams: int) -> Ints:
    """Where a row belongs: by month and team, those of no team last. An index in this order grows at its end alone."""
    if "team" not in table:
        return table["month"]
    return table["month"] * (teams + 1) + np.where(table["team"] == NONE, teams, table["team"])


def _ids(facts: Facts, entity: str) -> Ints:
    """Ids by rank; the rank NONE, which counts from the end, finds NONE there."""
    return np.append(facts.ids[entity], NONE)


def _source_ids(facts: Facts, lines: Table) -> Ints:
    """Database ids of what each line came from: a person, or the row of a fact."""
    out = np.full(lines["source"].size, NONE, dtype=np.int64)
    for kind, name in enumerate(SOURCES, start=1):
        rows = np.flatnonzero(lines["kind"] == kind)
        if rows.size:
            out[rows] = facts.ids[name][lines["source"][rows]]
    return out


def _team_months(postings: Table) -> Table:
    return grouped(postings, ("month", "team", "pool", "account", "klass", "state"), ROLL_UP)


def _stream_months(postings: Table) -> Table:
    pooled = {"pooled": (postings["pool"] != NONE).astype(np.int64)}
    return grouped(postings | pooled, ("month", "stream", "pooled", "account", "klass", "state"), ROLL_UP)


def _work_months(postings: Table) -> Table:
    """Cost of each row of a report by value stream, by type of work; at standard rates, and what actual pay adds."""
    cost = np.isin(postings["account"], [int(account) for account in COST])
    of_cost = {name: postings[name][cost] for name in ("month", "stream", "pool", "work_type", "account", "amount")}
    account, amount = of_cost["account"], of_cost["amount"]
    standard = account < VARIANCE
    rows = of_cost | {
        "pooled": (of_cost["pool"] != NONE).astype(np.int64),
        "residual": np.where(np.isin(account % VARIANCE, CARRIED_BY_NO_STREAM), account % VARIANCE, 0),
        "amount": np.where(standard, amount, 0),
        "variance": np.where(standard, 0, amount),
    }
    return grouped(rows, ("month", "stream", "pooled", "residual", "work_type"), ("amount", "variance"))


# --- findings ----------------------------------------------------------------------------------------------------


def _findings(facts: Facts, findings: list[Found], book_of: Ints) -> list[tuple[Any, ...]]:
    cards = RateCard.objects.in_bulk({f.detail["card"] for f in findings if f.detail and "card" in f.detail})
    ids = {name: [*facts.ids[name].tolist(), None] for name in ("teams", "pools", "people", "roles")}
    rows = []
    for found in findings:
        book = int(book_of[found.month])
        if book == NONE:
            continue
        detail, role = _readable(found.detail or {}), ids["roles"][found.role]
        card = cards.get(detail.pop("card", None))
        if card is not None:  # a reader knows a card by what it is for, the engine by the id of its version
            role = card.role_id
            detail |= {"level": card.level, "country": card.country, "rate_card": str(card.key)}
        places = ids["teams"][found.team], ids["pools"][found.pool], ids["people"][found.person]
        rows.append((book, found.code, *places, role, json.dumps(detail)))
    return rows


def _readable(detail: dict[str, Any]) -> dict[str, Any]:
    """Days as dates."""
    return {
        f"{name.removesuffix('_day')}_on" if name.endswith("_day") else name: (
            from_day_number(value).isoformat() if name.endswith("_day") else value
        )
        for name, value in detail.items()
    }
