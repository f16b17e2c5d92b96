"""A thousand rows of real cloud bills as cost entries of one pool: amounts far below a cent, and a credit."""

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.journeys.real import DATA

FILE = DATA / "focus_cloud_cost" / "focus_sample.csv"
MONTH = "2024-09"
CENT = Decimal("0.01")


def billed() -> list[dict[str, str]]:
    """The rows as billed."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


Grouping = Callable[[dict[str, str]], str]


def by_service(row: dict[str, str]) -> str:
    """Ten categories, as the providers name them."""
    return row["ServiceCategory"]


def as_one(row: dict[str, str]) -> str:
    """One category for the whole bill."""
    return "Cloud"


def categories(grouping: Grouping) -> list[dict[str, Any]]:
    return [{"code": name, "name": name} for name in sorted({grouping(row) for row in billed()})]


def cost_entries(grouping: Grouping) -> list[dict[str, str]]:
    """One entry per billed row, as cells of a CSV file."""
    return [
        {
            "external_id": f"bill-{number}",
            "incurred_on": row["ChargePeriodStart"][:10],
            "amount": row["BilledCost"],
            "currency": row["BillingCurrency"],
            "category": grouping(row),
            "pool": "cloud",
            "vendor": row["ProviderName"],
        }
        for number, row in enumerate(billed(), start=1)
    ]


def posted(grouping: Grouping) -> dict[str, Decimal]:
    """What is posted per category: its exact sum, rounded once, half away from zero."""
    exact: dict[str, Decimal] = defaultdict(Decimal)
    for row in billed():
        exact[grouping(row)] += Decimal(row["BilledCost"])
    return {name: amount.quantize(CENT, ROUND_HALF_UP) for name, amount in exact.items()}
