"""Opening a workbook that somebody else made: what it unpacks to is looked at before anything is unpacked.

Formulas are never evaluated and their last results never used: a figure comes from a cell that holds it.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from roi_project.intake import values
from roi_project.kernel.errors import Invalid, Refusal

MOST_ENTRIES: Final = 200
MOST_UNPACKED: Final = 50 * 1024 * 1024
MOST_TIMES: Final = 100
SMALL: Final = 1024 * 1024
"""What unpacks to less than this may be packed as tightly as it likes."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 100

Value = str | Decimal | dt.date | bool | None

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref=[\"']([A-Za-z0-9:$]+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*?\s)?r=[\"'](\d+)[\"']")
SAVE_AGAIN = "Open it in your spreadsheet program and save it again as .xlsx."


@dataclass(frozen=True)
class Doubtful:
    """A cell that holds no value of its own: where it is, why not, and what stands there."""

    address: str
    sentence: str
    text: str

    def __str__(self) -> str:
        return f"{self.address} {self.sentence}"


@dataclass(frozen=True)
class Sheet:
    """One sheet as rows of values, numbered as the program shows them; empty rows are left out."""

    title: str
    merged: tuple[str, ...]
    rows: Iterator[tuple[int, list[Value | Doubtful]]]

    def refuse_merged(self) -> None:
        """Raises Invalid where cells are merged: which of the rows has the value cannot be told."""
        if self.merged:
            raise Invalid(
                f"Sheet {self.title}: the cells {', '.join(self.merged[:5])} are merged. "
                "Take them apart, and write into each cell what it means."
            )


@contextmanager
def opened(file: BinaryIO) -> Iterator[list[Sheet]]:
    """The visible sheets of a workbook, to be read one after the other inside the `with`. Raises Invalid."""
    with _readable(), zipfile.ZipFile(file) as archive:
        _check_directory(archive, _length(file))
        merged = {entry.filename: _look_into(archive, entry) for entry in archive.infolist() if _is_xml(entry)}
    file.seek(0)
    with _readable():
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        yield [
            Sheet(values.clean(sheet.title), merged.get(sheet._worksheet_path.lstrip("/"), ()), _rows(sheet))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    finally:
        book.close()


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a library says about a broken file, in one sentence."""
    try:
        yield
    except Refusal:
        raise
    except zipfile.BadZipFile:
        raise Invalid(
            "The file is not a workbook in the format .xlsx. A file with a password, an old .xls or a CSV under "
            f"another name is not one either. {SAVE_AGAIN}"
        ) from None
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, EOFError, OSError) as error:
        raise Invalid(f"The workbook is damaged and cannot be read. {SAVE_AGAIN}") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"zlib", "openpyxl", "defusedxml", "xml"}:
            raise Invalid(f"The workbook is damaged and cannot be read. {SAVE_AGAIN}") from error
        raise


def _length(file: BinaryIO) -> int:
    file.seek(0, 2)
    return file.tell()


def _check_directory(archive: zipfile.ZipFile, length: int) -> None:
    """Refuse by the table of contents alone. A content longer than told there is cut off by the reader."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Invalid(f"The workbook has {len(entries):,} parts inside; {MOST_ENTRIES} is the most. {SAVE_AGAIN}")
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Invalid(f"The file is a zip, and no workbook in the format .xlsx. {SAVE_AGAIN}")
    if len(names) != len(entries) or any(_goes_elsewhere(name) for name in names):
        raise Invalid(f"The parts of the workbook are named in a way no spreadsheet program does. {SAVE_AGAIN}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid("The workbook is protected by a password. Save it without one.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise Invalid(
            f"The workbook unpacks to {unpacked // SMALL:,} MB; {MOST_UNPACKED // SMALL} MB is the most. "
            "Send the rows in several workbooks, or as a CSV."
        )
    tight = [one for one in entries if one.file_size > SMALL and one.file_size > MOST_TIMES * max(one.compress_size, 1)]
    if tight or sum(entry.compress_size for entry in entries) > length:
        raise Invalid(f"The workbook is packed tighter than any real one, so it is not unpacked. {SAVE_AGAIN}")


def _goes_elsewhere(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith((".xml", ".rels", ".vml"))


def _look_into(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The merged cells of a part. Raises Invalid for what a reader could be led astray by."""
    text = archive.read(entry)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or _DOCTYPE.search(text):
        raise Invalid(f"The workbook is written in a way no spreadsheet program does. {SAVE_AGAIN}")
    last = 0
    for found in _ROW.finditer(text):
        number = int(found[1])
        if not last < number <= MOST_ROWS:
            raise Invalid(f"The rows of the workbook are not numbered one after the other. {SAVE_AGAIN}")
        last = number
    return tuple(found[1].decode("ascii") for found in _MERGED.finditer(text))


def _rows(sheet: Any) -> Iterator[tuple[int, list[Value | Doubtful]]]:
    sheet.reset_dimensions()  # what a file says about its own size is not to be trusted
    with _readable():
        every = sheet.iter_rows(min_row=1, min_col=1, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        for number, cells in enumerate(every, start=1):
            row = [None if cell.value is None else _value(cell, number, at) for at, cell in enumerate(cells, start=1)]
            while row and row[-1] is None:
                row.pop()
            if row:
                yield number, row


def _value(cell: Any, number: int, place: int) -> Value | Doubtful:
    raw, sort = cell.value, cell.data_type
    if sort == "s" or (isinstance(raw, str) and sort not in "fe"):
        return raw if raw.strip() else None
    if sort == "f":
        return _doubt(number, place, "has a formula; write the value itself there", _formula(raw))
    if sort == "e":
        return _doubt(number, place, f"shows the error {values.clean(str(raw))[:20]}; write the value itself", str(raw))
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, float):
        return Decimal(repr(raw))  # the shortest text that is this number: what its writer saw
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date()
    if isinstance(raw, dt.datetime | dt.time | dt.timedelta):
        return _doubt(number, place, "has a time of day, where a day is meant", str(raw))
    return _doubt(number, place, "has a content that is no text, number or day", str(raw))


def _doubt(number: int, place: int, sentence: str, text: str) -> Doubtful:
    return Doubtful(f"{get_column_letter(place)}{number}", sentence, text)


def _formula(raw: Any) -> str:
    return str(getattr(raw, "text", None) or raw)
