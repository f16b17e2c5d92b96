"""Accounts of people: what may be granted to whom, and the audit line of every change."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import audience_of
from roi_project.audit import services as audit
from roi_project.kernel.errors import Forbidden

ACTS_FOR_TOOLS = frozenset({Group.PLANNER, Group.ADMINISTRATOR})


def told(user: Any) -> dict[str, Any]:
    """An account as the audit trail keeps it; never a password."""
    return {
        "username": user.get_username(),
        "name": user.get_full_name(),
        "email": user.email,
        "is_active": user.is_active,
        "groups": sorted(user.groups.values_list("name", flat=True)),
    }


def record(audience: Audience, user: Any, *, before: dict[str, Any] | None, now: dt.datetime) -> None:
    """Write down that an account was made or changed, in the transaction of the change."""
    after = told(user)
    if before is not None:
        differ = [name for name in after if before[name] != after[name]]
        if not differ:
            return
        before, after = {name: before[name] for name in differ}, {name: after[name] for name in differ}
    action = "created" if before is None else "changed"
    code = user.get_username()
    audit.record(
        audience, action=action, kind="users", object_id=user.pk, object_code=code, before=before, after=after, now=now
    )


def record_password(audience: Audience, user: Any, *, now: dt.datetime) -> None:
    """Write down that somebody set another person's password."""
    audit.record(
        audience,
        action="changed",
        kind="users",
        object_id=user.pk,
        object_code=user.get_username(),
        before={},
        after={"password": "set anew"},
        now=now,
    )


def refuse_grant(audience: Audience, *, user_id: int | None, names: Collection[str]) -> None:
    """Raises Forbidden for a grant that nobody may make alone."""
    if user_id is not None and user_id == audience.user_id:
        raise Forbidden("Nobody changes their own groups; another administrator does.")
    if {Group.FINANCE.value, Group.ADMINISTRATOR.value} <= set(names):
        raise Forbidden("Nobody is both finance and administrator: who hands out access does not keep the books.")


def refuse_token(audience: Audience, user: AbstractBaseUser) -> None:
    """Raises Forbidden for a token that would lend the caller what they may not see themselves."""
    if user.pk == audience.user_id:
        return
    if audience.within(frozenset({Group.ADMINISTRATOR})) and audience_of(user).groups <= ACTS_FOR_TOOLS:
        return
    raise Forbidden("A token that reads figures is made by the person it acts for, signed in themselves.")
