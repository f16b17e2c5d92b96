"""The parts of `manage.py up` that need no service around them."""

import datetime as dt
import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError
from django.db import OperationalError

from roi_project.access.models import Token
from roi_project.jobs.models import Job, State
from roi_project.start import place, sign_ins
from roi_project.start.management.commands import up
from roi_project.start.processes import Children
from roi_project.start.progress import words

NOW = dt.datetime(2026, 7, 6, 9, tzinfo=dt.UTC)
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("ready", flush=True)
time.sleep(60)
"""


def alive(group: int) -> bool:
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(int(line.split()[0]) == group and "Z" not in line.split()[1] for line in listed.splitlines())


def gone(group: int) -> bool:
    """Whether nothing of the group is left: what is killed ends when the machine comes to it, not at the signal."""
    deadline = time.monotonic() + 5
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(group)


def test_a_stubborn_child_is_ended_with_its_own_children(tmp_path, monkeypatch):
    monkeypatch.setattr("roi_project.start.processes.PATIENCE_SECONDS", 0.2)
    children = Children(tmp_path, os.environ)
    child = children.start("stubborn", [sys.executable, "-c", STUBBORN])
    while "ready" not in child.last_words():
        time.sleep(0.02)

    children.stop()

    assert child.process.returncode == -signal.SIGKILL
    assert gone(child.process.pid)


def test_a_child_that_ends_unasked_is_noticed_with_its_last_words(tmp_path):
    children = Children(tmp_path, os.environ)
    child = children.start("web", [sys.executable, "-c", "print('no port'); raise SystemExit(3)"])
    child.process.wait()

    assert children.first_ended() is child
    assert child.last_words() == "no port"
    children.stop()


def test_only_one_service_runs_in_a_folder(tmp_path):
    with place.only_one(tmp_path), pytest.raises(place.Taken, match="running already"), place.only_one(tmp_path):
        pass
    with place.only_one(tmp_path):
        pass


def test_a_bar_is_drawn_from_the_job_row():
    job = Job(kind="compile_books", state=State.RUNNING, progress_done=6, progress_total=18, progress_text="2025-06")

    assert words(job) == f"compile books  [{'#' * 10}{'.' * 20}]    6/18  2025-06"
    assert words(Job(kind="compile_books", state=State.QUEUED)) == f"compile books  [{'.' * 30}]    0/1"


@pytest.mark.django_db
def test_passwords_are_kept_for_their_owner_alone_and_work_again(tmp_path, client):
    note = tmp_path / "sign-ins.json"
    made = sign_ins.issue(now=NOW, demonstration=True)
    sign_ins.remember(note, made)

    assert sign_ins.recall(note, now=NOW) == made
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert all(client.login(username=name, password=word) for name, word in made.passwords.items())


@pytest.mark.django_db
def test_tokens_that_have_expired_are_replaced_and_written_down(tmp_path):
    note = tmp_path / "sign-ins.json"
    made = sign_ins.issue(now=NOW, demonstration=True)
    sign_ins.remember(note, made)
    later = NOW + dt.timedelta(days=91)

    known = sign_ins.recall(note, now=later)

    assert known.passwords == made.passwords
    assert not set(known.tokens.values()) & set(made.tokens.values())
    assert sign_ins.recall(note, now=later) == known
    assert Token.objects.count() == 4


@pytest.mark.django_db
def test_nothing_is_made_up_where_nothing_was_written_down(tmp_path):
    (tmp_path / "torn.json").write_text('{"passwords"')

    assert sign_ins.recall(tmp_path / "missing.json", now=NOW) is None
    assert sign_ins.recall(tmp_path / "torn.json", now=NOW) is None


@pytest.mark.django_db
def test_a_start_that_should_be_empty_says_what_to_do_where_the_demonstration_is(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    sign_ins.remember(folder / "sign-ins.json", sign_ins.issue(now=NOW, demonstration=True))

    with pytest.raises(CommandError) as refused:
        up.Command()._prepare(folder / "sign-ins.json", empty=True)

    assert f"mv {folder} {folder}-demonstration" in str(refused.value)


def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused\n")

    monkeypatch.setattr(up, "call_command", away)

    with pytest.raises(CommandError) as refused:
        up.Command()._prepare(tmp_path / "sign-ins.json", empty=False)

    assert str(refused.value) == (
        "The database cannot be used: connection refused\nDATABASE_URL says which database is meant; without it, the "
        "service uses an embedded one that needs nothing."
    )
