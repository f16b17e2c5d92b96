"""What every part of the generated organisation shares: its size, its months, and one random stream per table."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from benchmarks.sizes import Size
from roi_project.kernel.period import month_starts, parse_month

FIRST_MONTH = parse_month("2021-01")
OPEN = -(2**30)
"""No end, no beginning, no reference: NULL in the table."""

Ints = np.ndarray


@dataclass(frozen=True)
class Plan:
    """Months are offsets from FIRST_MONTH, days numbers since 1970-01-01, ids 1..n in the order of codes."""

    size: Size
    seed: int = 20260101

    def rng(self, table: str) -> np.random.Generator:
        """Random numbers of one table: the same whatever else is generated."""
        return np.random.default_rng([self.seed, crc32(table.encode())])

    @property
    def starts(self) -> Ints:
        """First days of the months, and of the month after the last."""
        return month_starts(FIRST_MONTH, self.size.months).astype(np.int64)

    @property
    def days(self) -> int:
        return int(self.starts[-1] - self.starts[0])

    @property
    def first_day(self) -> int:
        return int(self.starts[0])

    @property
    def months(self) -> tuple[int, int]:
        """Month indexes of the first and the last month."""
        return FIRST_MONTH, FIRST_MONTH + self.size.months - 1


def ids(count: int) -> Ints:
    return np.arange(1, count + 1, dtype=np.int64)
