"""Which months a fact of this floor can change in a book."""

import datetime as dt

from roi_project.intake.kinds import Span
from roi_project.kernel.period import month_index, month_start
from teams.models import Closure, OrganisationSettings, Person


def of_days(starts_on: dt.date, ends_on: dt.date | None) -> Span:
    """Every month with a day from `starts_on` until before `ends_on`; no end means still running."""
    first = month_start(month_index(starts_on))
    if ends_on is None:
        return Span(first, None)
    last_day = ends_on - dt.timedelta(days=1)
    return Span(first, month_start(month_index(last_day) + 1))


def of_dated(fact) -> Span:
    """The months of a dated fact."""
    return of_days(fact.starts_on, fact.ends_on)


def of_employment(person: Person) -> Span:
    """The months a person is employed: without an assignment their cost stands on the bench."""
    return of_days(person.employed_from, person.employed_until)


def of_closure(closure: Closure) -> Span:
    """The month of the closed day."""
    return of_days(closure.on, closure.on + dt.timedelta(days=1))


def of_settings(settings: OrganisationSettings) -> Span:
    """Every month from then on: it is not known here which later row ends it."""
    return of_days(settings.starts_on, None)
