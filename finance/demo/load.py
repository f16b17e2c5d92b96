"""Bringing Harbour & Pine in: its rows by the door everybody uses, and a second person's word on its benefits."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.db import transaction

from finance.demo import changes, company, costs, effort, observations, people, pools
from finance.demo.calendar import FIRST, LAST, Row, Rows, euros, since
from finance.demo.changes import VALUED, Signed
from finance.models import BenefitEntry, Decision, Valuation
from finance.selectors.valued import amounts_of
from finance.services import benefits, books
from finance.services.benefits import Item
from roi_project.access.audience import Audience
from roi_project.intake.kinds import all_kinds, kind_named
from roi_project.intake.receive import receive
from roi_project.jobs.models import Job
from roi_project.kernel.errors import Conflict
from roi_project.kernel.money import Money
from roi_project.kernel.period import month_start, parse_month
from teams.models import OrganisationSettings
from teams.selectors.organisation import settings_on

PROMISES = "anticipated-benefits"
SIGNED_MONTHS = tuple(month_start(parse_month(month)) for month in since("2025-07"))
BADGES = {
    "external_id": "badges-2025-10",
    "outcome": "loyalty-badges",
    "month": "2025-10",
    "amount": euros("12000.00"),
    "benefit_class": "hard_cash",
    "evidence": "slide 7 of the autumn review",
}
REJECTED_BECAUSE = "The customers on the slide came back before they had a badge."


@dataclass(frozen=True)
class Loaded:
    """What went in, and the job that compiles it."""

    rows: int
    signed: int
    job: Job


def all_rows() -> Rows:
    """Every row of the company by kind, in the order in which kinds are sent."""
    parts = [module.rows() for module in (company, people, changes, observations, effort, costs, pools)]
    found: Rows = {"benefit-entries": [BADGES]}
    for kind, rows in chain.from_iterable(part.items() for part in parts):
        found.setdefault(kind, []).extend(rows)
    return {kind.name: found[kind.name] for kind in all_kinds() if kind.name in found}


def _in_order(rows: Rows) -> Iterator[tuple[str, list[Row]]]:
    """What points at something comes after it, and what is promised of an epic before the work on it begins."""
    for name, sent in rows.items():
        if name == "epics":
            yield name, [row | {"started_on": None, "released_on": None, "stopped_on": None} for row in sent]
            yield PROMISES, rows[PROMISES]
        if name != PROMISES:
            yield name, sent


@transaction.atomic
def load(author: Audience, reviewer: Audience) -> Loaded:
    """Bring the company in on behalf of `author`, let `reviewer` sign its benefits, and ask for its books.

    Raises Conflict where there is an organisation already: a demonstration never mixes with real figures.
    """
    if OrganisationSettings.current.exists():
        raise Conflict("There is an organisation in this database already; the demonstration needs an empty one.")
    rows = all_rows()
    for name, sent in _in_order(rows):
        numbered = [(number, row, "json") for number, row in enumerate(sent, start=1)]
        receipt = receive(author, kind_named(name), numbered, keep_results=False)
        if receipt.is_refused:
            raise receipt.refusal()
    settings = settings_on(month_start(LAST))
    reviews = benefits.decide(reviewer, _signed() + _rejected(), settings=settings)
    job = books.request(author, first=FIRST, last=LAST)
    return Loaded(rows=sum(map(len, rows.values())), signed=len(reviews), job=job)


def _signed() -> list[Item]:
    """Every month of the benefits that finance has looked at, at the amount it comes to."""
    validated = [change.epic for change in VALUED if change.signed is Signed.VALIDATED]
    related = Valuation.current.select_related("outcome__metric", "outcome__epic").order_by("outcome__code")
    asked = [(one, month) for one in related.filter(outcome__code__in=validated) for month in SIGNED_MONTHS]
    return [
        Item(Decision.VALIDATED, seen=amount, valuation=valuation.key, month=month)
        for (valuation, month), amount in zip(asked, amounts_of(asked), strict=True)
        if amount is not None
    ]


def _rejected() -> list[Item]:
    return [
        Item(
            Decision.REJECTED,
            seen=Money(entry.amount_minor, entry.currency),
            benefit=entry.key,
            reason=REJECTED_BECAUSE,
        )
        for entry in BenefitEntry.current.all()
    ]
