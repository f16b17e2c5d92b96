"""The generated organisation is one that compiles, whatever the span, and that another engine agrees about."""

import pytest
from django.db import models
from django.db.models import Sum

from benchmarks.generate import generate
from benchmarks.measure import Measured
from benchmarks.plan import Plan
from benchmarks.sizes import LARGE, SIZES
from finance.models import Book, BookMonth, Component, Finding, Line, Posting, StreamMonth, TeamMonth, WorkMonth
from finance.services import books
from outcomes.models import MetricMonth, Observation
from teams.models import Assignment, Person

pytestmark = pytest.mark.django_db

PLAN = Plan(SIZES["T"])
ROWS: tuple[type[models.Model], ...] = (Line, Component, Posting, TeamMonth, StreamMonth, WorkMonth, Finding)


@pytest.fixture
def organisation():
    generate("T")


def rows() -> dict[str, list[tuple]]:
    """Everything in the current books but the numbers of rows, in an order that nobody chose."""
    found = {}
    for model in ROWS:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "book_id")]
        current = model.objects.filter(book__current_of__isnull=False)
        found[model.__name__] = sorted(current.values_list("book__month", *names), key=repr)
    return found


def test_every_month_is_published_and_adds_up(organisation):
    done = books.compile_span(*PLAN.months)

    assert len(done.published) == PLAN.size.months
    assert BookMonth.objects.filter(current_book__isnull=False).count() == PLAN.size.months
    for book in Book.objects.all():
        posted = Posting.objects.filter(book=book).aggregate(total=Sum("amount"))["total"]
        booked = ("booked_standard", "booked_variance", "booked_benefit")
        assert posted == sum(book.identities[name] for name in booked) != 0
    assert not Finding.objects.filter(code__in=("missing_rate", "missing_fx_rate", "pool_without_rule")).exists()


def test_a_month_comes_to_the_same_alone_as_among_others(organisation):
    books.compile_span(*PLAN.months)
    together = rows()
    Book.objects.update(fingerprint="of something else")

    for month in reversed(range(PLAN.months[0], PLAN.months[1] + 1)):
        books.compile_span(month, month)

    assert Book.objects.filter(version=2).count() == PLAN.size.months
    assert rows() == together


def test_duckdb_comes_to_the_same_rows(organisation):
    pytest.importorskip("duckdb")
    from benchmarks.duckdb_opponent import Opponent

    books.compile_span(*PLAN.months)
    ours = rows()
    for model in ROWS:
        model.objects.all().delete()
    BookMonth.objects.all().delete()
    Book.objects.all().delete()

    Opponent(*PLAN.months, Measured()).run()

    theirs = rows()
    for name in ours:
        assert theirs[name] == ours[name], name


def test_observations_are_those_their_months_were_reduced_from():
    generate("T", observations=True)

    assert Observation.objects.count() == SIZES["T"].observations
    assert sum(MetricMonth.objects.values_list("count", flat=True)) == SIZES["T"].observations
    month = MetricMonth.objects.order_by("id").first()
    values = Observation.objects.filter(metric=month.metric, observed_on__lte=month.last_on).values_list(
        "value", flat=True
    )
    assert sum(values) == month.total


def test_sizes_are_counted_exactly(organisation):
    assert Person.objects.count() == SIZES["T"].people
    assert Assignment.objects.count() == SIZES["T"].assignments
    assert (SIZES["M"].people, SIZES["S"].people) == (LARGE.people // 10, LARGE.people // 100)
