"""The accounts of a book, and the other closed lists a posting is keyed by.

An account of 100 or more carries rate variance (actual pay minus standard): the same place in the book as
the account 100 below it, shown to finance and audit only. Leaving those accounts out gives the book at
standard rates, which adds up by itself.
"""

from enum import IntEnum
from typing import Final


class Account(IntEnum):
    LABOUR = 1
    CONTRACTOR = 2
    DIRECT = 3
    SHARED_OUT = 4
    SHARED_IN = 5
    BENCH = 6
    IDLE = 7
    UNTAGGED = 8
    UNALLOCATED = 9

    BENEFIT = 20
    EXTERNAL = 21
    UNATTRIBUTED = 22
    BENEFIT_SHARED_OUT = 23
    BENEFIT_SHARED_IN = 24

    RATE_VARIANCE = 101
    VARIANCE_SHARED_OUT = 104
    VARIANCE_SHARED_IN = 105
    VARIANCE_BENCH = 106
    VARIANCE_IDLE = 107
    VARIANCE_UNTAGGED = 108
    VARIANCE_UNALLOCATED = 109


VARIANCE: Final = 100

COST: Final = frozenset(a for a in Account if a % VARIANCE < 20)
STANDARD_COST: Final = frozenset(a for a in COST if a < VARIANCE)
BENEFITS: Final = frozenset(a for a in Account if 20 <= a < VARIANCE)
VARIANCES: Final = frozenset(a for a in Account if a >= VARIANCE)
TRANSFERS: Final = frozenset(
    {
        Account.SHARED_OUT,
        Account.SHARED_IN,
        Account.VARIANCE_SHARED_OUT,
        Account.VARIANCE_SHARED_IN,
        Account.BENEFIT_SHARED_OUT,
        Account.BENEFIT_SHARED_IN,
    }
)
"""Accounts that the direct view leaves out."""
SINKS: Final = (Account.IDLE, Account.UNTAGGED, Account.UNALLOCATED)
CARRIED_BY_NO_STREAM: Final = (Account.BENCH, *SINKS)
"""Cost that stands in a row of its own in every report by group."""


class BenefitClass(IntEnum):
    NONE = 0
    HARD_CASH = 1
    COST_AVOIDANCE = 2
    CAPACITY_FREED = 3
    EXPECTED_LOSS = 4


class BenefitState(IntEnum):
    NONE = 0
    CLAIMED = 1
    VALIDATED = 2
    REJECTED = 3


class WorkType(IntEnum):
    UNSPECIFIED = 0
    FEATURE = 1
    DEBT = 2
    DEFECT = 3
    RISK = 4
    EXPERIMENT = 5
    RUN = 6


NEW_WORK: Final = (WorkType.FEATURE, WorkType.EXPERIMENT)


class EffortSource(IntEnum):
    NONE = 0
    DECLARED = 1
    ITEM_DAYS = 2
    CARRIED = 3


class LineKind(IntEnum):
    PERSON = 1
    CONTRACTOR = 2
    COST_ENTRY = 3
    BENEFIT_ENTRY = 4
    VALUATION = 5


class RateUnit(IntEnum):
    HOUR = 1
    MONTH = 2
    YEAR = 3


class Driver(IntEnum):
    USAGE = 1
    FIXED = 2
    FTE = 3
    HEADCOUNT = 4
    DIRECT_COST = 5
    EVEN = 6


class Target(IntEnum):
    TEAM = 1
    POOL = 2
    IDLE = 3
    UNTAGGED = 4
    UNALLOCATED = 5
