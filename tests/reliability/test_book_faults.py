"""Books are compiled whole and once, whatever dies while they are: real workers, a real Redis, a real database."""

import os
import random
import signal
import time

import pytest

from tests.reliability.books_house import FIRST, LAST, MONTHS
from tests.reliability.house import LEASE_SECONDS, wait_until

pytestmark = pytest.mark.skipif(
    not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")),
    reason="faults need PostgreSQL and Redis: set DATABASE_URL and REDIS_URL",
)

SEED = 20_261_122
KILLS = 25
LONGEST_REQUEST_SECONDS = 1.5
AT_WORK = "SELECT id FROM jobs_job WHERE state = 'running' AND started_at < clock_timestamp() - interval '{}'"
READING, WRITING = AT_WORK.format("10 ms"), AT_WORK.format("300 ms")
"""Reading and computing a month takes a fraction of a second here; writing is slowed down."""


def test_books_come_through_killed_workers_an_emptied_redis_and_a_poison_job(books_house):
    house, chance = books_house, random.Random(SEED)
    house.slow()
    house.serve()
    house.clock()
    for _ in range(3):
        house.named_worker()
    house.asker().ask("poison")

    for kill in range(KILLS):
        month = chance.randrange(len(MONTHS))
        house.spend(MONTHS[month], chance.randrange(1, 1_000_000))
        house.ask_for_books(MONTHS[month], MONTHS[min(month + chance.randrange(6), len(MONTHS) - 1)])
        if kill == KILLS // 2:
            house.broker.kill()
            house.broker.start()
        victim = house.busy_worker()
        time.sleep(chance.uniform(0, 1.0))  # at any step: reading, computing, between rows, just before the end
        house.workers[victim].kill()
        house.named_worker()
    house.ask_for_books()
    wait_until(lambda: house.unfinished() == 0, "every book that was asked for", seconds=60)
    wait_until(lambda: house.count("failed") == 1, "the poison to be given up", seconds=30)

    failed = house.rows("SELECT kind, error_code FROM jobs_job WHERE state = 'failed'")
    assert failed == [("poison", "too-many-attempts")]
    hit = house.rows("SELECT sum(attempts - 1) FROM jobs_job WHERE kind = 'compile_books'")[0][0]
    assert hit > KILLS // 5, "hardly a kill ever hit a worker that compiled"
    house.check_books()


def test_books_are_asked_for_while_redis_hangs(books_house):
    house = books_house
    spans = [(FIRST, LAST), (MONTHS[3], MONTHS[7]), (LAST, LAST)]

    cold = []
    for span in spans:  # each time by a process that never reached Redis; a busy machine may slow one of them down
        web = house.serve()
        house.broker.freeze()
        cold.append(house.ask_for_books(*span))
        house.broker.thaw()
        web.kill()
    house.serve()
    house.ask_for_books(FIRST, FIRST)
    house.broker.freeze()
    warm = [house.ask_for_books(*span) for span in ((FIRST, MONTHS[2]), (MONTHS[9], MONTHS[20]))]

    assert min(cold) <= LONGEST_REQUEST_SECONDS, cold
    assert min(warm) <= LONGEST_REQUEST_SECONDS, warm
    assert house.count("queued") == 6
    house.broker.thaw()
    house.worker(concurrency=1)
    wait_until(lambda: house.unfinished() == 0, "the worker to find them", seconds=40)
    house.check_books()


def test_a_worker_paused_past_its_lease_writes_no_second_book(books_house):
    house = books_house
    house.slow()
    house.serve()
    paused = house.worker(concurrency=1)

    pause(house, paused, writing=False)
    time.sleep(LEASE_SECONDS + 0.5)
    heir = house.worker(concurrency=1)
    wait_until(lambda: house.unfinished() == 0, "the heir", seconds=30)
    paused.send(signal.SIGCONT)
    wait_until(lambda: "is no longer ours" in house.said(), "the paused worker to notice", seconds=30)
    heir.kill()

    pause(house, paused, writing=True)
    time.sleep(LEASE_SECONDS + 0.5)
    house.worker(concurrency=1)  # the row of the job is locked by who is paused, so that nobody else gets it
    paused.send(signal.SIGCONT)
    wait_until(lambda: house.unfinished() == 0, "somebody to finish", seconds=30)

    house.check_books()


def pause(house, worker, *, writing):
    """Stop the worker while it computes or while it writes: while its job's row is free, or locked."""
    at_work = WRITING if writing else READING
    for attempt in range(4_000):
        if not house.rows(at_work):
            if not house.unfinished():
                house.spend(MONTHS[attempt % len(MONTHS)], 100 + attempt)
                house.ask_for_books()
            time.sleep(0.005)
            continue
        worker.send(signal.SIGSTOP)
        time.sleep(0.02)
        if house.rows(at_work) and bool(house.rows(f"{at_work} FOR UPDATE SKIP LOCKED")) != writing:
            return
        worker.send(signal.SIGCONT)
        time.sleep(0.03)
    raise AssertionError("The worker was never caught at it.")
