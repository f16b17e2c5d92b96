"""When each person works and as what: contracts, dated terms, holidays and closures, laid over each other.

What a month of work is counted from, by books and by capacity alike. Call inside one snapshot().
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from roi_project.db.columns import Columns
from roi_project.kernel.period import OPEN_DAY, day_number, month_start, month_starts
from teams.engine.calendar import Ints, Schedules, schedules
from teams.engine.workforce import Finding
from teams.models import WEEKDAYS
from teams.selectors import columns
from teams.selectors.columns import NONE
from teams.selectors.holidays import holidays_between
from teams.selectors.organisation import Organisation

ORGANISATION = -1
"""The place of the organisation itself, for the calendar of a full-time person."""
MINUTES = tuple(f"minutes_{day}" for day in WEEKDAYS)
LONG_BEFORE = -(2**30)
"""The day on which a person's own terms begin."""


@dataclass(frozen=True)
class Ranks:
    """ids in code order, and back."""

    ids: Ints
    codes: tuple[str, ...]

    @classmethod
    def of(cls, model: type) -> "Ranks":
        found = columns.codes(model)
        order = sorted(range(found["id"].size), key=lambda i: found["code"][i])
        return cls(found["id"][order].astype(np.int64), tuple(str(found["code"][i]) for i in order))

    def rank(self, ids: np.ndarray) -> Ints:
        """Ranks of these ids; NONE stays NONE."""
        if self.ids.size == 0:
            return np.full(ids.size, NONE, dtype=np.int64)
        by_id = np.argsort(self.ids)
        place = np.searchsorted(self.ids[by_id], ids)
        place = np.clip(place, 0, self.ids.size - 1)
        found = by_id[place]
        return np.where(self.ids[found] == ids, found, NONE).astype(np.int64)


@dataclass(frozen=True)
class PeopleTime:
    """Pieces (person, from `start` until the next piece) in order of person and day; people and roles are ranks.

    employed_from and employed_until have a place per person; OPEN_DAY = not in the span.
    schedules has the full-time week of the organisation as its last row; holiday_warnings has a place per schedule.
    full_time_month_minutes is what that week comes to in each month.
    """

    words: columns.Words
    employed_from: Ints
    employed_until: Ints
    person: Ints
    start: Ints
    schedule: Ints
    attributes: Ints
    schedules: Schedules
    holiday_warnings: tuple[Finding | None, ...]
    full_time_month_minutes: tuple[int, ...]

    @property
    def role(self) -> Ints:
        return self.attributes[:, 0]


def people_time(people: Ranks, roles: Ranks, organisation: Organisation, *, first: int, months: int) -> PeopleTime:
    """The working time of everybody employed for a day of the months. A fixed number of queries."""
    begin, end = month_start(first), month_start(first + months)
    words = columns.words()
    rows = columns.people(words, begin, end)
    terms = columns.person_terms(words, begin, end)
    count = len(people.codes)
    at = people.rank(rows["id"])
    employed_from = np.full(count, OPEN_DAY, dtype=np.int64)
    employed_until = np.full(count, OPEN_DAY, dtype=np.int64)
    employed_from[at], employed_until[at] = rows["employed_from"], rows["employed_until"]

    own = np.zeros((count, 11), dtype=np.int64)  # role, level, country, subdivision, Monday..Sunday
    own[at, 0] = roles.rank(rows["role_id"])
    for i, name in enumerate(("level", "country", "subdivision", *MINUTES), start=1):
        own[at, i] = rows[name]
    pieces = _pieces(own, people.rank(terms["person_id"]), terms, roles)
    attributes = pieces["attributes"]

    schedule_rows, schedule = np.unique(attributes[:, 2:], axis=0, return_inverse=True)
    full_time = np.array([[ORGANISATION, ORGANISATION, *_full_week(organisation)]], dtype=np.int64)
    plan, warnings = _schedules(words, organisation, np.vstack([schedule_rows, full_time]), begin, end)
    starts = month_starts(first, months).astype(np.int64)
    reference = np.full(months, schedule_rows.shape[0], dtype=np.int64)
    full_minutes = plan.minutes_between(reference, starts[:-1], starts[1:])
    return PeopleTime(
        words=words,
        employed_from=employed_from,
        employed_until=employed_until,
        person=pieces["person"],
        start=pieces["start"],
        schedule=schedule.reshape(-1).astype(np.int64),
        attributes=attributes,
        schedules=plan,
        holiday_warnings=warnings,
        full_time_month_minutes=tuple(int(minutes) for minutes in full_minutes),
    )


def _pieces(own: Ints, term_person: Ints, terms: Columns, roles: Ranks) -> dict[str, Ints]:
    """What holds for each person from which day: the person's own terms, and dated terms laid over them."""
    role = np.where(terms["role_id"] == NONE, NONE, roles.rank(terms["role_id"]))
    given = np.column_stack(
        [role, *(terms[name].astype(np.int64) for name in ("level", "country", "subdivision", *MINUTES))]
    )
    base = np.arange(own.shape[0], dtype=np.int64)
    changed = np.where(given == NONE, own[term_person], given) if term_person.size else given
    # A term begins a piece and its end the next one: the person's own terms again, unless another term starts there.
    person = np.concatenate([base, term_person, term_person])
    start = np.concatenate([np.full(base.size, LONG_BEFORE), terms["starts_on"], terms["ends_on"]]).astype(np.int64)
    rank = np.concatenate([np.full(base.size, 1), np.full(term_person.size, 2), np.full(term_person.size, 0)])
    attributes = np.vstack([own, changed, own[term_person]]) if term_person.size else own
    keep = start < OPEN_DAY
    order = np.lexsort((rank[keep], start[keep], person[keep]))
    person, start, attributes = person[keep][order], start[keep][order], attributes[keep][order]
    last = np.r_[(person[1:] != person[:-1]) | (start[1:] != start[:-1]), np.ones(min(1, person.size), dtype=bool)]
    return {"person": person[last], "start": start[last], "attributes": attributes[last]}


def _full_week(organisation: Organisation) -> list[int]:
    """A full-time week spread over Monday to Friday, to the minute."""
    whole, rest = divmod(organisation.full_time_week_minutes, 5)
    return [whole + (day < rest) for day in range(5)] + [0, 0]


def _schedules(
    words: columns.Words, organisation: Organisation, rows: Ints, begin: dt.date, end: dt.date
) -> tuple[Schedules, tuple[Finding | None, ...]]:
    """Working time of each (country, subdivision, week): holidays of the place and closures are free."""
    first_day, days = day_number(begin), (end - begin).days
    closed = columns.closures(words, begin, end)
    free = np.zeros((rows.shape[0], days), dtype=bool)
    places: dict[tuple[int, int], np.ndarray] = {}
    warnings: dict[tuple[int, int], Finding | None] = {}
    for i, (country, subdivision) in enumerate(rows[:, :2]):
        key = (int(country), int(subdivision))
        if key not in places:
            own = words.countries[country] if country >= 0 else ""
            name = own or organisation.country
            part = words.subdivisions[subdivision] if own and subdivision >= 0 else ""
            part = part or (organisation.subdivision if name == organisation.country else "")
            holidays = holidays_between(name, part, begin, end)
            off = holidays.numbers - first_day
            everywhere = np.array(
                [int(d) - first_day for d, c in zip(closed["on"], closed["country"], strict=True)
                 if words.countries[c] in ("", name)], dtype=np.int64,
            )  # fmt: skip
            mask = np.zeros(days, dtype=bool)
            mask[off] = True
            mask[everywhere] = True
            places[key] = mask
            unknown = Finding.UNKNOWN_HOLIDAYS if holidays.warning else None
            warnings[key] = unknown if name else Finding.MISSING_COUNTRY
        free[i] = places[key]
    plan = schedules(first_day=first_day, days=days, patterns=rows[:, 2:], free=free)
    return plan, tuple(warnings[int(country), int(subdivision)] for country, subdivision in rows[:, :2])
