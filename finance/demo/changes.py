"""What the work was for: each epic, the metric it should move, how far it did, and what a unit of that is worth.

    benefit of a month = (observed - baseline) in the metric's direction x volume x unit value x margin
Only baseline, promise and what was seen stand here; the money follows from the observations.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from finance.demo.calendar import RELEASED, Row, Rows, euros

PROMISED_FROM, PROMISED_UNTIL = "2025-07", "2027-12"


class Signed(StrEnum):
    """Whether somebody else of finance has looked at the benefit."""

    VALIDATED = "validated"
    WAITING = "waiting"
    NEVER = "never valued"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One epic with its outcome. `seen` is what the metric reads after the release; rates are per hundred."""

    epic: str
    name: str
    stream: str
    work_type: str = "feature"
    started: str
    released: str = ""
    stopped: str = ""
    purpose: str
    learned: str = ""
    metric: str
    unit: str
    higher_is_better: bool = True
    monthly: bool = False
    outcome: str
    kind: str
    baseline: str
    promised: str
    seen: str
    due: str = "2025-12-31"
    external: str = ""
    model: str = "effort"
    volume: str = ""
    unit_value: str = ""
    margin: str = "1"
    benefit_class: str = "hard_cash"
    signed: Signed = Signed.VALIDATED
    promised_money: str = ""
    """What was promised a month where no valuation says it; from `promised_from` on."""
    promised_from: str = PROMISED_FROM


CHANGES = (
    Change(
        epic="one-page-checkout", name="One-page checkout",
        purpose="Paying takes one page, so that fewer sessions end at the till.",
        stream="buy", started="2025-01-13", released="2025-06-18",
        metric="order-rate", unit="orders per 100 sessions", outcome="More sessions end in an order", kind="revenue",
        baseline="2.40", promised="2.64", seen="2.64", external="0.20", model="fixed",
        volume="sessions", unit_value="80.00", margin="0.35",
    ),
    Change(
        epic="search", name="Search",
        purpose="Who searches finds, also with a word we do not use ourselves.",
        stream="buy", started="2025-01-20", released="2025-06-10",
        metric="search-order-rate", unit="orders per 100 searches", outcome="More searches end in an order",
        kind="revenue", baseline="3.10", promised="3.55", seen="3.60", external="0.15",
        volume="9000", unit_value="80.00", margin="0.35",
    ),
    Change(
        epic="payment-retries", name="Payment retries",
        purpose="A payment that fails is tried again before the customer notices.",
        stream="buy", started="2025-02-03", released="2025-06-24",
        metric="failed-payments", unit="failed payments per 100 orders", higher_is_better=False,
        outcome="Fewer orders are lost at the payment", kind="failure_demand",
        baseline="6.00", promised="3.60", seen="3.50", volume="650", unit_value="80.00", margin="0.35",
    ),
    Change(
        epic="bundle-offers", name="Bundle offers",
        purpose="Show what goes together while the basket is still open.",
        stream="buy", started="2025-02-10", released="2025-06-27",
        metric="items-per-order", unit="items per 100 orders", outcome="Baskets grow by what goes together",
        kind="revenue", baseline="210.0", promised="217.0", seen="216.7", external="0.10",
        volume="650", unit_value="25.00", margin="0.35", signed=Signed.WAITING,
    ),
    Change(
        epic="loyalty-badges", name="Loyalty badges",
        purpose="Find out whether badges bring customers back.",
        stream="buy", work_type="experiment", started="2025-05-05",
        released="2025-09-15", stopped="2026-01-30",
        metric="repeat-customers", unit="customers per 100 who come back", outcome="Customers come back for badges",
        kind="retention", baseline="31.0", promised="34.0", seen="31.2", due="2026-01-31", signed=Signed.NEVER,
        promised_money="45000.00", promised_from="2025-10",
        learned="Who collected badges would have come back anyway. Next time we try with a thousand customers first.",
    ),
    Change(
        epic="outage-drill", name="Outage drill",
        purpose="Practise outages, so that real ones are short.",
        stream="buy", work_type="risk", started="2025-03-03",
        released="2025-06-16", metric="outage-minutes", unit="minutes down in a month",
        higher_is_better=False, monthly=True, outcome="Outages end sooner", kind="failure_demand",
        baseline="105", promised="40", seen="30", model="equal",
        volume="1", unit_value="350.00", benefit_class="cost_avoidance",
    ),
    Change(
        epic="saved-baskets", name="Saved baskets",
        purpose="A basket left behind waits on every device.",
        stream="buy", started="2025-09-01",
        metric="abandoned-baskets", unit="baskets per 100 left behind", higher_is_better=False,
        outcome="Fewer baskets are left behind", kind="experience",
        baseline="68.0", promised="64.0", seen="68.0", due="2026-12-31", signed=Signed.NEVER,
        promised_money="60000.00", promised_from="2027-01",
    ),
    Change(
        epic="route-optimiser", name="Route optimiser",
        purpose="Plan each van by what the day's parcels need, not by district.",
        stream="deliver", started="2025-01-06", released="2025-06-23",
        metric="cost-per-parcel", unit="euros per parcel", higher_is_better=False,
        outcome="A parcel costs less to bring", kind="cost", baseline="3.90", promised="3.72", seen="3.72",
        volume="parcels", unit_value="1.00",
    ),
    Change(
        epic="delivery-promise", name="Delivery promise",
        purpose="Say a day at the till that the warehouse can keep.",
        stream="deliver", started="2025-02-03", released="2025-06-27",
        metric="parcels-on-time", unit="parcels on time per 100", outcome="Parcels come when promised",
        kind="experience", baseline="88.0", promised="95.0", seen="89.1",
        volume="5000", unit_value="4.00", benefit_class="cost_avoidance",
    ),
    Change(
        epic="order-core-split", name="Order-core split",
        purpose="Take orders apart from stock, so that one can change without the other.",
        stream="deliver", work_type="debt", started="2025-03-03",
        released="2025-06-30", metric="rework-hours", unit="hours of rework in a month", higher_is_better=False,
        monthly=True, outcome="Less work is done twice", kind="cost", baseline="300", promised="100", seen="150",
        due="2026-12-31", volume="1", unit_value="60.00", benefit_class="capacity_freed",
    ),
    Change(
        epic="carrier-claims", name="Carrier claims",
        purpose="Claim what carriers break, by itself and in time.",
        stream="deliver", started="2025-02-17", released="2025-06-20",
        metric="claims-paid", unit="claims paid per 100 damaged parcels", outcome="Carriers pay for what they break",
        kind="cost", baseline="20.0", promised="70.0", seen="72.0", volume="40", unit_value="21.00",
        signed=Signed.WAITING,
    ),
    Change(
        epic="same-day-slots", name="Same-day slots",
        purpose="Offer the same day where a van passes anyway.",
        stream="deliver", started="2026-02-02",
        metric="same-day-orders", unit="orders per 100 there the same day", outcome="Orders arrive the same day",
        kind="experience", baseline="4.0", promised="12.0", seen="4.0", due="2026-12-31", signed=Signed.NEVER,
        promised_money="80000.00", promised_from="2027-01",
    ),
    Change(
        epic="self-service-returns", name="Self-service returns",
        purpose="Customers print their own label and see their money coming.",
        stream="care", started="2025-01-06",
        released="2025-06-25", metric="deflection", unit="contacts per 100 solved unaided",
        outcome="Customers return without calling", kind="failure_demand",
        baseline="40.0", promised="60.0", seen="65.0", volume="contacts", unit_value="4.20",
    ),
    Change(
        epic="refund-leakage", name="Refund leakage",
        purpose="Pay back what came back, and only that.",
        stream="care", started="2025-01-20", released="2025-06-12",
        metric="wrong-refunds", unit="wrong refunds per 100", higher_is_better=False,
        outcome="Fewer refunds are paid by mistake", kind="cost",
        baseline="6.0", promised="2.5", seen="2.0", volume="600", unit_value="15.00",
    ),
    Change(
        epic="reply-drafts", name="Reply drafts",
        purpose="Agents begin with a draft of the answer instead of an empty page.",
        stream="care", started="2025-02-03", released="2025-06-19",
        metric="handling-time", unit="minutes per contact", higher_is_better=False,
        outcome="Answers take less time", kind="time_to_value",
        baseline="7.50", promised="6.20", seen="6.20", volume="40000", unit_value="0.50",
        benefit_class="capacity_freed",
    ),
    Change(
        epic="repair-first", name="Repair first",
        purpose="Send a part before a whole new lamp.",
        stream="care", started="2025-03-03", released="2025-06-26",
        metric="repairs", unit="repairs per 100 warranty cases", outcome="Things are mended, not replaced",
        kind="cost", baseline="12.0", promised="30.0", seen="35.0", volume="20", unit_value="40.00",
        signed=Signed.WAITING,
    ),
)  # fmt: skip
BY_EPIC = {change.epic: change for change in CHANGES}
VALUED = tuple(change for change in CHANGES if change.volume)
# metric: (name, unit, what an ordinary month counts)
VOLUMES = {
    "sessions": ("Sessions", "hundreds of sessions", 25_000),
    "parcels": ("Parcels", "parcels", 500_000),
    "contacts": ("Contacts", "hundreds of contacts", 1_100),
}
CREDITED = {"checkout": "0.70", "storefront": "0.20", "platform": "0.10"}
"""Who brought about the one-page checkout, as they agreed among themselves."""


def rows() -> Rows:
    return {
        "metrics": [
            {"code": code, "name": name, "unit": unit, "aggregate": "sum", "level": "activity"}
            for code, (name, unit, _) in VOLUMES.items()
        ]
        + [
            {"code": change.metric, "name": change.metric.replace("-", " ").capitalize(), "unit": change.unit,
             "aggregate": "sum" if change.monthly else "mean", "higher_is_better": change.higher_is_better}
            for change in CHANGES
        ],
        "epics": [
            {"code": change.epic, "name": change.name, "work_type": change.work_type, "purpose": change.purpose,
             "started_on": change.started, "released_on": change.released or None,
             "stopped_on": change.stopped or None, "learned": change.learned}
            for change in CHANGES
        ],
        "anticipated-benefits": [_promise(change) for change in CHANGES],
        "epic-stream-shares": [
            {"epic": change.epic, "stream": change.stream, "share": "1", "starts_on": change.started}
            for change in CHANGES
        ],
        "outcomes": [_outcome(change) for change in CHANGES],
        "attributions": [
            {"outcome": "one-page-checkout", "team": team, "share": share} for team, share in CREDITED.items()
        ],
        "valuations": [_valuation(change) for change in VALUED],
    }  # fmt: skip


def _promise(change: Change) -> Row:
    """What the promised change is worth a month, by the same formula as the benefit that is seen."""
    money = change.promised_money
    if not money:
        volume = VOLUMES[change.volume][2] if change.volume in VOLUMES else change.volume
        moved = abs(Decimal(change.promised) - Decimal(change.baseline))
        worth = moved * Decimal(volume) * Decimal(change.unit_value) * Decimal(change.margin)
        money = f"{worth:.2f}"
    return {
        "external_id": f"{change.epic}-case",
        "epic": change.epic,
        "amount": euros(money),
        "benefit_class": change.benefit_class,
        "first_month": change.promised_from,
        "last_month": PROMISED_UNTIL,
    }


def _outcome(change: Change) -> Row:
    return {
        "code": change.epic,
        "name": change.outcome,
        "epic": change.epic,
        "metric": change.metric,
        "kind": change.kind,
        "baseline": change.baseline,
        "target": change.promised,
        "due_on": change.due,
        "starts_on": RELEASED if change.released else None,
        "attribution_model": change.model,
        "external_share": change.external or None,
    }


def _valuation(change: Change) -> Row:
    by_metric = change.volume in VOLUMES
    return {
        "outcome": change.epic,
        "volume": None if by_metric else change.volume,
        "volume_metric": change.volume if by_metric else None,
        "unit_value": euros(change.unit_value),
        "margin": change.margin,
        "benefit_class": change.benefit_class,
        "starts_on": RELEASED,
    }
