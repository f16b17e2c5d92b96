"""The queue of benefits that wait for a second person: look at the evidence, then approve or reject, many at once."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from finance.models import BenefitReview, Decision
from finance.selectors.benefits import READERS
from finance.selectors.months import closed_among
from finance.selectors.waiting import Waiting, waiting
from finance.services.benefits import Item, decide
from finance.services.four_eyes import person_behind
from roi_project.access.audience import Group
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.kernel.errors import Invalid, Refusal
from roi_project.kernel.money import Money
from roi_project.kernel.period import month_start, parse_month
from teams.selectors.organisation import settings_on

MOST_ROWS = 500
FINANCE = frozenset({Group.FINANCE})
LATE = "{whose} closed, and a closed book never changes: this is kept, and no report shows it yet."
DECISIONS = {"approve": Decision.VALIDATED, "reject": Decision.REJECTED}


def waiting_page(request: HttpRequest) -> dict[str, Any]:
    """The oldest first; who wrote a benefit sees it and cannot tick it, unless one person keeps the books."""
    audience = audience_for(request)
    alone = settings_on(timezone.now().date()).single_controller
    found = waiting(audience)
    sums, external = Counter[str](), Counter[str]()
    for one in found:
        sums[one.amount.currency] += one.amount.minor
        external[one.amount.currency] += one.external_minor
    me = person_behind(audience.actor)
    closed = closed_among(one.month for one in found)
    return {
        "rows": [
            {
                "value": _value(one),
                "number": one.number,
                "month": cells.month(one.month),
                "closed": one.month in closed,
                "what": one.outcome or one.epic,
                "epic": one.epic,
                "class": one.benefit_class.replace("_", " "),
                "amount": cells.money(one.amount.minor, one.amount.currency),
                "evidence": one.evidence,
                "measured": _observations(one.metric) if one.metric else "",
                "author": person_behind(one.author),
                "own": person_behind(one.author) == me and not alone,
            }
            for one in found[:MOST_ROWS]
        ],
        "has_own": any(person_behind(one.author) == me for one in found) and not alone,
        "left_out": max(0, len(found) - MOST_ROWS),
        "count": len(found),
        "sums": [cells.money(minor, currency) for currency, minor in sorted(sums.items())],
        "external": [
            f"{currency}\u00a0{cells.for_the_eye(minor, currency)}"
            for currency, minor in sorted(external.items())
            if minor
        ],
        "may_decide": audience.within(FINANCE),
        "alone": alone,
    }


def _observations(metric: str) -> str:
    """Where what was measured is listed."""
    return f"{reverse('admin:outcomes_observation_changelist')}?{urlencode({'q': metric})}"


def decide_on(request: HttpRequest) -> HttpResponse:
    """Store one decision on everything ticked, all of it or nothing, and show the queue again."""
    try:
        decision = DECISIONS.get(request.POST.get("decision", ""))
        if decision is None:
            raise Invalid("Press Approve or Reject.")
        items = [_item(text, decision, request.POST.get("reason", "")) for text in request.POST.getlist("benefit")]
        if not items:
            raise Invalid("Tick the benefits that this is about.")
        done = decide(audience_for(request), items, settings=settings_on(timezone.now().date()))
    except Refusal as refusal:
        messages.error(request, f"Nothing was stored. {refusal.detail}")
    else:
        messages.success(request, _told(len(done), decision, _late(done)))
    return HttpResponseRedirect(reverse("admin:waiting"))


def _late(done: Sequence[BenefitReview]) -> int:
    """How many of these are about closed months, which are not compiled again."""
    closed = closed_among(review.month for review in done)
    return sum(review.month in closed for review in done)


def _told(count: int, decision: Decision, late: int) -> str:
    done = f"{count:,} benefit{'' if count == 1 else 's'} {decision.value}"
    if late == count:
        return f"{done}. {LATE.format(whose='Its month is' if count == 1 else 'Their months are')}"
    if count == 1:
        meaning = "it counts as returned" if decision is Decision.VALIDATED else "it is left out"
        return f"{done}; {meaning} when its month is compiled again."
    meaning = "they count as returned" if decision is Decision.VALIDATED else "they are left out"
    also = f" {LATE.format(whose=f'The months of {late:,} of them are')}" if late else ""
    return f"{done}; {meaning} when their months are compiled again.{also}"


def _value(one: Waiting) -> str:
    """What was seen, so that a decision is about just that."""
    subject = one.benefit or one.valuation
    kind = "benefit" if one.benefit else "valuation"
    return f"{kind} {subject} {one.month:%Y-%m} {one.amount.minor} {one.amount.currency}"


def _item(text: str, decision: Decision, reason: str) -> Item:
    try:
        kind, key, month, minor, currency = text.split(" ")
        named = {kind: uuid.UUID(key)}
        if kind == "valuation":
            named["month"] = month_start(parse_month(month))
        elif kind != "benefit":
            raise ValueError(kind)
        return Item(decision=decision, seen=Money(int(minor), currency), reason=reason, **named)
    except (ValueError, KeyError):
        raise Invalid("This is no benefit of the queue; load the page again.") from None


admin.site.pages.append(
    Page(
        title="Waiting for validation",
        read=READERS,
        template="finance/waiting.html",
        context=waiting_page,
        act=decide_on,
        icon="fact_check",
        path="waiting/",
        name="waiting",
        for_keepers=True,
    )
)
