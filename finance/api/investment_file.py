"""The investment file: millions of rows, each put together from parts of lines that are written once.

Whatever rows share (months, streams, teams, epics, words) is turned into text once; a row joins its parts and its own
numbers. The cells are those of formats.investment_cells.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import product
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


def investment_pieces(report: InvestmentReport, site: str) -> Iterator[str]:
    """The CSV file in pieces of whole lines."""
    yield part_of_line(INVESTMENT_COLUMNS) + "\r\n"
    begin = _by_book(
        report, lambda b: (month_start(b.month), last_day(b.month), "final" if b.sealed else "provisional")
    )
    end = _by_book(report, lambda book: (book.version, f"{site}{POSTING_URL}"))
    named = {kind: _texts(names) for kind, names in report.names.items()}
    fixed = part_of_line((report.rates.value, report.query.view.value, report.currency))
    for block in report.blocks():
        for first in range(0, block.columns["posting"].size, LINES_A_PIECE):
            yield "".join(_lines(report, block, slice(first, first + LINES_A_PIECE), begin, end, named, fixed))


def _lines(
    report: InvestmentReport,
    block: InvestmentBlock,
    rows: slice,
    begin: np.ndarray,
    end: np.ndarray,
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
    words = _WORDS[columns["work_type"], columns["effort_source"], account]
    texts = (
        begin[columns["book"]],
        named["streams"][columns["stream"]],
        named["teams"][columns["team"]],
        named["epics"][columns["epic"]],
        words,
        named["categories"][columns["category"]],
        named["pools"][columns["pool"]],
        bookkeeping,
        end[columns["book"]],
        columns["posting"],
    )
    numbers = (
        _decimals(columns["amount"], exponent(report.currency)),
        _fte(columns["fte_nano"], np.isin(account, TIMED)),
        _shares(columns["amount"], report.total),
    )
    return [
        f"{b},{s},{t},{e},{w},{c},{p},{k},{fixed},{amount},{fte},{share},{v}{posting}/\r\n"
        for b, s, t, e, w, c, p, k, v, posting, amount, fte, share in zip(
            *(text.tolist() for text in texts), *numbers, strict=True
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


def _decimals(values: Ints, places: int) -> list[str]:
    """Whole numbers of 10^-places as text."""
    if values.size and int(np.abs(values).max()) >= EXACT_IN_A_FLOAT:
        return [f"{Decimal(value).scaleb(-places):f}" for value in values.tolist()]
    return [f"{value:.{places}f}" for value in (values / 10**places).tolist()]


def _fte(nano: Ints, timed: np.ndarray) -> list[str]:
    """Full-time equivalents to six decimals, on the rows that carry time."""
    millionths = round_div_columns(nano, np.full(nano.size, 1_000)) / MILLION
    return [f"{fte:.6f}" if shown else "" for fte, shown in zip(millionths.tolist(), timed.tolist(), strict=True)]


def _shares(amounts: Ints, total: int) -> list[str]:
    """Each amount's part of the total in millionths, as text; empty where the total is zero."""
    if total == 0 or amounts.size == 0:
        return [""] * amounts.size
    if int(np.abs(amounts).max()) * MILLION >= 2**62 or abs(total) >= 2**62:
        return [f"{number(ratio(amount, total)):f}" for amount in amounts.tolist()]
    signed = amounts if total > 0 else -amounts
    return _decimals(round_div_columns(signed * MILLION, np.full(amounts.size, abs(total))), 6)


def _word_parts() -> np.ndarray:
    """Work type, effort source and account as one part of a line, by their three numbers."""
    out = np.full((len(WorkType), len(EffortSource), max(Account) + 1), "", dtype=object)
    for work, source, account in product(WorkType, EffortSource, Account):
        words = (work.name.lower(), source.name.lower(), account_name(account))
        out[work, source, account] = part_of_line(words)
    return out


_WORDS = _word_parts()
