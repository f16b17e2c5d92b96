"""Facts of this floor: rates, costs, pools, what changes are worth and what they brought."""

from finance.models.benefit import BenefitClass, BenefitEntry, BenefitReview, Decision
from finance.models.book import (
    Book,
    BookMonth,
    Component,
    Finding,
    Line,
    MonthState,
    Posting,
    StreamMonth,
    TeamMonth,
    WorkMonth,
)
from finance.models.contractor import ContractorLine
from finance.models.cost import CostCategory, CostEntry
from finance.models.currency import ExchangeRate, RateType
from finance.models.follow_up import FindingFollowUp
from finance.models.pool import (
    AllocationRule,
    AllocationShare,
    Driver,
    DriverRow,
    IdleMode,
    Pool,
    Sink,
    TargetKind,
)
from finance.models.promise import AnticipatedBenefit
from finance.models.rate import PersonRate, RateCard, RateUnit
from finance.models.valuation import Valuation

__all__ = [
    "AllocationRule",
    "AllocationShare",
    "AnticipatedBenefit",
    "BenefitClass",
    "BenefitEntry",
    "BenefitReview",
    "Book",
    "BookMonth",
    "Component",
    "ContractorLine",
    "CostCategory",
    "CostEntry",
    "Decision",
    "Driver",
    "DriverRow",
    "ExchangeRate",
    "Finding",
    "FindingFollowUp",
    "IdleMode",
    "Line",
    "MonthState",
    "PersonRate",
    "Pool",
    "Posting",
    "RateCard",
    "RateType",
    "RateUnit",
    "Sink",
    "StreamMonth",
    "TargetKind",
    "TeamMonth",
    "Valuation",
    "WorkMonth",
]
