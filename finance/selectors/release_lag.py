"""How long it takes from an epic's release until somebody signs for a benefit of it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median_high

from django.db import connection

from finance.models import Decision
from roi_project.kernel.period import month_index

CURRENT = "{0}.superseded_at IS NULL AND NOT {0}.withdrawn"
# A review counts while its benefit is still what was looked at; what a valuation makes is looked at month by month.
FIRST_VALIDATED = f"""
    SELECT p.released_on, MIN(seen.month) FROM (
        SELECT COALESCE(b.epic_id, o.epic_id) AS epic_id, b.month
        FROM finance_benefitreview r
        JOIN finance_benefitentry b ON b.key = r.benefit_key AND {CURRENT.format("b")} AND b.month = r.month
             AND b.benefit_class = r.benefit_class AND b.amount_minor = r.amount_minor AND b.currency = r.currency
        LEFT JOIN outcomes_outcome o ON o.id = b.outcome_id
        WHERE {CURRENT.format("r")} AND r.decision = %s
        UNION ALL
        SELECT o.epic_id, r.month
        FROM finance_benefitreview r
        JOIN finance_valuation v ON v.key = r.valuation_key AND {CURRENT.format("v")}
             AND v.benefit_class = r.benefit_class
        JOIN outcomes_outcome o ON o.id = v.outcome_id
        WHERE {CURRENT.format("r")} AND r.decision = %s
    ) seen JOIN outcomes_epic p ON p.id = seen.epic_id
    WHERE p.released_on IS NOT NULL AND p.released_on <= %s{{of_streams}}
    GROUP BY p.id, p.released_on"""
OF_STREAMS = f"""
    AND EXISTS (SELECT 1 FROM outcomes_epicstreamshare s
                WHERE s.epic_id = p.id AND {CURRENT.format("s")} AND s.stream_id IN ({{}}))"""


@dataclass(frozen=True)
class ReleaseLag:
    """The median of whole months from release to the first month with a validated benefit, over so many epics."""

    months: int
    epics: int


def release_lag(*, until: dt.date, streams: Collection[int] | None = None) -> ReleaseLag | None:
    """Over every epic released by that day that has brought something, of every value stream or of these (ids).

    None where none has. One query.
    """
    of_streams = "" if streams is None else OF_STREAMS.format(", ".join("%s" for _ in streams))
    asked = [Decision.VALIDATED.value, Decision.VALIDATED.value, until, *(streams or ())]
    with connection.cursor() as cursor:
        cursor.execute(FIRST_VALIDATED.format(of_streams=of_streams), asked)
        rows = cursor.fetchall()
    waits = [max(0, month_index(_day(first)) - month_index(_day(released))) for released, first in rows]
    return ReleaseLag(months=median_high(waits), epics=len(waits)) if waits else None


def _day(value: dt.date | str) -> dt.date:
    """SQLite keeps days as text."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
