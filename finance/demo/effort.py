"""Where each team's work went, half year by half year, in hundredths; what is left over nobody wrote down."""

from finance.demo.calendar import MONTHS, Row, Rows
from finance.demo.changes import BY_EPIC

HALVES = ("2025-01", "2025-07", "2026-01")
# team: epic or work type -> parts in each half year
PARTS: dict[str, dict[str, tuple[int, int, int]]] = {
    "storefront": {
        "search": (45, 15, 10), "one-page-checkout": (20, 5, 0), "loyalty-badges": (0, 20, 0),
        "saved-baskets": (0, 20, 50), "run": (20, 20, 20), "defect": (10, 15, 15),
    },
    "checkout": {
        "one-page-checkout": (45, 20, 10), "payment-retries": (25, 20, 15), "outage-drill": (5, 0, 0),
        "order-core-split": (0, 15, 15), "saved-baskets": (0, 10, 25), "run": (15, 20, 20), "defect": (5, 10, 10),
    },
    "pricing-lab": {
        "bundle-offers": (60, 25, 45), "loyalty-badges": (15, 50, 10), "run": (20, 20, 25), "defect": (0, 5, 10),
    },
    "warehouse": {
        "order-core-split": (35, 60, 60), "delivery-promise": (35, 10, 5), "same-day-slots": (0, 0, 10),
        "run": (20, 20, 15), "defect": (5, 10, 10),
    },
    "routing": {
        "route-optimiser": (55, 15, 10), "carrier-claims": (20, 15, 5), "order-core-split": (0, 40, 40),
        "same-day-slots": (0, 0, 20), "run": (20, 20, 15), "defect": (5, 5, 5),
    },
    "self-service": {
        "self-service-returns": (50, 40, 30), "reply-drafts": (25, 20, 20), "run": (20, 25, 30), "defect": (5, 10, 10),
    },
    "platform": {
        "outage-drill": (15, 5, 5), "one-page-checkout": (10, 0, 0), "run": (55, 65, 65), "debt": (15, 20, 20),
    },
}  # fmt: skip
# Returns counts the days of finished items in its tracker instead.
ITEM_DAYS = {
    "self-service-returns": (31, 18, 12), "refund-leakage": (34, 22, 14), "repair-first": (12, 24, 28),
    "run": (15, 26, 34),
}  # fmt: skip
LATE = ("pricing-lab", "2026-06")
"""Not told yet: the month before is carried on, and a finding says so."""


def rows() -> Rows:
    efforts = [
        {"team": team, "month": month, **_on(what), "share": f"0.{parts[_half(month)]:02d}"}
        for team, table in PARTS.items()
        for month in MONTHS
        if (team, month) != LATE
        for what, parts in table.items()
        if parts[_half(month)] and _begun(what, month)
    ]
    counted = [
        {"team": "returns", "month": month, **_on(what), "item_days": str(days[_half(month)])}
        for month in MONTHS
        for what, days in ITEM_DAYS.items()
        if _begun(what, month)
    ]
    return {"epic-teams": _links(efforts + counted), "efforts": efforts + counted}


def _half(month: str) -> int:
    return sum(month >= start for start in HALVES) - 1


def _begun(what: str, month: str) -> bool:
    """Whether an epic was being worked on that month; work types always are."""
    change = BY_EPIC.get(what)
    return change is None or (change.started[:7] <= month <= (change.stopped[:7] or month))


def _on(what: str) -> Row:
    return {"epic": what} if what in BY_EPIC else {"work_type": what}


def _links(efforts: list[Row]) -> list[Row]:
    """Each team that spent effort on an epic worked on it from its start."""
    pairs = sorted({(row["epic"], row["team"]) for row in efforts if "epic" in row})
    return [{"epic": epic, "team": team, "starts_on": BY_EPIC[epic].started} for epic, team in pairs]
