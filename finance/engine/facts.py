"""The one bundle that a book is compiled from: column tables, nothing else.

Every entity is a rank 0..n-1 in the order of its business code, so that ties are broken by code and never
by a database key; `ids` translate ranks back when the book is written. Months are offsets from
`first_month`; days are day numbers with an open end of period.OPEN_DAY; shares are millionths; amounts are
minor units. A scenario is a function Facts -> Facts; the compiler never knows where its bundle came from.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from teams.engine.calendar import Schedules

Ints = npt.NDArray[np.int64]
Table = dict[str, Ints]

NONE = -1
"""Rank of nobody: no team, no epic, no rate."""


@dataclass(frozen=True)
class Settings:
    """The organisation's settings that a book depends on."""

    currency: str
    full_time_week_minutes: int = 2400
    full_time_month_minutes: tuple[int, ...] = ()
    """Scheduled minutes of a full-time person of the organisation's own country, per month of the span."""


@dataclass(frozen=True)
class Facts:
    """Columns by table; see each engine for the columns it reads."""

    first_month: int
    month_starts: Ints
    settings: Settings
    fiscal_index: Ints
    """1..12 per month of the span: which twelfth of a yearly rate falls into it."""
    currencies: tuple[str, ...]
    fx_rate: Ints
    """(currency, month) -> rate x 10^10, or -1 where there is none."""
    schedules: Schedules
    fx_carried: Ints | None = None
    """(currency, month) -> 1 where the rate is an earlier month's, for want of its own."""
    ids: dict[str, Ints] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def months(self) -> int:
        return self.month_starts.size - 1

    def count(self, entity: str) -> int:
        return len(self.codes.get(entity, ()))

    def table(self, name: str, *columns: str) -> Table:
        """The named table; a table nobody sent is empty, with these columns."""
        found = self.tables.get(name)
        return found if found is not None else {c: np.zeros(0, dtype=np.int64) for c in columns}
