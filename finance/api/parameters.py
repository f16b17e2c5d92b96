"""Query parameters of the reports of this floor, as the values their selectors take."""

from typing import Any

from finance.selectors.explain import COMPUTED, FIGURES, Figure, figure_named
from finance.selectors.investment import InvestmentQuery
from finance.selectors.roi import ORDERINGS, Grain, RoiQuery, Window
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.kernel.period import month_index
from roi_project.web import params
from roi_project.web.params import OneOf

SPAN = {"from": "First month, 2025-07.", "through": "Last month, counted too, 2026-06."}
RATES = {"rates": OneOf(Rates, "actual is for finance and audit.")}
VIEW = {"view": OneOf(View)}
RECORD = {"record": OneOf(["as_reported"]), "as_of": "Books that were current at this moment (RFC 3339)."}

SIGNED = (*ORDERINGS, *(f"-{name}" for name in ORDERINGS))

ROI = {
    **SPAN,
    **RATES,
    **VIEW,
    **RECORD,
    "group_by": OneOf(GroupBy),
    "window": OneOf(Window, "without it: period where from is given, else rolling12, or cumulative in the first year."),
    "grain": OneOf(Grain, "span has one row a group."),
    "code": "Only these groups, with commas between them.",
    "ordering": OneOf(SIGNED, "- in front for the other way; teams only by code or name."),
}
INVESTMENT = {
    **SPAN,
    **RATES,
    **VIEW,
    **RECORD,
    "value_stream": "Only these value streams.",
    "team": "Only these teams.",
    "epic": "Only these epics.",
}
EXPLAIN = {
    **SPAN,
    **RATES,
    **VIEW,
    "as_of": RECORD["as_of"],
    "figure": OneOf(sorted({*FIGURES, *COMPUTED}), "the column to open."),
    "window": OneOf(Window, "the months of a rolling return must all have a book."),
    "group_by": OneOf(GroupBy),
    "code": "The group, or several with commas between them; leave it out for a residual row or the organisation.",
    "row_kind": OneOf(RowKind, "all but group are residual rows."),
}


def months(request: Any) -> tuple[int | None, int | None]:
    """from and through as month indexes; either may be left out."""
    first, last = params.month(request, "from"), params.month(request, "through")
    if first is not None and last is not None and last < first:
        raise params.refuse("through", "“through” is before “from”.")
    return (None if first is None else month_index(first)), (None if last is None else month_index(last))


def roi_query(request: Any) -> RoiQuery:
    """The ROI report that is asked for."""
    first, last = months(request)
    params.choice(request, "record", ("as_reported",))
    window, rates = params.choice(request, "window", list(Window)), params.choice(request, "rates", list(Rates))
    return RoiQuery(
        group_by=GroupBy(params.choice(request, "group_by", list(GroupBy), GroupBy.VALUE_STREAM)),
        first=first,
        last=last,
        view=View(params.choice(request, "view", list(View), View.FULLY_LOADED)),
        window=None if window is None else Window(window),
        rates=None if rates is None else Rates(rates),
        grain=Grain(params.choice(request, "grain", list(Grain), Grain.SPAN)),
        codes=params.codes(request, "code"),
        ordering=params.choice(request, "ordering", SIGNED, "code") or "code",
        as_of=params.moment(request, "as_of"),
    )


def investment_query(request: Any) -> InvestmentQuery:
    """The investment report that is asked for."""
    first, last = months(request)
    params.choice(request, "record", ("as_reported",))
    rates = params.choice(request, "rates", list(Rates))
    return InvestmentQuery(
        first=first,
        last=last,
        view=View(params.choice(request, "view", list(View), View.FULLY_LOADED)),
        rates=None if rates is None else Rates(rates),
        value_streams=params.codes(request, "value_stream"),
        teams=params.codes(request, "team"),
        epics=params.codes(request, "epic"),
        as_of=params.moment(request, "as_of"),
    )


def figure(request: Any) -> Figure:
    """The figure that is to be opened."""
    first, last = params.month_range(request)
    group_by = GroupBy(params.choice(request, "group_by", list(GroupBy), GroupBy.ORGANISATION))
    row_kind = RowKind(params.choice(request, "row_kind", list(RowKind), RowKind.GROUP))
    codes = params.codes(request, "code") or ()
    if row_kind is RowKind.GROUP and group_by is not GroupBy.ORGANISATION and not codes:
        raise params.refuse("code", f"“code” is needed: which {group_by.replace('_', ' ')}.", "required")
    return Figure(
        name=figure_named(params.text(request, "figure", "cost") or ""),
        group_by=group_by,
        codes=codes,
        row_kind=row_kind,
        first=month_index(first),
        last=month_index(last),
        view=View(params.choice(request, "view", list(View), View.FULLY_LOADED)),
        rates=Rates(params.choice(request, "rates", list(Rates), Rates.STANDARD)),
        as_of=params.moment(request, "as_of"),
        window=Window(params.choice(request, "window", list(Window), Window.PERIOD)),
    )
