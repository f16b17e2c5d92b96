"""Streams, teams, roles and the calendar of Harbour & Pine."""

from finance.demo.calendar import ALWAYS, Row, Rows

NAME = "Harbour & Pine"
# Two people of finance, as `manage.py up` makes them: one brings in and asks, the other signs.
AUTHOR, REVIEWER = "finance", "controller"
POLAND = "PL"

# code: (name, charter)
STREAMS = {
    "buy": ("Buy", "From the first look to the paid order: whoever has a room in mind finds what fits it."),
    "deliver": ("Deliver", "From the paid order to the door: whole, on the promised day, at a cost we can keep."),
    "care": ("Care", "From the door on: questions, returns and repairs are settled the first time."),
}
# code: (name, topology, stream or none, what it is for)
TEAMS = {
    "storefront": ("Storefront", "stream_aligned", "buy", "Customers find what suits their home."),
    "checkout": ("Checkout", "stream_aligned", "buy", "Customers pay in a minute and without doubt."),
    "pricing-lab": ("Pricing Lab", "stream_aligned", "buy", "Offers that customers come back for."),
    "warehouse": ("Warehouse", "stream_aligned", "deliver", "Every order leaves whole, on the day it was promised."),
    "routing": ("Routing", "stream_aligned", "deliver", "Parcels reach the door by the cheapest good way."),
    "self-service": ("Self-service", "stream_aligned", "care", "Customers solve by themselves what they can."),
    "returns": ("Returns", "stream_aligned", "care", "Sending back is easy, and paid back rightly."),
    "platform": ("Platform", "platform", None, "Teams ship without waiting for anybody."),
    "enablement": ("Enablement", "enabling", None, "Teams learn what they miss, then go on alone."),
}
# code: (name, shared, most teams at once)
ROLES = {
    "engineer": ("Engineer", False, None),
    "quality-engineer": ("Quality engineer", False, None),
    "analyst": ("Analyst", False, None),
    "product-manager": ("Product manager", True, 2),
    "agile-lead": ("Agile lead", True, 4),
    "designer": ("Designer", True, 3),
    "security-engineer": ("Security engineer", True, None),
}


def rows() -> Rows:
    return {
        "organisation-settings": [
            {"starts_on": ALWAYS, "name": NAME, "country": "DE", "subdivision": "HH", "reporting_currency": "EUR",
             "accounting_time_zone": "Europe/Berlin"}
        ],
        "value-streams": [
            {"code": code, "name": name, "charter": charter} for code, (name, charter) in STREAMS.items()
        ],
        "role-families": [
            {"code": code, "name": name, "shared": shared, "max_teams": most}
            for code, (name, shared, most) in ROLES.items()
        ],
        "teams": [
            {"code": code, "name": name, "topology": topology, "purpose": purpose}
            for code, (name, topology, _, purpose) in TEAMS.items()
        ],
        "team-stream-shares": _stream_shares(),
        "closures": [
            {"country": "", "on": f"{year}-12-24", "name": "The shop packs its own presents"} for year in (2025, 2026)
        ],
    }  # fmt: skip


def _stream_shares() -> list[Row]:
    """Each team serves one stream; Enablement has none, so what it costs stays visible as unassigned."""
    return [
        {"team": code, "stream": stream, "share": "1", "starts_on": ALWAYS}
        for code, (_, _, stream, _) in TEAMS.items()
        if stream
    ]
