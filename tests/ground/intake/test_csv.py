"""A doubtful file is refused before it can be half understood."""

import io

import pytest

from roi_project.intake.csv_rows import columns_of, read_csv
from roi_project.intake.kinds import Wrong, all_kinds, kind_named
from roi_project.intake.plan import Plan
from roi_project.kernel.errors import Invalid

HEADER = "metric,observed_on,value,external_id\n"


def read(content, kind="observations"):
    raw = content.encode() if isinstance(content, str) else content
    return list(read_csv(io.BytesIO(raw), kind_named(kind)))


def refusal(content):
    with pytest.raises(Invalid) as refused:
        read(content)
    return refused.value.detail


def test_rows_are_numbered_as_a_spreadsheet_does():
    rows = read(HEADER + "orders,2026-01-01,1,o1\n\norders,2026-01-02,2,o2\n")

    assert [(number, row["external_id"], style) for number, row, style in rows] == [(2, "o1", "csv"), (4, "o2", "csv")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_read(end):
    assert len(read((HEADER + "orders,2026-01-01,1,o1\n").replace("\n", end))) == 1


def test_a_byte_order_mark_is_no_part_of_the_header():
    assert read(b"\xef\xbb\xbf" + HEADER.encode() + b"orders,2026-01-01,1,o1\n")[0][1]["metric"] == "orders"


def test_a_quoted_cell_may_hold_commas_and_lines():
    header = "code,name,purpose\n"

    (row,) = read(header + 'pay,"Pay, all","first\nsecond ""line"""\n', "teams")

    assert row[1] == {"code": "pay", "name": "Pay, all", "purpose": 'first\nsecond "line"'}


def test_an_empty_file_says_what_it_should_begin_with():
    assert refusal("") == (
        "The file is empty. Its first row names the columns: "
        "metric, observed_on, value, source, external_id, source_updated_at, withdrawn."
    )


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("metric,value,metric\n", "Header, metric: stands in the header twice."),
        ("metric,valeu\n", "Header, valeu: observations have no such column; did you mean value?"),
        (
            "metric;value\n",
            "The header has semicolons between its columns. Save the file with commas; the admin and import_rows also "
            "take it as a workbook (.xlsx).",
        ),
        ("metric,\n", "Header, empty: observations have no such column; known are"),
        ("metric,value\0\n", "Header, value�: observations have no such column; did you mean value?"),
    ],
)
def test_a_doubtful_header_is_refused(header, detail):
    assert refusal(header).startswith(detail)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_refused(encoding):
    assert refusal((HEADER + "ördérs,2026-01-01,1,o1\n").encode(encoding)).startswith(
        "The file is not UTF-8: after row 1"
    )


def test_a_row_with_too_few_or_too_many_cells_is_refused_as_a_row():
    short, long, fine = read(HEADER + "orders,2026-01-01\norders,2026-01-01,1,o1,x\norders,2026-01-01,1,o1\n")

    assert isinstance(short[1], Wrong)
    assert (short[0], str(short[1])) == (2, "has 2 cells, and the header 4")
    assert (long[0], str(long[1])) == (3, "has 5 cells, and the header 4")
    assert fine[0] == 4


@pytest.mark.parametrize("cell", ['"' + "x" * 200_000, "x" * 131_073, '"o"1'])
def test_an_open_quote_or_an_endless_cell_is_refused(cell):
    assert refusal(HEADER + f"orders,2026-01-01,1,{cell}\n").startswith("The file is not a CSV after row 1: ")


def test_nul_in_a_cell_is_refused_with_its_place(send, cast):
    (row,) = read(HEADER + "orders,2026-01-01,1,o\0one\n")

    receipt = send("observations", row[1], style="csv")

    assert receipt.refused[0].sentence == "Row 1, external_id: has the unprintable character U+0000 at position 2."


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds()])
def test_every_kind_has_a_header_that_it_reads(kind):
    header = ",".join(columns_of(Plan(kind_named(kind))))

    assert read(header + "\n", kind) == []
