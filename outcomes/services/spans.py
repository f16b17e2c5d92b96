"""Which months a fact about a day or a month can change in a book; for dated facts see the teams floor."""

import datetime as dt

from roi_project.intake.kinds import Span
from teams.services.spans import of_dated, of_days

__all__ = ["FIRST_DAY", "from_month_on", "of_dated", "of_day", "of_days", "of_month"]

FIRST_DAY = dt.date(2000, 1, 1)
"""Nothing is accepted from before this day."""


def of_day(day: dt.date) -> Span:
    """The month that day lies in."""
    return of_days(day, day + dt.timedelta(days=1))


def of_month(fact) -> Span:
    """The month of a fact that is about one month."""
    return of_day(fact.month)


def from_month_on(fact) -> Span:
    """The month of a fact and every later one, for what later months look back to."""
    return Span(fact.month, None)
