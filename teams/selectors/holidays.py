"""Public holidays of a place, as the days on which people there do not work."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from roi_project.kernel.period import day_number


@dataclass(frozen=True)
class Holidays:
    """The holidays of one place within a span; `warning` says why there may be too few."""

    days: tuple[dt.date, ...]
    warning: str = ""

    @property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The same days as days since 1970-01-01, rising."""
        return np.array([day_number(day) for day in self.days], dtype=np.int32)


def calendar_version() -> str:
    """The version of the holiday tables: books compiled with another version may count other days."""
    import holidays

    return str(holidays.__version__)


def holidays_between(country: str, subdivision: str, first: dt.date, end: dt.date) -> Holidays:
    """Holidays from `first` until before `end`, each on the day it is observed.

    A fixed holiday on a weekend counts on the working day that replaces it, where the law says so: in
    July 2026 people in the US are off on Friday 3. An unknown country has no holidays and a warning; an
    unknown subdivision has those of its country and a warning; no country has none and needs no warning.
    """
    if not country:
        return Holidays(())
    # New Year's Day may be observed in the old year, so the neighbouring years are asked too.
    found, warning = _of_years(country, subdivision, first.year - 1, end.year + 1)
    return Holidays(tuple(day for day in found if first <= day < end), warning)


@lru_cache(maxsize=512)
def _of_years(country: str, subdivision: str, first: int, last: int) -> tuple[tuple[dt.date, ...], str]:
    import holidays  # slow to load, and only the compiler and capacity need it

    years = range(first, last + 1)
    warning = ""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        try:
            found = holidays.country_holidays(country, years=years)
            warning = f"The holidays of {subdivision} in {country} are not known; those of {country} are used."
        except NotImplementedError:
            return (), f"The holidays of country {country} are not known; none are counted."
    return tuple(sorted(found)), warning
