"""From asking to done, failed or cancelled."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from roi_project.access.audience import SYSTEM
from roi_project.jobs import runner, services
from roi_project.jobs.models import Job, JobLog, Priority, State
from roi_project.kernel.errors import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def test_a_requested_job_is_done_once_with_its_arguments_and_keeps_its_result(declare, carol):
    seen = []
    declare("count", lambda lease, **arguments: seen.append(arguments) or {"rows": 3})

    job = services.request(carol, "count", {"month": "2026-03-01"})

    assert (job.state, job.attempts, job.requested_by) == (State.QUEUED, 0, "user:carol")
    assert runner.run_next() is True
    assert runner.run_next() is False
    job.refresh_from_db()
    assert seen == [{"month": "2026-03-01"}]
    assert (job.state, job.attempts, job.result, job.error) == (State.DONE, 1, {"rows": 3}, "")
    assert job.lease_token is None
    assert job.finished_at >= job.started_at >= job.created_at


def test_progress_and_log_are_kept(declare, carol):
    def work(lease):
        lease.progress(1, 2, "March")
        lease.log("March has 31 days")
        lease.progress(2, 2, "April")

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.progress_done, job.progress_total, job.progress_text) == (2, 2, "April")
    assert list(job.log.values_list("text", flat=True)) == ["March has 31 days"]


def test_the_urgent_goes_first_then_the_oldest(declare, carol):
    order = []
    declare("count", lambda lease, *, name: order.append(name))
    services.request(carol, "count", {"name": "first"})
    services.request(carol, "count", {"name": "low"}, priority=Priority.LOW)
    services.request(carol, "count", {"name": "second"})
    services.request(carol, "count", {"name": "urgent"}, priority=Priority.URGENT)

    runner.run_due()

    assert order == ["urgent", "first", "second", "low"]


def test_a_job_waits_until_it_is_due(declare, carol):
    job = services.request(carol, declare("count"), {}, due_at=timezone.now() + timedelta(hours=1))

    assert runner.run_next() is False
    assert services.sweep() == 0
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert services.sweep() == 1
    assert runner.run_next() is True


def test_a_job_of_a_kind_this_version_does_not_know_stays_queued_and_is_reported(declare, carol, caplog):
    job = services.request(carol, declare("count"), {})
    Job.objects.filter(pk=job.pk).update(kind="from_tomorrow")

    with caplog.at_level(logging.WARNING):
        assert services.sweep() == 0

    assert runner.run_next() is False
    assert "1 due jobs are of kinds this version does not know" in caplog.text
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_an_unforeseen_error_is_tried_again_and_then_fails_with_a_sentence(declare, carol, impatient, caplog):
    def work(lease):
        raise ValueError(f"Bob earns {1111111 + 123456}.00")

    job = services.request(carol, declare("count", work, attempts=3), {})
    while runner.run_next():
        pass

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (State.FAILED, 3, "too-many-attempts")
    assert job.error == (
        "It stopped with an error nobody foresaw (ValueError); the worker's log says where."
        " It was started 3 times (too-many-attempts)."
    )
    assert job.log.count() == 3
    assert "test_job_lifecycle.py" in caplog.text
    assert "1234567.00" not in caplog.text + job.error


def test_a_failed_attempt_waits_longer_each_time(declare, carol, settings):
    settings.JOB_RETRY_SECONDS = 100

    def work(lease):
        raise ValueError

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.QUEUED, 1)
    assert timedelta(seconds=99) < job.due_at - job.started_at < timedelta(seconds=110)


def test_a_refusal_is_not_tried_again(declare, carol):
    def work(lease):
        raise Invalid("March has no fiscal calendar.")

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 1)
    assert (job.error_code, job.error) == ("invalid", "March has no fiscal calendar.")


def test_one_failing_job_leaves_the_others_alone(declare, carol, impatient):
    def work(lease, *, poison):
        if poison:
            raise ValueError

    declare("count", work)
    for number in range(10):
        services.request(carol, "count", {"poison": number == 4})
    while runner.run_next():
        pass

    assert Job.objects.filter(state=State.DONE).count() == 9
    assert Job.objects.get(state=State.FAILED).arguments == {"poison": True}


def test_a_failed_job_is_queued_again_by_those_who_keep_jobs(declare, carol, ada, impatient):
    outcomes = iter([ValueError(), ValueError(), None])

    def work(lease):
        error = next(outcomes)
        if error:
            raise error

    job = services.request(carol, declare("count", work, attempts=2), {})
    while runner.run_next():
        pass

    again = services.retry(ada, job.pk)
    assert (again.state, again.attempts, again.error) == (State.QUEUED, 0, "")
    runner.run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)
    assert job.log.last().text == "Queued again by user:ada."


def test_only_a_failed_job_is_retried_and_only_a_living_one_cancelled(declare, carol, ada):
    job = services.request(carol, declare("count"), {})

    with pytest.raises(Conflict, match="this one is queued"):
        services.retry(ada, job.pk)
    services.cancel(ada, job.pk)
    with pytest.raises(Conflict, match="cancelled already"):
        services.cancel(ada, job.pk)
    assert runner.run_next() is False


def test_a_retry_does_not_overtake_a_newer_request_for_the_same_work(declare, carol, ada):
    def work(lease):
        raise Invalid("no")

    job = services.request(carol, declare("count", work), {}, coalesce_key="march")
    runner.run_due()
    services.request(carol, "count", {}, coalesce_key="march")

    with pytest.raises(Conflict) as refusal:
        services.retry(ada, job.pk)

    assert refusal.value.slug == "job-superseded"


def test_others_see_only_their_own_jobs_and_keep_none(declare, carol, bob, ada):
    job = services.request(carol, declare("count"), {})

    assert Job.objects.visible_to(carol).get() == job
    assert Job.objects.visible_to(ada).get() == job
    assert not Job.objects.visible_to(bob).exists()
    with pytest.raises(Forbidden):
        services.cancel(carol, job.pk)
    with pytest.raises(NotFound):
        services.cancel(bob, job.pk)


def test_the_commands_run_list_and_sweep(declare, capsys):
    services.request(SYSTEM, declare("count"), {})

    call_command("sweep")
    call_command("run_jobs")
    call_command("jobs")

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "1 due"
    assert "done       count" in printed[1]
    assert JobLog.objects.count() == 0


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("", {"state": "lost"}),
        ("leased_while_running", {"state": "running", "attempts": 1, "started_at": timezone.now()}),
        ("finished_when_ended", {"state": "cancelled"}),
        ("finished_when_ended", {"finished_at": timezone.now()}),
        ("started_before_done", {"state": "done", "finished_at": timezone.now()}),
        ("failed_says_why", {"state": "failed", "finished_at": timezone.now()}),
        ("bounded", {"attempts": 4}),
        ("progress_within_total", {"progress_done": 3, "progress_total": 2}),
    ],
)
def test_the_database_refuses_an_incoherent_row(declare, carol, rule, wrong):
    job = services.request(carol, declare("count"), {})

    with pytest.raises(IntegrityError, match=f"jobs_job_{rule}"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)
