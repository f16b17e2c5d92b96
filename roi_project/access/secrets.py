"""The text of a token, `roi_<key>.<secret>`, and the keyed hash that is all we keep of its secret."""

import hmac
import re
import secrets

from django.conf import settings

_TEXT = re.compile(r"roi_([a-z0-9]{12})\.([A-Za-z0-9_-]{43})", re.ASCII)
_KEY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def new_pair() -> tuple[str, str]:
    """A fresh public key and 256 random bits of secret."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(12)), secrets.token_urlsafe(32)


def text_of(key: str, secret: str) -> str:
    """What the owner is shown once and sends as `Bearer`."""
    return f"roi_{key}.{secret}"


def parts_of(text: str) -> tuple[str, str] | None:
    """Key and secret of a token's text, or None when it is not one."""
    match = _TEXT.fullmatch(text)
    return (match[1], match[2]) if match else None


def hash_of(key: str, secret: str) -> str:
    """HMAC-SHA256 under the pepper; bound to the key, so that hashes cannot be swapped between rows."""
    message = text_of(key, secret).encode()
    return hmac.digest(settings.TOKEN_PEPPER.encode(), message, "sha256").hex()
