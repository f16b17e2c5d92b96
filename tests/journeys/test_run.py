"""`make run` as a new user meets it: real processes, signs to follow that work, and nothing left behind."""

import http.cookiejar
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPEN = "Ctrl-C stops the service"
LONGEST_SECONDS = 120


class Service:
    """`manage.py up` in a folder of its own."""

    def __init__(self, environment: dict[str, str], folder: Path, *options: str) -> None:
        self.folder, self.said = folder, folder / f"said-{time.monotonic_ns()}"
        command = [sys.executable, "manage.py", "up", "--folder", str(folder), *options]
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def text(self) -> str:
        return self.said.read_text()

    def wait_until_open(self) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while OPEN not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.1)

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def passwords(self) -> dict[str, str]:
        table = self.text.partition("Sign in as")[2].partition("Tokens")[0]
        return {words[0]: words[1] for words in map(str.split, table.splitlines()[1:]) if len(words) > 2}

    def tokens(self) -> dict[str, str]:
        table = self.text.partition("Tokens")[2].partition("Try")[0]
        return dict(map(str.split, table.split("\n")[1:3]))

    def looks(self) -> list[tuple[str, str]]:
        """The curl lines that were printed: (address, authorization)."""
        lines = [shlex.split(line) for line in self.text.splitlines() if line.strip().startswith("curl ")]
        return [(words[-1], words[2].removeprefix("Authorization: ")) for words in lines]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def processes_in(folder: Path) -> list[str]:
    """Command lines of the processes that run in the environment of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"BELL_DIR={folder}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it ended while we looked
            continue
    return found


@pytest.fixture
def own_database():
    """A PostgreSQL of the service's own where the suite runs on one; nothing on the embedded database."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield {}
        return
    import psycopg

    name = f"team_roi_run_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def environment(tmp_path, own_database) -> dict[str, str]:
    return {
        **os.environ,
        "SQLITE_PATH": str(tmp_path / "roi.sqlite3"),
        "BELL_DIR": str(tmp_path / "bell"),
        "PORT": str(free_port()),
        **own_database,
    }


@pytest.fixture
def start(environment, tmp_path):
    """`start()`: the service, running; whatever the test leaves of it is ended."""
    started = []

    def run(*options: str) -> Service:
        started.append(Service(environment, tmp_path, *options))
        return started[-1]

    yield run
    for service in started:
        if service.process.poll() is None:
            service.stop(signal.SIGTERM)


def answer(address: str, authorization: str) -> str:
    with urlopen(Request(address, headers={"Authorization": authorization}), timeout=30) as response:
        assert response.status == 200
        return response.read().decode()


def signed_in(address: str, username: str, password: str) -> str:
    """The page somebody lands on who signs in by the form."""
    browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(f"{address}/admin/login/?next=/admin/", timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"username": username, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
    sent = Request(f"{address}/admin/login/", urlencode(fields).encode(), {"Referer": f"{address}/admin/login/"})
    with browser.open(sent, timeout=30) as page:
        return urlsplit(page.url).path


def test_a_new_user_starts_looks_around_stops_and_starts_again(start, environment, tmp_path):
    first = start()
    first.wait_until_open()

    assert "18/18" in first.text
    roi, reconciliation, capacity = (answer(*look) for look in first.looks())
    groups = {row["group_code"] for row in json.loads(roi)["results"] if row["row_kind"] == "group"}
    assert groups == {"buy", "deliver", "care"}
    assert json.loads(reconciliation)["reconciles"] is True
    assert capacity.startswith("period_start,period_end,team_code")
    assert len(capacity.splitlines()) > 9
    address = f"http://127.0.0.1:{environment['PORT']}"
    people = first.passwords()
    assert set(people) == {"finance", "controller", "leader", "planner", "auditor", "administrator"}
    assert people.pop("planner") == "-"
    assert {signed_in(address, *pair) for pair in people.items()} == {"/admin/"}
    planner = json.loads(answer(f"{address}/api/v1/people/", f"Bearer {first.tokens()['planner']}"))
    assert planner["results"][0]["code"].startswith("hp-")
    assert len(processes_in(tmp_path)) >= 5

    assert first.stop(signal.SIGINT) == 0
    assert processes_in(tmp_path) == []

    began = time.monotonic()
    second = start()
    second.wait_until_open()
    assert time.monotonic() - began < 30
    assert "Bringing in" not in second.text
    assert (second.passwords(), second.tokens()) == (first.passwords(), first.tokens())
    assert answer(*second.looks()[0]) == roi

    assert second.stop(signal.SIGTERM) == 0
    assert processes_in(tmp_path) == []


def test_a_port_that_is_taken_is_told_and_nothing_is_touched(start, environment, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        refused = start()
        assert refused.process.wait(timeout=60) == 1

    assert f"Port {environment['PORT']} is taken by another program" in refused.text
    assert f"make run PORT={int(environment['PORT']) + 1}" in refused.text
    assert not (tmp_path / "roi.sqlite3").exists()


def test_figures_of_a_real_service_are_not_started_like_this(start, environment):
    environment |= {"PRODUCTION": "true", "SECRET_KEY": "k" * 50, "TOKEN_PEPPER": "p" * 50}

    refused = start()

    assert refused.process.wait(timeout=60) == 1
    assert "see deploy/" in refused.text
