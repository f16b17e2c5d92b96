"""The investment file: millions of rows, each put together from parts of lines that are written once.

Whatever rows share (months, streams, teams, epics, words) is turned into text once; a row joins its parts and its own
numbers. The cells are those of formats.investment_cells.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from finance.api.formats import INVESTMENT_COLUMNS, POSTING_URL, last_day, number
from finance.engine.accounts import Account, EffortSource, WorkType
from finance.engine.returns import ratio
from finance.selectors.investment import TIMED, InvestmentBlock, InvestmentReport, Named, account_name
from roi_project.kernel.integers import Ints, round_div_columns
from roi_project.kernel.money import exponent
from roi_project.kernel.period import month_start
from roi_project.web.renderers import part_of_line

EXACT_IN_A_FLOAT = 10**15
"""Below it an integer divided by a power of ten comes out with all its digits."""
LINES_A_PIECE = 5_000
MILLION = 10**6
NO_BOOKKEEPING = part_of_line(("", "", ""))


def investment_pieces(report: InvestmentReport) -> Iterator[str]:
    """The CSV file in pieces of whole lines."""
    yield part_of_line(INVESTMENT_COLUMNS) + "\r\n"
    begin = _by_book(
        report, lambda b: (month_start(b.month), last_day(b.month), "final" if b.sealed else "provisional")
    )
    version = _by_book(report, lambda book: (book.version,))
    named = {kind: _texts(names) for kind, names in report.names.items()}
    fixed = part_of_line((report.rates.value, report.query.view.value, report.currency))
    for block in report.blocks():
        for first in range(0, block.columns["posting"].size, LINES_A_PIECE):
            yield "".join(_lines(report, block, slice(first, first + LINES_A_PIECE), begin, version, named, fixed))


def _lines(
    report: InvestmentReport,
    block: InvestmentBlock,
    rows: slice,
    begin: np.ndarray,
    version: np.ndarray,
    named: dict[str, np.ndarray],
    fixed: str,
) -> list[str]:
    columns = {name: column[rows] for name, column in block.columns.items()}
    size = columns["posting"].size
    bookkeeping = np.full(size, NO_BOOKKEEPING, dtype=object)
    account = columns["account"]
    for place in np.flatnonzero(account == Account.DIRECT).tolist():
        words = block.bookkeeping.get(rows.start + place)
        if words is not None:
            bookkeeping[place] = _once(words)
    fte = _decimals(round_div_columns(columns["fte_nano"], np.full(size, 1_000)), 6)
    parts = (
        begin[columns["book"]],
        named["streams"][columns["stream"]],
        named["teams"][columns["team"]],
        named["epics"][columns["epic"]],
        _WORK_TYPES[columns["work_type"]],
        _EFFORT_SOURCES[columns["effort_source"]],
        _ACCOUNTS[account],
        named["categories"][columns["category"]],
        named["pools"][columns["pool"]],
        bookkeeping,
        _decimals(columns["amount"], exponent(report.currency)),
        np.where(np.isin(account, TIMED), fte, ""),
        _shares(columns["amount"], report.total),
        version[columns["book"]],
        columns["posting"],
    )
    return [
        f"{b},{s},{t},{e},{w},{o},{a},{c},{p},{k},{fixed},{amount},{f},{share},{v},{POSTING_URL}{posting}/\r\n"
        for b, s, t, e, w, o, a, c, p, k, amount, f, share, v, posting in zip(
            *(part.tolist() for part in parts), strict=True
        )
    ]


_once = lru_cache(maxsize=10_000)(part_of_line)


def _texts(names: Named) -> np.ndarray:
    """Parts of lines by id; the last is of no id."""
    out = np.empty(len(names.words), dtype=object)
    out[:] = [part_of_line(words) for words in names.words]
    return out


def _by_book(report: InvestmentReport, cells: Callable[[Any], tuple[Any, ...]]) -> np.ndarray:
    out = np.full(max((book.book_id for book in report.books), default=0) + 1, "", dtype=object)
    for book in report.books:
        out[book.book_id] = part_of_line(cells(book))
    return out


def _decimals(values: Ints, places: int) -> np.ndarray:
    """Whole numbers of 10^-places as text."""
    out = np.empty(values.size, dtype=object)
    if values.size and int(np.abs(values).max()) >= EXACT_IN_A_FLOAT:
        out[:] = [f"{Decimal(value).scaleb(-places):f}" for value in values.tolist()]
    else:
        out[:] = [f"{value:.{places}f}" for value in (values / 10**places).tolist()]
    return out


def _shares(amounts: Ints, total: int) -> np.ndarray:
    """Each amount's part of the total in millionths, as text; empty where the total is zero."""
    if total == 0 or amounts.size == 0:
        return np.full(amounts.size, "", dtype=object)
    if int(np.abs(amounts).max()) * MILLION >= 2**62 or abs(total) >= 2**62:
        out = np.empty(amounts.size, dtype=object)
        out[:] = [f"{number(ratio(amount, total)):f}" for amount in amounts.tolist()]
        return out
    signed = amounts if total > 0 else -amounts
    return _decimals(round_div_columns(signed * MILLION, np.full(amounts.size, abs(total))), 6)


def _words(values: Iterable[str]) -> np.ndarray:
    return np.array([part_of_line([value]) for value in values], dtype=object)


_WORK_TYPES = _words(work.name.lower() for work in WorkType)
_EFFORT_SOURCES = _words(source.name.lower() for source in EffortSource)
_ACCOUNTS = np.full(max(Account) + 1, "", dtype=object)
for _account in Account:
    _ACCOUNTS[_account] = part_of_line([account_name(_account)])
