"""Asking twice for the same work makes one job, unless the first may have read older input."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from roi_project.jobs import runner, services
from roi_project.jobs.models import Job, Priority, State


@pytest.mark.django_db
def test_asking_again_joins_the_job_that_waits(declare, carol, bob):
    declare("count")

    first = services.request(carol, "count", {}, coalesce_key="march")
    second = services.request(bob, "count", {}, coalesce_key="march")
    other = services.request(bob, "count", {}, coalesce_key="april")
    loose = [services.request(bob, "count", {}) for _ in range(2)]

    assert second.pk == first.pk
    assert len({first.pk, other.pk, *(job.pk for job in loose)}) == 4


@pytest.mark.django_db
def test_the_keenest_caller_decides_when_and_how_urgent(declare, carol, bob):
    later = timezone.now() + timedelta(hours=1)
    patient = services.request(carol, declare("count"), {}, coalesce_key="march", due_at=later, priority=Priority.LOW)
    assert runner.run_next() is False

    joined = services.request(bob, "count", {}, coalesce_key="march")

    assert (joined.pk, joined.priority) == (patient.pk, Priority.NORMAL)
    assert services.request(carol, "count", {}, coalesce_key="march", due_at=later).due_at == joined.due_at
    assert runner.run_next() is True


@pytest.mark.django_db
def test_a_running_job_is_joined_only_when_asked_and_its_successor_waits_for_it(declare, carol):
    started = []

    def work(lease):
        started.append(lease.job_id)
        if len(started) == 1:
            joined = services.request(carol, "count", {}, coalesce_key="march", join_running=True)
            newer = services.request(carol, "count", {}, coalesce_key="march")
            assert joined.pk == lease.job_id
            assert newer.pk != lease.job_id
            assert services.claim(["count"]) is None, "two jobs for the same work never run at once"
            behind = services.request(carol, "count", {}, coalesce_key="april")
            _, lease_of_other_work = services.claim(["count"])
            assert lease_of_other_work.job_id == behind.pk
            with transaction.atomic():
                lease_of_other_work.finish()

    services.request(carol, declare("count", work), {}, coalesce_key="march")
    runner.run_due()

    assert len(set(started)) == 2
    assert Job.objects.filter(state=State.DONE).count() == 3


@pytest.mark.django_db
def test_a_failed_attempt_waits_beside_a_newer_request_and_both_are_done(declare, carol, impatient):
    attempts = []

    def work(lease):
        attempts.append(lease.job_id)
        if len(attempts) == 1:
            services.request(carol, "count", {}, coalesce_key="march")
            raise ValueError

    services.request(carol, declare("count", work), {}, coalesce_key="march")
    runner.run_due()

    assert Job.objects.filter(state=State.DONE).count() == 2
    assert len(attempts) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="an in-memory SQLite has no concurrent writers")
def test_of_fifty_threads_that_ask_at_once_all_get_one_job(declare, carol):
    declare("count")
    gate, got = threading.Barrier(50), []

    def ask():
        gate.wait()
        try:
            got.append(services.request(carol, "count", {}, coalesce_key="march").pk)
        finally:
            connection.close()

    in_threads(ask, 50)

    assert len(got) == 50
    assert len(set(got)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="an in-memory SQLite has no concurrent writers")
def test_eight_workers_take_each_job_once_and_never_the_same_work_twice_at_a_time(declare, carol):
    lock, running, done, clashes = threading.Lock(), set(), [], []

    def work(lease, *, key):
        with lock:
            clashes.extend([key] if key in running else [])
            running.add(key)
        with lock:
            running.discard(key)
            done.append(lease.job_id)

    declare("count", work)
    for number in range(60):
        services.request(carol, "count", {"key": f"key {number % 3}" if number % 2 else str(number)})
        services.request(carol, "count", {"key": f"key {number % 3}"}, coalesce_key=f"key {number % 3}")

    def drain():
        try:
            while runner.run_next():
                pass
        finally:
            connection.close()

    in_threads(drain, 8)
    while runner.run_next():
        pass

    assert len(done) == len(set(done)) == Job.objects.filter(state=State.DONE).count() == 63
    assert Job.objects.exclude(state=State.DONE).count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="an in-memory SQLite has no concurrent writers")
def test_a_joined_job_does_not_start_before_its_caller_has_saved(declare, carol):
    services.request(carol, declare("count"), {}, coalesce_key="march")
    seen = []

    def look():
        seen.append(runner.run_next())
        connection.close()

    with transaction.atomic():
        services.request(carol, "count", {}, coalesce_key="march")
        in_threads(look, 1)
    in_threads(look, 1)

    assert seen == [False, True]


def in_threads(work, count):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
