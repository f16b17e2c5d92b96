"""Rows of one kind from an uploaded file, at once or by a job; CSV or a workbook, told by its first bytes."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final

from django.db import transaction
from django.db.models import QuerySet

from roi_project.access.audience import Audience
from roi_project.intake import uploads
from roi_project.intake.csv_rows import read_csv
from roi_project.intake.kinds import Kind, Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.receive import may_write, receive
from roi_project.intake.refused_rows import RefusedRows
from roi_project.intake.rows import Raw
from roi_project.intake.written_numbers import Numbers
from roi_project.intake.xlsx_rows import by_csv_name, read_xlsx, text_of
from roi_project.jobs import services as jobs
from roi_project.jobs.lease import Lease
from roi_project.jobs.models import Job, State
from roi_project.kernel.errors import Conflict

IMPORT: Final = "import_file"
TELL_EVERY: Final = 1_000
_ENDED_WITHOUT_IT: Final = (State.FAILED, State.CANCELLED)
_ZIP = b"PK\x03\x04"


def rows_of(file: BinaryIO, kind: Kind, *, numbers: Numbers) -> Iterator[Raw]:
    """The rows of a CSV file or a workbook's first sheet. Raises Invalid for a doubtful file."""
    start = file.read(len(_ZIP))
    file.seek(0)
    if start == _ZIP:
        return read_xlsx(file, kind, numbers=numbers)
    rows = read_csv(file, kind)
    return rows if numbers is Numbers.POINT else _in_plain_numbers(rows, kind, numbers)


def _in_plain_numbers(rows: Iterable[Raw], kind: Kind, numbers: Numbers) -> Iterator[Raw]:
    by_name = by_csv_name(Plan(kind))
    for number, row, style in rows:
        if isinstance(row, Wrong):
            yield number, row, style
            continue
        try:
            for name, cell in row.items():
                row[name] = text_of(cell or None, by_name.get(name), name, numbers)
            yield number, row, style
        except ValueError as error:
            yield number, Wrong(name, str(error)), style


def request(audience: Audience, kind: Kind, *, upload: str, sha256: str, **how: Any) -> Job:
    """Ask for a kept file to be tried by a job; `how` is how it is read. Raises Forbidden as the importer does."""
    may_write(audience, kind)
    arguments = {
        "kind": kind.name,
        "upload": upload,
        "mark": uploads.mark_of(sha256),
        "user_id": audience.user_id,
        "dry_run": True,
        **how,
    }
    return jobs.request(audience, IMPORT, arguments)


def of_sender(audience: Audience, kind: Kind) -> QuerySet[Job]:
    """The jobs that read files of a kind which this caller has sent, the latest first."""
    own = Job.objects.filter(kind=IMPORT, owner=audience.person, arguments__kind=kind.name)
    return own.order_by("-created_at", "-id")


def taken_or_asked_for(audience: Audience, kind: Kind, kept: Iterable[str]) -> set[str]:
    """Which of these files are in, or are asked to be taken in. One whose taking-in failed may be asked for again."""
    asked = of_sender(audience, kind).filter(arguments__upload__in=list(kept), arguments__dry_run=False)
    return set(asked.exclude(state__in=_ENDED_WITHOUT_IT).values_list("arguments__upload", flat=True))


def waiting(tried: Job, *, now: dt.datetime) -> str:
    """The file that a job has tried and found fine, while it waits for the word to take it in; or nothing."""
    kept = (tried.result or {}).get("waits", "") if tried.state == State.DONE else ""
    return kept if kept and uploads.is_kept(kept, now=now) else ""


def request_taking(audience: Audience, kind: Kind, tried_id: uuid.UUID, *, now: dt.datetime) -> Job:
    """Ask for the file that a job has tried to be taken in, read in the same way.

    Raises Conflict where there is nothing to take in, or it has been asked for.
    """
    may_write(audience, kind)
    with transaction.atomic():
        own = of_sender(audience, kind)
        tried = own.filter(pk=tried_id).first()
        upload = waiting(tried, now=now) if tried is not None else ""
        if tried is None or not upload:
            raise Conflict("The file is gone: it was taken in, or waited for too long. Send it again.")
        # Several jobs may have tried one file: whoever asks for any of them waits here for the others.
        list(own.select_for_update().filter(arguments__upload=upload).order_by("pk"))
        if taken_or_asked_for(audience, kind, [upload]):
            raise Conflict("This file is being taken in already.")
        return jobs.request(audience, IMPORT, {**tried.arguments, "dry_run": False})


def take_file(
    audience: Audience,
    kind: Kind,
    lease: Lease,
    *,
    upload: str,
    mark: str,
    numbers: Numbers,
    source: str,
    dry_run: bool,
    **when: Any,
) -> None:
    """Take a kept file in, all of it or nothing, and end the job in the same transaction; then the file goes.

    With `dry_run` it is only tried, and a file without a problem is kept until its sender takes it in. Rows that are
    refused are written to a file of their own beside it. What is kept goes after a day.
    """
    with (
        RefusedRows(uploads.beside(upload)) as told,
        uploads.reopened_by_mark(upload, mark) as file,
        transaction.atomic(),
    ):
        rows = _counted(rows_of(file, kind, numbers=numbers), lease.progress)
        receipt = receive(
            audience,
            kind,
            rows,
            dry_run=dry_run,
            source=source,
            keep_results=False,
            on_refused=told.tell,
            **when,
        )
        words = replace(receipt, total=None).words()  # jobs are seen by some who may not see pay, summed up or not
        waits = dry_run and not receipt.refused
        told.publish()
        lease.finish(
            {
                "words": words,
                "refused": upload if receipt.refused else "",
                "stored": receipt.stored,
                "waits": upload if waits else "",
            }
        )
    if not waits:
        uploads.remove(upload)


def _counted(rows: Iterable[Raw], progress: Callable[[int, int, str], None]) -> Iterator[Raw]:
    for count, row in enumerate(rows, start=1):
        if count % TELL_EVERY == 0:
            progress(count, 0, f"{count:,} rows read")
        yield row
