"""What can come in on this floor, through the one way in."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.models import AllocationShare, BenefitEntry, ContractorLine, CostEntry, Pool
from outcomes.models import Epic, Outcome
from roi_project.access.audience import PAY_READERS, Audience, Group
from roi_project.db.models import Frozen, Touch
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Conflict, Forbidden, Invalid

JUNE, JULY, AUGUST = dt.date(2026, 6, 1), dt.date(2026, 7, 1), dt.date(2026, 8, 1)
COST = {
    "external_id": "inv-1",
    "incurred_on": "2026-06-14",
    "amount": {"amount": "1200.00", "currency": "EUR"},
    "category": "licences",
    "team": "payments",
}
EUROS = {"amount": "100.00", "currency": "EUR"}


def refusal_of(send, kind: str, *rows: dict) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        send(kind, *rows)
    return [(problem.pointer, problem.detail) for problem in refusal.value.problems]


def touched() -> list:
    return list(Touch.objects.values_list("first_month", "end_month"))


def test_everything_of_this_floor_can_be_sent(send, engineer, erin, payments, buy, faster, orders):
    from_june = {"starts_on": "2026-06-01"}
    send("exchange-rates", {"currency": "PLN", "month": "2026-06", "rate": "0.2345678901"})
    send("cost-categories", {"code": "cloud", "name": "Cloud"})
    send("rate-cards", {"role": "engineer", "unit": "hour", "amount": EUROS, **from_june})
    send("person-rates", {"person": "erin", "unit": "year", "amount": EUROS, **from_june})
    send("pools", {"code": "platform", "name": "Platform"}, {"code": "office", "name": "Office"})
    send("allocation-rules", {"pool": "platform", "driver": "usage", "fallback": "even", **from_june})
    share = {"pool": "office", "target_kind": "team", "team": "payments", "share": "0.9", **from_june}
    send("allocation-shares", share)
    row = {"pool": "platform", "month": "2026-06", "target_kind": "pool", "to_pool": "platform", "quantity": "16"}
    send("driver-rows", row, {**row, "target_kind": "sink", "to_pool": None, "sink": "idle", "quantity": "24"})
    line = {"supplier": "Hal", "role": "engineer", "team": "payments", "month": "2026-06", "hours": "152.5"}
    send("contractor-lines", {**line, "rate": EUROS})
    valued = {"outcome": "faster", "volume_metric": "orders", "unit_value": EUROS, "margin": "0.35", **from_june}
    send("valuations", valued)
    send("cost-entries", {**COST, "category": "cloud"})
    send("benefit-entries", {"external_id": "b-1", "month": "2026-06", "amount": EUROS, "benefit_class": "hard_cash"})

    line = ContractorLine.current.get()
    assert (line.hours, line.overtime_hours, line.overtime_multiplier) == (Decimal("152.5"), 0, 1)
    assert (line.rate_minor, line.currency) == (10_000, "EUR")


def test_a_cost_without_a_service_period_touches_the_month_it_falls_on(send, payments, licences):
    send("cost-entries", COST)

    assert touched() == [(JUNE, JULY)]


def test_a_cost_with_a_service_period_touches_just_its_months(send, payments, licences):
    send("cost-entries", {**COST, "service_from": "2026-07-15", "service_until": "2026-08-01"})

    assert touched() == [(JULY, AUGUST)]


def test_a_cost_that_moves_touches_where_it_was_and_where_it_is(send, payments, licences):
    send("cost-entries", {**COST, "incurred_on": "2026-01-31"})
    Touch.objects.all().delete()

    assert send("cost-entries", COST).changed == 1

    assert touched() == [(dt.date(2026, 1, 1), dt.date(2026, 2, 1)), (JUNE, JULY)]


def test_a_cost_about_a_closed_month_is_taken_and_counted_late(send, payments, licences):
    Frozen.objects.create(month=JUNE)

    assert send("cost-entries", COST).late == 1


def test_prices_below_a_cent_are_kept_exactly(send, payments, licences):
    send("cost-entries", {**COST, "amount": {"amount": "-0.00000000000001", "currency": "EUR"}})

    cost = CostEntry.current.get()
    assert (cost.amount_minor, cost.amount_fraction) == (-1, 10**12 - 1)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"team": None}, "team"),
        ({"stream": "buy"}, "stream"),
        ({"service_from": "2026-06-01"}, "service_until"),
        ({"service_from": "2026-06-01", "service_until": "2026-06-01"}, "service_until"),
    ],
)
def test_a_cost_that_makes_no_sense_is_refused_where_it_makes_none(send, payments, buy, licences, wrong, column):
    assert [pointer for pointer, _ in refusal_of(send, "cost-entries", COST | wrong)] == [f"/rows/0/{column}"]
    assert not CostEntry.objects.exists()


def test_a_rate_for_a_currency_nobody_knows_is_refused(send):
    row = {"currency": "XYZ", "month": "2026-06", "rate": "1"}

    assert refusal_of(send, "exchange-rates", row) == [
        ("/rows/0/currency", "Row 1, currency: “XYZ” is not a known ISO 4217 currency code.")
    ]


def test_two_rates_of_a_role_cannot_hold_at_once_and_a_narrower_one_can(send, engineer):
    card = {"role": "engineer", "unit": "hour", "amount": EUROS, "starts_on": "2026-01-01"}
    send("rate-cards", card, {**card, "level": "senior"}, {**card, "country": "DE"})

    with pytest.raises(Conflict):
        send("rate-cards", {**card, "starts_on": "2026-06-01"})
    assert refusal_of(send, "rate-cards", {**card, "country": "de"})[0][0] == "/rows/0/country"


def test_fixed_shares_of_a_pool_sum_to_at_most_one_on_any_day(send, cloud, payments, search):
    share = {"pool": "cloud", "target_kind": "team", "starts_on": "2026-01-01"}
    send("allocation-shares", {**share, "team": "payments", "share": "0.6", "ends_on": "2026-07-01"})
    send("allocation-shares", {**share, "team": "search", "share": "0.4"})

    idle = {"pool": "cloud", "target_kind": "sink", "sink": "idle", "starts_on": "2026-06-30", "share": "0.2"}
    with pytest.raises(Conflict, match=r"pool cloud sum to 1\.2 on 2026-06-30"):
        send("allocation-shares", idle)
    send("allocation-shares", {**idle, "starts_on": "2026-07-01"})

    assert AllocationShare.current.count() == 3


@pytest.mark.parametrize(
    ("target", "column"),
    [
        ({"target_kind": "team"}, "team"),
        ({"target_kind": "sink"}, "sink"),
        ({"target_kind": "sink", "sink": "idle", "team": "payments"}, "team"),
    ],
)
def test_a_target_names_just_what_its_kind_asks_for(send, cloud, payments, target, column):
    row = {"pool": "cloud", "month": "2026-06", "quantity": "1", **target}

    assert [pointer for pointer, _ in refusal_of(send, "driver-rows", row)] == [f"/rows/0/{column}"]


def test_usage_of_a_month_is_used_again_by_the_next_and_touches_both(send, cloud):
    row = {"pool": "cloud", "month": "2026-06", "target_kind": "sink", "sink": "untagged", "quantity": "0"}
    send("driver-rows", row)

    assert touched() == [(JUNE, AUGUST)]


def test_money_of_a_revenue_outcome_needs_to_know_what_others_did(send, faster):
    Outcome.objects.update(kind="revenue")
    benefit = {
        "external_id": "b-1",
        "month": "2026-06",
        "amount": EUROS,
        "benefit_class": "hard_cash",
        "outcome": "faster",
    }
    valued = {"outcome": "faster", "volume": "1", "unit_value": EUROS, "margin": "1", "starts_on": "2026-06-01"}

    ((pointer, sentence),) = refusal_of(send, "benefit-entries", benefit)
    assert (pointer, "outcome faster is about revenue" in sentence) == ("/rows/0/external_share", True)
    assert refusal_of(send, "valuations", valued)[0][0] == "/rows/0/outcome"
    assert not BenefitEntry.objects.exists()

    send("benefit-entries", {**benefit, "external_share": "0"})
    Outcome.objects.update(external_share="0.2")
    send("benefit-entries", {**benefit, "external_share": None})
    send("valuations", valued)


def test_a_benefit_belongs_to_the_epic_of_its_outcome(send, faster, checkout):
    Epic.objects.create(code="other", name="Other", work_type="debt")
    benefit = {"external_id": "b-1", "month": "2026-06", "amount": EUROS, "benefit_class": "hard_cash"}

    assert (
        refusal_of(send, "benefit-entries", {**benefit, "outcome": "faster", "epic": "other"})[0][0] == "/rows/0/epic"
    )
    send("benefit-entries", {**benefit, "outcome": "faster", "epic": "checkout"})


def test_only_finance_writes_money(send, payments, licences):
    for group in set(Group) - {Group.FINANCE}:
        with pytest.raises(Forbidden):
            send("cost-entries", COST, audience=Audience(actor="user:bob", groups=frozenset({group})))


def test_pay_costs_and_supplier_rates_are_read_by_finance_and_audit_alone():
    for name in ("person-rates", "cost-entries", "contractor-lines"):
        assert kind_named(name).read == PAY_READERS


def test_a_new_team_of_a_pool_touches_every_month_and_a_new_name_none(send, payments):
    send("pools", {"code": "platform", "name": "Platform"})
    Touch.objects.all().delete()

    send("pools", {"code": "platform", "name": "The platform"})
    assert touched() == []
    send("pools", {"code": "platform", "name": "The platform", "team": "payments"})
    assert touched() == [(dt.date(2000, 1, 1), None)]
    assert Pool.objects.get().revision == 2
