"""Two thousand requests made of noise, over every address: nothing breaks, nothing leaks, and everything still stands.

`python -m tests.reliability.fuzz --requests 20000 --seed 7` sends as many as you like.
"""

import pytest

from tests.reliability.fuzz.requests import Requests
from tests.reliability.fuzz.routes import document, operations, pages
from tests.reliability.fuzz.run import fuzz
from tests.reliability.fuzz.world import IN_A_BROWSER, World

REQUESTS = 1_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_noise_breaks_nothing(seed):
    report = fuzz(seed, REQUESTS)

    assert not report.faults, str(report)
    assert sum(report.statuses.values()) == REQUESTS
    assert len(report.reached) > 220, "not every address had its turn"
    assert report.statuses[200] + report.statuses[201] > REQUESTS / 8, "hardly anything was asked well"
    assert {400, 401, 403, 404, 405, 406, 409, 415} <= report.statuses.keys()


def test_the_same_seed_makes_the_same_requests():
    told = document()
    world = World(
        callers={"": "", "ada": "Bearer x", "bob" + IN_A_BROWSER: "Session y"},
        names={},
        codes={"from": ["2026-07"], "benefit": ["b1"]},
        blind=frozenset(),
    )

    first, again, other = (Requests(told, operations(told), pages(), world, seed) for seed in (5, 5, 6))

    assert [first.request(n) for n in range(200)] == [again.request(n) for n in range(200)]
    assert [first.request(n) for n in range(200)] != [other.request(n) for n in range(200)]
