"""The facts behind the lines and splits of a book, in the versions the book was made of.

A closed month opens to what was believed when it was compiled, whatever was corrected since: versions are chosen by
the latest fact the book knows of. Masters are named as they are; what their columns were then, the audit trail tells.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from finance import models as money
from finance.engine.accounts import VARIANCE, Account, EffortSource, LineKind
from finance.engine.benefits import EFFORT_LOOK_BACK
from finance.models import Book, Line, Posting
from finance.selectors.believed import believed, in_force, month_of
from finance.selectors.card_prices import cards_of
from finance.selectors.facts import FX_LOOK_BACK
from outcomes.models import Attribution, AttributionModel, Effort, EpicStreamShare, EpicTeam, Outcome
from roi_project.kernel.money import format_minor
from roi_project.kernel.period import month_index, month_start
from teams.models import (
    Absence,
    AbsenceReason,
    Assignment,
    PersonTerms,
    TeamStreamShare,
)

UNPAID = (AbsenceReason.UNPAID, AbsenceReason.PARENTAL)


@dataclass(frozen=True)
class FactRef:
    """A fact or a master by its address: `name` is a fact's key or a master's id. `says` is it in a few words.

    `changed_since`: the book was made of an earlier version than the address shows first. `query` asks for a list of
    facts instead of one.
    """

    kind: str
    name: str
    says: str = ""
    changed_since: bool = False
    query: tuple[tuple[str, str], ...] = ()


def fact(kind: str, row: Any, says: str = "") -> FactRef:
    """A stored version of a fact as a reference."""
    return FactRef(kind, str(row.key), says, changed_since=row.superseded_at is not None)


def percent(share: Decimal) -> str:
    """0.3333 as “33.33 %”."""
    return f"{(share * 100).normalize():f} %"


def exchange(book: Book, rows: Iterable[Any]) -> dict[str, FactRef]:
    """By foreign currency of these rows: the rate they were converted at, carried from an earlier month if need be."""
    foreign = {row.currency for row in rows} - {book.currency}
    oldest = month_start(month_index(book.month) - FX_LOOK_BACK)
    rates = believed(money.ExchangeRate, book).filter(
        currency__in=foreign, month__gte=oldest, month__lte=book.month, rate_type="average"
    )
    newest = {row.currency: row for row in rates.order_by("month")} if foreign else {}
    return {
        code: fact("exchange-rates", row, f"1 {code} = {row.rate.normalize():f} {book.currency} in {row.month:%Y-%m}")
        for code, row in newest.items()
    }


# --- people ------------------------------------------------------------------------------------------------------


def of_people(book: Book, people: set[int], *, variance: bool) -> dict[int, list[FactRef]]:
    """What the lines of people were computed from: assignments, terms, unpaid days, cards; for variance their pay.

    A fixed number of queries. Assignments to every team are named, because together they are what was split.
    """
    out: dict[int, list[FactRef]] = defaultdict(list)
    force = in_force(book) & Q(person_id__in=people)
    for row in believed(Assignment, book).filter(force).select_related("team").order_by("team__code", "starts_on"):
        out[row.person_id].append(fact("assignments", row, f"{percent(row.share)} in {row.team.code}{_days(row)}"))
    terms = list(believed(PersonTerms, book).filter(force).order_by("starts_on"))
    for row in terms:
        out[row.person_id].append(fact("person-terms", row, f"other terms{_days(row)}"))
    for row in believed(Absence, book).filter(force, reason__in=UNPAID).order_by("starts_on"):
        out[row.person_id].append(fact("absences", row, f"unpaid{_days(row)}"))
    cards = list(cards_of(book, people, terms))
    pay = list(believed(money.PersonRate, book).filter(force).order_by("starts_on")) if variance else []
    converted = exchange(book, [*(card for _, card in cards), *pay])
    for kind, person, rate in (
        *(("rate-cards", person, card) for person, card in cards),
        *(("person-rates", row.person_id, row) for row in pay),
    ):
        out[person].append(fact(kind, rate, _rate(rate)))
        if rate.currency in converted and converted[rate.currency] not in out[person]:
            out[person].append(converted[rate.currency])
    return out


def _days(row: Any) -> str:
    until = f" until {row.ends_on}" if row.ends_on else ""
    return f" from {row.starts_on}{until}"


_A = {"hour": "an hour", "month": "a month", "year": "a year"}


def _rate(row: Any) -> str:
    return f"{format_minor(row.amount_minor, row.currency)} {row.currency} {_A[row.unit]}{_days(row)}"


# --- splits ------------------------------------------------------------------------------------------------------


def of_split(book: Book, posting: Posting) -> list[FactRef]:
    """What a component was split over its leaves by: the team's effort, then the stream shares of epic and team."""
    if posting.team_id is None:
        return []
    month = book.month
    if posting.effort_source == EffortSource.CARRIED:
        month = month_start(month_index(month) - 1)
    if posting.account >= Account.BENEFIT and posting.account < VARIANCE:
        return []  # who brought it about decided, which its lines tell
    effort = believed(Effort, book).filter(team_id=posting.team_id, month=month).select_related("epic").order_by("id")
    out = [fact("efforts", row, _effort(row)) for row in _counted(effort)]
    force = in_force(book)
    of_epic = believed(EpicStreamShare, book).filter(force, epic_id=posting.epic_id).select_related("stream")
    of_team = believed(TeamStreamShare, book).filter(force, team_id=posting.team_id).select_related("stream")
    if posting.epic_id is not None:
        out += [fact("epic-stream-shares", row, f"{percent(row.share)} for {row.stream.code}") for row in of_epic]
    out += [fact("team-stream-shares", row, f"{percent(row.share)} for {row.stream.code}") for row in of_team]
    return out


def _counted(rows: Iterable[Effort]) -> list[Effort]:
    """Where a team declared shares of a month, they count alone; else its item-days."""
    found = list(rows)
    declared = {(row.team_id, row.month) for row in found if row.share is not None}
    return [row for row in found if row.share is not None or (row.team_id, row.month) not in declared]


def _effort(row: Effort) -> str:
    what = row.epic.code if row.epic else row.work_type
    if row.share is not None:
        return f"{percent(row.share)} of {row.month:%Y-%m} on {what}"
    return f"{row.item_days.normalize():f} item-days of {row.month:%Y-%m} on {what}"


# --- pools -------------------------------------------------------------------------------------------------------


def of_pools(book: Book, pool: int) -> list[FactRef]:
    """How a pool was allocated in the month, and every pool its cost went through: rules, shares, use."""
    force = in_force(book)
    rules = list(believed(money.AllocationRule, book).filter(force).order_by("pool_id", "starts_on"))
    shares = list(_with_target(believed(money.AllocationShare, book).filter(force)))
    use = list(_with_target(believed(money.DriverRow, book).filter(month=book.month)))
    earlier = month_start(month_index(book.month) - 1)
    told = {row.pool_id for row in use}
    use += [
        row for row in _with_target(believed(money.DriverRow, book).filter(month=earlier)) if row.pool_id not in told
    ]
    through = _reached(pool, [*shares, *use])
    codes = dict(money.Pool.objects.filter(pk__in=through).values_list("pk", "code"))
    return [
        *(
            fact("allocation-rules", row, f"{codes[row.pool_id]} by {row.driver}")
            for row in rules
            if row.pool_id in codes
        ),
        *(
            fact("allocation-shares", row, f"{percent(row.share)} of {codes[row.pool_id]} to {_target(row)}")
            for row in shares
            if row.pool_id in codes
        ),
        *(
            fact("driver-rows", row, f"{row.quantity.normalize():f} of {codes[row.pool_id]} by {_target(row)}")
            for row in use
            if row.pool_id in codes
        ),
    ]


def _reached(pool: int, rows: Iterable[Any]) -> set[int]:
    """The pool and all that its cost goes through: other pools, and teams that are pools themselves."""
    of_team = dict(money.Pool.objects.filter(team__isnull=False).values_list("team_id", "pk"))
    uses: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        uses[row.pool_id] |= {row.to_pool_id or of_team.get(row.team_id, pool)}
    reached, waiting = {pool}, [pool]
    while waiting:
        new = uses[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def _with_target(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("team", "to_pool").order_by("pool_id", "id")


def _target(row: money.AllocationShare | money.DriverRow) -> str:
    if row.team is not None:
        return str(row.team.code)
    return str(row.to_pool.code) if row.to_pool is not None else row.sink


# --- benefits ----------------------------------------------------------------------------------------------------

SOURCES: dict[LineKind, tuple[type[Any], str]] = {
    LineKind.CONTRACTOR: (money.ContractorLine, "contractor-lines"),
    LineKind.COST_ENTRY: (money.CostEntry, "cost-entries"),
    LineKind.BENEFIT_ENTRY: (money.BenefitEntry, "benefit-entries"),
    LineKind.VALUATION: (money.Valuation, "valuations"),
}
"""What a line that is no person's came from, and what its kind is called."""


def of_sources(book: Book, kind: LineKind, lines: Iterable[Line]) -> dict[int, tuple[Any, list[FactRef]]]:
    """The very rows that lines came from, by id, each with its references; a benefit with who shared in it and why."""
    model, name = SOURCES[kind]
    found = model.objects.filter(pk__in={line.source_id for line in lines})
    rows = {row.pk: row for row in (found.select_related("volume_metric") if kind == LineKind.VALUATION else found)}
    converted = exchange(book, rows.values())
    refs = {
        pk: [fact(name, row), *([converted[row.currency]] if row.currency in converted else [])]
        for pk, row in rows.items()
    }
    if kind in (LineKind.CONTRACTOR, LineKind.COST_ENTRY):
        return {pk: (row, refs[pk]) for pk, row in rows.items()}
    outcomes = {
        row.pk: row
        for row in Outcome.objects.filter(pk__in={r.outcome_id for r in rows.values()}).select_related("metric", "epic")
    }
    shared = _attributed(book, outcomes.values())
    for pk, row in rows.items():
        outcome = outcomes.get(row.outcome_id)
        if outcome is None:
            continue
        refs[pk].append(FactRef("outcomes", str(outcome.pk), outcome.code))
        if kind == LineKind.VALUATION:
            measured = [outcome.metric, *([row.volume_metric] if row.volume_metric else [])]
            refs[pk] += [_observed(book, metric) for metric in measured]
        refs[pk] += shared[outcome.pk]
    return {pk: (row, refs[pk]) for pk, row in rows.items()}


def _observed(book: Book, metric: Any) -> FactRef:
    first, end = month_of(book)
    query = (("metric", metric.code), ("since", str(first)), ("until", str(end)))
    return FactRef("observations", "", f"{metric.code} in {first:%Y-%m}", query=query)


def _attributed(book: Book, outcomes: Iterable[Outcome]) -> dict[int, list[FactRef]]:
    """By outcome: agreed shares, or the effort on its epic, or the teams linked to it, as its model says."""
    agreed: dict[int, list[FactRef]] = defaultdict(list)
    by_id = {outcome.pk: outcome for outcome in outcomes}
    fixed = [pk for pk, row in by_id.items() if row.attribution_model == AttributionModel.FIXED]
    rows = believed(Attribution, book).filter(outcome_id__in=fixed).select_related("epic", "team", "stream")
    for row in rows.order_by("id"):
        to = " / ".join(part.code for part in (row.epic, row.team, row.stream) if part is not None)
        agreed[row.outcome_id].append(fact("attributions", row, f"{percent(row.share)} to {to}"))
    epics = {row.epic_id for pk, row in by_id.items() if pk not in fixed}
    effort: dict[int, list[FactRef]] = defaultdict(list)
    since = month_start(month_index(book.month) - EFFORT_LOOK_BACK)
    worked = believed(Effort, book).filter(epic_id__in=epics, month__gte=since, month__lte=book.month)
    teams = set(worked.values_list("team_id", flat=True))
    every = believed(Effort, book).filter(team_id__in=teams, month__gte=since, month__lte=book.month)
    for row in _counted(every.select_related("epic", "team").order_by("month", "id")):
        if row.epic_id not in epics:
            continue
        effort[row.epic_id].append(fact("efforts", row, f"{row.team.code}: {_effort(row)}"))
    linked: dict[int, list[FactRef]] = defaultdict(list)
    for row in believed(EpicTeam, book).filter(in_force(book), epic_id__in=epics).select_related("team"):
        linked[row.epic_id].append(fact("epic-teams", row, f"{row.team.code} works on it"))
    for pk, row in by_id.items():
        if pk in fixed:
            continue
        by_effort = effort[row.epic_id] if row.attribution_model == AttributionModel.EFFORT else []
        agreed[pk] += by_effort or linked[row.epic_id]
    return agreed
