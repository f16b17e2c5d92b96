"""A keyed permutation of whole numbers: row numbers in, numbers out that tell nothing of order, distance or count.

A Feistel network of ROUNDS rounds over numbers below 2**36 (Luby and Rackoff, 1988): each half of 18 bits is mixed
into the other by a table of random numbers, drawn from the key by SHAKE-256. Whole columns are looked up at once.
Without the key nobody can tell the result from numbers drawn by lot; with it every number leads back. Bits above the
36th stay as they are, so that no number is ever without a partner.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from roi_project.kernel.integers import Ints

ROUNDS: Final = 6
HALF_BITS: Final = 18
SIZE: Final = 1 << HALF_BITS
LOW: Final = SIZE - 1


class KeyedPermutation:
    """Numbers from 0 to 2**62 to others and back, one to one, as one key says. Tables take six megabytes."""

    def __init__(self, key: bytes) -> None:
        self._tables = [_table(key, number) for number in range(ROUNDS)]

    def hide(self, numbers: Ints) -> Ints:
        """The partners of these numbers."""
        high, left, right = _halves(numbers)
        for table in self._tables:
            left, right = right, left ^ table[right]
        return high | left << HALF_BITS | right

    def reveal(self, numbers: Ints) -> Ints:
        """The numbers whose partners these are."""
        high, left, right = _halves(numbers)
        for table in reversed(self._tables):
            left, right = right ^ table[left], left
        return high | left << HALF_BITS | right

    def hide_all(self, numbers: Iterable[int]) -> list[int]:
        """The same for numbers that are no column yet."""
        return [int(partner) for partner in self.hide(np.fromiter(numbers, dtype=np.int64))]

    def reveal_one(self, number: int) -> int:
        return int(self.reveal(np.array([number], dtype=np.int64))[0])


def _halves(numbers: Ints) -> tuple[Ints, Ints, Ints]:
    """The bits that stay, and the two halves of those that are permuted."""
    pair = numbers & (SIZE * SIZE - 1)
    return numbers - pair, pair >> HALF_BITS, pair & LOW


def _table(key: bytes, number: int) -> npt.NDArray[np.int32]:
    drawn = hashlib.shake_256(b"%d:%s" % (number, key)).digest(4 * SIZE)
    return (np.frombuffer(drawn, dtype="<u4") & LOW).astype(np.int32)
