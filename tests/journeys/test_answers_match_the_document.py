"""What reports, books and their neighbours answer is what the OpenAPI document says, member by member."""

from itertools import product, zip_longest

import pytest
from django.utils import timezone

from finance.engine.findings import FindingCode
from finance.selectors.explain import COMPUTED, FIGURES
from finance.selectors.sums import GroupBy, RowKind
from roi_project.intake.kinds import all_kinds
from roi_project.jobs.models import Job, State
from roi_project.jobs.runner import run_due
from tests.documented import JSON, Document, open_objects
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JANUARY, JULY, ROWS
from tests.reliability.fuzz import routes

pytestmark = pytest.mark.django_db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AUGUST, NEVER = "2026-08", "2100-01-01T00:00:00Z"
SPANS = ("", f"&from={JULY}&through={JULY}", f"&from={JULY}&through={AUGUST}")


@pytest.fixture(scope="module")
def document():
    return Document(routes.document())


@pytest.fixture
def ask(document):
    """`ask(caller, "books/")`: the answer, after checking each member of it; with a body it is a POST."""

    def checked(caller, address, body=None, **headers):
        address = f"/api/v1/{address}"
        answer = caller.get(address) if body is None else caller.post(address, body, headers=headers)
        assert answer.status_code < 300, (address, answer.content)
        faults = document.faults("get" if body is None else "post", address, answer)
        assert faults == [], address
        return answer.json()

    return checked


@pytest.fixture
def callers(api, finance, leader):
    return api(finance), api(leader)


def reports():
    """Every report in every view that everybody may ask for."""
    for span, group_by, view, window, grain in product(
        SPANS[1:], GroupBy, ("direct", "fully_loaded"), ("period", "cumulative", "rolling12"), ("span", "month")
    ):
        yield f"reports/roi/?group_by={group_by}&view={view}&window={window}&grain={grain}{span}"
    for span, view in product(SPANS, ("direct", "fully_loaded")):
        yield f"reports/investment/?view={view}{span}"
    for span in SPANS:
        yield f"reports/roi/?format=json{span}"
        yield f"reconciliation/?format=json{span}"
        yield f"books/?format=json{span}"
        yield f"findings/?format=json{span}"
        yield f"reports/capacity/?format=json{span}"
        yield f"reports/team-design/?format=json{span}"
    yield "reports/promises/"
    yield "reports/promises/?group_by=value_stream"
    yield "months/"
    yield "me/"
    yield "jobs/"


def send_what_is_difficult():
    """The golden July and its August, with everything in it that a report or a finding can tell of."""
    send_golden()
    send("role-families", {"code": "designer", "name": "Designer"})
    hired = {"role": "designer", "level": "senior", "country": "US", "employed_from": JANUARY}
    send("people", *({"code": code, **hired} for code in ("hal", "ivy", "jan")))
    send_card(role="designer", level="senior", country="US")
    send("exchange-rates", {"currency": "CHF", "month": JULY, "rate": "1.10"})
    for code, currency in (("ivy", "PLN"), ("jan", "CHF")):
        pay = dollars("9000.00", currency)
        send("person-rates", {"person": code, "unit": "month", "amount": pay, "starts_on": JANUARY})
    line = ROWS["contractor-lines"][0]
    send("contractor-lines", {**line, "month": AUGUST})
    send("value-streams", {"code": "returns", "name": "Returns"})
    cost = {"incurred_on": "2026-07-04", "category": "cloud"}
    send("pools", *({"code": code, "name": code.title()} for code in ("build", "secrets", "office")))
    rule = {"driver": "usage", "starts_on": JANUARY}
    send("allocation-rules", {"pool": "build", **rule}, {"pool": "secrets", **rule})
    used = {"month": JULY, "target_kind": "pool", "quantity": "5"}
    for pool, other in (("build", "secrets"), ("secrets", "build")):
        send("driver-rows", {"pool": pool, "to_pool": other, **used})
    send(
        "cost-entries",
        {**cost, "external_id": "ci", "amount": dollars("70.00"), "pool": "build"},
        {**cost, "external_id": "fair", "amount": dollars("70.00", "GBP"), "team": "search"},
        {**cost, "external_id": "refund", "amount": dollars("-30.00"), "stream": "returns"},
    )
    send("epics", {"code": "next-pay", "name": "Next pay", "work_type": "feature"})
    promise = {"epic": "next-pay", "amount": dollars("50.00"), "benefit_class": "hard_cash"}
    send("anticipated-benefits", *({**promise, "first_month": month} for month in (JULY, "2027-01")))
    send("efforts", {"team": "search", "month": JULY, "epic": "faster-pay", "share": "0.5"})
    outcome = {name: value for name, value in ROWS["outcomes"][0].items() if name != "external_share"}
    for code in ("calm", "credit"):
        send("outcomes", {**outcome, "code": code, "name": code.title(), "kind": "experience"})
        benefit = {"month": JULY, "amount": dollars("12.00"), "benefit_class": "cost_avoidance", "outcome": code}
        send("benefit-entries", {**benefit, "external_id": f"{code}-july"})
    send("attributions", {"outcome": "credit", "stream": "returns", "share": "1"})


def review(ask, caller, *decisions):
    """Decide on every benefit, the last decision for all that are left."""
    entries = ask(caller, "benefit-entries/")["results"]
    rows = [
        {"benefit": entry["key"], "amount": entry["amount"], "decision": decision, "reason": "looked into"}
        for entry, decision in zip_longest(entries, decisions, fillvalue=decisions[-1])
    ]
    return ask(caller, "benefit-entries/review/", {"rows": rows}, **{"Idempotency-Key": "review"})


def test_no_answer_is_an_object_of_which_nobody_knows_the_members(document):
    free = {"Change.after", "Change.before", "Job.arguments", "Job.result", "JobWithLog.arguments", "JobWithLog.result"}
    found = {place for name, schema in document.components["schemas"].items() for place in open_objects(schema, name)}
    for template, methods in document.paths.items():
        for method, operation in methods.items():
            for status, told in operation["responses"].items():
                schema = told.get("content", {}).get(JSON, {}).get("schema", {})
                found |= set(open_objects(schema, f"{method} {template} {status}"))

    assert found == free


@pytest.mark.parametrize(
    "address",
    [*(f"reports/{name}/" for name in ("roi", "investment", "capacity", "changes", "promises")), "reconciliation/"],
)
def test_a_report_is_json_or_a_file(document, address):
    content = document.paths[f"/api/v1/{address}"]["get"]["responses"]["200"]["content"]

    assert content.keys() == {JSON, "text/csv", XLSX}
    assert content["text/csv"] == {"schema": {"type": "string"}}
    assert content[XLSX] == {"schema": {"type": "string", "format": "binary"}}


@pytest.mark.parametrize("known", [(), ("organisation-settings",)])
def test_before_the_first_book(ask, callers, known):
    for kind in known:
        send(kind, *ROWS[kind])

    for caller in callers:
        for address in reports():
            ask(caller, address)
        assert ask(caller, "reports/roi/")["books"] == []
        assert ask(caller, "reconciliation/")["currency"] == ""


def test_a_provisional_month_with_everything_that_is_difficult(ask, callers):
    send_what_is_difficult()
    review(ask, callers[0], "validated")
    compile_months(JULY, AUGUST)
    row_kinds, reasons = set(), set()

    for caller in callers:
        for address in reports():
            body = ask(caller, address)
            for row in [*body["results"], body["total"]] if body.get("report") == "roi" else ():
                row_kinds.add(row["row_kind"])
                reasons |= {row["roi_reason"], row["roi_all_reason"]}
        ask(caller, f"reports/roi/?code=commerce&ordering=-cost&as_of={NEVER}")
        ask(caller, f"reports/investment/?team=checkout&value_stream=commerce&epic=faster-pay&as_of={NEVER}")
        ask(caller, f"reports/capacity/?team=checkout&role=engineer&value_stream=commerce{SPANS[1]}")
        for group_by, view in product(("value_stream", "team"), ("direct", "fully_loaded")):
            ask(caller, f"reports/changes/?group_by={group_by}&view={view}{SPANS[2]}")
    keeper = callers[0]
    for group_by in GroupBy:
        ask(keeper, f"reports/roi/?group_by={group_by}&rates=actual")
    ask(keeper, "reports/investment/?rates=actual")

    assert row_kinds == set(RowKind)
    assert reasons == {"zero_cost", "negative_cost", "no_data", "window_incomplete"} | {None}


def test_findings_of_every_code(ask, callers):
    send_what_is_difficult()
    compile_months(JULY, AUGUST)

    found = [ask(caller, "findings/")["results"] for caller in callers]

    assert {row["code"] for row in found[0]} == set(FindingCode)
    assert {row["code"] for row in found[1]} == {code for code in FindingCode if not code.endswith("_of_pay")}


def test_who_looks_after_a_finding(ask, callers, document):
    send_golden()
    compile_months(JULY)
    body = {"code": "over_allocated", "person": "gus", "owner": "Bob", "due_on": "2026-09-30"}

    for method in ("put", "patch"):
        answer = getattr(callers[1], method)("/api/v1/findings/", body, format="json")
        assert document.faults(method, "/api/v1/findings/", answer) == []
    [row] = ask(callers[1], "findings/?code=over_allocated&accepted=true")["results"]

    assert row["owner"] == "Bob"


def test_a_month_on_its_way_from_facts_to_its_close(ask, callers, api, second_finance):
    keeper, other = callers[0], api(second_finance)
    for kind, rows in ROWS.items():
        ask(keeper, f"{kind}/bulk/", {"rows": rows})
    card = {"role": "engineer", "unit": "hour", "amount": dollars("80.00"), "starts_on": JANUARY}
    ask(keeper, "rate-cards/bulk/", {"rows": [card], "dry_run": True})
    ask(keeper, "rate-cards/bulk/", {"rows": [card, {**card, "role": "dancer"}], "partial": True})
    benefit = ROWS["benefit-entries"][0]
    ask(keeper, "benefit-entries/", {**benefit, "external_id": "pay-again"})

    assert review(ask, other, "rejected", "validated")["rejected"] == 1
    job = ask(keeper, "books/", {"from": JULY, "through": JULY})
    ask(keeper, f"jobs/{job['id']}/")
    run_due()
    assert ask(keeper, f"jobs/{job['id']}/")["state"] == "done"
    assert ask(keeper, f"months/{JULY}/request-close/", {}, **{"Idempotency-Key": "ask"})["state"] == "soft_closed"
    closed = ask(other, f"months/{JULY}/approve-close/", {}, **{"Idempotency-Key": "approve"})

    assert closed["state"] == "closed"
    for caller in callers:
        for address in reports():
            ask(caller, address)
    assert ask(keeper, "reports/roi/?window=period")["books"][0]["state"] == "final"


def test_rows_of_every_kind_in_a_list_alone_and_through_time(ask, callers):
    keeper = callers[0]
    send_what_is_difficult()

    for kind in all_kinds():
        for row in ask(keeper, f"{kind.name}/")["results"]:
            assert ask(keeper, f"{kind.name}/{row['id' if kind.is_master else 'key']}/") == row
            if not kind.is_master:
                assert len(ask(keeper, f"{kind.name}/{row['key']}/history/")["results"]) == 1


def test_a_job_that_is_taken_back_and_one_that_is_tried_again(ask, callers):
    keeper = callers[0]
    send_golden()
    job = ask(keeper, "books/", {"from": JULY, "through": JULY})

    assert ask(keeper, f"jobs/{job['id']}/cancel/", {})["state"] == "cancelled"
    failed = ask(keeper, "books/", {"from": JULY, "through": JULY})
    Job.objects.filter(pk=failed["id"]).update(state=State.FAILED, finished_at=timezone.now(), error="Broken.")
    assert ask(keeper, f"jobs/{failed['id']}/retry/", {})["state"] == "queued"
    assert len(ask(keeper, "jobs/")["results"]) == 2
    assert ask(keeper, f"jobs/{failed['id']}/")["log"]


def test_somebody_who_is_signed_in_has_no_token_and_no_limit(ask, api, leader):
    caller = api()
    caller.force_login(leader)

    me = ask(caller, "me/")

    assert (me["token"], me["scopes"]) == (None, None)


def test_every_figure_opened_down_to_its_facts(ask, callers):
    send_what_is_difficult()
    review(ask, callers[0], "validated")
    compile_months(JULY, AUGUST)

    for caller, rates in zip(callers, ("actual", "standard"), strict=True):
        span = f"from={JULY}&through={JULY}&rates={rates}"
        roi = ask(caller, f"reports/roi/?{span}&window=period")
        rows = [*roi["results"], roi["total"], *ask(caller, f"reports/investment/?{span}")["results"]]
        waiting = {row["explain_url"] for row in rows}
        waiting |= {f"/api/v1/explain/?{span}&figure={name}" for name in (*FIGURES, *COMPUTED)}
        opened = set()
        while waiting:
            url = waiting.pop()
            opened.add(url)
            body = ask(caller, url.removeprefix("/api/v1/"))
            inner = [*body.get("parts", ()), *body.get("through", ()), *([body] if "posting" in body else ())]
            waiting |= {part["explain_url"] for part in inner} - opened
        assert len([url for url in opened if "/components/" in url]) > 20
    nothing = ask(callers[0], "explain/?from=2020-01&through=2020-01")
    assert (nothing["amount"], nothing["reason"]) == (None, "no_data")
