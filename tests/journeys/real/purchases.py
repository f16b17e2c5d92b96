"""Two years of purchases in a real shop as observations of one metric: what customers spent, many times a day.

The shop sold in 1997 and 1998, before the first day that facts may be about. Its days are moved by 28 years, after
which the days of the week and the leap years repeat.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from tests.journeys.real import DATA

FILE = DATA / "metric_series" / "cdnow_transactions.csv"
YEARS_LATER = 28
METRIC = {"code": "revenue", "name": "Revenue of the shop", "unit": "USD", "aggregate": "sum"}


def purchases() -> Iterator[dict[str, str]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row | {"date": f"{int(row['date'][:4]) + YEARS_LATER}{row['date'][4:]}"}


def month_totals() -> dict[str, tuple[int, Decimal]]:
    """How many purchases there were in each month, and what they add up to."""
    count: dict[str, int] = defaultdict(int)
    total: dict[str, Decimal] = defaultdict(Decimal)
    for row in purchases():
        count[row["date"][:7]] += 1
        total[row["date"][:7]] += Decimal(row["amount_usd"])
    return {month: (count[month], total[month]) for month in total}


def write_observations(path: Path) -> int:
    """Write the purchases as a file of observations; how many there are. A purchase is named by its place."""
    number = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "metric", "observed_on", "value"])
        for number, row in enumerate(purchases(), start=1):
            rows.writerow([f"purchase-{number}", METRIC["code"], row["date"], row["amount_usd"]])
    return number
