"""How large the generated organisation is: L as an enterprise, M a tenth of it, S a hundredth, T for tests."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class Size:
    """Numbers of rows; what is not counted here follows from them (see generate.py)."""

    streams: int
    teams: int
    people: int
    assignments: int
    cost_entries: int
    epics: int
    observations: int
    metrics: int
    benefits: int
    months: int = 60

    def divided(self, by: int) -> "Size":
        names = [name for name in self.__dataclass_fields__ if name != "months"]
        return replace(self, **{name: max(1, getattr(self, name) // by) for name in names})


LARGE: Final = Size(
    streams=500,
    teams=10_000,
    people=100_000,
    assignments=250_000,
    cost_entries=1_000_000,
    epics=100_000,
    observations=10_000_000,
    metrics=2_000,
    benefits=50_000,
)
SIZES: Final = {
    "L": LARGE,
    "M": LARGE.divided(10),
    "S": LARGE.divided(100),
    "T": Size(
        streams=3,
        teams=12,
        people=60,
        assignments=150,
        cost_entries=400,
        epics=40,
        observations=1_000,
        metrics=5,
        benefits=40,
        months=6,
    ),
}
