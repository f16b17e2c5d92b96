"""Costs, rates and benefits over HTTP: who may see what, and who may approve it."""

import json

import pytest

from finance.models import BenefitReview, PersonRate
from finance.selectors import benefits as selector
from roi_project.access.audience import Group
from roi_project.intake.kinds import kind_named
from teams.models import OrganisationSettings

API = "/api/v1"
OPEN = [
    "exchange-rates",
    "cost-categories",
    "rate-cards",
    "pools",
    "allocation-rules",
    "allocation-shares",
    "driver-rows",
    "valuations",
    "benefit-entries",
]
CONFIDENTIAL = ["person-rates", "contractor-lines", "cost-entries"]
EUROS = {"amount": "100.00", "currency": "EUR"}
BENEFIT = {"external_id": "b-1", "month": "2026-06", "amount": EUROS, "benefit_class": "hard_cash"}


def listed(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def review(client, *rows, key="review-1"):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{API}/benefit-entries/review/", {"rows": list(rows)}, headers=headers)


@pytest.fixture
def claimed(api, finance):
    """The key of a benefit that ada wrote."""
    answer = api(finance).post(f"{API}/benefit-entries/", BENEFIT)
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["relaxed"]) == ("claimed", False)
    return answer.json()["key"]


@pytest.mark.parametrize("kind", [*OPEN, *CONFIDENTIAL])
def test_every_list_opens_for_finance_and_audit_and_refuses_a_mistyped_filter(api, finance, auditor, as_problem, kind):
    for user in (finance, auditor):
        assert listed(api(user), f"{kind}/") == []
    as_problem(api(finance).get(f"{API}/{kind}/?teem=payments"), 400, "invalid")


@pytest.mark.parametrize("kind", CONFIDENTIAL)
@pytest.mark.parametrize("who", ["leader", "planner", "administrator"])
def test_pay_and_single_costs_are_for_finance_and_audit_alone(api, request, as_problem, kind, who):
    client = api(request.getfixturevalue(who))

    as_problem(client.get(f"{API}/{kind}/"), 403, "forbidden")
    as_problem(client.get(f"{API}/{kind}/?search=erin"), 403, "forbidden")
    as_problem(client.post(f"{API}/{kind}/bulk/", {"rows": []}), 403, "forbidden")


@pytest.mark.parametrize("who", ["leader", "planner", "administrator"])
def test_a_salary_is_nowhere_in_what_others_can_read(api, request, finance, erin, who):
    pay = {"amount": "98765.43", "currency": "EUR"}
    row = {"person": "erin", "unit": "year", "amount": pay, "starts_on": "2026-01-01"}
    answer = api(finance).post(f"{API}/person-rates/", row, headers={"Idempotency-Key": "pay"})
    assert answer.status_code == 201, answer.content
    key = answer.json()["key"]
    client = api(request.getfixturevalue(who))

    for path in ("person-rates/", f"person-rates/{key}/", f"person-rates/{key}/history/"):
        assert client.get(f"{API}/{path}").status_code == 403
    for path in ("people/", "rate-cards/", "assignments/", "teams/", "person-terms/", "audit/"):
        assert "98765" not in client.get(f"{API}/{path}").content.decode()
    assert client.patch(f"{API}/person-rates/{key}/", {"unit": "month"}).status_code == 403
    assert client.delete(f"{API}/person-rates/{key}/").status_code == 403
    assert PersonRate.current.get().unit == "year"


def test_the_auditor_reads_pay_and_writes_nothing(api, auditor, erin, as_problem):
    row = {"person": "erin", "unit": "year", "amount": EUROS, "starts_on": "2026-01-01"}

    assert listed(api(auditor), "person-rates/") == []
    answer = api(auditor).post(f"{API}/person-rates/", row, headers={"Idempotency-Key": "x"})
    as_problem(answer, 403, "forbidden")


def test_a_cost_without_an_external_id_needs_a_key_of_its_request(api, finance, payments, licences, as_problem):
    client = api(finance)
    row = {"incurred_on": "2026-06-14", "amount": EUROS, "category": "licences", "team": "payments"}

    as_problem(client.post(f"{API}/cost-entries/", row), 400, "idempotency-key-required")
    first = client.post(f"{API}/cost-entries/", row, headers={"Idempotency-Key": "invoice-7"})
    again = client.post(f"{API}/cost-entries/", row, headers={"Idempotency-Key": "invoice-7"})

    assert (first.status_code, first.json()["amount"]) == (201, EUROS)
    assert again.json() == first.json()
    assert len(listed(client, "cost-entries/?category=licences&since=2026-06-14&until=2026-06-15")) == 1


def test_a_second_person_empties_the_queue(api, second_finance, claimed):
    grace = api(second_finance)
    (waiting,) = listed(grace, "benefit-entries/?state=claimed&from=2026-06&through=2026-06")
    assert waiting["key"] == claimed

    answer = review(grace, {"benefit": claimed, "decision": "validated", "amount": waiting["amount"]})

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["validated"], body["rejected"], body["relaxed"]) == (1, 0, 0)
    (row,) = body["rows"]
    assert (row["benefit"], row["author"], row["reviewer"], row["amount"]) == (claimed, "ada", "grace", EUROS)
    assert listed(grace, "benefit-entries/?state=claimed") == []
    assert listed(grace, "benefit-entries/?state=validated")[0]["state"] == "validated"
    assert grace.get(f"{API}/benefit-entries/{claimed}/").json()["state"] == "validated"


def test_the_author_does_not_approve_signed_in_or_by_token(api, client, finance, claimed, as_problem):
    row = {"benefit": claimed, "decision": "validated", "amount": EUROS}
    as_problem(review(api(finance), row), 403, "four-eyes")

    client.force_login(finance)
    answer = client.post(
        f"{API}/benefit-entries/review/",
        json.dumps({"rows": [row]}),
        content_type="application/json",
        headers={"Idempotency-Key": "signed-in"},
    )

    as_problem(answer, 403, "four-eyes")
    assert not BenefitReview.objects.exists()


def test_an_organisation_of_one_controller_says_so_and_it_shows(api, finance, claimed):
    OrganisationSettings.objects.create(
        external_id="1", recorded_by="user:eve", starts_on="2020-01-01", single_controller=True
    )
    client = api(finance)

    answer = review(client, {"benefit": claimed, "decision": "validated", "amount": EUROS})

    assert (answer.status_code, answer.json()["relaxed"]) == (200, 1)
    assert client.get(f"{API}/benefit-entries/{claimed}/").json()["relaxed"] is True


def test_what_changed_since_it_was_read_is_a_conflict(api, finance, second_finance, claimed, as_problem):
    api(finance).patch(f"{API}/benefit-entries/{claimed}/", {"amount": {"amount": "900.00", "currency": "EUR"}})

    answer = review(api(second_finance), {"benefit": claimed, "decision": "validated", "amount": EUROS})

    body = as_problem(answer, 409, "changed-since-submit")
    assert body["errors"][0]["pointer"] == "/rows/0/amount"


def test_a_review_has_one_effect_however_often_it_is_sent(api, second_finance, claimed, as_problem):
    grace = api(second_finance)
    row = {"benefit": claimed, "decision": "validated", "amount": EUROS}

    as_problem(review(grace, row, key=None), 400, "idempotency-key-required")
    first, again = review(grace, row), review(grace, row)

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert BenefitReview.objects.count() == 1
    as_problem(review(grace, {**row, "decision": "rejected", "reason": "x"}), 422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"decision": "perhaps"}, "/rows/0/decision"),
        ({"decision": None}, "/rows/0/decision"),
        ({"amount": {"amount": 1e2, "currency": "EUR"}, "benefit": "7"}, "/rows/0/benefit"),
        ({"amount": {"amount": "1.001", "currency": "EUR"}}, "/rows/0/amount"),
        ({"month": "2026-06"}, "/rows/0/month"),
        ({"valuation": "5f0c4b7e-6b0c-4a55-9f0e-0d6d0a1f6a11"}, "/rows/0/benefit"),
        ({"reviewer": "grace"}, "/rows/0/reviewer"),
        ({"relaxed": True}, "/rows/0/relaxed"),
        ({"decision": "rejected"}, "/rows/0/reason"),
    ],
)
def test_a_review_is_read_strictly(api, second_finance, claimed, as_problem, wrong, pointer):
    row = {"benefit": claimed, "decision": "validated", "amount": EUROS} | wrong

    body = as_problem(review(api(second_finance), row), 400, "invalid")

    assert body["errors"][0]["pointer"] == pointer
    assert not BenefitReview.objects.exists()


@pytest.mark.parametrize("body", [[], {}, {"rows": []}, {"rows": [1]}, {"rows": 1}, {"rows": [{}], "partial": True}])
def test_a_body_that_is_no_review_is_refused(api, second_finance, as_problem, body):
    answer = api(second_finance).post(f"{API}/benefit-entries/review/", body, headers={"Idempotency-Key": "k"})

    as_problem(answer, 400, "invalid")


@pytest.mark.parametrize("who", ["leader", "auditor", "planner", "administrator"])
def test_only_finance_reviews(api, request, claimed, as_problem, who):
    row = {"benefit": claimed, "decision": "validated", "amount": EUROS}

    as_problem(review(api(request.getfixturevalue(who)), row), 403, "forbidden")


def test_a_leader_sees_what_waits_and_cannot_change_it(api, leader, claimed, as_problem):
    client = api(leader)

    assert [row["state"] for row in listed(client, "benefit-entries/")] == ["claimed"]
    as_problem(client.patch(f"{API}/benefit-entries/{claimed}/", {"note": "mine"}), 403, "forbidden")


def test_who_may_read_benefits_is_the_same_for_doors_and_selectors():
    assert kind_named("benefit-entries").read == selector.READERS
    assert Group.PLANNER not in selector.READERS
