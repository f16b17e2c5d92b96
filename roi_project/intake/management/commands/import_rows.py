"""`manage.py import_rows assignments assignments.csv --by ada --source planning`"""

import datetime as dt
from argparse import ArgumentTypeError
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from roi_project.access.selectors import by_command
from roi_project.intake import values
from roi_project.intake.file_import import rows_of
from roi_project.intake.kinds import Kind, all_kinds, kind_named
from roi_project.intake.outcomes import Outcome
from roi_project.intake.receipt import Receipt
from roi_project.intake.receive import MODES, receive
from roi_project.intake.written_numbers import Numbers
from roi_project.kernel.errors import Refusal

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Take the rows of a file in: all or none, unless --partial. Sending a file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=", ".join(kind.name for kind in all_kinds()))
        parser.add_argument("file", help="CSV in UTF-8, or a workbook (.xlsx); its first row names the columns")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="on whose behalf; their groups decide")
        parser.add_argument("--source", default="", help="the system the rows come from")
        parser.add_argument(
            "--numbers", type=Numbers, default=Numbers.POINT, help="comma or point: the decimal mark of texts"
        )
        parser.add_argument("--dry-run", action="store_true", help="try everything, store nothing")
        parser.add_argument("--partial", action="store_true", help="store what is fine, refuse the rest")
        parser.add_argument("--mode", choices=MODES, default="upsert", help="snapshot: all that the source knows")
        parser.add_argument("--as-of", type=_day, help="the day of a snapshot; what is missing from it ends")
        parser.add_argument(
            "--confirm-ends",
            type=int,
            help="how many rows a snapshot ends; needed when that is more than a tenth of those in force",
        )
        parser.add_argument(
            "--control-total", type=_decimal, help="what the amounts, else the first numbers, add up to, as in 1234.50"
        )
        parser.add_argument("--row-count", type=int, help="how many rows there are, without the header")

    def handle(
        self,
        *,
        kind: str,
        file: str,
        by: str,
        source: str,
        numbers: Numbers,
        dry_run: bool,
        partial: bool,
        control_total: Decimal | None,
        row_count: int | None,
        mode: str,
        as_of: dt.date | None,
        confirm_ends: int | None,
        **options: Any,
    ) -> None:
        take_the_time()
        try:
            with open(file, "rb") as opened:
                receipt = receive(
                    by_command(by),
                    _kind(kind),
                    rows_of(opened, _kind(kind), numbers=numbers),
                    dry_run=dry_run,
                    partial=partial,
                    control_total=control_total,
                    row_count=row_count,
                    source=source,
                    mode=mode,
                    as_of=as_of,
                    confirm_ends=confirm_ends,
                    today=timezone.now().date(),
                    keep_results=mode == "snapshot",
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except Refusal as refusal:
            told = [problem.detail for problem in refusal.problems] or [refusal.detail]
            raise CommandError("\n".join([*told, "Nothing was stored."])) from refusal
        self._tell(receipt)

    def _tell(self, receipt: Receipt) -> None:
        told = [result.words() for result in receipt.results if result.outcome is not Outcome.UNCHANGED]
        for line in [*receipt.words(), *told]:
            self.stdout.write(line)
        for refused in receipt.refused[:MOST_SHOWN]:
            self.stderr.write(refused.sentence)
        if receipt.refusals > MOST_SHOWN:
            self.stderr.write(f"… and {receipt.refusals - MOST_SHOWN:,} more.")
        if receipt.refused:
            raise SystemExit(1)


def _kind(name: str) -> Kind:
    try:
        return kind_named(name)
    except KeyError:
        known = ", ".join(kind.name for kind in all_kinds())
        raise CommandError(f"There is no kind {name}; known are {known}.") from None


def _day(text: str) -> dt.date:
    try:
        return values.day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _decimal(text: str) -> Decimal:
    try:
        return values.decimal(text, places=15)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def take_the_time() -> None:
    """A file may take longer than a web request may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '10min'")
