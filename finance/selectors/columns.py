"""The facts of this floor as columns, for compiling books: one query a table, no object a row.

As on the floors below (see there): ids int64 with -1 for none, shares in millionths, dates in days,
months as numbers, a choice as its place in its list from 1, `code_rank` to break ties. Amounts are minor
units; a currency is its place, from 0, in the list that `currencies` answers, which every function takes.
"""

import datetime as dt

from finance.models import BenefitClass, Decision, Driver, RateUnit, Sink
from outcomes.selectors.columns import CURRENT, in_months, place_in, rank_of, touching
from roi_project.db.columns import Columns, fetch
from roi_project.kernel.money import EXPONENTS
from roi_project.kernel.period import OPEN_DAY
from teams.selectors.columns import NONE

CLAIMED, VALIDATED, REJECTED = 1, 2, 3
"""The states of a benefit, as numbers."""

Codes = tuple[str, ...]

MONEY_TABLES = (
    "finance_exchangerate",
    "finance_ratecard",
    "finance_personrate",
    "finance_contractorline",
    "finance_valuation",
    "finance_benefitentry",
    "finance_benefitreview",
)

# Cost entries without a service period and with one, in a form that lets each use its own index.
SPENT = (
    "((service_until IS NULL AND incurred_on >= %s AND incurred_on < %s) OR (service_until > %s AND service_from < %s))"
)

# A team or pool by its place, a sink by the place after: team 1, pool 2, idle 3, untagged 4, unallocated 5.
TARGET = f"CASE target_kind WHEN 'team' THEN 1 WHEN 'pool' THEN 2 ELSE 2 + ({place_in(Sink, 'sink')}) END AS target"
TARGET_TYPES = {"target": "int2", "team_id": "int8", "to_pool_id": "int8"}
TARGET_NULLS = {"team_id": NONE, "to_pool_id": NONE}


def currencies_in_use(first: dt.date | None = None, end: dt.date | None = None) -> Codes:
    """Every currency that occurs in a fact, by its code; of cost entries only those of the months, where given."""
    tables = [f"SELECT currency FROM {table} WHERE {CURRENT}" for table in MONEY_TABLES]
    spent, days = ("TRUE", []) if first is None or end is None else (SPENT, [first, end, first, end])
    found = fetch(
        " UNION ".join([*tables, f"SELECT currency FROM finance_costentry WHERE {CURRENT} AND {spent}"]),
        days,
        types={"currency": "text"},
    )
    return tuple(sorted(set(found["currency"])))


def currencies(reporting: str, in_use: Codes | None = None) -> Codes:
    """The reporting currency, then every other that occurs in a fact, by its code."""
    in_use = currencies_in_use() if in_use is None else in_use
    return (reporting, *(code for code in in_use if code != reporting))


def _currency(codes: Codes, column: str = "currency") -> str:
    """SQL for the place of a currency. The codes are written into the statement, so only known ones may be."""
    cases = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(codes) if code in EXPONENTS)
    return f"CASE {column} {cases} END AS currency"


def exchange_rates(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """currency, month, rate (1e-10 reporting units for one unit)."""
    found = fetch(
        f"SELECT {_currency(codes)}, month, rate FROM finance_exchangerate"
        f" WHERE {CURRENT} AND rate_type = 'average' AND month >= %s AND month < %s ORDER BY month, id",
        [first, end],
        types={"currency": "int4", "month": "date", "rate": "int8"},
    )
    return in_months(found, "month")


def rate_cards(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, role_id, level, country (text, empty = any), unit, amount, currency, starts_on, ends_on."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT id, role_id, level, country, {place_in(RateUnit, 'unit')} AS unit, amount_minor AS amount,"
        f" {_currency(codes)}, starts_on, ends_on FROM finance_ratecard WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={
            "id": "int8",
            "role_id": "int8",
            "level": "text",
            "country": "text",
            "unit": "int2",
            "amount": "int8",
            "currency": "int4",
            "starts_on": "date",
            "ends_on": "date",
        },
        nulls={"ends_on": OPEN_DAY},
    )


def person_rates(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, person_id, unit, amount, currency, starts_on, ends_on."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT id, person_id, {place_in(RateUnit, 'unit')} AS unit, amount_minor AS amount, {_currency(codes)},"
        f" starts_on, ends_on FROM finance_personrate WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={
            "id": "int8",
            "person_id": "int8",
            "unit": "int2",
            "amount": "int8",
            "currency": "int4",
            "starts_on": "date",
            "ends_on": "date",
        },
        nulls={"ends_on": OPEN_DAY},
    )


def contractor_lines(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, team_id, role_id, month, hours, overtime_hours, overtime_multiplier (1e-4), rate, currency."""
    found = fetch(
        "SELECT id, team_id, role_id, month, hours, overtime_hours, overtime_multiplier, rate_minor AS rate,"
        f" {_currency(codes)} FROM finance_contractorline"
        f" WHERE {CURRENT} AND month >= %s AND month < %s ORDER BY id",
        [first, end],
        types={
            "id": "int8",
            "team_id": "int8",
            "role_id": "int8",
            "month": "date",
            "hours": "int8",
            "overtime_hours": "int8",
            "overtime_multiplier": "int8",
            "rate": "int8",
            "currency": "int4",
        },
    )
    return in_months(found, "month")


def cost_entries(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, who bears it, category_id, incurred_on, service_from, service_until, amount, fraction, currency.

    Exactly one of team_id, stream_id and pool_id bears it. Entries whose service period, else whose day,
    lies in the months; without a service period both its days are -1. `fraction` is what lies below the
    minor unit, in 1e-12 of it.
    """
    return fetch(
        "SELECT id, team_id, stream_id, pool_id, category_id, incurred_on, service_from, service_until,"
        f" amount_minor AS amount, amount_fraction AS fraction, {_currency(codes)} FROM finance_costentry"
        f" WHERE {CURRENT} AND {SPENT} ORDER BY id",
        [first, end, first, end],
        types={
            "id": "int8",
            "team_id": "int8",
            "stream_id": "int8",
            "pool_id": "int8",
            "category_id": "int8",
            "incurred_on": "date",
            "service_from": "date",
            "service_until": "date",
            "amount": "int8",
            "fraction": "int8",
            "currency": "int4",
        },
        nulls=dict.fromkeys(("team_id", "stream_id", "pool_id", "service_from", "service_until"), NONE),
    )


def pools() -> Columns:
    """id, code_rank, team_id."""
    return fetch(
        f"SELECT id, {rank_of('code')}, team_id FROM finance_pool ORDER BY id",
        types={"id": "int8", "code_rank": "int4", "team_id": "int8"},
        nulls={"team_id": NONE},
    )


def categories() -> Columns:
    """id, code_rank."""
    return fetch(
        f"SELECT id, {rank_of('code')} FROM finance_costcategory ORDER BY id", types={"id": "int8", "code_rank": "int4"}
    )


def allocation_rules(first: dt.date, end: dt.date) -> Columns:
    """pool_id, driver, fallback (0 = none), capacity (1e-6, -1 = not limited), starts_on, ends_on."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT pool_id, {place_in(Driver, 'driver')} AS driver, {place_in(Driver, 'fallback')} AS fallback, capacity,"
        f" starts_on, ends_on FROM finance_allocationrule WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={
            "pool_id": "int8",
            "driver": "int2",
            "fallback": "int2",
            "capacity": "int8",
            "starts_on": "date",
            "ends_on": "date",
        },
        nulls={"capacity": NONE, "ends_on": OPEN_DAY},
    )


def allocation_shares(first: dt.date, end: dt.date) -> Columns:
    """pool_id, target (1 team, 2 pool, 3 idle, 4 untagged, 5 unallocated), team_id, to_pool_id, share, days."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT pool_id, {TARGET}, team_id, to_pool_id, share, starts_on, ends_on FROM finance_allocationshare"
        f" WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={"pool_id": "int8", **TARGET_TYPES, "share": "int8", "starts_on": "date", "ends_on": "date"},
        nulls={**TARGET_NULLS, "ends_on": OPEN_DAY},
    )


def driver_rows(first: dt.date, end: dt.date) -> Columns:
    """pool_id, month, target, team_id, to_pool_id, quantity (1e-6). Ask one month earlier for stale drivers."""
    found = fetch(
        f"SELECT pool_id, month, {TARGET}, team_id, to_pool_id, quantity FROM finance_driverrow"
        f" WHERE {CURRENT} AND month >= %s AND month < %s ORDER BY id",
        [first, end],
        types={"pool_id": "int8", "month": "date", **TARGET_TYPES, "quantity": "int8"},
        nulls=TARGET_NULLS,
    )
    return in_months(found, "month")


def valuations(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, outcome_id, volume (1e-6, -1 = by metric), volume_metric_id, unit_value, currency, margin, class, days."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT id, outcome_id, volume, volume_metric_id, unit_value_minor AS unit_value, {_currency(codes)}, margin,"
        f" {place_in(BenefitClass, 'benefit_class')} AS benefit_class, starts_on, ends_on"
        f" FROM finance_valuation WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={
            "id": "int8",
            "outcome_id": "int8",
            "volume": "int8",
            "volume_metric_id": "int8",
            "unit_value": "int8",
            "currency": "int4",
            "margin": "int8",
            "benefit_class": "int2",
            "starts_on": "date",
            "ends_on": "date",
        },
        nulls={"volume": NONE, "volume_metric_id": NONE, "ends_on": OPEN_DAY},
    )


def benefit_entries(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """id, outcome_id, epic_id, month, amount, currency, benefit_class, external_share (-1 = as the outcome), state.

    `state` is what the current review says of just this month, class and amount, else CLAIMED.
    """
    found = fetch(
        f"SELECT b.id, b.outcome_id, b.epic_id, b.month, b.amount_minor AS amount, {_currency(codes, 'b.currency')},"
        f" {place_in(BenefitClass, 'b.benefit_class')} AS benefit_class, b.external_share,"
        f" {CLAIMED} + ({place_in(Decision, 'r.decision')}) AS state"
        " FROM finance_benefitentry b LEFT JOIN finance_benefitreview r"
        " ON r.benefit_key = b.key AND r.superseded_at IS NULL AND NOT r.withdrawn AND r.month = b.month"
        " AND r.benefit_class = b.benefit_class AND r.amount_minor = b.amount_minor AND r.currency = b.currency"
        " WHERE b.superseded_at IS NULL AND NOT b.withdrawn AND b.month >= %s AND b.month < %s ORDER BY b.id",
        [first, end],
        types={
            "id": "int8",
            "outcome_id": "int8",
            "epic_id": "int8",
            "month": "date",
            "amount": "int8",
            "currency": "int4",
            "benefit_class": "int2",
            "external_share": "int8",
            "state": "int2",
        },
        nulls={"outcome_id": NONE, "epic_id": NONE, "external_share": NONE},
    )
    return in_months(found, "month")


def efforts_for_benefits(since: dt.date, first: dt.date, end: dt.date) -> Columns:
    """team_id, month, epic_id, share, item_days: effort from `since` on that can attribute a benefit of the months.

    All rows of every team's month in which the team worked on an epic that has an outcome or a benefit entry: a row's
    part of the month is known by the others.
    """
    found = fetch(
        f"""
        WITH told AS (
            SELECT id, team_id, month, epic_id, share, item_days FROM outcomes_effort
            WHERE {CURRENT} AND month >= %s AND month < %s
        ), bringing AS (
            SELECT epic_id FROM outcomes_outcome
            UNION SELECT epic_id FROM finance_benefitentry WHERE {CURRENT} AND month >= %s AND month < %s
        )
        SELECT team_id, month, epic_id, share, item_days FROM told
        WHERE (team_id, month) IN (SELECT team_id, month FROM told WHERE epic_id IN (SELECT epic_id FROM bringing))
        ORDER BY id""",
        [since, end, first, end],
        types={"team_id": "int8", "month": "date", "epic_id": "int8", "share": "int8", "item_days": "int8"},
        nulls={"epic_id": NONE, "share": NONE, "item_days": NONE},
    )
    return in_months(found, "month")


def valuation_reviews(codes: Codes, first: dt.date, end: dt.date) -> Columns:
    """valuation_id, month, amount, currency, state: what was seen of current valuations, and what it was found to be.

    A review counts only while the valuation still makes just that amount of the month.
    """
    found = fetch(
        f"SELECT v.id AS valuation_id, r.month, r.amount_minor AS amount, {_currency(codes, 'r.currency')},"
        f" {CLAIMED} + ({place_in(Decision, 'r.decision')}) AS state"
        " FROM finance_benefitreview r JOIN finance_valuation v"
        " ON v.key = r.valuation_key AND v.superseded_at IS NULL AND NOT v.withdrawn"
        " AND v.benefit_class = r.benefit_class"
        " WHERE r.superseded_at IS NULL AND NOT r.withdrawn AND r.month >= %s AND r.month < %s ORDER BY r.id",
        [first, end],
        types={"valuation_id": "int8", "month": "date", "amount": "int8", "currency": "int4", "state": "int2"},
    )
    return in_months(found, "month")
