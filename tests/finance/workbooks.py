"""Workbooks as somebody fills them: the template's sheets with rows of their own."""

import io
from typing import Any

import openpyxl

from finance.services.workbook.writing import template

Rows = dict[str, list[dict[str, Any]]]

LANTERN: Rows = {
    "Teams": [
        {"Code": "box-office", "Name": "Box office", "Value stream": "sell"},
        {"Code": "gates", "Name": "Gates", "Value stream": "visit"},
    ],
    "Costs": [
        {"Number": "rent-01", "Day": "2026-01-02", "Amount": 3000, "Team": "box-office", "Category": "office"},
        {"Number": "scanners", "Day": "2026-01-05", "Amount": 14400.5, "Team": "gates"},
    ],
    "Benefits": [{"Number": "queue", "Month": "2026-01", "Amount": 20000, "Team": "gates"}],
}


def filled(rows: Rows, empty: bytes | None = None) -> Any:
    """The template, or what was handed out for one, with these rows below its examples, to be spoilt further."""
    book = openpyxl.load_workbook(io.BytesIO(empty or template()))
    for title, some in rows.items():
        sheet = book[title]
        places = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(some, start=5):
            for heading, value in row.items():
                sheet.cell(number, places[heading], value)
    return book


def saved(book: Any) -> io.BytesIO:
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def workbook(rows: Rows) -> io.BytesIO:
    return saved(filled(rows))
