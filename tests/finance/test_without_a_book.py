"""While no month has a book, a report says that nothing is known: no month is invented, and nothing is zero."""

import io
from http import HTTPStatus

import openpyxl
import pytest

from tests.finance.sending import compile_months, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

NOTHING = "no month has a book yet, so nothing is known"


@pytest.fixture
def july():
    send_golden()
    compile_months(JULY)


@pytest.fixture
def read(api, finance):
    def reading(address):
        answer = api(finance).get(f"/api/v1/{address}")
        assert answer.status_code == HTTPStatus.OK, answer.content
        return answer.json()

    return reading


@pytest.mark.parametrize("window", ["", "?window=rolling12", "?window=period&grain=month"])
def test_roi_covers_no_month_and_its_total_is_unknown(read, window):
    report = read(f"reports/roi/{window}")

    assert report["covers"] == NOTHING
    assert (report["filters"]["from"], report["filters"]["through"], report["currency"]) == (None, None, "")
    assert (report["books"], report["results"]) == ([], [])
    total = report["total"]
    assert [total[name] for name in ("period_start", "period_end", "period_label", "explain_url")] == [None] * 4
    assert (total["cost"], total["benefit_validated_cash"], total["net_validated_cash"]) == (None, None, None)
    assert (total["roi_validated_cash"], total["months_in_window"]) == (None, 0)
    assert total["roi_reason"] == ("window_incomplete" if "rolling" in window else "no_data")


def test_investment_covers_no_month_and_its_total_is_unknown(read):
    report = read("reports/investment/")

    assert report["covers"] == NOTHING
    assert (report["filters"]["from"], report["filters"]["through"], report["currency"]) == (None, None, "")
    assert (report["total"], report["rows"], report["results"]) == (None, 0, [])


@pytest.mark.parametrize("report", ["roi", "investment"])
def test_months_that_are_named_are_told_to_have_no_book(read, report):
    found = read(f"reports/{report}/?from=2026-01")

    assert found["covers"] == "2026-01-01 to 2026-01-31, 1 month, 1 without a book"
    assert (found["filters"]["from"], found["filters"]["through"]) == ("2026-01", "2026-01")
    cost = found["total"]["cost"] if report == "roi" else found["total"]
    assert cost is None


def test_a_month_without_a_book_beside_one_that_has_it_is_unknown_too(read):
    send_golden()
    compile_months(JULY)

    found = read("reports/roi/?from=2026-01&through=2026-01")

    assert found["covers"] == "2026-01-01 to 2026-01-31, 1 month, 1 without a book"
    assert (found["total"]["cost"], found["total"]["roi_reason"]) == (None, "no_data")


def test_it_is_not_known_whether_nothing_reconciles(read):
    report = read("reconciliation/")

    assert (report["reconciles"], report["results"]) == (None, [])
    assert report["covers"] == NOTHING


def test_the_reconciliation_says_what_it_covers(july, api, finance):
    told = api(finance).get("/api/v1/reconciliation/?from=2026-06&through=2026-07").json()

    assert told["covers"] == "2026-06-01 to 2026-07-31, 2 months, 1 provisional, 1 without a book"


@pytest.mark.parametrize("report", ["reports/roi", "reports/investment", "reconciliation"])
def test_from_alone_after_the_last_book_is_told_as_just_that(july, api, finance, as_problem, report):
    problem = as_problem(api(finance).get(f"/api/v1/{report}/?from=2026-09"), 400, "invalid")

    assert problem["detail"] == (
        "“from” is after 2026-07, the last month that has a book; say “through” too, or an earlier “from”."
    )


@pytest.mark.parametrize(
    ("report", "name", "unknown"),
    [
        ("roi", "roi-value_stream-no-month", ("total cost", "total validated cash")),
        ("investment", "investment-no-month", ("total",)),
    ],
)
def test_a_file_says_so_too(api, finance, report, name, unknown):
    answer = api(finance).get(f"/api/v1/reports/{report}/?format=xlsx")

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True) if row[0]}
    assert f'filename="{name}.xlsx"' in answer["Content-Disposition"]
    assert about["covers"] == NOTHING
    assert {about[each] for each in unknown} == {"unknown (no_data)"}
    assert about["identity check"] == "nothing to check: no month has a book"
    assert "filter: from" not in about
