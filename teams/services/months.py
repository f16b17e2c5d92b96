"""The months of the organisation's year, generated once and then kept."""

import datetime as dt

from django.db import transaction

from roi_project.kernel.period import month_index, month_start
from teams.models import FiscalMonth
from teams.selectors.organisation import Organisation, settings_by_day


@transaction.atomic
def ensure_months(first: dt.date, last: dt.date) -> list[FiscalMonth]:
    """The fiscal months from that of `first` to that of `last`, both inside; missing ones are added.

    A month is numbered by the settings of its first day. What is stored is never renumbered: a figure that
    was reported for it keeps its place. Gaps to months stored earlier are filled, so that all are contiguous.
    """
    begin, end = month_index(first), month_index(last)
    if end < begin:
        raise ValueError(f"{last} lies in a month before {first}")
    stored = {month_index(month) for month in FiscalMonth.objects.values_list("month", flat=True)}
    low, high = min({begin, *stored}), max({end, *stored})
    missing = [month_start(index) for index in range(low, high + 1) if index not in stored]
    if missing:
        settings = settings_by_day(missing)
        rows = [fiscal_month(month, settings[month]) for month in missing]
        FiscalMonth.objects.bulk_create(rows, ignore_conflicts=True)  # somebody else may add the same at this moment
    return list(FiscalMonth.objects.filter(month__gte=month_start(begin), month__lte=month_start(end)))


def fiscal_month(month: dt.date, settings: Organisation) -> FiscalMonth:
    """Where a month stands in the fiscal year, which is named after the calendar year it ends in."""
    start = settings.fiscal_year_starts_in
    next_year = start > 1 and month.month >= start
    return FiscalMonth(
        month=month,
        starts_on=month,
        ends_on=month_start(month_index(month) + 1),
        fiscal_year=month.year + next_year,
        fiscal_index=(month.month - start) % 12 + 1,
    )
