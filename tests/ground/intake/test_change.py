"""A change names one stored thing: absent keeps, null clears, and every rule of the kind still holds."""

import uuid

import pytest

from outcomes.models import Observation
from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.intake.change import change, tag_of, withdraw
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from teams.models import Assignment, Team, ValueStream

from .conftest import assignment, observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def changed(kind, named, partial, **more):
    return change(SYSTEM, kind_named(kind), named, partial, **more)


def the(model, **which):
    return model.current.get(**which)


def test_absent_keeps_and_null_clears(send):
    send("assignments", assignment(ends_on="2026-07-01"))
    key = the(Assignment).key

    assert changed("assignments", key, {"share": "0.75"}).changed == 1
    assert str(the(Assignment).ends_on) == "2026-07-01"
    assert changed("assignments", key, {"ends_on": None}).changed == 1
    assert the(Assignment).ends_on is None
    assert changed("assignments", key, {}).unchanged == 1
    assert Assignment.objects.count() == 3


def test_a_required_column_cannot_be_cleared(send):
    send("assignments", assignment())

    with pytest.raises(Invalid) as refused:
        changed("assignments", the(Assignment).key, {"share": None, "team": None})

    assert [problem.detail for problem in refused.value.problems] == ["team: is required.", "share: is required."]
    assert Assignment.objects.count() == 1


def test_a_change_of_one_side_of_a_period_is_held_to_the_other(send):
    send("assignments", assignment(ends_on="2026-07-01"))

    with pytest.raises(Invalid, match="ends_on: 2026-07-01 is not after starts_on 2026-08-01"):
        changed("assignments", the(Assignment).key, {"starts_on": "2026-08-01"})


def test_a_change_may_not_overlap_another_fact(send):
    send("assignments", assignment(ends_on="2026-02-01"), assignment(starts_on="2026-03-01"))

    with pytest.raises(Conflict, match="overlaps the assignment of the same person and team"):
        changed("assignments", Assignment.current.order_by("starts_on")[0].key, {"ends_on": None})


def test_a_derived_external_id_follows_its_columns(send):
    send("assignments", assignment())
    key = the(Assignment).key

    changed("assignments", key, {"team": "search"})

    fact = the(Assignment)
    assert (fact.key, fact.external_id) == (key, "ada|search|2026-01-01")
    assert send("assignments", assignment(team="search")).unchanged == 1


def test_an_external_id_of_its_own_stays(send):
    send("assignments", assignment(external_id="a1"))

    changed("assignments", the(Assignment).key, {"team": "search"})

    assert the(Assignment).external_id == "a1"


def test_an_external_id_of_another_fact_is_a_conflict(send):
    send("observations", observation(1), observation(2))

    with pytest.raises(Conflict, match="external_id: o2 belongs to another observation"):
        changed("observations", the(Observation, external_id="o1").key, {"external_id": "o2"})


def test_only_what_is_known_now_can_be_changed(send):
    send("observations", observation(1))
    key = the(Observation).key
    withdraw(SYSTEM, kind_named("observations"), key)

    for named in (key, uuid.uuid4()):
        with pytest.raises(NotFound):
            changed("observations", named, {"value": "2"})
        with pytest.raises(NotFound):
            withdraw(SYSTEM, kind_named("observations"), named)


def test_a_change_on_the_wrong_version_is_refused(send):
    send("observations", observation(1))
    fact = the(Observation)
    tag = tag_of(fact)

    changed("observations", fact.key, {"value": "2"}, if_match=[tag])
    with pytest.raises(Refusal) as refused:
        changed("observations", fact.key, {"value": "3"}, if_match=[tag])

    assert (refused.value.status, refused.value.slug) == (412, "precondition-failed")
    assert changed("observations", fact.key, {"value": "3"}, if_match=["*"]).changed == 1


def test_older_data_is_stale_in_a_change_too(send):
    send("observations", observation(1, source_updated_at="2026-02-02T00:00:00Z"))
    key = the(Observation).key

    assert changed("observations", key, {"value": "2", "source_updated_at": "2026-02-01T00:00:00Z"}).stale == 1
    assert the(Observation).value == 1


def test_a_change_is_for_the_groups_that_may_write(send):
    send("observations", observation(1))
    auditor = Audience("user:dan", groups=frozenset({Group.AUDITOR}))
    key = the(Observation).key

    with pytest.raises(Forbidden):
        change(auditor, kind_named("observations"), key, {"value": "2"})
    with pytest.raises(Forbidden):
        withdraw(auditor, kind_named("observations"), key)


@pytest.mark.parametrize("partial", [{"key": "x"}, {"withdrawn": True}, {"recorded_by": "x"}, [], "x", None])
def test_what_the_service_sets_cannot_be_changed(send, partial):
    send("observations", observation(1))

    with pytest.raises(Invalid):
        changed("observations", the(Observation).key, partial)


def test_a_master_keeps_what_is_absent_and_may_change_its_names(send):
    team = Team.objects.get(code="payments")

    changed("teams", team.pk, {"code": "pay", "external_id": None})

    team.refresh_from_db()
    assert (team.code, team.name, team.source, team.external_id, team.revision) == ("pay", "Payments", "jira", "", 2)


def test_a_master_cannot_take_the_names_of_another(send):
    team = Team.objects.get(code="payments")

    with pytest.raises(Conflict, match="code: code search belongs to another team"):
        changed("teams", team.pk, {"code": "search"})
    with pytest.raises(Conflict, match="external_id: external id T2 belongs to search"):
        changed("teams", team.pk, {"external_id": "T2"})


def test_a_change_cannot_close_a_circle(send):
    send("value-streams", {"code": "shop", "name": "Shop"}, {"code": "pay", "name": "Pay", "parent": "shop"})

    with pytest.raises(Invalid, match="parent: shop would be above itself"):
        changed("value-streams", ValueStream.objects.get(code="shop").pk, {"parent": "pay"})


def test_a_withdrawn_fact_keeps_its_last_content_and_who_took_it_back(send):
    send("observations", observation(1, "5"))
    key = the(Observation).key

    receipt = withdraw(Audience("user:ada", groups=frozenset({Group.FINANCE})), kind_named("observations"), key)

    last = Observation.objects.get(superseded_at=None)
    assert receipt.withdrawn == 1
    assert (last.key, last.withdrawn, last.value, last.recorded_by) == (key, True, 5, "user:ada")
