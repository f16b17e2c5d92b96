"""People's months cut into stretches in which nothing about them changes, with what is in force on each.

A stretch weighs its scheduled minutes. A person's month without any scheduled minute (a shutdown, a pattern whose
every day is a holiday) is weighed in calendar days instead, so that a month still costs exactly a month.
See docs/algorithms/day-atoms.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finance.engine.facts import NONE, Facts, Ints, Table
from roi_project.kernel.integers import group_sums
from teams.engine.segments import Segments, cut, expand

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stretches:
    """Columns with one row a stretch, in order of person and day.

    person, month        whose days and which month of the span; person_month numbers the two together
    days                 calendar days
    minutes, workdays    scheduled on them
    employed, paid       paid: employed, and not on unpaid leave
    time                 what the stretch weighs in its person's month: minutes, or days where the month has none
    by_days              whether it is weighed in calendar days
    schedule, role       in force
    card, pay            rows of the tables card_timeline and person_rates in force, or NONE
    """

    segments: Segments
    person_months: int
    person_month: Ints
    days: Ints
    minutes: Ints
    workdays: Ints
    employed: Flags
    paid: Flags
    time: Ints
    by_days: Flags
    schedule: Ints
    role: Ints
    card: Ints
    pay: Ints

    @property
    def month(self) -> Ints:
        return self.segments.month


def stretches(facts: Facts) -> Stretches:
    """Cut every person's span at whatever changes: employment, terms, assignments, leave and rates.

    Every person has terms from the first day of the span or before, in order of person and day.
    """
    people = facts.table("people", "employed_from", "employed_until")
    terms = facts.table("terms", "person", "start", "schedule", "rate_key", "role")
    assignments = facts.table("assignments", "person", "team", "share", "start", "end")
    unpaid = facts.table("unpaid", "person", "start", "end")
    rates = facts.table("person_rates", "person", "start", "end", "unit", "amount", "currency")
    cards = facts.table("card_timeline", "rate_key", "start", "end", "unit", "amount", "currency", "id")
    count = people["employed_from"].size
    segments = cut(
        people=count,
        month_starts=facts.month_starts,
        dated=[
            (np.arange(count, dtype=np.int64), people["employed_from"], people["employed_until"]),
            (terms["person"], terms["start"], terms["start"]),
            *((table["person"], table["start"], table["end"]) for table in (assignments, unpaid, rates)),
            _card_changes(terms, cards),
        ],
    )
    person, start, end = segments.person, segments.start, segments.end
    term = np.searchsorted(segments.keys_of(terms["person"], terms["start"]), segments.keys, side="right") - 1
    schedule = terms["schedule"][term]
    employed = (start >= people["employed_from"][person]) & (start < people["employed_until"][person])
    on_leave = np.zeros(person.size, dtype=bool)
    on_leave[segments.spread(unpaid["person"], unpaid["start"], unpaid["end"])[1]] = True
    pay = np.full(person.size, NONE, dtype=np.int64)
    row, hit = segments.spread(rates["person"], rates["start"], rates["end"])
    pay[hit] = row

    person_month = person * facts.months + segments.month
    minutes = facts.schedules.minutes_between(schedule, start, end)
    by_days = group_sums(person_month, minutes, count * facts.months)[person_month] == 0
    return Stretches(
        segments=segments,
        person_months=count * facts.months,
        person_month=person_month,
        days=end - start,
        minutes=minutes,
        workdays=facts.schedules.workdays_between(schedule, start, end),
        employed=employed,
        paid=employed & ~on_leave,
        time=np.where(by_days, end - start, minutes),
        by_days=by_days,
        schedule=schedule,
        role=terms["role"][term],
        card=in_force(terms["rate_key"][term], start, cards),
        pay=pay,
    )


def _card_changes(terms: Table, cards: Table) -> tuple[Ints, Ints, Ints]:
    """(person, start, end) of every card that a person's terms may be priced by."""
    by_key = np.argsort(cards["rate_key"], kind="stable")
    ordered = cards["rate_key"][by_key]
    low = np.searchsorted(ordered, terms["rate_key"])
    row, hit = expand(low, np.searchsorted(ordered, terms["rate_key"], side="right") - low)
    card = by_key[hit]
    return terms["person"][row], cards["start"][card], cards["end"][card]


def in_force(key: Ints, day: Ints, timeline: Table) -> Ints:
    """The row of `timeline` (rate_key, start, end; in this order, no overlap within a key) in force for key and day."""
    if timeline["rate_key"].size == 0 or key.size == 0:
        return np.full(key.size, NONE, dtype=np.int64)
    base = int(min(timeline["start"].min(), day.min()))
    scale = 2**33
    row = np.searchsorted(
        timeline["rate_key"] * scale + (timeline["start"] - base), key * scale + (day - base), side="right"
    )
    row = row - 1
    safe = np.maximum(row, 0)
    found = (row >= 0) & (timeline["rate_key"][safe] == key) & (timeline["end"][safe] > day)
    return np.where(found, safe, NONE)
