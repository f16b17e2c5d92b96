"""Sending a file of rows to a kind: what would change is shown first, and what was shown is what is stored."""

import gzip
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from roi_project.access.selectors import audience_for
from roi_project.console import tickets
from roi_project.intake import file_import, uploads
from roi_project.intake.csv_rows import columns_of
from roi_project.intake.kinds import Kind
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Outcome, Receipt, Result
from roi_project.intake.receive import receive
from roi_project.intake.rows import Raw
from roi_project.intake.written_numbers import CHOICE, EXAMPLE, Numbers
from roi_project.jobs import ring
from roi_project.jobs.models import State
from roi_project.kernel.errors import Invalid, Refusal
from roi_project.web.renderers import csv_stream

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 10_000
MOST_SHOWN: Final = 20
LATEST_JOBS: Final = 5
PIECE: Final = 64 * 1024


class TooLong(Exception):
    """More rows than a request takes."""


class TakesFiles:
    """For the admin page of a kind: `upload/`, for those who may write it."""

    kind: ClassVar[Kind]
    change_list_template = "console/kind_list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload), name=self._named("upload")),
            path("upload/<uuid:job>/refused.csv", view(self.refused_rows), name=self._named("refused")),
            *super().get_urls(),
        ]

    def _named(self, what: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{what}"

    def _address(self, what: str, *args: Any) -> str:
        return reverse(f"admin:{self._named(what)}", args=args)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        upload = self._address("upload") if self.has_add_permission(request) else ""
        return super().changelist_view(request, {"upload_address": upload, **(extra_context or {})})

    def upload(self, request: HttpRequest) -> HttpResponse:
        """The form, a preview of what a file would change, or the file taken in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        acts = {"preview": self._preview, "confirm": self._confirm, "job": self._job, "take": self._take}
        act = acts.get(request.POST.get("act", "")) if request.method == "POST" else None
        try:
            found = {} if act is None else act(request)
        except Refusal as refusal:
            problems = [problem.detail for problem in refusal.problems] or [refusal.detail]
            found = {"refusals": problems[:MOST_SHOWN]}
        return found if isinstance(found, HttpResponse) else self._shown(request, found)

    def _shown(self, request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
        numbers = request.POST.get("numbers", Numbers.POINT)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Send a file of {self.kind.name.replace('-', ' ')}",
            "opts": self.opts,
            "kind": self.kind,
            "columns": [(column.name, column.help, column.must_be_sent) for column in self.kind.columns],
            "header": ",".join(columns_of(Plan(self.kind))),
            "numbers_label": CHOICE,
            "numbers": [(one.value, EXAMPLE[one], one == numbers) for one in Numbers],
            "source": request.POST.get("source", ""),
            "jobs": self._jobs(request),
            "back": self._address("changelist"),
            **found,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "console/kind_upload.html", context)

    # --- at once ----------------------------------------------------------------------------------------------

    def _preview(self, request: HttpRequest) -> dict[str, Any]:
        numbers = Numbers.COMMA if request.POST.get("numbers") == Numbers.COMMA else Numbers.POINT
        how = {"kind": self.kind.name, "numbers": numbers.value, "source": request.POST.get("source", "").strip()[:64]}
        with tickets.kept(request, **how) as (ticket, file):
            if request.FILES["file"].size > MOST_BYTES:
                return {"ticket": ticket, "is_long": True}
            try:
                receipt = self._received(request, file, how, dry_run=True)
            except TooLong:
                return {"ticket": ticket, "is_long": True}
        if receipt.refused:
            tickets.forget(ticket)
        return {
            "ticket": ticket,
            "receipt": receipt,
            "counts": [(outcome.value, receipt.counts[outcome]) for outcome in Outcome if receipt.counts[outcome]],
            "some": _some(receipt.results),
            "refused": receipt.refused[:MOST_SHOWN],
        }

    def _received(self, request: HttpRequest, file: Any, how: dict[str, str], *, dry_run: bool) -> Receipt:
        rows = _no_more(file_import.rows_of(file, self.kind, numbers=Numbers(how["numbers"])), MOST_ROWS)
        today = timezone.localdate()
        return receive(audience_for(request), self.kind, rows, dry_run=dry_run, source=how["source"], today=today)

    def _ticket(self, request: HttpRequest) -> dict[str, Any]:
        ticket = tickets.told(request)
        if ticket.get("kind") != self.kind.name:
            raise Invalid("This file was sent to another page. Send it here.")
        return ticket

    def _confirm(self, request: HttpRequest) -> HttpResponse | dict[str, Any]:
        ticket = self._ticket(request)
        with tickets.opened(ticket) as file:
            receipt = self._received(request, file, ticket, dry_run=False)
        if receipt.refused:
            raise receipt.refusal()
        uploads.remove(ticket["id"])
        for line in receipt.words():
            messages.success(request, line)
        return HttpResponseRedirect(self._address("changelist"))

    # --- by a job ---------------------------------------------------------------------------------------------

    def _job(self, request: HttpRequest) -> HttpResponse:
        ticket = self._ticket(request)
        tickets.opened(ticket).close()
        file_import.request(
            audience_for(request),
            self.kind,
            upload=ticket["id"],
            sha256=ticket["sha256"],
            numbers=ticket["numbers"],
            source=ticket["source"],
        )
        return self._asked(request, "A job looks at the file. How far it is, and what would change, stands below.")

    def _take(self, request: HttpRequest) -> HttpResponse:
        """Take in what a job has looked at."""
        try:
            tried = uuid.UUID(request.POST.get("job", ""))
        except ValueError:
            raise Invalid("There is no such job.") from None
        file_import.request_taking(audience_for(request), self.kind, tried, now=timezone.now())
        return self._asked(request, "A job takes the file in. How far it is, and what became of it, stands below.")

    def _asked(self, request: HttpRequest, words: str) -> HttpResponse:
        ring()
        messages.success(request, words)
        return HttpResponseRedirect(self._address("upload"))

    def _jobs(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The latest files this caller has sent, and what became of them."""
        caller, now = audience_for(request), timezone.now()
        latest = list(file_import.of_sender(caller, self.kind)[:LATEST_JOBS])
        kept = {job.arguments["upload"] for job in latest}
        asked_for = file_import.taken_or_asked_for(caller, self.kind, kept)
        return [
            {
                "job": job,
                "address": reverse("admin:jobs_job_change", args=[job.pk]),
                "asked_at": reverse("jobs-detail", args=[job.pk]),
                "words": (job.result or {}).get("words") or [job.error or job.progress_text],
                "refused": self._address("refused", job.pk) if (job.result or {}).get("refused") else "",
                "waits": file_import.waiting(job, now=now) not in ("", *asked_for),
            }
            for job in latest
        ]

    def refused_rows(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        """The rows that a job refused, as a CSV; for the one who sent the file, for a day."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        done = file_import.of_sender(audience_for(request), self.kind).filter(pk=job, state=State.DONE).first()
        kept = (done.result or {}).get("refused") if done else ""
        packed = uploads.opened_beside(kept, now=timezone.now()) if kept else None
        if packed is None:
            raise Http404("There is no such file any more.")
        return csv_stream(_unpacked(packed), f"{self.kind.name}-refused.csv")


def _unpacked(packed: BinaryIO) -> Iterator[str]:
    """The text in pieces. A FileResponse would unpack all of it once before, only to say how long it is."""
    with packed, gzip.open(packed, "rt", encoding="utf-8", newline="") as text:
        while piece := text.read(PIECE):
            yield piece


def _no_more(rows: Iterable[Raw], most: int) -> Iterator[Raw]:
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise TooLong
        yield row


def _some(results: list[Result]) -> list[dict[str, Any]]:
    """The first rows of each outcome but the unchanged, by the names they are found by."""
    told = sorted((one for one in results if one.outcome is not Outcome.UNCHANGED), key=lambda one: one.outcome)
    return [
        {"outcome": outcome.value, "rows": [(one.number, _name(one)) for one in list(some)[:MOST_SHOWN]]}
        for outcome, some in groupby(told, key=lambda one: one.outcome)
    ]


def _name(result: Result) -> str:
    return str(result.identity.get("code") or result.identity.get("external_id") or "")
