"""Jobs in the admin: what is seen by whom, how far it is, and who takes it back."""

import pytest

from roi_project.access.selectors import audience_of
from roi_project.jobs import services
from roi_project.jobs.models import Job, JobLog, State
from roi_project.jobs.registry import kinds

pytestmark = pytest.mark.django_db

JOBS = "/admin/jobs/job/"


@pytest.fixture
def job(finance):
    return services.request(audience_of(finance), next(iter(kinds())), {"first": "2026-07", "last": "2026-07"})


def test_finance_sees_how_far_a_job_is(client, finance, job):
    Job.objects.filter(pk=job.pk).update(progress_done=3, progress_total=18, progress_text="2025-03 compiled")
    JobLog.objects.create(job=job, text="Read 3 months.")
    client.force_login(finance)

    listed = client.get(JOBS).content.decode()
    opened = client.get(f"{JOBS}{job.pk}/change/").content.decode()

    assert f'data-job="/api/v1/jobs/{job.pk}/" data-state="queued"' in listed
    assert '<progress value="3" max="18">' in listed
    assert "2025-03 compiled" in listed
    assert "first 2026-07, last 2026-07" in listed
    assert "console/jobs.js" in listed
    assert "Read 3 months." in opened


def test_the_page_that_asks_again_may_ask(client, finance, job):
    client.force_login(finance)

    answer = client.get(f"/api/v1/jobs/{job.pk}/", headers={"Accept": "application/json"})

    assert answer.json()["progress"] == {"done": 0, "total": 0, "text": ""}


def test_others_see_their_own_jobs_only(client, leader, job):
    client.force_login(leader)

    assert str(job.pk) not in client.get(JOBS).content.decode()
    assert client.get(f"{JOBS}{job.pk}/change/").status_code == 302


def test_finance_takes_jobs_back_and_tries_them_again(client, finance, job):
    client.force_login(finance)

    client.post(JOBS, {"action": "cancel", "_selected_action": [str(job.pk)]})
    again = client.post(JOBS, {"action": "retry", "_selected_action": [str(job.pk)]}, follow=True)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert "Only a failed job can be retried" in again.content.decode()


def test_a_failed_job_is_queued_again(client, administrator, job):
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="It broke.", finished_at=job.created_at)
    client.force_login(administrator)

    client.post(JOBS, {"action": "retry", "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_jobs_are_not_made_or_edited_by_hand(client, finance, job):
    client.force_login(finance)

    assert client.get(f"{JOBS}add/").status_code == 403
    assert client.post(f"{JOBS}{job.pk}/change/", {"kind": "other"}).status_code == 403
