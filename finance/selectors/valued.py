"""What valuations make of single months, for the person who is to sign them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction

from finance.models import Valuation
from outcomes.models import Outcome
from outcomes.selectors.metrics import NOTHING, Reading, values_of
from roi_project.kernel.money import Money, round_half_away
from roi_project.kernel.period import month_index

Asked = tuple[Valuation, dt.date]


def amounts_of(asked: Iterable[Asked]) -> list[Money | None]:
    """direction x (observed - baseline) x volume x unit value x margin of each valuation and month, rounded once.

    See docs/algorithms/valuation.md. The same figure as a line of the month's book before
    it is converted. None where there is no such benefit: outside the valuation or the outcome's window, or
    where a metric was not observed. Outcome, metric and epic should have been fetched with the valuations.
    """
    pairs = list(asked)
    wanted = {(valuation.outcome.metric_id, month) for valuation, month in pairs}
    wanted |= {(valuation.volume_metric_id, month) for valuation, month in pairs if valuation.volume_metric_id}
    readings = values_of(wanted)
    return [_amount(valuation, month, readings) for valuation, month in pairs]


def _amount(valuation: Valuation, month: dt.date, readings: Mapping[tuple[int, dt.date], Reading]) -> Money | None:
    outcome = valuation.outcome
    if not (_holds(valuation, month) and _in_window(outcome, month)):
        return None
    observed = readings.get((outcome.metric_id, month), NOTHING).value
    volume = valuation.volume
    if valuation.volume_metric_id is not None:
        volume = readings.get((valuation.volume_metric_id, month), NOTHING).value
    if observed is None or volume is None:
        return None
    direction = 1 if outcome.metric.higher_is_better else -1
    exact = direction * (observed - Fraction(outcome.baseline)) * Fraction(volume) * valuation.unit_value_minor
    return Money(round_half_away(exact * Fraction(valuation.margin)), valuation.currency)


def _holds(valuation: Valuation, month: dt.date) -> bool:
    """Whether the valuation is in force on some day of the month."""
    begun = month_index(valuation.starts_on) <= month_index(month)
    return begun and (valuation.ends_on is None or valuation.ends_on > month)


def _in_window(outcome: Outcome, month: dt.date) -> bool:
    """Whether benefits count in the month; an outcome that never said from when counts at once."""
    starts_on = outcome.starts_on or outcome.epic.released_on
    return starts_on is None or 0 <= month_index(month) - month_index(starts_on) < outcome.window_months
