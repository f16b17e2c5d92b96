"""What is answered again without being made again is never old, and never somebody else's."""

import datetime as dt
import threading
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roi_project.access.audience import SYSTEM
from roi_project.access.models import Token
from roi_project.access.services import revoke
from roi_project.db import prepared
from roi_project.db.mark import MARK
from roi_project.kernel.shelf import Shelf
from roi_project.web import kept, throttling
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY, ROWS

ROI = f"/api/v1/reports/roi/?from={JULY}&through={JULY}&group_by=team&window=period"
REPORTS = [
    ROI,
    f"/api/v1/reports/investment/?from={JULY}&through={JULY}",
    f"/api/v1/reports/changes/?from={JULY}&through=2026-08",
    "/api/v1/reports/promises/",
]
of_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no mark of its state")


@pytest.fixture
def books(transactional_db):
    """The golden July and its August, in a process that has answered nothing yet."""
    kept.forget()
    send_golden()
    send_card()
    compile_months(JULY, "2026-08")


def asked(client, address=ROI, tag=None):
    """The answer, and what the database was asked for it."""
    with CaptureQueriesContext(connection) as said:
        answer = client.get(address, headers={"If-None-Match": tag} if tag else {})
    return answer, [query["sql"] for query in said]


def kept_asked(client, tag=None, address=ROI):
    """The same, at a moment in which nobody else, as a test beside this one, has written to the server just before."""
    for _ in range(300):
        answer, said = asked(client, address, tag)
        if len(said) == 1:
            return answer, said
    raise AssertionError(f"never kept; asked for it: {said}")


def twice(client, address=ROI):
    """The answer of the first time, once it is kept: the first use of a token is noted, and that is something new."""
    client.get(address)
    return client.get(address)


def elsewhere(act, *args):
    """Do something as another process would: on a connection of its own."""
    problems = []

    def work():
        try:
            act(*args)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert problems == []


def spend_more():
    cost = {"incurred_on": "2026-07-09", "category": "cloud", "team": "search", "amount": dollars("10.00")}
    send("cost-entries", {**cost, "external_id": "late"})


@of_postgresql
@pytest.mark.parametrize("address", REPORTS)
def test_asked_again_only_the_mark_is_read(books, api, leader, address):
    client = api(leader)
    first = twice(client, address)

    again, said = kept_asked(client, address=address)
    known, said_of_known = kept_asked(client, first.headers["ETag"], address)

    assert said == said_of_known == [f"SELECT {MARK}"]
    assert (again.status_code, again.content) == (200, first.content)
    assert (known.status_code, known.content, "Content-Type" in known.headers) == (304, b"", False)
    told = ("ETag", "Cache-Control", "Content-Type", "Vary", "X-Frame-Options", "X-Content-Type-Options")
    assert {name: again.headers[name] for name in told} == {name: first.headers[name] for name in told}
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]


def test_a_book_that_another_process_publishes_is_in_the_next_answer(books, api, leader):
    client = api(leader)
    before = twice(client)

    elsewhere(spend_more)
    stale = client.get(ROI, headers={"If-None-Match": before.headers["ETag"]})
    elsewhere(compile_months, JULY)
    after = client.get(ROI, headers={"If-None-Match": stale.headers["ETag"]})

    assert (before.json()["stale"], stale.status_code, stale.json()["stale"]) == (False, 200, True)
    assert (after.status_code, after.json()["stale"]) == (200, False)
    assert [book["version"] for book in after.json()["books"]] == [2]


@pytest.mark.parametrize("address", REPORTS[:3])
def test_a_new_name_is_in_the_next_answer(books, api, leader, planner, address):
    client = api(leader)
    before = twice(client, address)
    kind = "value-streams" if "changes" in address else "teams"
    code = "commerce" if "changes" in address else "checkout"

    elsewhere(send, kind, {"code": code, "name": "Till"})
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert "Till" not in before.content.decode()
    assert "Till" in after.content.decode()


@of_postgresql
def test_what_began_earlier_and_ends_later_is_seen_when_it_has_ended(books, api, leader):
    client = api(leader)
    begun, end = threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            spend_more()
            begun.set()
            assert end.wait(30)

    thread = threading.Thread(target=elsewhere, args=[slowly])
    thread.start()
    assert begun.wait(30)
    before = twice(client)
    kept_asked(client)  # it is kept while the other is at work
    end.set()
    thread.join(60)

    after = client.get(ROI, headers={"If-None-Match": before.headers["ETag"]})

    assert (before.json()["stale"], after.status_code, after.json()["stale"]) == (False, 200, True)


def test_pay_is_in_no_answer_of_those_who_may_not_see_it_whoever_asked_before(books, api, finance, leader):
    official = {"starts_on": "2026-01-01", "official_rates": "actual"}
    send("organisation-settings", {**ROWS["organisation-settings"][0], **official})
    compile_months(JULY)
    seeing, other = api(finance), api(leader)

    paid = twice(seeing)
    standard = twice(other)
    again = twice(seeing)

    assert (paid.json()["filters"]["rates"], standard.json()["filters"]["rates"]) == ("actual", "standard")
    assert again.content == paid.content
    assert paid.headers["ETag"] != standard.headers["ETag"]
    assert other.get(ROI, headers={"If-None-Match": paid.headers["ETag"]}).status_code == 200
    assert other.get(f"{ROI}&rates=actual").status_code == 403


def test_pay_that_changes_is_no_news_to_those_who_may_not_see_it(books, api, finance, leader):
    seeing, other = api(finance), api(leader)
    tags = [twice(client).headers["ETag"] for client in (seeing, other)]

    elsewhere(send, "person-rates", {**ROWS["person-rates"][0], "amount": dollars("15000.00")})
    elsewhere(compile_months, JULY)

    answers = [
        client.get(ROI, headers={"If-None-Match": tag}) for client, tag in zip((seeing, other), tags, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [200, 304]


def test_who_may_no_longer_read_is_refused_at_once(books, api, leader, as_problem):
    client = api(leader)
    twice(client)

    leader.groups.set([])
    as_problem(client.get(ROI), 403, "forbidden")

    leader.groups.add(DjangoGroup.objects.get(name="leader"))
    assert twice(client).status_code == 200
    revoke(SYSTEM, token=Token.objects.get(), now=timezone.now())
    as_problem(client.get(ROI), 401, "not-authenticated")


@of_postgresql
def test_what_is_kept_for_one_caller_is_refused_to_another_at_the_same_moment(books, api, leader, administrator):
    """Nothing is written between the two: the mark is the same."""
    reading, keeping, narrow = api(leader), api(administrator), api(leader, scopes=["jobs"])
    for client in (keeping, narrow):
        assert client.get(ROI).status_code == 403  # and the use of the token is noted
    twice(reading)

    kept_asked(reading)

    assert [client.get(ROI).status_code for client in (keeping, narrow)] == [403, 403]
    assert kept_asked(reading)[0].status_code == 200


@of_postgresql
def test_another_secret_of_a_kept_token_is_refused_while_nothing_is_written(books, api, leader, as_problem):
    client = api(leader)
    twice(client)
    kept_asked(client)
    text = client._credentials["HTTP_AUTHORIZATION"]

    client.credentials(HTTP_AUTHORIZATION=text[:-1] + ("a" if text[-1] != "a" else "b"))

    as_problem(client.get(ROI), 401, "not-authenticated")


@of_postgresql
def test_a_server_that_has_recovered_from_a_crash_is_asked_anew_for_all_of_it(books, api, leader):
    """It was not started anew, and gives numbers of transactions again. What a recovery leaves behind is that the
    server counts from zero; here somebody resets the counts, which would be seen the same way."""
    client = api(leader)
    first = twice(client)
    kept_asked(client)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset_shared('bgwriter')")
    again, said = asked(client)

    assert (again.status_code, again.content) == (200, first.content)
    assert len(said) > 1


@of_postgresql
def test_what_is_taken_from_a_caller_elsewhere_is_taken_in_the_next_answer(books, api, leader):
    """By another process, between two requests that would both be kept ones."""
    taken = {
        "the group": lambda: leader.groups.clear(),
        "the account": lambda: User.objects.filter(pk=leader.pk).update(is_active=False),
        "the token": lambda: revoke(SYSTEM, token=Token.objects.get(), now=timezone.now()),
    }
    client = api(leader)
    found = []
    for take in taken.values():
        twice(client)
        kept_asked(client)
        elsewhere(take)
        found.append(client.get(ROI).status_code)
        leader.groups.add(DjangoGroup.objects.get(name="leader"))
        User.objects.filter(pk=leader.pk).update(is_active=True)

    assert dict(zip(taken, found, strict=True)) == {"the group": 403, "the account": 401, "the token": 401}


@of_postgresql
def test_a_token_that_runs_out_while_nothing_is_written_is_refused(books, api, leader, as_problem, monkeypatch):
    client = api(leader)
    now = timezone.now()
    Token.objects.update(expires_at=now + dt.timedelta(seconds=40))
    twice(client)
    kept_asked(client)

    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(seconds=41))

    as_problem(client.get(ROI), 401, "not-authenticated")


def test_who_is_not_active_any_more_is_refused_at_once(books, api, leader, as_problem):
    client = api(leader)
    twice(client)

    User.objects.filter(pk=leader.pk).update(is_active=False)

    as_problem(client.get(ROI), 401, "not-authenticated")


def test_whether_the_service_lives_is_asked_of_nobody_else(books, api, leader):
    answer, said = asked(api(leader), "/livez")

    assert (answer.status_code, said) == (200, [])


@pytest.mark.parametrize("lost", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_told_in_words(books, api, leader, as_problem, monkeypatch, lost):
    client = api(leader)
    twice(client)

    def away(sql, params):
        raise lost("no connection to the server")

    monkeypatch.setattr(prepared, "_rows", away)

    as_problem(client.get(ROI), 503, "unavailable")


def test_another_format_or_another_parameter_is_another_answer(books, api, leader):
    client = api(leader)
    first = twice(client)

    assert client.get(f"{ROI}&perod=1").status_code == 400
    assert client.get(f"{ROI}&format=csv").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert client.get(ROI, headers={"Accept": "text/csv"}).headers["Content-Type"] == "text/csv; charset=utf-8"
    assert client.get(ROI, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(f"{ROI}&view=direct").content != first.content
    assert client.post(ROI).status_code == 405


@of_postgresql
def test_answers_that_are_kept_count_against_the_limit(books, api, leader, settings, as_problem, monkeypatch):
    client = api(leader)
    twice(client)
    kept_asked(client)
    monkeypatch.setattr(throttling, "time", SimpleNamespace(time=lambda: 1_000_000.0))  # no minute ends meanwhile
    settings.REQUESTS_PER_MINUTE = 3

    answers = [client.get(ROI) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    as_problem(client.get(ROI), 429, "too-many-requests")


def test_a_shelf_keeps_what_was_used_last_and_no_more_than_it_may():
    shelf = Shelf(10, len)
    shelf.put("a", b"four")
    shelf.put("b", b"five5")
    assert shelf.get("a") == b"four"

    shelf.put("c", b"six")

    assert [shelf.get(name) for name in "abc"] == [b"four", None, b"six"]
    shelf.put("c", b"seventy")
    assert [shelf.get(name) for name in "abc"] == [None, None, b"seventy"]
    shelf.put("d", b"more than ten")
    assert [shelf.get(name) for name in "abcd"] == [None, None, None, None]
