"""Seventy thousand real purchases from a file on the command line, told as one figure a month."""

import time
from decimal import Decimal

import pytest
from django.core.management import call_command

from outcomes.models import MetricMonth, Observation
from tests.journeys.real import needs, purchases

pytestmark = [pytest.mark.django_db, needs("metric_series")]


@pytest.fixture
def shop(api, planner):
    caller = api(planner)
    assert caller.post("/api/v1/metrics/", purchases.METRIC).status_code == 201
    return caller


def bring(file, count):
    """How many seconds the command line took."""
    began = time.perf_counter()
    call_command("import_rows", "observations", file, by="carol", source="shop", row_count=count)
    return time.perf_counter() - began


def test_the_months_of_a_shop_are_the_sums_of_its_purchases_however_often_they_are_sent(shop, tmp_path, capsys):
    file = tmp_path / "observations.csv"
    count = purchases.write_observations(file)

    seconds = bring(file, count)
    stored = list(MetricMonth.objects.order_by("month").values_list("month", "count", "total", "revision"))
    capsys.readouterr()
    again = bring(file, count)
    told = capsys.readouterr().out

    assert count == Observation.objects.count() == 69_659
    assert {f"{month:%Y-%m}": (n, total) for month, n, total, _ in stored} == purchases.month_totals()
    assert sum(total for _, _, total, _ in stored) == Decimal("2500315.63")
    assert f"Stored: {count:,} unchanged, 0 refused." in told
    assert list(MetricMonth.objects.order_by("month").values_list("month", "count", "total", "revision")) == stored
    with capsys.disabled():
        print(f"\n{count:,} purchases came in within {seconds:.1f} s, and again within {again:.1f} s.")  # noqa: T201
