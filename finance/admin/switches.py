"""The two switches of the first page, months and value streams: plain parameters of its address, read strictly."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html_join

from finance.selectors.asked import Asked
from finance.selectors.overview import Overview
from roi_project.intake import values
from roi_project.kernel.period import month_index, month_start, month_text
from roi_project.web import params

MOST_MONTHS = 36
MOST_STREAMS = 50
LONGEST_CODE = 100


def asked_of(request: HttpRequest) -> Asked:
    """`?from=2025-07&through=2026-06&stream=buy&stream=care`; what is empty was not chosen.

    Raises Invalid with a sentence for what cannot be read, and for a parameter that nobody knows here.
    """
    given = QueryDict(mutable=True)
    for name, sent in request.GET.lists():
        if name != "stream" and any(sent):
            given.setlist(name, [one for one in sent if one])
    reading = _Reading(given)
    params.known_parameters(reading, ("from", "through", "stream"))
    first, last = params.month(reading, "from"), params.month(reading, "through")
    if last is None and first is not None:
        raise params.refuse("through", "“from” needs “through” beside it: the last month to be shown.")
    if first is not None and last is not None and last < first:
        raise params.refuse("through", "“through” is before “from”.")
    if first is not None and last is not None and month_index(last) - month_index(first) >= MOST_MONTHS:
        raise params.refuse("from", f"This page shows at most {MOST_MONTHS} months; the reports have any number.")
    return Asked(
        None if first is None else month_index(first), None if last is None else month_index(last), _streams(request)
    )


class _Reading:
    """What `params` reads a request by."""

    def __init__(self, given: QueryDict) -> None:
        self.GET = given


def _streams(request: HttpRequest) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in request.GET.getlist("stream") if code))
    if len(codes) > MOST_STREAMS:
        raise params.refuse("stream", f"This page shows at most {MOST_STREAMS} value streams at once, or all of them.")
    for code in codes:
        try:
            values.text(code, longest=LONGEST_CODE)
        except ValueError as error:
            raise params.refuse("stream", f"“stream”: {error}.") from None
    return codes


def switches(found: Overview) -> dict[str, Any]:
    """What can be chosen, and what is."""
    asked, report = found.asked, found.streams.report
    first, last = min(report.first, found.with_books[0]), max(report.last, found.with_books[-1])
    months = range(last, first - 1, -1)
    return {
        "address": reverse("admin:index"),
        "first_months": _options(months, report.first),
        "last_months": _options(months, report.last),
        "streams": [
            {"code": code, "name": name or code, "is_chosen": code in asked.streams}
            for code, name in found.every_stream
        ],
        "is_chosen": asked != Asked(),
    }


def _options(months: Iterable[int], chosen: int) -> str:
    """Months of a list to choose from: many, so they are put together here and not one by one in the template."""
    said = ((month_text(m), " selected" if m == chosen else "", f"{month_start(m):%B %Y}") for m in months)
    return format_html_join("", '<option value="{}"{}>{}</option>', said)
