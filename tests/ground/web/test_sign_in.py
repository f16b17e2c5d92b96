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
