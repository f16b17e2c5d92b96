"""What teams share: the platform, the cloud and the offices, which use one another."""

from finance.demo.calendar import ALWAYS, MONTHS, Row, Rows

PLATFORM_USE = {
    "checkout": 31, "storefront": 18, "warehouse": 12, "routing": 9, "pricing-lab": 6, "self-service": 6, "returns": 3,
}  # fmt: skip
"""Of a hundred parts that teams can use; the rest is idle."""
PLATFORM_IDLE = 15
PLATFORM_FOR_FACILITIES = 5
"""Doors and screens of the offices run on the platform, and the platform's people sit in the offices: a cycle."""
CLOUD_USE = {
    "checkout": 26, "storefront": 27, "warehouse": 13, "routing": 14, "self-service": 7, "returns": 4, "platform": 5,
}  # fmt: skip
CLOUD_UNTAGGED = 4


def rows() -> Rows:
    return {
        "pools": [
            {"code": "platform", "name": "Platform", "team": "platform"},
            {"code": "facilities", "name": "Facilities"},
            {"code": "cloud", "name": "Cloud"},
        ],
        "allocation-rules": [
            {"pool": "platform", "driver": "usage", "starts_on": ALWAYS},
            {"pool": "facilities", "driver": "fte", "starts_on": ALWAYS},
            {"pool": "cloud", "driver": "usage", "starts_on": ALWAYS},
        ],
        "driver-rows": [row for month in MONTHS for row in _used(month)],
    }


def _used(month: str) -> list[Row]:
    platform, cloud = {"pool": "platform", "month": month}, {"pool": "cloud", "month": month}
    return [
        *(_team(platform, team, part) for team, part in PLATFORM_USE.items()),
        {**platform, "target_kind": "pool", "to_pool": "facilities", "quantity": str(PLATFORM_FOR_FACILITIES)},
        {**platform, "target_kind": "sink", "sink": "idle", "quantity": str(PLATFORM_IDLE)},
        *(_team(cloud, team, part) for team, part in CLOUD_USE.items()),
        {**cloud, "target_kind": "sink", "sink": "untagged", "quantity": str(CLOUD_UNTAGGED)},
    ]


def _team(of: Row, team: str, part: int) -> Row:
    return {**of, "target_kind": "team", "team": team, "quantity": str(part)}
