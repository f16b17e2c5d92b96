"""What compiling reads: current facts only, of the months asked for, as numbers."""

import datetime as dt

from finance.models import BenefitEntry, Decision, Valuation
from finance.selectors import columns
from finance.services.benefits import Item, decide
from outcomes.models import MetricMonth
from outcomes.selectors import columns as work
from roi_project.access.audience import Audience, Group
from roi_project.kernel.money import Money
from roi_project.kernel.period import OPEN_DAY, day_number, month_index
from teams.selectors.organisation import DEFAULTS

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
NOW = dt.datetime(2026, 7, 20, 9, tzinfo=dt.UTC)
GRACE = Audience(actor="user:grace", user_id=2, groups=frozenset({Group.FINANCE}))
EUROS = {"amount": "100.00", "currency": "EUR"}
CODES = ("EUR", "PLN")
THIS_MONTH = month_index(JUNE)


def rows(found, *names) -> list[tuple]:
    return list(zip(*(found[name].tolist() for name in names), strict=True))


def test_the_reporting_currency_comes_first_and_the_rest_by_code(send, engineer):
    zloty = {"amount": "400.00", "currency": "PLN"}
    send("rate-cards", {"role": "engineer", "unit": "hour", "amount": zloty, "starts_on": "2026-01-01"})
    send("exchange-rates", {"currency": "CHF", "month": "2026-06", "rate": "1.05"})

    assert columns.currencies("EUR") == ("EUR", "CHF", "PLN")


def test_exchange_rates_and_rate_cards_are_whole_numbers(send, engineer):
    send("exchange-rates", *({"currency": "PLN", "month": f"2026-0{m}", "rate": "0.2345678901"} for m in (5, 6, 7)))
    card = {"role": "engineer", "unit": "month", "amount": EUROS, "level": "senior"}
    send("rate-cards", {**card, "starts_on": "2026-06-30"})
    send("rate-cards", {**card, "starts_on": "2026-01-01", "ends_on": "2026-06-01"})

    rates = columns.exchange_rates(CODES, JUNE, JULY)
    assert rows(rates, "currency", "month", "rate") == [(1, THIS_MONTH, 2_345_678_901)]
    cards = columns.rate_cards(CODES, JUNE, JULY)
    wanted = ("role_id", "level", "country", "unit", "amount", "currency", "starts_on", "ends_on")
    begins = day_number(dt.date(2026, 6, 30))
    assert rows(cards, *wanted) == [(engineer.pk, "senior", "", 2, 10_000, 0, begins, OPEN_DAY)]


def test_costs_come_by_their_service_period_else_by_their_day(send, payments, licences):
    cost = {"amount": EUROS, "category": "licences", "team": "payments"}
    send(
        "cost-entries",
        {**cost, "external_id": "in", "incurred_on": "2026-06-30"},
        {**cost, "external_id": "out", "incurred_on": "2026-07-01"},
        {
            **cost,
            "external_id": "served",
            "incurred_on": "2026-01-01",
            "service_from": "2026-06-30",
            "service_until": "2027-01-01",
        },
        {
            **cost,
            "external_id": "over",
            "incurred_on": "2026-06-15",
            "service_from": "2026-01-01",
            "service_until": "2026-06-01",
        },
        {**cost, "external_id": "gone", "incurred_on": "2026-06-15"},
    )
    send("cost-entries", {"external_id": "gone", "withdrawn": True})

    found = columns.cost_entries(CODES, JUNE, JULY)

    begins, ends = day_number(dt.date(2026, 6, 30)), day_number(dt.date(2027, 1, 1))
    assert rows(found, "incurred_on", "service_from", "service_until", "amount", "pool_id") == [
        (begins, -1, -1, 10_000, -1),
        (day_number(dt.date(2026, 1, 1)), begins, ends, 10_000, -1),
    ]


def test_targets_are_numbered(send, cloud, payments):
    row = {"pool": "cloud", "month": "2026-06", "quantity": "1.5"}
    send(
        "driver-rows",
        {**row, "target_kind": "team", "team": "payments"},
        {**row, "target_kind": "pool", "to_pool": "cloud"},
        *({**row, "target_kind": "sink", "sink": sink} for sink in ("idle", "untagged", "unallocated")),
    )

    found = columns.driver_rows(JUNE, JULY)

    assert rows(found, "target", "team_id", "to_pool_id", "quantity") == [
        (1, payments.pk, -1, 1_500_000),
        (2, -1, cloud.pk, 1_500_000),
        (3, -1, -1, 1_500_000),
        (4, -1, -1, 1_500_000),
        (5, -1, -1, 1_500_000),
    ]


def test_a_benefit_comes_with_what_its_review_says_of_just_this_amount(send):
    benefit = {"month": "2026-06", "amount": EUROS, "benefit_class": "capacity_freed"}
    send("benefit-entries", *({**benefit, "external_id": name} for name in ("claimed", "signed", "refused", "moved")))
    keys = dict(BenefitEntry.current.values_list("external_id", "key"))
    seen = Money(10_000, "EUR")
    decisions = {"signed": Decision.VALIDATED, "refused": Decision.REJECTED, "moved": Decision.VALIDATED}
    items = [Item(decision, seen, benefit=keys[name], reason="r") for name, decision in decisions.items()]
    decide(GRACE, items, settings=DEFAULTS)
    send("benefit-entries", {**benefit, "external_id": "moved", "benefit_class": "hard_cash"})

    found = columns.benefit_entries(CODES, JUNE, JULY)

    assert rows(found, "month", "amount", "benefit_class", "external_share", "state") == [
        (THIS_MONTH, 10_000, 3, -1, columns.CLAIMED),
        (THIS_MONTH, 10_000, 3, -1, columns.VALIDATED),
        (THIS_MONTH, 10_000, 3, -1, columns.REJECTED),
        (THIS_MONTH, 10_000, 1, -1, columns.CLAIMED),
    ]


def test_a_review_of_a_valuation_is_found_over_its_versions_until_its_class_changes(send, faster, orders):
    MetricMonth.objects.create(metric=orders, month=JUNE, count=1, total=101, last_on=JUNE, last_value=101)
    valued = {"outcome": "faster", "volume": "1", "unit_value": EUROS, "margin": "1", "starts_on": "2026-01-01"}
    send("valuations", valued)
    item = Item(Decision.VALIDATED, Money(10_000, "EUR"), valuation=Valuation.current.get().key, month=JUNE)
    decide(GRACE, [item], settings=DEFAULTS)

    send("valuations", {**valued, "ends_on": "2027-01-01"})
    found = columns.valuation_reviews(CODES, JUNE, JULY)
    assert rows(found, "valuation_id", "month", "amount", "currency", "state") == [
        (Valuation.current.get().pk, THIS_MONTH, 10_000, 0, columns.VALIDATED)
    ]

    send("valuations", {**valued, "benefit_class": "cost_avoidance"})
    assert columns.valuation_reviews(CODES, JUNE, JULY)["valuation_id"].size == 0


def test_a_month_whose_observations_were_taken_back_is_not_read(orders):
    MetricMonth.objects.create(metric=orders, month=JUNE, count=0, total=0)
    MetricMonth.objects.create(metric=orders, month=JULY, count=1, total=5, last_on=JULY, last_value=5)

    found = work.metric_months(JUNE, dt.date(2026, 8, 1))

    assert rows(found, "metric_id", "month", "count", "total", "last_value") == [
        (orders.pk, THIS_MONTH + 1, 1, 5_000_000, 5_000_000)
    ]


def test_an_outcome_counts_from_its_own_day_else_from_the_release_of_its_epic(faster, checkout):
    assert work.outcomes()["starts_on"].tolist() == [work.ALWAYS_DAY]

    checkout.released_on = JUNE
    checkout.save()
    assert work.outcomes()["starts_on"].tolist() == [day_number(JUNE)]

    faster.starts_on = JULY
    faster.save()
    assert work.outcomes()["starts_on"].tolist() == [day_number(JULY)]
    assert rows(work.outcomes(), "attribution_model", "external_share", "baseline") == [(2, -1, 100_000_000)]
