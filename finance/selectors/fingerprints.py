"""What each month's book is made of, as one short name: counts and ids per fact kind, never contents.

A month is compiled again exactly when its fingerprint has changed. Of facts only those in force count: a new version
has the highest id of all, a withdrawal is one fewer, so rows that were superseded need not be looked at. Masters count
by the changes that can alter a book (their revisions): a new team makes nothing stale until a fact points at it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, models
from django.db.models import Model

from finance import models as money
from finance.engine.benefits import EFFORT_LOOK_BACK
from finance.engine.book import ENGINE_VERSION
from finance.selectors.columns import SPENT
from finance.selectors.facts import FX_LOOK_BACK
from outcomes import models as work
from roi_project.kernel.fingerprint import fingerprint
from roi_project.kernel.period import month_start
from teams import models as people
from teams.selectors.holidays import calendar_version

FAR = 10**6
HALF = 32


@dataclass(frozen=True)
class Shape:
    """Which months a row of a table touches: its columns for the first day and the first day after.

    `end` None: the month of `start` alone, and `look_back` months after it. An end that is NULL is open, or else the
    row is one of a single month.
    """

    model: type[Model]
    start: str
    end: str | None = None
    look_back: int = 0
    open_end: bool = True

    def touching(self, first: int, last: int) -> tuple[str, list[dt.date]]:
        """Condition and parameters for rows that touch one of the months first..last."""
        begin, stop = month_start(first - self.look_back), month_start(last + 1)
        if not self.open_end:  # cost entries: with a service period or without, each with an index of its own
            return SPENT, [begin, stop, begin, stop]
        if self.end is None:
            return f"{self.start} >= %s AND {self.start} < %s", [begin, stop]
        return f"{self.start} < %s AND ({self.end} IS NULL OR {self.end} > %s)", [stop, begin]


SHAPES = (
    Shape(people.OrganisationSettings, "starts_on", "CAST(NULL AS date)"),
    Shape(people.TeamStreamShare, "starts_on", "ends_on"),
    Shape(people.PersonTerms, "starts_on", "ends_on"),
    Shape(people.Assignment, "starts_on", "ends_on"),
    Shape(people.Absence, "starts_on", "ends_on"),
    Shape(people.Closure, '"on"'),
    Shape(people.Person, "employed_from", "employed_until"),
    Shape(work.EpicTeam, "starts_on", "ends_on"),
    Shape(work.EpicStreamShare, "starts_on", "ends_on"),
    Shape(work.Effort, "month", look_back=EFFORT_LOOK_BACK),
    Shape(work.MetricMonth, "month"),
    Shape(money.ExchangeRate, "month", look_back=FX_LOOK_BACK),
    Shape(money.RateCard, "starts_on", "ends_on"),
    Shape(money.PersonRate, "starts_on", "ends_on"),
    Shape(money.ContractorLine, "month"),
    Shape(money.CostEntry, "COALESCE(service_from, incurred_on)", "service_until", open_end=False),
    Shape(money.AllocationRule, "starts_on", "ends_on"),
    Shape(money.AllocationShare, "starts_on", "ends_on"),
    Shape(money.DriverRow, "month", look_back=1),
    Shape(money.Valuation, "starts_on", "ends_on"),
    Shape(money.BenefitEntry, "month"),
    Shape(money.BenefitReview, "month"),
)
PAY = (money.PersonRate,)
UNDATED = (work.Attribution,)
MASTERS = (people.Person, work.Epic, work.Metric, work.Outcome, money.Pool)


def fingerprints(first: int, last: int) -> dict[int, str]:
    """The fingerprint of every month first..last (month indexes). Call inside the snapshot that loads the facts.

    Its first half names everything but pay, its second half pay: see `without_pay`.
    """
    always: dict[str, object] = {"engine": ENGINE_VERSION, "holidays": calendar_version()}
    for model in MASTERS:
        always[f"{model.__name__} revisions"] = _revisions(model)
    for model in UNDATED:
        always[model.__name__] = _totals(model)
    parts: dict[int, dict[str, object]] = {month: dict(always) for month in range(first, last + 1)}
    pay: dict[int, dict[str, object]] = {month: {} for month in parts}
    for shape in SHAPES:
        for month, counts in _counts(shape, first, last).items():
            (pay if shape.model in PAY else parts)[month][shape.model.__name__] = counts
    return {month: fingerprint(found)[:HALF] + fingerprint(pay[month])[:HALF] for month, found in parts.items()}


def without_pay(whole: str) -> str:
    """The part of a fingerprint that stays the same while nothing but pay changes."""
    return whole[:HALF]


def _revisions(model: type[Model]) -> int:
    """How many material changes there ever were; a new row is no change."""
    found = model._default_manager.aggregate(changes=models.Sum(models.F("revision") - 1))["changes"]
    return int(found or 0)


def _totals(model: type[Model]) -> list[int]:
    rows = model._default_manager.filter(superseded_at=None, withdrawn=False).aggregate(
        count=models.Count("id"), newest=models.Max("id"), every=models.Sum("id")
    )
    return [int(rows[name] or 0) for name in ("count", "newest", "every")]


def _month(column: str) -> str:
    """SQL for the month index of a day."""
    if connection.vendor == "postgresql":
        return f"(EXTRACT(YEAR FROM {column}) * 12 + EXTRACT(MONTH FROM {column}) - 1)::int"
    return f"CAST(strftime('%%Y', {column}) AS INTEGER) * 12 + CAST(strftime('%%m', {column}) AS INTEGER) - 1"


def _day_before(column: str) -> str:
    return f"({column} - 1)" if connection.vendor == "postgresql" else f"date({column}, '-1 day')"


def _counts(shape: Shape, first: int, last: int) -> dict[int, list[int]]:
    """[rows, highest id, sum of ids or revisions] of what is in force of one table, per month, by one grouped query."""
    fields = {f.column for f in shape.model._meta.concrete_fields}
    fact = "superseded_at" in fields
    touching, days = shape.touching(first, last)
    # A row that ends on the first day of a month does not touch it: count to the month of the day before.
    until = "NULL" if shape.end is None else _month(_day_before(shape.end))
    sql = (
        f"SELECT {_month(shape.start)} AS s, {until} AS e, COUNT(*), MAX(id),"
        f" SUM({'revision' if not fact and 'revision' in fields else 'id'}) FROM {shape.model._meta.db_table}"
        f" WHERE {touching}{' AND superseded_at IS NULL AND NOT withdrawn' if fact else ''} GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, days)
        rows = cursor.fetchall()
    out: dict[int, list[int]] = {}
    for begin, end, count, highest, total in rows:
        stop = int(end) if end is not None else FAR if shape.end and shape.open_end else int(begin) + shape.look_back
        for month in range(max(int(begin), first), min(stop, last) + 1):
            cell = out.setdefault(month, [0, 0, 0])
            cell[0] += int(count)
            cell[1] = max(cell[1], int(highest))
            cell[2] += int(total)
    return out


def spans(months: Iterable[int]) -> list[tuple[int, int]]:
    """Months as the fewest runs first..last."""
    ordered = sorted(set(months))
    runs = [[m for _, m in group] for _, group in groupby(enumerate(ordered), lambda pair: pair[1] - pair[0])]
    return [(run[0], run[-1]) for run in runs]
