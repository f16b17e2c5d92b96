"""A second organisation in which cards and pay differ, worked out here with plain fractions and a split of its own.

July 2026 has 22 working days. Nothing below asks the engine how it is done: rates, reciprocal shares, every split and
every leaf are written out, at standard rates and for the variance apart, and the two together are the payroll.
"""

from fractions import Fraction as F

import pytest

from finance.engine.accounts import Account as A
from finance.engine.accounts import LineKind
from finance.engine.book import compile_book
from finance.engine.facts import NONE
from tests.engine.build import EVERY_COST, STANDARD, Org, money

JULY = "2026-07"
TEAMS = ["checkout", "platform", "search"]
CHECKOUT, PLATFORM, SEARCH, BENCH = range(4)


def organisation() -> Org:
    org = Org(JULY, free=["2026-07-03"])
    org.card("engineer", "12000.00").card("designer", "9000.00").card("lead", "180000.05", unit="year")
    org.card("tester", "55.55", unit="hour")
    org.person("ana", pay="14000.00").assign("ana", "checkout")
    org.person("ben", hired="2026-07-16").assign("ben", "checkout")
    org.person("dee", role="designer", pay="6000.00", week=(288,) * 5 + (0, 0)).assign("dee", "search")
    org.person("lea", role="lead", pay="150000.00", unit="year", currency="EUR").rate("EUR", JULY, "1.1437")
    org.assign("lea", "checkout", "0.5").assign("lea", "search", "0.4")
    org.person("tom", role="tester", pay="9000.00")
    org.assign("tom", "platform", "0.9").assign("tom", "search", "0.3", start="2026-07-16")
    org.pool("cloud").pool("platform-pool", team="platform").pool("rent")
    org.cost("6000.01", on="2026-07-31", pool="cloud").cost("3000.00", on="2026-07-31", pool="rent", category="rent")
    org.rule("platform-pool", "usage").usage("platform-pool", JULY, checkout=72, search=48, cloud=16, idle=24)
    org.rule("cloud", "usage").usage("cloud", JULY, checkout="0.55", search="0.25", platform="0.12", untagged="0.08")
    org.rule("rent", "direct_cost")
    org.serves("checkout", "commerce", "0.8").serves("checkout", "discovery", "0.2").serves(
        "search", "discovery", "0.9"
    )
    org.epic("faster-pay", discovery="1").effort(JULY, "checkout", epic="faster-pay", share="0.25")
    return org


# --- the same by hand ---


def half_away(x: F) -> int:
    return int(abs(x) + F(1, 2)) * (-1 if x < 0 else 1)


def parts(amount: int, weights: list[F]) -> list[int]:
    """Largest remainder: floors, then one each to the largest remainders, larger weights, earlier places."""
    exact = [abs(amount) * w / sum(weights) for w in weights]
    floors = [int(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - floors[i]), -weights[i], i))
    for i in order[: abs(amount) - sum(floors)]:
        floors[i] += 1
    return [-x if amount < 0 else x for x in floors]


STANDARD_COST = {
    "ana": 1_200_000,
    "ben": half_away(F(1_200_000) * 12 / 22),
    "dee": half_away(F(900_000) * 288 / 480),
    "lea": half_away(F(18_000_005 * 7, 12)) - half_away(F(18_000_005 * 6, 12)),
    "tom": 22 * 8 * 5_555,
}
PAY = {
    "ana": 1_400_000,
    "dee": 600_000,
    "lea": half_away((half_away(F(15_000_000 * 7, 12)) - half_away(F(15_000_000 * 6, 12))) * F("1.1437")),
    "tom": 900_000,
}
VARIANCE = {name: PAY[name] - STANDARD_COST[name] if name in PAY else 0 for name in STANDARD_COST}
# Weights of checkout, platform, search and bench. Tom: ten days at .9, twelve at .9 + .3, scaled down to one.
WEIGHTS = {
    "ana": [F(1), F(0), F(0), F(0)],
    "ben": [F(1), F(0), F(0), F(0)],
    "dee": [F(0), F(0), F(1), F(0)],
    "lea": [F(1, 2), F(0), F(2, 5), F(1, 10)],
    "tom": [F(0), 10 * F(9, 10) + 12 * F(3, 4), 12 * F(1, 4), 10 * F(1, 10)],
}


def labour_of(cost: dict[str, int]) -> list[int]:
    """What the people cost checkout, platform, search and the bench."""
    return [sum(column) for column in zip(*(parts(cost[name], WEIGHTS[name]) for name in WEIGHTS), strict=True)]


def effective(direct: list[int]) -> dict[str, list[F]]:
    """Parts of each pool's own cost that end at checkout, search, idle and untagged.

    Platform sends a tenth to the cloud, the cloud 0.12 to the platform: of either's own cost, rounds of 0.012 come
    back, so each round weighs 1 / (1 - 0.012). Rent follows direct cost at standard rates, platform's through platform.
    """
    platform, cloud = [F(72, 160), F(48, 160), F(24, 160), F(0)], [F("0.55"), F("0.25"), F(0), F("0.08")]
    rounds = 1 / (1 - F(16, 160) * F("0.12"))
    via_platform = [(p + F(16, 160) * c) * rounds for p, c in zip(platform, cloud, strict=True)]
    via_cloud = [(c + F("0.12") * p) * rounds for p, c in zip(platform, cloud, strict=True)]
    whole = sum(direct)
    rent = [F(direct[PLATFORM], whole) * share for share in via_platform]
    rent[0] += F(direct[CHECKOUT], whole)
    rent[1] += F(direct[SEARCH], whole)
    return {"platform-pool": via_platform, "cloud": via_cloud, "rent": rent}


def loaded(cost: dict[str, int], bills: dict[str, int]) -> dict[str, list[int]]:
    """What each pool's own cost comes to at checkout, search, idle and untagged."""
    shares = effective(labour_of(STANDARD_COST)[:3])
    own = bills | {"platform-pool": labour_of(cost)[PLATFORM]}
    return {pool: parts(amount, shares[pool]) for pool, amount in own.items()}


STREAMS = {
    # discovery's epic first: in order of stream, then epic, then none; unassigned last
    "checkout": {
        ("commerce", ""): F(3, 4) * F(4, 5),
        ("discovery", "faster-pay"): F(1, 4),
        ("discovery", ""): F(3, 4) * F(1, 5),
    },
    "search": {("discovery", ""): F(9, 10), ("", ""): F(1, 10)},
}


# --- and by the engine ---


@pytest.fixture(scope="module")
def facts():
    return organisation().facts()


@pytest.fixture(scope="module")
def book(facts):
    return compile_book(facts)


def minor(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_sums_a_reader_can_check():
    assert STANDARD_COST == {"ana": 1_200_000, "ben": 654_545, "dee": 540_000, "lea": 1_500_000, "tom": 977_680}
    assert PAY == {"ana": 1_400_000, "dee": 600_000, "lea": 1_429_625, "tom": 900_000}
    assert labour_of(STANDARD_COST) == [2_604_545, 799_920, 1_273_320, 194_440]
    assert VARIANCE == {"ana": 200_000, "ben": 0, "dee": 60_000, "lea": -70_375, "tom": -77_680}
    assert labour_of(VARIANCE) == [164_812, -63_556, 21_257, -10_568]


def test_each_person_is_posted_at_standard_and_with_the_variance(facts, book):
    lines = book.lines
    for number, name in enumerate(facts.codes["people"]):
        mine = (lines["kind"] == LineKind.PERSON) & (lines["source"] == number)
        assert set(lines["whole"][mine].tolist()) == {STANDARD_COST[name]}
        assert set(lines["variance_whole"][mine].tolist()) == {VARIANCE[name]}
        here = {
            team: (a, v)
            for team, a, v in zip(*(lines[c][mine].tolist() for c in ("team", "amount", "variance")), strict=True)
        }
        standard, variance = parts(STANDARD_COST[name], WEIGHTS[name]), parts(VARIANCE[name], WEIGHTS[name])
        for place in range(4):
            assert here.get(NONE if place == BENCH else place, (0, 0)) == (standard[place], variance[place])


@pytest.mark.parametrize(("cost", "base"), [(STANDARD_COST, 0), (VARIANCE, 100)])
def test_teams_and_bench_carry_their_people(facts, book, cost, base):
    own = labour_of(cost)
    labour = A.RATE_VARIANCE if base else A.LABOUR
    for place, team in enumerate(TEAMS):
        assert minor(money(book.components, facts=facts, team=team, account=labour)) == own[place]
    assert minor(money(book.components, account=A.BENCH + base)) == own[BENCH]


@pytest.mark.parametrize(
    ("cost", "base", "bills"), [(STANDARD_COST, 0, {"cloud": 600_001, "rent": 300_000}), (VARIANCE, 100, {})]
)
def test_pools_are_carried_by_shares_that_standard_cost_alone_decides(facts, book, cost, base, bills):
    places = (
        {"team": "checkout", "account": A.SHARED_IN + base},
        {"team": "search", "account": A.SHARED_IN + base},
        {"account": A.IDLE + base},
        {"account": A.UNTAGGED + base},
    )
    for pool, amounts in loaded(cost, bills).items():
        for where, amount in zip(places, amounts, strict=True):
            assert minor(money(book.components, facts=facts, origin_pool=pool, **where)) == amount


@pytest.mark.parametrize(
    ("cost", "base", "bills"), [(STANDARD_COST, 0, {"cloud": 600_001, "rent": 300_000}), (VARIANCE, 100, {})]
)
def test_every_component_is_split_once_over_its_leaves(facts, book, cost, base, bills):
    shared = loaded(cost, bills)
    for place, team in ((0, "checkout"), (1, "search")):
        own = labour_of(cost)[TEAMS.index(team)]
        leaves = STREAMS[team]
        for account, origin, amount in [
            (A.RATE_VARIANCE if base else A.LABOUR, None, own),
            *((A.SHARED_IN + base, pool, values[place]) for pool, values in shared.items()),
        ]:
            expected = parts(amount, list(leaves.values()))
            for (stream, epic), value in zip(leaves, expected, strict=True):
                where = {"stream": stream or None, "epic": epic or None, "origin_pool": origin, "account": account}
                assert minor(money(book.postings, facts=facts, team=team, **where)) == value


def test_standard_and_variance_together_are_the_payroll_and_the_bills(book):
    payroll = sum(PAY.get(name, STANDARD_COST[name]) for name in STANDARD_COST)

    assert minor(money(book.postings, account=STANDARD)) == sum(STANDARD_COST.values()) + 900_001
    assert minor(money(book.postings, account=EVERY_COST)) == payroll + 900_001
    assert payroll == 4_984_170


def test_the_month_as_a_page_would_show_it(facts, book):
    """The same numbers as literals, so that a change of both sides at once is seen."""

    def team(name: str, *accounts: int) -> str:
        return money(book.postings, facts=facts, team=name, account=list(accounts))

    assert team("checkout", A.LABOUR, A.SHARED_IN) == "35734.72"
    assert team("search", A.LABOUR, A.SHARED_IN) == "18086.74"
    assert money(book.postings, account=A.BENCH) == "1944.40"
    assert money(book.postings, account=A.IDLE) == "1401.65"
    assert money(book.postings, account=A.UNTAGGED) == "554.75"
    assert money(book.postings, account=STANDARD) == "57722.26"
    assert team("checkout", A.RATE_VARIANCE, A.VARIANCE_SHARED_IN) == "1323.26"
    assert money(book.postings, account=A.VARIANCE_IDLE) == "-96.49"
    assert money(book.postings, account=EVERY_COST) == "58841.71"
