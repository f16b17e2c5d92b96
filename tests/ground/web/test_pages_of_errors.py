"""A person who goes astray in the admin reads what to do; programs get problems instead."""

import pytest
from django.test import Client, RequestFactory

from roi_project.web.handlers import server_error

pytestmark = pytest.mark.django_db


def test_who_may_not_see_a_page_reads_whom_to_ask(leader):
    client = Client()
    client.force_login(leader)

    answer = client.get("/admin/get-started/")

    assert answer.status_code == 403
    assert "Who needs more asks an administrator for another group." in answer.content.decode()


def test_an_address_with_nothing_behind_it_leads_back(leader):
    client = Client()
    client.force_login(leader)

    answer = client.get("/admin/nonsense/")

    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is nothing at this address" in page
    assert 'href="/admin/"' in page


def test_a_page_that_fails_says_to_look_before_doing_it_again():
    answer = server_error(RequestFactory().get("/admin/"))

    assert answer.status_code == 500
    assert "Look whether what you did is stored before you do it again" in answer.content.decode()
