"""`manage.py up`: a first look at the service on this machine, with real processes and data of its own."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError, connections, transaction
from django.utils import timezone

from roi_project.start import place, sign_ins
from roi_project.start.processes import Children
from roi_project.start.progress import follow_jobs
from roi_project.start.sign_ins import PEOPLE, SignIns

LOOKS = (
    "/api/v1/reports/roi/?group_by=value_stream",
    "/api/v1/reconciliation/",
    "/api/v1/reports/capacity/?from=2026-01&through=2026-06&format=csv",
)


WHICH_DATABASE = (
    "DATABASE_URL says which database is meant; without it, the service uses an embedded one that needs nothing."
)
NOT_EMPTY = (
    "Here is the demonstration already, so this start would not be empty. Move it out of the way, as in\n"
    "  mv {folder} {folder}-demonstration\n"
    "and start again; with DATABASE_URL set, name an empty database there too."
)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or asked the process to end."""


class Stop:
    """The wish to stop: raised at once, or, once there are children to stop in order, at the next look."""

    def __init__(self) -> None:
        self.wished, self.at_once = False, True
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._wish)

    def _wish(self, *_: Any) -> None:
        self.wished = True
        if self.at_once:
            raise Stopped

    def look(self) -> None:
        if self.wished:
            raise Stopped


class Command(BaseCommand):
    help = (
        "Start the service on this machine: make or renew its database, bring a demonstration into a new one, run a "
        "worker, a clock and the web, and say how to look around. Ctrl-C stops all of it and keeps the data."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000, help="PORT, else 8000")
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR, help="for passwords, logs and a lock")
        parser.add_argument("--empty", action="store_true", help="bring no demonstration into a new database")

    def handle(self, *, port: int, folder: Path, empty: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("PRODUCTION is set, and this is for a first look; see deploy/ for real figures.")
        folder.mkdir(parents=True, exist_ok=True)
        stop = Stop()
        try:
            with place.only_one(folder):
                place.check_free(port)
                known = self._prepare(folder / "sign-ins.json", empty=empty)
                self._serve(port, folder, known, stop)
        except place.Taken as taken:
            raise CommandError(str(taken)) from None
        except Stopped:
            self.stdout.write("Stopped. The data stay; the next start is quick.")

    def _prepare(self, note: Path, *, empty: bool) -> SignIns | None:
        """Bring the database up to date; a new one gets people, and the demonstration unless it is to stay empty."""
        self.stdout.write("Preparing the database …")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as refused:
            raise CommandError(f"The database cannot be used: {str(refused).strip()}\n{WHICH_DATABASE}") from None
        now = timezone.now()
        if get_user_model().objects.exists():
            known = sign_ins.recall(note, now=now)
            if empty and known is not None and known.demonstration:
                raise CommandError(NOT_EMPTY.format(folder=note.parent))
            return known
        with transaction.atomic():
            made = sign_ins.issue(now=now, demonstration=not empty)
            sign_ins.remember(note, made)
            if not empty:
                self.stdout.write("Bringing in the demonstration …")
                call_command("load_demo", stdout=self.stdout)
        return made

    def _serve(self, port: int, folder: Path, known: SignIns | None, stop: Stop) -> None:
        address = f"http://{place.HOST}:{port}"
        logs = folder / "log"
        logs.mkdir(exist_ok=True)
        children = Children(logs, _environment(standing=known is not None and known.demonstration))

        def look() -> None:
            stop.look()
            ended = children.first_ended()
            if ended is not None:
                raise CommandError(f"The {ended.name} process has ended. Its last words:\n{ended.last_words()}")

        stop.at_once = False
        try:
            _start(children, folder, port)
            follow_jobs(self.stdout, look)
            if known is not None and known.demonstration:
                close_past_months(self.stdout)
            place.wait_until_ready(address, look)
            connections.close_all()
            self._tell(address, known, logs)
            while True:
                look()
                time.sleep(0.5)
        finally:
            self.stdout.write("\nStopping …")
            self.stdout.flush()
            children.stop()

    def _tell(self, address: str, known: SignIns | None, logs: Path) -> None:
        lines = ["", f"The service is open at {address}/ and its API is described at {address}/api/v1/docs/", ""]
        if known is None:
            lines += ["Sign in as somebody who is known here; `manage.py changepassword NAME` helps who has forgotten."]
        else:
            lines += [f"{'Sign in as':16}{'password':16}sees"]
            lines += [f"  {name:14}{known.passwords.get(name, '-'):16}{sees}" for name, (_, sees) in PEOPLE.items()]
            lines += ["", "Tokens"]
            lines += [f"  {name:14}{token}" for name, token in known.tokens.items()]
            bearer = f"Authorization: Bearer {known.tokens[sign_ins.READER]}"
            lines += ["", "Try"]
            lines += [f"  curl -H '{bearer}' '{address}{look}'" for look in LOOKS]
        lines += ["", f"Logs are in {logs}. Ctrl-C stops the service and keeps the data."]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def close_past_months(out: OutputWrapper) -> None:
    """Close those of the demonstration; what stands in the way is told, and is no reason to keep the doors shut."""
    try:
        call_command("close_demo", stdout=out)
    except CommandError as refused:
        out.write(f"Not every past month is closed: {refused}")


def _environment(*, standing: bool) -> dict[str, str]:
    """What the children run under. The demonstration ends in a month of its own, so the clock adds none to it."""
    environment = {"PYTHONUNBUFFERED": "1", **os.environ}
    return {"BOOKS_REFRESH_SECONDS": "0", **environment} if standing else environment


def _start(children: Children, folder: Path, port: int) -> None:
    """A worker, a clock and the web, on the database and the bell that the settings name."""
    at_once = "2" if settings.DATABASE_URL else "1"  # SQLite has one writer at a time
    celery = [sys.executable, "-m", "celery", "-A", "roi_project"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = [*celery, "worker", "--concurrency", at_once, "--loglevel", "WARNING", *alone]
    clock = [*celery, "beat", "--schedule", str(folder / "clock"), "--loglevel", "WARNING"]
    web = [sys.executable, "-m", "gunicorn", "roi_project.wsgi", "--bind", f"{place.HOST}:{port}"]
    web += ["--workers", at_once, "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
    web += ["--limit-request-line", "8190"]  # as long as it allows: a report of many codes has a long address
    children.start("worker", worker, DATABASE_ROLE="worker")
    children.start("clock", clock, DATABASE_ROLE="worker")
    children.start("web", web)
