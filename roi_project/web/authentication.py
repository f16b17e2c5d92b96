"""Who a request comes from: a bearer token, or for spreadsheets the same token as a Basic password."""

import base64
import binascii

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from roi_project.access.selectors import valid_token
from roi_project.access.services import note_use


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer roi_<key>.<secret>`"""

    scheme = "Bearer"

    def authenticate(self, request):
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        now = timezone.now()
        token = valid_token(self.token_text(credentials), now=now)
        if token is None:
            # Unknown, malformed, expired and revoked are one answer: the difference would help only a thief.
            raise AuthenticationFailed
        note_use(token, now=now)
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
