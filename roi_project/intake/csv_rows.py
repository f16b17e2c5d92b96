"""Rows of a CSV file, one after the other; a doubtful file is refused before it can be half understood."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from roi_project.intake import values
from roi_project.intake.kinds import Kind, Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.rows import Raw, unknown_column
from roi_project.kernel.errors import FieldProblem, Invalid


def read_csv(file: BinaryIO, kind: Kind) -> Iterator[Raw]:
    """Rows for `receive`, numbered as a spreadsheet does: the header is row 1.

    UTF-8 with or without a byte order mark, commas, double quotes. Raises Invalid for a file that is
    not that, and for a header with an unknown or repeated column. A row with too few or too many cells is
    handed on as a Wrong, so that it is refused like any other row.
    """
    plan = Plan(kind)
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="strict", newline="")
    cells = csv.reader(lines, strict=True)
    number = 1
    try:
        header = next(cells, [])
        check_header(plan, header)
        for number, row in enumerate(cells, start=2):
            if row:  # a blank line is no row
                yield number, _row(header, row), "csv"
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise Invalid(
            f"The file is not UTF-8: after row {number} comes the byte 0x{byte:02x}. Save it as “CSV UTF-8”."
        ) from None
    except csv.Error as error:
        raise Invalid(f"The file is not a CSV after row {number}: {error}.") from None
    finally:
        lines.detach()


def _row(header: list[str], row: list[str]) -> dict[str, str] | Wrong:
    if len(row) != len(header):
        return Wrong("", f"has {len(row)} cells, and the header {len(header)}", "ragged")
    return dict(zip(header, row, strict=True))


def check_header(plan: Plan, header: list[str]) -> None:
    if not header:
        raise Invalid(f"The file is empty. Its first row names the columns: {', '.join(columns_of(plan))}.")
    if len(header) == 1 and ";" in header[0]:
        raise Invalid(
            "The header has semicolons between its columns. Save the file with commas; the admin and import_rows also "
            "take it as a workbook (.xlsx)."
        )
    wrongs = [
        Wrong(values.clean(name[:100]), "stands in the header twice", "duplicate_column")
        for name, times in Counter(header).items()
        if times > 1
    ]
    wrongs += [unknown_column(plan, name, plan.csv_names) for name in header if name not in plan.csv_names]
    if wrongs:
        told = [f"Header, {wrong.column or 'empty'}: {wrong}.".replace("?.", "?") for wrong in wrongs]
        problems = [FieldProblem("", wrong.code, words) for wrong, words in zip(wrongs, told, strict=True)]
        raise Invalid(told[0], problems=problems)


def columns_of(plan: Plan) -> list[str]:
    """The usual header of a kind."""
    columns = (*plan.columns, *plan.envelope)
    names = [column.csv_names[:1] if "." in column.csv_names[-1] else column.csv_names for column in columns]
    return list(dict.fromkeys(name for some in names for name in some))
