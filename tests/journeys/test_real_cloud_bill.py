"""A real cloud bill with rows far below a cent: summed exactly, posted once, and every row still carries its part."""

import csv
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from finance.engine.accounts import LineKind
from finance.models import CostEntry, Line
from roi_project.jobs.runner import run_due
from tests.journeys.real import cloud_bill, needs
from tests.journeys.real.cloud_bill import CENT, MONTH, as_one, by_service

pytestmark = [pytest.mark.django_db, needs("focus_cloud_cost")]

BILLED = Decimal("20.52022672899")
AS_ONE = Decimal("20.52")
BY_SERVICE = Decimal("20.51")
"""Ten categories, each rounded once: compute 17.56, management 1.13, storage 0.79, a credit of 0.15 and so on."""


@pytest.fixture
def book(api, finance, tmp_path):
    """`book(by_service)`: the bill from the command line, its pool and two teams over HTTP, one month compiled."""

    def compiled(grouping):
        caller = api(finance)
        for kind, rows in surroundings(grouping).items():
            answer = caller.post(f"/api/v1/{kind}/bulk/", {"rows": rows})
            assert answer.status_code == 200, answer.json()
        file = write(tmp_path / "bill.csv", cloud_bill.cost_entries(grouping))
        call_command("import_rows", "cost-entries", file, "--by=ada", "--row-count=1000", f"--control-total={BILLED}")
        caller.post("/api/v1/books/", {"from": MONTH, "through": MONTH})
        run_due()
        return caller

    return compiled


def surroundings(grouping):
    return {
        "organisation-settings": [{"starts_on": "2024-01-01", "reporting_currency": "USD"}],
        "teams": [{"code": "payments", "name": "Payments"}, {"code": "search", "name": "Search"}],
        "pools": [{"code": "cloud", "name": "Cloud"}],
        "cost-categories": cloud_bill.categories(grouping),
        "allocation-rules": [{"pool": "cloud", "driver": "usage", "starts_on": "2024-01-01"}],
        "driver-rows": [
            {"pool": "cloud", "month": MONTH, "target_kind": "team", "team": "payments", "quantity": "2"},
            {"pool": "cloud", "month": MONTH, "target_kind": "team", "team": "search", "quantity": "1"},
        ],
    }


def write(file, entries):
    with file.open("w", newline="", encoding="utf-8") as opened:
        rows = csv.DictWriter(opened, entries[0])
        rows.writeheader()
        rows.writerows(entries)
    return file


def investment(caller, view):
    answer = caller.get(f"/api/v1/reports/investment/?from={MONTH}&through={MONTH}&view={view}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def amount(row):
    return Decimal(row["amount"]["amount"])


@pytest.mark.parametrize(("grouping", "total"), [(as_one, AS_ONE), (by_service, BY_SERVICE)])
def test_the_exact_sum_of_each_category_is_rounded_once_and_posted(book, grouping, total):
    posted = cloud_bill.posted(grouping)
    assert sum(posted.values()) == total

    direct = investment(book(grouping), "direct")

    assert {row["cost_category"]: amount(row) for row in direct["results"]} == {n: a for n, a in posted.items() if a}
    assert direct["total"] == {"amount": f"{total}", "currency": "USD"}


def test_rounding_row_by_row_would_tell_five_cents_too_much():
    rounded = sum(Decimal(row["BilledCost"]).quantize(CENT, ROUND_HALF_UP) for row in cloud_bill.billed())

    assert rounded == Decimal("20.57")


def test_every_row_carries_its_part_and_none_is_lost(book):
    book(by_service)

    lines = Line.objects.filter(kind=LineKind.COST_ENTRY)
    told = lines.aggregate(rows=Count("source_id", distinct=True), cents=Sum("amount"))
    assert told == {"rows": 1_000, "cents": BY_SERVICE * 100}
    stored = CostEntry.current.values_list("pk", "amount_minor", "amount_fraction")
    exact = {pk: minor + Decimal(fraction).scaleb(-12) for pk, minor, fraction in stored}
    assert sum(exact.values()) == BILLED * 100
    for source, cents in lines.values_list("source_id", "amount"):
        assert abs(cents - exact[source]) < 1


def test_what_the_bill_is_allocated_to_adds_up_to_the_bill(book):
    caller = book(as_one)

    loaded = investment(caller, "fully_loaded")
    shared = {row["team_code"]: amount(row) for row in loaded["results"] if row["account"] == "shared_in"}

    assert shared == {"payments": Decimal("13.68"), "search": Decimal("6.84")}
    assert loaded["total"] == {"amount": f"{AS_ONE}", "currency": "USD"}
    assert caller.get(f"/api/v1/reconciliation/?from={MONTH}&through={MONTH}").json()["reconciles"] is True
