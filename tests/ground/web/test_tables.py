"""A table as a workbook: numbers stay numbers, texts stay texts, and a second sheet says what the first one holds."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from enum import StrEnum

import openpyxl
import pytest

from roi_project.kernel.errors import Invalid
from roi_project.web.tables import MOST_SHEET_ROWS, Table, write_workbook

COLUMNS = {"name": "What it is called.", "on": "When.", "amount": "How much.", "count": "How many.", "open": "Or not."}
DAY = dt.date(2026, 7, 1)
SITE = "https://roi.example"


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


def sheet_xml(*rows):
    """The first sheet as it stands in the file."""
    file = io.BytesIO()
    write_workbook(file, table(*rows))
    with zipfile.ZipFile(file) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


class Word(StrEnum):
    OPEN = "open"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_a_text_is_never_a_formula_and_stays_marked_as_text(text):
    cell = opened((text, DAY, Decimal(1), 1, True))["Data"].cell(2, 1)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_number_that_a_spreadsheet_would_cut_short_is_a_text():
    whole, cut = Decimal("9999999999999.99"), Decimal("92233720368547758.07")

    sheet = opened(("a", DAY, whole, 1, True), ("b", DAY, cut, 1, True))["Data"]

    assert sheet.cell(2, 3).value == 9999999999999.99
    assert sheet.cell(3, 3).value == "92233720368547758.07"


def test_a_whole_number_that_a_spreadsheet_would_cut_short_is_a_text():
    sheet = opened(("a", DAY, Decimal(1), 10**15 - 1, True), ("b", DAY, Decimal(1), -(10**15), True))["Data"]

    assert [sheet.cell(row, 4).value for row in (2, 3)] == [999_999_999_999_999, "-1000000000000000"]


@pytest.mark.parametrize(
    "text",
    [
        "a & b",
        "<b>bold</b>",
        "<r><t>rich</t></r>",
        "]]>",
        '"quoted"',
        "  before",
        "after ",
        "two\nlines",
        "zażółć 😀",
        "12",
        "TRUE",
    ],
)
def test_a_text_comes_back_as_it_was(text):
    cell = opened((text, DAY, Decimal(1), 1, True))["Data"].cell(2, 1)

    assert (cell.value, cell.data_type) == (text, "s")


def test_what_xml_cannot_hold_is_written_as_spreadsheets_do():
    xml = sheet_xml(("a\rb\x01\ufffe", DAY, Decimal(1), 1, True), ("_x000D_", DAY, Decimal(1), 1, True))

    assert "<t>a_x000D_b_x0001__xFFFE_</t>" in xml
    assert "<t>_x005F_x000D_</t>" in xml


def test_a_text_longer_than_a_cell_holds_ends_in_dots():
    whole, cut, wide = "x" * 32_767, "x" * 32_768, "😀" * 16_384

    sheet = opened(*((text, DAY, Decimal(1), 1, True) for text in (whole, cut, wide)))["Data"]

    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [whole, "x" * 32_766 + "…", "😀" * 16_383 + "…"]


def test_decimals_stand_with_the_digits_they_have():
    xml = sheet_xml(
        *(("a", None, Decimal(text), None, None) for text in ("0.10", "-1234567.89", "0.00", "1E+3", "1E-8"))
    )

    found = re.findall("<v>(.*?)</v>", xml)
    assert found == ["0.10", "-1234567.89", "0.00", "1000", "0.00000001"]


def test_days_are_counted_as_spreadsheets_count_them_and_others_are_texts():
    days = [dt.date(1899, 12, 31), dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(2026, 7, 1)]

    xml = sheet_xml(*(("a", day, Decimal(1), 1, True) for day in days))

    assert "<t>1899-12-31</t>" in xml
    assert [f"<v>{number}</v>" in xml for number in (1, 59, 61, 46204)] == [True, True, True, True]


def test_moments_and_words_of_a_list_stand_as_text():
    moment = dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)

    sheet = opened((Word.OPEN, moment, Decimal(1), 1, True))["Data"]

    assert [sheet.cell(2, column).value for column in (1, 2)] == ["open", "2026-07-01T12:30:00+00:00"]


@pytest.mark.parametrize("value", [1.5, b"x", [1], Decimal("NaN")])
def test_what_has_no_place_in_a_workbook_is_told(value):
    with pytest.raises(TypeError, match="no place in a workbook"):
        opened((value, DAY, Decimal(1), 1, True))


def test_every_row_of_many_stands_in_its_place():
    sheet = opened(*((f"row {number}", DAY, Decimal(number), number, False) for number in range(1_234)))["Data"]

    assert sheet.dimensions == "A1:E1235"
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(range(1_234))


def test_the_second_sheet_says_what_is_covered_and_what_each_column_says():
    rows = list(opened(("Desk", DAY, Decimal(1), 1, True))["About"].iter_rows(values_only=True))

    assert rows[:2] == [("report", "Things"), ("rows", "1")]
    assert dict(rows[4:]) == COLUMNS


def test_a_table_without_rows_has_its_header():
    assert list(opened()["Data"].iter_rows(values_only=True)) == [tuple(COLUMNS)]


def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_read():
    with pytest.raises(Invalid, match=r"1,048,576 rows; a sheet holds 1,048,575.*format=csv"):
        table(size=MOST_SHEET_ROWS + 1).response("xlsx", SITE)


def links(*rows):
    """A table whose rows end with an address, as the views answer it."""
    return Table("links", {"name": "Which.", "explain_url": "Opens it."}, lambda: rows)


@pytest.mark.django_db
def test_addresses_stand_whole_in_a_workbook_and_can_be_clicked():
    rows = (("Desk", "/api/v1/explain/?code=a&from=2026-07"), ("Chair", None))

    file = io.BytesIO(b"".join(links(*rows).response("xlsx", SITE).streaming_content))
    first, second = openpyxl.load_workbook(file)["Data"].iter_rows(min_row=2, max_col=2)

    assert first[1].value == "https://roi.example/api/v1/explain/?code=a&from=2026-07"
    assert first[1].hyperlink.target == "https://roi.example/api/v1/explain/?code=a&from=2026-07"
    assert (second[1].value, second[1].hyperlink) == (None, None)


@pytest.mark.django_db
def test_a_sheet_of_very_many_rows_keeps_its_first_links_alone(monkeypatch):
    monkeypatch.setattr("roi_project.web.tables.MOST_LINKED_ROWS", 1)

    file = io.BytesIO(b"".join(links(("Desk", "/a/"), ("Chair", "/b/")).response("xlsx", SITE).streaming_content))
    cells = [row[1] for row in openpyxl.load_workbook(file)["Data"].iter_rows(min_row=2, max_col=2)]

    assert [(cell.value, cell.hyperlink is not None) for cell in cells] == [
        ("https://roi.example/a/", True),
        ("https://roi.example/b/", False),
    ]


def test_addresses_stand_whole_in_a_csv_file():
    answer = links(("Desk", "/a/"), ("Chair", None)).response("csv", SITE)

    assert b"".join(answer.streaming_content).decode() == (
        "name,explain_url\r\nDesk,https://roi.example/a/\r\nChair,\r\n"
    )


@pytest.mark.django_db
def test_a_file_is_sent_with_its_name_and_closed_afterwards():
    response = table(("Desk", DAY, Decimal(1), 1, True)).response("xlsx", SITE)

    assert response.headers["Content-Disposition"] == 'attachment; filename="things.xlsx"'
    assert b"".join(response.streaming_content)[:2] == b"PK"
    response.close()
    assert response.file_to_stream.closed
