"""A workbook is looked at before it is unpacked; a cell with no value of its own is refused by its address."""

import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from roi_project.intake.kinds import Wrong, kind_named
from roi_project.intake.written_numbers import Numbers, plain
from roi_project.intake.xlsx_file import opened
from roi_project.intake.xlsx_rows import read_xlsx
from roi_project.kernel.errors import Invalid

HEADER = ("metric", "observed_on", "value")


def book(*rows, merge=None, formulas=None):
    """A workbook of one sheet with these rows."""
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = made.add_worksheet("Observations")
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write(number, place, value)
    for address, formula in (formulas or {}).items():
        sheet.write_formula(address, formula, None, 42)
    if merge:
        sheet.merge_range(merge, "orders")
    made.close()
    return file


def read(file, **more):
    return list(read_xlsx(file, kind_named("observations"), **more))


def refusal(file, **more):
    with pytest.raises(Invalid) as refused:
        read(file, **more)
    return refused.value.detail


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", **parts}.items():
            archive.writestr(name, text)
    return file


def test_rows_come_out_as_from_a_csv_with_days_as_days_and_numbers_as_they_were_typed():
    rows = read(book(HEADER, ("orders", dt.date(2026, 1, 31), 0.1), (), ("orders", "2026-02-28", 1234567.25)))

    assert rows == [
        (2, {"metric": "orders", "observed_on": "2026-01-31", "value": "0.1"}, "csv"),
        (4, {"metric": "orders", "observed_on": "2026-02-28", "value": "1234567.25"}, "csv"),
    ]


def test_a_formula_refuses_its_row_by_its_address_and_its_last_result_is_not_used():
    _, (number, wrong, _) = read(
        book(HEADER, ("orders", "2026-01-01", 1), ("", "2026-01-02", 1), formulas={"A3": '="or"&"ders"'})
    )

    assert (number, wrong.column) == (3, "metric")
    assert str(wrong) == "A3 has a formula; write the value itself there"


def test_words_that_only_look_like_a_formula_are_words():
    ((_, row, _),) = read(book(HEADER, ("=orders", "2026-01-01", 1)))

    assert row["metric"] == "=orders"


def test_an_error_and_a_time_of_day_are_refused_by_their_address():
    moment = dt.datetime(2026, 1, 1, 9, 30)  # noqa: DTZ001  (a spreadsheet knows no zone)
    with opened(book((moment,), formulas={"B1": "=1/0"})) as (sheet,):
        ((_, (moment, formula)),) = sheet.rows

    assert str(moment) == "A1 has a time of day, where a day is meant"
    assert str(formula) == "B1 has a formula; write the value itself there"


def test_merged_cells_refuse_the_file_by_their_address():
    assert refusal(book(HEADER, ("orders", "2026-01-01", 1), merge="A3:A4")) == (
        "Sheet Observations: the cells A3:A4 are merged. Take them apart, and write into each cell what it means."
    )


def test_a_month_may_be_a_date_cell_on_its_first_day_and_no_other():
    header = ("team", "month", "work_type", "share")
    file = book(header, ("gates", dt.date(2026, 1, 1), "run", 1), ("gates", dt.date(2026, 1, 15), "run", 1))

    (_, row, _), (_, wrong, _) = read_xlsx(file, kind_named("efforts"))

    assert row["month"] == "2026-01"
    assert str(wrong) == "2026-01-15 is a day in the middle of a month; write the month, as 2026-01"


@pytest.mark.parametrize(
    ("written", "numbers", "meant"),
    [
        ("1.234,56", Numbers.COMMA, "1234.56"),
        ("1,234.56", Numbers.POINT, "1234.56"),
        ("-12,5", Numbers.COMMA, "-12.5"),
        ("0.125", Numbers.POINT, "0.125"),
        ("1.234.567", Numbers.COMMA, "1234567"),
        ("1234", Numbers.COMMA, "1234"),
        ("1234", Numbers.POINT, "1234"),
    ],
)
def test_a_text_is_a_number_as_the_sender_says_they_write_it(written, numbers, meant):
    assert plain(written, numbers) == meant


@pytest.mark.parametrize(
    ("written", "numbers", "sentence"),
    [
        (
            "1.234,56",
            Numbers.POINT,
            "“1.234,56” is not a number with a decimal point, as in 1,234.50; if the file writes 1.234,50, choose that "
            "under “Numbers that are written as text look like” (--numbers comma on the command line)",
        ),
        (
            "1,234.56",
            Numbers.COMMA,
            "“1,234.56” is not a number with a decimal comma, as in 1.234,50; if the file writes 1,234.50, choose that "
            "under “Numbers that are written as text look like” (--numbers point on the command line)",
        ),
        (
            "1.234",
            Numbers.COMMA,
            "“1.234” can be read as 1.234 and as 1234; write it without a sign between thousands, or with decimals, "
            "as in 1.234,50",
        ),
        ("12 €", Numbers.COMMA, "“12 €” is not a number with a decimal comma, as in 1.234,50"),
        ("1 234", Numbers.POINT, "“1 234” is not a number with a decimal point, as in 1,234.50"),
    ],
)
def test_a_text_that_is_written_otherwise_or_can_be_read_both_ways_is_refused(written, numbers, sentence):
    with pytest.raises(ValueError) as refused:
        plain(written, numbers)

    assert str(refused.value) == sentence


def test_a_doubtful_number_refuses_its_row_and_names_the_column():
    (_, fine, _), (number, wrong, _) = read(
        book(HEADER, ("orders", "2026-01-01", "1.234,5"), ("orders", "2026-01-02", "1.234")), numbers=Numbers.COMMA
    )

    assert fine["value"] == "1234.5"
    assert isinstance(wrong, Wrong)
    assert (number, wrong.column) == (3, "value")


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_not_unpacked():
    bomb = packed(**{"xl/worksheets/sheet1.xml": "0" * 30_000_000})

    tracemalloc.start()
    sentence = refusal(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sentence == (
        "The workbook is packed tighter than any real one, so it is not unpacked. "
        "Open it in your spreadsheet program and save it again as .xlsx."
    )
    assert most < 5_000_000


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({f"xl/{n}.xml": "" for n in range(300)}, "The workbook has 302 parts inside; 200 is the most."),
        ({"../xl/a.xml": ""}, "The parts of the workbook are named in a way no spreadsheet program does."),
        ({"xl/a.xml": "<!DOCTYPE a><a/>"}, "The workbook is written in a way no spreadsheet program does."),
        ({"xl/a.xml": '<row r="2"/><row r="2"/>'}, "The rows of the workbook are not numbered one after the other."),
        ({"xl/a.xml": '<row r="9999999999"/>'}, "The rows of the workbook are not numbered one after the other."),
        ({"xl/a.xml": "<row " * 190_000}, "The workbook is damaged and cannot be read."),
        ({}, "The workbook is damaged and cannot be read."),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused(parts, sentence):
    assert refusal(packed(**parts)).startswith(sentence)


def test_another_sort_of_file_is_refused_with_what_to_do():
    assert refusal(io.BytesIO(b"code,name\nsell,Sell\n")) == (
        "The file is not a workbook in the format .xlsx. A file with a password, an old .xls or a CSV under another "
        "name is not one either. Open it in your spreadsheet program and save it again as .xlsx."
    )


def test_a_size_the_file_tells_of_itself_is_not_believed():
    file = book(HEADER, *[("orders", f"2026-01-{day:02d}", day) for day in range(1, 21)])
    lying = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(lying, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry).replace(b'ref="A1:C21"', b'ref="A1:A2"'))

    rows = read(lying)

    assert len(rows) == 20
    assert Decimal(rows[-1][1]["value"]) == 20


def test_a_header_with_an_unknown_column_is_refused_as_in_a_csv():
    assert refusal(book(("metric", "valeu"))) == (
        "Header, valeu: observations have no such column; did you mean value?"
    )
