"""What can come in on this floor: rates, costs, pools and how they are allocated, values and benefits."""

from collections.abc import Mapping
from typing import Any

from finance.models import (
    AllocationRule,
    AllocationShare,
    AnticipatedBenefit,
    BenefitClass,
    BenefitEntry,
    ContractorLine,
    CostCategory,
    CostEntry,
    Driver,
    DriverRow,
    ExchangeRate,
    IdleMode,
    PersonRate,
    Pool,
    RateCard,
    RateType,
    RateUnit,
    Sink,
    TargetKind,
    Valuation,
)
from finance.services import promises, shares
from finance.services.bearers import one_bearer, one_target
from outcomes.models import OutcomeKind
from outcomes.services import spans
from roi_project.access.audience import PAY_READERS, Group
from roi_project.db.touches import next_month
from roi_project.intake.columns import Choice, Code, Column, Day, Money, Month, Number, Reference, Share, Text
from roi_project.intake.kinds import Kind, Span, Wrong, register
from roi_project.kernel.money import exponent

FINANCE = frozenset({Group.FINANCE})
READERS = frozenset({Group.FINANCE, Group.LEADER, Group.AUDITOR})

CODE = Code("code", "its short name, the same in every system")
STARTS = Day("starts_on", "first day it holds")
ENDS = Day("ends_on", "first day it no longer holds; empty = still does", required=False)
LEVEL = Text("level", "narrows the role; empty = any", required=False, max_length=50)
COUNTRY = Text("country", "two capitals as in ISO 3166; empty = any", required=False, max_length=2)
UNIT = Choice("unit", "what the amount is for", choices=RateUnit)
AMOUNT_PER_UNIT = Money("amount", "the amount for a unit of full-time work", field="amount_minor")
TARGET: tuple[Column, ...] = (
    Choice("target_kind", "what gets the part", choices=TargetKind),
    Reference("team", "for target_kind team", to="teams", required=False),
    Reference("to_pool", "for target_kind pool; may be the pool itself", to="pools", required=False),
    Choice("sink", "for target_kind sink", choices=Sink, required=False, default=""),
)


def _currency(row: Mapping[str, Any]) -> None:
    try:
        exponent(row["currency"])
    except ValueError as error:
        raise Wrong("currency", str(error)) from error


def _country(row: Mapping[str, Any]) -> None:
    country = row["country"]
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise Wrong("country", f"“{country}” is not a country; write two capitals as in ISO 3166, or leave it empty")


def _cost(row: Mapping[str, Any]) -> None:
    one_bearer(row)
    begins, ends = row["service_from"], row["service_until"]
    if (begins is None) != (ends is None):
        missing = "service_from" if begins is None else "service_until"
        raise Wrong(missing, "a service period has both a first day and a first day not counted, or neither")
    if begins is not None and ends <= begins:
        raise Wrong("service_until", f"{ends} is not after {begins}; it is the first day that is not counted")


def _cost_months(cost: CostEntry) -> Span:
    if cost.service_from is not None:
        return spans.of_days(cost.service_from, cost.service_until)
    return spans.of_day(cost.incurred_on)


def _driver_row_months(row: DriverRow) -> Span:
    """Its month and the next, which uses it when it has none of its own."""
    return Span(row.month, next_month(next_month(row.month)))


def _external_share_of(row: Mapping[str, Any]) -> Any:
    return row["outcome"].external_share if row["outcome"] is not None else None


def _revenue_says_what_others_did(row: Mapping[str, Any], *, said: Any) -> None:
    outcome = row["outcome"]
    if outcome is not None and outcome.kind == OutcomeKind.REVENUE and said is None:
        raise Wrong(
            "external_share" if "external_share" in row else "outcome",
            f"outcome {outcome.code} is about revenue: say which share of it others brought about (external_share; "
            "0 = nobody else), because teams hardly ever win revenue alone",
            "external_share_missing",
        )


def _valuation(row: Mapping[str, Any]) -> None:
    if (row["volume"] is None) == (row["volume_metric"] is None):
        raise Wrong("volume", "give volume, or volume_metric to read it from a metric each month; one of them")
    _revenue_says_what_others_did(row, said=_external_share_of(row))


def _benefit(row: Mapping[str, Any]) -> None:
    outcome, epic = row["outcome"], row["epic"]
    if outcome is not None and epic is not None and outcome.epic_id != epic.pk:
        raise Wrong("epic", f"outcome {outcome.code} belongs to another epic; leave epic empty")
    said = row["external_share"] if row["external_share"] is not None else _external_share_of(row)
    _revenue_says_what_others_did(row, said=said)


def _anticipated(row: Mapping[str, Any]) -> None:
    first, last = row["first_month"], row["last_month"]
    if last is not None and last < first:
        raise Wrong("last_month", f"{last:%Y-%m} is before {first:%Y-%m}; it is the last month that is counted")


EXCHANGE_RATES = register(
    Kind(
        name="exchange-rates",
        singular="exchange-rate",
        model=ExchangeRate,
        description="Units of the reporting currency for one unit of another, on average over a month.",
        columns=(
            Code("currency", "ISO 4217", max_length=3),
            Month("month", "the month"),
            Number("rate", "reporting currency for one unit", places=10, above=0),
            Choice("rate_type", "which rate of the month", choices=RateType, default=RateType.AVERAGE),
        ),
        read=READERS,
        write=FINANCE,
        identity=("currency", "month", "rate_type"),
        check=_currency,
        # A month without a rate of its own takes the last one before it.
        touches=spans.from_month_on,
    )
)

COST_CATEGORIES = register(
    Kind(
        name="cost-categories",
        singular="cost-category",
        model=CostCategory,
        description="Sorts of cost: licences, cloud, travel.",
        columns=(CODE, Text("name", "its name for people")),
        read=READERS,
        write=FINANCE,
        new_matters=False,
        material=frozenset({"code"}),
    )
)

RATE_CARDS = register(
    Kind(
        name="rate-cards",
        singular="rate-card",
        model=RateCard,
        description="The standard rate of a role, narrowed by level and country where there is one.",
        columns=(
            Reference("role", "the role", to="role-families"),
            LEVEL,
            COUNTRY,
            UNIT,
            AMOUNT_PER_UNIT,
            STARTS,
            ENDS,
        ),
        read=READERS,
        write=FINANCE,
        identity=("role", "level", "country", "starts_on"),
        no_overlap=("role", "level", "country"),
        check=_country,
        touches=spans.of_dated,
    )
)

PERSON_RATES = register(
    Kind(
        name="person-rates",
        singular="person-rate",
        model=PersonRate,
        description="What one person is really paid, loaded. Only finance and audit ever see it.",
        columns=(Reference("person", "the person", to="people"), UNIT, AMOUNT_PER_UNIT, STARTS, ENDS),
        read=PAY_READERS,
        write=FINANCE,
        identity=("person", "starts_on"),
        no_overlap=("person",),
        touches=spans.of_dated,
    )
)

CONTRACTOR_LINES = register(
    Kind(
        name="contractor-lines",
        singular="contractor-line",
        model=ContractorLine,
        description="Hours a supplier worked for a team in a month, at an hourly rate.",
        columns=(
            Text("supplier", "who is paid"),
            Reference("role", "what they did", to="role-families"),
            Reference("team", "the team they did it for", to="teams"),
            Month("month", "the month"),
            Number("hours", "hours at the plain rate", places=4, minimum=0),
            Number("overtime_hours", "hours at the rate times the multiplier", places=4, minimum=0, default=0),
            Number("overtime_multiplier", "1.5 = half as much again", places=4, minimum=1, default=1),
            Money("rate", "for an hour", field="rate_minor"),
        ),
        read=PAY_READERS,
        write=FINANCE,
        identity=("supplier", "role", "team", "month"),
        touches=spans.of_month,
    )
)

POOLS = register(
    Kind(
        name="pools",
        singular="pool",
        model=Pool,
        description="Cost that several teams cause together: a platform team, a cloud bill, the office.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Reference("team", "the platform team that is this pool", to="teams", required=False),
        ),
        read=READERS,
        write=FINANCE,
        new_matters=False,
        material=frozenset({"code", "team"}),
    )
)

ALLOCATION_RULES = register(
    Kind(
        name="allocation-rules",
        singular="allocation-rule",
        model=AllocationRule,
        description="What decides the shares of a pool, for a while.",
        columns=(
            Reference("pool", "the pool", to="pools"),
            Choice("driver", "what decides the shares", choices=Driver),
            Choice(
                "fallback",
                "what decides when the driver has nothing to go by; empty = the cost stays unallocated",
                choices=Driver,
                required=False,
                default="",
            ),
            Number(
                "capacity", "practical capacity in units of usage; the rest is idle", places=6, above=0, required=False
            ),
            Choice("idle_mode", "what becomes of idle capacity", choices=IdleMode, default=IdleMode.SEPARATE),
            STARTS,
            ENDS,
        ),
        read=READERS,
        write=FINANCE,
        identity=("pool", "starts_on"),
        no_overlap=("pool",),
        touches=spans.of_dated,
    )
)

ALLOCATION_SHARES = register(
    Kind(
        name="allocation-shares",
        singular="allocation-share",
        model=AllocationShare,
        description="Agreed parts of a pool with fixed shares. They sum to at most one on any day.",
        columns=(
            Reference("pool", "the pool", to="pools"),
            *TARGET,
            Share("share", "0.25 = a quarter of the pool"),
            STARTS,
            ENDS,
        ),
        read=READERS,
        write=FINANCE,
        identity=("pool", "target_kind", "team", "to_pool", "sink", "starts_on"),
        no_overlap=("pool", "target_kind", "team", "to_pool", "sink"),
        check=one_target,
        touches=spans.of_dated,
        after=lambda rows: shares.check_pools(row.pool_id for row in rows),
    )
)

DRIVER_ROWS = register(
    Kind(
        name="driver-rows",
        singular="driver-row",
        model=DriverRow,
        description="How much of a pool one target used in a month.",
        columns=(
            Reference("pool", "the pool", to="pools"),
            Month("month", "the month"),
            *TARGET,
            Number("quantity", "in whatever the pool is counted in", places=6, minimum=0),
        ),
        read=READERS,
        write=FINANCE,
        identity=("pool", "month", "target_kind", "team", "to_pool", "sink"),
        check=one_target,
        touches=_driver_row_months,
    )
)

COST_ENTRIES = register(
    Kind(
        name="cost-entries",
        singular="cost-entry",
        model=CostEntry,
        description="An amount that was spent, for one team, value stream or pool.",
        columns=(
            Day("incurred_on", "the day it falls on when there is no service period"),
            Money(
                "amount",
                "what was spent, below zero for a credit; up to 12 decimals below the minor unit are kept",
                field="amount_minor",
                fraction_field="amount_fraction",
                signed=True,
            ),
            Reference("category", "what sort of cost it is", to="cost-categories"),
            Reference("team", "the team that bears it; or stream, or pool", to="teams", required=False),
            Reference("stream", "the value stream that bears it", to="value-streams", required=False),
            Reference("pool", "the pool that bears it", to="pools", required=False),
            Day("service_from", "first day of what was paid for", required=False),
            Day("service_until", "first day no longer paid for", required=False),
            Text("gl_account", "account of the general ledger", required=False, max_length=60),
            Text("cost_centre", "cost centre of the ledger", required=False, max_length=60),
            Text("vendor", "who was paid", required=False),
            Text("document_number", "number of the invoice", required=False, max_length=100),
        ),
        read=PAY_READERS,
        write=FINANCE,
        check=_cost,
        touches=_cost_months,
    )
)

VALUATIONS = register(
    Kind(
        name="valuations",
        singular="valuation",
        model=Valuation,
        description="Turns the measured effect of an outcome into money: effect x volume x unit value x margin.",
        columns=(
            Reference("outcome", "the outcome", to="outcomes"),
            Number("volume", "how often the effect happens in a month", places=6, minimum=0, required=False),
            Reference("volume_metric", "or the metric that counts it", to="metrics", required=False),
            Money("unit_value", "what one is worth", field="unit_value_minor", signed=True),
            Share("margin", "what remains of it after the cost of serving; 1 where it is the benefit already"),
            Choice("benefit_class", "what sort of money it is", choices=BenefitClass, default=BenefitClass.HARD_CASH),
            STARTS,
            ENDS,
        ),
        read=READERS,
        write=FINANCE,
        identity=("outcome", "starts_on"),
        no_overlap=("outcome",),
        check=_valuation,
        touches=spans.of_dated,
    )
)

BENEFIT_ENTRIES = register(
    Kind(
        name="benefit-entries",
        singular="benefit-entry",
        model=BenefitEntry,
        description="Money the work brought in a month. It is claimed until somebody else has validated it.",
        columns=(
            Month("month", "the month"),
            Money("amount", "what it brought, below zero where it hurt", field="amount_minor", signed=True),
            Choice("benefit_class", "what sort of money it is", choices=BenefitClass),
            Reference("outcome", "the outcome that brought it", to="outcomes", required=False),
            Reference("epic", "the epic that brought it, where there is no outcome", to="epics", required=False),
            Share(
                "external_share",
                "what others brought about, 0 = nothing; empty = as the outcome says",
                above=None,
                minimum=0,
                required=False,
            ),
            Text("evidence", "where it can be seen", required=False, max_length=1000, lines=True),
            Text("note", "anything else", required=False, max_length=1000, lines=True),
        ),
        read=READERS,
        write=FINANCE,
        check=_benefit,
        touches=spans.of_month,
    )
)

ANTICIPATED_BENEFITS = register(
    Kind(
        name="anticipated-benefits",
        singular="anticipated-benefit",
        model=AnticipatedBenefit,
        description="What an epic is expected to bring a month. It stands in no book, and as it is once work begins.",
        columns=(
            Reference("epic", "the epic", to="epics"),
            Money("amount", "what it should bring in each of these months", field="amount_minor"),
            Choice("benefit_class", "what sort of money it is", choices=BenefitClass),
            Month("first_month", "the first month it should bring it in"),
            Month(
                "last_month",
                "the last one, counted too; empty = as long as the benefit window of the epic's outcomes",
                required=False,
            ),
        ),
        read=READERS,
        write=FINANCE,
        identity=("epic", "benefit_class", "first_month"),
        check=_anticipated,
        after=promises.keep_frozen,
    )
)
