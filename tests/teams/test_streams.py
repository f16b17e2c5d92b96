"""Rules about value streams that look at more than one row."""

import pytest

from roi_project.kernel.errors import Conflict
from teams.models import TeamStreamShare, ValueStream
from teams.services.streams import refuse_circles, refuse_more_than_a_team
from tests.teams.facts import day, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(db):
    """a ← b ← c: b is a part of a, c of b."""
    a = ValueStream.objects.create(code="a")
    b = ValueStream.objects.create(code="b", parent=a)
    c = ValueStream.objects.create(code="c", parent=b)
    return a, b, c


def circle(*streams):
    """The refusal of a circle, or None where there is none."""
    try:
        refuse_circles(streams)
    except Conflict as refusal:
        return refusal.detail
    return None


def test_a_tree_is_no_circle(chain):
    assert circle(*chain) is None


def test_a_stream_cannot_be_a_part_of_its_own_part(chain):
    a, _, c = chain
    ValueStream.objects.filter(pk=a.pk).update(parent=c)
    a.refresh_from_db()

    assert circle(a) == "A value stream cannot be a part of itself: a in c in b in a."


def test_a_circle_further_up_is_left_to_its_own_members(chain):
    a, _, c = chain
    ValueStream.objects.filter(pk=a.pk).update(parent=c)
    leaf = ValueStream.objects.create(code="leaf", parent=c)

    assert circle(leaf) is None
    assert circle(leaf, c) == "A value stream cannot be a part of itself: c in b in a in c."


def test_stream_shares_of_a_day_sum_to_at_most_the_team(payments, commerce, discovery):
    told(TeamStreamShare, team=payments, stream=commerce, share="0.8", starts_on=day("2026-01-01"))
    later = told(
        TeamStreamShare,
        team=payments,
        stream=discovery,
        share="0.2",
        starts_on=day("2026-03-01"),
        ends_on=day("2026-04-01"),
    )
    refuse_more_than_a_team([later])

    more = told(TeamStreamShare, team=payments, stream=discovery, share="0.200001", starts_on=day("2026-04-01"))

    with pytest.raises(Conflict, match=r"of team payments sum to 1.000001 on 2026-04-01"):
        refuse_more_than_a_team([more])
