"""Months and their books: what is computed, asking for a compile, closing by two people, findings."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from finance.api import follow_ups, formats, month_shapes, parameters
from finance.engine.findings import FindingCode
from finance.models import BookMonth
from finance.selectors.findings import codes_for, findings, open_on, with_follow_ups
from finance.selectors.months import MonthBook, books_without_pay, current_books, earliest_month, latest_month
from finance.services import books
from finance.services.follow_ups import KEEPERS, look_after
from roi_project.access.audience import RESULT_READERS, Audience, Group
from roi_project.intake.columns.days import rfc3339
from roi_project.intake.values import shown
from roi_project.jobs import ring
from roi_project.jobs.responses import accepted
from roi_project.jobs.serializers import JobSerializer
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_index, parse_month
from roi_project.web import params
from roi_project.web.conditional import etag_response
from roi_project.web.idempotency import key_of, once
from roi_project.web.views import ApiView

FINANCE = frozenset({Group.FINANCE})
MOST_FINDINGS = 5_000


def _months(rows: Iterable[BookMonth], audience: Audience) -> list[dict[str, object]]:
    rows = list(rows)
    books = [row.current_book for row in rows if row.current_book]
    read = {} if audience.sees_pay else books_without_pay(books)
    versions = {book.pk: book.version for book in books} | {pk: version for pk, (_, version) in read.items()}
    return [_month(row, audience, versions) for row in rows]


def _month(row: BookMonth, audience: Audience, versions: Mapping[int, int]) -> dict[str, object]:
    book = row.current_book
    # The checksum runs over rate variance too, so it is shown to those who may see that.
    checksum = {"checksum": (book.checksum or None) if book else None} if audience.sees_pay else {}
    return {
        "month": f"{row.month:%Y-%m}",
        "state": row.state,
        "book_version": versions[book.pk] if book else None,
        **checksum,
        # As text, so that a repeated request is answered to the letter as the first one was.
        "close_requested_at": rfc3339(row.close_requested_at),
        "closed_at": rfc3339(row.closed_at),
        "closed_by_one_person": row.relaxed,
    }


def _books(request: Any, audience: Audience) -> list[MonthBook]:
    """The books of the months asked for, from the first to the last where nothing is said."""
    first, last = parameters.months(request)
    first = first if first is not None else earliest_month()
    last = last if last is not None else latest_month()
    if first is None or last is None:
        return []
    return current_books(first, last, sees_pay=audience.sees_pay)


def _freshness(books: list[MonthBook]) -> dict[str, object]:
    """By which method figures were made, when, and whether facts have come in since."""
    told = formats.provenance(books, "")
    return {name: told[name] for name in ("method_version", "computed_at", "stale", "latest_fact_at")}


class BooksView(ApiView):
    """Current books; POST asks for a span of months to be compiled and answers with the job.

    With `state=current` the ETag is weak and names the books alone: If-None-Match is answered with 304 until a book
    is published or closed, although facts may have come in since.
    """

    read_groups = RESULT_READERS
    write_groups = FINANCE
    parameters = {**parameters.SPAN, "state": "current: answer 304 to If-None-Match until a book is published."}

    @extend_schema(responses=month_shapes.BooksSerializer, tags=["books"])
    def get(self, request):
        polled = params.choice(request, "state", ("current",)) is not None
        found = _books(request, self.audience)
        books = ",".join(f"{book.month}:{book.book_id}:{book.version}:{book.state}:{book.sealed}" for book in found)
        facts = "" if polled else ",".join(f"{int(book.stale)}:{book.latest_fact_at}" for book in found)

        def build():
            rows = [
                {**formats.book_json(b), "computed_at": b.computed_at, "latest_fact_at": b.latest_fact_at}
                for b in found
            ]
            return Response({**_freshness(found), "results": rows})

        return etag_response(request, f"books|{polled}|{self.audience.sees_pay}|{books}|{facts}", build, weak=polled)

    @extend_schema(request=month_shapes.CompileSerializer, responses={202: JobSerializer}, tags=["books"])
    def post(self, request):
        body = request.data
        if not isinstance(body, dict) or set(body) != {"from", "through"}:
            raise Invalid('Asking for books takes {"from": "2026-01", "through": "2026-06"} and nothing else.')
        try:
            first, last = (parse_month(str(body[name])) for name in ("from", "through"))
        except ValueError as error:
            raise Invalid(f"{error}.") from None
        job = books.request(self.audience, first=first, last=last)
        ring()
        return accepted(job)


class MonthsView(ApiView):
    """Every month that has a book, and how far it may still move."""

    read_groups = RESULT_READERS

    @extend_schema(responses=month_shapes.MonthsSerializer, tags=["months"])
    def get(self, request):
        rows = list(BookMonth.objects.select_related("current_book").order_by("-month"))
        months = [month_index(row.month) for row in rows]
        books = current_books(months[-1], months[0], sees_pay=self.audience.sees_pay) if rows else []
        read = {book.month: book for book in books}
        results = []
        for month, row in zip(months, rows, strict=True):
            book = [read[month]] if month in read else []
            versions = {row.current_book_id: book[0].version} if book else {}
            results.append({**_month(row, self.audience, versions), **_freshness(book)})
        return Response({**_freshness(books), "results": results})


class CloseView(ApiView):
    """Closing a month takes two finance people: one asks, another approves."""

    read_groups = RESULT_READERS
    write_groups = FINANCE
    http_method_names = ("post",)
    act = "request"

    @extend_schema(
        request=None,
        responses={200: month_shapes.MonthSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A repeat has one effect."
            )
        ],
        tags=["months"],
    )
    def post(self, request, month):
        if request.data != {}:
            raise Invalid("This takes no body: the address says all.")
        now = timezone.now()
        act = {"request": books.request_close, "approve": books.approve_close}[self.act]

        def close():
            return 200, _months([act(self.audience, parse_month(month), now=now)], self.audience)[0]

        return once(self.audience, key_of(request), {"month": month, "act": self.act}, close).response()


def _codes(request: Any, audience: Audience) -> tuple[str, ...] | None:
    """The codes asked for: one that no finding has is a mistake, and must not read as “nothing found”."""
    asked, known = params.codes(request, "code"), codes_for(audience)
    if unknown := [code for code in asked or () if code not in known]:
        raise params.refuse("code", f"{shown(unknown[0])} is no code of a finding; known are {', '.join(known)}.")
    return asked


class FindingsView(ApiView):
    """What readers of the books should know: missing rates, over-allocation, stale drivers, closed cycles.

    Finance and leaders say who looks after one, or accept it for a while: PUT says everything, PATCH what is there.
    """

    read_groups = RESULT_READERS
    write_groups = KEEPERS
    parameters = {
        **parameters.SPAN,
        "code": f"Only findings with these codes: {', '.join(FindingCode)}.",
        "accepted": "true: also those that are accepted today.",
    }

    @extend_schema(responses=follow_ups.FollowedFindingsSerializer, tags=["books"])
    def get(self, request):
        books = _books(request, self.audience)
        found = findings(self.audience, books, codes=_codes(request, self.audience))
        today = timezone.localdate()
        if not params.flag(request, "accepted"):
            found = open_on(found, today)
        rows = with_follow_ups(self.audience, found[: MOST_FINDINGS + 1], today)
        shown = [follow_ups.finding_json(row, care) for row, care in rows[:MOST_FINDINGS]]
        return Response({**_freshness(books), "complete": len(rows) <= MOST_FINDINGS, "results": shown})

    @extend_schema(request=follow_ups.LookAfterSerializer, responses=follow_ups.FollowUpSerializer, tags=["books"])
    def put(self, request):
        return self._look_after(request, whole=True)

    @extend_schema(request=follow_ups.LookAfterSerializer, responses=follow_ups.FollowUpSerializer, tags=["books"])
    def patch(self, request):
        return self._look_after(request, whole=False)

    def _look_after(self, request, *, whole):
        about, changes = follow_ups.follow_up_from(request.data, whole=whole)
        row = look_after(self.audience, about, changes)
        return Response(follow_ups.follow_up_json(row, timezone.localdate()))
