"""Doing something once, however often it is sent: the key and the effect are one transaction."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, transaction
from rest_framework.response import Response

from roi_project.access.audience import Audience
from roi_project.kernel.errors import Invalid, Refusal
from roi_project.web.database_errors import sqlstate
from roi_project.web.models import IdempotencyKey

_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_LOCK_NOT_AVAILABLE = "55P03"


class StillRunning(Refusal):
    """The same key is being worked on right now."""

    retry_after = 2

    def __init__(self) -> None:
        detail = "The first request with this Idempotency-Key is still being worked on."
        super().__init__(detail, "idempotency-key-in-use", "Still running", 409)


@dataclass(frozen=True)
class Answer:
    """What was done: the status and body to answer with, and whether it was done by an earlier request."""

    status: int
    body: Any
    replayed: bool = False

    def response(self) -> Response:
        return Response(
            self.body, status=self.status, headers={"Idempotent-Replayed": "true"} if self.replayed else None
        )


def key_of(request: Any) -> str:
    """The request's Idempotency-Key; 400 when it is missing or cannot be one."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        detail = "Send an Idempotency-Key of your own making, so that a repeated request has one effect."
        raise Refusal(detail, "idempotency-key-required", "Idempotency-Key required", 400)
    if not _KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key is 1 to 200 printable ASCII characters without spaces.")
    return key


def once(audience: Audience, key: str, body: Any, act: Callable[[], tuple[int, Any]]) -> Answer:
    """Do `act` unless this caller already had it done under this key; `act` answers (status, body).

    `body` is everything the effect depends on, for example [request.path, request.data].
    What `act` raises undoes the key too, so a corrected request may use it again.
    """
    fingerprint = _fingerprint(body)
    with transaction.atomic():
        if not _claimed(audience.person, key, fingerprint):
            return _replay(audience.person, key, fingerprint)
        status, done = act()
        IdempotencyKey.objects.filter(caller=audience.person, key=key).update(status=status, response=done)
        return Answer(status, done)


def _claimed(caller: str, key: str, fingerprint: str) -> bool:
    """Insert the key, waiting for another request that is inserting it; False when it was there before."""
    table = connection.ops.quote_name(IdempotencyKey._meta.db_table)
    insert = f"INSERT INTO {table} (caller, key, body_hash) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        try:
            cursor.execute(insert, [caller, key, fingerprint])
        except OperationalError as error:
            if sqlstate(error) == _LOCK_NOT_AVAILABLE:
                raise StillRunning from error
            raise
        return cursor.rowcount == 1


def _replay(caller: str, key: str, fingerprint: str) -> Answer:
    stored = IdempotencyKey.objects.get(caller=caller, key=key)
    if stored.body_hash != fingerprint:
        detail = "This Idempotency-Key was used for another request; make a new one."
        raise Refusal(detail, "idempotency-key-reused", "Idempotency-Key reused", 422)
    return Answer(stored.status, stored.response, replayed=True)


def _fingerprint(body: Any) -> str:
    canonical = json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
