"""The investment file says cell by cell what the rows of the report say, at any size of amounts."""

import csv
import io

import numpy as np
import pytest

from finance.api.investment_file import _decimals, _shares
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

SPAN = f"from={JULY}&through=2026-08"


@pytest.fixture
def books():
    """Two months with awkward names, a refund and bookkeeping words."""
    send_golden()
    send_card()
    send("teams", {"code": "search", "name": '=Search, "fast" & cheap', "topology": "stream_aligned"})
    cost = {"incurred_on": "2026-07-04", "category": "rent", "team": "search"}
    send(
        "cost-entries",
        {**cost, "external_id": "desk", "amount": dollars("70.00"), "vendor": "Müller, Söhne", "gl_account": "6310"},
        {**cost, "external_id": "refund", "amount": dollars("-30.00"), "vendor": "Müller, Söhne", "gl_account": "6311"},
    )
    compile_months(JULY, "2026-08")


def file_of(caller, query):
    answer = caller.get(f"/api/v1/reports/investment/?{SPAN}&format=csv{query}")
    text = b"".join(answer.streaming_content).decode()
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("query", ["", "&view=direct", "&rates=actual", "&team=search", "&epic=faster-pay"])
def test_the_file_and_the_report_have_the_same_cells(books, api, finance, query):
    caller = api(finance)
    told = caller.get(f"/api/v1/reports/investment/?{SPAN}{query}").json()

    rows = file_of(caller, query)

    assert len(rows) == len(told["results"]) == told["rows"]
    for row, result in zip(rows, told["results"], strict=True):
        amount = result.pop("amount")
        expected = {**result, "amount": amount["amount"], "currency": amount["currency"]}
        texts = {name: "" if value is None else str(value) for name, value in expected.items()}
        texts["explain_url"] = f"http://testserver{result['explain_url']}"
        texts["team_name"] = texts["team_name"].replace("=Search", "'=Search")
        assert row == texts


def test_a_name_cannot_run_as_a_formula_and_commas_stay_inside_their_cell(books, api, finance):
    rows = [row for row in file_of(api(finance), "&team=search") if row["account"] == "direct"]

    assert {row["team_name"] for row in rows} == {'\'=Search, "fast" & cheap'}
    assert {(row["vendor"], row["gl_account"]) for row in rows} == {("Müller, Söhne", "")}
    assert {row["amount"] for row in rows} >= {"36.00", "4.00"}


def test_a_leader_reads_no_vendor(books, api, leader):
    assert {row["vendor"] for row in file_of(api(leader), "")} == {""}


def test_amounts_of_any_size_are_written_to_the_last_digit():
    values = np.array([0, 5, -5, 123456, -99, 10**15 - 1, -(10**15) + 1], dtype=np.int64)
    assert _decimals(values, 2) == [
        "0.00", "0.05", "-0.05", "1234.56", "-0.99", "9999999999999.99", "-9999999999999.99",
    ]  # fmt: skip
    assert _decimals(np.array([9_223_372_036_854_775_807, -1]), 2) == ["92233720368547758.07", "-0.01"]
    assert _decimals(np.array([1500, -7]), 0) == ["1500", "-7"]


def test_shares_are_rounded_half_away_from_zero_and_empty_of_nothing():
    assert _shares(np.array([1, -1, 2]), 2_000_000) == ["0.000001", "-0.000001", "0.000001"]
    assert _shares(np.array([1, 2]), -3) == ["-0.333333", "-0.666667"]
    assert _shares(np.array([2 * 10**18, 10**18]), 3 * 10**18) == ["0.666667", "0.333333"]
    assert _shares(np.array([5]), 0) == [""]
