"""Who a request comes from: a bearer token, or for spreadsheets the same token as a Basic password."""

import base64
import binascii

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from roi_project.access.selectors import SignIn, remember, sign_in
from roi_project.access.services import note_use


def signed_in(request: HttpRequest, text: str) -> SignIn | None:
    """Who this text signs in; asked once per request."""
    known: tuple[str, SignIn | None] | None = getattr(request, "_signed_in", None)
    if known is None or known[0] != text:
        known = (text, sign_in(text, now=timezone.now()))
        request._signed_in = known
    return known[1]


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer roi_<key>.<secret>`"""

    scheme = "Bearer"

    def authenticate(self, request):
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        found = signed_in(request._request, self.token_text(credentials))
        if found is None:
            # Unknown, malformed, expired and revoked are one answer: the difference would help only a thief.
            raise AuthenticationFailed
        token = found.token()
        note_use(token, now=timezone.now())
        remember(request, token, found.audience)
        return token.user, token

    def authenticate_header(self, request) -> str:
        return f'{self.scheme} realm="team-roi"'

    def token_text(self, credentials: str) -> str:
        """The text of the token in what follows the scheme."""
        return credentials


class BasicToken(BearerToken):
    """`Authorization: Basic base64("token:roi_<key>.<secret>")`, for report reads by spreadsheets only."""

    scheme = "Basic"

    def token_text(self, credentials: str) -> str:
        try:
            user, _, password = base64.b64decode(credentials, validate=True).decode("ascii").partition(":")
        except (binascii.Error, UnicodeError, ValueError):
            return ""
        return password if user == "token" else ""
