"""Sent twice, done once: the key and the effect are one transaction."""

import threading

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.db import OperationalError, connection

from roi_project.access.audience import Audience
from roi_project.kernel.errors import Refusal
from roi_project.web.idempotency import StillRunning, once
from roi_project.web.models import IdempotencyKey

URL = "/api/v1/payments/"
ADA = Audience(actor="user:ada", user_id=1)


def pay(client, key: str | None = "k1", **body):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return client.post(URL, {"name": "rent", **body}, **headers)


def test_the_second_request_gets_the_first_answer(api, finance):
    client = api(finance)

    first, second = pay(client), pay(client)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() == {"name": "rent"}
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert DjangoGroup.objects.filter(name="rent").count() == 1


def test_another_token_of_the_same_person_is_the_same_caller(api, finance):
    pay(api(finance))

    assert pay(api(finance)).headers["Idempotent-Replayed"] == "true"


def test_a_key_belongs_to_its_caller(api, finance, second_finance):
    pay(api(finance))

    assert "Idempotent-Replayed" not in pay(api(second_finance), name="food").headers


def test_another_body_under_the_same_key_is_refused(api, finance, as_problem):
    client = api(finance)
    pay(client)

    as_problem(pay(client, name="food"), 422, "idempotency-key-reused")
    assert not DjangoGroup.objects.filter(name="food").exists()


def test_the_order_of_members_makes_no_other_body(api, finance):
    client = api(finance)
    pay(client, amount="1.00")

    answer = client.post(URL, {"amount": "1.00", "name": "rent"}, HTTP_IDEMPOTENCY_KEY="k1")

    assert answer.headers["Idempotent-Replayed"] == "true"


def test_a_key_is_needed(api, finance, as_problem):
    as_problem(pay(api(finance), key=None), 400, "idempotency-key-required")


@pytest.mark.parametrize("key", ["a b", "ü", "x" * 201, "a\tb"])
def test_a_key_is_plain_text(api, finance, as_problem, key):
    as_problem(pay(api(finance), key=key), 400, "invalid")


def test_what_was_refused_may_be_sent_again_corrected(api, finance, as_problem):
    client = api(finance)

    as_problem(pay(client, refuse=True), 409, "conflict")

    assert not IdempotencyKey.objects.exists()
    assert pay(client).status_code == 201


def test_a_failure_leaves_neither_key_nor_effect(db):
    def act():
        DjangoGroup.objects.create(name="rent")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(ADA, "k1", {}, act)

    assert not IdempotencyKey.objects.exists()
    assert not DjangoGroup.objects.filter(name="rent").exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_have_one_effect():
    start, answers = threading.Barrier(8), []

    def act():
        DjangoGroup.objects.create(name="rent")
        return 201, {"done": True}

    def send():
        start.wait()
        try:
            answers.append(once(ADA, "k1", {"a": 1}, act).replayed)
        except (StillRunning, OperationalError) as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count(False) == 1
    assert DjangoGroup.objects.filter(name="rent").count() == 1
    if connection.vendor == "postgresql":
        assert answers.count(True) == 7


@pytest.mark.django_db(transaction=True)
def test_a_request_still_running_is_told_to_wait():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the second waits for the first")
    entered, leave = threading.Event(), threading.Event()

    def slow():
        entered.set()
        leave.wait(10)
        return 201, {}

    def first():
        once(ADA, "k1", {}, slow)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with pytest.raises(StillRunning) as refusal:
        once(ADA, "k1", {}, lambda: (201, {}))
    connection.close()  # and with it the short patience
    leave.set()
    thread.join()

    assert isinstance(refusal.value, Refusal)
    assert (refusal.value.status, refusal.value.retry_after) == (409, 2)
    assert once(ADA, "k1", {}, lambda: (500, {})).replayed
