"""What a reader of the first page chose: months, and value streams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finance.selectors.months import MonthBook
from finance.selectors.roi import ROLLING, Window
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_text

Names = Mapping[int, tuple[str, str, str]]
"""id -> code, name, parent's code"""


@dataclass(frozen=True)
class Asked:
    """Months, both inside (None: the twelve that end with `last`, or with the last one that has a book), and value
    streams by code (none: all of them, and what no stream carries)."""

    first: int | None = None
    last: int | None = None
    streams: tuple[str, ...] = ()

    @property
    def months_read(self) -> int:
        """So many that each month shown has the twelve that end with it, and the latest twelve as many before them."""
        shown = ROLLING if self.first is None or self.last is None else self.last - self.first + 1
        return max(2 * ROLLING, shown + ROLLING - 1)

    def span(self, books: Sequence[MonthBook]) -> tuple[int, int, Window]:
        """The first and last month shown. Raises Invalid where none of the months chosen has a book."""
        last = books[-1].month if self.last is None and books else self.last or 0
        read = [book.month for book in books if book.month > last - self.months_read]
        first = self.first
        if first is None:
            first = max([last - ROLLING + 1, *read[:1]])
        if not read or read[-1] < first:
            raise Invalid(f"No month from {month_text(first)} to {month_text(last)} has a book; choose other months.")
        if last - read[0] + 1 >= ROLLING and last - first + 1 == ROLLING:
            return first, last, Window.ROLLING12
        return first, last, Window.CUMULATIVE if self.first is None else Window.PERIOD

    def chosen(self, names: Names) -> frozenset[int] | None:
        """Ids of the streams that were chosen, None for all. Raises Invalid where one is not there."""
        if not self.streams:
            return None
        ids = {code: pk for pk, (code, _, _) in names.items()}
        for code in self.streams:
            if code not in ids:
                raise Invalid(f"There is no value stream “{code}”; choose one of the list.")
        return frozenset(ids[code] for code in self.streams)


LATEST = Asked()
