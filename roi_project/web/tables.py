"""A report as a file: one flat table as CSV or XLSX, with columns that mean something.

CSV is streamed. XLSX is written row by row in constant memory and sent from the disk: sheet 1 holds the data, sheet
*About* what is covered, what each column says and who pulled it when.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.http import FileResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer

from roi_project.kernel.errors import Invalid
from roi_project.web.renderers import CSVRenderer, csv_pieces, csv_stream
from roi_project.web.sheet_rows import LONGEST_LINK, MOST_LINKED_ROWS, MOST_SHEET_ROWS, Link, Looks, RowSheet

ROWS_LOOKED_AT = 100
"""How many rows decide how wide a column is."""
WIDTHS = {dt.date: 12, Decimal: 14, int: 10, bool: 8}
USUAL_WIDTH = 18
ADDRESSES = "explain_url"
"""How the names of columns begin that hold addresses of this service. A file is read elsewhere, so they stand whole."""


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
    pieces    makes the CSV text instead of `rows`, where that is quicker, of what addresses begin with
    size      number of rows, where it is known before they are made
    """

    name: str
    columns: Mapping[str, str]
    rows: Callable[[], Iterable[Sequence[Any]]]
    about: Callable[[], Mapping[str, Any]] = field(default=dict)
    pieces: Callable[[str], Iterator[str]] | None = None
    size: int | None = None

    def response(self, form: str, site: str) -> HttpResponseBase:
        """The file; `form` is one of FILES, `site` what addresses of this service begin with, as https://roi.example.

        Invalid when a sheet cannot hold so many rows.
        """
        if form == CSVRenderer.format:
            pieces = self.pieces(site) if self.pieces else csv_pieces(tuple(self.columns), self.rows_at(site))
            return csv_stream(pieces, f"{self.name}.csv")
        if self.size is not None and self.size > MOST_SHEET_ROWS:
            raise Invalid(
                f"These are {self.size:,} rows; a sheet holds {MOST_SHEET_ROWS:,}. Ask for fewer months, or read the "
                "file with format=csv."
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
        write_workbook(file, self, site)
        file.seek(0)
        return FileResponse(
            file, as_attachment=True, filename=f"{self.name}.xlsx", content_type=XLSXRenderer.media_type
        )

    def rows_at(self, site: str) -> Iterable[Sequence[Any]]:
        """The rows, with whole addresses."""
        places = [place for place, name in enumerate(self.columns) if name.startswith(ADDRESSES)]
        return _whole(self.rows(), places, site) if places else self.rows()


def _whole(rows: Iterable[Sequence[Any]], places: Sequence[int], site: str) -> Iterator[Sequence[Any]]:
    for row in rows:
        cells = list(row)
        for place in places:
            if cells[place]:
                cells[place] = Link(f"{site}{cells[place]}")
        yield cells


def write_workbook(file: Any, table: Table, site: str = "") -> None:
    """Write the workbook of a table to a binary file."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        looks = Looks(book)
        sheet = book.add_worksheet("Data", worksheet_class=RowSheet)
        sheet.freeze_panes(1, 0)
        widths: dict[int, int] = {}
        rows = _measured(_linked(table.rows_at(site), sheet), widths)
        number = sheet.write_rows(tuple(table.columns), rows, looks)
        for place in range(len(table.columns)):
            sheet.set_column(place, place, widths.get(place, USUAL_WIDTH))
        sheet.autofilter(0, 0, max(number, 1), len(table.columns) - 1)
        _write_about(book, table, rows=number)


def _measured(rows: Iterable[Sequence[Any]], widths: dict[int, int]) -> Iterator[Sequence[Any]]:
    """The same rows; the first of them tell how wide each column is."""
    rows = iter(rows)
    for row in islice(rows, ROWS_LOOKED_AT):
        for place, value in enumerate(row):
            if value is not None:
                widths.setdefault(place, WIDTHS.get(type(value), USUAL_WIDTH))
        yield row
    yield from rows


def _linked(rows: Iterable[Sequence[Any]], sheet: RowSheet) -> Iterator[Sequence[Any]]:
    """The same rows; addresses in the first of them can be clicked."""
    rows = iter(rows)
    for number, row in enumerate(islice(rows, MOST_LINKED_ROWS), start=1):
        for place, value in enumerate(row):
            if type(value) is Link and len(value) <= LONGEST_LINK:
                sheet.link(number, place, value)
        yield row
    yield from rows


def _write_about(book: Any, table: Table, *, rows: int) -> None:
    head, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    line = 0
    for label, value in {**table.about(), "rows": rows}.items():
        sheet.write_string(line, 0, label, head)
        sheet.write_string(line, 1, "" if value is None else str(value), wrapped)
        line += 1
    line += 1
    sheet.write_string(line, 0, "column", head)
    sheet.write_string(line, 1, "what it says", head)
    for name, meaning in table.columns.items():
        line += 1
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, meaning, wrapped)
