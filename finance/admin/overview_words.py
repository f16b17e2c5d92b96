"""The sentences of leaders' pages."""

from collections.abc import Mapping, Sequence

from finance.engine.accounts import NEW_WORK, BenefitClass, BenefitState, WorkType
from finance.engine.returns import Ratio, Undefined, decimal_text, innovation_capacity, ratio
from finance.selectors.promises import PromiseRow, PromisesReport
from finance.selectors.release_lag import ReleaseLag
from finance.selectors.roi import RoiReport, RoiRow
from finance.selectors.subject import CostChange
from finance.selectors.sums import RowKind
from roi_project.console import cells
from roi_project.kernel.errors import Reason
from teams.selectors.role_months import RoleMonths, RolesReport

OTHER_CLASSES = (
    (BenefitClass.COST_AVOIDANCE, "cost avoided"),
    (BenefitClass.CAPACITY_FREED, "capacity freed"),
    (BenefitClass.EXPECTED_LOSS, "expected loss avoided"),
)
REASONS = {
    Reason.ZERO_COST: "nothing was spent",
    Reason.NEGATIVE_COST: "credits were larger than cost",
    Reason.NO_DATA: "no cash validated yet",
    Reason.WINDOW_INCOMPLETE: "fewer than twelve months of books",
}


def percent(value: Ratio, places: int = 1) -> str:
    """A ratio as a percentage for the eye: −16.5 %, or – where it is undefined."""
    if isinstance(value, Undefined):
        return cells.EMPTY
    return f"{decimal_text(value * 100, places)}\u00a0%".replace("-", "−")


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
        nothing = "No cash" if total.benefit_all else "Nothing"
        return f"{spent} was invested. {nothing} is validated yet: {waiting} waits for a second signature."
    if total.benefit_all:
        return f"{spent} was invested. No cash is validated; {_and(other_classes(total, currency))} beside it."
    return f"{spent} was invested, and nobody has recorded what it brought: send benefits, or observations to value."


def cash_note(row: RoiRow, currency: str) -> str:
    """What stands below the validated cash of a row."""
    others = other_classes(row, currency)
    if others:
        return f"beside it, not added: {', '.join(others)}"
    return "signed by a second person" if row.benefit_cash else "nothing is signed yet"


def other_classes(row: RoiRow, currency: str) -> list[str]:
    """Validated benefits that are no cash, each by itself: they are never added up."""
    sums = [(words, row.sums.benefit(BenefitState.VALIDATED, klass)) for klass, words in OTHER_CLASSES]
    return [f"{currency}\u00a0{cells.for_the_eye(amount, currency)} {words}" for words, amount in sums if amount]


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def rolling_words(now: Ratio, before: Ratio) -> str:
    """How the last twelve months compare with the twelve before half a year, in words."""
    if isinstance(now, Undefined):
        return "Rolling twelve months begin when there are twelve months of books with a validated benefit."
    if isinstance(before, Undefined):
        return f"Rolling twelve months: ROI {percent(now)}. The trend begins with eighteen months of books."
    return f"Rolling twelve months: ROI {percent(now)}, {percent(before)} half a year before."


def lag_words(lag: ReleaseLag | None) -> str:
    """How long a release takes to bring something."""
    if lag is None:
        return "No epic that was released has a validated benefit yet, so how long that takes is not known."
    months = f"{lag.months} month{'' if lag.months == 1 else 's'}"
    return f"Median {months} from release to benefit, over {lag.epics} epic{'' if lag.epics == 1 else 's'}."


def streams_words(report: RoiReport, rows: Sequence[RoiRow]) -> str:
    """Which value stream returns most for what it costs, and which costs most."""
    groups = [row for row in rows if row.kind is RowKind.GROUP and row.sums.cost > 0]
    known = [row for row in groups if not isinstance(row.roi_cash, Undefined)]
    if not groups:
        return "No value stream carries cost in these months."
    if not known:
        return "No value stream has a validated benefit yet, so none can be said to return more than another."
    best = max(known, key=lambda row: row.roi_cash)
    largest = max(groups, key=lambda row: row.sums.cost)
    cost = report.total.sums.cost
    said = f"{_name(best)} returns most: {_per_unit(best, report.currency)}, on {_part(best.sums.cost, cost)} of cost."
    if largest is best:
        return f"{said[:-1]}, the largest part."
    returns = REASONS[largest.roi_cash.reason] if largest not in known else _per_unit(largest, report.currency)
    return f"{said} {_name(largest)} takes the largest part, {_part(largest.sums.cost, cost)}: {returns}."


def _name(row: RoiRow) -> str:
    return row.name or row.code


def _part(part: int, whole: int) -> str:
    return percent(ratio(part, whole), 0)


def _per_unit(row: RoiRow, currency: str) -> str:
    return f"{currency}\u00a0{decimal_text(row.roi_cash + 1, 2)} for each {currency}\u00a01.00"


def work_words(by_type: Mapping[WorkType, int]) -> str:
    """What part of the money buys the future, pays for the past or keeps things running."""
    whole = sum(by_type.values())
    if not whole:
        return "Nothing was spent in these months."

    unknown = by_type.get(WorkType.UNSPECIFIED, 0)
    if unknown == whole:
        return "Nobody has said what the work was for: tell where a month went, or give epics a type of work."

    def part(*types: WorkType) -> str:
        return _part(sum(by_type.get(each, 0) for each in types), whole)

    said = (
        f"{part(*NEW_WORK)} buys the future (features and experiments), "
        f"{part(WorkType.DEBT, WorkType.DEFECT, WorkType.RISK)} pays for the past (debt, defects and risk), "
        f"{part(WorkType.RUN)} keeps things running."
    )
    return f"{said} Of {_part(unknown, whole)} nobody has said what it was for." if unknown else said


def new_work_words(months: int, now: Mapping[WorkType, int], before: Mapping[WorkType, int]) -> str:
    """What part of the money bought the future in the latest months, and in as many before them."""
    later, earlier = innovation_capacity(now), innovation_capacity(before)
    if isinstance(later, Undefined) or isinstance(earlier, Undefined) or set(before) <= {WorkType.UNSPECIFIED}:
        return ""
    now_part, before_part = percent(later, 0), percent(earlier, 0)
    return f"In the last {months} months {now_part} bought the future, {before_part} in the {months} before."


def capacity_words(roles: RolesReport, place: int) -> str:
    """Whose people are on more teams than their role allows, in the month at that place."""
    if not any(row.max_teams is not None for row in roles.rows):
        return (
            "No role has a limit of teams, so none can be over it. Set one on a role family, as for product managers."
        )
    over = [row for row in roles.rows if row.over_limit[place]]
    if not over:
        return "No role is over its limit of teams."
    return " ".join(_stretched(row, place) for row in over)


def _stretched(row: RoleMonths, place: int) -> str:
    people = f"{row.over_limit[place]} of {row.people[place]} with the role {row.name or row.code}"
    are = "is on" if row.over_limit[place] == 1 else "are on up to"
    return f"{people} {are} {row.most_teams[place]} teams at once; the limit is {row.max_teams}."


def return_words(report: RoiReport, row: RoiRow | None) -> str:
    """What a value stream, a team or an epic brought for what it cost, in one sentence."""
    if row is None:
        return "Nothing was posted here in these months."
    cost = f"{report.currency}\u00a0{cells.for_the_eye(row.sums.cost, report.currency)}"
    waiting = f"{report.currency}\u00a0{cells.for_the_eye(row.claimed, report.currency)}"
    if not isinstance(row.roi_cash, Undefined):
        waits = f"; {waiting} more waits for a second signature" if row.claimed else ""
        per_unit = decimal_text(row.roi_cash + 1, 2)
        unit = f"{report.currency}\u00a01.00"
        return f"{cost} spent. Every {unit} brought {report.currency}\u00a0{per_unit} back in validated cash{waits}."
    spent = f"{cost} spent" if row.sums.cost else "Nothing was spent here in these months"
    others = other_classes(row, report.currency)
    beside = f" Beside cash: {_and(others)}." if others else ""
    if row.claimed:
        nothing = "No cash" if others else "Nothing"
        return f"{spent}. {nothing} is validated yet: {waiting} waits for a second signature.{beside}"
    if not row.sums.cost:
        return f"{spent}.{beside}"
    return f"{spent}, and {REASONS[row.roi_cash.reason]}.{beside}"


def cost_words(change: CostChange | None) -> str:
    """How cost compares with its own past, in words."""
    if change is None:
        return "There is nothing earlier to compare with yet."
    span = f"the last {change.months} months" if change.months > 1 else "the last month"
    before = f"the {change.months} before" if change.months > 1 else "the one before"
    if change.before <= 0:
        return f"There was no cost in the months before {span}."
    moved = percent(abs(ratio(change.now - change.before, change.before)), 0)
    if moved.startswith("0"):
        return f"In {span} about as much as in {before}."
    return f"In {span} {moved} {'more' if change.now > change.before else 'less'} than in {before}."


def promises_words(report: RoiReport, promises: PromisesReport) -> str:
    """How much of the cash that is due has arrived, and where most is missing."""
    cash = promises.totals.get(BenefitClass.HARD_CASH.name.lower())
    short = [row for row in promises.rows if row.sums.due and row.sums.gap > 0]
    if cash is None or not cash.due or not cash.matured:
        said = "No promised cash is due yet."
    else:
        due, arrived = (
            f"{report.currency}\u00a0{cells.for_the_eye(m, report.currency)}" for m in (cash.matured, cash.arrived)
        )
        said = (
            f"Of {due} of cash that was promised and is due, {arrived} arrived ({_part(cash.arrived, cash.matured)})."
        )
    if short:
        said += f" {_epics(short)} brought less than promised, most of all {_epic(short[0])}."
    elif cash is not None and cash.due:
        said += " Nothing that is due is missing."
    more = [row for row in promises.rows if row.sums.due and row.sums.gap < 0]
    if not more:
        return said
    return f"{said} {_epics(more)} brought more, most of all {_epic(min(more, key=lambda row: row.sums.gap))}."


def _epics(rows: Sequence[PromiseRow]) -> str:
    count = len({row.code for row in rows})
    return f"{count} epic{'' if count == 1 else 's'}"


def _epic(row: PromiseRow) -> str:
    return f"{row.name or row.code} ({row.benefit_class.replace('_', ' ')})"
