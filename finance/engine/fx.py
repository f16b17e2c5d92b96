"""Amounts of other currencies in the reporting currency: one rounding per posted amount.

See docs/algorithms/currency.md.
"""

import numpy as np
import numpy.typing as npt

from finance.engine.facts import Facts, Ints
from roi_project.kernel.integers import round_muldiv_columns
from roi_project.kernel.money import exponent

FX_ONE = 10**10
"""Rates are whole numbers of 1e-10 reporting units per one source unit."""


def converted(facts: Facts, local: Ints, currency: Ints, month: Ints) -> Ints:
    """Posted amounts in the reporting currency, half away from zero. Every rate must be known (see `known`)."""
    numerator, denominator = ratio(facts, currency, month)
    out = np.array(local, dtype=np.int64)
    foreign = np.flatnonzero(numerator != denominator)
    out[foreign] = round_muldiv_columns(out[foreign], numerator[foreign], denominator[foreign])
    return out


def ratio(facts: Facts, currency: Ints, month: Ints) -> tuple[Ints, Ints]:
    """How many minor units of the reporting currency a minor unit is, as numerator and denominator."""
    # Minor units up to 1,000 times smaller divide the denominator: the numerator, a rate, need not grow beyond 64 bits.
    shift = np.array([exponent(facts.settings.currency) - exponent(code) for code in facts.currencies], dtype=np.int64)
    denominator = FX_ONE // 10 ** np.maximum(shift, 0) * 10 ** np.maximum(-shift, 0)
    return facts.fx_rate[currency, month], denominator[currency]


def known(facts: Facts, currency: Ints, month: Ints) -> npt.NDArray[np.bool_]:
    """Whether there is a rate for the currency in the month, its own or carried forward."""
    return facts.fx_rate[currency, month] >= 0
