"""What a reader of a book should know is stored with the book and served with its month."""

import pytest

from finance.models import RateCard
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = "2026-08", "2026-09"
JANUARY = "2026-01-01"


@pytest.fixture
def served(api, finance):
    """`served("over_allocated", JULY)`: the findings of a code that finance reads about a month."""
    caller = api(finance)

    def findings(code, month=JULY):
        answer = caller.get("/api/v1/findings/", {"from": month, "through": month, "code": code})
        assert answer.status_code == 200, answer.json()
        assert {found["code"] for found in answer.json()["results"]} <= {code}
        return answer.json()["results"]

    return findings


def concerning(found):
    """Who a finding is about, without what is empty."""
    return {name: found[name] for name in ("team", "pool", "person", "role") if found[name]} | found["detail"]


def test_hours_without_a_standard_rate_are_listed_by_role(served):
    send_golden()
    compile_months(JULY)

    [missing] = served("missing_rate")

    # Six people at 480 minutes and one at 288 on 22 working days of July (3 July is a holiday); ben from the 16th.
    assert missing["month"] == JULY
    assert concerning(missing) == {"role": "engineer", "minutes": 5 * 22 * 480 + 22 * 288 + 12 * 480, "people": 7}
    send_card()
    compile_months(JULY)
    assert served("missing_rate") == []


def test_only_the_people_that_no_card_fits_are_without_a_rate(served):
    send_golden()
    send("role-families", {"code": "designer", "name": "Designer"})
    send("people", {"code": "hal", "role": "designer", "level": "senior", "employed_from": JANUARY})
    send_card()
    compile_months(JULY)
    assert [concerning(found)["role"] for found in served("missing_rate")] == ["designer"]

    send_card(role="designer", level="junior")
    compile_months(JULY)
    assert [concerning(found)["role"] for found in served("missing_rate")] == ["designer"]

    send_card(role="designer", level="senior")
    compile_months(JULY)
    assert served("missing_rate") == []


def test_over_allocation_is_told_by_the_day(served):
    send_golden()
    send("people", {"code": "ivy", "role": "engineer", "employed_from": JANUARY})
    send(
        "assignments",
        {"person": "ivy", "team": "checkout", "share": "0.7", "starts_on": JANUARY},
        {"person": "ivy", "team": "search", "share": "0.5", "starts_on": "2026-07-10", "ends_on": "2026-07-21"},
        {"person": "ivy", "team": "platform", "share": "0.1", "starts_on": "2026-07-15", "ends_on": "2026-07-16"},
    )
    compile_months(JULY)

    by_person = {}
    for found in served("over_allocated"):
        by_person.setdefault(found["person"], []).append(found["detail"])

    assert by_person == {
        "gus": [{"from_on": "2026-07-01", "until_on": "2026-08-01", "share_micro": 1_200_000, "workdays": 22}],
        "ivy": [
            {"from_on": "2026-07-10", "until_on": "2026-07-15", "share_micro": 1_200_000, "workdays": 3},
            {"from_on": "2026-07-15", "until_on": "2026-07-16", "share_micro": 1_300_000, "workdays": 1},
            {"from_on": "2026-07-16", "until_on": "2026-07-21", "share_micro": 1_200_000, "workdays": 3},
        ],
    }


def test_days_on_which_nobody_works_are_no_over_allocation(served):
    send_golden()
    send(
        "assignments",
        {"person": "ana", "team": "search", "share": "0.5", "starts_on": "2026-07-11", "ends_on": "2026-07-13"},
    )
    compile_months(JULY)

    assert {found["person"] for found in served("over_allocated")} == {"gus"}


def test_a_pool_that_takes_the_drivers_of_the_month_before_is_stale_and_only_once(served):
    send_golden()
    compile_months(JULY, SEPTEMBER)

    assert served("driver_stale", JULY) == []
    assert [concerning(found) for found in served("driver_stale", AUGUST)] == [{"pool": "cloud"}, {"pool": "platform"}]
    assert served("driver_stale", SEPTEMBER) == []  # too old to be taken: what the pools cost stays unallocated


def test_pools_that_serve_only_one_another_are_named(served):
    send_golden()
    send("pools", {"code": "build", "name": "Build"}, {"code": "secrets", "name": "Secrets"})
    send(
        "allocation-rules",
        *({"pool": pool, "driver": "usage", "starts_on": JANUARY} for pool in ("build", "secrets")),
    )
    rows = [
        {"pool": pool, "month": JULY, "target_kind": "pool", "to_pool": other, "quantity": "5"}
        for pool, other in (("build", "secrets"), ("secrets", "build"))
    ]
    send("driver-rows", *rows)
    compile_months(JULY)
    [cycle] = served("closed_cycle_without_outlet")
    assert concerning(cycle) == {"pools": ["build", "secrets"]}

    send("driver-rows", rows[0] | {"target_kind": "team", "to_pool": None, "team": "search", "quantity": "1"})
    compile_months(JULY)
    assert served("closed_cycle_without_outlet") == []


def test_what_a_closed_cycle_costs_stays_unallocated(served, api, finance):
    test_pools_that_serve_only_one_another_are_named(served)
    send("driver-rows", {"pool": "build", "month": JULY, "target_kind": "team", "team": "search", "quantity": "0"})
    cost = {"external_id": "ci", "incurred_on": "2026-07-04", "amount": dollars("70.00"), "category": "cloud"}
    send("cost-entries", cost | {"pool": "build"})
    compile_months(JULY)

    report = api(finance).get(f"/api/v1/reports/roi/?from={JULY}&through={JULY}&window=period&group_by=team").json()

    assert [row["cost"]["amount"] for row in report["results"] if row["row_kind"] == "unallocated"] == ["70.00"]


def test_a_rate_that_rests_on_fewer_than_five_people_is_named(served):
    def designer(number, since=JANUARY):
        return {"code": f"d{number}", "role": "designer", "level": "senior", "country": "US", "employed_from": since}

    send_golden()
    send_card()
    send("role-families", {"code": "designer", "name": "Designer"})
    send("people", *(designer(number) for number in range(4)))
    send_card(role="designer", level="senior", country="US")
    compile_months(JULY)
    [few] = served("card_rests_on_few")
    key = RateCard.current.get(level="senior").key

    assert concerning(few) == {
        "role": "designer", "level": "senior", "country": "US", "people": 4, "rate_card": str(key)
    }  # fmt: skip
    send("people", designer(5, since="2026-07-31"))
    compile_months(JULY)
    assert served("card_rests_on_few") == []


def test_amounts_that_nobody_can_convert_are_told_by_currency(served):
    send_golden()
    cost = {"external_id": "fair", "incurred_on": "2026-07-04", "category": "rent", "team": "search"}
    send("cost-entries", cost | {"amount": dollars("70.00", "GBP")})
    send("contractor-lines", contractor("SEK"))
    compile_months(JULY)
    assert [concerning(found) for found in served("missing_fx_rate")] == [{"currency": "GBP"}, {"currency": "SEK"}]

    send("exchange-rates", *({"currency": code, "month": JULY, "rate": "1.2"} for code in ("GBP", "SEK")))
    compile_months(JULY)
    assert served("missing_fx_rate") == []


def contractor(currency):
    return {
        "supplier": "Ian",
        "role": "engineer",
        "team": "search",
        "month": JULY,
        "hours": "8",
        "rate": dollars("600.00", currency),
    }


def test_effort_that_was_carried_from_the_month_before_is_told_by_team(served):
    send_golden()
    send("efforts", {"team": "search", "month": JULY, "epic": "faster-pay", "share": "0.5"})
    compile_months(JULY, SEPTEMBER)

    assert served("effort_carried", JULY) == []
    assert [concerning(found) for found in served("effort_carried", AUGUST)] == [{"team": "search"}]
    assert served("effort_carried", SEPTEMBER) == []


def test_a_pool_without_a_rule_is_named(served):
    send_golden()
    send("pools", {"code": "office", "name": "Office"})
    compile_months(JULY)

    assert [concerning(found) for found in served("pool_without_rule")] == [{"pool": "office"}]


def test_findings_are_those_of_the_current_book(served):
    send_golden()
    compile_months(JULY)
    send_card()
    assert len(served("missing_rate")) == 1  # stale, and still what the book says

    compile_months(JULY)

    assert served("missing_rate") == []


def test_whoever_reads_reports_reads_findings_and_nobody_else(api, leader, planner, auditor, administrator):
    send_golden()
    compile_months(JULY)

    for user in (leader, planner, auditor):
        assert api(user).get("/api/v1/findings/?code=driver_stale,over_allocated").json()["results"]
    assert api(administrator).get("/api/v1/findings/").status_code == 403


def test_a_code_that_no_finding_has_is_refused_with_those_there_are(api, finance, leader, as_problem):
    send_golden()
    compile_months(JULY)
    known = (
        "card_rests_on_few, closed_cycle_without_outlet, driver_stale, effort_carried, fx_rate_carried, "
        "fx_rate_carried_of_pay, missing_fx_rate, missing_fx_rate_of_pay, missing_rate, over_allocated, "
        "pool_without_rule"
    )
    without_pay = known.replace("fx_rate_carried_of_pay, ", "").replace("missing_fx_rate_of_pay, ", "")

    told = as_problem(api(finance).get("/api/v1/findings/?code=missing_rate,stale_driver"), 400, "invalid")
    other = as_problem(api(leader).get("/api/v1/findings/?code=missing_fx_rate_of_pay"), 400, "invalid")

    assert told["detail"] == f"“stale_driver” is no code of a finding; known are {known}."
    assert [problem["pointer"] for problem in told["errors"]] == ["?code"]
    assert other["detail"].endswith(f"known are {without_pay}.")


def test_more_findings_than_one_answer_holds_are_said_to_be_incomplete(api, finance, monkeypatch):
    send_golden()
    compile_months(JULY)
    caller = api(finance)
    everything = caller.get("/api/v1/findings/").json()
    assert (everything["complete"], len(everything["results"]) > 1) == (True, True)

    monkeypatch.setattr("finance.api.months.MOST_FINDINGS", 1)

    told = caller.get("/api/v1/findings/").json()
    assert told == {**everything, "complete": False, "results": everything["results"][:1]}
