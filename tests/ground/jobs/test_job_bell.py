"""A bell that cannot be rung never fails or delays what was saved."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from celery import current_app
from django.db import transaction
from kombu import Connection

from roi_project.jobs import ring, tasks

ROOT = Path(__file__).resolve().parents[3]
LONGEST_SECONDS = 1.5

RING_AND_TIME = """
import time
import django
django.setup()
from roi_project.jobs import ring

for _ in range(4):
    began = time.monotonic()
    ring()
    print(time.monotonic() - began)
"""

ASK_AND_WAIT = """
import time
import django
django.setup()
from roi_project.access.audience import SYSTEM
from roi_project.jobs import ring, services

job = services.request(SYSTEM, "greet", {})
ring()
for _ in range(300):
    job.refresh_from_db()
    if job.ended:
        break
    time.sleep(0.1)
print(job.state, job.result)
"""


@pytest.fixture
def rung(monkeypatch):
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: messages.append((name, options)))
    return messages


@pytest.mark.django_db(transaction=True)
def test_the_bell_carries_nothing_and_rings_after_the_commit(rung):
    with transaction.atomic():
        ring()
        assert rung == []

    assert rung == [("jobs.answer", {"retry": False, "ignore_result": True})]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_saved_is_not_rung_for(rung):
    with transaction.atomic():
        ring()
        transaction.set_rollback(True)

    assert rung == []


@pytest.mark.django_db(transaction=True)
def test_whatever_the_broker_raises_is_a_warning(monkeypatch, caplog):
    def away(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(current_app, "send_task", away)

    ring()

    assert "the next sweep finds the job" in caplog.text


@pytest.mark.parametrize("accepts", [False, True], ids=["refuses", "hangs"])
def test_a_redis_that_is_away_costs_no_more_than_a_moment(tmp_path, accepts):
    with closing(socket.socket()) as broker:
        broker.bind(("127.0.0.1", 0))
        if accepts:
            broker.listen()

        seconds = ring_elsewhere(tmp_path, REDIS_URL=f"redis://127.0.0.1:{broker.getsockname()[1]}/0")

    assert len(seconds) == 4
    assert max(seconds) < LONGEST_SECONDS, seconds


def test_a_bell_folder_rings_and_may_be_gone(tmp_path):
    folder = tmp_path / "bell"
    remove_it = "from roi_project.settings import BELL_DIR; BELL_DIR.rmdir()"

    assert max(ring_elsewhere(tmp_path)) < LONGEST_SECONDS
    assert len(list(folder.glob("*.msg"))) == 4

    shutil.rmtree(folder)
    assert max(ring_elsewhere(tmp_path, script=remove_it + RING_AND_TIME)) < LONGEST_SECONDS
    assert not folder.exists()


def test_a_worker_on_sqlite_and_a_bell_folder_does_the_job(tmp_path):
    (tmp_path / "first_look_kinds.py").write_text(
        "from roi_project.jobs.registry import job\n"
        "@job('greet', deadline=30)\n"
        "def greet(lease):\n"
        "    return {'hello': 'world'}\n"
    )
    settled = surroundings(tmp_path) | {
        "JOB_MODULES": "first_look_kinds",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
        "CELERY_SKIP_CHECKS": "1",
    }
    migrate = [sys.executable, "manage.py", "migrate", "jobs", "--skip-checks", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=settled, check=True)
    command = [sys.executable, "-m", "celery", "-A", "roi_project", "worker", "--concurrency", "1"]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=settled, stdout=log, stderr=log, start_new_session=True)
    try:
        asked = [sys.executable, "-c", ASK_AND_WAIT]
        done = subprocess.run(asked, cwd=ROOT, env=settled, capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    assert done.stdout == "done {'hello': 'world'}\n", done.stderr + (tmp_path / "worker.log").read_text()


def test_a_message_in_a_file_is_never_seen_half_written(tmp_path, monkeypatch):
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    seen = []
    written = Path.write_text

    def slowly(path, text, **how):
        path.touch()
        seen.append(queue.qsize())  # a worker that looks now finds nothing, and does not end
        return written(path, text, **how)

    with Connection("bell-files://", transport_options=folders) as connection:
        queue = connection.SimpleQueue("bell")
        monkeypatch.setattr(Path, "write_text", slowly)
        queue.put({"ring": 1})

        assert seen == [0]
        assert queue.get(timeout=1).payload == {"ring": 1}
        queue.close()


def test_a_worker_ends_an_answer_only_after_every_deadline_in_it(declare):
    declare("short", deadline=10)
    declare("long", deadline=1800)

    tasks.limit_the_answer()

    assert tasks.answer.time_limit == 1800 + 30 + 60


def ring_elsewhere(tmp_path, *, script=RING_AND_TIME, **broker):
    """Ring four times in a fresh process with that broker; how long each took."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=surroundings(tmp_path) | broker,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


def surroundings(tmp_path):
    """SQLite and a bell folder, whatever this test run itself uses."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {
        "SQLITE_PATH": str(tmp_path / "jobs.sqlite3"),
        "BELL_DIR": str(tmp_path / "bell"),
        "DJANGO_SETTINGS_MODULE": "roi_project.settings",
    }
