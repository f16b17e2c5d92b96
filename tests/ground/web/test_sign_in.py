"""Guessing passwords is slow; signing in is not."""

import pytest
from django.core.cache import cache
from django.test import Client

from roi_project.web import sign_in

URL = "/admin/login/"


@pytest.fixture(autouse=True)
def _no_tries_of_other_tests():
    sign_in._own_memory.clear()


def attempt(username="ada", password="wrong", **address) -> int:
    return Client().post(URL, {"username": username, "password": password}, **address).status_code


def test_after_five_failures_even_the_right_password_waits(finance):
    assert [attempt() for _ in range(5)] == [200] * 5

    answer = Client().post(URL, {"username": "ADA", "password": "ada-secret"})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "sessionid" not in answer.cookies


def test_others_and_other_addresses_are_not_held_up(finance, leader):
    for _ in range(6):
        attempt()

    assert attempt("bob", "bob-secret") == 302
    assert attempt("ada", "ada-secret", REMOTE_ADDR="10.0.0.7") == 302


def test_a_success_forgets_the_failures_before_it(finance):
    for _ in range(3):
        assert [attempt() for _ in range(4)] == [200] * 4
        assert attempt(password="ada-secret") == 302


def test_it_holds_without_a_cache(finance, monkeypatch):
    def away(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)

    assert [attempt() for _ in range(6)] == [200, 200, 200, 200, 200, 429]


def test_looking_at_the_page_counts_for_nothing(db):
    assert [Client().get(URL).status_code for _ in range(9)] == [200] * 9


@pytest.mark.parametrize(
    ("sent_from", "goes_to"),
    [
        ("/admin/explain/?code=buy&from=2026-06", "/admin/explain/?code=buy&from=2026-06"),
        ("https://elsewhere.example/", "/admin/"),
        ("//elsewhere.example/", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_who_has_signed_in_already_goes_on_to_where_a_link_led_and_nowhere_else(client, finance, sent_from, goes_to):
    client.force_login(finance)

    answer = client.get(URL, {"next": sent_from})

    assert (answer.status_code, answer.headers["Location"]) == (302, goes_to)


def test_who_may_not_enter_is_asked_to_sign_in_and_not_sent_in_a_circle(client, planner):
    client.force_login(planner)

    assert client.get(URL, {"next": "/admin/explain/"}).status_code == 200
