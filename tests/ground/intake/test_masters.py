"""Masters come in by code: what is not sent stays, what changes is audited, what matters to books is counted."""

import pytest

from roi_project.audit.models import Change
from teams.models import Person, Team, ValueStream

from .conftest import sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def changes():
    return list(Change.objects.order_by("id").values_list("action", "kind", "object_code", "before", "after"))[-1]


def test_a_known_code_is_changed_and_audited(send):
    receipt = send("teams", {"code": "search", "name": "Search & Browse"})

    assert receipt.changed == 1
    assert Team.objects.get(code="search").name == "Search & Browse"
    assert changes() == ("changed", "teams", "search", {"name": "Search"}, {"name": "Search & Browse"})


def test_a_new_master_is_audited_with_its_columns(send):
    send("people", {"code": "eve", "role": "dev", "employed_from": "2026-01-01"})

    action, kind, code, before, after = changes()
    assert (action, kind, code, before) == ("created", "people", "eve", None)
    assert (after["role"], after["minutes_mon"], after["employed_from"]) == ("dev", 480, "2026-01-01")


def test_what_was_not_sent_stays_and_null_clears(send):
    send("teams", {"code": "search", "name": "Search", "purpose": "find", "ends_on": "2027-01-01"})

    send("teams", {"code": "search", "name": "Search"})
    assert Team.objects.get(code="search").purpose == "find"

    send("teams", {"code": "search", "name": "Search", "purpose": None, "ends_on": None})
    team = Team.objects.get(code="search")
    assert (team.purpose, team.ends_on) == ("", None)


def test_the_same_again_is_unchanged_and_leaves_no_trace(send):
    trail = Change.objects.count()
    before = Team.objects.values().get(code="search")

    receipt = send("teams", {"code": "search", "name": "Search", "source": "jira", "external_id": "T2"})

    assert (receipt.unchanged, Change.objects.count()) == (1, trail)
    assert Team.objects.values().get(code="search") == before


def test_a_rename_is_no_new_revision_and_a_material_change_is(send):
    send("teams", {"code": "search", "name": "Find"})
    assert Team.objects.get(code="search").revision == 1

    send("teams", {"code": "search", "name": "Find", "topology": "platform"})
    assert Team.objects.get(code="search").revision == 2


def test_an_external_id_finds_a_team_whose_code_changed(send):
    receipt = send("teams", {"code": "find", "name": "Search", "source": "jira", "external_id": "T2"})

    assert receipt.changed == 1
    assert set(Team.objects.values_list("code", "external_id")) == {("payments", "T1"), ("find", "T2")}


def test_a_team_made_by_hand_is_adopted_by_the_system_that_knows_it(send):
    send("teams", {"code": "checkout", "name": "Checkout"})

    assert send("teams", {"code": "checkout", "name": "Checkout", "source": "jira", "external_id": "T3"}).changed == 1
    assert Team.objects.get(code="checkout").external_id == "T3"


def test_code_and_external_id_may_not_name_two_teams(send):
    receipt = send("teams", {"code": "payments", "name": "X", "source": "jira", "external_id": "T2"})

    assert sentences(receipt) == [
        "Row 1, code: code payments belongs to another team as external id T1 from source jira."
    ]
    assert receipt.refusal().status == 409


def test_a_second_external_id_for_a_known_code_is_refused(send):
    receipt = send("teams", {"code": "payments", "name": "X", "source": "sap", "external_id": "9"})

    assert sentences(receipt) == [
        "Row 1, external_id: code payments is already known as external id T1 from source jira."
    ]


def test_the_same_team_twice_in_a_request_is_refused(send):
    assert sentences(send("teams", {"code": "x", "name": "X"}, {"code": "x", "name": "X"})) == [
        "Row 2, code: code x is already in row 1."
    ]
    assert sentences(
        send(
            "teams",
            {"code": "payments", "name": "P"},
            {"code": "pay", "name": "P", "source": "jira", "external_id": "T1"},
        )
    ) == ["Row 2, code: team payments is already in row 1."]


def test_older_data_does_not_replace_newer(send):
    send("teams", {"code": "x", "name": "New", "source_updated_at": "2026-02-02T00:00:00Z"})

    receipt = send("teams", {"code": "x", "name": "Old", "source_updated_at": "2026-02-01T00:00:00Z"})

    assert receipt.stale == 1
    assert Team.objects.get(code="x").name == "New"


def test_a_tree_comes_in_together_in_any_order(send):
    receipt = send(
        "value-streams",
        {"code": "card", "name": "Card", "parent": "pay"},
        {"code": "pay", "name": "Pay", "parent": {"source": "crm", "external_id": "S1"}},
        {"code": "shop", "name": "Shop", "source": "crm", "external_id": "S1"},
    )

    assert receipt.created == 3
    assert set(ValueStream.objects.values_list("code", "parent__code")) == {
        ("shop", None),
        ("pay", "shop"),
        ("card", "pay"),
    }
    assert [result.identity["code"] for result in receipt.results] == ["card", "pay", "shop"]
    assert all(result.identity["id"] for result in receipt.results)


def test_a_circle_is_refused(send):
    send("value-streams", {"code": "shop", "name": "Shop"}, {"code": "pay", "name": "Pay", "parent": "shop"})

    assert sentences(send("value-streams", {"code": "shop", "name": "Shop", "parent": "pay"})) == [
        "Row 1, parent: shop would be above itself."
    ]
    together = send(
        "value-streams", {"code": "a", "name": "A", "parent": "b"}, {"code": "b", "name": "B", "parent": "a"}
    )
    assert sentences(together) == [
        "Row 1, parent: a would be above itself.",
        "Row 2, parent: b would be above itself.",
    ]


def test_a_child_of_a_refused_parent_is_refused_with_it(send):
    receipt = send(
        "value-streams",
        {"code": "shop"},
        {"code": "pay", "name": "Pay", "parent": "shop"},
        {"code": "lone", "name": "Lone"},
        partial=True,
    )

    assert sentences(receipt) == [
        "Row 1, name: is required.",
        "Row 2, parent: no value stream has code shop; no value streams are known. Send value streams first.",
    ]
    assert [stream.code for stream in ValueStream.objects.all()] == ["lone"]


def test_a_required_reference_cannot_be_cleared(send):
    receipt = send("people", {"code": "ada", "role": None, "employed_from": "2020-01-01"})

    assert sentences(receipt) == ["Row 1, role: is required."]


def test_withdrawing_is_for_facts(send):
    assert sentences(send("teams", {"code": "search", "name": "Search", "withdrawn": True}))[0].startswith(
        "Row 1, withdrawn: teams have no such column"
    )


def test_a_week_comes_in_by_day(send):
    send("people", {"code": "ada", "role": "dev", "employed_from": "2020-01-01", "minutes_fri": 240})

    ada = Person.objects.get(code="ada")
    assert (ada.minutes_thu, ada.minutes_fri, ada.revision) == (480, 240, 2)
