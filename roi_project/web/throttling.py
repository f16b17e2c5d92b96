"""How often one caller may ask. Counted in the cache; when the cache is away, everybody may."""

import logging
import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from roi_project.access.models import Token

log = logging.getLogger(__name__)

DEFAULT_PER_MINUTE = 1_200
WRONG_TOKENS_PER_MINUTE = 60
_WINDOW_SECONDS = 60


def name_of_token(pk: int) -> str:
    """What requests by a token are counted under."""
    return f"token-{pk}"


class PerCaller(BaseThrottle):
    """`REQUESTS_PER_MINUTE` per token or user (1,200 by default, 0 = no limit), in windows of a minute."""

    counted = "requests"

    def allow_request(self, request, view) -> bool:
        return self.allow(self._caller(request))

    def allow(self, caller: str) -> bool:
        """Count one request more of this caller; whether it is within the limit."""
        limit = self.limit
        if not limit:
            return True
        self.now = time.time()
        window = int(self.now // _WINDOW_SECONDS)
        name = f"{self.counted}:{caller}:{window}"
        try:
            try:
                return cache.incr(name) <= limit
            except ValueError:  # the first of this minute
                cache.add(name, 0, timeout=2 * _WINDOW_SECONDS)
                return cache.incr(name) <= limit
        except Exception as error:  # whatever a cache library raises, a count is not worth a refusal
            log.warning("Requests are not counted: the cache is away (%s).", type(error).__name__)
            return True

    @property
    def limit(self) -> int:
        return getattr(settings, "REQUESTS_PER_MINUTE", DEFAULT_PER_MINUTE)

    def wait(self) -> float:
        return _WINDOW_SECONDS - self.now % _WINDOW_SECONDS

    def _caller(self, request) -> str:
        if isinstance(request.auth, Token):
            return name_of_token(request.auth.pk)
        if request.user.is_authenticated:
            return f"user-{request.user.pk}"
        return self._address(request)

    def _address(self, request) -> str:
        return f"address-{self.get_ident(request)}"[:200].replace(" ", "")


class WrongTokens(PerCaller):
    """Tokens that are none, by address. Who sends a good one from there is not held up."""

    counted = "wrong-tokens"

    @property
    def limit(self) -> int:
        return min(WRONG_TOKENS_PER_MINUTE, super().limit)

    def _caller(self, request) -> str:
        return self._address(request)
