"""Send rows, compile months, and ask what is stale: what the tests of books do again and again."""

import datetime as dt
from typing import Any

from django.db.models import Sum

from finance.models import BookMonth, Posting
from finance.selectors.months import current_books
from finance.services import books
from roi_project.access.audience import SYSTEM, Audience
from roi_project.db.touches import touch_state
from roi_project.intake.kinds import kind_named
from roi_project.intake.receipt import Receipt
from roi_project.intake.receive import receive
from roi_project.kernel.period import month_start, month_text, parse_month
from tests.golden import ROWS

NOW = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)


def send(kind: str, *rows: dict[str, Any], audience: Audience = SYSTEM) -> Receipt:
    """Through the one way in; refused rows fail the test."""
    numbered = [(number, row, "json") for number, row in enumerate(rows, start=1)]
    receipt = receive(audience, kind_named(kind), numbered)
    assert not receipt.refused, receipt.refused
    return receipt


def send_golden() -> None:
    for kind, rows in ROWS.items():
        send(kind, *rows)


def send_card(amount: str = "80.00", **more: Any) -> Receipt:
    """A standard rate for every engineer, so that no rate is missing."""
    money = dollars(amount, more.pop("currency", "USD"))
    card = {"role": "engineer", "unit": "hour", "amount": money, "starts_on": "2026-01-01"}
    return send("rate-cards", card | more)


def dollars(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def compile_months(first: str, last: str | None = None) -> list[str]:
    """The months that got a new book."""
    return books.compile_span(parse_month(first), parse_month(last or first)).published


def stale_months(first: str, last: str, *, sees_pay: bool = True) -> list[str]:
    """The months whose current book says of itself that facts have come in since."""
    found = current_books(parse_month(first), parse_month(last), sees_pay=sees_pay)
    return [month_text(book.month) for book in found if book.stale]


def touches_of(first: str, last: str) -> dict[dt.date, tuple[int, int]]:
    return touch_state(month_start(parse_month(first)), month_start(parse_month(last)))


def figures(month: str) -> dict[tuple[Any, ...], int]:
    """Everything the current book of a month says, down to its leaves."""
    book = BookMonth.objects.get(month=month_start(parse_month(month))).current_book
    dimensions = (
        "team_id", "pool_id", "origin_pool_id", "stream_id", "epic_id", "work_type", "effort_source", "account",
        "category_id", "benefit_class", "state",
    )  # fmt: skip
    rows = Posting.objects.filter(book=book).values_list(*dimensions).annotate(total=Sum("amount"))
    return {row[:-1]: row[-1] for row in rows}
