"""Scheduled working time: which minutes a working pattern schedules on which day.

A schedule is a working pattern (minutes per weekday) in one place (its public holidays and closures).
People share schedules, so days are counted once per schedule and looked up by prefix sums.
See docs/algorithms/day-atoms.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Schedules:
    """Prefix sums over the days first_day..first_day + days, one row per schedule.

    minutes[s, k] is the scheduled minutes of schedule s on the first k days; workdays[s, k] counts the days with any.
    weekly[s] is the minutes of a full week of the pattern, without holidays.
    """

    first_day: int
    minutes: Ints
    workdays: Ints
    weekly: Ints

    def minutes_between(self, schedule: Ints, start: Ints, end: Ints) -> Ints:
        """Scheduled minutes of each row's schedule on the days start..end (day numbers, end outside)."""
        return self.minutes[schedule, end - self.first_day] - self.minutes[schedule, start - self.first_day]

    def workdays_between(self, schedule: Ints, start: Ints, end: Ints) -> Ints:
        """Days with scheduled time of each row's schedule on the days start..end (end outside)."""
        return self.workdays[schedule, end - self.first_day] - self.workdays[schedule, start - self.first_day]


def schedules(*, first_day: int, days: int, patterns: Ints, free: npt.NDArray[np.bool_]) -> Schedules:
    """Count scheduled time for each pattern (n, 7: minutes Monday..Sunday) where `free` (n, days) is False."""
    weekday = (np.arange(first_day, first_day + days) + 3) % 7  # 1970-01-01 was a Thursday
    per_day = patterns[:, weekday] * ~free
    zero = np.zeros((patterns.shape[0], 1), dtype=np.int64)
    return Schedules(
        first_day=first_day,
        minutes=np.hstack([zero, np.cumsum(per_day, axis=1, dtype=np.int64)]),
        workdays=np.hstack([zero, np.cumsum(per_day > 0, axis=1, dtype=np.int64)]),
        weekly=patterns.sum(axis=1, dtype=np.int64),
    )
