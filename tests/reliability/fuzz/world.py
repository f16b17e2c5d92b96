"""What the requests meet: a small organisation with a compiled month, and callers of every sort."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from finance.models import BenefitEntry, Component, Posting, Valuation
from finance.services import books
from roi_project.access.audience import SYSTEM, Group
from roi_project.access.selectors import audience_of
from roi_project.access.services import SCOPES, issue_token, revoke
from roi_project.db.addresses import addresses
from roi_project.db.models import AddressKey
from roi_project.intake.kinds import all_kinds
from roi_project.intake.receive import receive
from roi_project.jobs.models import Job
from roi_project.jobs.runner import run_due
from roi_project.kernel.period import parse_month
from tests.golden import JULY
from tests.reliability.fuzz.company import rows

MOST_NAMES = 40
SESSION = "Session "
"""Before the id of a session, where others send a token."""
IN_A_BROWSER = " in a browser"
PAYLESS = ("bob", "carol", "eve", "nemo", "expired", "revoked", "forged", "basic", "nonsense")
MEMBERS = {
    "ada": Group.FINANCE, "grace": Group.FINANCE, "bob": Group.LEADER, "carol": Group.PLANNER, "dan": Group.AUDITOR,
    "eve": Group.ADMINISTRATOR,
}  # fmt: skip


@dataclass
class World:
    """Callers by name as what they send as `Authorization`, and the names that stand in addresses and bodies."""

    callers: dict[str, str]
    names: dict[str, list[str]]
    codes: dict[str, list[str]]
    blind: frozenset[str]
    """Callers who may never see pay."""

    def look_again(self) -> None:
        """Learn the names of what was stored meanwhile."""
        self.names = _names()


def build() -> World:
    """Fill an empty database: rows of every kind by the one way in, and books compiled by a job."""
    users = {name: _user(name, group) for name, group in MEMBERS.items()}
    users["nemo"] = User.objects.create_user("nemo")
    ada = audience_of(users["ada"])
    sent = rows()
    for kind in all_kinds():
        receipt = receive(ada, kind, [(i, row, "json") for i, row in enumerate(sent[kind.name], start=1)])
        assert not receipt.refused, (kind.name, receipt.refused)
    AddressKey.objects.update(key=bytes(AddressKey.LENGTH))  # the same addresses in every run
    books.request(ada, first=parse_month("2026-06"), last=parse_month(JULY))
    run_due()
    return World(
        callers=_callers(users),
        names=_names(),
        codes=_codes(),
        blind=frozenset({"", *PAYLESS, *(name + IN_A_BROWSER for name in PAYLESS)}),
    )


def _user(name: str, group: Group) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(DjangoGroup.objects.get_or_create(name=group.value)[0])
    return user


def _callers(users: dict[str, User]) -> dict[str, str]:
    now = timezone.now()

    def token(name: str, **more: Any) -> str:
        issued = {"name": "fuzz", "scopes": SCOPES, "now": now, **more}
        return issue_token(SYSTEM, user=users[name], **issued)[1]

    revoked, revoked_text = issue_token(SYSTEM, user=users["ada"], name="old", scopes=SCOPES, now=now)
    revoke(SYSTEM, token=revoked, now=now)
    past = now - dt.timedelta(days=2)
    callers = {name: f"Bearer {token(name)}" for name in users}
    callers |= {f"ada-{scope}": f"Bearer {token('ada', scopes={scope})}" for scope in sorted(SCOPES)}
    callers |= {name + IN_A_BROWSER: f"{SESSION}{_session(user)}" for name, user in users.items()}
    return callers | {
        "": "",
        "expired": f"Bearer {token('ada', now=past, expires_at=past + dt.timedelta(days=1))}",
        "revoked": f"Bearer {revoked_text}",
        "forged": f"{callers['ada'][:-4]}aaaa",
        "basic": "Basic dG9rZW46cm9pX2Fh",
        "nonsense": "Bearer \u00ff\u00fe",
    }


def _session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _names() -> dict[str, list[str]]:
    """What stands in addresses under each noun: ids of masters, keys of facts; in the admin ids by app and model."""
    found = {
        "jobs": [str(pk) for pk in Job.objects.order_by("created_at", "pk").values_list("pk", flat=True)],
        "explain": [str(address) for rows in (Component, Posting) for address in addresses_of(rows)],
    }
    for model in admin.site._registry:
        ids = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:MOST_NAMES]
        found[f"{model._meta.app_label}/{model._meta.model_name}"] = [str(pk) for pk in ids]
    for kind in all_kinds():
        if kind.is_master:
            names = kind.model._default_manager.order_by("-pk").values_list("pk", flat=True)
        else:
            names = kind.model.current.order_by("-pk").values_list("key", flat=True)
        found[kind.name] = [str(name) for name in names[:MOST_NAMES]]
    return found


def addresses_of(rows: type[Component | Posting]) -> list[int]:
    """The numbers that stand for them in addresses."""
    return addresses().hide_all(rows._default_manager.order_by("pk").values_list("pk", flat=True))


def _codes() -> dict[str, list[str]]:
    """Known names by the member of a body, or the parameter, that asks for one."""
    by_kind = {
        kind.name: list(kind.model._default_manager.order_by("pk").values_list("code", flat=True))
        for kind in all_kinds()
        if kind.is_master
    }
    found: dict[str, list[str]] = {}
    for kind in all_kinds():
        for column in kind.columns:
            to = getattr(column, "to", None)
            if to:
                found[column.name] = by_kind[to]
    found["value_stream"] = by_kind["value-streams"]
    found["code"] = [*(code for codes in by_kind.values() for code in codes), "new-1", "new-2", "new-3"]
    found["currency"] = ["USD", "USD", "EUR", "PLN", "JPY"]
    found["external_id"] = [f"row-{n}" for n in range(30)]
    found["source"] = ["", "jira", "erp"]
    found["benefit"] = [str(key) for key in BenefitEntry.objects.values_list("key", flat=True)]
    found["valuation"] = [str(key) for key in Valuation.objects.values_list("key", flat=True)]
    found["from"] = found["through"] = [JULY, "2026-06", "2026-01"]
    return found
