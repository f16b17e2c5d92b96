"""Rows of a large sheet, written as the XML they are: XlsxWriter takes ten times as long for each cell.

It still makes everything else of the workbook: the parts of its package, formats, widths, the other sheet. What stands
in a cell is what it would write: numbers as numbers, texts inline and never run, days as days; and more strictly,
decimals with the very digits they have.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from roi_project.kernel.errors import Invalid
from roi_project.web.renderers import STARTS_A_FORMULA

EXACT_DIGITS = 15
"""Spreadsheets keep numbers as binary fractions of so many decimal digits; a longer one is written as text."""
LONGEST_TEXT = 32_767
"""What a cell holds, in UTF-16 units."""
ROWS_AT_ONCE = 500
MOST_SHEET_ROWS = 1_048_575
"""What a sheet holds below its header."""
MOST_LINKED_ROWS = 10_000
"""Each address that can be clicked is kept until the sheet is written, and a program takes long to open very many."""
LONGEST_LINK = 2_000
"""A spreadsheet follows no longer one."""
_BEFORE_DAYS = dt.date(1899, 12, 31).toordinal()
_NO_LEAP_DAY = 59
"""After so many days come those that are counted one too many: spreadsheets believe in a 29 February 1900."""
_SPECIAL = re.compile(r"_(?=x[0-9a-fA-F]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff&<>]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_"}

Cell = Callable[[Any], str]
"""Makes what follows the place of a cell, from its look to its end: ` s="1"><v>12.50</v></c>`"""


class Link(str):
    """An address that opens a page."""


class RowSheet(Worksheet):
    """A sheet of a workbook in constant memory that takes its rows as XML."""

    def write_rows(self, head: Sequence[str], rows: Iterable[Sequence[Any]], looks: "Looks") -> int:
        """Write a head and the rows below it; how many rows there are. Raises Invalid beyond what a sheet holds."""
        places = [f'<c r="{xl_col_to_name(place)}' for place in range(len(head))]
        lines = [_line(places, 1, head, {str: looks.head_text})]
        number = 1
        for number, row in enumerate(rows, start=2):
            if number > MOST_SHEET_ROWS + 1:  # a file with more would be damaged
                raise Invalid(f"A sheet holds {MOST_SHEET_ROWS:,} rows. Ask for less, or with format=csv.")
            lines.append(_line(places, number, row, looks.makers))
            if len(lines) >= ROWS_AT_ONCE:
                self.row_data_fh.write("".join(lines))
                lines.clear()
        self.row_data_fh.write("".join(lines))
        for corner in (0, 0), (number - 1, len(head) - 1):
            self._check_dimensions(*corner)
        return number - 1

    def link(self, number: int, place: int, address: str) -> None:
        """Let a cell be clicked, whose text is written with its row."""
        self.ignore_write_string = True
        self.write_url(number, place, str(address))


def _line(places: Sequence[str], number: int, row: Sequence[Any], makers: dict[type, Cell]) -> str:
    parts = [f'<row r="{number}">']
    for place, value in zip(places, row, strict=True):
        if value is not None and value != "":
            parts.append(f'{place}{number}"{makers[type(value)](value)}')
    parts.append("</row>")
    return "".join(parts)


class Looks:
    """How values of each type stand in cells of one workbook, with formats that are made when they are needed."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._head = self._look({"bold": True, "bottom": 1})
        self._quoted = self._look({"quote_prefix": True})
        self._clicked = self._look({"font_color": "#0563C1", "underline": 1})
        self._day = self._look({"num_format": "yyyy-mm-dd"})
        self._decimals = lru_cache(maxsize=None)(self._look_of_decimals)
        self.makers = _Makers(
            {
                str: lru_cache(maxsize=8_192)(self._text),  # most stand in many rows
                Link: lambda address: f"{self._clicked}{_inline(address)}",
                bool: lambda value: f' t="b"><v>{value:d}</v></c>',
                int: self._whole,
                Decimal: self._decimal,
                dt.date: lru_cache(maxsize=1_024)(self._date),
                dt.datetime: lambda value: self._text(value.isoformat()),
            }
        )

    def head_text(self, text: str) -> str:
        return f"{self._head}{_inline(text)}"

    def _text(self, text: str) -> str:
        # A workbook's text is never run; the mark keeps it text when it is edited or saved as CSV.
        return f"{self._quoted if text.startswith(STARTS_A_FORMULA) else ''}{_inline(text)}"

    def _whole(self, value: int) -> str:
        return f"><v>{value}</v></c>" if -(10**EXACT_DIGITS) < value < 10**EXACT_DIGITS else _inline(str(value))

    def _decimal(self, value: Decimal) -> str:
        _, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int):
            raise TypeError(f"{value} has no place in a workbook")
        if len(digits) + max(exponent, 0) > EXACT_DIGITS:
            return _inline(f"{value:f}")
        return f"{self._decimals(max(-exponent, 0))}><v>{value:f}</v></c>"

    def _date(self, value: dt.date) -> str:
        days = value.toordinal() - _BEFORE_DAYS
        if days < 1:
            return _inline(value.isoformat())
        return f"{self._day}><v>{days + (days > _NO_LEAP_DAY)}</v></c>"

    def _look_of_decimals(self, places: int) -> str:
        return self._look({"num_format": f"#,##0.{'0' * places}" if places else "#,##0"})

    def _look(self, properties: dict[str, Any]) -> str:
        return f' s="{self._book.add_format(properties)._get_xf_index()}"'


class _Makers(dict[type, Cell]):
    """Cells by type; one that is derived from a known one stands as that."""

    def __missing__(self, kind: type) -> Cell:
        for known in kind.__mro__:
            if known in self:
                self[kind] = self[known]
                return self[known]
        raise TypeError(f"{kind.__name__} has no place in a workbook")


def _inline(text: str) -> str:
    if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) > LONGEST_TEXT * 2:
        text = text.encode("utf-16-le")[: (LONGEST_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f' t="inlineStr"><is><t{space}>{_SPECIAL.sub(_escaped, text)}</t></is></c>'


def _escaped(found: re.Match[str]) -> str:
    """As XML, and what XML cannot hold as spreadsheets write it: _x000D_, and _x005F_x000D_ for these very letters."""
    what = found[0]
    return _NAMED.get(what) or f"_x{ord(what):04X}_"
