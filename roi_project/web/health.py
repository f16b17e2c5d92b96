"""Is the process alive, and can it serve?"""

import logging

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import JsonResponse

from roi_project.kernel.errors import Refusal
from roi_project.web.handlers import read_only
from roi_project.web.problems import problem

log = logging.getLogger(__name__)


@read_only
def livez(request):
    """The process answers. Touches nothing else, so that a database away does not restart it."""
    return JsonResponse({"status": "alive"})


@read_only
def readyz(request):
    """The database answers and knows this version's tables. A bell that is away is told, and no reason to refuse."""
    try:
        missing = _missing_migrations()
    except Error as error:
        log.warning("Not ready: the database is away (%s).", type(error).__name__)
        return _not_ready(request, "The database cannot be reached.")
    if missing:
        return _not_ready(request, f"{missing} migrations are not applied; run `manage.py migrate`.")
    return JsonResponse({"status": "ready", "database": connection.vendor, "bell": _bell()})


def _not_ready(request, detail: str):
    return problem(request, Refusal(detail, "unavailable", "Not available now", 503))


def _missing_migrations() -> int:
    loader = MigrationLoader(connection)
    return len(set(loader.disk_migrations) - set(loader.applied_migrations))


def _bell() -> str:
    if not settings.REDIS_URL:
        return "folder"
    import redis

    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.3, socket_connect_timeout=0.3).ping()
    except (redis.RedisError, OSError):
        return "away"
    return "redis"
