"""Sending many requests, and looking afterwards whether everything still stands."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from roi_project.jobs.models import Job, State
from roi_project.jobs.runner import run_due
from tests.reliability.fuzz import routes, world
from tests.reliability.fuzz.judge import fault_of
from tests.reliability.fuzz.requests import Request, Requests
from tests.reliability.fuzz.world import SESSION

NAMES_HOLD_FOR = 100
"""After so many requests the names in addresses are looked up again, so that what was stored is met again."""

FRAMES = 30
"""Lines of a failure that are worth reading."""


@dataclass
class Report:
    """How many answers of each status there were, and every fault with the request that showed it."""

    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    reached: dict[str, Counter[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        told = ", ".join(f"{count:,} x {status}" for status, count in sorted(self.statuses.items()))
        lines = [f"seed {self.seed}: {sum(self.statuses.values()):,} requests in {self.seconds:.0f} s: {told}"]
        return "\n\n".join([*lines, *self.faults])


def fuzz(seed: int, requests: int, *, first: int = 0, tell: Callable[[str], None] = lambda line: None) -> Report:
    """Send requests `first` to `first + requests` of a seed to an empty, migrated database that is thrown away."""
    made = world.build()
    document = routes.document()
    operations = routes.operations(document)
    maker = Requests(document, operations, routes.pages(), made, seed)
    report, began = Report(seed), time.monotonic()
    for number in range(first, first + requests):
        if number % NAMES_HOLD_FOR == 0:
            run_due()  # as workers would, meanwhile
            made.look_again()
        request = maker.request(number)
        fault = _sent(request, made, report)
        if fault:
            report.faults.append(f"{fault}\n{request}\n  again: --seed {seed} --requests {number + 1}")
            tell(report.faults[-1])
        if number % 1_000 == 999:
            tell(f"{number + 1:,} requests, {len(report.faults)} faults, {time.monotonic() - began:.0f} s")
    report.faults += _what_does_not_stand(operations, made)
    report.seconds = time.monotonic() - began
    return report


def _sent(request: Request, made: world.World, report: Report) -> str:
    began = time.monotonic()
    with Overheard() as overheard:
        answer = send(request, made.callers[request.caller])
    report.statuses[answer.status_code] += 1
    report.reached.setdefault(f"{request.method} {request.template}", Counter())[answer.status_code] += 1
    fault = fault_of(request, answer, time.monotonic() - began, made.blind)
    return f"{fault}\n{overheard.last}" if fault else ""


class Overheard(logging.Handler):
    """What the service said about its own failure: the frames, for whoever mends it."""

    def __enter__(self) -> "Overheard":
        self.last = ""
        self.loggers = [logging.getLogger("roi_project"), logging.getLogger("django.request")]
        for logger in self.loggers:
            logger.addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        for logger in self.loggers:
            logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self.last += "\n".join(self.format(record).splitlines()[-FRAMES:])


@cache
def _client() -> Client:
    return Client(raise_request_exception=False)


def send(request: Request, authorization: str) -> Any:
    """One request through every middleware, as a server would hand it over."""
    client = _client()
    client.cookies.clear()
    if authorization.startswith(SESSION):
        client.cookies[settings.SESSION_COOKIE_NAME] = authorization.removeprefix(SESSION)
        authorization = ""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    if "HTTP_CONTENT_LENGTH" in headers:
        headers["CONTENT_LENGTH"] = headers.pop("HTTP_CONTENT_LENGTH")
    if authorization:
        headers["HTTP_AUTHORIZATION"] = authorization
    return client.generic(request.method, request.url, request.body, content_type=request.content_type, **headers)


def _what_does_not_stand(operations: list[routes.Operation], made: world.World) -> list[str]:
    """After the noise: every list can be read to its end, and books of whatever was stored can be compiled."""
    faults = []
    for operation in operations:
        if operation.method != "GET" or "{" in operation.template:
            continue
        url: str | None = operation.template
        while url:
            answer = send(Request(-1, "ada", "GET", url.removeprefix("http://testserver"), url), made.callers["ada"])
            if answer.status_code >= 500:
                faults.append(f"after all requests, {url} answers {answer.status_code}: {answer.content[:300]!r}")
                break
            body = answer.json() if answer.headers["Content-Type"] == "application/json" else {}
            url = body.get("next") if isinstance(body, dict) else None
    run_due(most=10_000, seconds=600)
    failed = Job.objects.filter(state=State.FAILED).exclude(error_code="invalid")  # what was told in words is no fault
    faults += [f"{job} failed: {job.error}" for job in failed]
    if not connection.is_usable():
        faults.append("the connection to the database is not usable any more")
    return faults
