"""What must never be answered, whatever was asked."""

import json
from typing import Any

from tests.reliability.fuzz.company import CANARIES
from tests.reliability.fuzz.requests import Request

MEDIA_TYPE = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "instance", "errors"}
PAGES = ("/admin/", "/api/v1/docs/")
SECRETS = ("Traceback", "psycopg", "sqlite3", "DETAIL:", "site-packages", "SELECT ", "INSERT INTO", "hash_of")
NO_BODY = {204, 304}
SLOW_SECONDS = 10.0


def fault_of(request: Request, answer: Any, seconds: float, blind: frozenset[str]) -> str:
    """What is wrong with an answer, or "" for one that may stand."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code >= 500:
        return f"answered {answer.status_code}: {content[:300]!r}"
    if seconds > SLOW_SECONDS:
        return f"took {seconds:.1f} s"
    if kind == "text/html" and content and not request.url.startswith(PAGES):
        return f"answered a page: {content[:200]!r}"
    text = content.decode("utf-8", "replace")
    if request.caller in blind and any(amount in text for amount in CANARIES.values()):
        return f"showed pay to {request.caller or 'nobody'}"
    if any(secret in text for secret in SECRETS) and "/schema/" not in request.url:
        return f"showed its inside: {content[:300]!r}"
    if answer.status_code >= 400:
        return _fault_of_a_refusal(request, answer.status_code, kind, content)
    if kind == "application/json" and answer.status_code not in NO_BODY and request.method != "HEAD":
        return _fault_of_json(content)
    return ""


def _fault_of_a_refusal(request: Request, status: int, kind: str, content: bytes) -> str:
    if request.url.startswith("/admin/"):
        return ""
    if kind != MEDIA_TYPE:
        return f"answered {status} as {kind or 'nothing'}: {content[:200]!r}"
    if request.method == "HEAD":
        return ""
    body = json.loads(content)
    if set(body) != MEMBERS or body["status"] != status or not all(body[name] for name in MEMBERS - {"errors"}):
        return f"answered a problem that lacks something: {body}"
    if not body["type"].startswith("/problems/"):
        return f"answered a problem of no known type: {body['type']}"
    return ""


def _fault_of_json(content: bytes) -> str:
    try:
        json.loads(content, parse_constant=_refuse)
    except ValueError as error:
        return f"answered what is no JSON ({error}): {content[:200]!r}"
    return ""


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")
