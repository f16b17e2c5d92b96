"""The 63 people, who they work for, and when they are away. All names are made up."""

import datetime as dt

from finance.demo.calendar import ALWAYS, Row, Rows
from finance.demo.company import POLAND

SENIOR, ENGINEER, QUALITY, ANALYST = ("engineer", "senior"), ("engineer", ""), ("quality-engineer", ""), ("analyst", "")
# team: (role and level, names)
MEMBERS = {
    "storefront": [
        (SENIOR, "Anke Petersen, Bilal Demir"),
        (ENGINEER, "Carla Nunes, Dirk Hansen, Elif Kaya, Femke de Boer"),
        (QUALITY, "Greta Lorenz"),
    ],
    "checkout": [
        (SENIOR, "Hanna Vogt, Ivo Marić, Joana Reis"),
        (ENGINEER, "Kai Brandt, Leila Haddad, Mats Lund, Nora Feld"),
        (QUALITY, "Ole Jensen"),
    ],
    "pricing-lab": [
        (SENIOR, "Paula Stern"),
        (ENGINEER, "Quirin Adler, Rosa Conti"),
        (ANALYST, "Selma Aydin, Tom Harder"),
    ],
    "warehouse": [
        (SENIOR, "Ulrike Behn, Viktor Sokol"),
        (ENGINEER, "Wiebke Ahrens, Xenia Wolf, Yusuf Arslan, Zoe Klein"),
        (QUALITY, "Arne Thomsen"),
    ],
    "routing": [
        (SENIOR, "Agnieszka Nowak, Bartosz Zając"),
        (ENGINEER, "Celina Wójcik, Dawid Lis, Ewa Kaczmarek, Filip Mazur"),
    ],
    "self-service": [
        (SENIOR, "Gesa Wulff"),
        (ENGINEER, "Henrik Paulsen, Ines Costa, Jannik Roth"),
        (QUALITY, "Kerstin Bohm"),
        (ANALYST, "Lasse Quandt"),
    ],
    "returns": [
        (SENIOR, "Malin Berg"),
        (ENGINEER, "Nils Dietrich, Olga Ritter, Piet Visser"),
        (ANALYST, "Ronja Maas"),
    ],
    "platform": [
        (SENIOR, "Sönke Lühr, Tarek Aziz, Uta Fischer, Veit Kramer"),
        (ENGINEER, "Wanda Krüger, Xaver Huber, Yara Santos, Zeno Albers"),
    ],
    "enablement": [(SENIOR, "Antje Möller, Boris Kuhn, Clara Lindner")],
}  # fmt: skip


def _quarters(*teams: str) -> dict[str, str]:
    return dict.fromkeys(teams, "0.25")


# Shared people: name, role, share of each team. What is nobody's of them is the bench.
SHARED = [
    ("Mara Winter", "product-manager", _quarters("storefront", "pricing-lab", "warehouse", "routing")),
    ("Niko Sander", "product-manager", {"checkout": "0.6", "storefront": "0.4"}),
    ("Frieda Claasen", "product-manager", {"self-service": "0.5", "returns": "0.5"}),
    ("Jonas Weiss", "agile-lead", _quarters("storefront", "checkout", "pricing-lab", "warehouse")),
    ("Silke Brodersen", "agile-lead", _quarters("routing", "self-service", "platform")),
    ("Mina Farahani", "designer", {"storefront": "0.3333", "checkout": "0.3333", "self-service": "0.3334"}),
    ("Leo Matthies", "designer", {"pricing-lab": "0.5", "returns": "0.3"}),
    ("Thea Rasmussen", "security-engineer", {"platform": "0.4", "checkout": "0.3", "warehouse": "0.1"}),
]  # fmt: skip
STRETCHED = "Mara Winter"
"""From April 2026 on she gives each of her four teams 30 %: more than there is of her."""
PART_TIME = frozenset({"Carla Nunes", "Ronja Maas", "Celina Wójcik"})
"""Four days a week."""
JOINED = {"Tom Harder": "2025-03-17", "Piet Visser": "2025-09-01"}
PARENTAL_LEAVE = {"Nora Feld": ("2026-01-05", "2026-04-06")}
HIRED_BEFORE = "2023-10-01"
WEEK = dt.timedelta(weeks=1)

ROSTER = [
    (name, role, level, team)
    for team, groups in MEMBERS.items()
    for (role, level), names in groups
    for name in names.split(", ")
] + [(name, role, "", None) for name, role, _ in SHARED]
CODES = {name: f"hp-{number}" for number, (name, *_) in enumerate(ROSTER, start=101)}


def rows() -> Rows:
    return {
        "people": [_person(name, role, level, team) for name, role, level, team in ROSTER],
        "assignments": _dedicated() + _shared(),
        "absences": [absence for number, (name, *_) in enumerate(ROSTER) for absence in _holidays(name, number)]
        + [
            {"person": CODES[name], "reason": "parental", "starts_on": starts, "ends_on": ends}
            for name, (starts, ends) in PARENTAL_LEAVE.items()
        ],
    }


def country_of(team: str | None) -> str:
    return POLAND if team == "routing" else ""


def _person(name: str, role: str, level: str, team: str | None) -> Row:
    person: Row = {
        "code": CODES[name],
        "name": name,
        "role": role,
        "level": level,
        "country": country_of(team),
        "employed_from": JOINED.get(name, HIRED_BEFORE),
    }
    return person | {"minutes_fri": 0} if name in PART_TIME else person


def _dedicated() -> list[Row]:
    return [
        {"person": CODES[name], "team": team, "share": "1", "starts_on": JOINED.get(name, ALWAYS)}
        for name, _, _, team in ROSTER
        if team
    ]


def _shared() -> list[Row]:
    rows = []
    for name, _, shares in SHARED:
        for team, share in shares.items():
            row = {"person": CODES[name], "team": team, "share": share, "starts_on": ALWAYS}
            if name == STRETCHED:
                rows.append({**row, "share": "0.30", "starts_on": "2026-04-01"})
                row["ends_on"] = "2026-04-01"
            rows.append(row)
    return rows


def _holidays(name: str, number: int) -> list[Row]:
    """Two weeks in summer, one each February and one at the turn of the year; colleagues take turns."""
    summer = dt.date(2025, 7, 7) + dt.timedelta(weeks=number % 6)
    winters = [dt.date(year, 2, 2) + dt.timedelta(weeks=number % 3) for year in (2025, 2026)]
    new_year = dt.date(2026, 1, 1)
    spans = [
        (winters[0], winters[0] + WEEK),
        (summer, summer + 2 * WEEK),
        (dt.date(2025, 12, 27), new_year),
        (winters[1], winters[1] + WEEK),
    ]
    return [
        {"person": CODES[name], "reason": "paid_leave", "starts_on": str(starts), "ends_on": str(ends)}
        for starts, ends in spans
        if str(starts) >= JOINED.get(name, HIRED_BEFORE)
    ]
