"""Who lost the lease writes nothing; who keeps it may take long."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from roi_project.jobs import runner, services
from roi_project.jobs.lease import LostLease
from roi_project.jobs.models import Job, JobLog, State

ROOT = Path(__file__).resolve().parents[3]


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


@transaction.atomic
def after_writing(job, text, end):
    JobLog.objects.create(job=job, text=text)
    end()


@pytest.mark.django_db
def test_a_zombie_writes_nothing(declare, carol):
    job = services.request(carol, declare("count"), {})
    _, zombie = services.claim(["count"])
    expire(job)
    assert services.sweep() == 1
    _, heir = services.claim(["count"])

    for write in (zombie.fence, zombie.finish):
        with pytest.raises(LostLease):
            after_writing(job, "written by the zombie", write)
    zombie.log("a last word")
    zombie.flush()
    with transaction.atomic():
        JobLog.objects.create(job=job, text="written by the heir")
        heir.finish({"rows": 1})

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (State.DONE, 2, {"rows": 1})
    assert "zombie" not in str(list(job.log.values_list("text", flat=True)))
    assert job.log.filter(text="written by the heir").count() == 1


@pytest.mark.django_db
def test_a_worker_whose_clock_jumps_loses_no_lease_and_takes_none(declare, carol):
    tomorrow = timezone.now() + timedelta(days=1)
    services.request(carol, declare("count"), {})
    services.request(carol, "count", {}, due_at=tomorrow)

    with time_machine.travel(tomorrow + timedelta(hours=1)):
        _, lease = services.claim(["count"])
        assert services.claim(["count"]) is None
        assert services.sweep() == 0
    assert services.sweep() == 0

    assert lease.held().get().lease_until < tomorrow


@pytest.mark.django_db
def test_results_and_done_are_one_transaction(declare, carol, impatient):
    attempts = []

    def work(lease):
        attempts.append(1)
        with transaction.atomic():
            JobLog.objects.create(job_id=lease.job_id, text="a result")
            lease.finish({"attempt": len(attempts)})
            if len(attempts) == 1:
                raise ValueError

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"attempt": 2})
    assert job.log.filter(text="a result").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_only_used_inside_a_transaction(declare, carol):
    services.request(carol, declare("count"), {})
    _, lease = services.claim(["count"])

    for use in (lease.fence, lease.finish):
        with pytest.raises(transaction.TransactionManagementError):
            use()


@pytest.mark.django_db
def test_a_cancelled_job_loses_its_lease(declare, carol, ada):
    def work(lease):
        services.cancel(ada, lease.job_id)
        lease.log("still here")

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.result) == (State.CANCELLED, None)
    assert list(job.log.values_list("text", flat=True)) == ["Cancelled by user:ada."]


@pytest.mark.django_db
def test_a_job_whose_worker_dies_every_time_fails_after_its_attempts(declare, carol):
    job = services.request(carol, declare("count", attempts=2), {})
    services.claim(["count"])
    assert services.sweep() == 0, "its worker lives"

    expire(job)
    assert services.sweep() == 1
    services.claim(["count"])
    expire(job)
    assert services.sweep() == 0

    job.refresh_from_db()
    assert (job.state, job.error_code) == (State.FAILED, "too-many-attempts")
    assert job.error == "Its worker stopped before it was done. It was started 2 times (too-many-attempts)."


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="no heart beats for a database in memory")
def test_the_heartbeat_carries_a_long_job_over_many_leases_in_one_attempt(declare, carol, settings):
    settings.JOB_LEASE_SECONDS = 0.6
    seen = []

    def work(lease):
        lease.progress(1, 3, "still at it")
        for _ in range(5):
            time.sleep(0.4)
            seen.append(services.sweep())
        seen.append(Job.objects.get().progress_text)

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)
    assert seen == [0, 0, 0, 0, 0, "still at it"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="no heart beats for a database in memory")
def test_a_job_over_its_deadline_fails_while_it_still_runs(declare, carol, settings):
    settings.JOB_LEASE_SECONDS = 0.6

    def work(lease):
        time.sleep(1.6)
        assert Job.objects.get().state == State.FAILED
        with transaction.atomic():
            JobLog.objects.create(job_id=lease.job_id, text="too late")
            lease.finish()

    job = services.request(carol, declare("count", work, deadline=1), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (State.FAILED, 1, "took-too-long")
    assert job.error == "It took longer than 1 seconds and was given up."
    assert job.log.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="no heart beats for a database in memory")
def test_results_that_hold_the_row_longer_than_the_lease_are_still_written_once(declare, carol, settings):
    settings.JOB_LEASE_SECONDS = 0.6

    def work(lease):
        with transaction.atomic():
            lease.fence()
            time.sleep(1.5)
            lease.finish({"rows": 1})

    job = services.request(carol, declare("count", work), {})
    runner.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (State.DONE, 1, {"rows": 1})


def test_the_heart_beats_on_a_sqlite_file_too(tmp_path):
    script = tmp_path / "long_job.py"
    script.write_text(LONG_JOB_ON_A_FILE)
    surroundings = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}

    done = subprocess.run(
        [sys.executable, script],
        cwd=ROOT,
        env=surroundings
        | {
            "SQLITE_PATH": str(tmp_path / "jobs.sqlite3"),
            "BELL_DIR": str(tmp_path / "bell"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "roi_project.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == "done 1 swept 0 progress half\nfailed took-too-long\n", done.stderr


LONG_JOB_ON_A_FILE = """
import time
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from roi_project.access.audience import SYSTEM
from roi_project.jobs import runner, services
from roi_project.jobs.models import Job
from roi_project.jobs.registry import job

settings.JOB_LEASE_SECONDS = 0.6
seen = {}

@job("long", deadline=30)
def long(lease):
    lease.progress(1, 2, "half")
    time.sleep(1.5)
    seen["swept"] = services.sweep()
    seen["progress"] = Job.objects.get().progress_text

@job("endless", deadline=1)
def endless(lease):
    for _ in range(40):
        time.sleep(0.1)
        lease.progress(1)

call_command("migrate", "jobs", verbosity=0, skip_checks=True)
for kind in ("long", "endless"):
    row = services.request(SYSTEM, kind, {})
    runner.run_due()
    row.refresh_from_db()
    if kind == "long":
        print(row.state, row.attempts, "swept", seen["swept"], "progress", seen["progress"])
        row.delete()
print(row.state, row.error_code)
"""
