"""Who a change is credited to: weights of epics, teams and streams by the agreed model.

The explicit external share (marketing, market) is taken first; what shares leave over stays unattributed. One
largest-remainder split goes over all leaves, so roll-ups by team and by stream agree to the cent.
See docs/algorithms/attribution.md.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction


class Model(StrEnum):
    FIXED = "fixed"
    EFFORT = "effort"
    EQUAL = "equal"
    COST = "cost"


EXTERNAL, UNATTRIBUTED = "external", "unattributed"


def leaf_shares(
    weights: Mapping[str, Fraction], *, external: Fraction = Fraction(0), complete: bool = True
) -> dict[str, Fraction]:
    """Shares of the whole per leaf, with the explicit `external` and `unattributed` parts, adding up to one.

    With `complete`, weights are proportions of what the external share leaves; without it they are
    shares of it themselves and what they leave over is unattributed.
    """
    rest = 1 - Fraction(external)
    total = sum(weights.values(), Fraction(0))
    out: dict[str, Fraction] = {}
    if complete:
        if total > 0:
            out = {leaf: rest * Fraction(weight) / total for leaf, weight in weights.items()}
    else:
        out = {leaf: rest * Fraction(weight) for leaf, weight in weights.items()}
    left = rest - sum(out.values(), Fraction(0))
    if external:
        out[EXTERNAL] = Fraction(external)
    if left:
        out[UNATTRIBUTED] = left
    return out


def equal(names: Sequence[str]) -> dict[str, Fraction]:
    """The same weight for each: right for a few contributors and no data."""
    return {name: Fraction(1) for name in names}


def nested(
    outer: Mapping[str, Fraction], inner: Mapping[str, Mapping[str, Fraction]]
) -> dict[tuple[str, str], Fraction]:
    """Weights of (team, stream) leaves from team shares and stream shares given the team."""
    return {
        (name, below): Fraction(share) * Fraction(part)
        for name, share in outer.items()
        for below, part in inner[name].items()
    }
