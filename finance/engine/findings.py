"""The sorts of findings: what a book may tell its readers beside its figures."""

from enum import StrEnum
from typing import Final


class FindingCode(StrEnum):
    """Every code a finding may have."""

    CARD_RESTS_ON_FEW = "card_rests_on_few"
    CLOSED_CYCLE_WITHOUT_OUTLET = "closed_cycle_without_outlet"
    DRIVER_STALE = "driver_stale"
    EFFORT_CARRIED = "effort_carried"
    FX_RATE_CARRIED = "fx_rate_carried"
    FX_RATE_CARRIED_OF_PAY = "fx_rate_carried_of_pay"
    MISSING_FX_RATE = "missing_fx_rate"
    MISSING_FX_RATE_OF_PAY = "missing_fx_rate_of_pay"
    MISSING_RATE = "missing_rate"
    OVER_ALLOCATED = "over_allocated"
    POOL_WITHOUT_RULE = "pool_without_rule"


OF_PAY: Final = frozenset({FindingCode.FX_RATE_CARRIED_OF_PAY, FindingCode.MISSING_FX_RATE_OF_PAY})
"""What nothing but pay brings about: for finance and audit alone."""
