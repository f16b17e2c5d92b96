"""The golden organisation with pay that nobody could guess, and a row or two of every other kind."""

from typing import Any

from tests.golden import JANUARY, JULY, ROWS, dollars

CANARIES = {
    "ana": "14317.59", "ben": "13291.73", "cho": "12587.37", "dee": "9173.51",
    "eli": "14639.17", "fay": "13853.29", "gus": "11279.83",
}  # fmt: skip
"""What each person is paid a month: amounts that stand nowhere else."""

REST: dict[str, list[dict[str, Any]]] = {
    "team-names": [{"system": "jira", "called": "T-9", "team": "checkout", "starts_on": JANUARY}],
    "person-terms": [{"person": "cho", "level": "senior", "starts_on": "2026-07-10"}],
    "closures": [{"country": "US", "on": "2026-07-03", "name": "Summer day"}],
    "absences": [{"person": "gus", "reason": "unpaid", "starts_on": "2026-07-06", "ends_on": "2026-07-08"}],
    "epic-teams": [{"epic": "faster-pay", "team": "checkout", "starts_on": JANUARY}],
    "efforts": [
        {"team": "checkout", "month": JULY, "epic": "faster-pay", "share": "0.4"},
        {"team": "search", "month": JULY, "work_type": "debt", "item_days": "3.5"},
    ],
    "observations": [{"metric": "conversion-rate", "observed_on": "2026-07-15", "value": "2.61"}],
    "rate-cards": [
        {"role": "engineer", "unit": "month", "amount": dollars("10000.00"), "starts_on": JANUARY},
        {"role": "engineer", "level": "senior", "unit": "hour", "amount": dollars("71.00"), "starts_on": JANUARY},
    ],
    "allocation-shares": [
        {"pool": "training", "target_kind": "team", "team": "search", "share": "0.6", "starts_on": JANUARY},
    ],
    "anticipated-benefits": [
        {"epic": "next-pay", "amount": dollars("2500.00"), "benefit_class": "hard_cash", "first_month": JULY},
    ],
    "valuations": [
        {
            "outcome": "conversion",
            "volume": "100000",
            "unit_value": dollars("0.40"),
            "margin": "0.35",
            "starts_on": JANUARY,
        }
    ],
}  # fmt: skip
MORE: dict[str, list[dict[str, Any]]] = {
    # Nobody works on it yet, so that what it should bring may still be said.
    "epics": [{"code": "next-pay", "name": "Next pay", "work_type": "feature"}],
    "pools": [{"code": "training", "name": "Training"}, {"code": "licences", "name": "Licences"}],
    # Shares by cost are where pay could find a way into figures at standard rates.
    "allocation-rules": [
        {"pool": "training", "driver": "fixed", "starts_on": JANUARY},
        {"pool": "licences", "driver": "direct_cost", "starts_on": JANUARY},
    ],
    "cost-entries": [
        {
            "external_id": f"{pool}-july",
            "incurred_on": "2026-07-15",
            "amount": dollars(amount),
            "category": "cloud",
            "pool": pool,
        }
        for pool, amount in (("training", "900.00"), ("licences", "1234.56"))
    ],
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every kind's rows, by kind; send them in the order of kinds."""
    pay = [{"person": p, "unit": "month", "amount": dollars(a), "starts_on": JANUARY} for p, a in CANARIES.items()]
    found = {kind: [*some, *MORE.get(kind, [])] for kind, some in ROWS.items()} | REST
    return found | {"person-rates": pay}
