"""The sentences of the first page."""

from finance.engine.returns import Ratio, Undefined, decimal_text
from finance.selectors.roi import RoiReport
from roi_project.console import cells
from roi_project.kernel.errors import Reason

REASONS = {
    Reason.ZERO_COST: "nothing was spent",
    Reason.NEGATIVE_COST: "credits were larger than cost",
    Reason.NO_DATA: "no benefit measured yet",
    Reason.WINDOW_INCOMPLETE: "fewer than twelve months of books",
}


def percent(value: Ratio) -> str:
    """A ratio as a percentage for the eye: −16.5 %, or – where it is undefined."""
    if isinstance(value, Undefined):
        return cells.EMPTY
    return f"{decimal_text(value * 100, 1)}\u00a0%".replace("-", "−")


def sentence(report: RoiReport) -> str:
    """The answer to “are we getting our money back?” in one sentence."""
    total, currency = report.total, report.currency
    spent = f"{currency}\u00a0{cells.for_the_eye(total.sums.cost, currency)}"
    waiting = f"{currency}\u00a0{cells.for_the_eye(total.claimed, currency)}"
    waits = f"; {waiting} more waits for a second signature" if total.claimed else ""
    if not total.sums.cost:
        return "Nothing was spent in these months, so there is no return to speak of."
    if total.benefit_cash:
        if isinstance(total.roi_cash, Undefined):
            back = f"{currency}\u00a0{cells.for_the_eye(total.benefit_cash, currency)}"
            return f"{spent} was invested and {back} came back in validated cash{waits}."
        per_unit = decimal_text(total.roi_cash + 1, 2)
        return f"Every {currency}\u00a01.00 invested brought {currency}\u00a0{per_unit} back in validated cash{waits}."
    if total.claimed:
        return f"{spent} was invested. Nothing is validated yet: {waiting} waits for a second signature."
    return f"{spent} was invested, and nobody has recorded what it brought: send benefits, or observations to value."
