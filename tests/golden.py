"""The golden organisation as rows that any door takes: kind -> rows in JSON."""

from typing import Any

JULY = "2026-07"
JANUARY = "2026-01-01"


def dollars(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def _person(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "role": "engineer", "employed_from": JANUARY, **more}


SHORT_DAYS = {f"minutes_{day}": 288 for day in ("mon", "tue", "wed", "thu", "fri")}
PAY = {
    "ana": "14000.00",
    "ben": "13000.00",
    "cho": "12500.00",
    "dee": "9000.00",
    "eli": "14500.00",
    "fay": "13500.00",
    "gus": "11000.00",
}
ASSIGNED = (
    ("ana", "checkout", "1"),
    ("ben", "checkout", "1"),
    ("cho", "search", "1"),
    ("dee", "search", "1"),
    ("eli", "platform", "1"),
    ("fay", "checkout", "0.5"),
    ("fay", "search", "0.4"),
    ("gus", "checkout", "0.5"),
    ("gus", "search", "0.5"),
    ("gus", "platform", "0.2"),
)

ROWS: dict[str, list[dict[str, Any]]] = {
    "organisation-settings": [{"starts_on": JANUARY, "country": "US", "reporting_currency": "USD"}],
    "value-streams": [{"code": "commerce", "name": "Commerce"}, {"code": "discovery", "name": "Discovery"}],
    "role-families": [{"code": "engineer", "name": "Engineer"}],
    "teams": [
        {"code": "checkout", "name": "Checkout", "topology": "stream_aligned"},
        {"code": "search", "name": "Search", "topology": "stream_aligned"},
        {"code": "platform", "name": "Platform", "topology": "platform"},
    ],
    "team-stream-shares": [
        {"team": "checkout", "stream": "commerce", "share": "0.8", "starts_on": JANUARY},
        {"team": "checkout", "stream": "discovery", "share": "0.2", "starts_on": JANUARY},
        {"team": "search", "stream": "discovery", "share": "0.9", "starts_on": JANUARY},
    ],
    "people": [
        _person("ana"),
        _person("ben", employed_from="2026-07-16"),
        _person("cho"),
        _person("dee", **SHORT_DAYS),
        _person("eli"),
        _person("fay"),
        _person("gus"),
    ],
    "assignments": [{"person": p, "team": t, "share": s, "starts_on": JANUARY} for p, t, s in ASSIGNED],
    "metrics": [{"code": "conversion-rate", "name": "Conversion rate", "unit": "percent", "aggregate": "mean"}],
    "epics": [{"code": "faster-pay", "name": "Faster pay", "work_type": "feature", "released_on": "2026-03-01"}],
    "epic-stream-shares": [
        {"epic": "faster-pay", "stream": "commerce", "share": "0.75", "starts_on": JANUARY},
        {"epic": "faster-pay", "stream": "discovery", "share": "0.25", "starts_on": JANUARY},
    ],
    "outcomes": [
        {
            "code": "conversion",
            "name": "More visitors buy",
            "epic": "faster-pay",
            "metric": "conversion-rate",
            "kind": "revenue",
            "baseline": "2.40",
            "target": "2.64",
            "due_on": "2026-12-31",
            "attribution_model": "fixed",
            "external_share": "0.20",
        }
    ],
    "attributions": [
        {"outcome": "conversion", "team": "checkout", "share": "0.75"},
        {"outcome": "conversion", "team": "search", "share": "0.15"},
        {"outcome": "conversion", "team": "platform", "share": "0.10"},
    ],
    "exchange-rates": [{"currency": "EUR", "month": JULY, "rate": "1.1437"}],
    "cost-categories": [{"code": "cloud", "name": "Cloud"}, {"code": "rent", "name": "Rent"}],
    "person-rates": [
        {"person": p, "unit": "month", "amount": dollars(a), "starts_on": JANUARY} for p, a in PAY.items()
    ],
    "contractor-lines": [
        {
            "supplier": "Hal",
            "role": "engineer",
            "team": "checkout",
            "month": JULY,
            "hours": "84.5",
            "rate": {"amount": "92.00", "currency": "EUR"},
        }
    ],
    "pools": [
        {"code": "platform", "name": "Platform", "team": "platform"},
        {"code": "cloud", "name": "Cloud"},
        {"code": "facilities", "name": "Facilities"},
    ],
    "allocation-rules": [
        {"pool": "platform", "driver": "usage", "starts_on": JANUARY},
        {"pool": "cloud", "driver": "usage", "starts_on": JANUARY},
        {"pool": "facilities", "driver": "fte", "starts_on": JANUARY},
    ],
    "driver-rows": [
        {"pool": "platform", "month": JULY, "target_kind": "team", "team": "checkout", "quantity": "72"},
        {"pool": "platform", "month": JULY, "target_kind": "team", "team": "search", "quantity": "48"},
        {"pool": "platform", "month": JULY, "target_kind": "pool", "to_pool": "cloud", "quantity": "16"},
        {"pool": "platform", "month": JULY, "target_kind": "sink", "sink": "idle", "quantity": "24"},
        {"pool": "cloud", "month": JULY, "target_kind": "team", "team": "checkout", "quantity": "0.55"},
        {"pool": "cloud", "month": JULY, "target_kind": "team", "team": "search", "quantity": "0.25"},
        {"pool": "cloud", "month": JULY, "target_kind": "team", "team": "platform", "quantity": "0.12"},
        {"pool": "cloud", "month": JULY, "target_kind": "sink", "sink": "untagged", "quantity": "0.08"},
    ],
    "cost-entries": [
        {
            "external_id": "cloud-july",
            "incurred_on": "2026-07-31",
            "amount": dollars("6000.00"),
            "category": "cloud",
            "pool": "cloud",
            "vendor": "Nimbus",
            "document_number": "INV-7",
        },
        {
            "external_id": "rent-july",
            "incurred_on": "2026-07-01",
            "amount": dollars("3000.00"),
            "category": "rent",
            "pool": "facilities",
        },
    ],
    "benefit-entries": [
        {
            "external_id": "pay-july",
            "outcome": "conversion",
            "month": JULY,
            "amount": dollars("61234.57"),
            "benefit_class": "hard_cash",
            "evidence": "checkout funnel, July",
        }
    ],
}
