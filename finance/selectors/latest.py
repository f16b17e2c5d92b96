"""How far the books are."""

from django.db.models import Max, Q

from finance.models import BookMonth, MonthState
from roi_project.access.audience import RESULT_READERS, Audience
from roi_project.kernel.period import month_index, month_text


def latest_closed_month(audience: Audience) -> str | None:
    """The last month that is closed; None when none is, and for those who read no books."""
    return _latest(audience, Q(state=MonthState.CLOSED))


def latest_computed_month(audience: Audience) -> str | None:
    """The last month that has a book; None when none has, and for those who read no books."""
    return _latest(audience, Q(current_book__isnull=False))


def _latest(audience: Audience, which: Q) -> str | None:
    if not audience.within(RESULT_READERS):
        return None
    month = BookMonth.objects.filter(which).aggregate(latest=Max("month"))["latest"]
    return None if month is None else month_text(month_index(month))
