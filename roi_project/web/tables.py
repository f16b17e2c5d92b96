"""A report as a file: one flat table as CSV or XLSX, with columns that mean something.

CSV is streamed. XLSX is written row by row in constant memory and sent from the disk: sheet 1 holds the data, sheet
*About* what is covered, what each column says and who pulled it when.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer

from roi_project.kernel.errors import Invalid
from roi_project.web.renderers import STARTS_A_FORMULA, CSVRenderer, csv_pieces, csv_stream

MOST_SHEET_ROWS = 1_048_575
"""What a sheet holds below its header."""
EXACT_DIGITS = 15
"""Spreadsheets keep numbers as binary fractions of so many decimal digits; a longer one is written as text."""
ROWS_LOOKED_AT = 100
"""How many rows decide how wide a column is."""
WIDTHS = {dt.date: 12, Decimal: 14, int: 10, bool: 8}
USUAL_WIDTH = 18


class XLSXRenderer(BaseRenderer):
    """Offers the media type; the view answers with `Table.response`."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError("a view with files answers with Table.response")


FILES = (CSVRenderer.format, XLSXRenderer.format)


@dataclass(frozen=True)
class Table:
    """One row per thing, never a total among them.

    name      of the file, without its ending
    columns   name -> what it says; the order is the file's
    rows      makes the rows: text, int, Decimal, bool, day, moment or None
    about     makes what sheet About says before the columns: label -> value
    pieces    makes the CSV text instead of `rows`, where that is quicker
    size      number of rows, where it is known before they are made
    """

    name: str
    columns: Mapping[str, str]
    rows: Callable[[], Iterable[Sequence[Any]]]
    about: Callable[[], Mapping[str, Any]] = field(default=dict)
    pieces: Callable[[], Iterator[str]] | None = None
    size: int | None = None

    def response(self, form: str) -> HttpResponseBase:
        """The file; `form` is one of FILES. Invalid when a sheet cannot hold so many rows."""
        if form == CSVRenderer.format:
            pieces = self.pieces() if self.pieces else csv_pieces(tuple(self.columns), self.rows())
            return csv_stream(pieces, f"{self.name}.csv")
        if self.size is not None and self.size > MOST_SHEET_ROWS:
            raise Invalid(
                f"These are {self.size:,} rows; a sheet holds {MOST_SHEET_ROWS:,}. Ask for fewer months, or read the "
                "file with format=csv."
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
        write_workbook(file, self)
        file.seek(0)
        return FileResponse(
            file, as_attachment=True, filename=f"{self.name}.xlsx", content_type=XLSXRenderer.media_type
        )


def write_workbook(file: Any, table: Table) -> None:
    """Write the workbook of a table to a binary file."""
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    with xlsxwriter.Workbook(file, options) as book:
        formats = _Formats(book)
        sheet = book.add_worksheet("Data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(table.columns):
            sheet.write_string(0, place, name, formats.head)
        widths: dict[int, int] = {}
        number = 0
        for number, row in enumerate(table.rows(), start=1):
            if number <= ROWS_LOOKED_AT:
                for place, value in enumerate(row):
                    if value is not None:
                        widths.setdefault(place, WIDTHS.get(type(value), USUAL_WIDTH))
            for place, value in enumerate(row):
                if value is not None and value != "":
                    _write(sheet, number, place, value, formats)
        for place in range(len(table.columns)):
            sheet.set_column(place, place, widths.get(place, USUAL_WIDTH))
        sheet.autofilter(0, 0, max(number, 1), len(table.columns) - 1)
        _write_about(book, table, formats, rows=number)


class _Formats:
    """Looks of cells; a number format for each count of decimals, made when it is first needed."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.quoted = book.add_format({"quote_prefix": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._book, self._decimals = book, {}

    def decimals(self, places: int) -> Any:
        if places not in self._decimals:
            pattern = f"#,##0.{'0' * places}" if places else "#,##0"
            self._decimals[places] = self._book.add_format({"num_format": pattern})
        return self._decimals[places]


def _write(sheet: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    match value:
        case str():
            # A workbook's text is never run; the mark keeps it text when it is edited or saved as CSV.
            if value.startswith(STARTS_A_FORMULA):
                sheet.write_string(row, column, value, formats.quoted)
            else:
                sheet.write_string(row, column, value)
        case bool():
            sheet.write_boolean(row, column, value)
        case int():
            sheet.write_number(row, column, value)
        case Decimal():
            _, digits, exponent = value.as_tuple()
            if len(digits) > EXACT_DIGITS:
                sheet.write_string(row, column, f"{value:f}")
            else:
                sheet.write_number(row, column, float(value), formats.decimals(-int(exponent)))
        case dt.datetime():
            sheet.write_string(row, column, value.isoformat())
        case dt.date():
            sheet.write_datetime(row, column, value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a workbook")


def _write_about(book: Any, table: Table, formats: _Formats, *, rows: int) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    line = 0
    for label, value in {**table.about(), "rows": rows}.items():
        sheet.write_string(line, 0, label, formats.head)
        sheet.write_string(line, 1, "" if value is None else str(value), formats.wrapped)
        line += 1
    line += 1
    sheet.write_string(line, 0, "column", formats.head)
    sheet.write_string(line, 1, "what it says", formats.head)
    for name, meaning in table.columns.items():
        line += 1
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, meaning, formats.wrapped)
