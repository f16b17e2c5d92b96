"""What the last book says should be known: in words, with who looks after it, and where somebody says so."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from finance.engine.findings import FindingCode
from finance.models import Finding
from finance.selectors.benefits import READERS
from finance.selectors.finding_groups import BY_GRAVITY, FindingGroup
from finance.selectors.findings import SUBJECT, Followed, codes_for, findings, with_follow_ups
from finance.selectors.months import latest_books
from finance.services.follow_ups import KEEPERS
from roi_project.access.selectors import audience_for
from roi_project.console.site import Page
from roi_project.db.snapshot import snapshot
from roi_project.kernel.period import month_start

FINDINGS = {
    FindingCode.MISSING_RATE: ("work has no rate, so its cost is missing", "finance"),
    FindingCode.MISSING_FX_RATE: ("amounts have no exchange rate, so they are missing", "finance"),
    FindingCode.MISSING_FX_RATE_OF_PAY: ("pay has no exchange rate", "finance"),
    FindingCode.CLOSED_CYCLE_WITHOUT_OUTLET: ("pools hand their cost to each other and to nobody else", "finance"),
    FindingCode.POOL_WITHOUT_RULE: ("pools have no rule, so nobody carries their cost", "finance"),
    FindingCode.OVER_ALLOCATED: ("people are planned for more than all their time", "planning"),
    FindingCode.DRIVER_STALE: ("shared cost is allocated by last month's use", "finance"),
    FindingCode.CARD_RESTS_ON_FEW: ("rate cards rest on fewer than five people", "finance"),
    FindingCode.FX_RATE_CARRIED: ("amounts are converted at last month's rate", "finance"),
    FindingCode.FX_RATE_CARRIED_OF_PAY: ("pay is converted at last month's rate", "finance"),
    FindingCode.EFFORT_CARRIED: ("effort is taken over from the month before", "the teams"),
}
"""What a finding means to somebody who has not read the book, and who can mend it."""
MOST_NAMED = 3
MOST_READ = 2_000
"""Findings of one sort; of more the page says that there are more."""


def in_words(code: str) -> str:
    says = FINDINGS[FindingCode(code)][0]
    return f"{says[0].upper()}{says[1:]}"


def finding_line(group: FindingGroup) -> dict[str, Any]:
    """A sort of finding in one line, with who looks after it or can mend it, and where that is said."""
    where = [name for _, name in group.teams[:MOST_NAMED]] or list(group.pools[:MOST_NAMED])
    more = max(len(group.teams), len(group.pools)) - len(where)
    places = f" ({', '.join(where)}{f' and {more} more' if more > 0 else ''})" if where else ""
    return {
        "text": f"{in_words(group.code)}: {_cases(group.count)}{places}.",
        "owner": ", ".join(group.owners) or FINDINGS[group.code][1],
        "due": "" if group.due_on is None else f"by {group.due_on}",
        "overdue": group.overdue,
        "url": f"{reverse('admin:leader_findings')}?{urlencode({'code': group.code})}",
        "link": "open the finding" if group.count == 1 else "open the findings",
    }


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def page(request: HttpRequest) -> dict[str, Any]:
    """The findings of the last book, a row for what is looked after together; those accepted for a while apart."""
    audience, today = audience_for(request), timezone.localdate()
    known = codes_for(audience)
    asked = request.GET.get("code", "")
    with snapshot():
        books = latest_books(1, sees_pay=audience.sees_pay)
        found = findings(audience, books, codes=[asked] if asked in known else None)
        read = with_follow_ups(audience, found[: MOST_READ + 1], today) if books else []
    about: dict[tuple[Any, ...], list[tuple[Finding, Followed]]] = {}
    for one, care in read[:MOST_READ]:
        about.setdefault((one.code, *(getattr(one, f"{name}_id") for name in SUBJECT)), []).append((one, care))
    rows = sorted((_row(same, today) for same in about.values()), key=lambda row: row["order"])
    return {
        "month": f"{month_start(books[-1].month):%B %Y}" if books else "",
        "open": [row for row in rows if not row["accepted"]],
        "accepted": [row for row in rows if row["accepted"]],
        "has_more": len(read) > MOST_READ,
        "only": in_words(asked) if asked in known else "",
        "all_url": reverse("admin:leader_findings"),
        "may_keep": audience.within(KEEPERS),
    }


def _row(same: Sequence[tuple[Finding, Followed]], today: dt.date) -> dict[str, Any]:
    finding, care = same[0]
    what, where = in_words(finding.code), _where(finding)
    return {
        "what": what,
        "cases": _cases(len(same)),
        "where": where,
        "owner": care.owner,
        "mends": FINDINGS[FindingCode(finding.code)][1],
        "due_on": care.due_on,
        "overdue": care.overdue,
        "accepted": care.accepted,
        "accepted_until": care.accepted_until,
        "reason": care.reason,
        "url": _keeping(finding, care),
        "order": (BY_GRAVITY.index(FindingCode(finding.code)), where["name"], finding.pk),
    }


def _where(finding: Finding) -> dict[str, str]:
    """A person is counted and not named: who looks after it sees the name where it is looked after."""
    if finding.team is not None:
        name = finding.team.name or finding.team.code
        return {"name": name, "url": reverse("admin:leader_team", args=[finding.team.pk])}
    if finding.person is not None:
        return {"name": "one person", "url": reverse("admin:leader_capacity")}
    one = finding.pool or finding.role
    return {"name": "" if one is None else one.name or one.code, "url": ""}


def _keeping(finding: Finding, care: Followed) -> str:
    """Where somebody says who looks after it: what was said before, or a form that knows what it is about."""
    if care.pk is not None:
        return reverse("admin:finance_findingfollowup_change", args=[care.pk])
    about = {name: pk for name in SUBJECT if (pk := getattr(finding, f"{name}_id")) is not None}
    return f"{reverse('admin:finance_findingfollowup_add')}?{urlencode({'code': finding.code} | about)}"


admin.site.pages.append(
    Page(
        title="Findings",
        icon="assignment_ind",
        read=READERS,
        template="finance/leader_findings.html",
        context=page,
        path="findings/",
        name="leader_findings",
    )
)
