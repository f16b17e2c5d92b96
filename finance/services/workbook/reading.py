"""Reading the workbook: what stands in its sheets, which rows are examples, and what is wrong with it as a whole."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from finance.services.workbook.sheets import EXAMPLE, EXAMPLE_CODE, NOTE, PROBLEM, SHEETS, WHAT_TO_WRITE, Heading, Sheet
from roi_project.intake import values
from roi_project.intake.columns import Choice, Flag, Reference
from roi_project.intake.written_numbers import Numbers
from roi_project.intake.xlsx_file import Doubtful, Value, opened
from roi_project.intake.xlsx_file import Sheet as FileSheet
from roi_project.intake.xlsx_rows import text_of
from roi_project.kernel.errors import Invalid

MOST_ROWS = 200_000
"""Of a workbook; a door that must answer soon takes fewer."""
KNOWN = ", ".join(sheet.title for sheet in SHEETS)
FEW_HEADINGS = 2
"""A list of anything has a code and a name; with more, all of them ours, it is one of our sheets."""
TAKE_THE_TEMPLATE = "Take the template again, and copy your rows into it."


@dataclass
class FilledRow:
    """A row as it was written. `texts` are by heading, as the importer reads them; `wrongs` are sentences."""

    number: int
    cells: dict[str, Value | Doubtful]
    texts: dict[str, str] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)

    def fails(self, sentence: str, heading: str = "") -> None:
        words = f"{heading}: {sentence}" if heading else sentence
        words = words if words.endswith((".", "!", "?")) else f"{words}."
        if words not in self.wrongs:
            self.wrongs.append(words)


@dataclass
class Workbook:
    """What was sent: rows by titles of sheets, how many examples were left out, and what stands in sheets that are
    none of ours, by their titles."""

    rows: dict[str, list[FilledRow]] = field(default_factory=dict)
    examples: int = 0
    unknown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return sum(bool(row.wrongs) for rows in self.rows.values() for row in rows)

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    @property
    def absent(self) -> list[Sheet]:
        return [sheet for sheet in SHEETS if sheet.title not in self.rows]

    def not_read(self) -> list[str]:
        """In sentences, which sheets were left out, and of which nothing comes in although they may have been meant."""
        if not self.unknown:
            return []
        told = [self._left_out(title, titles) for title, titles in self.unknown.items()]
        absent = [sheet.title for sheet in self.absent]
        if absent:
            told.append(f"The workbook has no sheet {' and no sheet '.join(absent)}.")
        return told

    def _left_out(self, title: str, titles: Sequence[str]) -> str:
        meant = [sheet.title for sheet in self.absent if sheet.needs <= set(titles)]
        meant = meant or difflib.get_close_matches(title, [sheet.title for sheet in self.absent], n=1)
        hint = f" Did you mean {' or '.join(meant)}?" if meant else ""
        return f"Sheet “{title}” was not read: sheets that are known are {KNOWN}.{hint}"


def read_workbook(file: BinaryIO, *, numbers: Numbers, most_rows: int = MOST_ROWS) -> Workbook:
    """Every row of the known sheets. Raises Invalid for a workbook that cannot be understood as a whole."""
    book = Workbook()
    known = {sheet.title.casefold(): sheet for sheet in SHEETS}
    with opened(file) as found:
        for one in found:
            sheet = known.get(one.title.strip().casefold())
            if sheet is None:
                if titles := _titles(one):
                    book.unknown[one.title] = titles
                continue
            one.refuse_merged()
            book.rows[sheet.title] = _rows(sheet, one, book, numbers, most_rows)
    _refuse_renamed(book)
    if not book.rows:
        raise Invalid(f"None of the sheets has a name of the template; those are {KNOWN}. {TAKE_THE_TEMPLATE}")
    if not book.count:
        left = f" The {book.examples} rows marked as examples are not counted." if book.examples else ""
        raise Invalid(
            f"The workbook has no rows of your own yet.{left} Write some below the examples; the sheets Teams, Costs "
            "and Benefits are enough to begin with."
        )
    return book


def _titles(found: FileSheet) -> list[str]:
    _, cells = next(found.rows, (1, []))
    return ["" if cell is None else str(cell).strip() for cell in cells]


def _refuse_renamed(book: Workbook) -> None:
    """Raises Invalid for a sheet under another name: what stands in it would stay out, and nothing would look wrong."""
    for title, titles in book.unknown.items():
        own = set(titles) - {"", NOTE, PROBLEM}
        meant = [one.title for one in book.absent if len(own) > FEW_HEADINGS and one.needs <= own <= one.titles]
        if meant:
            raise Invalid(
                f"Sheet “{title}” has the headings of {meant[0]}. Call it {meant[0]}, so that its rows come in, or "
                f"take it out of the workbook; sheets that are known are {KNOWN}."
            )


def _rows(sheet: Sheet, found: FileSheet, book: Workbook, numbers: Numbers, most_rows: int) -> list[FilledRow]:
    titles = _titles(found)
    _check_headings(sheet, titles)
    headings = {heading.title: heading for heading in sheet.headings}
    kept = {*headings, NOTE}
    rows: list[FilledRow] = []
    for number, cells in found.rows:
        note = str(cells[titles.index(NOTE)] or "").casefold() if NOTE in titles[: len(cells)] else ""
        if note == WHAT_TO_WRITE:
            continue
        if note.startswith(EXAMPLE):
            book.examples += 1
            continue
        row = FilledRow(number, {title: cell for title, cell in zip(titles, cells, strict=False) if title in kept})
        if len(cells) > len(titles) or any(
            cells[at] is not None for at, title in enumerate(titles[: len(cells)]) if not title
        ):
            row.fails("has something in a column without a heading; empty it, or move it under its heading")
        if not row.wrongs and all(cell is None for title, cell in row.cells.items() if title != NOTE):
            continue
        _read(row, headings, numbers)
        _refuse_left_out(row, sheet)
        rows.append(row)
        if book.count + len(rows) > most_rows:
            raise Invalid(f"The workbook has more than {most_rows:,} rows. Send some of them in another workbook.")
    return rows


def _check_headings(sheet: Sheet, titles: Sequence[str]) -> None:
    """Raises Invalid unless the first row names the columns that are needed, and no others than are known."""
    own = sheet.titles
    missing = [heading.title for heading in sheet.headings if heading.needed and heading.title not in titles]
    strange = [title for title in titles if title and title not in own | {NOTE, PROBLEM}]
    if not any(titles):
        raise Invalid(f"Sheet {sheet.title} has no headings in its first row. {TAKE_THE_TEMPLATE}")
    if missing or strange:
        for other in SHEETS:
            if other is not sheet and {title for title in titles if title} <= other.titles | {NOTE, PROBLEM}:
                raise Invalid(
                    f"Sheet {sheet.title} has the headings of {other.title}. "
                    "Give each sheet the name that belongs to its columns."
                )
    if missing:
        words = ", ".join(f"“{title}”" for title in missing)
        raise Invalid(
            f"Sheet {sheet.title} has no column {words}. Write the heading into its first row, or take the template "
            "again and copy your rows into it."
        )
    if strange:
        close = difflib.get_close_matches(strange[0], sorted(own), n=1)
        hint = f"did you mean “{close[0]}”?" if close else f"known are {', '.join(sorted(own))}."
        raise Invalid(f"Sheet {sheet.title} has a column “{values.clean(strange[0][:60])}” that nobody knows; {hint}")
    twice = sorted({title for title in titles if title and titles.count(title) > 1})
    if twice:
        raise Invalid(f"Sheet {sheet.title} has the heading “{twice[0]}” twice. Take one of them away.")


def _read(row: FilledRow, headings: dict[str, Heading], numbers: Numbers) -> None:
    for title, heading in headings.items():
        try:
            row.texts[title] = _text(row.cells.get(title), heading, numbers)
        except ValueError as error:
            row.fails(str(error), title)
            row.texts[title] = ""
    example = next((title for title, text in row.texts.items() if text.startswith(EXAMPLE_CODE)), None)
    if example is not None:
        row.fails("is an example of the template; delete the row, or write your own over it", example)


def _refuse_left_out(row: FilledRow, sheet: Sheet) -> None:
    """Note what would stay out without a word: a row is taken by its number or code, and a part of it by its own."""
    for heading in sheet.headings:
        if heading.needed and row.cells.get(heading.title) is None:
            row.fails("is required", heading.title)
    for part in sheet.parts:
        if row.cells.get(part.when) is not None or sheet.heading(part.when).needed:
            continue
        alone = (h.title for h in sheet.headings if h.is_only_of(part.kind) and row.texts[h.title])
        if (filled := next(alone, None)) is not None:
            row.fails(f"is required where “{filled}” is filled", part.when)


def _text(cell: Value | Doubtful, heading: Heading, numbers: Numbers) -> str:
    column = heading.column
    text = text_of(cell, column, heading.name, numbers)
    if isinstance(column, Choice):
        word = text.strip().replace(" ", "_").casefold()
        if word and word not in column.known:
            raise ValueError(f"{values.shown(text)} is none of {', '.join(heading.choices)}")
        return word
    if isinstance(column, Flag):
        meant = {"yes": "true", "no": "false", "true": "true", "false": "false", "": ""}.get(text.strip().casefold())
        if meant is None:
            raise ValueError(f"{values.shown(text)} is neither yes nor no")
        return meant
    names_something = isinstance(column, Reference) or heading.codes_of or "code" in heading.name
    return text.strip() if names_something else text
