"""The company's cost and benefits computed again from its rows, with fractions and nothing of the engine."""

from collections import defaultdict
from fractions import Fraction

from finance.demo.calendar import Row, Rows
from finance.demo.changes import VALUED, Change

Months = dict[str, int]

# Who was paid for a part of a month only, in working days of Hamburg.
PART_OF_A_MONTH = {
    ("Tom Harder", "2025-03"): Fraction(11, 21),
    ("Nora Feld", "2026-01"): Fraction(1, 21),
    ("Nora Feld", "2026-02"): Fraction(0),
    ("Nora Feld", "2026-03"): Fraction(0),
    ("Nora Feld", "2026-04"): Fraction(18, 20),
}


def rounded(value: Fraction) -> int:
    """Halves away from zero."""
    return int(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)


def cents(money: Row) -> Fraction:
    return Fraction(money["amount"]) * 100


def costs_by_month(rows: Rows, months: tuple[str, ...]) -> Months:
    """Standard cost of the whole organisation per month, in cents."""
    rate = {(row["currency"], row["month"]): Fraction(row["rate"]) for row in rows["exchange-rates"]}
    total: Months = defaultdict(int)

    def post(month: str, local: Fraction, currency: str) -> None:
        amount = rounded(local)
        total[month] += amount if currency == "EUR" else rounded(amount * rate[currency, month])

    for person in rows["people"]:
        for month in months:
            if month >= person["employed_from"][:7]:
                card = _card(rows, person, month)
                week = Fraction(4, 5) if "minutes_fri" in person else 1
                worked = PART_OF_A_MONTH.get((person["name"], month), Fraction(1))
                post(month, _twelfth(card["amount"], month) * week * worked, card["amount"]["currency"])
    for line in rows["contractor-lines"]:
        overtime = Fraction(line.get("overtime_hours", 0)) * Fraction(line.get("overtime_multiplier", 1))
        post(line["month"], cents(line["rate"]) * (Fraction(line["hours"]) + overtime), line["rate"]["currency"])
    for entry in rows["cost-entries"]:
        if "service_from" in entry:
            first = _number(entry["service_from"])
            assert _number(entry["service_until"]) - first == 12
            for step in range(12):
                whole = cents(entry["amount"])
                part = rounded(whole * (step + 1) / 12) - rounded(whole * step / 12)
                post(f"{(first + step) // 12}-{(first + step) % 12 + 1:02d}", Fraction(part), "EUR")
        else:
            post(entry["incurred_on"][:7], cents(entry["amount"]), entry["amount"]["currency"])
    return {month: total[month] for month in months}


def _card(rows: Rows, person: Row, month: str) -> Row:
    """The card of the person's role, level and country that holds in a month."""
    key = (person["role"], person["level"], person["country"])
    [card] = [
        row
        for row in rows["rate-cards"]
        if (row["role"], row["level"], row["country"]) == key
        and row["starts_on"][:7] <= month < row.get("ends_on", "9999")[:7]
    ]
    return card


def _twelfth(yearly: Row, month: str) -> Fraction:
    """What a yearly amount is in this month of the year."""
    number = int(month[-2:])
    return Fraction(rounded(cents(yearly) * number / 12) - rounded(cents(yearly) * (number - 1) / 12))


def _number(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def benefits_by_epic(rows: Rows, months: tuple[str, ...]) -> dict[str, int]:
    """What each valued change brought in these months before anybody else's share is taken off, in cents."""
    seen: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for row in rows["observations"]:
        seen[row["metric"], row["observed_on"][:7]].append(Fraction(row["value"]))
    return {change.epic: sum(_benefit(change, month, seen) for month in months) for change in VALUED}


def _benefit(change: Change, month: str, seen: dict[tuple[str, str], list[Fraction]]) -> int:
    readings = seen[change.metric, month]
    value = sum(readings) / (1 if change.monthly else len(readings))
    better = (value - Fraction(change.baseline)) * (1 if change.higher_is_better else -1)
    volume = Fraction(change.volume) if change.volume[0].isdigit() else sum(seen[change.volume, month])
    return rounded(better * volume * Fraction(change.unit_value) * 100 * Fraction(change.margin))
