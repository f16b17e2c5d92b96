"""Taking the workbook in: every sheet in the order of its kinds, in one transaction, all of it or nothing."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from django.db import transaction

from finance.models import CostCategory
from finance.services.workbook.reading import MOST_ROWS, FilledRow, Workbook, read_workbook
from finance.services.workbook.sheets import (
    ALWAYS,
    BENEFITS,
    COSTS,
    CURRENCY,
    EPICS,
    PEOPLE,
    RATES,
    SHEETS,
    STREAMS,
    TEAMS,
    Part,
    Sheet,
)
from outcomes.models import Epic, EpicTeam
from roi_project.access.audience import Audience, Group
from roi_project.intake.columns import Reference
from roi_project.intake.kinds import Kind, all_kinds
from roi_project.intake.receipt import Receipt, Refused
from roi_project.intake.receive import receive
from roi_project.intake.written_numbers import Numbers
from roi_project.kernel.errors import Forbidden, Invalid, Refusal
from roi_project.kernel.money import exponent
from teams.models import OrganisationSettings, RoleFamily, ValueStream
from teams.selectors.organisation import settings_on

CREDITED: Final = ("Team", "Epic", "Outcome")
"""Headings of a benefit of which one is filled: what nobody is credited with stands beside every ROI."""
MAY: Final = frozenset({Group.FINANCE})
_SEND_FIRST = re.compile(r"Send [a-z ]+ first\.")
_SUBJECT = re.compile(r"^Row \d+(, [^:]+)?: ")


@dataclass
class Sent:
    """One row for the importer, and the row of the workbook it comes from; None where the sheet only implies it."""

    sheet: Sheet
    origin: FilledRow
    raw: dict[str, str]


@dataclass
class Taken:
    """What became of a workbook. With a row refused, or with `dry_run`, nothing was stored."""

    book: Workbook
    dry_run: bool
    today: dt.date | None = None
    stored: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    months: tuple[str, str] | None = None
    sheets: dict[str, list[str]] = field(default_factory=dict)
    """From which sheets the rows of each kind come."""

    @property
    def is_refused(self) -> bool:
        return self.book.refused > 0

    def changes(self) -> list[tuple[str, str, Receipt]]:
        """For each kind in words, from which sheets its rows come, and what becomes of them."""
        return [
            (receipt.kind.replace("-", " ").capitalize(), " and ".join(self.sheets.get(receipt.kind, ())), receipt)
            for receipt in self.receipts
            if receipt.rows
        ]

    def problems(self) -> list[str]:
        """Every refused row in a sentence, in the order of the sheets."""
        order = [sheet.title for sheet in SHEETS if sheet.title in self.book.rows]
        return [
            f"{title}, row {row.number}: {' '.join(row.wrongs)}"
            for title in order
            for row in self.book.rows[title]
            if row.wrongs
        ]


class Undone(Exception):
    """Leaves the transaction so that nothing of it stays."""


def take(
    audience: Audience,
    file: BinaryIO,
    *,
    numbers: Numbers = Numbers.POINT,
    dry_run: bool = False,
    currency: str = "",
    name: str = "",
    country: str = "",
    most_rows: int = MOST_ROWS,
    today: dt.date | None = None,
) -> Taken:
    """Take a workbook in. `currency`, `name` and `country` are for an organisation that has no settings yet; `today` is
    the day of rows that have none.

    Raises Forbidden for anybody but finance, and Invalid for a workbook that cannot be understood as a whole; rows
    that are refused are told in what it answers, and then nothing is stored.
    """
    if not audience.within(MAY):
        raise Forbidden("A workbook with costs and rates is taken in by finance.")
    settings = None if OrganisationSettings.current.exists() else _first_settings(currency, name, country)
    book = read_workbook(file, numbers=numbers, most_rows=most_rows)
    taken = Taken(book, dry_run, today)
    try:
        with transaction.atomic():
            _take_all(audience, taken, settings)
            if dry_run or book.refused:
                raise Undone
        taken.stored = True
    except Undone:
        pass
    for receipt in taken.receipts:
        receipt.stored, receipt.dry_run = taken.stored, dry_run
    return taken


def _first_settings(currency: str, name: str, country: str) -> dict[str, str]:
    if not currency:
        raise Invalid("Say in which currency your books are kept, as EUR: this organisation has no settings yet.")
    try:
        exponent(currency)
    except ValueError as error:
        raise Invalid(f"{error}; write three capitals, as EUR.") from None
    return {"starts_on": ALWAYS, "name": name, "country": country, "reporting_currency": currency}


def _take_all(audience: Audience, taken: Taken, settings: dict[str, str] | None) -> None:
    if settings is not None:
        receipt = receive(audience, _kind("organisation-settings"), [(None, settings, "csv")])
        if receipt.is_refused:
            raise receipt.refusal()
        taken.receipts.append(receipt)
    sent = _sent(taken.book, currency=settings_on(dt.date.fromisoformat(ALWAYS)).reporting_currency)
    taken.months = _months(sent)
    taken.sheets = {kind: list(dict.fromkeys(one.sheet.title for one in rows)) for kind, rows in sent.items()}
    refused: dict[str, set[str]] = {}
    for kind in all_kinds():
        if rows := sent.get(kind.name):
            _take_kind(audience, kind, rows, taken, refused)
    for row in taken.book.rows.get(BENEFITS.title, []):
        if all(row.cells.get(title) is None for title in CREDITED):
            row.fails("give the team, the epic or the outcome that brought it", "Team")


def _kind(name: str) -> Kind:
    return next(kind for kind in all_kinds() if kind.name == name)


# --- from sheets to kinds ----------------------------------------------------------------------------------------


def _sent(book: Workbook, *, currency: str) -> dict[str, list[Sent]]:
    """Rows for the importer by kind; a row that was refused while it was read is left out."""
    sent: dict[str, list[Sent]] = {}
    for sheet in SHEETS:
        rows = book.rows.get(sheet.title, [])
        for part in sheet.parts:
            of_part = [_part_of(sheet, part, row) for row in rows if row.texts.get(part.when)]
            of_part = _put_together(of_part) if part.once else of_part
            for one in of_part:
                _fill_in(one, part, currency)
            _refuse_other_capitals(sheet, part, of_part)
            sent.setdefault(part.kind, []).extend(of_part)
    for kind, rows in _implied(book).items():
        sent[kind] = [*rows, *sent.get(kind, [])]
    return sent


def _part_of(sheet: Sheet, part: Part, row: FilledRow) -> Sent:
    """What a row says for one kind."""
    raw: dict[str, str] = {}
    prefix = f"{part.kind}."
    for heading in sheet.headings:
        for feed in heading.feeds:
            if feed.startswith(prefix):
                raw[feed.removeprefix(prefix)] = row.texts.get(heading.title, "")
    if sheet is BENEFITS:
        raw["epic"] = raw["epic"] or _stand_in(row)
    return Sent(sheet, row, raw)


def _fill_in(one: Sent, part: Part, currency: str) -> None:
    """What holds where nothing was written."""
    for name, default in part.defaults.items():
        if not one.raw.get(name):
            elsewhere = one.origin.texts.get(default[1:], "") if default.startswith("=") else default
            one.raw[name] = currency if default == CURRENCY else elsewhere


def _stand_in(row: FilledRow) -> str:
    """The epic that stands for a team's work where a benefit names neither an epic nor an outcome."""
    team = row.texts.get("Team", "")
    return f"work-of-{team}" if team and not (row.texts.get("Epic") or row.texts.get("Outcome")) else ""


def _put_together(rows: list[Sent]) -> list[Sent]:
    """One row for each thing: what a later row leaves empty is as in the first, what it says otherwise is refused."""
    first: dict[tuple[str, ...], Sent] = {}
    for one in rows:
        identity = (one.raw["code"],) if "code" in one.raw else tuple(one.raw.values())
        known = first.setdefault(identity, one)
        for name, text in one.raw.items():
            if known is not one and text and known.raw[name] and text != known.raw[name]:
                one.origin.fails(f"“{text}” differs from “{known.raw[name]}” in row {known.origin.number}")
            known.raw[name] = known.raw[name] or text
    return list(first.values())


def _refuse_other_capitals(sheet: Sheet, part: Part, rows: list[Sent]) -> None:
    """A master whose code differs from a known one, or from one above it, in capitals alone is not made beside it."""
    kind, heading = _kind(part.kind), sheet.heading_of(part.kind, "code")
    if rows and kind.is_master and heading is not None:
        known = set(kind.model._default_manager.values_list("code", flat=True))
        _tell_capitals(heading.title, rows, known)


def _tell_capitals(title: str, rows: Iterable[Sent], known: set[str]) -> None:
    """Refuse each new code that differs from another in capitals alone: it was meant to be that one, and nobody sees in
    a list of how many are new that there are two of it.
    """
    spelled = {code.casefold(): code for code in sorted(known)}
    for one in rows:
        code = one.raw["code"]
        other = code if code in known else spelled.setdefault(code.casefold(), code)
        if other != code and one.origin.texts.get(title) == code:
            one.origin.fails(f"“{code}” differs from “{other}” in capitals alone; write one of them", title)


def _implied(book: Workbook) -> dict[str, list[Sent]]:
    """Masters that rows speak of and nobody has sent: roles, categories, and streams and epics without a sheet."""
    roles = [*_named(book, PEOPLE, "Role"), *_named(book, RATES, "Role")]
    implied = {
        "role-families": _masters("Role", roles, set(RoleFamily.objects.values_list("code", flat=True))),
        "cost-categories": _masters(
            "Category",
            [(COSTS, row, row.texts.get("Category") or "general") for row in book.rows.get(COSTS.title, [])],
            set(CostCategory.objects.values_list("code", flat=True)),
        ),
    }
    if not book.rows.get(STREAMS.title):
        streams = [*_named(book, TEAMS, "Value stream"), *_named(book, COSTS, "Value stream")]
        known = set(ValueStream.objects.values_list("code", flat=True))
        implied["value-streams"] = _masters("Value stream", streams, known)
    return implied | _epics_of_benefits(book)


def _named(book: Workbook, sheet: Sheet, title: str) -> Iterator[tuple[Sheet, FilledRow, str]]:
    return ((sheet, row, row.texts[title]) for row in book.rows.get(sheet.title, []) if row.texts.get(title))


def _masters(title: str, named: list[tuple[Sheet, FilledRow, str]], known: set[str]) -> list[Sent]:
    """The first row that speaks of each unknown code makes it, under its code as name."""
    found: dict[str, Sent] = {}
    for sheet, row, code in named:
        if code not in known:
            found.setdefault(code, Sent(sheet, row, {"code": code, "name": code}))
    _tell_capitals(title, found.values(), known)
    return list(found.values())


def _epics_of_benefits(book: Workbook) -> dict[str, list[Sent]]:
    """Epics that only benefits name: each where there is no sheet of epics, and what stands for a team's work."""
    kept = bool(book.rows.get(EPICS.title))
    named = [
        (BENEFITS, row, _stand_in(row) or ("" if kept else row.texts.get("Epic", "")))
        for row in book.rows.get(BENEFITS.title, [])
    ]
    named = [one for one in named if one[2]]
    epics = _masters("Epic", named, set(Epic.objects.values_list("code", flat=True)))
    for epic in epics:
        epic.raw["work_type"] = "feature"
    linked = set(EpicTeam.current.values_list("epic__code", "team__code"))
    pairs: dict[tuple[str, str], Sent] = {}
    for _, row, code in named:
        team = row.texts.get("Team", "")
        if team and (code, team) not in linked:
            raw = {"epic": code, "team": team, "starts_on": ALWAYS}
            pairs.setdefault((code, team), Sent(BENEFITS, row, raw))
    return {"epics": epics, "epic-teams": list(pairs.values())}


def _months(sent: dict[str, list[Sent]]) -> tuple[str, str] | None:
    """The months that the costs and benefits of a workbook speak of: what is compiled next."""
    days = [one.raw[name] for kind, name in (("cost-entries", "incurred_on"), ("benefit-entries", "month"))
            for one in sent.get(kind, [])]  # fmt: skip
    months = sorted(day[:7] for day in days if re.fullmatch(r"20\d\d-\d\d(-\d\d)?", day))
    return (months[0], months[-1]) if months else None


# --- one kind ----------------------------------------------------------------------------------------------------


def _take_kind(audience: Audience, kind: Kind, rows: list[Sent], taken: Taken, refused: dict[str, set[str]]) -> None:
    """Take the rows of one kind; what is wrong with them is noted at the rows of the workbook.

    Those that are fine go in even if others are not, so that what points at them is looked at as well. Rows that
    only wait for a refused one are not told: mending that one mends them.
    """
    lost = refused.setdefault(kind.name, set())
    lost |= {one.raw["code"] for one in rows if one.origin.wrongs and "code" in one.raw}
    fine = {number: one for number, one in _numbered(rows) if not one.origin.wrongs}
    try:
        receipt = receive(
            audience,
            kind,
            [(number, one.raw, "csv") for number, one in fine.items()],
            partial=True,
            keep_results=False,
            today=taken.today,
        )
    except Refusal as refusal:
        lost |= {one.raw["code"] for one in rows if "code" in one.raw}
        first = next(iter(fine.values()))
        first.origin.fails(_whole(refusal, fine))
        return
    taken.receipts.append(receipt)
    for problem in receipt.refused:
        one = fine.get(problem.number or 0)
        if one is None:
            raise Invalid(problem.sentence)
        lost |= {one.raw["code"]} if "code" in one.raw else set()
        if not _waits(kind, problem, one, refused):
            one.origin.fails(*_told(kind, problem, one))


def _numbered(rows: list[Sent]) -> Iterator[tuple[int, Sent]]:
    """Rows under the numbers of their sheet; where two sheets speak of one kind, numbers go on after the highest."""
    taken: set[int] = set()
    highest = max((one.origin.number for one in rows), default=0)
    for one in rows:
        number = one.origin.number
        if number in taken:
            highest += 1
            number = highest
        taken.add(number)
        yield number, one


def _waits(kind: Kind, problem: Refused, one: Sent, refused: dict[str, set[str]]) -> bool:
    """Whether the row is only refused because one it points at is."""
    if problem.code != "unknown_reference":
        return False
    column = next((column for column in kind.columns if column.name == problem.column), None)
    return isinstance(column, Reference) and one.raw.get(column.name, "") in refused.get(column.to, set())


def _told(kind: Kind, problem: Refused, one: Sent) -> tuple[str, str]:
    """A problem in the words of the sheet: its sentence, and the heading it belongs to."""
    sentence = _SEND_FIRST.sub("Write it on its own sheet, or mend the code.", _SUBJECT.sub("", problem.sentence))
    column = problem.column.replace("_", " ")
    heading = one.sheet.heading_of(kind.name, problem.column)
    if heading is not None:
        return sentence.removeprefix(f"{column} "), heading.title  # the sheet has another word for it
    return sentence, column


def _whole(refusal: Refusal, fine: dict[int, Sent]) -> str:
    """A rule over several rows was broken: its own sentences, once."""
    told = [_SUBJECT.sub("", problem.detail) for problem in refusal.problems] or [refusal.detail]
    return " ".join(dict.fromkeys(told))
