"""Accepted work is done once, whatever dies: real workers, a real Redis, a real database."""

import os
import random
import signal
import time

import pytest

from tests.reliability.house import LEASE_SECONDS, wait_until

pytestmark = pytest.mark.skipif(
    not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")),
    reason="faults need PostgreSQL and Redis: set DATABASE_URL and REDIS_URL",
)

SEED = 20_260_331
KILLS = 25
LONGEST_REQUEST_SECONDS = 1.5


def test_twenty_five_killed_workers_lose_nothing_and_do_nothing_twice(house):
    chance = random.Random(SEED)
    house.clock()
    workers = [house.worker() for _ in range(3)]
    asker = house.asker()
    asked = []
    ask_some(asker, asked, chance, 10)
    wait_until(lambda: house.count("done") > 0, "the first worker", seconds=20)

    for _ in range(KILLS):
        ask_some(asker, asked, chance, 12)
        time.sleep(chance.uniform(0.2, 1.0))
        victim = chance.randrange(len(workers))
        workers[victim].kill()
        workers[victim] = house.worker()
    wait_until(lambda: house.count("done") == len(asked), "every job to be done", seconds=40)

    assert house.rows("SELECT count(*), count(DISTINCT job_id), sum(cents) FROM ledger") == [
        (len(asked), len(asked), sum(asked))
    ]
    assert house.rows("SELECT count(*) FROM jobs_job WHERE attempts > 1")[0][0] > 0, "no kill ever hit a running job"
    assert house.count("failed") == 0


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_hung_redis_does_not_hold_up_those_who_ask(house, warm):
    asker = house.asker()
    if warm:
        asker.ask("post_entry", cents=0, seconds=0)
    house.broker.freeze()

    seconds = [asker.ask("post_entry", cents=100, seconds=0) for _ in range(4)]

    house.broker.thaw()
    assert max(seconds) <= LONGEST_REQUEST_SECONDS, seconds
    assert house.count("queued") == 4 + warm


def test_a_killed_and_emptied_redis_loses_no_job(house):
    house.clock()
    house.worker()
    asker = house.asker()
    asker.ask("post_entry", cents=1, seconds=0)
    wait_until(lambda: house.count("done") == 1, "the worker", seconds=20)

    house.broker.kill()
    seconds = [asker.ask("post_entry", cents=10, seconds=0) for _ in range(10)]
    house.broker.start()

    wait_until(lambda: house.count("done") > 1, "the first job after Redis came back", seconds=10)
    wait_until(lambda: house.count("done") == 11, "the other jobs", seconds=10)
    assert max(seconds) <= LONGEST_REQUEST_SECONDS, seconds
    assert house.rows("SELECT count(*), sum(cents) FROM ledger") == [(11, 101)]


def test_a_worker_that_starts_finds_what_was_left_although_no_clock_runs(house):
    asker = house.asker()
    for _ in range(5):
        asker.ask("post_entry", cents=10, seconds=0)
    house.broker.kill()
    house.broker.start()

    house.worker()

    wait_until(lambda: house.count("done") == 5, "the worker to sweep at its start", seconds=20)
    assert house.rows("SELECT count(*), sum(cents) FROM ledger") == [(5, 50)]


def test_a_sweep_by_hand_wakes_an_idle_worker(house):
    house.worker()
    asker = house.asker()
    asker.ask("post_entry", cents=1, seconds=0)
    wait_until(lambda: house.count("done") == 1, "the worker", seconds=20)
    house.broker.freeze()
    asker.ask("post_entry", cents=1, seconds=0)
    house.broker.thaw()

    house.manage("sweep")

    wait_until(lambda: house.count("done") == 2, "the swept job", seconds=10)
    assert house.rows("SELECT count(*), sum(cents) FROM ledger") == [(2, 2)]


def test_a_job_that_kills_its_process_fails_after_its_attempts_and_leaves_the_others_alone(house):
    house.clock()
    house.worker()
    asker = house.asker()
    asker.ask("poison")
    for _ in range(20):
        asker.ask("post_entry", cents=10, seconds=0.05)

    wait_until(lambda: house.count("failed") == 1, "the poison to be given up", seconds=40)
    wait_until(lambda: house.count("done") == 20, "the other jobs", seconds=10)

    assert house.rows("SELECT kind, attempts, error_code FROM jobs_job WHERE state = 'failed'") == [
        ("poison", 3, "too-many-attempts")
    ]
    assert house.rows("SELECT count(*), count(DISTINCT job_id) FROM ledger") == [(20, 20)]


def test_workers_frozen_past_their_lease_write_nothing_when_they_thaw(house):
    asker = house.asker()
    frozen = house.worker(concurrency=4)
    for _ in range(4):
        asker.ask("post_entry", cents=10, seconds=1.5)
    wait_until(lambda: house.count("running") == 4, "four running jobs", seconds=20)

    frozen.send(signal.SIGSTOP)
    time.sleep(LEASE_SECONDS + 0.5)
    house.worker(concurrency=4)
    wait_until(lambda: house.count("done") == 4, "the heirs", seconds=20)
    frozen.send(signal.SIGCONT)
    wait_until(lambda: house.said().count("is no longer ours") == 4, "the zombies to notice", seconds=20)

    assert house.rows("SELECT count(*), count(DISTINCT job_id) FROM ledger") == [(4, 4)]
    assert house.rows("SELECT DISTINCT attempts FROM jobs_job") == [(2,)]


def ask_some(asker, asked, chance, number):
    for _ in range(number):
        cents = chance.randrange(1, 100_000)
        asker.ask("post_entry", cents=cents, seconds=round(chance.uniform(0.02, 0.5), 3))
        asked.append(cents)
