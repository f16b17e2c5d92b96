"""What stands between the facts and a first ROI. It counts, and tells no amounts and nothing of pay."""

import datetime as dt
from collections.abc import Iterator

from django.db.models.functions import Coalesce

from finance.models import (
    AllocationRule,
    BenefitEntry,
    BenefitReview,
    BookMonth,
    ContractorLine,
    CostEntry,
    Decision,
    ExchangeRate,
    RateCard,
    Valuation,
)
from finance.selectors.months import current_books
from roi_project.kernel.period import month_index, month_text
from roi_project.start.lacks import Lack, are, check, have
from teams.models import Person, Team, TeamStreamShare
from teams.selectors.organisation import settings_on

YEAR = 12
MOST_NAMED = 5


@check("rates")
def unpriced_roles(now: dt.datetime) -> Iterator[Lack]:
    roles = Person.objects.exclude(role__in=RateCard.current.values("role")).values("role").distinct().count()
    if roles:
        yield Lack(
            "ROI and investment",
            f"There are no rates for {roles:,} role famil{'y' if roles == 1 else 'ies'}, so the time of its people "
            "has no cost.",
            "Fill the sheet Rates, or add rate cards.",
        )


@check("unassigned-teams")
def teams_whose_cost_nobody_carries(now: dt.datetime) -> Iterator[Lack]:
    """Neither a value stream nor, for the team of a pool, those who use it."""
    passed_on = AllocationRule.current.exclude(pool__team=None).values("pool__team")
    served = TeamStreamShare.current.values("team")
    teams = Team.objects.exclude(pk__in=served).exclude(pk__in=passed_on).order_by("code")
    codes = list(teams.values_list("code", flat=True))
    if codes:
        named = ", ".join(codes[:MOST_NAMED]) + (", …" if len(codes) > MOST_NAMED else "")
        yield Lack(
            "ROI by value stream",
            f"{have(len(codes), 'team')} neither a value stream nor a pool for {'its' if len(codes) == 1 else 'their'} "
            f"cost, which stays unassigned: {named}.",
            "Fill the column Value stream of the sheet Teams, or add team stream shares; for a team that others use, "
            "add a pool with an allocation rule. Where nobody should carry its cost, leave it.",
        )


@check("costs")
def nothing_costs(now: dt.datetime) -> Iterator[Lack]:
    if not any(model.current.exists() for model in (CostEntry, RateCard, ContractorLine)):
        yield Lack(
            "ROI and investment",
            "There are no costs and no rates.",
            "Fill the sheet Costs, or the sheets People & assignments and Rates.",
            blocks=True,
        )


@check("benefits")
def nothing_returns(now: dt.datetime) -> Iterator[Lack]:
    if not (BenefitEntry.current.exists() or Valuation.current.exists()):
        yield Lack("ROI", "There are no benefits.", "Fill the sheet Benefits, or value an outcome.", blocks=True)
    elif not BenefitReview.current.filter(decision=Decision.VALIDATED).exists():
        yield Lack(
            "ROI",
            "No benefit has been validated, so none is counted as returned.",
            "Somebody else of finance validates them (Waiting for validation in the admin), then compile again.",
            blocks=True,
        )


@check("exchange-rates")
def unknown_currencies(now: dt.datetime) -> Iterator[Lack]:
    used: set[str] = set()
    for model in (RateCard, CostEntry, ContractorLine, BenefitEntry, Valuation):
        used |= set(model.current.values_list("currency", flat=True).distinct())
    known = set(ExchangeRate.current.values_list("currency", flat=True).distinct())
    unknown = sorted(used - known - {settings_on(now.date()).reporting_currency, ""})
    if unknown:
        yield Lack(
            "ROI and investment",
            f"There is no exchange rate for {', '.join(unknown)}, so amounts in it are not counted.",
            "Add exchange rates for its months.",
        )


@check("books")
def months_without_a_book(now: dt.datetime) -> Iterator[Lack]:
    today = now.date()
    costs = CostEntry.current.annotate(since=Coalesce("service_from", "incurred_on"))
    days = [*costs.filter(since__lte=today).dates("since", "month")]
    days += BenefitEntry.current.filter(month__lte=today).dates("month", "month")
    months = BookMonth.objects.exclude(current_book=None).values_list("month", flat=True)
    booked = {month_index(month) for month in months}
    begun = min(booked, default=0)  # what lies before the first book nobody has asked for, as the start of a licence
    missing = sorted(month for month in {month_index(day) for day in days} - booked if month >= begun)
    if missing:
        first, last = month_text(missing[0]), month_text(missing[-1])
        yield Lack(
            "every report",
            f"{have(len(missing), 'month')} costs or benefits, and no book.",
            f"Compile {first} through {last} (Get started in the admin, or manage.py compile_books {first} {last} "
            "--by USERNAME).",
            blocks=not booked,
        )
    elif not booked:
        yield Lack("every report", "No month has a book.", "Compile the months you want to see.", blocks=True)
    latest = max(booked, default=0)
    books = current_books(latest - YEAR + 1, latest) if booked else []
    stale = [book for book in books if book.stale and not book.sealed]  # a closed one is not compiled again
    if stale:
        yield Lack(
            "every report",
            f"{are(len(stale), 'month')} compiled without their newest facts.",
            "Compile them again; a worker does so by itself after a while.",
        )
