"""Rows of a workbook's first sheet for the importer: the same header and the same meaning as in a CSV file."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO

from roi_project.intake.columns import Column, Money, Month, Number, Whole
from roi_project.intake.columns.numbers import plain as plain_number
from roi_project.intake.csv_rows import check_header, columns_of
from roi_project.intake.kinds import Kind, Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.rows import Raw
from roi_project.intake.written_numbers import Numbers, plain
from roi_project.intake.xlsx_file import Doubtful, Value, opened
from roi_project.kernel.errors import Invalid


def read_xlsx(file: BinaryIO, kind: Kind, *, numbers: Numbers = Numbers.POINT) -> Iterator[Raw]:
    """Rows for `receive`, numbered as the spreadsheet program shows them. Raises Invalid for a doubtful file.

    Only the first sheet is read. A cell with a formula refuses its row, by its address; merged cells refuse the file.
    """
    plan = Plan(kind)
    by_name = by_csv_name(plan)
    with opened(file) as sheets:
        if not sheets:
            raise Invalid("The workbook has no visible sheet.")
        sheets[0].refuse_merged()
        rows = sheets[0].rows
        _, cells = next(rows, (1, []))
        header = [_heading(cell) for cell in cells]
        if not header:
            raise Invalid(f"The sheet is empty. Its first row names the columns: {', '.join(columns_of(plan))}.")
        if len(sheets) > 1 and plan.csv_names.isdisjoint(header):
            raise Invalid(
                f"Sheet {sheets[0].title} has none of the columns of {plan.words}. If this is the workbook of Get "
                "started, with a sheet for each subject, send it there, or with manage.py import_workbook."
            )
        check_header(plan, header)
        for number, cells in rows:
            yield number, _row(header, cells, by_name, numbers), "csv"


def _heading(cell: Value | Doubtful) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _row(
    header: Sequence[str], cells: Sequence[Value | Doubtful], by_name: dict[str, Column], numbers: Numbers
) -> dict[str, str] | Wrong:
    if len(cells) > len(header):
        return Wrong("", f"has {len(cells)} cells, and the header {len(header)}", "ragged")
    row = dict.fromkeys(header, "")
    for name, cell in zip(header, cells, strict=False):
        try:
            row[name] = text_of(cell, by_name.get(name), name, numbers)
        except ValueError as error:
            return Wrong(name, str(error))
    return row


def by_csv_name(plan: Plan) -> dict[str, Column]:
    """Which column a heading belongs to."""
    return {name: column for column in (*plan.columns, *plan.envelope) for name in column.csv_names}


def text_of(cell: Value | Doubtful, column: Column | None, name: str, numbers: Numbers) -> str:
    """A cell as the text that a CSV file would have there. ValueError with a sentence for a doubtful one."""
    if cell is None:
        return ""
    if isinstance(cell, Doubtful):
        raise ValueError(str(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return plain_number(cell)
    if isinstance(cell, dt.date):
        return _day(cell, is_month=isinstance(column, Month))
    if isinstance(column, Number | Whole) or (isinstance(column, Money) and name == column.name):
        return plain(cell.strip(), numbers)
    return cell


def _day(day: dt.date, *, is_month: bool) -> str:
    if not is_month:
        return day.isoformat()
    if day.day != 1:
        raise ValueError(f"{day} is a day in the middle of a month; write the month, as {day:%Y-%m}")
    return f"{day:%Y-%m}"
