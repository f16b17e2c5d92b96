"""From one month to another: every change is a difference of two ROI figures, and its parts add up to it."""

import csv
import io
from decimal import Decimal
from itertools import product

import pytest

from finance.selectors.changes import FIGURES
from tests.architecture.source import ROOT
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JANUARY, JULY, ROWS

pytestmark = pytest.mark.django_db

AUGUST, THE_FIRST = "2026-08", "2026-08-01"
URL = "/api/v1/reports/changes/"
SPAN = {"from": JULY, "through": AUGUST}
COST_PARTS = ("people", "rates", "pools", "contractor", "direct_other")
BENEFIT_PARTS = ("new", "ended", "corrected")


@pytest.fixture
def company(api, finance):
    """The golden July and an August in which rates, people, effort, purchases and benefits are others."""
    send_golden()
    send_card("80.00", ends_on=THE_FIRST)
    send_card("88.00", starts_on=THE_FIRST)
    send("people", {"code": "gil", "role": "engineer", "employed_from": THE_FIRST})
    send("assignments", {"person": "gil", "team": "search", "share": "0.5", "starts_on": THE_FIRST})
    send("efforts", {"team": "search", "month": AUGUST, "epic": "faster-pay", "share": "0.6"})
    rent = {"incurred_on": "2026-08-04", "category": "rent"}
    send(
        "cost-entries",
        {"external_id": "fair", "team": "search", "amount": dollars("70.00"), **rent},
        {"external_id": "rent", "pool": "facilities", "amount": dollars("3100.00"), **rent},
    )
    benefit = {"outcome": "conversion", "month": AUGUST, "benefit_class": "hard_cash"}
    send("benefit-entries", {"external_id": "pay-august", "amount": dollars("50000.00"), **benefit})
    send("observations", *(seen(day, value) for day, value in (("2026-07-15", "2.61"), ("2026-08-15", "2.70"))))
    worth = {"volume": "100000", "unit_value": dollars("0.40"), "margin": "0.35", "starts_on": JANUARY}
    send("valuations", {"outcome": "conversion", **worth})
    caller = api(finance)
    entry = next(e for e in caller.get("/api/v1/benefit-entries/").json()["results"] if e["month"] == JULY)
    decided = {"benefit": entry["key"], "amount": entry["amount"], "decision": "validated"}
    review = caller.post(
        "/api/v1/benefit-entries/review/", {"rows": [decided]}, format="json", headers={"Idempotency-Key": "july"}
    )
    assert review.status_code == 200, review.json()
    compile_months(JULY, AUGUST)
    return caller


def seen(day, value):
    return {"metric": "conversion-rate", "observed_on": day, "value": value}


def asked(caller, **query):
    answer = caller.get(URL, {**SPAN, **query})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def amount(figure):
    return Decimal(figure["amount"])


def amounts(figures):
    return {name: figure["amount"] for name, figure in figures.items() if Decimal(figure["amount"])}


def by_group(report):
    return {(row["row_kind"], row["group_code"]): row for row in report["results"]}


def test_every_change_is_a_difference_of_two_roi_figures_and_the_sum_of_its_parts(company):
    every = product(("value_stream", "team"), ("direct", "fully_loaded"), ("standard", "actual"))
    for group_by, view, rates in every:
        assert_differences_of_roi(company, {"group_by": group_by, "view": view, "rates": rates})


def assert_differences_of_roi(company, how):
    report = asked(company, **how)
    roi = {}
    for month in (JULY, AUGUST):
        answer = company.get("/api/v1/reports/roi/", {"from": month, "through": month, "window": "period", **how})
        roi[month] = {**by_group(answer.json()), "total": answer.json()["total"]}

    for key, row in {**by_group(report), "total": report["total"]}.items():
        then, now = ({"cost": nothing(), **dict.fromkeys(FIGURES, nothing()), **roi[m].get(key, {})} for m in roi)
        for name in ("cost", *FIGURES):
            assert (row[name]["before"], row[name]["after"]) == (then[name], now[name]), (key, name)
            assert amount(row[name]["change"]) == amount(now[name]) - amount(then[name])
            parts = COST_PARTS if name == "cost" else BENEFIT_PARTS
            assert amount(row[name]["change"]) == sum(amount(row[name][part]) for part in parts), (key, name)
    assert by_group(report).keys() == (roi[JULY].keys() | roi[AUGUST].keys()) - {"total"}
    assert_footed(report)


def nothing():
    return dollars("0.00")


def assert_footed(report):
    """The rows add up to the total, figure by figure and part by part."""
    inside = [row for row in report["results"] if row["row_kind"] not in ("external", "unattributed")]
    for name in ("cost", *FIGURES, "net_validated_cash"):
        for part, figure in report["total"][name].items():
            assert amount(figure) == sum(amount(row[name][part]) for row in inside), (name, part)


def test_dearer_hours_are_rates_and_more_of_them_are_people(company):
    search = by_group(asked(company, group_by="team", view="direct"))["group", "search"]

    # July, 22 days at 80 an hour: cho 176 h, dee 105.6 h, fay 70.4 h, gus 73.33 h of five sixths of a half.
    # August, 21 days at 88: they have 406 h, and gil 84 h. 490 h are 8 dearer; 64.67 h more are 80 each.
    assert amounts(search["cost"]) == {
        "before": "34026.67", "after": "43190.00", "change": "9163.33",
        "people": "5173.33", "rates": "3920.00", "direct_other": "70.00",
    }  # fmt: skip


def test_effort_that_moved_to_another_stream_is_people_there_and_rates_are_those_of_the_team(company):
    rows = by_group(asked(company, view="direct"))

    # Commerce has four fifths of checkout in both months, and 0.6 * 0.75 of search's 43,120 in August: 53,900 in all,
    # of which an eleventh is there because hours are a tenth dearer.
    assert amounts(rows["group", "commerce"]["cost"]) == {
        "before": "34846.24", "after": "53931.50", "change": "19085.26",
        "people": "21266.66", "rates": "4900.00", "contractor": "-7112.90", "direct_other": "31.50",
    }  # fmt: skip


def test_a_benefit_is_new_ended_or_corrected_and_what_is_claimed_stands_apart(company):
    total = asked(company)["total"]

    assert amounts(total["benefit_validated_cash"]) == {
        "before": "48987.66", "change": "-48987.66", "ended": "-48987.66"
    }  # fmt: skip
    assert amounts(total["benefit_claimed"]) == {
        "before": "2352.00", "after": "43360.00", "change": "41008.00", "new": "40000.00", "corrected": "1008.00"
    }  # fmt: skip


def test_a_benefit_of_a_platform_follows_to_the_teams_that_carry_it_by_its_sources(company):
    rows = by_group(asked(company, group_by="team", view="fully_loaded"))

    assert amounts(rows["group", "platform"]["benefit_claimed"]) == {}
    # 15 % of four fifths of 50,000 are search's own, and 39.16 % of platform's 10 % come with its cost.
    assert amounts(rows["group", "search"]["benefit_claimed"]) == {
        "before": "444.89", "after": "8201.83", "change": "7756.94", "new": "7566.27", "corrected": "190.67"
    }  # fmt: skip


def test_without_months_the_last_book_is_compared_with_the_month_before(company):
    answer = company.get(URL).json()

    assert answer["filters"] == {
        "group_by": "value_stream", "from": JULY, "through": AUGUST, "view": "fully_loaded", "rates": "standard",
        "record": "as_reported",
    }  # fmt: skip
    assert answer["covers"] == "2026-07 (provisional) to 2026-08 (provisional)"


def test_the_cost_of_a_row_opens_in_either_month(company):
    report = asked(company)

    for row in [*report["results"], report["total"]]:
        for name, side in (("from", "before"), ("through", "after")):
            opened = company.get(row["explain_urls"][name]).json()
            assert amount(opened["amount"] or nothing()) == amount(row["cost"][side]), (row["group_code"], name)


def test_the_file_has_the_columns_of_its_page_and_the_amounts_of_the_answer(company):
    report = asked(company)

    answer = company.get(URL, {**SPAN, "format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))

    named = (ROOT / "docs/reports/changes.md").read_text(encoding="utf-8")
    assert [name for name in rows[0] if f"`{name}`" not in named] == []
    assert [row["group_code"] for row in rows] == [row["group_code"] for row in report["results"]]
    for row, told in zip(rows, report["results"], strict=True):
        assert row["cost_change_people"] == told["cost"]["people"]["amount"]
        assert row["benefit_claimed_new"] == told["benefit_claimed"]["new"]["amount"]
        assert row["net_validated_cash_change"] == told["net_validated_cash"]["change"]["amount"]
        assert row["explain_url_through"] == f"http://testserver{told['explain_urls']['through']}"


def test_rate_variance_is_rates_and_for_finance_and_audit_alone(company, api, leader, as_problem):
    standard, actual = (asked(company, rates=rates)["total"]["cost"] for rates in ("standard", "actual"))
    told = asked(api(leader))

    assert told["total"]["cost"] == standard
    assert {name: actual[name] for name in ("pools", "contractor", "direct_other")} == {
        name: standard[name] for name in ("pools", "contractor", "direct_other")
    }
    assert amount(actual["people"]) == amount(standard["people"])
    assert amount(actual["rates"]) != amount(standard["rates"])
    as_problem(api(leader).get(URL, {**SPAN, "rates": "actual"}), 403, "rates")


def test_a_month_without_a_book_is_compared_with_nothing(company, as_problem):
    told = as_problem(company.get(URL, {"from": "2026-06", "through": JULY}), 409, "no-book")

    assert told["detail"] == "2026-06 has no book, so nothing can be compared with it."


def test_before_the_first_book_there_is_no_change(api, leader, as_problem):
    as_problem(api(leader).get(URL), 409, "no-book")


def test_a_month_is_not_compared_with_itself_and_epics_are_not_compared(company, as_problem):
    same = as_problem(company.get(URL, {"from": JULY, "through": JULY}), 400, "invalid")

    assert same["detail"] == "A change takes two months: “from” is the earlier, “through” the later one."
    as_problem(company.get(URL, {**SPAN, "group_by": "epic"}), 400, "invalid")


def test_an_earlier_moment_is_answered_from_the_books_of_that_moment(company):
    before = asked(company)
    moment = max(book["computed_at"] for book in company.get("/api/v1/books/").json()["results"])
    fee = {"external_id": "fee", "incurred_on": "2026-08-09", "category": "rent", "team": "search"}
    send("cost-entries", {**fee, "amount": dollars("11.00")})
    compile_months(AUGUST)

    assert amount(asked(company)["total"]["cost"]["change"]) == amount(before["total"]["cost"]["change"]) + 11
    then = asked(company, as_of=moment)["total"]["cost"]
    assert then == before["total"]["cost"]


def test_an_answer_that_did_not_change_is_not_sent_again(company):
    tag = company.get(URL, SPAN).headers["ETag"]

    assert company.get(URL, SPAN, headers={"If-None-Match": tag}).status_code == 304


def monthly(**more):
    """Engineers are paid by the month: 8,000.00 for full time, whatever working days it has."""
    return send_card(unit="month", **{"amount": "8000.00", **more})


def of_team(caller, team="search"):
    return amounts(by_group(asked(caller, group_by="team", view="direct"))["group", team]["cost"])


def test_a_shorter_month_is_no_change_of_a_monthly_rate(api, finance):
    send_golden()
    monthly()
    compile_months(JULY, AUGUST)

    # cho all of 8,000, dee three fifths, fay two fifths, gus five twelfths: the same in 22 days as in 21.
    assert of_team(api(finance)) == {"before": "19333.33", "after": "19333.33"}


def test_a_rise_of_monthly_rates_is_rates_to_the_cent(api, finance):
    send_golden()
    monthly(ends_on=THE_FIRST)
    monthly(amount="8400.00", starts_on=THE_FIRST)
    compile_months(JULY, AUGUST)

    assert of_team(api(finance)) == {"before": "19333.33", "after": "20300.00", "change": "966.67", "rates": "966.67"}


def test_a_rate_of_another_currency_moves_with_its_exchange_rate(api, finance):
    send_golden()
    monthly(currency="PLN")
    send("exchange-rates", *({"currency": "PLN", "month": m, "rate": r} for m, r in ((JULY, "0.25"), (AUGUST, "0.30"))))
    compile_months(JULY, AUGUST)

    # 2,000, 1,200, 800 and 833.33 at a quarter; 2,400, 1,440, 960 and 1,000 at three tenths.
    assert of_team(api(finance)) == {"before": "4833.33", "after": "5800.00", "change": "966.67", "rates": "966.67"}


def test_a_better_paid_level_is_people_and_no_change_of_prices(api, finance):
    send_golden()
    send_card("80.00")
    send_card("100.00", level="principal")
    send("person-terms", {"person": "cho", "level": "principal", "starts_on": THE_FIRST})
    compile_months(JULY, AUGUST)

    # In August cho works 168 hours at 100; dee 100.8, fay 67.2 and gus 70 at 80.
    assert of_team(api(finance)) == {
        "before": "34026.67", "after": "35840.00", "change": "1813.33", "people": "1813.33"
    }  # fmt: skip


def test_a_card_that_ends_within_the_month_is_compared_by_the_minute(api, finance):
    send_golden()
    send_card("80.00", ends_on="2026-08-15")
    send_card("88.00", starts_on="2026-08-15")
    compile_months(JULY, AUGUST)

    # 406 hours in August, 19.33 fewer than in July; the last eleven days of 21 are 8.00 an hour dearer.
    assert of_team(api(finance)) == {
        "before": "34026.67", "after": "34181.33", "change": "154.66", "people": "-1546.67", "rates": "1701.33",
    }  # fmt: skip


def test_what_is_said_of_a_person_later_moves_no_change_of_the_past(api, finance):
    send_golden()
    send_card("80.00", ends_on=THE_FIRST)
    send_card("88.00", starts_on=THE_FIRST)
    send_card("100.00", level="principal")
    compile_months(JULY, AUGUST)
    before = of_team(api(finance))

    send("people", {**next(row for row in ROWS["people"] if row["code"] == "cho"), "level": "principal"})

    assert of_team(api(finance)) == before
