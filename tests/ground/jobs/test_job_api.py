"""Looking at jobs, taking them back and trying them again over the API."""

import uuid

import pytest
from celery import current_app

from roi_project.audit.models import Change
from roi_project.jobs import runner, services
from roi_project.jobs.models import JobLog, State
from roi_project.jobs.responses import accepted
from roi_project.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: messages.append(name))
    return messages


@pytest.fixture
def planned(declare, audience, planner):
    """A job the planner asked for."""
    return services.request(audience(planner), declare("count"), {"month": "2026-03-01"})


def test_a_request_that_became_a_job_is_accepted_and_says_where_to_look(planned, api, planner):
    answer = accepted(planned)

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{planned.pk}/"
    assert answer.headers["Retry-After"] == "2"
    assert answer.data["state"] == "queued"
    assert api(planner).get(answer.headers["Location"]).status_code == 200


def test_a_waiting_job_says_when_to_look_again_and_a_done_one_its_result(planned, declare, api, planner):
    address = f"/api/v1/jobs/{planned.pk}/"

    waiting = api(planner).get(address)

    def work(lease, *, month):
        lease.log(f"{month} counted")
        lease.progress(3, 3, "all")
        return {"rows": 3}

    declare("count", work)
    runner.run_due()
    done = api(planner).get(address)

    assert (waiting.json()["state"], waiting.headers["Retry-After"]) == ("queued", "2")
    assert "Retry-After" not in done.headers
    body = done.json()
    assert (body["state"], body["result"], body["attempts"]) == ("done", {"rows": 3}, 1)
    assert body["progress"] == {"done": 3, "total": 3, "text": "all"}
    assert [line["text"] for line in body["log"]] == ["2026-03-01 counted"]
    assert body["requested_by"] == f"user:{planner.username}"
    assert not {"lease_token", "lease_until", "coalesce_key", "owner"} & set(body)


def test_only_the_latest_lines_of_a_long_log_are_shown(planned, api, planner):
    JobLog.objects.bulk_create(JobLog(job=planned, text=f"line {number}") for number in range(150))

    lines = [line["text"] for line in api(planner).get(f"/api/v1/jobs/{planned.pk}/").json()["log"]]

    assert (len(lines), lines[0], lines[-1]) == (100, "line 50", "line 149")


def test_jobs_are_listed_newest_first_by_pages_and_filtered(planned, declare, audience, api, finance):
    declare("weigh")
    for _ in range(3):
        services.request(audience(finance), "weigh", {})
    services.cancel(audience(finance), services.request(audience(finance), "weigh", {}).pk)
    client = api(finance)

    first = client.get("/api/v1/jobs/?page_size=2").json()
    rest = client.get(first["next"]).json()

    assert [job["kind"] for job in first["results"] + rest["results"]] == ["weigh"] * 4
    assert client.get("/api/v1/jobs/?kind=count").json()["results"][0]["id"] == str(planned.pk)
    assert len(client.get("/api/v1/jobs/?kind=count,weigh&state=queued").json()["results"]) == 4
    assert len(client.get("/api/v1/jobs/?state=cancelled").json()["results"]) == 1


@pytest.mark.parametrize("query", ["state=lost", "stat=queued", "page_size=0", "ordering=error"])
def test_a_mistyped_filter_is_refused(query, api, finance, as_problem):
    as_problem(api(finance).get(f"/api/v1/jobs/?{query}"), 400, "invalid")


def test_others_see_their_own_jobs_finance_and_administrators_all(
    planned, api, planner, leader, auditor, finance, administrator, as_problem
):
    address = f"/api/v1/jobs/{planned.pk}/"

    for user in (planner, finance, administrator):
        assert api(user).get(address).status_code == 200
        assert len(api(user).get("/api/v1/jobs/").json()["results"]) == 1
    for user in (leader, auditor):
        as_problem(api(user).get(address), 404, "not-found")
        assert api(user).get("/api/v1/jobs/").json()["results"] == []
    assert api().get(address).status_code == 401


def test_finance_takes_a_job_back_and_the_audit_trail_says_so(planned, api, finance, as_problem):
    answer = api(finance).post(f"/api/v1/jobs/{planned.pk}/cancel/")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    change = Change.objects.get(kind="job")
    assert (change.object_id, change.before, change.after) == (
        str(planned.pk),
        {"state": "queued"},
        {"state": "cancelled"},
    )
    assert change.actor.endswith(f"({finance.username})")
    as_problem(api(finance).post(f"/api/v1/jobs/{planned.pk}/cancel/"), 409, "job-ended")


def test_an_administrator_tries_a_failed_job_again_and_the_bell_rings(
    planned, declare, api, administrator, as_problem, rung, django_capture_on_commit_callbacks
):
    def refuse(lease, *, month):
        raise Invalid("March has no fiscal calendar.")

    declare("count", refuse)
    runner.run_due()

    with django_capture_on_commit_callbacks(execute=True):
        answer = api(administrator).post(f"/api/v1/jobs/{planned.pk}/retry/")

    assert (answer.status_code, answer.json()["state"], answer.json()["attempts"]) == (202, "queued", 0)
    assert answer.headers["Location"] == f"/api/v1/jobs/{planned.pk}/"
    assert rung == ["jobs.answer"]
    as_problem(api(administrator).post(f"/api/v1/jobs/{planned.pk}/retry/"), 409, "job-not-failed")


def test_those_who_do_not_keep_jobs_can_neither_cancel_nor_retry(planned, api, planner, leader, auditor, finance):
    for user in (planner, leader, auditor):
        for act in ("cancel", "retry"):
            assert api(user).post(f"/api/v1/jobs/{planned.pk}/{act}/").status_code == 403
    assert api(finance, scopes={"read"}).post(f"/api/v1/jobs/{planned.pk}/cancel/").status_code == 403

    planned.refresh_from_db()
    assert planned.state == State.QUEUED


def test_what_is_not_a_job_is_not_found_and_a_body_is_refused(planned, api, finance, as_problem):
    as_problem(api(finance).get(f"/api/v1/jobs/{uuid.uuid4()}/"), 404, "not-found")
    as_problem(api(finance).get("/api/v1/jobs/seven/"), 404, "not-found")
    as_problem(api(finance).post(f"/api/v1/jobs/{uuid.uuid4()}/cancel/"), 404, "not-found")
    as_problem(api(finance).post(f"/api/v1/jobs/{planned.pk}/cancel/", {"reason": "why not"}), 400, "invalid")
