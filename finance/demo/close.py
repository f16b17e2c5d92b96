"""Closing what is past, as a company would have done month by month: one person of finance asks, another approves."""

import datetime as dt

from finance.demo.calendar import FIRST, LAST
from finance.demo.company import NAME
from finance.models import BookMonth, MonthState
from finance.services import books
from roi_project.access.audience import Audience
from roi_project.kernel.errors import Conflict
from roi_project.kernel.period import month_start, month_text
from teams.selectors.organisation import settings_on


def close_past_months(author: Audience, reviewer: Audience, *, now: dt.datetime) -> list[str]:
    """Close every month of the demonstration but the last; answers those that were closed just now.

    Months that are closed stay as they are, so a second call does nothing. Each month is a transaction of its own:
    whoever stops in between goes on from there. Raises Conflict for a month that cannot be closed, and where there
    is no demonstration: months of a real organisation are closed by its people.
    """
    if settings_on(month_start(LAST)).name != NAME:
        raise Conflict(f"{NAME} is not in this database, so there is nothing to close.")
    past = {month_start(month): month for month in range(FIRST, LAST)}
    closed = BookMonth.objects.filter(month__in=past, state=MonthState.CLOSED).values_list("month", flat=True)
    wanted = [past[month] for month in sorted(past.keys() - set(closed))]
    for month in wanted:
        books.request_close(author, month, now=now)
        books.approve_close(reviewer, month, now=now)
    return [month_text(month) for month in wanted]
