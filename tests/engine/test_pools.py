"""From rules and driver rows to who carries a pool's cost, with what nobody carries shown."""

import pytest

from finance.engine.accounts import Account as A
from finance.engine.book import compile_book
from tests.engine.build import Org, money

JULY, AUGUST = "2026-07", "2026-08"


def with_cloud(months=1) -> Org:
    """Ada alone in search and bob alone in checkout, and a cloud bill of 1,000.00 a month."""
    org = Org(JULY, months)
    org.person("ada").assign("ada", "search").person("bob").assign("bob", "checkout")
    org.card("engineer", "5000.00").pool("cloud")
    for month in (JULY, AUGUST)[:months]:
        org.cost("1000.00", on=month + "-15", pool="cloud")
    return org


def carried(org: Org, month: int = 0) -> dict[str, str]:
    """Who ends up with the cloud bill; nothing is left out."""
    facts = org.facts()
    book = compile_book(facts)
    found = {
        team: money(book.components, facts=facts, team=team, month=month, account=A.SHARED_IN, origin_pool="cloud")
        for team in facts.codes["teams"]
    }
    for name, account in (("idle", A.IDLE), ("untagged", A.UNTAGGED), ("unallocated", A.UNALLOCATED)):
        found[name] = money(book.components, facts=facts, month=month, account=account, origin_pool="cloud")
    return {name: amount for name, amount in found.items() if amount != "0.00"}


def findings(org: Org) -> list[tuple[int, str]]:
    return [(f.month, f.code) for f in compile_book(org.facts()).findings if f.code != "card_rests_on_few"]


def test_usage_is_proportional_and_what_is_untagged_stays_untagged():
    org = with_cloud().rule("cloud", "usage").usage("cloud", JULY, search=3, checkout=5, untagged=2)

    assert carried(org) == {"search": "300.00", "checkout": "500.00", "untagged": "200.00"}
    assert findings(org) == []


def test_capacity_that_nobody_used_is_idle():
    org = with_cloud().rule("cloud", "usage", capacity=10).usage("cloud", JULY, search=3, checkout=5)

    assert carried(org) == {"search": "300.00", "checkout": "500.00", "idle": "200.00"}


def test_use_beyond_capacity_is_never_charged_twice():
    org = with_cloud().rule("cloud", "usage", capacity=4).usage("cloud", JULY, search=3, checkout=5)

    assert carried(org) == {"search": "375.00", "checkout": "625.00"}


def test_usage_of_the_month_before_stands_in_and_is_flagged():
    org = with_cloud(2).rule("cloud", "usage").usage("cloud", JULY, search=1, checkout=3)

    assert carried(org, month=1) == {"search": "250.00", "checkout": "750.00"}
    assert findings(org) == [(1, "driver_stale")]


def test_usage_of_the_month_before_the_span_stands_in_as_well():
    org = with_cloud().rule("cloud", "usage").usage("cloud", "2026-06", search=1, checkout=3)

    assert carried(org) == {"search": "250.00", "checkout": "750.00"}
    assert findings(org) == [(0, "driver_stale")]


def test_usage_older_than_a_month_does_not_count():
    org = with_cloud().rule("cloud", "usage").usage("cloud", "2026-05", search=1)

    assert carried(org) == {"unallocated": "1000.00"}


def test_a_fallback_takes_over_where_the_driver_says_nothing():
    org = with_cloud().rule("cloud", "usage", fallback="even")

    assert carried(org) == {"search": "500.00", "checkout": "500.00"}


def test_usage_that_is_all_zero_says_nothing():
    org = with_cloud().rule("cloud", "usage").usage("cloud", JULY, search=0)

    assert carried(org) == {"unallocated": "1000.00"}


def test_fixed_shares_below_one_leave_the_rest_unallocated():
    org = with_cloud().rule("cloud", "fixed").fixed("cloud", search="0.5", checkout="0.3")

    assert carried(org) == {"search": "500.00", "checkout": "300.00", "unallocated": "200.00"}


def test_a_pool_without_a_rule_is_unallocated_and_named():
    org = with_cloud()

    assert carried(org) == {"unallocated": "1000.00"}
    assert findings(org) == [(0, "pool_without_rule")]


def test_the_rule_of_a_month_is_the_one_on_its_last_day():
    org = with_cloud().rule("cloud", "even", end="2026-07-20")
    org.rule("cloud", "fixed", start="2026-07-20").fixed("cloud", search="1")

    assert carried(org) == {"search": "1000.00"}


@pytest.mark.parametrize(
    ("driver", "search", "checkout"),
    [
        ("fte", "666.67", "333.33"),
        ("headcount", "666.67", "333.33"),
        ("direct_cost", "588.24", "411.76"),
        ("even", "500.00", "500.00"),
    ],
)
def test_a_pool_may_follow_what_the_teams_are(driver, search, checkout):
    """Two people in search and one in checkout, which also bought 2,000.00: 10,000 to 7,000 of direct cost."""
    org = with_cloud().person("cho").assign("cho", "search").cost("2000.00", on="2026-07-01", team="checkout")
    org.rule("cloud", driver)

    assert carried(org) == {"search": search, "checkout": checkout}


def test_pools_that_serve_one_another_end_at_the_teams():
    """Half of cloud goes through tools, a quarter of which comes back: one seventh of it is search's."""
    org = with_cloud().pool("tools").rule("cloud", "usage").rule("tools", "usage")
    org.usage("cloud", JULY, tools=1, checkout=1).usage("tools", JULY, cloud=1, search=1, checkout=2)

    assert carried(org) == {"search": "142.86", "checkout": "857.14"}


def test_a_closed_cycle_is_named_and_its_cost_unallocated():
    org = with_cloud().pool("tools").rule("cloud", "usage").rule("tools", "usage")
    org.usage("cloud", JULY, tools=1).usage("tools", JULY, cloud=1)

    (finding,) = (f for f in compile_book(org.facts()).findings if f.code == "closed_cycle_without_outlet")
    assert finding.detail == {"pools": ["cloud", "tools"]}
    assert carried(org) == {"unallocated": "1000.00"}


def test_what_is_sent_to_a_team_that_is_a_pool_goes_on_to_those_it_serves():
    org = with_cloud().pool("platform", team="platform").person("eli").assign("eli", "platform")
    org.rule("cloud", "headcount").rule("platform", "usage").usage("platform", JULY, search=1)

    assert carried(org) == {"search": "666.67", "checkout": "333.33"}


def test_a_pool_that_is_a_team_carries_its_peoples_cost_and_what_is_entered_on_either():
    org = Org(JULY).card("engineer", "5000.00").pool("platform", team="platform-team")
    org.person("eli").assign("eli", "platform-team").contractor(JULY, "platform-team", "10", "100.00")
    org.cost("300.00", on="2026-07-01", pool="platform").cost("200.00", on="2026-07-01", team="platform-team")
    org.rule("platform", "usage").usage("platform", JULY, search=1)
    facts = org.facts()

    book = compile_book(facts)

    assert money(book.postings, facts=facts, team="search", account=A.SHARED_IN) == "6500.00"
    assert money(book.postings, facts=facts, team="platform-team", pool="platform") == "0.00"
    assert money(book.postings, facts=facts, account=A.SHARED_OUT, pool="platform", team="platform-team") == "-6500.00"
