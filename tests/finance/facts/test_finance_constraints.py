"""Rules of this floor hold in the database, also for somebody who goes around the intake."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from finance.models import (
    AllocationRule,
    AllocationShare,
    BenefitEntry,
    BenefitReview,
    ContractorLine,
    CostEntry,
    DriverRow,
    ExchangeRate,
    PersonRate,
    Pool,
    RateCard,
    Valuation,
)

JUNE, SECOND_OF_JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 6, 2), dt.date(2026, 7, 1)
HUNDRED = {"amount_minor": 10_000, "currency": "EUR"}
REVIEW = {"month": JUNE, "benefit_class": "hard_cash", "decision": "validated", **HUNDRED}


def record(model, **fields):
    return model.objects.create(**{"external_id": str(model.objects.count()), "recorded_by": "user:ada", **fields})


def refused(model, constraint: str, **fields) -> None:
    """Creating this row breaks just that rule."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        record(model, **fields)
    assert constraint in str(broken.value)


def test_a_cost_falls_on_exactly_one(payments, buy, cloud, licences):
    cost = {"category": licences, "incurred_on": JUNE, **HUNDRED}
    refused(CostEntry, "finance_costentry_one_bearer", **cost)
    refused(CostEntry, "finance_costentry_one_bearer", **cost, team=payments, pool=cloud)
    for bearer in ({"team": payments}, {"stream": buy}, {"pool": cloud}):
        record(CostEntry, **cost, **bearer)


def test_a_service_period_has_two_ends_in_order_or_none(payments, licences):
    cost = {"category": licences, "incurred_on": JUNE, "team": payments, **HUNDRED}
    rule = "finance_costentry_service_period"
    refused(CostEntry, rule, **cost, service_from=JUNE)
    refused(CostEntry, rule, **cost, service_until=JUNE)
    refused(CostEntry, rule, **cost, service_from=JUNE, service_until=JUNE)
    record(CostEntry, **cost, service_from=JUNE, service_until=JULY)


@pytest.mark.parametrize("fraction", [-1, 10**12])
def test_what_lies_below_a_minor_unit_is_less_than_one(payments, licences, fraction):
    cost = {"category": licences, "incurred_on": JUNE, "team": payments, **HUNDRED}
    refused(CostEntry, "finance_costentry_fraction", **cost, amount_fraction=fraction)


def test_a_month_has_one_average_rate_above_zero(db):
    rate = {"currency": "PLN", "month": JUNE}
    record(ExchangeRate, **rate, rate="0.2345")
    refused(ExchangeRate, "", **rate, rate="0.3")
    refused(ExchangeRate, "finance_exchangerate_above_zero", currency="USD", month=JUNE, rate=0)
    refused(ExchangeRate, "finance_exchangerate_rate_type", currency="USD", month=JUNE, rate=1, rate_type="spot")
    refused(ExchangeRate, "finance_exchangerate_first_of_month", currency="USD", month=SECOND_OF_JUNE, rate=1)


@pytest.mark.parametrize(("model", "who"), [(RateCard, "role"), (PersonRate, "person")])
def test_a_rate_has_a_known_unit_and_is_not_negative(engineer, erin, model, who):
    rate = {who: {"role": engineer, "person": erin}[who], "starts_on": JUNE, "currency": "EUR"}
    name = f"finance_{model._meta.model_name}"
    refused(model, f"{name}_unit", **rate, amount_minor=1, unit="week")
    refused(model, f"{name}_not_negative", **rate, amount_minor=-1, unit="hour")


def test_contractor_lines_are_not_negative_and_overtime_costs_no_less(engineer, payments):
    line = {"supplier": "Hal", "role": engineer, "team": payments, "month": JUNE, "hours": 8, "rate_minor": 9200}
    line["currency"] = "EUR"
    refused(ContractorLine, "finance_contractorline_not_negative", **(line | {"hours": -1}))
    refused(ContractorLine, "finance_contractorline_overtime_costs_no_less", **line, overtime_multiplier="0.5")


@pytest.mark.parametrize(
    "target",
    [
        {"target_kind": "team"},
        {"target_kind": "sink"},
        {"target_kind": "sink", "sink": "nowhere"},
        {"target_kind": "pool", "sink": "idle"},
        {"target_kind": "team", "sink": "idle", "team": True},
        {"target_kind": "team", "team": True, "to_pool": True},
    ],
)
def test_a_target_is_just_what_its_kind_says(payments, cloud, target):
    fields = {**target}
    if "team" in target:
        fields["team"] = payments
    if "to_pool" in target:
        fields["to_pool"] = cloud
    refused(DriverRow, "finance_driverrow_one_target", pool=cloud, month=JUNE, quantity=1, **fields)
    refused(AllocationShare, "finance_allocationshare_one_target", pool=cloud, starts_on=JUNE, share=1, **fields)


def test_a_pool_may_use_what_it_makes_but_not_less_than_nothing(cloud):
    row = {"pool": cloud, "month": JUNE, "target_kind": "pool", "to_pool": cloud}
    record(DriverRow, **row, quantity=5)
    refused(DriverRow, "finance_driverrow_not_negative", **row, quantity=-1)


def test_a_team_is_one_pool_at_most(payments):
    Pool.objects.create(code="platform", name="Platform", team=payments)
    Pool.objects.create(code="office", name="Office")
    Pool.objects.create(code="cloud", name="Cloud")

    with pytest.raises(IntegrityError), transaction.atomic():
        Pool.objects.create(code="again", name="Again", team=payments)


def test_an_allocation_rule_names_known_drivers(cloud):
    rule = {"pool": cloud, "starts_on": JUNE, "driver": "fixed"}
    refused(AllocationRule, "finance_allocationrule_driver", **(rule | {"driver": "loudness"}))
    refused(AllocationRule, "finance_allocationrule_fallback", **rule, fallback="loudness")
    refused(AllocationRule, "finance_allocationrule_capacity_above_zero", **rule, capacity=0)


def test_a_valuation_has_one_volume_and_a_margin_within_one(faster, orders):
    valued = {"outcome": faster, "starts_on": JUNE, "unit_value_minor": 100, "currency": "EUR", "margin": 1}
    rule = "finance_valuation_one_volume"
    refused(Valuation, rule, **valued)
    refused(Valuation, rule, **valued, volume=1, volume_metric=orders)
    for margin in (0, "1.1"):
        refused(Valuation, "finance_valuation_margin", **(valued | {"margin": margin}), volume=1)
    refused(Valuation, "finance_valuation_benefit_class", **valued, volume=1, benefit_class="goodwill")


def test_a_benefit_has_a_known_class(faster):
    entry = {"outcome": faster, "month": JUNE, **HUNDRED}
    refused(BenefitEntry, "finance_benefitentry_benefit_class", **entry, benefit_class="goodwill")
    refused(
        BenefitEntry,
        "finance_benefitentry_external_share",
        **entry,
        benefit_class="hard_cash",
        external_share="1.01",
    )


def test_nobody_reviews_their_own_benefit_unless_it_is_marked(db):
    own = {**REVIEW, "benefit_key": uuid.uuid4(), "author": "ada", "reviewer": "ada"}
    refused(BenefitReview, "finance_benefitreview_four_eyes", **own)
    record(BenefitReview, **own, relaxed=True)


def test_a_review_is_about_one_thing_and_there_is_one_of_each(db):
    two = {"author": "ada", "reviewer": "grace", **REVIEW}
    key = uuid.uuid4()
    refused(BenefitReview, "finance_benefitreview_one_subject", **two)
    refused(BenefitReview, "finance_benefitreview_one_subject", **two, benefit_key=key, valuation_key=key)
    refused(BenefitReview, "finance_benefitreview_decision", **(two | {"decision": "maybe"}), benefit_key=key)
    record(BenefitReview, **two, benefit_key=key)
    record(BenefitReview, **two, valuation_key=key)
    record(BenefitReview, **(two | {"month": JULY}), valuation_key=key)
    refused(BenefitReview, "", **two, benefit_key=key)
    refused(BenefitReview, "", **two, valuation_key=key)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL refuses overlaps itself")
@pytest.mark.parametrize("model", [RateCard, PersonRate, AllocationRule, AllocationShare, Valuation])
def test_two_of_the_same_cannot_hold_at_once(model, engineer, erin, cloud, payments, faster):
    rate = {"unit": "hour", **HUNDRED}
    fields = {
        RateCard: {"role": engineer, **rate},
        PersonRate: {"person": erin, **rate},
        AllocationRule: {"pool": cloud, "driver": "fixed"},
        AllocationShare: {"pool": cloud, "target_kind": "sink", "sink": "idle", "share": "0.1"},
        Valuation: {"outcome": faster, "unit_value_minor": 1, "currency": "EUR", "margin": 1, "volume": 1},
    }[model]
    record(model, **fields, starts_on=JUNE, ends_on=JULY)
    record(model, **fields, starts_on=JULY)

    @transaction.atomic
    def again():
        record(model, **fields, starts_on=dt.date(2026, 6, 30), ends_on=SECOND_OF_JUNE.replace(month=7))
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="no_overlap"):
        again()
