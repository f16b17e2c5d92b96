"""Masters by code, as far as the caller may see them."""

import pytest

from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.kernel.errors import NotFound
from teams.models import Person, Team, ValueStream
from teams.selectors import masters

pytestmark = pytest.mark.django_db

PLANNER = Audience(actor="user:carol", groups=frozenset({Group.PLANNER}))
ADMINISTRATOR = Audience(actor="user:eve", groups=frozenset({Group.ADMINISTRATOR}))


def test_a_team_is_found_by_its_code(payments, search):
    assert masters.with_code(ADMINISTRATOR, Team, "search") == search
    assert masters.by_code(ADMINISTRATOR, Team, ["search", "payments", "lost"]) == {
        "payments": payments,
        "search": search,
    }


def test_people_are_not_shown_to_everybody(ada):
    assert masters.with_code(PLANNER, Person, "ada") == ada
    assert masters.by_code(ADMINISTRATOR, Person, ["ada"]) == {}


def test_what_is_not_there_and_what_may_not_be_seen_sound_the_same(ada):
    with pytest.raises(NotFound) as hidden:
        masters.with_code(ADMINISTRATOR, Person, "ada")
    with pytest.raises(NotFound) as missing:
        masters.with_code(PLANNER, Person, "nobody")

    assert hidden.value.detail == "There is no person “ada” that you can see."
    assert missing.value.detail == "There is no person “nobody” that you can see."


def test_a_caller_without_a_group_sees_nothing(payments):
    assert list(masters.visible(Audience(actor="user:frank"), Team)) == []


def test_a_stream_is_answered_with_all_its_parts(commerce, discovery, django_assert_num_queries):
    shop = ValueStream.objects.create(code="shop", parent=commerce)
    cart = ValueStream.objects.create(code="cart", parent=shop)

    with django_assert_num_queries(2):
        assert masters.stream_and_parts(SYSTEM, "commerce") == {commerce.pk, shop.pk, cart.pk}
    assert masters.stream_and_parts(SYSTEM, "cart") == {cart.pk}
