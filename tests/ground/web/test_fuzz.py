"""Whatever is sent, nothing breaks: seeded noise against a list, a report, a body and the trail."""

import random

import pytest
from django.db import connection

ATOMS = [
    "", " ", "0", "-1", "1e20", "NaN", "٣", "\0", "\ud800", "\u202e", "%", "%00", "%zz", "'", '"', "<x>", "../", "=1+1",
    "2026-02-30", "0000-00", "9" * 400, "x" * 5_000, "a,b", ",", "null", "true",
    "[]", "{}", "0001-01-01T00:00:00+14:00",
]  # fmt: skip
NAMES = ["name", "search", "number", "size_min", "cursor", "page_size", "ordering", "format", "from", "through", "top",
         "team", "since", "until", "kind", "x", ""]  # fmt: skip
ADDRESSES = ["/api/v1/bands/", "/api/v1/bands/1/", "/api/v1/reports/figures/", "/api/v1/audit/", "/api/v1/me/",
             "/api/v1/schema/", "/problems/invalid", "/api/v1/bands/\u0663/"]  # fmt: skip
HEADERS = ["HTTP_ACCEPT", "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IDEMPOTENCY_KEY", "HTTP_X_REQUEST_ID"]


def text(noise: random.Random) -> str:
    atom = noise.choice(ATOMS)
    return atom + noise.choice(ATOMS) if noise.random() < 0.2 else atom


def plain(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_answered_and_never_with_a_page(api, auditor, seed):
    noise = random.Random(seed)
    client = api(auditor)

    for _ in range(150):
        query = {noise.choice(NAMES): plain(text(noise)) for _ in range(noise.randint(0, 3))}
        header = plain(text(noise)).encode("ascii", "ignore").decode().replace("\0", "")
        answer = client.get(noise.choice(ADDRESSES), query, **{noise.choice(HEADERS): header[:1_000]})

        assert answer.status_code < 500, (query, header)
        assert "html" not in answer.headers.get("Content-Type", "")
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("seed", range(4))
def test_bodies_of_noise_are_answered(api, planner, seed):
    noise = random.Random(seed)
    client = api(planner)
    whole = b'{"name": "quartet", "other": [1, 2.50, {"a": null}], "deep": [[[[]]]]}'

    for _ in range(150):
        body = bytearray(whole)
        for _ in range(noise.randint(1, 6)):
            at = noise.randrange(len(body))
            piece = noise.choice(ATOMS).encode("utf-8", "surrogatepass")[:50]
            body[at : at + noise.randint(0, 3)] = noise.choice([piece, bytes([noise.randrange(256)])])
        address = noise.choice(["/api/v1/bands/", "/api/v1/echo/", "/api/v1/payments/"])
        answer = client.generic("POST", address, bytes(body), content_type="application/json")

        assert answer.status_code < 500, bytes(body)
        assert answer.headers["Content-Type"] in ("application/json", "application/problem+json")
    assert connection.is_usable()
