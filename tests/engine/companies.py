"""Companies made up at random, the same ones every time, for laws that hold whatever the facts."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np

from finance.engine.facts import Facts, Table
from tests.engine.build import FULL_WEEK, Org

MONTHS = ("2026-07", "2026-08")
WEEKS = (FULL_WEEK, (288,) * 5 + (0, 0), (480, 480, 480, 480, 0, 0, 0))
SHARES = ("1", "0.5", "0.6", "0.333333", "0.4", "0.25", "0.7")
DATES = ("2000-01-01", "2026-07-01", "2026-07-16", "2026-08-11")
FREE_ORDER = (
    "assignments", "attribution_effort", "attributions", "benefits", "contractors", "costs", "driver_rows", "effort",
    "epic_streams", "epic_teams", "fixed_shares", "metric_months", "person_rates", "rules", "team_streams", "unpaid",
)  # fmt: skip
"""Tables whose rows may come in any order."""
DATED = (
    "assignments", "card_timeline", "epic_streams", "epic_teams", "fixed_shares", "person_rates", "rules",
    "team_streams", "unpaid",
)  # fmt: skip


def company(seed: int, *, name: Callable[[str], str] = str, pay: bool = True, small: bool = False) -> Org:
    """People of two roles in four teams, one of them a pool, with two more pools, epics, costs and benefits.

    name  what each thing is called, so that the same company can be told again under other names
    """
    random = Random(seed)
    org = Org(MONTHS[0], 2, free=["2026-07-03"])
    teams = [name(f"team-{i}") for i in range(4)]
    streams = [name(f"stream-{i}") for i in range(3)]
    epics = [name(f"epic-{i}") for i in range(3)]
    platform, cloud, rent = (name(f"pool-{i}") for i in range(3))
    org.pool(platform, team=teams[3]).pool(cloud).pool(rent)
    for role in ("engineer", "designer"):
        org.card(name(role), f"{random.randint(3000, 15000)}.{random.randint(10, 99)}")
    _people(org, random, teams, name, pay, 3 if small else 7)
    _bought(org, random, teams, streams, (platform, cloud, rent), name)
    _pools(org, random, teams, (platform, cloud, rent))
    _work(org, random, teams, streams, epics, name)
    org.rate("EUR", MONTHS[0], "1.0842").rate("EUR", MONTHS[1], "1.1437")
    return org


def _people(org: Org, random: Random, teams: list[str], name: Callable[[str], str], pay: bool, count: int) -> None:
    for i in range(count):
        person = name(f"person-{i}")
        hired = random.choice(DATES)
        org.person(person, hired=hired, left=random.choice([None, None, "2026-08-20"]), week=random.choice(WEEKS),
                   role=name(random.choice(["engineer", "designer"])))  # fmt: skip
        for team in random.sample(teams, random.randint(0, 3)):
            org.assign(person, team, random.choice(SHARES), random.choice(DATES), random.choice([None, "2026-08-14"]))
        own = {"currency": random.choice([None, "EUR"]), "unit": random.choice(["month", "month", "year"])}
        amount, has_own = f"{random.randint(3000, 15000)}.{random.randint(10, 99)}", random.random() < 0.6
        if pay and has_own:
            org.pay(person, amount, **own)
        if random.random() < 0.2:
            org.unpaid(person, "2026-07-20", "2026-08-05")


def _bought(org: Org, random: Random, teams: list[str], streams: list[str], pools: tuple[str, ...], name) -> None:
    for month in MONTHS:
        org.contractor(month, random.choice(teams), f"{random.randint(1, 160)}.5", "92.37", currency="EUR",
                       role=name("engineer"))  # fmt: skip
        for target in ({"team": random.choice(teams)}, {"pool": pools[1]}, {"pool": pools[2]}, {"stream": streams[0]}):
            org.cost(f"{random.randint(-50, 9000)}.{random.randint(10, 99)}", on=f"{month}-15",
                     category=name("invoices"), **target)  # fmt: skip
        for _ in range(3):
            org.cost(f"{random.randint(0, 9)}.{random.randint(1, 99999):05d}7", on=f"{month}-15", team=teams[0],
                     category=name("cloud"), currency=random.choice(["USD", "EUR"]))  # fmt: skip
    org.cost("1000.01", service=("2026-06-11", "2026-09-17"), team=teams[1], category=name("licences"))


def _pools(org: Org, random: Random, teams: list[str], pools: tuple[str, ...]) -> None:
    platform, cloud, rent = pools
    org.rule(platform, "usage", fallback="even").rule(cloud, "usage", capacity=500)
    org.rule(rent, random.choice(["fte", "headcount", "direct_cost", "even"]))
    month = random.choice(MONTHS)
    org.usage(platform, month, **{teams[0]: random.randint(1, 99), teams[1]: random.randint(1, 99), cloud: 7})
    org.usage(cloud, MONTHS[0], **{teams[0]: random.randint(1, 99), teams[3]: random.randint(1, 99), "untagged": 5})


def _work(org: Org, random: Random, teams: list[str], streams: list[str], epics: list[str], name) -> None:
    for team in teams[:3]:
        org.serves(team, streams[0], random.choice(["0.5", "0.333333"]), random.choice(DATES))
        org.serves(team, streams[1], random.choice(["0.5", "0.4"]), "2000-01-01", random.choice([None, "2026-07-22"]))
    for epic in epics:
        org.epic(epic, random.choice(["feature", "debt", "run"]))
        org.epic_serves(epic, streams[2], random.choice(["1", "0.75"]))
        for team in teams[:2]:
            org.link(epic, team)
            if random.random() < 0.5:
                org.worked(MONTHS[0], epic, team, random.randint(1, 60))
    for team in teams[:3]:
        share = {"share": "0.35"} if random.random() < 0.5 else {"item_days": f"{random.randint(1, 20)}.5"}
        org.effort(random.choice(MONTHS), team, epic=epics[0], **share).effort(
            MONTHS[0], team, work_type="run", **share
        )
    outcome, metric = name("outcome"), name("metric")
    org.metric(metric).outcome(outcome, epic=epics[0], metric=metric, external="0.2", model="effort")
    org.observed(metric, MONTHS[0], str(random.randint(1, 9))).value(outcome, "12.34", volume="321")
    for month in MONTHS:
        org.benefit(month, f"{random.randint(-500, 9000)}.{random.randint(10, 99)}", outcome=outcome)
        org.benefit(month, f"{random.randint(1, 9000)}.33", epic=random.choice(epics), currency="EUR")


# --- the same facts told otherwise ---


def shuffled(facts: Facts, random: Random) -> Facts:
    """Rows in another order."""
    tables = dict(facts.tables)
    for name in FREE_ORDER:
        if name in tables:
            order = list(range(len(next(iter(tables[name].values())))))
            random.shuffle(order)
            tables[name] = {column: values[order] for column, values in tables[name].items()}
    return replace(facts, tables=tables)


def halved(facts: Facts, random: Random) -> Facts:
    """Every dated row cut in two on some day of the span."""
    tables = dict(facts.tables)
    for name in DATED:
        if name in tables:
            tables[name] = _halved(tables[name], facts, random)
    return replace(facts, tables=tables)


def _halved(table: Table, facts: Facts, random: Random) -> Table:
    first, last = int(facts.month_starts[0]), int(facts.month_starts[-1])
    days = np.array([random.randint(first + 1, last - 1) for _ in table["start"]])
    inside = (table["start"] < days) & (days < table["end"])
    before = table | {"end": np.where(inside, days, table["end"])}
    after = {column: values[inside] for column, values in table.items()} | {"start": days[inside]}
    both = {column: np.concatenate([before[column], after[column]]) for column in table}
    if "rate_key" in both:
        order = np.lexsort((both["start"], both["rate_key"]))
        both = {column: values[order] for column, values in both.items()}
    return both


def scaled(facts: Facts, factor: int) -> Facts:
    """All money times a whole number."""
    tables = {name: dict(table) for name, table in facts.tables.items()}
    for name, column in (("card_timeline", "amount"), ("person_rates", "amount"), ("contractors", "rate"),
                         ("valuations", "unit_value"), ("benefits", "amount")):  # fmt: skip
        if name in tables:
            tables[name][column] = tables[name][column] * factor
    costs = tables["costs"]
    exact = (costs["amount"].astype(object) * 10**12 + costs["fraction"]) * factor
    costs["amount"], costs["fraction"] = ((exact // 10**12).astype(np.int64), (exact % 10**12).astype(np.int64))
    return replace(facts, tables=tables)
