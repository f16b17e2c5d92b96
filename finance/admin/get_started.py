"""Get started: the workbook out, the workbook in, and what is still missing before a first ROI."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from finance.services import books
from finance.services.workbook.taking import MAY, Taken, take
from finance.services.workbook.writing import NAME, PROBLEMS_NAME, problem_workbook, template
from roi_project.access.audience import Group
from roi_project.access.selectors import audience_for
from roi_project.console import tickets
from roi_project.console.site import Page
from roi_project.intake import uploads
from roi_project.intake.written_numbers import CHOICE, EXAMPLE, Numbers
from roi_project.jobs import ring
from roi_project.kernel.errors import Invalid, Refusal
from roi_project.kernel.period import parse_month
from roi_project.start.lacks import lacks
from teams.models import OrganisationSettings

READ: Final = frozenset({Group.FINANCE, Group.ADMINISTRATOR})
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_ROWS = 10 * 1024 * 1024, 30_000
MOST_SHOWN: Final = 100
CHOICES: Final = ("numbers", "currency", "name", "country")


def page(request: HttpRequest) -> dict[str, Any] | HttpResponse:
    """The page as it is, or what became of a button that was pressed on it."""
    acts = {"preview": _preview, "problems": _problems, "confirm": _confirm, "compile": _compile}
    act = acts.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is None:
        return _shown(request)
    try:
        return act(request)
    except Refusal as refusal:
        return _shown(request, refusal=refusal.detail)


def _shown(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {
        "may_send": audience_for(request).within(MAY),
        "is_new": not OrganisationSettings.current.exists(),
        "numbers_label": CHOICE,
        "numbers": [(one.value, EXAMPLE[one], one is _numbers(request)) for one in Numbers],
        "sent": {name: request.POST.get(name, "") for name in CHOICES},
        "lacks": lacks(now=timezone.now()),
        "months": _months(request),
        **more,
    }


def _numbers(request: HttpRequest) -> Numbers:
    return Numbers.COMMA if request.POST.get("numbers") == Numbers.COMMA else Numbers.POINT


def _months(request: HttpRequest) -> tuple[str, str] | None:
    """The months of the workbook that has just come in, to be compiled next."""
    months = request.GET.get("first", ""), request.GET.get("last", "")
    try:
        return months if parse_month(months[0]) <= parse_month(months[1]) else None
    except ValueError:
        return None


def template_file(request: HttpRequest) -> HttpResponse:
    return _file(template(), NAME)


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _preview(request: HttpRequest) -> dict[str, Any]:
    """Try the workbook and keep it until it is confirmed, mended, or a day old."""
    sent = request.FILES.get("file")
    if sent is not None and sent.size > MOST_BYTES:
        raise Invalid("The workbook is larger than 10 MB. Bring it in with manage.py import_workbook, or in parts.")
    chosen = {name: request.POST.get(name, "").strip()[:200] for name in CHOICES}
    chosen |= {"numbers": _numbers(request).value}
    chosen |= {name: chosen[name].upper() for name in ("currency", "country")}
    with tickets.kept(request, **chosen) as (ticket, file):
        taken = take(audience_for(request), file, dry_run=True, most_rows=MOST_ROWS, **_how(chosen))
    told = taken.problems()
    return _shown(
        request,
        ticket=ticket,
        taken=taken,
        problems=told[:MOST_SHOWN],
        more_problems=max(0, len(told) - MOST_SHOWN),
        changes=taken.changes(),
    )


def _how(chosen: dict[str, Any]) -> dict[str, Any]:
    if not set(CHOICES) | {"numbers"} <= chosen.keys():
        raise Invalid("This file was sent on another page. Send it here.")
    return {
        **{name: chosen[name] for name in CHOICES},
        "numbers": Numbers(chosen["numbers"]),
        "today": timezone.localdate(),
    }


def _retaken(request: HttpRequest, *, dry_run: bool) -> tuple[Taken, str]:
    ticket = tickets.told(request)
    with tickets.opened(ticket) as file:
        return take(audience_for(request), file, dry_run=dry_run, **_how(ticket)), ticket["id"]


def _problems(request: HttpRequest) -> HttpResponse:
    """The workbook that was sent, with what to mend in it."""
    taken, _ = _retaken(request, dry_run=True)
    return _file(problem_workbook(taken.book), PROBLEMS_NAME)


def _confirm(request: HttpRequest) -> HttpResponse | dict[str, Any]:
    taken, kept = _retaken(request, dry_run=False)
    if not taken.stored:
        return _shown(request, refusal="Something has changed since the preview. Send the workbook again.")
    uploads.remove(kept)
    rows = sum(receipt.created + receipt.changed for receipt in taken.receipts)
    messages.success(request, f"The workbook is in: {rows:,} rows are new or changed.")
    months = f"?first={taken.months[0]}&last={taken.months[1]}" if taken.months else ""
    return HttpResponseRedirect(reverse("admin:get_started") + months)


def _compile(request: HttpRequest) -> HttpResponse:
    try:
        first, last = parse_month(request.POST.get("first", "")), parse_month(request.POST.get("last", ""))
    except ValueError as error:
        raise Invalid(f"{error}.") from None
    job = books.request(audience_for(request), first=first, last=last)
    ring()
    address = reverse("admin:jobs_job_change", args=[job.pk])
    words = "A job compiles the books: <a class='console-link' href='{}'>how far it is</a>"
    messages.success(request, format_html(words, address))
    return HttpResponseRedirect(reverse("admin:get_started"))


admin.site.pages.extend(
    [
        Page(
            title="Get started",
            icon="rocket_launch",
            read=READ,
            template="finance/get_started.html",
            context=page,
            path="get-started/",
            name="get_started",
            in_menu=True,
        ),
        Page(
            title="The empty workbook",
            read=READ,
            template="",
            context=template_file,
            path="get-started/template/",
            name="workbook_template",
        ),
    ]
)
