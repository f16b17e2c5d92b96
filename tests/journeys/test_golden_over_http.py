"""The golden organisation through the public doors: facts in, job, book, ROI, explain."""

from decimal import Decimal

import pytest

from roi_project.jobs.runner import run_due
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

SPAN = f"from={JULY}&through={JULY}&window=period"


@pytest.fixture
def golden(api, finance):
    """Everything sent over HTTP by finance, compiled by the job that finance asked for; the benefit is validated."""
    caller = api(finance)
    for kind, rows in ROWS.items():
        answer = caller.post(f"/api/v1/{kind}/bulk/", {"rows": rows})
        assert answer.status_code == 200, answer.json()
    job = caller.post("/api/v1/books/", {"from": JULY, "through": JULY})
    assert job.status_code == 202
    run_due()
    assert caller.get(job.headers["Location"]).json()["state"] == "done"
    return caller


@pytest.fixture
def validated(golden, api, second_finance):
    """A second finance person validates the benefit, and the month is compiled again."""
    other = api(second_finance)
    entry = other.get("/api/v1/benefit-entries/").json()["results"][0]
    row = {"benefit": entry["key"], "decision": "validated", "amount": entry["amount"]}
    answer = other.post("/api/v1/benefit-entries/review/", {"rows": [row]}, headers={"Idempotency-Key": "review-1"})
    assert answer.status_code == 200, answer.json()
    other.post("/api/v1/books/", {"from": JULY, "through": JULY})
    run_due()
    return golden


def report(caller, **query):
    text = "&".join([SPAN, *(f"{k}={v}" for k, v in query.items())])
    answer = caller.get(f"/api/v1/reports/roi/?{text}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def by_code(body):
    return {row["group_code"] or row["row_kind"]: row for row in body["results"]}


def test_finance_reads_the_golden_cents_at_actual_rates(validated):
    teams = by_code(report(validated, group_by="team", rates="actual"))

    assert teams["checkout"]["cost"] == {"amount": "54958.68", "currency": "USD"}
    assert teams["search"]["cost"]["amount"] == "39880.43"
    assert teams["platform"]["cost"]["amount"] == "0.00"
    assert teams["checkout"]["benefit_validated_cash"]["amount"] == "39721.32"
    assert teams["search"]["benefit_validated_cash"]["amount"] == "9266.34"
    assert teams["checkout"]["roi_validated_cash"] == "-0.277251"
    assert teams["search"]["roi_validated_cash"] == "-0.767647"
    assert (teams["platform"]["roi_validated_cash"], teams["platform"]["roi_reason"]) == (None, "zero_cost")
    assert teams["bench"]["cost"]["amount"] == "1350.00"
    assert teams["idle"]["cost"]["amount"] == "2670.50"
    assert teams["untagged"]["cost"]["amount"] == "622.42"
    assert teams["external"]["benefit_validated_cash"]["amount"] == "12246.91"


def test_direct_view_shows_the_platforms_own_return(validated):
    body = report(validated, group_by="team", rates="actual", view="direct")
    teams = by_code(body)

    assert teams["checkout"]["roi_validated_cash"] == "-0.110724"
    assert teams["search"]["roi_validated_cash"] == "-0.766602"
    assert teams["platform"]["roi_validated_cash"] == "-0.700076"
    assert teams["pools"]["cost"]["amount"] == "9000.00"
    assert body["total"]["cost"]["amount"] == "99482.03"


def test_value_streams_foot_to_the_organisation(validated):
    body = report(validated, group_by="value_stream", rates="actual")
    streams = by_code(body)

    assert streams["commerce"]["cost"]["amount"] == "43966.95"
    assert streams["commerce"]["roi_validated_cash"] == "-0.164355"
    assert streams["discovery"]["cost"]["amount"] == "46884.13"
    assert streams["discovery"]["roi_validated_cash"] == "-0.738783"
    assert streams["unassigned"]["cost"]["amount"] == "3988.03"
    assert body["total"]["cost"]["amount"] == "99482.03"
    assert body["total"]["roi_validated_cash"] == "-0.507573"
    assert sum(Decimal(row["cost"]["amount"]) for row in body["results"]) == Decimal("99482.03")
    organisation = report(validated, group_by="organisation", rates="actual")
    assert by_code(organisation)["organisation"]["cost"]["amount"] == "99482.03"


def test_a_leader_reads_standard_rates_and_no_pay(validated, api, leader):
    body = report(api(leader), group_by="team")
    refused = api(leader).get(f"/api/v1/reports/roi/?{SPAN}&rates=actual")

    assert body["filters"]["rates"] == "standard"
    assert body["total"]["cost"]["amount"] == "17891.12"
    # Only the contractor has a price at standard rates: 5,070 of 69,966 minutes.
    assert body["total"]["priced_hours_coverage"] == "0.072464"
    assert refused.status_code == 403


def test_before_anybody_validates_the_benefit_waits_and_roi_is_null(golden):
    body = report(golden, group_by="organisation", rates="actual")

    assert body["total"]["benefit_validated_cash"]["amount"] == "0.00"
    assert body["total"]["benefit_claimed"]["amount"] == "48987.66"
    assert (body["total"]["roi_validated_cash"], body["total"]["roi_reason"]) == (None, "no_data")


def test_ordering_teams_by_a_result_is_refused_with_its_reason(golden):
    answer = golden.get("/api/v1/reports/roi/?group_by=team&ordering=-roi_validated_cash")

    assert answer.status_code == 400
    assert "own history" in answer.json()["detail"]


def test_reconciliation_closes_to_the_cent_for_everybody_and_to_payroll_for_finance(validated, api, leader):
    finance_sees = validated.get(f"/api/v1/reconciliation/?from={JULY}&through={JULY}").json()
    leader_sees = api(leader).get(f"/api/v1/reconciliation/?from={JULY}&through={JULY}").json()

    assert finance_sees["reconciles"] is True
    found = {i["name"]: i["left"]["amount"] for i in finance_sees["results"][0]["identities"]}
    assert found["standard_plus_variance_is_paid"] == "99482.03"
    assert found["rate_variance"] == "81590.91"
    assert {i["name"] for i in leader_sees["results"][0]["identities"]}.isdisjoint(
        {"rate_variance", "standard_plus_variance_is_paid"}
    )
    assert "81590.91" not in str(leader_sees)


def explained(caller, url):
    answer = caller.get(url)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def amount_of(part):
    return Decimal(part["amount"]["amount"])


def test_every_figure_opens_down_to_its_facts_and_adds_up_at_each_grain(validated):
    for group_by in ("team", "value_stream", "epic", "organisation"):
        for view in ("direct", "fully_loaded"):
            for row in report(validated, group_by=group_by, rates="actual", view=view)["results"]:
                opened = explained(validated, row["explain_url"])
                assert opened["amount"]["amount"] == row["cost"]["amount"], row
                assert sum(map(amount_of, opened["parts"])) == Decimal(row["cost"]["amount"])
                for part in opened["parts"]:
                    component = explained(validated, part["explain_url"])
                    assert component["amount"] == part["component_amount"]
                    if component["lines"]:
                        assert sum(map(amount_of, component["lines"])) == amount_of(component)
                        for line in component["lines"]:
                            for fact in line["facts"]:
                                assert validated.get(fact["url"]).status_code == 200
                    else:
                        assert component["through"], component


def test_a_benefit_opens_down_to_the_entry_that_was_claimed(validated):
    rows = by_code(report(validated, group_by="value_stream", rates="actual"))
    url = rows["commerce"]["explain_url"].replace("figure=cost", "figure=benefit_validated_cash")
    opened = explained(validated, url)

    assert opened["amount"]["amount"] == "36740.74"
    own = [p for p in opened["parts"] if p["account"] == "benefit"]
    lines = explained(validated, own[0]["explain_url"])["lines"]
    assert lines[0]["whole"] == {"amount": "61234.57", "currency": "USD"}
    assert lines[0]["facts"][0]["kind"] == "benefit-entries"


def test_a_leader_opens_labour_by_role_and_never_by_person(validated, api, leader):
    caller = api(leader)
    rows = by_code(report(caller, group_by="team"))
    opened = explained(caller, rows["checkout"]["explain_url"])

    assert all(not p["account"].startswith(("rate_variance", "variance")) for p in opened["parts"])
    for part in opened["parts"]:
        for line in explained(caller, part["explain_url"])["lines"]:
            assert line["kind"] != "person"
            assert line["label"] not in {"ana", "ben", "fay", "gus"}


ROI_HEADER = (
    "period_start,period_end,period_label,period_state,grain,window,months_in_window,group_by,group_code,group_name,"
    "parent_code,row_kind,view,rates,currency,labour,contractor,direct_other,shared_in,shared_out,cost,"
    "benefit_validated_cash,benefit_validated_avoided,benefit_validated_freed,benefit_validated_risk,benefit_claimed,"
    "net_validated_cash,roi_validated_cash,roi_reason,net_validated_all,roi_validated_all,roi_all_reason,"
    "priced_hours_coverage,benefit_measured_cost_coverage,validated_share,attributed_share,book_version,method_version,"
    "as_of,restated,stale,explain_url"
)
INVESTMENT_HEADER = (
    "period_start,period_end,period_state,value_stream_code,value_stream_name,team_code,team_name,team_type,epic_code,"
    "epic_name,work_type,effort_source,account,cost_category,pool_code,vendor,gl_account,cost_centre,basis,view,currency,"
    "amount,allocated_fte,share_of_total,book_version,explain_url"
)


def lines_of(caller, url):
    return b"".join(caller.get(url).streaming_content).decode().splitlines()


def test_the_files_have_the_columns_of_their_contracts_in_order(validated):
    roi = lines_of(validated, f"/api/v1/reports/roi/?{SPAN}&group_by=team&rates=actual&format=csv")
    investment = lines_of(validated, f"/api/v1/reports/investment/?from={JULY}&through={JULY}&format=csv")

    assert roi[0] == ROI_HEADER
    assert investment[0] == INVESTMENT_HEADER
    checkout = next(line for line in roi if ",checkout,Checkout," in line).split(",")
    assert checkout[ROI_HEADER.split(",").index("cost")] == "54958.68"


def test_a_code_that_names_nothing_is_refused_and_does_not_read_as_free(validated):
    for url, noun in (
        ("reports/roi/?group_by=team&code=serach", "team"),
        ("reports/roi/?code=comerce", "value stream"),
        ("reports/investment/?epic=faster-pai", "epic"),
    ):
        answer = validated.get(f"/api/v1/{url}")

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(f"There is no {noun} “")


def test_investment_adds_up_to_the_same_total(validated):
    body = validated.get(f"/api/v1/reports/investment/?from={JULY}&through={JULY}&rates=actual").json()

    assert body["total"]["amount"] == "99482.03"
    assert sum(map(amount_of, body["results"])) == Decimal("99482.03")
    cloud = validated.get(f"/api/v1/reports/investment/?from={JULY}&through={JULY}&view=direct").json()
    direct = [row for row in cloud["results"] if row["account"] == "direct" and row["pool_code"] == "cloud"]
    assert [(row["vendor"], row["amount"]["amount"]) for row in direct] == [("Nimbus", "6000.00")]


def test_an_unchanged_report_answers_304(validated):
    first = validated.get(f"/api/v1/reports/roi/?{SPAN}")
    again = validated.get(f"/api/v1/reports/roi/?{SPAN}", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


@pytest.mark.parametrize("report_of", ["roi/?group_by=team&window=period", "investment/?view=direct"])
def test_a_report_in_which_a_name_has_changed_is_sent_anew(validated, report_of):
    address = f"/api/v1/reports/{report_of}&from={JULY}&through={JULY}"
    first = validated.get(address)
    team = validated.get("/api/v1/teams/?code=checkout").json()["results"][0]
    assert validated.patch(f"/api/v1/teams/{team['id']}/", {"name": "Till"}).status_code == 200

    again = validated.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert "Till" in again.content.decode()


def test_who_may_not_read_benefits_opens_them_to_how_many_there_are(validated, api, planner):
    caller = api(planner)
    assert caller.get("/api/v1/benefit-entries/").status_code == 403
    rows = by_code(report(caller, group_by="value_stream"))
    opened = explained(caller, rows["commerce"]["explain_url"].replace("figure=cost", "figure=benefit_validated_cash"))

    own = [part for part in opened["parts"] if part["account"] == "benefit"]
    lines = explained(caller, own[0]["explain_url"])["lines"]

    assert [(line["label"], line["whole"], line["count"], line["facts"]) for line in lines] == [("", None, 1, [])]
    assert lines[0]["amount"] == own[0]["component_amount"]


def test_month_by_month_no_more_months_are_added_up_than_are_answered_in_time(validated, as_problem):
    address = "/api/v1/reports/roi/?from=2021-08&grain=month&through="

    assert validated.get(f"{address}2026-07").status_code == 200
    told = as_problem(validated.get(f"{address}2026-08"), 400, "invalid")
    assert told["detail"] == "Month by month, ask for at most 60 months at a time."


def test_a_refusal_says_who_may_read_instead(validated, api, leader, as_problem):
    told = as_problem(api(leader).get("/api/v1/person-rates/"), 403, "forbidden")

    assert told["detail"] == "Reading this is for auditor, finance."


@pytest.mark.parametrize(
    "row",
    ["group_by=organisation&row_kind=pools", "row_kind=unassigned", "row_kind=bench&code=checkout", "code=checkout"],
)
def test_a_row_that_no_report_has_is_not_opened_as_another(validated, as_problem, row):
    as_problem(validated.get(f"/api/v1/explain/?figure=cost&from={JULY}&through={JULY}&{row}"), 400, "invalid")
