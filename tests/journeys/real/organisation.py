"""A real organisation as rows of our kinds: 59 teams, 483 people of whom many are shared, 20 value streams, 139 epics.

Its people have salaries by the year and no country, so nobody has a public holiday. Epics carry no effort of their
own: every team is said to have worked on its epics in equal parts, to a millionth, all year long.
"""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.journeys.real import DATA

FOLDER = DATA / "demo_org"
YEAR = 2022
FIRST, LAST = f"{YEAR}-01", f"{YEAR}-12"
SINCE = f"{YEAR}-01-01"
PAYROLL = Decimal("53493156.00")
"""What the 483 people are paid in a year, in dollars."""
CENT = Decimal("0.01")
WHOLE = 1_000_000

Rows = list[dict[str, Any]]


def read(name: str) -> list[dict[str, str]]:
    """The rows of one of its files."""
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def dollars(amount: Decimal | str) -> dict[str, str]:
    return {"amount": f"{Decimal(amount):.2f}", "currency": "USD"}


def everything() -> dict[str, Rows]:
    """Every kind in the order in which to send it, but for rates."""
    return {
        "organisation-settings": [{"starts_on": SINCE, "reporting_currency": "USD"}],
        "value-streams": _streams(),
        "role-families": _roles(),
        "teams": _teams(),
        "team-stream-shares": _team_streams(),
        "people": _people(),
        "assignments": _assignments(),
        "epics": _epics(),
        "epic-teams": _epic_teams(),
        "epic-stream-shares": _epic_streams(),
        "efforts": _efforts(),
    }


def rate_cards(*, lowered_by: Decimal = Decimal(0)) -> Rows:
    """The median salary of every role and level, lowered by a part of it and rounded to the cent."""
    rows = []
    for card in read("rate_card"):
        amount = (Decimal(card["median_annual_usd"]) * (1 - lowered_by)).quantize(CENT, ROUND_HALF_UP)
        rows.append(
            {
                "role": card["role"],
                "level": card["level"],
                "unit": "year",
                "amount": dollars(amount),
                "starts_on": SINCE,
            }
        )
    return rows


def person_rates() -> Rows:
    return [
        {
            "person": person["person_id"],
            "unit": "year",
            "amount": dollars(person["annual_salary_usd"]),
            "starts_on": SINCE,
        }
        for person in read("people")
    ]


def salaries() -> dict[str, int]:
    """What each person is paid in a year, in cents."""
    return {person["person_id"]: int(person["annual_salary_usd"]) * 100 for person in read("people")}


def shared_people() -> set[str]:
    """Those who serve more than one team."""
    return {person["person_id"] for person in read("people") if int(person["teams_served"]) > 1}


def at_cards(*, lowered_by: Decimal) -> Decimal:
    """What everybody together would be paid in a year at the lowered card of their role and level."""
    cards = {
        (card["role"], card["level"]): Decimal(card["amount"]["amount"]) for card in rate_cards(lowered_by=lowered_by)
    }
    return sum((cards[person["role"], person["level"]] for person in read("people")), Decimal(0))


def _portfolio(name: str) -> str:
    """A portfolio is the stream its value streams are part of; some carry the name of one of them."""
    return f"portfolio/{name}"


def _streams() -> Rows:
    streams = read("value_streams")
    portfolios = sorted({stream["portfolio"] for stream in streams})
    return [
        *({"code": _portfolio(name), "name": name} for name in portfolios),
        *(
            {
                "code": stream["value_stream"],
                "name": stream["value_stream"],
                "parent": _portfolio(stream["portfolio"]),
            }
            for stream in streams
        ),
    ]


def _roles() -> Rows:
    several = defaultdict(bool)
    for row in read("assignments"):
        several[row["role"]] |= row["kind"] == "shared"
    roles = {person["role"] for person in read("people")} | set(several)
    return [{"code": role, "name": role.replace("_", " "), "shared": several[role]} for role in sorted(roles)]


def _teams() -> Rows:
    return [
        {"code": team["team_id"], "name": team["name"], "purpose": team["focus_metric"].strip()}
        for team in read("teams")
    ]


def _team_streams() -> Rows:
    return [
        {"team": team["team_id"], "stream": team["value_stream"], "share": "1", "starts_on": SINCE}
        for team in read("teams")
    ]


def _people() -> Rows:
    return [
        {"code": person["person_id"], "role": person["role"], "level": person["level"], "employed_from": SINCE}
        for person in read("people")
    ]


def _assignments() -> Rows:
    """Percentages are exact to a hundredth and add up to 100.00 for everybody."""
    rows = read("assignments")
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        asked[row["person_id"]] += Decimal(row["allocation_pct"])
    assert set(asked.values()) == {Decimal("100.00")}
    return [
        {
            "person": row["person_id"],
            "team": row["team_id"],
            "share": f"{Decimal(row['allocation_pct']).scaleb(-2)}",
            "starts_on": SINCE,
        }
        for row in rows
    ]


def _epics() -> Rows:
    return [
        {
            "code": epic["initiative_id"],
            "name": epic["name"],
            "work_type": "feature",
            "started_on": epic["started"] or None,
            # Some were usable before they were said to have started.
            "released_on": max(epic["viable_date"], epic["started"]) if epic["viable_date"] else None,
        }
        for epic in read("initiatives")
    ]


def _epic_teams() -> Rows:
    return [
        {"epic": epic["initiative_id"], "team": epic["team_id"], "starts_on": SINCE}
        for epic in read("initiatives")
        if epic["team_id"]
    ]


def _epic_streams() -> Rows:
    return [
        {"epic": epic["initiative_id"], "stream": epic["value_stream"], "share": "1", "starts_on": SINCE}
        for epic in read("initiatives")
    ]


def _efforts() -> Rows:
    of_team: dict[str, list[str]] = defaultdict(list)
    for epic in read("initiatives"):
        if epic["team_id"]:
            of_team[epic["team_id"]].append(epic["initiative_id"])
    rows = []
    for team, epics in sorted(of_team.items()):
        each, left = divmod(WHOLE, len(epics))
        for number, epic in enumerate(sorted(epics)):
            share = Decimal(each + (number < left)).scaleb(-6)
            rows += [
                {"team": team, "month": f"{YEAR}-{month:02}", "epic": epic, "share": f"{share}"}
                for month in range(1, 13)
            ]
    return rows
