"""Observations become one row per metric and month when they arrive; compiling books reads only those."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import DataError, OperationalError, connection

from outcomes.models import Metric
from roi_project.kernel.errors import Conflict
from roi_project.kernel.period import month_index, month_start

PAIRS_PER_STATEMENT = 5_000
"""SQLite takes 32,766 parameters in a statement, and a pair is three."""

# The last value of a month is the one of its last day; of several that day, the one whose name sorts last,
# byte by byte, so that the order in which they came in decides nothing.
REDUCE = """
WITH touched (metric_id, month, following) AS (VALUES {pairs}),
seen AS (
    SELECT touched.metric_id, touched.month, o.value, o.observed_on,
           ROW_NUMBER() OVER (
               PARTITION BY touched.metric_id, touched.month
               ORDER BY o.observed_on DESC, o.source COLLATE {bytes} DESC, o.external_id COLLATE {bytes} DESC
           ) AS place
    FROM touched
    LEFT JOIN outcomes_observation o
      ON o.metric_id = touched.metric_id
     AND o.observed_on >= touched.month AND o.observed_on < touched.following
     AND o.superseded_at IS NULL AND NOT o.withdrawn
)
INSERT INTO outcomes_metricmonth (metric_id, month, count, total, last_on, last_value, revision)
SELECT metric_id, month, COUNT(value), COALESCE(SUM(value), 0), MAX(observed_on),
       MAX(CASE WHEN place = 1 THEN value END), 1
FROM seen
WHERE true
GROUP BY metric_id, month
ON CONFLICT (metric_id, month) DO UPDATE SET
    count = excluded.count, total = excluded.total, last_on = excluded.last_on, last_value = excluded.last_value,
    revision = outcomes_metricmonth.revision + 1
"""


def reduce(touched: Iterable[tuple[int, dt.date]]) -> None:
    """Recompute the month rows of these (metric id, day of the month) pairs from their current observations.

    Belongs in the transaction that wrote the observations. Locks the metrics first, so that of two
    requests for the same month the second counts what the first wrote.
    Raises Conflict when the values of a month sum to more than can be kept (9.2 million million).
    """
    months = sorted({(metric_id, month_index(day)) for metric_id, day in touched})
    metric_ids = sorted({metric_id for metric_id, _ in months})
    list(Metric.objects.select_for_update(no_key=True).filter(pk__in=metric_ids).order_by("pk").values_list("pk"))
    collation = '"C"' if connection.vendor == "postgresql" else "BINARY"
    try:
        with connection.cursor() as cursor:
            for chunk in _chunks(months):
                pairs = ", ".join(["(%s, %s, %s)"] * len(chunk))
                values = [
                    value for pair in chunk for value in (pair[0], month_start(pair[1]), month_start(pair[1] + 1))
                ]
                cursor.execute(REDUCE.format(pairs=pairs, bytes=collation), values)
    except (DataError, OperationalError) as error:
        if "out of range" not in str(error) and "overflow" not in str(error):
            raise
        raise Conflict(
            "The observations of a metric sum to more than can be kept for a month; measure it in a larger unit."
        ) from error


def _chunks(months: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    for start in range(0, len(months), PAIRS_PER_STATEMENT):
        yield months[start : start + PAIRS_PER_STATEMENT]
