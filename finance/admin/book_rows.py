"""The rows of books, many of them. Single lines and variances tell pay, so finance and audit look."""

from enum import IntEnum
from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, F, OuterRef, Subquery, When
from django.db.models.functions import Cast
from django.http import HttpRequest

from finance.admin.books import book_of
from finance.admin.sections import BOOKS
from finance.engine.accounts import Account, BenefitClass, BenefitState, EffortSource, LineKind, WorkType
from finance.models import Component, Line, Posting, StreamMonth, TeamMonth, WorkMonth
from roi_project.access.audience import PAY_READERS
from roi_project.console import cells
from roi_project.console.by_groups import ReadOnly
from roi_project.console.theme import by_reference
from teams.models import Person


def word(kind: type[IntEnum], field: str, title: str) -> Any:
    """A column for a whole number that stands for a word."""

    @admin.display(description=title, ordering=field)
    def shown(row: Any) -> str:
        number = getattr(row, field)
        return cells.EMPTY if number is None or kind(number).name == "NONE" else cells.label(kind(number).name.lower())

    shown.__name__ = f"{field}_word"
    return shown


def amount(field: str, title: str) -> Any:
    """A column for an amount in the currency of its book."""

    @admin.display(description=title, ordering=field)
    def shown(row: Any) -> str:
        return cells.money(getattr(row, field), row.book.currency)

    shown.__name__ = f"{field}_money"
    return shown


def choices(kind: type[IntEnum], field: str, words: str) -> type[admin.SimpleListFilter]:
    """A list filter for a whole number that stands for a word."""

    class Words(admin.SimpleListFilter):
        title, parameter_name = words, field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(str(int(one)), cells.label(one.name.lower())) for one in kind if one.name != "NONE"]

        def queryset(self, request: HttpRequest, queryset: Any) -> Any:
            known = self.value() in dict(self.lookup_choices)
            return queryset.filter(**{field: self.value()}) if known else queryset

    return Words


ACCOUNT = word(Account, "account", "account")
STATE = word(BenefitState, "state", "benefit state")
CLASS = word(BenefitClass, "benefit_class", "benefit class")
AMOUNT = amount("amount", "amount")


@admin.display(description="carried by no stream", ordering="residual")
def residual(row: WorkMonth) -> str:
    """Bench, idle, untagged or unallocated."""
    return cells.label(Account(row.residual).name.lower()) if row.residual else cells.EMPTY


class BookRowAdmin(ReadOnly):
    read = PAY_READERS
    section = BOOKS
    ordering = ("-id",)
    list_display_links = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return tuple(self.list_display)


@admin.register(Posting)
class PostingAdmin(BookRowAdmin):
    icon = "list_alt"
    list_display = (
        book_of,
        "team",
        "pool",
        "stream",
        "epic",
        word(WorkType, "work_type", "work type"),
        word(EffortSource, "effort_source", "effort from"),
        ACCOUNT,
        "category",
        CLASS,
        STATE,
        AMOUNT,
    )
    list_select_related = ("book", "team", "pool", "stream", "epic", "category")
    list_filter = (
        by_reference("book"),
        by_reference("team"),
        by_reference("stream"),
        by_reference("epic"),
        choices(Account, "account", "account"),
        choices(BenefitState, "state", "benefit state"),
    )


@admin.register(Component)
class ComponentAdmin(BookRowAdmin):
    icon = "stacks"
    list_display = (book_of, "team", "pool", "origin_pool", "stream", ACCOUNT, "category", CLASS, STATE, AMOUNT)
    list_select_related = ("book", "team", "pool", "origin_pool", "stream", "category")
    list_filter = (
        by_reference("book"),
        by_reference("team"),
        by_reference("pool"),
        choices(Account, "account", "account"),
    )


@admin.register(Line)
class LineAdmin(BookRowAdmin):
    """One source amount each: a person's month, an invoice, a benefit."""

    icon = "format_list_bulleted"
    list_display = (
        book_of,
        word(LineKind, "kind", "from"),
        "source",
        "role",
        "team",
        "pool",
        ACCOUNT,
        "category",
        amount("whole", "whole"),
        AMOUNT,
        amount("variance", "rate variance here"),
        "minutes",
    )
    list_select_related = ("book", "role", "team", "pool", "category")
    list_filter = (
        by_reference("book"),
        by_reference("team"),
        by_reference("role"),
        choices(LineKind, "kind", "source"),
        choices(Account, "account", "account"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        person = Subquery(Person.objects.filter(pk=OuterRef("source_id")).values("code")[:1])
        row_of_fact = Cast(F("source_id"), CharField())
        return (
            super()
            .get_queryset(request)
            .annotate(came_from=Case(When(kind=LineKind.PERSON, then=person), default=row_of_fact))
        )

    @admin.display(description="source")
    def source(self, row: Any) -> str:
        return row.came_from


class RollUpAdmin(BookRowAdmin):
    """Sums that reports read."""

    list_filter = (by_reference("book"), choices(Account, "account", "account"))


@admin.register(TeamMonth)
class TeamMonthAdmin(RollUpAdmin):
    icon = "summarize"
    list_display = (book_of, "team", "pool", ACCOUNT, CLASS, STATE, AMOUNT)
    list_select_related = ("book", "team", "pool")


@admin.register(StreamMonth)
class StreamMonthAdmin(RollUpAdmin):
    icon = "summarize"
    list_display = (book_of, "stream", "pooled", ACCOUNT, CLASS, STATE, AMOUNT)
    list_select_related = ("book", "stream")


@admin.register(WorkMonth)
class WorkMonthAdmin(BookRowAdmin):
    """Cost by value stream and type of work, that the first page reads."""

    icon = "summarize"
    list_display = (
        book_of, "stream", "pooled", residual, word(WorkType, "work_type", "work type"), AMOUNT,
        amount("variance", "rate variance"),
    )  # fmt: skip
    list_select_related = ("book", "stream")
    list_filter = (by_reference("book"), by_reference("stream"), choices(WorkType, "work_type", "work type"))
