"""Texts of a sheet say the letters they were given, and never more of them than a sheet holds."""

import io

import openpyxl
import pytest

from roi_project.kernel.errors import Invalid
from roi_project.web import sheet_rows
from roi_project.web.tables import Table, write_workbook


def written(*rows):
    file = io.BytesIO()
    write_workbook(file, Table("texts", {"text": "a text"}, lambda: rows))
    return file


def read(file):
    return [text for (text,) in openpyxl.load_workbook(file)["Data"].iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("_x000D_", "_x005F_x000D_"),
        ("_x000D_x000D_", "_x005F_x000D_x005F_x000D_"),
        ("_x000D__x000D_", "_x005F_x000D__x005F_x000D_"),
        ("a_xb", "a_xb"),
        ("a\rb", "a_x000D_b"),
    ],
)
def test_letters_that_look_like_an_escape_are_escaped_themselves(text, stands):
    assert read(written([text])) == [stands]


def test_more_rows_than_a_sheet_holds_are_refused_where_their_number_was_not_known(monkeypatch):
    monkeypatch.setattr(sheet_rows, "MOST_SHEET_ROWS", 2)

    assert read(written(["a"], ["b"])) == ["a", "b"]
    with pytest.raises(Invalid, match="A sheet holds 2 rows"):
        written(["a"], ["b"], ["c"])
