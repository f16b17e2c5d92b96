"""The finance floor of the generated organisation: rates, costs, pools, benefits, exchange rates.

Six pools: two platform teams that use one another (and so a cycle), cloud by usage with idle capacity, licences by
fixed shares, facilities by full-time equivalents and people services by heads.
"""

import numpy as np

from benchmarks.plan import OPEN, Plan
from benchmarks.put import choice, put
from benchmarks.rows_teams import COUNTRIES, LEVELS, ROLES
from finance.models import (
    AllocationRule,
    AllocationShare,
    AnticipatedBenefit,
    BenefitEntry,
    BenefitReview,
    ContractorLine,
    CostCategory,
    CostEntry,
    DriverRow,
    ExchangeRate,
    PersonRate,
    Pool,
    RateCard,
    Valuation,
)

CURRENCIES = ("EUR", "USD", "JPY", "PLN")
FX = (1.0, 0.92, 0.0061, 0.23)
UNITS = ("hour", "month", "year")
CLASSES = ("hard_cash", "cost_avoidance", "capacity_freed", "expected_loss")
CATEGORIES = 8
POOLS = ("platform", "data", "cloud", "licences", "facilities", "people-services")
PLATFORM, DATA, CLOUD, LICENCES, FACILITIES, SERVICES = range(1, 7)
DRIVERS = ("usage", "usage", "usage", "fixed", "fte", "headcount")
MICRO = 10**6
CURRENCY = {"currency": choice("_currency", CURRENCIES)}


def finance_floor(plan: Plan) -> None:
    _exchange_rates(plan)
    _rates(plan)
    _pools(plan)
    _driver_rows(plan)
    _contractors(plan)
    _costs(plan)
    _benefits(plan)
    _promises(plan)


def _exchange_rates(plan: Plan) -> None:
    rng, months = plan.rng("exchange rates"), plan.size.months
    foreign = np.arange(1, len(CURRENCIES))
    drift = rng.uniform(0.95, 1.05, (foreign.size, months))
    rates = np.rint(np.array(FX)[foreign][:, None] * drift * 10**10).astype(np.int64)
    put(
        ExchangeRate,
        {
            "_currency": np.repeat(foreign, months),
            "month": np.tile(plan.starts[:-1], foreign.size),
            "rate": rates.ravel(),
        },
        texts=CURRENCY,
    )


def _rates(plan: Plan) -> None:
    """A card for every role, narrower ones for levels and countries, new ones each year; pay for three in five."""
    rng, size = plan.rng("rates"), plan.size
    years = np.r_[plan.starts[:-1:12], OPEN]
    wanted = (np.arange(n) for n in (ROLES, len(LEVELS), len(COUNTRIES), years.size - 1))
    role, level, country, year = (grid.ravel() for grid in np.meshgrid(*wanted, indexing="ij"))
    keep = (country == 0) | (level == 0) | (role % 2 == 0)
    role, level, country, year = role[keep], level[keep], country[keep], year[keep]
    unit = role % 3
    full = np.choose(unit, (6_000, 950_000, 11_400_000))
    put(
        RateCard,
        {
            "role_id": role + 1,
            "_level": level,
            "_country": country,
            "_unit": unit,
            "_currency": np.where(country == 1, 3, 0),
            "amount_minor": full * (100 + 4 * year + 9 * level) // 100 + rng.integers(0, 97, role.size),
            "starts_on": np.where(year == 0, plan.first_day - 400, years[year]),
            "ends_on": years[year + 1],
        },
        texts=CURRENCY
        | {
            "level": choice("_level", LEVELS),
            "country": choice("_country", COUNTRIES),
            "unit": choice("_unit", UNITS),
        },
        nulls={"ends_on": OPEN},
    )
    paid = np.flatnonzero(rng.random(size.people) < 0.6)
    unit = rng.choice(3, paid.size, p=(0.1, 0.7, 0.2))
    raised_on = plan.first_day + rng.integers(30, plan.days, paid.size)
    pay = np.choose(unit, (5_500, 900_000, 10_800_000)) + rng.integers(0, 99_999, paid.size)
    put(
        PersonRate,
        {
            "person_id": np.tile(paid + 1, 2),
            "_unit": np.tile(unit, 2),
            "_currency": np.tile(rng.choice(len(CURRENCIES), paid.size, p=(0.8, 0.1, 0, 0.1)), 2),
            "amount_minor": np.r_[pay, pay * 104 // 100],
            "starts_on": np.r_[np.full(paid.size, plan.first_day - 400), raised_on],
            "ends_on": np.r_[raised_on, np.full(paid.size, OPEN)],
        },
        texts=CURRENCY | {"unit": choice("_unit", UNITS)},
        nulls={"ends_on": OPEN},
    )


def _pools(plan: Plan) -> None:
    number = np.arange(len(POOLS))
    put(Pool, {"team_id": np.where(number < 2, number + 1, OPEN)}, texts={"code": choice("id - 1", POOLS)},
        nulls={"team_id": OPEN})  # fmt: skip
    put(
        AllocationRule,
        {
            "pool_id": number + 1,
            "_driver": number,
            "capacity": np.where(number + 1 == CLOUD, plan.size.teams * 12 * MICRO, OPEN),
            "starts_on": np.full(number.size, plan.first_day),
        },
        texts={"driver": choice("_driver", DRIVERS), "fallback": "'headcount'"},
        nulls={"capacity": OPEN},
    )
    users = np.arange(min(20, plan.size.teams // 2))
    put(
        AllocationShare,
        {
            "pool_id": np.full(users.size, LICENCES),
            "team_id": users * 2 + 3 if plan.size.teams > 50 else users + 3,
            "share": np.full(users.size, 800_000 // users.size),
            "starts_on": np.full(users.size, plan.first_day),
        },
        texts={"target_kind": "'team'"},
    )
    put(CostCategory, {"id": np.arange(1, CATEGORIES + 1)}, texts={"code": "'category-' || (100 + id)"})


def _driver_rows(plan: Plan) -> None:
    """A fifth of the teams uses each platform and the cloud; the platforms use one another and the cloud."""
    rng, size = plan.rng("driver rows"), plan.size
    blocks = []
    for pool, others in ((PLATFORM, (DATA, CLOUD)), (DATA, (PLATFORM,)), (CLOUD, (PLATFORM, DATA))):
        for month in plan.starts[:-1]:
            teams = np.flatnonzero(rng.random(size.teams) < 0.2) + 1
            teams = teams if teams.size else np.array([3])
            target = np.r_[teams, others, np.full(1, OPEN)]
            kind = np.r_[np.zeros(teams.size), np.ones(len(others)), 2]
            blocks.append(
                {
                    "pool_id": np.full(target.size, pool),
                    "month": np.full(target.size, month),
                    "_kind": kind.astype(np.int64),
                    "team_id": np.where(kind == 0, target, OPEN),
                    "to_pool_id": np.where(kind == 1, target, OPEN),
                    "quantity": rng.integers(1, 100, target.size) * 250_000,
                }
            )
    put(
        DriverRow,
        {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]},
        texts={
            "target_kind": choice("_kind", ("team", "pool", "sink")),
            "sink": "CASE _kind WHEN 2 THEN 'untagged' ELSE '' END",
        },
        nulls={"team_id": OPEN, "to_pool_id": OPEN},
    )


def _contractors(plan: Plan) -> None:
    rng, size = plan.rng("contractors"), plan.size
    team, month = (x.ravel() for x in np.meshgrid(np.arange(4, size.teams, 5), np.arange(size.months), indexing="ij"))
    overtime = np.where(rng.random(team.size) < 0.1, rng.integers(1, 20, team.size) * 5_000, 0)
    put(
        ContractorLine,
        {
            "team_id": team + 1,
            "role_id": 1 + rng.integers(0, ROLES, team.size),
            "month": plan.starts[month],
            "hours": rng.integers(20, 320, team.size) * 5_000,
            "overtime_hours": overtime,
            "overtime_multiplier": np.where(overtime > 0, 15_000, 10_000),
            "rate_minor": rng.integers(4_000, 15_000, team.size),
            "_currency": rng.choice(len(CURRENCIES), team.size, p=(0.6, 0.2, 0, 0.2)),
        },
        texts=CURRENCY | {"supplier": "'Supplier ' || id % 40"},
    )


def _costs(plan: Plan) -> None:
    """Four in five for teams, one in twenty for streams, the rest for pools; one in eight has a service period."""
    rng, size = plan.rng("costs"), plan.size
    count = size.cost_entries
    bearer = rng.choice(3, count, p=(0.8, 0.05, 0.15))
    day = plan.first_day + rng.integers(0, plan.days, count)
    kind = rng.choice(3, count, p=(0.88, 0.1, 0.02))
    month = np.searchsorted(plan.starts, day, "right") - 1
    until_month = np.minimum(month + rng.integers(2, 13, count), size.months)
    start = np.choose(kind, (np.full(count, OPEN), plan.starts[month], day))
    until = np.choose(kind, (np.full(count, OPEN), plan.starts[until_month], day + rng.integers(10, 200, count)))
    amount = np.exp(rng.normal(11.5, 1.2, count)).astype(np.int64) + 1
    amount = np.where(rng.random(count) < 0.02, -amount, amount)
    currency = rng.choice(len(CURRENCIES), count, p=(0.8, 0.12, 0.03, 0.05))
    put(
        CostEntry,
        {
            "team_id": np.where(bearer == 0, 1 + rng.integers(0, size.teams, count), OPEN),
            "stream_id": np.where(bearer == 1, 1 + rng.integers(0, size.streams, count), OPEN),
            "pool_id": np.where(bearer == 2, 1 + rng.integers(0, len(POOLS), count), OPEN),
            "category_id": 1 + rng.integers(0, CATEGORIES, count),
            "incurred_on": day,
            "service_from": start,
            "service_until": until,
            "amount_minor": amount,
            "_currency": currency,
        },
        texts=CURRENCY | {"vendor": "'Vendor ' || id % 500", "document_number": "'INV-' || id"},
        nulls=dict.fromkeys(("team_id", "stream_id", "pool_id", "service_from", "service_until"), OPEN),
    )


def _benefits(plan: Plan) -> None:
    """Half of the outcomes are valued by their metric, the other half has benefits entered; some were validated."""
    rng, size = plan.rng("benefits"), plan.size
    valued = np.arange(0, size.metrics, 2)
    by_metric = valued % 10 == 0
    put(
        Valuation,
        {
            "outcome_id": valued + 1,
            "volume": np.where(by_metric, OPEN, rng.integers(100, 900, valued.size) * MICRO),
            "volume_metric_id": np.where(by_metric, (valued + 1) % size.metrics + 1, OPEN),
            "unit_value_minor": rng.integers(500, 9_000, valued.size),
            "_currency": rng.integers(0, 2, valued.size),
            "margin": np.where(valued % 4 == 0, 350_000, MICRO),
            "_class": valued % 4,
            "starts_on": np.full(valued.size, plan.first_day),
        },
        texts=CURRENCY | {"benefit_class": choice("_class", CLASSES)},
        nulls={"volume": OPEN, "volume_metric_id": OPEN},
    )
    count = size.benefits
    claimed = np.arange(1, max(size.metrics, 2), 2)
    of_epic = rng.random(count) < 0.1
    amount = rng.integers(-20_000, 900_000, count) * 7
    numbers = {
        "outcome_id": np.where(of_epic, OPEN, rng.choice(claimed, count) + 1),
        "epic_id": np.where(of_epic, 1 + rng.integers(0, size.epics, count), OPEN),
        "month": plan.starts[rng.integers(0, size.months, count)],
        "amount_minor": amount,
        "external_share": np.where(rng.random(count) < 0.2, 100_000, OPEN),
        "_currency": rng.choice(len(CURRENCIES), count, p=(0.8, 0.2, 0, 0)),
        "_class": rng.integers(0, len(CLASSES), count),
    }
    texts = CURRENCY | {"benefit_class": choice("_class", CLASSES)}
    put(BenefitEntry, numbers, texts=texts, nulls=dict.fromkeys(("outcome_id", "epic_id", "external_share"), OPEN))
    seen = np.flatnonzero(rng.random(count) < 0.3)
    reviewed = {name: numbers[name][seen] for name in ("month", "amount_minor", "_currency", "_class")}
    put(
        BenefitReview,
        reviewed | {"_benefit": seen + 1, "_decision": rng.random(seen.size) < 0.1},
        texts=texts
        | {
            "benefit_key": "(SELECT b.key FROM finance_benefitentry b WHERE b.id = _benefit)",
            "decision": choice("_decision", ("validated", "rejected")),
            "author": "'ada'",
            "reviewer": "'bob'",
        },
    )


def _promises(plan: Plan) -> None:
    """Of every fifth epic, half of them for a year and the others for as long as its outcomes count."""
    rng, months = plan.rng("promises"), plan.size.months
    epic = np.arange(0, plan.size.epics, 5)
    first = rng.integers(0, months, epic.size)
    last = np.minimum(first + 11, months - 1)
    put(
        AnticipatedBenefit,
        {
            "epic_id": epic + 1,
            "amount_minor": rng.integers(10_000, 900_000, epic.size),
            "_class": rng.integers(0, len(CLASSES), epic.size),
            "first_month": plan.starts[first],
            "last_month": np.where(rng.random(epic.size) < 0.5, plan.starts[last], OPEN),
        },
        texts={"currency": "'EUR'", "benefit_class": choice("_class", CLASSES)},
        nulls={"last_month": OPEN},
    )
