"""Giving tokens out, taking them back, and noting that they were used."""

import datetime as dt
from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.db.models import Q

from roi_project.access import secrets
from roi_project.access.audience import Audience
from roi_project.access.models import Token
from roi_project.audit import services as audit
from roi_project.kernel.errors import FieldProblem, Invalid

SCOPES = frozenset({"read", "write", "reports", "jobs"})
DEFAULT_LIFE = dt.timedelta(days=90)
LONGEST_LIFE = dt.timedelta(days=366)
LONGEST_SOURCE = 64
_USE_NOTED_EVERY = dt.timedelta(minutes=1)


@transaction.atomic
def issue_token(
    audience: Audience,
    *,
    user: AbstractBaseUser,
    name: str,
    scopes: Collection[str],
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
    sources: Collection[str] = (),
) -> tuple[Token, str]:
    """Make a token that acts for a user, and its text. The text is not kept: it cannot be shown again.

    With `sources` it writes rows of these systems alone, and changes none of others.
    """
    expires_at = expires_at or now + DEFAULT_LIFE
    _refuse_a_bad_token(user=user, name=name, scopes=scopes, life=expires_at - now, sources=sources)
    key, secret = secrets.new_pair()
    token = Token.objects.create(
        name=name,
        user=user,
        key=key,
        secret_hash=secrets.hash_of(key, secret),
        scopes=sorted(scopes),
        sources=sorted(set(sources)),
        expires_at=expires_at,
    )
    audit.record(
        audience,
        action="created",
        kind="tokens",
        object_id=token.pk,
        object_code=key,
        before=None,
        after={
            "name": name,
            "user": user.get_username(),
            "scopes": token.scopes,
            "sources": token.sources,
            "expires_at": expires_at,
        },
        now=now,
    )
    return token, secrets.text_of(key, secret)


@transaction.atomic
def revoke(audience: Audience, *, token: Token, now: dt.datetime, reason: str = "") -> Token:
    """End a token at once. Revoking twice keeps the first moment."""
    token = Token.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at:
        return token
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    audit.record(
        audience,
        action="changed",
        kind="tokens",
        object_id=token.pk,
        object_code=token.key,
        before={"revoked_at": None},
        after={"revoked_at": now},
        reason=reason,
        now=now,
    )
    return token


def note_use(token: Token, *, now: dt.datetime) -> None:
    """Remember when a token was last used, at most once a minute."""
    if is_noted(token.last_used_at, now=now):
        return
    a_minute_ago = now - _USE_NOTED_EVERY
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=a_minute_ago)
    try:
        with transaction.atomic():
            Token.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    except DatabaseError:
        pass  # a courtesy to the owner: a locked or read-only database must not fail the read it stands beside


def is_noted(last_used_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    """Whether a use now is near enough to the last one that was noted."""
    return last_used_at is not None and last_used_at > now - _USE_NOTED_EVERY


def _refuse_a_bad_token(
    *, user: AbstractBaseUser, name: str, scopes: Collection[str], life: dt.timedelta, sources: Collection[str]
) -> None:
    problems = []
    if not 1 <= len(name.strip()) <= 100:
        problems.append(FieldProblem("/name", "invalid", "A token needs a name of 1 to 100 characters."))
    if not scopes or not SCOPES.issuperset(scopes):
        known = ", ".join(sorted(SCOPES))
        problems.append(FieldProblem("/scopes", "invalid", f"A token needs at least one scope of: {known}."))
    if any(not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable() for source in sources):
        sentence = f"A source is the name of a system, of 1 to {LONGEST_SOURCE} characters."
        problems.append(FieldProblem("/sources", "invalid", sentence))
    if not dt.timedelta(0) < life <= LONGEST_LIFE:
        sentence = f"A token expires in the future, within {LONGEST_LIFE.days} days."
        problems.append(FieldProblem("/expires_at", "invalid", sentence))
    if not user.is_active:
        problems.append(FieldProblem("/user", "invalid", "This user is not active."))
    if problems:
        raise Invalid(problems[0].detail, problems=problems)
