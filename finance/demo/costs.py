"""What people, suppliers and things cost."""

from decimal import Decimal

from finance.demo.calendar import ALWAYS, MONTHS, NEW_YEAR, Row, Rows, euros, last_day, since, zloty
from finance.demo.company import POLAND
from finance.demo.people import CODES, PART_TIME, ROSTER, country_of

# (role, level, country): a full year of a full-time person, from 2024 and from 2026
CARDS = {
    ("engineer", "senior", ""): (98_000, 101_000),
    ("engineer", "", ""): (78_000, 80_500),
    ("engineer", "senior", POLAND): (312_000, 324_000),
    ("engineer", "", POLAND): (252_000, 261_000),
    ("quality-engineer", "", ""): (70_000, 72_000),
    ("analyst", "", ""): (68_000, 70_000),
    ("product-manager", "", ""): (98_000, 101_000),
    ("agile-lead", "", ""): (88_000, 91_000),
    ("designer", "", ""): (74_000, 76_500),
    ("security-engineer", "", ""): (105_000, 108_000),
}
PAY_PERCENT = (96, 103, 99, 105, 101, 97)
"""What single people are paid, in hundredths of their card, in turns."""
ZLOTY_IN_EUROS = (
    "0.2345", "0.2371", "0.2389", "0.2352", "0.2348", "0.2341", "0.2352", "0.2347", "0.2349",
    "0.2353", "0.2360", "0.2366", "0.2369", "0.2361", "0.2358", "0.2352", "0.2349", "0.2355",
)  # fmt: skip
CATEGORIES = {
    "rent": "Rent and energy", "cloud": "Cloud", "licences": "Licences", "services": "Services", "tools": "Tools",
    "telephone": "Call centre",
}  # fmt: skip
NORDKAI, LINDEN = "Nordkai Software", "Linden & Sohn"


def rows() -> Rows:
    return {
        "exchange-rates": [
            {"currency": "PLN", "month": month, "rate": rate}
            for month, rate in zip(MONTHS, ZLOTY_IN_EUROS, strict=True)
        ],
        "rate-cards": [card for (role, level, country) in CARDS for card in _cards(role, level, country)],
        "person-rates": [rate for number in range(len(ROSTER)) for rate in _pay(number)],
        "contractor-lines": _contractors(),
        "cost-categories": [{"code": code, "name": name} for code, name in CATEGORIES.items()],
        "cost-entries": _monthly() + _yearly(),
    }


def _dated(rates: tuple[int, int], country: str) -> list[Row]:
    """A rate until the new year's raise, and the one from then on."""
    money = zloty if country == POLAND else euros
    return [
        {"unit": "year", "amount": money(rates[0]), "starts_on": ALWAYS, "ends_on": NEW_YEAR},
        {"unit": "year", "amount": money(rates[1]), "starts_on": NEW_YEAR},
    ]


def _cards(role: str, level: str, country: str) -> list[Row]:
    named = {"role": role, "level": level, "country": country}
    return [{**named, **rate} for rate in _dated(CARDS[role, level, country], country)]


def _pay(number: int) -> list[Row]:
    name, role, level, team = ROSTER[number]
    country = country_of(team)
    percent = Decimal(PAY_PERCENT[number % len(PAY_PERCENT)]) * (Decimal("0.8") if name in PART_TIME else 1)
    first, second = (int(card * percent / 100) for card in CARDS[role, level, country])
    return [{"person": CODES[name], **rate} for rate in _dated((first, second), country)]


def _contractors() -> list[Row]:
    """Nordkai takes the order core apart; Linden helps the checkout. Black Friday cost overtime."""
    split = [
        {
            "supplier": NORDKAI,
            "role": "engineer",
            "team": "warehouse",
            "month": month,
            "hours": "600",
            "rate": euros("92.00"),
        }
        for month in since("2025-03")
    ]
    checkout = [
        {"supplier": LINDEN, "role": "engineer", "team": "checkout", "month": month, "hours": "112.5",
         "rate": euros("96.50")}
        for month in MONTHS
    ]  # fmt: skip
    for row in checkout:
        if row["month"] == "2025-11":
            row |= {"overtime_hours": "24", "overtime_multiplier": "1.5"}
    return split + checkout


def _monthly() -> list[Row]:
    """Bills that come every month: who sends them, for what, and who bears them."""
    bills: list[Row] = []
    for number, month in enumerate(MONTHS):
        calls = 28_500 if month < "2025-07" else 8_500
        cloud = Decimal("24180.35") + number * Decimal("212.40")
        bills += [
            _bill(month, "rent", euros("26500.00"), "rent", "Speicher 12", pool="facilities"),
            _bill(month, "rent-gdansk", zloty("28400.00"), "rent", "Stocznia Biura", pool="facilities"),
            _bill(month, "cloud", euros(cloud), "cloud", "Nimbus", pool="cloud"),
            _bill(month, "warehouse-control", euros("23400.00"), "services", "Regalwerk", stream="deliver"),
            _bill(month, "calls", euros(calls), "telephone", "Hallo Hanse", stream="care"),
            _bill(month, "tests", euros("7900.00"), "tools", "Splitlab", team="pricing-lab"),
            _bill(month, "courses", euros("3200.00"), "services", "Lernwerk", team="enablement"),
            _bill(month, "pictures", euros("11200.00"), "services", "Studio Elbe", stream="buy"),
        ]
    return bills


def _bill(month: str, what: str, amount: Row, category: str, vendor: str, **bearer: str) -> Row:
    return {
        "external_id": f"{what}-{month}",
        "incurred_on": last_day(month),
        "amount": amount,
        "category": category,
        "vendor": vendor,
        "document_number": f"{what.upper()}-{month.replace('-', '')}",
        **bearer,
    }


def _yearly() -> list[Row]:
    """Licences paid once a year, in advance; each month bears its twelfth."""
    licences = [
        ("maps-2024", "2024-10-01", "2025-10-01", "168000.00", "Kartenhaus", {"team": "routing"}),
        ("maps-2025", "2025-10-01", "2026-10-01", "175000.00", "Kartenhaus", {"team": "routing"}),
        ("watch-2025", "2025-01-01", "2026-01-01", "84000.00", "Leuchtturm", {"pool": "platform"}),
        ("watch-2026", "2026-01-01", "2027-01-01", "89000.00", "Leuchtturm", {"pool": "platform"}),
    ]
    return [
        {
            "external_id": name, "incurred_on": begins, "amount": euros(amount), "category": "licences",
            "vendor": vendor, "service_from": begins, "service_until": ends,
            "document_number": name.upper(), **bearer,
        }
        for name, begins, ends, amount, vendor, bearer in licences
    ]  # fmt: skip
