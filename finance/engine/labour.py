"""What people cost: posted at standard and at actual rates per person and month, split exactly over their teams.

Standard is the rate card, actual the person's own rate; rate variance = actual - standard, posted per person and
month and split over the same teams. Shares of one stretch above one are scaled down to one together; what they leave
below one is the bench. A team's weight is the time of its stretches times its share.
See docs/algorithms/labour.md and shared-people.md.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from finance.engine.facts import NONE, Facts, Ints, Table
from finance.engine.pricing import priced
from finance.engine.stretches import Flags, Stretches, stretches
from roi_project.kernel.integers import distinct, group_sums, round_ratio_sums, run_starts
from roi_project.kernel.shares import split, split_columns
from teams.engine.segments import ONE

FTE_ONE = 10**9
"""Full-time equivalents are kept in billionths: they drive shares and are shown, but are never money."""
SCALE_BITS = 44
"""A weight is minutes of a month (16 bits) times a share on its common denominator: together below WEIGHT_BOUND."""


@dataclass(frozen=True)
class Labour:
    """People's time and money of a span, at the grain (person, month, team); team rank NONE is the bench.

    Per part (one row a person, month and team): person, month, team, role; `whole` and `amount` at standard rates
    (the person's month and the part here), `variance_whole` and `variance`, `minutes` and `priced_minutes` here,
    `fte_nano` here. `over` and `unpriced` are findings: over-allocated stretches and stretches without a card.
    `card_use` counts the people priced by each card: (month, people, card row); `missing_fx` and `used_fx` hold the
    months and currencies of cards that could not and that could be converted, `missing_pay_fx` and `used_pay_fx`
    those of pay.
    """

    parts: Table
    over: Table
    unpriced: Table
    card_use: tuple[Ints, Ints, Ints]
    missing_fx: Table
    used_fx: Table
    missing_pay_fx: Table
    used_pay_fx: Table


def labour(facts: Facts) -> Labour:
    """Price every person's month and split it over teams and bench."""
    here = stretches(facts)
    cards = facts.table("card_timeline", "rate_key", "start", "end", "unit", "amount", "currency", "id")
    rates = facts.table("person_rates", "person", "start", "end", "unit", "amount", "currency")
    standard, at_card = priced(facts, here, here.paid, here.card, cards, full_time=True)
    actual, at_pay = priced(facts, here, here.paid, here.pay, rates, full_time=False)
    # Without a rate of their own people are paid at their card: only stretches with pay differ from standard.
    compared, _ = priced(facts, here, at_pay, here.card, cards, full_time=True)

    assignments = facts.table("assignments", "person", "team", "share", "start", "end")
    row, hit = here.segments.spread(assignments["person"], assignments["start"], assignments["end"])
    worked = here.employed[hit]
    row, hit = row[worked], hit[worked]
    share = assignments["share"][row]
    asked = group_sums(hit, share, here.time.size)
    shares = _Shares(facts, here, hit, assignments["team"][row], share, asked)
    return Labour(
        parts=_parts(facts, here, shares, standard, actual - compared, at_card),
        over=_over_allocated(here, asked),
        unpriced=_unpriced(here, at_card, at_pay),
        card_use=_card_use(here, cards),
        missing_fx=_currencies(here, here.card, ~at_card, cards),
        used_fx=_currencies(here, here.card, at_card, cards),
        missing_pay_fx=_currencies(here, here.pay, ~at_pay, rates),
        used_pay_fx=_currencies(here, here.pay, at_pay, rates),
    )


class _Shares:
    """Shares of every stretch, the bench's among them, gathered into parts (person, month, team).

    A stretch's shares are asked / scale with scale = max(sum asked, one). Weights of a person's month are whole
    numbers on the common denominator of its scales; where that is too large for 64 bits they are fractions.
    """

    def __init__(self, facts: Facts, here: Stretches, hit: Ints, team: Ints, share: Ints, asked: Ints) -> None:
        teams = facts.count("teams")
        employed = np.flatnonzero(here.employed)
        left = np.maximum(ONE - asked[employed], 0)
        stretch, share = np.concatenate([hit, employed]), np.concatenate([share, left])
        team = np.concatenate([team, np.full(employed.size, teams)])  # the bench sorts last: a tie goes to a team
        key = here.person_month[stretch] * (teams + 1) + team
        order = np.flatnonzero(share > 0)
        order = order[np.argsort(key[order], kind="stable")]
        self.stretch, self.share, key = stretch[order], share[order], key[order]
        self.starts = run_starts(key)
        self.person_month, part_team = np.divmod(key[self.starts], teams + 1)
        self.team = np.where(part_team == teams, NONE, part_team)
        self.order_key = part_team
        scale = np.maximum(asked, ONE)
        factor, self.rational = _common_factor(here, scale)
        self.time = np.where(here.paid, here.time, 0)[self.stretch]
        self.scaled = self.share * factor[self.stretch]
        self.scale = (scale * factor)[self.stretch]
        self.weight = self.summed(self.time * self.scaled)

    def summed(self, values: Ints) -> Ints:
        return np.add.reduceat(values, self.starts) if self.starts.size else values

    def split(self, amounts: Ints) -> Ints:
        """Each person-month's amount, split exactly over its parts."""
        out = split_columns(np.where(self.rational, 0, amounts), self.person_month, self.weight, self.order_key)
        for whole in np.flatnonzero(self.rational & (amounts != 0)):
            first, end = np.searchsorted(self.person_month, (whole, whole + 1))
            edges = np.r_[self.starts, self.stretch.size]
            weights = [
                sum(
                    (Fraction(int(self.time[i] * self.scaled[i]), int(self.scale[i])) for i in range(a, b)), Fraction(0)
                )
                for a, b in zip(edges[first:end], edges[first + 1 : end + 1], strict=True)
            ]
            out[first:end] = split(int(amounts[whole]), weights)
        return out

    def fte_nano(self, facts: Facts, here: Stretches) -> Ints:
        """Contracted size times share, over the working days of the month that are paid, in billionths."""
        month = here.month
        workdays = facts.schedules.workdays_between(
            here.schedule, facts.month_starts[month], facts.month_starts[month + 1]
        )
        contracted = facts.schedules.weekly[here.schedule] * np.where(here.paid, here.workdays, 0)
        whole = facts.settings.full_time_week_minutes * np.maximum(workdays, 1)
        return round_ratio_sums(
            contracted[self.stretch], self.scaled, whole[self.stretch] * self.scale, self.starts, times=FTE_ONE
        )


def _common_factor(here: Stretches, scale: Ints) -> tuple[Ints, Flags]:
    """Factors that put the scales of an over-allocated person's month on one denominator.

    Returns the factor per stretch, and the person-months whose common denominator takes more than SCALE_BITS bits.
    """
    factor = np.ones(scale.size, dtype=np.int64)
    rational = np.zeros(here.person_months, dtype=bool)
    crowded = np.zeros(here.person_months, dtype=bool)
    crowded[here.person_month[scale > ONE]] = True
    rows = np.flatnonzero(crowded[here.person_month])
    if rows.size == 0:
        return factor, rational
    starts = run_starts(here.person_month[rows])
    count = np.diff(np.r_[starts, rows.size])
    shared = np.gcd.reduceat(scale[rows], starts)
    reduced = scale[rows] // np.repeat(shared, count)
    # The product of the reduced scales bounds their least common multiple; judged before it is trusted to fit.
    fits = np.add.reduceat(np.log2(reduced), starts) + np.log2(shared) < SCALE_BITS
    common = np.lcm.reduceat(np.where(np.repeat(fits, count), reduced, 1), starts)
    factor[rows] = np.where(np.repeat(fits, count), np.repeat(common, count) // reduced, 1)
    rational[here.person_month[rows[starts[~fits]]]] = True
    return factor, rational


def _parts(facts: Facts, here: Stretches, shares: _Shares, standard: Ints, variance: Ints, at_card: Flags) -> Table:
    """Money and time of every person's month, split over teams and bench; parts of nothing are left out."""
    paid = group_sums(here.person_month, np.where(here.paid, here.minutes, 0), here.person_months)
    covered = group_sums(here.person_month, np.where(at_card, here.minutes, 0), here.person_months)
    role = np.full(here.person_months, NONE, dtype=np.int64)
    role[here.person_month[here.employed]] = here.role[here.employed]  # the last one of a month stays
    person_month = shares.person_month
    part = {
        "person": person_month // facts.months,
        "month": person_month % facts.months,
        "team": shares.team,
        "role": role[person_month],
        "whole": standard[person_month],
        "amount": shares.split(standard),
        "variance_whole": variance[person_month],
        "variance": shares.split(variance),
        "minutes": shares.split(paid),
        "priced_minutes": shares.split(covered),
        "fte_nano": shares.fte_nano(facts, here),
    }
    shown = np.zeros(person_month.size, dtype=bool)
    for name in ("amount", "variance", "minutes", "fte_nano"):
        shown |= part[name] != 0
    return {name: column[shown] for name, column in part.items()}


def _over_allocated(here: Stretches, asked: Ints) -> Table:
    """Stretches of working days on which more than all of a person was asked for."""
    rows = np.flatnonzero((asked > ONE) & (here.workdays > 0) & here.employed)
    at = here.segments
    return {
        "person": at.person[rows],
        "month": at.month[rows],
        "start": at.start[rows],
        "end": at.end[rows],
        "asked": asked[rows],
        "workdays": here.workdays[rows],
    }


def _unpriced(here: Stretches, at_card: Flags, at_pay: Flags) -> Table:
    """Paid stretches that no card prices."""
    rows = np.flatnonzero(here.paid & ~at_card & (here.minutes > 0))
    return {
        "person": here.segments.person[rows],
        "month": here.month[rows],
        "role": here.role[rows],
        "minutes": here.minutes[rows],
        "has_pay": at_pay[rows].astype(np.int64),
    }


def _card_use(here: Stretches, cards: Table) -> tuple[Ints, Ints, Ints]:
    """How many people each card prices in each month: (month, people, card id)."""
    rows = np.flatnonzero((here.card != NONE) & here.paid)
    ids, card = np.unique(cards["id"][here.card[rows]], return_inverse=True)
    size = max(ids.size, 1)
    people = int(here.segments.person.max(initial=0)) + 1
    cells = distinct((here.month[rows] * size + card) * people + here.segments.person[rows]) // people
    starts = run_starts(cells)
    count, cells = np.diff(np.r_[starts, cells.size]), cells[starts]
    return cells // size, count, ids[cells % size]


def _currencies(here: Stretches, rate_of: Ints, wanted: Flags, rates: Table) -> Table:
    """Months and currencies of rates in force on those paid stretches that are wanted."""
    rows = np.flatnonzero(here.paid & (rate_of != NONE) & wanted)
    return {"month": here.month[rows], "currency": rates["currency"][rate_of[rows]]}
