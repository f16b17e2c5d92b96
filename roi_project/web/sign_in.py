"""Guessing passwords at the admin's sign-in is slowed to five tries a quarter of an hour, per name and address."""

import functools
import hashlib
import logging
from collections.abc import Callable

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

TRIES = 5
WINDOW_SECONDS = 15 * 60

_own_memory = LocMemCache("sign-ins", {})


def slow_to_guess(sign_in: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a sign-in view: a try is counted before it is made, a success forgets the tries before it."""

    @functools.wraps(sign_in)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return sign_in(request, *args, **kwargs)
        name = _name_of(request)
        if _count(name) > TRIES:
            log.warning("Sign-ins from %s are refused after %s failures.", request.META.get("REMOTE_ADDR"), TRIES)
            return _refusal()
        response = sign_in(request, *args, **kwargs)
        if response.status_code == 302:
            _forget(name)
        return response

    return guarded


def _refusal() -> HttpResponse:
    return HttpResponse(
        "Too many failed sign-ins. Please try again in a quarter of an hour.\n",
        status=429,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(WINDOW_SECONDS), "Cache-Control": "no-store"},
    )


def _name_of(request: HttpRequest) -> str:
    who = f"{request.POST.get('username', '').casefold()}\n{request.META.get('REMOTE_ADDR', '')}"
    return "sign-in:" + hashlib.sha256(who.encode(errors="replace")).hexdigest()


def _count(name: str) -> int:
    """This try and those before it. Unlike a throttle, this does not open when the cache is away."""
    try:
        return _count_in(cache, name)
    except Exception as error:  # whatever a cache library raises
        log.warning("Sign-ins are counted in this process only: the cache is away (%s).", type(error).__name__)
        return _count_in(_own_memory, name)


def _count_in(memory, name: str) -> int:
    memory.add(name, 0, timeout=WINDOW_SECONDS)
    return memory.incr(name)


def _forget(name: str) -> None:
    _own_memory.delete(name)
    try:
        cache.delete(name)
    except Exception as error:
        log.warning("The cache is away (%s).", type(error).__name__)
