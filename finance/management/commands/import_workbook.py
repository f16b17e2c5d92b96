"""`manage.py import_workbook team-roi.xlsx --by ada --currency EUR`"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finance.services.workbook.taking import take
from finance.services.workbook.writing import problem_workbook, template
from roi_project.access.selectors import by_command
from roi_project.intake.management.commands.import_rows import take_the_time
from roi_project.intake.written_numbers import Numbers
from roi_project.kernel.errors import Refusal

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Take a filled workbook in: every sheet, or nothing. With --template it writes the empty one."

    def add_arguments(self, parser):
        parser.add_argument("file", help="the workbook; its sheets are those of the template")
        parser.add_argument("--by", metavar="USERNAME", help="on whose behalf; their groups decide")
        parser.add_argument("--template", action="store_true", help="write the empty workbook to this file")
        parser.add_argument("--dry-run", action="store_true", help="try everything, store nothing")
        parser.add_argument(
            "--numbers", type=Numbers, default=Numbers.POINT, help="comma or point: the decimal mark of texts"
        )
        parser.add_argument("--currency", default="", help="of the books, as EUR; needed once, by a new organisation")
        parser.add_argument("--name", default="", help="how a new organisation calls itself")
        parser.add_argument("--country", default="", help="of a new organisation, two letters; whose holidays hold")
        parser.add_argument("--problems", default="", help="write the workbook with its problems to this file")

    def handle(self, *, file: str, by: str | None, **options):
        if options["template"]:
            Path(file).write_bytes(template())
            self.stdout.write(f"{file} is ready to be filled.")
            return
        if not by:
            raise CommandError("Say on whose behalf: --by USERNAME.")
        take_the_time()
        try:
            with open(file, "rb") as opened:
                taken = take(
                    by_command(by),
                    opened,
                    today=timezone.localdate(),
                    **{name: options[name] for name in ("numbers", "dry_run", "currency", "name", "country")},
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail}\nNothing was stored.") from refusal
        self._tell(taken, options["problems"])

    def _tell(self, taken, problems_file: str) -> None:
        for line in taken.book.not_read():
            self.stderr.write(line)
        if taken.is_refused:
            told = taken.problems()
            for line in told[:MOST_SHOWN]:
                self.stderr.write(line)
            if len(told) > MOST_SHOWN:
                self.stderr.write(f"… and {len(told) - MOST_SHOWN:,} more.")
            self.stderr.write(f"Nothing was stored: {len(told):,} of {taken.book.count:,} rows are refused.")
            if problems_file:
                Path(problems_file).write_bytes(problem_workbook(taken.book))
                self.stderr.write(f"{problems_file} is your workbook with a column that says what to mend.")
            raise SystemExit(1)
        for receipt in taken.receipts:
            for line in receipt.words():
                self.stdout.write(line)
        if taken.dry_run:
            self.stdout.write("Only tried: nothing was stored.")
        elif taken.months is not None:
            first, last = taken.months
            self.stdout.write(f"Next: manage.py compile_books {first} {last} --by USERNAME")
