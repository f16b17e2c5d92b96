"""How a run is measured: phases by wall clock, processor time of both sides, peak memory, rows in and out.

Every measured run is a process of its own and prints one line of JSON, so that its peak memory is its own and runs
of different engines can be interleaved.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import django
from django.db import connection

from benchmarks.results import VAR

WRITTEN = (
    "finance_line",
    "finance_component",
    "finance_posting",
    "finance_teammonth",
    "finance_streammonth",
    "finance_workmonth",
    "finance_finding",
)


class Measured:
    """What one run took. Phases may overlap, so they need not add up to `seconds`."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.rows_read = 0
        self.rows_written: dict[str, int] = {}
        self.extra: dict[str, Any] = {}
        self._begun, self._busy = time.perf_counter(), time.process_time()
        self._server_before = _server_seconds()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - begun

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, counted as a phase."""

        @wraps(function)
        def measured(*args: Any, **kwargs: Any) -> Any:
            with self.phase(name):
                return function(*args, **kwargs)

        return measured

    def finish(self) -> dict[str, Any]:
        seconds, busy = time.perf_counter() - self._begun, time.process_time() - self._busy
        return {
            "seconds": round(seconds, 3),
            "phases": {name: round(value, 3) for name, value in self.phases.items()},
            "client_cpu": round(busy, 2),
            "server_cpu": round(_server_seconds() - self._server_before, 2),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "rows_read": self.rows_read,
            "rows_written": self.rows_written,
            **self.extra,
        }


def _server_seconds() -> float:
    """Processor time of this database's server processes so far, where a server runs on this machine."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [row[0] for row in cursor.fetchall()]
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def setup() -> None:
    """Django, with the limits of a worker on the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")
    os.environ.setdefault("DATABASE_ROLE", "worker")
    django.setup()
    if connection.vendor != "postgresql":
        raise SystemExit("Name the generated PostgreSQL database in DATABASE_URL.")


def without_books() -> None:
    """No book, as before the first compile, with the next numbers beginning at one again."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE finance_bookmonth, finance_book, {', '.join(WRITTEN)} RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def rows_written() -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in WRITTEN:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def in_process(module: str, *arguments: str, database: str) -> dict[str, Any]:
    """Run a module of this package in a fresh process; what it measured."""
    environment = os.environ | {"DATABASE_URL": database, "DATABASE_ROLE": "worker"}
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        env=environment,
        cwd=VAR.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"benchmarks.{module} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def report(measured: Mapping[str, Any]) -> None:
    print(json.dumps(measured))
