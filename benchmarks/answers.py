"""How often a report page and a 304 are answered, against an empty page on the same server.

    DATABASE_URL=postgres://.../bench_s python -m benchmarks.answers

Reads a database that `benchmarks.generate` made and whose books are compiled. Starts the web server just as
deploy/team-roi-web.service does, in production, on a port of its own, and lets wrk ask in turn for:

- the empty page: a view that answers an empty 200 (answers_urls.py), through the same server and middleware, without
  signing anybody in and without a query;
- the report: the ROI of a hundred teams over twelve months as JSON, by token, counted and signed in as ever;
- the same report with If-None-Match: a 304, decided from the database as ever;
- the last two again while somebody writes WRITES times a second, so that hardly any answer may be kept for long.

A user and their token are added for the run and taken away after it. Only the limit of requests a minute is raised;
counting them is not left out. Prints medians of the rounds, ratios within each round, and ends with 1 when an aim is
missed; while somebody writes there is no aim.
"""

import argparse
import datetime as dt
import json
import os
import re
import secrets
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from operator import truediv
from pathlib import Path
from statistics import median

import django

from benchmarks.gate import Aim
from benchmarks.results import VAR

UNIT = Path(__file__).resolve().parent.parent / "deploy" / "team-roi-web.service"
READERS = ("leader", "finance")
ROWS = 100
CONNECTIONS = 8
WRITES = 10
MOST = "1000000000"


@dataclass(frozen=True)
class Asked:
    """One address with the headers it is asked for by, and what it must answer."""

    path: str
    headers: Mapping[str, str]
    status: int
    disturbed: bool = False
    """Whether somebody writes meanwhile."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each run of wrk")
    parser.add_argument("--reader", choices=READERS, default="leader", help="finance sees pay, a leader does not")
    options = parser.parse_args()
    _setup()
    with _token(options.reader) as token, _server() as address:
        asked = _asked(address, token)
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for one in asked.values():
            _wrk(address, one, seconds=1)  # every process has answered each of them once
        for _ in range(options.rounds):
            for name, one in asked.items():
                with _somebody_writes() if one.disturbed else nullcontext():
                    rates[name].append(_wrk(address, one, seconds=options.seconds))
    sys.exit(0 if _told(rates) else 1)


def _setup() -> None:
    """Settings as in production; the server that is started shares its secrets."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.answers_settings",
        "PRODUCTION": "true",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TOKEN_PEPPER": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1",
        "REQUESTS_PER_MINUTE": MOST,
    }
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("Name the generated PostgreSQL database in DATABASE_URL.")


@contextmanager
def _token(reader: str) -> Iterator[str]:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.utils import timezone

    from roi_project.access.models import Token
    from roi_project.access.secrets import hash_of, new_pair, text_of

    user = get_user_model().objects.create_user(f"bench-{secrets.token_hex(4)}")
    try:
        user.groups.add(Group.objects.get(name=reader))
        key, secret = new_pair()
        Token.objects.create(
            name="benchmark",
            user=user,
            key=key,
            secret_hash=hash_of(key, secret),
            scopes=["reports"],
            expires_at=timezone.now() + dt.timedelta(hours=1),
        )
        yield text_of(key, secret)
    finally:
        user.delete()


@contextmanager
def _server() -> Iterator[str]:
    """The web server of deploy/, without the proxy before it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    _, *arguments = shlex.split(line.removeprefix("ExecStart="))
    arguments[arguments.index("--bind") + 1] = f"127.0.0.1:{port}"
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "answers.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "gunicorn", *arguments], stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if _answer(address, Asked("/readyz", {}, 200))[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The server does not answer; its words are in {VAR / 'answers.log'}.")


def _asked(address: str, token: str) -> dict[str, Asked]:
    """What is asked, after a look at each answer: the right number of rows, and the status that is measured."""
    signed = {"Authorization": f"Bearer {token}"}
    report = Asked("/api/v1/reports/roi/?group_by=team&window=rolling12", signed, 200)
    _, headers, body = _answer(address, report)
    rows = sum(row["row_kind"] == "group" for row in json.loads(body)["results"])
    if rows != ROWS:
        sys.exit(f"The report has {rows} teams; generate size S, which has {ROWS}.")
    asked = {
        "empty page": Asked("/empty", {}, 200),
        "report of 100 rows": report,
        "304": Asked(report.path, signed | {"If-None-Match": headers["ETag"]}, 304),
    }
    asked |= {f"{name}, {WRITES} writes a second": replace(asked[name], disturbed=True) for name in list(asked)[1:]}
    for name, one in asked.items():
        status = _answer(address, one)[0]
        if status != one.status:
            sys.exit(f"“{name}” answered {status} where {one.status} is measured.")
    return asked


def _answer(address: str, asked: Asked) -> tuple[int, Mapping[str, str], bytes]:
    request = urllib.request.Request(address + asked.path, headers={"X-Forwarded-Proto": "https", **asked.headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, b""


@contextmanager
def _somebody_writes() -> Iterator[None]:
    """Transactions that change nothing a report shows, as any import, job or sign-in does."""
    from django.db import connection

    done = threading.Event()

    def write() -> None:
        with connection.cursor() as cursor:
            while not done.wait(1 / WRITES):
                cursor.execute("SELECT pg_current_xact_id()")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _wrk(address: str, asked: Asked, *, seconds: int) -> float:
    """Requests a second."""
    headers = {"X-Forwarded-Proto": "https", **asked.headers}
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *given, address + asked.path]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"Not every request was answered as it should be:\n{said}")
    found = re.search(r"^Requests/sec: +([0-9.]+)", said, re.M)
    assert found is not None, said
    return float(found[1])


def _told(rates: Mapping[str, Sequence[float]]) -> bool:
    empty = rates["empty page"]
    print(f"Medians of {len(empty)} rounds: requests a second, and as often as the empty page")
    ratios = {name: median(map(truediv, found, empty)) for name, found in rates.items()}
    for name, found in rates.items():
        print(f"   {name:<40} {median(found):8.0f} {ratios[name]:6.2f}")
    aims = [
        Aim("the report as often as the empty page, times", ratios["report of 100 rows"], 1 / 3, "", least=True),
        Aim("a 304 as often as the empty page, times", ratios["304"], 2 / 3, "", least=True),
    ]
    for aim in aims:
        print(aim)
    return all(aim.holds for aim in aims)


if __name__ == "__main__":
    main()
