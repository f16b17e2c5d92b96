"""The rows a book is made of, as NumPy columns that DuckDB reads in place: the same bulk reads as the house's own."""

from collections.abc import Iterator

import numpy as np

from finance.engine.benefits import EFFORT_LOOK_BACK
from finance.engine.facts import NONE
from finance.engine.fx import FX_ONE
from finance.selectors import columns as money
from finance.selectors.facts import _exchange
from outcomes.selectors import columns as work
from roi_project.db.columns import Columns
from roi_project.kernel.money import exponent
from roi_project.kernel.period import month_start, month_starts
from teams.selectors import columns as people
from teams.selectors.organisation import Organisation

UNPAID = [people.REASONS.index(reason) for reason in ("unpaid", "parental")]


def tables(first: int, last: int, organisation: Organisation, words: people.Words) -> Iterator[tuple[str, Columns]]:
    """Every table by name; months are counted from `first`. Call inside a snapshot."""
    begin, end = month_start(first), month_start(last + 1)
    codes = money.currencies(organisation.reporting_currency)

    def monthly(found: Columns) -> Columns:
        return found | {"month": found["month"] - first}

    yield "months", _months(first, last, organisation)
    yield "levels", _numbered(words.levels)
    yield "countries", _numbered(tuple(word or organisation.country for word in words.countries))
    yield "people", people.people(words, begin, end)
    yield "person_terms", people.person_terms(words, begin, end)
    yield "assignments", people.assignments(begin, end)
    away = people.absences(begin, end)
    unpaid = np.isin(away["reason"], UNPAID)
    yield "unpaid", {name: column[unpaid] for name, column in away.items()}
    yield "teams", people.teams()
    yield "team_stream_shares", people.team_stream_shares(begin, end)
    yield "epics", work.epics()
    yield "epic_teams", work.epic_teams(begin, end)
    yield "epic_stream_shares", work.epic_stream_shares(begin, end)
    yield "efforts", monthly(work.efforts(month_start(first - EFFORT_LOOK_BACK), end))
    outcomes = work.outcomes()
    yield "outcomes", outcomes | {"start_month": _month_of(outcomes["starts_on"]) - first}
    yield "metrics", work.metrics()
    yield "metric_months", monthly(work.metric_months(begin, end))
    yield "attributions", work.attributions()
    yield "rate_cards", money.rate_cards(codes, begin, end)
    yield "person_rates", money.person_rates(codes, begin, end)
    yield "contractor_lines", monthly(money.contractor_lines(codes, begin, end))
    yield "cost_entries", money.cost_entries(codes, begin, end)
    yield "pools", money.pools()
    yield "allocation_rules", money.allocation_rules(begin, end)
    yield "allocation_shares", money.allocation_shares(begin, end)
    yield "driver_rows", monthly(money.driver_rows(month_start(first - 1), end))
    yield "valuations", money.valuations(codes, begin, end)
    yield "benefit_entries", monthly(money.benefit_entries(codes, begin, end))
    yield "valuation_reviews", monthly(money.valuation_reviews(codes, begin, end))
    yield "fx", _fx(codes, first, last - first + 1, organisation)


def _months(first: int, last: int, organisation: Organisation) -> Columns:
    count = last - first + 1
    starts = month_starts(first, count)
    number = np.arange(first, last + 1, dtype=np.int64)
    return {
        "month": number - first,
        "number": number,
        "starts": starts[:-1],
        "ends": starts[1:],
        "fiscal": (number % 12 + 1 - organisation.fiscal_year_starts_in) % 12 + 1,
    }


def _numbered(words: tuple[str, ...]) -> Columns:
    return {"number": np.arange(len(words)), "word": np.array(words, dtype=object)}


def _month_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _fx(codes: tuple[str, ...], first: int, months: int, organisation: Organisation) -> Columns:
    """Rates of every currency and month, with what a rate is divided by where minor units differ in size."""
    target = exponent(organisation.reporting_currency)
    shift = np.array([target - exponent(code) for code in codes])
    divisor = FX_ONE // 10 ** np.maximum(shift, 0) * 10 ** np.maximum(-shift, 0)
    rate, _ = _exchange(codes, first, months)
    if (rate == NONE).any():
        raise SystemExit("The opponent knows no missing exchange rates; the generated organisation has none.")
    currency, month = np.indices(rate.shape)
    return {
        "currency": currency.ravel(),
        "month": month.ravel(),
        "rate": rate.ravel(),
        "divisor": np.repeat(divisor, months),
    }
