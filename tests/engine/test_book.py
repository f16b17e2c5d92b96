"""The laws of a book: it adds up, and it does not depend on how the same facts are told."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.engine import book as engine
from finance.engine.accounts import BENEFITS, COST, STANDARD_COST, TRANSFERS, VARIANCES, Account, LineKind
from finance.engine.book import OWNER, Book, DoesNotReconcile, compile_book
from finance.engine.facts import NONE, Facts
from tests.engine.build import Org, money, rows_of
from tests.engine.companies import company, halved, scaled, shuffled

seeds = st.integers(0, 10**6)
JULY, AUGUST = "2026-07", "2026-08"


def same(book: Book, other: Book) -> None:
    """Equal to the last cent at every grain; only the numbers of source rows may differ."""
    assert rows_of(book.postings) == rows_of(other.postings)
    assert rows_of(book.components) == rows_of(other.components)
    columns = [name for name in book.lines if name != "source"]
    assert rows_of(book.lines, *columns) == rows_of(other.lines, *columns)


def total(book: Book, accounts) -> int:
    return int(book.postings["amount"][np.isin(book.postings["account"], list(accounts))].sum())


# --- conservation ---


@settings(max_examples=15)
@given(seed=seeds)
def test_every_month_adds_up_to_its_sources_at_every_grain(seed):
    facts = company(seed).facts()
    book = compile_book(facts)

    for month in range(facts.months):
        line, component, posting = (t["month"] == month for t in (book.lines, book.components, book.postings))
        cost = book.lines["account"] < Account.BENEFIT
        sources = int(book.lines["amount"][line & cost].sum() + book.lines["variance"][line].sum())
        benefits = int(book.lines["amount"][line & ~cost].sum())
        for table, here in ((book.components, component), (book.postings, posting)):
            is_cost, is_benefit = (np.isin(table["account"], list(some)) for some in (COST, BENEFITS))
            assert table["amount"][here & is_cost].sum() == sources
            assert table["amount"][here & is_benefit].sum() == benefits
    assert total(book, TRANSFERS & BENEFITS) == 0


@settings(max_examples=15)
@given(seed=seeds)
def test_every_component_is_the_sum_of_its_postings(seed):
    book = compile_book(company(seed).facts())
    keys = [name for name in OWNER if name != "stream"]

    def sums(table):
        found = {}
        for *key, amount in zip(*(table[name].tolist() for name in (*keys, "amount")), strict=True):
            found[tuple(key)] = found.get(tuple(key), 0) + amount
        return {key: amount for key, amount in found.items() if amount}

    assert sums(book.postings) == sums(book.components)


@settings(max_examples=15)
@given(seed=seeds)
def test_standard_plus_variance_is_what_each_person_costs_and_their_parts_add_up_to_it(seed):
    facts = company(seed).facts()
    book = compile_book(facts)
    people = book.lines["kind"] == LineKind.PERSON
    for person, month in set(zip(book.lines["source"][people], book.lines["month"][people], strict=True)):
        here = people & (book.lines["source"] == person) & (book.lines["month"] == month)
        whole = int(book.lines["whole"][here][0] + book.lines["variance_whole"][here][0])
        assert int(book.lines["amount"][here].sum() + book.lines["variance"][here].sum()) == whole


def test_a_book_that_loses_a_cent_is_never_published(monkeypatch):
    facts = company(1).facts()
    exact = engine.split_columns
    monkeypatch.setattr(engine, "split_columns", lambda *args: exact(*args) - (np.arange(args[1].size) == 0))

    with pytest.raises(DoesNotReconcile, match=r"is not"):
        compile_book(facts)


# --- independence ---


@settings(max_examples=15)
@given(seed=seeds)
def test_the_order_of_rows_does_not_matter(seed):
    facts = company(seed).facts()

    same(compile_book(facts), compile_book(shuffled(facts, Random(seed + 1))))


@settings(max_examples=15)
@given(seed=seeds)
def test_cutting_every_dated_row_in_two_changes_nothing(seed):
    facts = company(seed).facts()

    same(compile_book(facts), compile_book(halved(facts, Random(seed + 1))))


@settings(max_examples=10)
@given(seed=seeds)
def test_a_month_compiled_alone_is_the_month_of_a_longer_span(seed):
    facts = company(seed).facts()
    whole = compile_book(facts)

    for month in range(facts.months):
        alone = compile_book(only(facts, month))
        for table, other in ((whole.postings, alone.postings), (whole.components, alone.components)):
            columns = [name for name in table if name != "month"]
            here = table["month"] == month
            assert rows_of({name: table[name][here] for name in columns}) == rows_of(other, *columns)
        assert sorted((f.code, f.team, f.pool, f.person) for f in whole.findings if f.month == month) == sorted(
            (f.code, f.team, f.pool, f.person) for f in alone.findings
        )


def only(facts: Facts, month: int) -> Facts:
    """The facts of one month of a span as they would be loaded for it alone, with what it looks back to."""
    tables = {name: dict(table) for name, table in facts.tables.items()}
    looks_back = {"effort": 1, "driver_rows": 1, "attribution_effort": 36}
    for name in ("contractors", "benefits", "metric_months", *looks_back):
        if name in tables:
            there = tables[name]["month"] - month
            keep = (there <= 0) & (there >= -looks_back.get(name, 0))
            tables[name] = {column: values[keep] for column, values in tables[name].items()}
            tables[name]["month"] = tables[name]["month"] - month
    costs = tables["costs"]
    costs["month"] = np.where(costs["month"] == NONE, NONE, costs["month"] - month)
    keep = (costs["month"] == 0) | (costs["service_start"] != NONE)
    tables["costs"] = {column: values[keep] for column, values in costs.items()}
    outcomes = tables["outcomes"]
    outcomes["start"] = outcomes["start"] - month
    return replace(
        facts,
        first_month=facts.first_month + month,
        month_starts=facts.month_starts[month : month + 2],
        fiscal_index=facts.fiscal_index[month : month + 1],
        fx_rate=facts.fx_rate[:, month : month + 1],
        settings=replace(
            facts.settings, full_time_month_minutes=facts.settings.full_time_month_minutes[month : month + 1]
        ),
        tables=tables,
    )


@settings(max_examples=15)
@given(seed=seeds)
def test_other_names_move_no_more_than_the_cents_of_ties(seed):
    names: dict[str, str] = {}

    def other(text: str) -> str:
        return names.setdefault(text, f"{Random(text + str(seed)).randint(0, 10**9)}-{text}")

    here, there = company(seed).facts(), company(seed, name=other).facts()
    book, renamed = compile_book(here), compile_book(there)

    for accounts in (STANDARD_COST, VARIANCES, BENEFITS):
        assert total(book, accounts) == total(renamed, accounts)
    for team in here.codes["teams"]:
        for account in Account:
            was, now = (
                money(b.postings, facts=f, team=name, account=account).replace(".", "")
                for b, f, name in ((book, here, team), (renamed, there, other(team)))
            )
            assert abs(int(was) - int(now)) <= 10, (team, account)


@settings(max_examples=15)
@given(seed=seeds, k=st.integers(1, 8))
def test_money_in_smaller_units_changes_nothing_but_the_rounding(seed, k):
    facts = company(seed, small=True).facts()
    book, finer = compile_book(facts), compile_book(scaled(facts, 10**k))

    def by_team(some: Book) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        keys = zip(*(some.postings[name].tolist() for name in ("team", "account", "amount")), strict=True)
        for team, account, amount in keys:
            found[team, account] = found.get((team, account), 0) + amount
        return found

    was, now = by_team(book), by_team(finer)
    for key in was | now:
        assert abs(now.get(key, 0) - 10**k * was.get(key, 0)) < 12 * 10**k


@settings(max_examples=15)
@given(seed=seeds)
def test_pay_is_nowhere_in_the_book_at_standard_rates(seed):
    """Leaving every person rate out changes no account below 100."""
    with_pay, without = compile_book(company(seed).facts()), compile_book(company(seed, pay=False).facts())

    def standard(book: Book) -> list[tuple[int, ...]]:
        below = book.postings["account"] < 100
        return rows_of({name: column[below] for name, column in book.postings.items()})

    assert standard(with_pay) == standard(without)
    assert total(without, VARIANCES) == 0


# --- pools ---


@settings(max_examples=15)
@given(seed=seeds)
def test_a_pool_without_cost_changes_nothing(seed):
    org = company(seed)
    before = compile_book(org.facts())
    org.pool("zzz").rule("zzz", "usage").usage("zzz", JULY, **{"team-0": 1, "pool-1": 2})

    same(before, compile_book(org.facts()))


@settings(max_examples=40)
@given(
    costs=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    usage=st.lists(st.integers(1, 10**6), min_size=3, max_size=3),
)
def test_two_pools_with_equal_shares_are_one_pool_to_the_cent_of_each_split(costs, usage):
    def company_with(*pools: tuple[str, int]) -> Facts:
        org = Org(JULY)
        for name, cents in pools:
            org.pool(name).rule(name, "usage").usage(
                name, JULY, **dict(zip(("a", "b", "untagged"), usage, strict=True))
            )
            org.cost(f"{cents // 100}.{cents % 100:02d}", on="2026-07-01", pool=name)
        return org.facts()

    apart, together = company_with(("p", costs[0]), ("q", costs[1])), company_with(("p", sum(costs)))
    two, one = compile_book(apart), compile_book(together)

    assert total(two, COST) == total(one, COST) == sum(costs)
    for where in ({"team": "a"}, {"team": "b"}, {"account": Account.UNTAGGED}):
        parts = [
            int(money(book.postings, facts=facts, **where).replace(".", ""))
            for book, facts in ((two, apart), (one, together))
        ]
        assert abs(parts[0] - parts[1]) <= 2


def test_benefits_of_a_pool_team_follow_its_cost_and_stay_without_anybody_to_follow():
    org = Org(JULY).pool("platform", team="platform").rule("platform", "usage").epic("e", commerce="1")
    org.usage("platform", JULY, search=1, checkout=2, idle=3)
    org.benefit(JULY, "100.00", epic="e").worked(JULY, "e", "platform", 1)
    facts = org.facts()
    moved = compile_book(facts).postings

    assert money(moved, facts=facts, team="platform", account=Account.BENEFIT) == "100.00"
    assert money(moved, facts=facts, team="platform", account=Account.BENEFIT_SHARED_OUT) == "-100.00"
    assert money(moved, facts=facts, team="search", stream="commerce", account=Account.BENEFIT_SHARED_IN) == "33.33"
    assert money(moved, facts=facts, team="checkout", stream="commerce", account=Account.BENEFIT_SHARED_IN) == "66.67"

    org.rows["driver_rows"] = [row for row in org.rows["driver_rows"] if row["target"] is None]
    facts = org.facts()
    assert money(compile_book(facts).postings, facts=facts, team="platform") == "100.00"


def test_an_organisation_without_any_facts_has_an_empty_book():
    book = compile_book(Org(JULY, 2).facts())

    assert all(column.size == 0 for table in (book.lines, book.components, book.postings) for column in table.values())
    assert book.findings == []
    assert all(values.tolist() == [0, 0] for values in book.identities.values())


# --- findings ---


def codes(org: Org) -> list[tuple[int, str]]:
    return sorted((f.month, f.code) for f in compile_book(org.facts()).findings)


def test_missing_rates_are_told_by_role_with_their_hours_and_people():
    org = Org(JULY).person("ada").person("bob").person("cho", role="designer")
    found = {f.role: f.detail for f in compile_book(org.facts()).findings}

    assert found == {0: {"minutes": 23 * 480, "people": 1}, 1: {"minutes": 2 * 23 * 480, "people": 2}}


def test_a_missing_exchange_rate_is_told_once_a_month_whatever_it_stopped():
    org = Org(JULY).cost("1.00", on="2026-07-01", team="a", currency="EUR").benefit(JULY, "1.00", currency="EUR")
    org.contractor(JULY, "a", "1", "1.00", currency="EUR").person("ada", pay="1.00", currency="EUR").card(
        "engineer", "1.00"
    )

    assert codes(org) == [(0, "card_rests_on_few"), (0, "missing_fx_rate")]


def test_a_standard_rate_that_rests_on_fewer_than_five_is_told():
    org = Org(JULY).card("engineer", "1.00")
    for name in "abcd":
        org.person(name)

    assert codes(org) == [(0, "card_rests_on_few")]
    assert codes(org.person("e")) == []


# --- sums ---


@given(
    rows=st.lists(st.tuples(st.integers(-3, 3), st.integers(-1, 2**62), st.integers(-9, 9)), max_size=30),
    narrow=st.booleans(),
)
def test_rows_with_equal_keys_are_added_up_in_order_of_the_keys(rows, narrow):
    """Keys that fit one number together, and keys that do not."""
    rows = [(a, b % 5 if narrow else b, value) for a, b, value in rows]
    a, b, value = (np.array([row[i] for row in rows], dtype=np.int64) for i in range(3))
    sums: dict[tuple[int, int], int] = {}
    for x, y, amount in rows:
        sums[x, y] = sums.get((x, y), 0) + amount

    found = engine.grouped({"a": a, "b": b, "value": value}, ("a", "b"), ("value",))

    expected = sorted((*key, amount) for key, amount in sums.items())
    assert list(zip(*(found[name].tolist() for name in ("a", "b", "value")), strict=True)) == expected
