"""Whose request this is: the user and token behind it, and the audience they make."""

import datetime as dt
import hmac
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.auth.models import Group as GroupRow
from django.db import connection
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from roi_project.access import secrets
from roi_project.access.audience import PERSON, Audience, Group
from roi_project.access.models import Token
from roi_project.db.mark import mark_in, mark_now
from roi_project.db.prepared import Part, read_prepared
from roi_project.kernel.errors import NotFound
from roi_project.kernel.shelf import Shelf

NOBODY = Audience(actor="nobody")
_GROUP_NAMES = frozenset(group.value for group in Group)


_TOKEN = Part(
    Token, "t", "id", "name", "user", "key", "secret_hash", "scopes", "sources", "expires_at", "last_used_at",
    "revoked_at",
)  # fmt: skip
_USER = Part(get_user_model(), "u", "id", "username", "is_active", "is_superuser")


@dataclass(frozen=True)
class SignIn:
    """Who came with a token, and the mark of the state of the database they were found in (see db/mark.py)."""

    of_token: dict[str, Any]
    of_user: dict[str, Any]
    groups: frozenset[str]
    mark: str | None

    def token(self) -> Token:
        """The token with its user, made anew: what is found serves many requests, an object one."""
        token = _TOKEN.made(self.of_token)
        token.user = _USER.made(self.of_user)
        return token

    @cached_property
    def audience(self) -> Audience:
        token, user = self.of_token, self.of_user
        return _audience(
            user["id"], user["username"], user["is_superuser"], self.groups,
            key=token["key"], scopes=frozenset(token["scopes"]), sources=frozenset(token["sources"]),
        )  # fmt: skip


_sign_ins: Shelf[SignIn] = Shelf(1_000)
"""Key of a token -> what stood beside it"""


@cache
def _sign_in_sql() -> str:
    user, group = get_user_model(), GroupRow._meta.db_table
    belongs = user._meta.get_field("groups").remote_field.through._meta.db_table
    return (
        f"SELECT {mark_in(connection)}, g.name, {_TOKEN.sql}, {_USER.sql} FROM {Token._meta.db_table} t"
        f" JOIN {user._meta.db_table} u ON u.id = t.user_id"
        f" LEFT JOIN {belongs} b ON b.user_id = u.id LEFT JOIN {group} g ON g.id = b.group_id WHERE t.key = %s"
    )


def sign_in(text: str, *, now: dt.datetime) -> SignIn | None:
    """Who this text signs in, while it may be used; None tells nothing about what was wrong.

    One query; a second one when something was written since the last time.
    """
    parts = secrets.parts_of(text)
    if parts is None:
        return None
    key, secret = parts
    found = _found(key)
    # An unknown key is compared too, so that the time taken does not tell which keys exist.
    fits = hmac.compare_digest(found.of_token["secret_hash"] if found else "0" * 64, secrets.hash_of(key, secret))
    if not (found and fits and found.of_user["is_active"]):
        return None
    usable = found.of_token["revoked_at"] is None and now < found.of_token["expires_at"]
    return found if usable else None


def _found(key: str) -> SignIn | None:
    """What stands beside this key now. With the mark it was read at before, it is what was read then."""
    known = _sign_ins.get(key)
    if known is not None and known.mark == mark_now():
        return known
    rows = read_prepared(_sign_in_sql(), [key])
    found = _sign_in_of(rows) if rows else None
    if found is not None and found.mark is not None:
        _sign_ins.put(key, found)
    return found


def _sign_in_of(rows: list[tuple[Any, ...]]) -> SignIn:
    mark, _, *columns = rows[0]
    of_token = len(_TOKEN.names)
    return SignIn(
        of_token=_TOKEN.values(columns[:of_token]),
        of_user=_USER.values(columns[of_token:]),
        groups=frozenset(row[1] for row in rows),
        # In a transaction there may be rows that no snapshot names.
        mark=None if connection.in_atomic_block else mark,
    )


def valid_token(text: str, *, now: dt.datetime) -> Token | None:
    """The token this text belongs to, while it may be used."""
    found = sign_in(text, now=now)
    return found.token() if found else None


def audience_of(user: AbstractBaseUser | AnonymousUser | None, token: Token | None = None) -> Audience:
    """The audience a user makes, limited to the scopes of the token they came with.

    A superuser is an administrator and nothing else: figures need a group of their own.
    """
    if user is None or not user.is_authenticated:
        return NOBODY
    names = frozenset(user.groups.values_list("name", flat=True))
    if token is None:
        return _audience(user.pk, user.get_username(), user.is_superuser, names)
    return _audience(
        user.pk, user.get_username(), user.is_superuser, names,
        key=token.key, scopes=frozenset(token.scopes), sources=frozenset(token.sources),
    )  # fmt: skip


@lru_cache(maxsize=1_000)
def _audience(
    user_id: int,
    username: str,
    is_superuser: bool,
    groups: frozenset[str],
    *,
    key: str = "",
    scopes: frozenset[str] | None = None,
    sources: frozenset[str] = frozenset(),
) -> Audience:
    """What these make together: with a `key`, of a token. The same value for the same caller."""
    known = {Group(name) for name in _GROUP_NAMES.intersection(groups)}
    return Audience(
        actor=f"token:{key} ({username})" if key else f"user:{username}",
        user_id=user_id,
        groups=frozenset(known | {Group.ADMINISTRATOR}) if is_superuser else frozenset(known),
        scopes=scopes,
        sources=sources or None,
    )


def by_command(username: str) -> Audience:
    """The audience of somebody at the command line who acts on behalf of this user.

    Raises NotFound where nobody has that name.
    """
    user = get_user_model()._default_manager.filter(username=username).first()
    if user is None:
        raise NotFound(f"There is no user named {username}.")
    return replace(audience_of(user), actor=f"command:{username}")


def username_of(column: str) -> Coalesce:
    """For a queryset: the user name of the person that a text column names as Audience.person does, else the text."""
    users = get_user_model()._default_manager.annotate(
        person=Concat(Value(PERSON), Cast("pk", CharField()), output_field=CharField())
    )
    named = users.filter(person=OuterRef(column)).values("username")[:1]
    return Coalesce(Subquery(named), column, output_field=CharField())


def audience_for(request: Any) -> Audience:
    """The audience of a request, of Django or of the API; asked once per request."""
    token = getattr(request, "auth", None)
    token = token if isinstance(token, Token) else None
    user = getattr(request, "user", None)
    plain = getattr(request, "_request", request)
    known = getattr(plain, "_audience", None)
    if known is None or known[0] != _asked(user, token):
        known = plain._audience = (_asked(user, token), audience_of(user, token))
    return known[1]


def remember(request: Any, token: Token, audience: Audience) -> None:
    """Whose request it is, as it was read together with the token."""
    plain = getattr(request, "_request", request)
    plain._audience = (_asked(token.user, token), audience)


def _asked(user: Any, token: Token | None) -> tuple[Any, Any]:
    return getattr(user, "pk", None), getattr(token, "pk", None)
