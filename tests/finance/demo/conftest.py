"""Harbour & Pine, brought in and compiled once for all tests of a module, and taken out again."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.db import transaction

from finance.demo.calendar import FIRST, LAST
from finance.demo.load import Loaded, load
from finance.services import books
from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import audience_of

NOW = dt.datetime(2026, 7, 6, 9, tzinfo=dt.UTC)


def of_finance(username: str) -> Audience:
    user = User.objects.create(username=username)
    user.groups.add(DjangoGroup.objects.get(name=Group.FINANCE.value))
    return audience_of(user)


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker) -> Loaded:
    kept_from_others = transaction.atomic()
    kept_from_others._from_testcase = True  # as Django's own test case marks the transaction it rolls back
    with django_db_blocker.unblock(), kept_from_others:
        loaded = load(of_finance("ada"), of_finance("grace"))
        books.compile_span(FIRST, LAST)
        yield loaded
        transaction.set_rollback(True)
