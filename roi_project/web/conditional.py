"""Answers that cost nothing when nothing changed, and writes that refuse to overwrite what was not seen."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

from roi_project.kernel.errors import Refusal

VARIES_BY = "Accept, Authorization, Cookie"


def etag_response(
    request: Any, etag: str, build: Callable[[], HttpResponseBase], *, weak: bool = False
) -> HttpResponseBase:
    """304 when the caller already has this version, else what `build` answers, marked with the version.

    `etag` names what the figures depend on (book versions, filters, what the caller may see); the format is added
    here. `weak` says that an answer of the same ETag may differ in what does not matter.
    """
    renderer = getattr(request, "accepted_renderer", None)
    strong = strong_tag(f"{etag}|{renderer.format if renderer else ''}")
    shown = f"W/{strong}" if weak else strong
    return not_modified(shown) if is_known(request, strong) else marked(build(), shown)


def strong_tag(named: str) -> str:
    """The ETag of what is named, as this release answers it.

    It is a keyed hash: numbers of books could be guessed from any other.
    """
    return f'"{salted_hmac("etag", f"{settings.RELEASE}|{named}", algorithm="sha256").hexdigest()[:32]}"'


def is_known(request: Any, tag: str) -> bool:
    """Whether the caller says to have this version already."""
    header = request.META.get("HTTP_IF_NONE_MATCH")
    if not header:
        return False
    if header == tag:
        return True
    seen = parse_etags(header)
    return seen == ["*"] or tag in {known.removeprefix("W/") for known in seen}


def not_modified(tag: str) -> HttpResponseBase:
    """304: what the caller has is what they would be answered."""
    return marked(HttpResponseNotModified(), tag)


def marked(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """An answer with its version, to be asked for again with If-None-Match by the same caller alone."""
    if response.status_code < 300 or response.status_code == 304:
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = VARIES_BY
    return response


def require_match(request: Any, etag: str) -> None:
    """Refuse a write that does not name, or no longer names, the version it was decided on (`If-Match`)."""
    header = request.headers.get("If-Match", "")
    if not header:
        detail = "Send the ETag you decided on as If-Match."
        raise Refusal(detail, "precondition-required", "Precondition required", 428)
    if f'"{etag}"' not in parse_etags(header):
        detail = "This has changed since you read it; read it again before you decide."
        raise Refusal(detail, "precondition-failed", "Precondition failed", 412)
