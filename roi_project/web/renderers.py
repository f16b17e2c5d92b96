"""CSV: numbers as plain numbers, texts that cannot be run as a formula."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also in full width, which some spreadsheets take for the plain ones."""
_ROWS_PER_PIECE = 500


class CSVRenderer(BaseRenderer):
    """Offers `text/csv`. A view with many rows answers with `csv_response`; a small one with columns and rows."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Mapping[str, Any] | None, accepted_media_type=None, renderer_context=None) -> str:
        return "".join(csv_pieces(data["columns"], data["rows"])) if data else ""


def csv_response(columns: Sequence[str], rows: Iterable[Sequence[Any]], filename: str) -> StreamingHttpResponse:
    """Stream rows as a CSV file. Cells are text, int, Decimal, bool, day, moment or None."""
    return csv_stream(csv_pieces(columns, rows), filename)


def csv_stream(pieces: Iterable[str], filename: str) -> StreamingHttpResponse:
    """Stream a CSV file that comes in pieces of whole lines."""
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file in pieces of some hundred rows, so that neither memory nor the network sees single cells."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), lineterminator="\r\n")
    writer.writerow([cell(name) for name in columns])
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if len(lines) >= _ROWS_PER_PIECE:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def part_of_line(values: Iterable[Any]) -> str:
    """Neighbouring cells of a line, ready to be joined with others by commas."""
    lines: list[str] = []
    csv.writer(_Lines(lines), lineterminator="").writerow([cell(value) for value in values])
    return lines[0]


def cell(value: Any) -> str:
    """One value as it stands in the file. A number sent as text would be quoted: give numbers as numbers."""
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(STARTS_A_FORMULA) else value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a CSV file")


class _Lines:
    """What csv.writer writes to: a list of lines."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append
