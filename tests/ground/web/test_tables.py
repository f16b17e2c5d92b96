"""A table as a workbook: numbers stay numbers, texts stay texts, and a second sheet says what the first one holds."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from roi_project.kernel.errors import Invalid
from roi_project.web.tables import MOST_SHEET_ROWS, Table, write_workbook

COLUMNS = {"name": "What it is called.", "on": "When.", "amount": "How much.", "count": "How many.", "open": "Or not."}
DAY = dt.date(2026, 7, 1)


def table(*rows, **more):
    return Table(name="things", columns=COLUMNS, rows=lambda: rows, about=lambda: {"report": "Things"}, **more)


def opened(*rows):
    file = io.BytesIO()
    write_workbook(file, table(*rows))
    file.seek(0)
    return openpyxl.load_workbook(file)


def test_cells_keep_their_types_and_their_decimals():
    sheet = opened(("Desk", DAY, Decimal("1234.50"), 3, True), ("Chair", None, Decimal("-0.005"), 0, False))["Data"]

    head, first, second = sheet.iter_rows(values_only=True)
    assert head == tuple(COLUMNS)
    assert first == ("Desk", dt.datetime.combine(DAY, dt.time()), 1234.5, 3, True)
    assert second == ("Chair", None, -0.005, 0, False)
    assert [sheet.cell(row, 3).number_format for row in (2, 3)] == ["#,##0.00", "#,##0.000"]
    assert sheet.cell(2, 2).number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E3"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_a_text_is_never_a_formula_and_stays_marked_as_text(text):
    cell = opened((text, DAY, Decimal(1), 1, True))["Data"].cell(2, 1)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_number_that_a_spreadsheet_would_cut_short_is_a_text():
    whole, cut = Decimal("9999999999999.99"), Decimal("92233720368547758.07")

    sheet = opened(("a", DAY, whole, 1, True), ("b", DAY, cut, 1, True))["Data"]

    assert sheet.cell(2, 3).value == 9999999999999.99
    assert sheet.cell(3, 3).value == "92233720368547758.07"


def test_the_second_sheet_says_what_is_covered_and_what_each_column_says():
    rows = list(opened(("Desk", DAY, Decimal(1), 1, True))["About"].iter_rows(values_only=True))

    assert rows[:2] == [("report", "Things"), ("rows", "1")]
    assert dict(rows[4:]) == COLUMNS


def test_a_table_without_rows_has_its_header():
    assert list(opened()["Data"].iter_rows(values_only=True)) == [tuple(COLUMNS)]


def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_read():
    with pytest.raises(Invalid, match=r"1,048,576 rows; a sheet holds 1,048,575.*format=csv"):
        table(size=MOST_SHEET_ROWS + 1).response("xlsx")


@pytest.mark.django_db
def test_a_file_is_sent_with_its_name_and_closed_afterwards():
    response = table(("Desk", DAY, Decimal(1), 1, True)).response("xlsx")

    assert response.headers["Content-Disposition"] == 'attachment; filename="things.xlsx"'
    assert b"".join(response.streaming_content)[:2] == b"PK"
    response.close()
    assert response.file_to_stream.closed
