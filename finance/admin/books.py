"""Books to look at: the state of months for every reader of figures; versions and findings for finance and audit.

A new version may come from pay alone, so that even the number of versions is for those who may see pay.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from finance.admin.sections import BOOKS
from finance.models import Book, BookMonth, Finding
from finance.selectors.benefits import READERS
from finance.selectors.fingerprints import spans
from finance.services import books
from roi_project.access.audience import PAY_READERS
from roi_project.access.selectors import username_of
from roi_project.console import cells
from roi_project.console.by_groups import ReadOnly
from roi_project.console.theme import by_day, by_reference
from roi_project.jobs import ring
from roi_project.kernel.errors import Refusal
from roi_project.kernel.period import month_index, month_text


@admin.display(description="book", ordering="book")
def book_of(row: Any) -> str:
    """2026-06 v2"""
    return format_html('<span class="console-nowrap">{} v{}</span>', cells.month(row.book.month), row.book.version)


@admin.register(BookMonth)
class BookMonthAdmin(ReadOnly):
    read = READERS
    section, icon, menu_title = BOOKS, "event_available", "Months"
    list_display = (
        "calendar_month",
        "state",
        "asked_by",
        "close_requested_at",
        "approved_by",
        "closed_at",
        "alone",
    )
    list_select_related = ("current_book",)
    list_filter = ("state",)
    actions = ("compile", "ask_to_close", "close")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookMonth]:
        names = {"asker": username_of("close_requested_by"), "approver": username_of("closed_by")}
        return super().get_queryset(request).annotate(**names)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if self.audience(request).within(books.FINANCE) else {}

    @admin.action(description="Compile the selected months where facts have changed")
    def compile(self, request: HttpRequest, months: QuerySet[BookMonth]) -> None:
        for first, last in spans(sorted(month_index(row.month) for row in months)):
            job = books.request(self.audience(request), first=first, last=last)
            address = reverse("admin:jobs_job_change", args=[job.pk])
            words = "A job compiles {} to {}: <a class='console-link' href='{}'>how far it is</a>"
            messages.success(request, format_html(words, month_text(first), month_text(last), address))
        ring()

    @admin.action(description="Ask to close the selected months")
    def ask_to_close(self, request: HttpRequest, months: QuerySet[BookMonth]) -> None:
        self._each(request, months, books.request_close, "Somebody else of finance closes now")

    @admin.action(description="Close the selected months")
    def close(self, request: HttpRequest, months: QuerySet[BookMonth]) -> None:
        self._each(request, months, books.approve_close, "Closed")

    def _each(self, request: HttpRequest, months: QuerySet[BookMonth], act: Any, done: str) -> None:
        """Each month by itself, oldest first: one that refuses does not hold up the others."""
        for row in months.order_by("month"):
            try:
                act(self.audience(request), month_index(row.month), now=timezone.now())
                messages.success(request, f"{done}: {row.month:%Y-%m}.")
            except Refusal as refusal:
                messages.error(request, refusal.detail)

    @admin.display(description="close requested by")
    def asked_by(self, row: Any) -> str:
        return row.asker or cells.EMPTY

    @admin.display(description="closed by")
    def approved_by(self, row: Any) -> str:
        return row.approver or cells.EMPTY

    @admin.display(description="four eyes")
    def alone(self, row: BookMonth) -> str:
        """Whether one person closed it alone, as the settings allow."""
        return cells.EMPTY if not row.closed_by else "no, one person" if row.relaxed else "yes"

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        own = ("current_book",) if self.audience(request).sees_pay else ()
        return (*self.list_display, *own)

    def get_fields(self, request: HttpRequest, obj: BookMonth | None = None) -> tuple[str, ...]:
        return self.get_list_display(request)

    @admin.display(description="month", ordering="month")
    def calendar_month(self, row: BookMonth) -> str:
        return cells.month(row.month)


@admin.register(Book)
class BookAdmin(ReadOnly):
    read = PAY_READERS
    section, icon = BOOKS, "menu_book"
    list_display = ("calendar_month", "version", "sealed", "currency", "computed_at", "lines", "postings")
    list_filter = ("sealed", by_day("month"))
    search_fields = ("month", "fingerprint")
    fields = (*list_display, "latest_fact_at", "engine_version", "fingerprint", "checksum", "identities")

    @admin.display(description="month", ordering="month")
    def calendar_month(self, row: Book) -> str:
        return cells.month(row.month)


@admin.register(Finding)
class FindingAdmin(ReadOnly):
    read = PAY_READERS
    section, icon = BOOKS, "report"
    list_display = (book_of, "what", "team", "pool", "person", "role", "more")
    list_select_related = ("book", "team", "pool", "person", "role")
    list_filter = ("code", by_reference("team"), by_reference("book"))
    search_fields = ("code", "team__code", "pool__code", "person__code")
    ordering = ("-book__month", "code", "id")
    fields = list_display

    @admin.display(description="what", ordering="code")
    def what(self, row: Finding) -> str:
        return cells.label(row.code)

    @admin.display(description="more")
    def more(self, row: Finding) -> str:
        return ", ".join(f"{cells.label(name)} {value}" for name, value in row.detail.items()) or cells.EMPTY
