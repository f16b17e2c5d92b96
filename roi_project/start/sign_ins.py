"""People to sign in as, one for each audience, and the note of their passwords that stays on this machine."""

import datetime as dt
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as DjangoGroup

from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import valid_token
from roi_project.access.services import issue_token

STARTER = Audience(actor="command:up", groups=frozenset({Group.ADMINISTRATOR}))
# username: group, and what it may see
PEOPLE = {
    "finance": (Group.FINANCE, "everything, pay too"),
    "controller": (Group.FINANCE, "the same; signs what finance wrote"),
    "leader": (Group.LEADER, "streams, teams and results, no pay"),
    "planner": (Group.PLANNER, "teams and people, no pay; by token only"),
    "auditor": (Group.AUDITOR, "everything, changes nothing"),
    "administrator": (Group.ADMINISTRATOR, "users, settings and jobs, no figures"),
}
# A planner is a tool, so it has a token instead of a password.
TOKENS = {"finance": ("read", "reports"), "planner": ("read", "reports", "write")}
READER = "finance"


@dataclass(frozen=True)
class SignIns:
    """Passwords and tokens by username, and whether those people see a demonstration."""

    passwords: dict[str, str]
    tokens: dict[str, str]
    demonstration: bool


def issue(*, now: dt.datetime, demonstration: bool) -> SignIns:
    """Make the people, with a password to sign in or a token to send."""
    passwords = {name: secrets.token_urlsafe(9) for name in PEOPLE if PEOPLE[name][0] != Group.PLANNER}
    for username, (group, _) in PEOPLE.items():
        user, _ = get_user_model().objects.get_or_create(username=username)
        user.set_password(passwords.get(username))  # None: no password opens this account
        user.save()
        user.groups.add(DjangoGroup.objects.get(name=group.value))
    return SignIns(passwords, {name: _token(name, now=now) for name in TOKENS}, demonstration)


def _token(username: str, *, now: dt.datetime) -> str:
    user = get_user_model().objects.get(username=username)
    _, text = issue_token(STARTER, user=user, name="first look", scopes=TOKENS[username], now=now)
    return text


def remember(note: Path, sign_ins: SignIns) -> None:
    """Write them down where only the owner of the file can read them."""
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(sign_ins), file, indent=1)


def recall(note: Path, *, now: dt.datetime) -> SignIns | None:
    """What was written down at the first start, with fresh tokens for those that no longer work."""
    try:
        known = SignIns(**json.loads(note.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    dead = [name for name, text in known.tokens.items() if valid_token(text, now=now) is None]
    if get_user_model().objects.filter(username__in=dead, is_active=True).count() < len(dead):
        return None
    if dead:
        known = replace(known, tokens=known.tokens | {name: _token(name, now=now) for name in dead})
        remember(note, known)
    return known
