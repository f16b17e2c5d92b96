"""The kinds of work there are: each floor declares its own in its `tasks` module with `@job`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

Handler = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is done, and how long and how often it may be tried."""

    name: str
    handler: Handler
    deadline_seconds: int
    max_attempts: int


_kinds: dict[str, JobKind] = {}


def job(name: str, *, deadline: int, attempts: int | None = None) -> Callable[[Handler], Handler]:
    """Declare a function `(lease, **arguments) -> result` as the way to do one kind of job.

    `deadline` is the longest one attempt may take, in seconds. The function may be called again after it was
    killed anywhere, so it writes its results and `lease.finish(result)` in one transaction.
    """

    def declare(handler: Handler) -> Handler:
        known = _kinds.get(name)
        if known and known.handler.__module__ != handler.__module__:
            raise ValueError(f"The job kind {name} is declared in {known.handler.__module__} already.")
        _kinds[name] = JobKind(name, handler, int(deadline), attempts or settings.JOB_MAX_ATTEMPTS)
        return handler

    return declare


@cache
def _declared() -> dict[str, JobKind]:
    autodiscover_modules("tasks")
    for module in settings.JOB_MODULES:
        import_module(module)
    return _kinds


def kinds() -> dict[str, JobKind]:
    """Every kind this process can do, by name. Rows of another kind wait for a worker that knows it."""
    return _declared()
