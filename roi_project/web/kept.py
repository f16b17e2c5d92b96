"""Answers of reports that are given again, and found unchanged, without being made again.

Each process remembers two things: which ETag an address had for a caller at a mark of the database (db/mark.py), and
the body that belongs to an ETag. The mark is read in every request. While it is the same, nothing at all has been
written since, so the ETag still holds; with any other mark the ETag is decided anew from the books. Nothing runs out by
time, and no process needs to hear of another's writing.

The whole audience is part of what an ETag is remembered by, and an ETag itself differs between those who may see pay
and those who may not: what one of them was answered is never handed to the other.
"""

from collections.abc import Callable
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from roi_project.access.audience import Audience
from roi_project.access.services import is_noted
from roi_project.db.snapshot import snapshot
from roi_project.kernel.shelf import Shelf
from roi_project.web.authentication import signed_in
from roi_project.web.conditional import is_known, marked, not_modified, strong_tag
from roi_project.web.throttling import PerCaller, name_of_token

REPORTS = "/api/v1/reports/"
MOST_ADDRESSES = 2_000
LONGEST_ADDRESS = 2_000
MOST_BYTES = 16 * 1024 * 1024
LARGEST_BODY = 1024 * 1024

Decided = tuple[str, Callable[[], HttpResponseBase]]
"""What an answer depends on, as a text, and what makes the answer."""

Asked = tuple[Audience, str, str, str]
"""A caller, the path and the query they asked, and what they accept: together they decide who may, what and how."""

_tags: Shelf[tuple[str, str]] = Shelf(MOST_ADDRESSES)
"""Asked -> mark, ETag"""
_bodies: Shelf[bytes] = Shelf(MOST_BYTES, len)
"""ETag -> body, as JSON"""


class KeptAnswers:
    """Answers what is kept, and hands on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return kept_answer(request) or self.get_response(request)


def kept_answer(request: HttpRequest) -> HttpResponseBase | None:
    """What a token that asks again is answered while nothing has been written since; None: ask the view.

    Whether the caller may read this, and whether the parameters are good, follows from what is asked alone, and was
    found when it was first answered; who they are and how often they asked this minute is decided as ever.
    """
    scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    # Only of reports: whether the process lives, and who brings a wrong token, is asked and counted elsewhere.
    if not request.path.startswith(REPORTS) or scheme.lower() != "bearer":
        return None
    if request.method != "GET" or "HTTP_TRANSFER_ENCODING" in request.META:
        return None
    try:
        found = signed_in(request, credentials)
    except Error:  # the view asks again, and says in words what is wrong
        return None
    if found is None or found.mark is None or not is_noted(found.of_token["last_used_at"], now=timezone.now()):
        return None
    mark, tag = _tags.get(_asked(request, found.audience)) or (None, "")
    if mark != found.mark:
        return None
    known = is_known(request, tag)
    body = None if known else _bodies.get(tag)
    if (not known and body is None) or not PerCaller().allow(name_of_token(found.of_token["id"])):
        return None  # one more is over the limit: the view refuses it in words
    return not_modified(tag) if body is None else _json(body, tag)


def kept_response(request: Any, audience: Audience, decide: Callable[[], Decided]) -> HttpResponseBase:
    """304 when the caller has this version, else the answer: the kept one of the same version, or a new one.

    `decide` says in few queries what the answer depends on (book versions, filters, names, what the caller may see),
    and how it is made. It runs in one snapshot with making JSON; files are made after it, for they may be long.
    """
    with snapshot() as mark:
        etag, build = decide()
        tag = strong_tag(f"{etag}|{request.accepted_media_type}")
        asked = _asked(request, audience)
        if mark and sum(map(len, asked[1:])) <= LONGEST_ADDRESS:
            _tags.put(asked, (mark, tag))
        if is_known(request, tag):
            return not_modified(tag)
        if isinstance(request.accepted_renderer, JSONRenderer):
            body = _bodies.get(tag) if mark else None
            if body is None:
                body = _rendered(request, build())
                if mark and len(body) <= LARGEST_BODY:
                    _bodies.put(tag, body)
            return _json(body, tag)
    return marked(build(), tag)


def _asked(request: Any, audience: Audience) -> Asked:
    meta = request.META
    return audience, request.path, meta.get("QUERY_STRING", ""), meta.get("HTTP_ACCEPT", "")


def _rendered(request: Any, response: HttpResponseBase) -> bytes:
    assert isinstance(response, Response)
    body: bytes = request.accepted_renderer.render(response.data, request.accepted_media_type, {})
    return body


def _json(body: bytes, tag: str) -> HttpResponseBase:
    return marked(HttpResponse(body, content_type=JSONRenderer.media_type), tag)


def forget() -> None:
    """As a process that has answered nothing yet."""
    _tags.clear()
    _bodies.clear()
