"""The eighteen months the demonstration covers, and small words for writing rows about them."""

from typing import Any

from roi_project.kernel.period import month_start, month_text, parse_month

FIRST, LAST = parse_month("2025-01"), parse_month("2026-06")
MONTHS = tuple(month_text(index) for index in range(FIRST, LAST + 1))
NEW_YEAR = "2026-01-01"
ALWAYS = "2024-01-01"
"""Before everything else; what holds since before the first month starts here."""
RELEASED = "2025-07-01"
"""The first releases came out in June 2025: their benefits count from the seventh month on."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def euros(amount: str | int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "EUR"}


def zloty(amount: str | int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "PLN"}


def last_day(month: str) -> str:
    """The last day of a month, on which monthly figures are noted."""
    following = month_start(parse_month(month) + 1)
    return following.fromordinal(following.toordinal() - 1).isoformat()


def since(month: str) -> tuple[str, ...]:
    """The months from this one on."""
    return tuple(each for each in MONTHS if each >= month)
