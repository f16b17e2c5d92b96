"""Rules of this floor hold in the database, also for somebody who goes around the intake."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from outcomes.models import Attribution, Effort, Epic, EpicStreamShare, EpicTeam, Metric, MetricMonth, Outcome

JUNE = dt.date(2026, 6, 1)


def record(model, **fields):
    return model.objects.create(**{"external_id": str(model.objects.count()), "recorded_by": "user:carol", **fields})


def refused(model, constraint: str, **fields) -> None:
    """Creating this row breaks just that rule."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        record(model, **fields) if hasattr(model, "current") else model.objects.create(**fields)
    assert constraint in str(broken.value)


def test_effort_goes_to_an_epic_or_to_a_type_of_work(payments, checkout):
    rule = "outcomes_effort_epic_or_work_type"
    refused(Effort, rule, team=payments, month=JUNE, share=1)
    refused(Effort, rule, team=payments, month=JUNE, share=1, epic=checkout, work_type="debt")
    refused(Effort, rule, team=payments, month=JUNE, share=1, work_type="guessing")
    record(Effort, team=payments, month=JUNE, share=1, work_type="debt")


def test_effort_is_a_share_or_item_days(payments, checkout):
    rule = "outcomes_effort_share_or_item_days"
    refused(Effort, rule, team=payments, month=JUNE, epic=checkout)
    refused(Effort, rule, team=payments, month=JUNE, epic=checkout, share=1, item_days=2)
    record(Effort, team=payments, month=JUNE, epic=checkout, item_days=2)


@pytest.mark.parametrize("share", [0, "-0.1", "1.000001"])
def test_a_share_of_a_month_is_above_zero_and_at_most_one(payments, checkout, share):
    refused(Effort, "outcomes_effort_share_within_one", team=payments, month=JUNE, epic=checkout, share=share)


def test_item_days_are_not_negative(payments, checkout):
    rule = "outcomes_effort_item_days_not_negative"
    refused(Effort, rule, team=payments, month=JUNE, epic=checkout, item_days="-1")


def test_a_month_is_written_as_its_first_day(payments, checkout, orders):
    second = dt.date(2026, 6, 2)
    refused(Effort, "outcomes_effort_first_of_month", team=payments, month=second, epic=checkout, share=1)
    refused(MetricMonth, "outcomes_metricmonth_first_of_month", metric=orders, month=second, count=0, total=0)


def test_a_month_with_observations_has_a_last_one(orders):
    rule = "outcomes_metricmonth_last_when_any"
    refused(MetricMonth, rule, metric=orders, month=JUNE, count=1, total=5)
    refused(MetricMonth, rule, metric=orders, month=JUNE, count=0, total=5)


def test_an_epic_has_a_known_work_type_and_ends_after_it_began(db):
    later, sooner = dt.date(2026, 6, 2), dt.date(2026, 6, 1)
    refused(Epic, "outcomes_epic_work_type", code="a", name="A", work_type="")
    refused(
        Epic,
        "outcomes_epic_released_after_start",
        code="a",
        name="A",
        work_type="run",
        started_on=later,
        released_on=sooner,
    )
    refused(
        Epic,
        "outcomes_epic_stopped_after_start",
        code="a",
        name="A",
        work_type="run",
        started_on=later,
        stopped_on=sooner,
    )


def test_a_metric_has_a_known_aggregate_and_level(db):
    refused(Metric, "outcomes_metric_aggregate", code="a", name="A", unit="x", aggregate="max")
    refused(Metric, "outcomes_metric_level", code="a", name="A", unit="x", aggregate="sum", level="vanity")


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("outcomes_outcome_kind", {"kind": "vanity"}),
        ("outcomes_outcome_attribution_model", {"attribution_model": "loud"}),
        ("outcomes_outcome_window", {"window_months": 0}),
        ("outcomes_outcome_external_share", {"external_share": "1.5"}),
    ],
)
def test_an_outcome_keeps_to_what_is_known(checkout, orders, rule, wrong):
    fields = {
        "code": "o",
        "name": "O",
        "epic": checkout,
        "metric": orders,
        "kind": "revenue",
        "baseline": 1,
        "target": 1,
        "due_on": JUNE,
    }
    refused(Outcome, rule, **(fields | wrong))
    Outcome.objects.create(**fields)  # a target that equals its baseline is a finding, not a refusal


def test_an_attribution_is_to_somebody(faster, payments):
    refused(Attribution, "outcomes_attribution_to_somebody", outcome=faster, share=1)
    refused(Attribution, "outcomes_attribution_share_within_one", outcome=faster, team=payments, share=0)


def test_a_fact_has_one_current_version_and_one_name_in_its_source(payments, checkout):
    first = record(EpicTeam, epic=checkout, team=payments, starts_on=JUNE, ends_on=dt.date(2026, 7, 1))
    later = {"epic": checkout, "team": payments, "starts_on": dt.date(2026, 8, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        record(EpicTeam, key=first.key, **later)
    with pytest.raises(IntegrityError), transaction.atomic():
        record(EpicTeam, external_id=first.external_id, **later)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL refuses overlaps itself")
@pytest.mark.parametrize(("model", "more"), [(EpicTeam, {}), (EpicStreamShare, {"share": "0.5"})])
def test_the_same_link_cannot_hold_twice_at_once(payments, buy, checkout, model, more):
    to = {"team": payments} if model is EpicTeam else {"stream": buy}
    record(model, epic=checkout, starts_on=JUNE, ends_on=dt.date(2026, 7, 1), **to, **more)
    record(model, epic=checkout, starts_on=dt.date(2026, 7, 1), **to, **more)

    @transaction.atomic
    def again():
        record(model, epic=checkout, starts_on=dt.date(2026, 6, 30), ends_on=dt.date(2026, 7, 2), **to, **more)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="no_overlap"):
        again()
