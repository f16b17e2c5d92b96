"""Everything this floor knows that a book or a capacity report is computed from, as bulk columns.

For compiling alone: nothing here asks who is asking. Call inside one snapshot(), so that the columns fit
together. Only current rows, and of dated rows only those that hold for a day from `first` until before `end`.

ids are int64; days int32 since 1970-01-01, no end = OPEN_DAY, no beginning = ALWAYS_DAY; shares int64 in
millionths; minutes int16; `code_rank` int32 is the place of a code in the order of all codes of the answer,
by code points: what breaks ties. -1 = none, or “as on the person” in person terms.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models
from django.db.models import QuerySet

from roi_project.db.columns import Columns, fetch
from roi_project.kernel.period import OPEN_DAY
from teams.models import WEEKDAYS, AbsenceReason, Closure, Person, PersonTerms, Topology

ALWAYS_DAY: Final = -OPEN_DAY
NONE: Final = -1
REASONS: Final = tuple(AbsenceReason.values)
TOPOLOGIES: Final = tuple(Topology.values)

_MINUTES: Final = {f"minutes_{day}": "int2" for day in WEEKDAYS}
_PERIOD: Final = {"starts_on": "date", "ends_on": "date"}
_ENDLESS: Final = {"ends_on": OPEN_DAY}
_CURRENT: Final = "superseded_at IS NULL AND NOT withdrawn"
_TOUCHING: Final = f"{_CURRENT} AND starts_on < %s AND (ends_on IS NULL OR ends_on > %s)"


@dataclass(frozen=True)
class Words:
    """The few texts by which people and places are told apart; a column holds the place of its text in the list."""

    levels: tuple[str, ...]
    countries: tuple[str, ...]
    subdivisions: tuple[str, ...]


def words() -> Words:
    """Every level, country and subdivision of people, terms and closures, each sorted."""
    return Words(
        levels=_distinct("level", Person.objects.all(), PersonTerms.current.all()),
        countries=_distinct("country", Person.objects.all(), PersonTerms.current.all(), Closure.current.all()),
        subdivisions=_distinct("subdivision", Person.objects.all(), PersonTerms.current.all()),
    )


def people(words: Words, first: dt.date, end: dt.date) -> Columns:
    """People employed for a day of the span, with what holds unless their terms say otherwise."""
    minutes = ", ".join(_MINUTES)
    sql = f"""
        WITH levels (word, number) AS ({_list(words.levels)}),
             countries (word, number) AS ({_list(words.countries)}),
             subdivisions (word, number) AS ({_list(words.subdivisions)})
        SELECT person.id, {_rank("person.code")} AS code_rank, role_id, levels.number AS level,
               countries.number AS country, subdivisions.number AS subdivision, {minutes},
               employed_from, employed_until
        FROM teams_person AS person
        JOIN levels ON levels.word = person.level
        JOIN countries ON countries.word = person.country
        JOIN subdivisions ON subdivisions.word = person.subdivision
        WHERE employed_from < %s AND (employed_until IS NULL OR employed_until > %s)
        ORDER BY person.id"""
    types = {"id": "int8", "code_rank": "int4", "role_id": "int8", "level": "int4", "country": "int4"}
    types |= {"subdivision": "int4", **_MINUTES, "employed_from": "date", "employed_until": "date"}
    params = [*words.levels, *words.countries, *words.subdivisions, end, first]
    return fetch(sql, params, types=types, nulls={"employed_until": OPEN_DAY})


def person_terms(words: Words, first: dt.date, end: dt.date) -> Columns:
    """What differs from the person for a while; -1 = as on the person."""
    minutes = ", ".join(_MINUTES)
    sql = f"""
        WITH levels (word, number) AS ({_list(words.levels)}),
             countries (word, number) AS ({_list(words.countries)}),
             subdivisions (word, number) AS ({_list(words.subdivisions)})
        SELECT terms.id, person_id, role_id, levels.number AS level, countries.number AS country,
               subdivisions.number AS subdivision, {minutes}, starts_on, ends_on
        FROM teams_personterms AS terms
        LEFT JOIN levels ON levels.word = terms.level
        LEFT JOIN countries ON countries.word = terms.country
        LEFT JOIN subdivisions ON subdivisions.word = terms.subdivision
        WHERE {_TOUCHING}
        ORDER BY terms.id"""
    own = {"role_id": "int8", "level": "int4", "country": "int4", "subdivision": "int4", **_MINUTES}
    types = {"id": "int8", "person_id": "int8", **own, **_PERIOD}
    params = [*words.levels, *words.countries, *words.subdivisions, end, first]
    return fetch(sql, params, types=types, nulls={**dict.fromkeys(own, NONE), **_ENDLESS})


def assignments(first: dt.date, end: dt.date) -> Columns:
    """Shares of people given to teams."""
    sql = (
        f"SELECT id, person_id, team_id, share, starts_on, ends_on FROM teams_assignment WHERE {_TOUCHING} ORDER BY id"
    )
    types = {"id": "int8", "person_id": "int8", "team_id": "int8", "share": "int8", **_PERIOD}
    return fetch(sql, [end, first], types=types, nulls=_ENDLESS)


def team_stream_shares(first: dt.date, end: dt.date) -> Columns:
    """Shares of teams given to value streams."""
    sql = f"""SELECT id, team_id, stream_id, share, starts_on, ends_on
              FROM teams_teamstreamshare WHERE {_TOUCHING} ORDER BY id"""
    types = {"id": "int8", "team_id": "int8", "stream_id": "int8", "share": "int8", **_PERIOD}
    return fetch(sql, [end, first], types=types, nulls=_ENDLESS)


def absences(first: dt.date, end: dt.date) -> Columns:
    """Whole days people are away; `reason` is a place in REASONS."""
    sql = f"""SELECT id, person_id, {_choice("reason", REASONS)} AS reason, starts_on, ends_on
              FROM teams_absence WHERE {_TOUCHING} ORDER BY id"""
    types = {"id": "int8", "person_id": "int8", "reason": "int2", **_PERIOD}
    return fetch(sql, [*REASONS, end, first], types=types, nulls=_ENDLESS)


def closures(words: Words, first: dt.date, end: dt.date) -> Columns:
    """Days on which nobody of a country works; the country “” is everywhere. A day may come twice."""
    sql = f"""
        WITH countries (word, number) AS ({_list(words.countries)})
        SELECT closure.id, countries.number AS country, closure."on"
        FROM teams_closure AS closure JOIN countries ON countries.word = closure.country
        WHERE {_CURRENT} AND closure."on" >= %s AND closure."on" < %s
        ORDER BY closure.id"""
    types = {"id": "int8", "country": "int4", "on": "date"}
    return fetch(sql, [*words.countries, first, end], types=types)


def teams() -> Columns:
    """All teams, ended ones too: late facts still point at them. `topology` is a place in TOPOLOGIES."""
    sql = f"""SELECT id, {_rank("code")} AS code_rank, {_choice("topology", TOPOLOGIES)} AS topology,
                     starts_on, ends_on
              FROM teams_team ORDER BY id"""
    types = {"id": "int8", "code_rank": "int4", "topology": "int2", **_PERIOD}
    return fetch(sql, TOPOLOGIES, types=types, nulls={"starts_on": ALWAYS_DAY, **_ENDLESS})


def streams() -> Columns:
    """All value streams, ended ones too."""
    sql = f"""SELECT id, {_rank("code")} AS code_rank, parent_id, is_product, starts_on, ends_on
              FROM teams_valuestream ORDER BY id"""
    types = {"id": "int8", "code_rank": "int4", "parent_id": "int8", "is_product": "bool", **_PERIOD}
    return fetch(sql, types=types, nulls={"parent_id": NONE, "starts_on": ALWAYS_DAY, **_ENDLESS})


def roles() -> Columns:
    """All role families; `max_teams` -1 = no limit."""
    sql = f"SELECT id, {_rank('code')} AS code_rank, shared, max_teams FROM teams_rolefamily ORDER BY id"
    types = {"id": "int8", "code_rank": "int4", "shared": "bool", "max_teams": "int2"}
    return fetch(sql, types=types, nulls={"max_teams": NONE})


def codes(model: type[models.Model]) -> Columns:
    """`id` and `code` (as text, so read slowly) of all masters of a kind."""
    sql = f"SELECT id, code FROM {connection.ops.quote_name(model._meta.db_table)} ORDER BY id"
    return fetch(sql, types={"id": "int8", "code": "text"})


def _rank(column: str) -> str:
    """The order of codes must not depend on the language of the database server."""
    collation = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    return f"ROW_NUMBER() OVER (ORDER BY {column}{collation}) - 1"


def _list(texts: tuple[str, ...]) -> str:
    """Rows of a text and its place, to join with; a list of none holds no text at all."""
    rows = ", ".join(f"(%s, {number})" for number in range(len(texts)))
    return f"VALUES {rows}" if texts else "SELECT '', 0 WHERE FALSE"


def _choice(column: str, options: tuple[str, ...]) -> str:
    cases = " ".join(f"WHEN %s THEN {number}" for number in range(len(options)))
    return f"CASE {column} {cases} END"


def _distinct(field: str, *querysets: QuerySet[Any]) -> tuple[str, ...]:
    found: set[str] = set()
    for queryset in querysets:
        found.update(queryset.exclude(**{field: None}).order_by().values_list(field, flat=True).distinct())
    return tuple(sorted(found))
