"""Numbers under a key: every one has a partner and only one, and partners tell nothing of order or distance."""

import hashlib
import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from roi_project.kernel.permutation import KeyedPermutation

KEY = b"the key of a small test database"


def partner(number, key=KEY):
    """The same network with a loop over bits of text, as one would write it down."""
    left, right = number >> 18, number % 2**18
    for round_number in range(6):
        table = hashlib.shake_256(f"{round_number}:".encode() + key).digest(2**20)
        (mixed,) = struct.unpack_from("<I", table, 4 * right)
        left, right = right, left ^ (mixed % 2**18)
    return left * 2**18 + right


def test_a_number_is_mixed_in_six_rounds():
    found = KeyedPermutation(KEY).hide_all([0, 1, 2, 2**36 - 1])

    assert found == [partner(0), partner(1), partner(2), partner(2**36 - 1)]
    assert len({number // 2**30 for number in found}) > 1, "neighbours are far from each other"


def test_higher_bits_stay():
    assert KeyedPermutation(KEY).hide_all([5 * 2**36 + 7]) == [5 * 2**36 + partner(7)]


def test_another_key_gives_other_partners():
    assert partner(1) != partner(1, b"another key")
    assert KeyedPermutation(b"another key").hide_all([1]) == [partner(1, b"another key")]


@given(st.lists(st.integers(0, 2**62 - 1), max_size=20))
def test_every_number_leads_back(numbers):
    permutation = MADE

    hidden = permutation.hide_all(numbers)

    assert [permutation.reveal_one(number) for number in hidden] == numbers
    assert len(set(hidden)) == len(set(numbers))


def test_partners_of_neighbours_are_as_far_apart_as_numbers_drawn_by_lot():
    hidden = MADE.hide(np.arange(100_000, dtype=np.int64))

    steps = np.diff(hidden)
    assert 0.49 < (steps > 0).mean() < 0.51, "half of them go up"
    assert 0.33 < np.abs(steps).mean() / 2**36 < 0.337, "a third of the range, as between two random numbers"
    assert np.unique(hidden).size == 100_000


MADE = KeyedPermutation(KEY)
