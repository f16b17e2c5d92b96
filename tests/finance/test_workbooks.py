"""A report as a workbook says what the report says, adds up, and tells what it holds."""

import io
from decimal import Decimal

import openpyxl
import pytest

from tests.finance.sending import compile_months, send_card, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

SPAN = f"from={JULY}&through={JULY}"


@pytest.fixture
def july():
    send_golden()
    send_card()
    compile_months(JULY)


def workbook(caller, address):
    answer = caller.get(f"/api/v1/{address}&format=xlsx")
    assert answer.status_code == 200, answer.content
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    head, *rows = book["Data"].iter_rows(values_only=True)
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True) if row[0]}
    return [dict(zip(head, row, strict=True)) for row in rows], about


def cents(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


@pytest.mark.parametrize("group_by", ["organisation", "value_stream", "team", "epic"])
def test_the_roi_workbook_adds_up_to_the_total_of_the_report(july, api, finance, group_by):
    address = f"reports/roi/?{SPAN}&window=period&rates=actual&group_by={group_by}"
    told = api(finance).get(f"/api/v1/{address}").json()

    rows, about = workbook(api(finance), address)

    inside = [row for row in rows if row["row_kind"] not in ("external", "unattributed")]
    assert sum(cents(row["cost"]) for row in inside) == Decimal(told["total"]["cost"]["amount"])
    assert about["total cost"] == f"{told['total']['cost']['amount']} USD"
    assert [row["group_code"] or "" for row in rows] == [row["group_code"] for row in told["results"]]


def test_the_second_sheet_says_what_is_covered_by_whom_and_that_it_adds_up(july, api, finance):
    _, about = workbook(api(finance), f"reports/roi/?{SPAN}&window=period&group_by=team&code=checkout,search")

    assert about["covers"] == "2026-07-01 to 2026-07-31, 1 month, 1 provisional"
    assert (about["filter: group_by"], about["filter: code"]) == ("team", "checkout, search")
    assert about["coverage: priced_hours"] == "1.000000"
    assert about["coverage: validated_share"] == "0.000000"
    assert about["identity check"] == "7 identities of 1 month hold to the last minor unit"
    assert about["books"] == "2026-07 version 1 provisional"
    assert about["pulled by"].endswith("(ada)")
    assert about["roi_validated_cash"].startswith("net_validated_cash / cost")


def test_the_investment_workbook_adds_up_to_the_report(july, api, finance):
    address = f"reports/investment/?{SPAN}&rates=actual"
    told = api(finance).get(f"/api/v1/{address}").json()

    rows, about = workbook(api(finance), address)

    assert len(rows) == told["rows"] == int(about["rows"])
    assert sum(cents(row["amount"]) for row in rows) == Decimal(told["total"]["amount"])
    assert about["total"] == f"{told['total']['amount']} USD"


def test_reconciliation_and_capacity_come_as_workbooks_too(july, api, finance):
    laws, of_laws = workbook(api(finance), f"reconciliation/?{SPAN}")
    rows, about = workbook(api(finance), f"reports/capacity/?{SPAN}")

    assert {row["difference"] for row in laws} == {0}
    assert of_laws["covers"] == "2026-07-01 to 2026-07-31, 1 month, 1 provisional"
    assert {row["team_code"] for row in rows} >= {"checkout", "search", "platform"}
    assert about["report"] == "Capacity"


def test_a_leaders_workbook_holds_nothing_of_pay(july, api, leader):
    for address in (f"reports/roi/?{SPAN}", f"reports/investment/?{SPAN}", f"reconciliation/?{SPAN}"):
        rows, about = workbook(api(leader), address)
        assert "variance" not in str(rows) + str({k: v for k, v in about.items() if k != "account"})
    assert api(leader).get(f"/api/v1/reports/roi/?{SPAN}&rates=actual&format=xlsx").status_code == 403
