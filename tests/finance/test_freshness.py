"""Whoever keeps a copy learns cheaply that a book is published, and from every answer how fresh it is."""

import pytest

from finance.models import BookMonth
from tests.finance.sending import compile_months, dollars, send, send_golden
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

BOOKS = "/api/v1/books/?state=current"
FRESH = ("method_version", "computed_at", "stale", "latest_fact_at")
FIGURES = [
    "books/", "months/", "findings/", "reconciliation/", "reports/roi/", "reports/investment/", "reports/capacity/",
    "reports/team-design/",
    f"explain/?from={JULY}&through={JULY}",
]  # fmt: skip
COMPUTED_WHEN_ASKED = {"reports/capacity/", "reports/team-design/"}


@pytest.fixture
def july(db):
    send_golden()
    compile_months(JULY)


def another_fact(number=1):
    cost = {"incurred_on": "2026-07-09", "category": "cloud", "team": "search", "amount": dollars("10.00")}
    send("cost-entries", {**cost, "external_id": f"late-{number}"})


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_books_are_304_until_one_is_published(july, api, request, who):
    client = api(request.getfixturevalue(who))
    first = client.get(BOOKS)
    tag = first.headers["ETag"]
    assert (first.status_code, tag[:2]) == (200, "W/")

    another_fact()
    again = client.get(BOOKS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)

    compile_months(JULY)
    published = client.get(BOOKS, headers={"If-None-Match": tag})
    assert (published.status_code, published.json()["results"][0]["version"]) == (200, 2)
    assert published.headers["ETag"] != tag


def test_a_new_month_and_a_close_are_news_too(july, api, finance):
    client = api(finance)
    tags = [client.get(BOOKS).headers["ETag"]]
    compile_months("2026-08")
    tags.append(client.get(BOOKS).headers["ETag"])
    BookMonth.objects.filter(month="2026-07-01").update(state="soft_closed")
    tags.append(client.get(BOOKS).headers["ETag"])

    assert len(set(tags)) == 3


def test_pay_alone_is_no_news_to_those_who_may_not_see_it(july, api, finance, leader):
    callers = api(finance), api(leader)
    tags = [caller.get(BOOKS).headers["ETag"] for caller in callers]

    pay = ROWS["person-rates"][0]
    send("person-rates", {**pay, "amount": dollars("15000.00")})
    compile_months(JULY)

    answers = [caller.get(BOOKS, headers={"If-None-Match": tag}) for caller, tag in zip(callers, tags, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 304]


def test_without_a_state_a_fact_is_news(july, api, finance):
    client = api(finance)
    tag = client.get("/api/v1/books/").headers["ETag"]
    assert client.get("/api/v1/books/", headers={"If-None-Match": tag}).status_code == 304

    another_fact()

    told = client.get("/api/v1/books/", headers={"If-None-Match": tag})
    assert (told.status_code, told.json()["stale"]) == (200, True)


def test_another_state_is_refused(api, finance, as_problem):
    as_problem(api(finance).get("/api/v1/books/?state=old"), 400, "invalid")


def test_every_answer_says_how_fresh_it_is(july, api, leader):
    client = api(leader)
    before = {address: client.get(f"/api/v1/{address}").json() for address in FIGURES}
    another_fact()
    after = {address: client.get(f"/api/v1/{address}").json() for address in FIGURES}

    for address, told in before.items():
        assert set(FRESH) <= told.keys(), address
        assert None not in (told["method_version"], told["computed_at"], told["latest_fact_at"]), address
        assert told["stale"] is False, address
    assert {address for address, told in after.items() if not told["stale"]} == COMPUTED_WHEN_ASKED
    assert before["months/"]["results"][0].keys() >= set(FRESH)


def test_before_the_first_book_nothing_is_computed_and_nothing_is_stale(api, leader):
    client = api(leader)
    told = {address: client.get(f"/api/v1/{address}").json() for address in FIGURES}

    assert not any(answer["stale"] for answer in told.values())
    assert {address for address, answer in told.items() if answer["computed_at"]} == COMPUTED_WHEN_ASKED
