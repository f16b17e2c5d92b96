"""Whose request this is: the user and token behind it, and the audience they make."""

import datetime as dt
import hmac
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from roi_project.access import secrets
from roi_project.access.audience import PERSON, Audience, Group
from roi_project.access.models import Token
from roi_project.kernel.errors import NotFound

NOBODY = Audience(actor="nobody")
_GROUP_NAMES = frozenset(group.value for group in Group)


def valid_token(text: str, *, now: dt.datetime) -> Token | None:
    """The token this text belongs to, while it may be used; None tells nothing about what was wrong."""
    parts = secrets.parts_of(text)
    if parts is None:
        return None
    key, secret = parts
    token = Token.objects.select_related("user").filter(key=key).first()
    # An unknown key is compared too, so that the time taken does not tell which keys exist.
    fits = hmac.compare_digest(token.secret_hash if token else "0" * 64, secrets.hash_of(key, secret))
    if not (token and fits and token.user.is_active):
        return None
    return token if token.revoked_at is None and now < token.expires_at else None


def audience_of(user: AbstractBaseUser | AnonymousUser | None, token: Token | None = None) -> Audience:
    """The audience a user makes, limited to the scopes of the token they came with.

    A superuser is an administrator and nothing else: figures need a group of their own.
    """
    if user is None or not user.is_authenticated:
        return NOBODY
    names = set(user.groups.filter(name__in=_GROUP_NAMES).values_list("name", flat=True))
    if user.is_superuser:
        names.add(Group.ADMINISTRATOR.value)
    username = user.get_username()
    return Audience(
        actor=f"token:{token.key} ({username})" if token else f"user:{username}",
        user_id=user.pk,
        groups=frozenset(Group(name) for name in names),
        scopes=frozenset(token.scopes) if token else None,
        sources=frozenset(token.sources) if token and token.sources else None,
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
    asked = (getattr(user, "pk", None), getattr(token, "pk", None))
    plain = getattr(request, "_request", request)
    known = getattr(plain, "_audience", None)
    if known is None or known[0] != asked:
        known = plain._audience = (asked, audience_of(user, token))
    return known[1]
