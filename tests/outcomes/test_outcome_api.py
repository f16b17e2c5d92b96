"""Metrics, epics and outcomes over HTTP."""

import pytest

API = "/api/v1"
ALL = [
    "metrics",
    "epics",
    "epic-teams",
    "epic-stream-shares",
    "efforts",
    "outcomes",
    "attributions",
    "observations",
]


def listed(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize("kind", ALL)
def test_every_list_opens_and_refuses_a_mistyped_filter(api, planner, as_problem, kind):
    client = api(planner)

    assert listed(client, f"{kind}/") == []
    as_problem(client.get(f"{API}/{kind}/?epik=checkout"), 400, "invalid")


@pytest.mark.parametrize("kind", ALL)
def test_administrators_keep_the_service_and_do_not_read_its_figures(api, administrator, as_problem, kind):
    as_problem(api(administrator).get(f"{API}/{kind}/"), 403, "forbidden")


def test_a_tool_sends_observations_and_corrects_one(api, planner, orders):
    client = api(planner)
    rows = [
        {"metric": "orders", "observed_on": "2026-06-01", "value": "10.5"},
        {"metric": "orders", "observed_on": "2026-06-02", "value": 3},
    ]
    answer = client.post(f"{API}/observations/bulk/", {"rows": rows})
    assert (answer.status_code, answer.json()["created"]) == (200, 2)
    key = answer.json()["results"][0]["key"]

    answer = client.patch(f"{API}/observations/{key}/", {"value": "11"})

    assert (answer.status_code, answer.json()["value"]) == (200, "11")
    assert orders.months.get().total == 14
    assert [row["value"] for row in listed(client, "observations/?since=2026-06-02&until=2026-06-03")] == ["3"]
    history = client.get(f"{API}/observations/{key}/history/").json()["results"]
    assert [version["value"] for version in history] == ["11", "10.5"]


def test_months_are_asked_for_with_both_ends_inside(api, planner, payments):
    client = api(planner)
    for month in ("2026-04", "2026-05", "2026-06"):
        row = {"team": "payments", "month": month, "work_type": "run", "share": "1"}
        assert client.post(f"{API}/efforts/", row).status_code == 201

    found = listed(client, "efforts/?from=2026-04&through=2026-05&team=payments")

    assert [row["month"] for row in found] == ["2026-04", "2026-05"]


def test_an_outcome_can_be_sent_back_as_it_was_answered(api, leader, faster):
    client = api(leader)
    (outcome,) = listed(client, "outcomes/?epic=checkout&kind=experience")
    assert (outcome["baseline"], outcome["external_share"], outcome["metric"]["code"]) == ("100", None, "orders")

    sent = {name: value for name, value in outcome.items() if name not in ("id", "updated_at")}
    answer = client.post(f"{API}/outcomes/bulk/", {"rows": [sent]})

    assert (answer.status_code, answer.json()["unchanged"]) == (200, 1)


def test_more_than_the_whole_of_an_outcome_is_a_conflict(api, leader, faster, payments, as_problem):
    client = api(leader)
    row = {"outcome": "faster", "team": "payments", "share": "0.7"}
    assert client.post(f"{API}/attributions/", row).status_code == 201

    body = as_problem(client.post(f"{API}/attributions/", {**row, "epic": "checkout"}), 409, "conflict")

    assert body["detail"].startswith("The shares of outcome faster sum to 1.4")
    assert len(listed(client, "attributions/?outcome=faster")) == 1
