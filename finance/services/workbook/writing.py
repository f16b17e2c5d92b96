"""Writing the workbook: the template, and what was sent with a column that says what is wrong with a row."""

import datetime as dt
import io
import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from finance.services.workbook.reading import FilledRow, Workbook
from finance.services.workbook.sheets import ENOUGH, EXAMPLE, NOTE, PROBLEM, SHEETS, WHAT_TO_WRITE, Heading, Sheet
from roi_project.intake.columns import Day
from roi_project.intake.xlsx_file import Doubtful, Value

EXACT_DIGITS, LARGEST_EXPONENT = 15, 300
"""Beyond these a spreadsheet cuts a number short, or holds none at all: it is handed back as the text it was."""
NAME = "team-roi-template.xlsx"
PROBLEMS_NAME = "team-roi-problems.xlsx"
ROWS_WITH_LISTS: Final = 10_000
EXAMPLE_NOTE = f"{EXAMPLE}, not imported"
FIRST_OWN_ROW = 5
COLOUR: Final = "#177873"
WIDTH, POINTS_A_LINE = 22, 15


def template() -> bytes:
    """The empty workbook: headings, what to write under each, two examples, lists to choose from."""
    return _written({}, examples=True)


def problem_workbook(book: Workbook) -> bytes:
    """What was sent, sheet by sheet, with the problems of each row in a last column, to be mended and sent again."""
    return _written(book.rows, examples=False)


def _written(rows: Mapping[str, Sequence[FilledRow]], *, examples: bool) -> bytes:
    file = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, settings) as book:
        style = _styles(book)
        for sheet in SHEETS:
            if examples or sheet.title in rows:
                _write_sheet(book.add_worksheet(sheet.title), sheet, rows.get(sheet.title), style)
    return file.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bg_color": COLOUR, "font_color": "#FFFFFF", "valign": "top", "border": 1}
    words = {"italic": True, "font_color": "#6B7280", "text_wrap": True, "valign": "top"}
    return {
        "head": book.add_format(head),
        "help": book.add_format(words),
        "example": book.add_format({"italic": True, "font_color": "#64748B"}),
        "example_day": book.add_format({"italic": True, "font_color": "#64748B", "num_format": "yyyy-mm-dd"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "problem": book.add_format({"font_color": "#B3413B", "text_wrap": True, "valign": "top"}),
    }


def _write_sheet(page: Any, sheet: Sheet, rows: Sequence[FilledRow] | None, style: dict[str, Any]) -> None:
    titles = [NOTE, *(heading.title for heading in sheet.headings)]
    page.freeze_panes(2, 0)
    page.set_row(1, POINTS_A_LINE * max(len(textwrap.wrap(_help(one), WIDTH)) for one in sheet.headings))
    page.set_column(0, 0, WIDTH)
    page.set_column(1, len(sheet.headings), WIDTH)
    if sheet in ENOUGH:
        page.set_tab_color(COLOUR)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)
    for at, title in enumerate(titles):
        page.write_string(0, at, title, style["head"])
    page.write_string(1, 0, WHAT_TO_WRITE, style["help"])
    for at, heading in enumerate(sheet.headings, start=1):
        page.write_string(1, at, _help(heading), style["help"])
        _offer(page, heading, at)
    if rows is None:
        _write_examples(page, sheet, style)
        return
    last = len(titles)
    page.write_string(0, last, PROBLEM, style["head"])
    page.set_column(last, last, 80)
    lower = max(0, FIRST_OWN_ROW - 2 - rows[0].number) if rows else 0  # where the words below the headings were gone
    for row in rows:
        line = row.number - 1 + lower
        for at, title in enumerate(titles):
            _write(page, line, at, row.cells.get(title), style["day"])
        if row.wrongs:
            page.write_string(line, last, " ".join(row.wrongs)[:32_000], style["problem"])


def _help(heading: Heading) -> str:
    return f"{heading.words} (needed)" if heading.needed else heading.words


def _write_examples(page: Any, sheet: Sheet, style: dict[str, Any]) -> None:
    for line in (0, 1):
        page.write_string(line + 2, 0, EXAMPLE_NOTE, style["example"])
        for at, heading in enumerate(sheet.headings, start=1):
            value = heading.examples[line]
            if isinstance(value, str) and isinstance(heading.column, Day):
                page.write_datetime(line + 2, at, dt.date.fromisoformat(value), style["example_day"])
            elif value is not None:
                page.write(line + 2, at, value, style["example"])


def _offer(page: Any, heading: Heading, at: int) -> None:
    """A list to choose from. What is not in it can be written all the same: the import says whether it is known."""
    if heading.choices:
        source: Any = heading.choices
    elif heading.codes_of:
        source = _codes(heading.codes_of)
    else:
        return
    page.data_validation(
        2, at, ROWS_WITH_LISTS, at, {"validate": "list", "source": source, "show_error": False, "ignore_blank": True}
    )


def _codes(of: str) -> str:
    """The cells of a sheet's own rows in which the codes stand that `codes_of` means."""
    title, _, name = of.partition("!")
    sheet = next(sheet for sheet in SHEETS if sheet.title == title)
    at = 1 + [heading.title for heading in sheet.headings].index(name or sheet.headings[0].title)
    column = xl_col_to_name(at, col_abs=True)
    return f"='{title}'!{column}${FIRST_OWN_ROW}:{column}${ROWS_WITH_LISTS}"


def _write(page: Any, line: int, at: int, value: Value | Doubtful, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, Doubtful):
        page.write_string(line, at, value.text[:32_000])
    elif isinstance(value, bool):
        page.write_boolean(line, at, value)
    elif isinstance(value, Decimal) and not _fits(value):
        page.write_string(line, at, str(value)[:32_000])
    elif isinstance(value, Decimal):
        page.write_number(line, at, float(value))
    elif isinstance(value, dt.date):
        page.write_datetime(line, at, value, day)
    else:
        page.write_string(line, at, value)


def _fits(value: Decimal) -> bool:
    """Whether a spreadsheet keeps a number to its last digit."""
    small = value.is_finite() and value.adjusted() <= LARGEST_EXPONENT
    return small and len(value.as_tuple().digits) <= EXACT_DIGITS
