"""A reference is resolved by id, code or external id, many of them in one query, and missed in words."""

import pytest

from teams.models import Assignment, Team

from .conftest import assignment, sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_every_style_finds_the_same_team(send):
    search = Team.objects.get(code="search")
    styles = ["search", {"code": "search"}, {"id": search.pk}, {"source": "jira", "external_id": "T2"}]

    for day, team in enumerate(styles, start=1):
        row = assignment(team=team, starts_on=f"2026-01-0{day}", ends_on=f"2026-01-0{day + 1}")
        assert send("assignments", row).created == 1

    assert set(Assignment.objects.values_list("team__code", flat=True)) == {"search"}


@pytest.mark.parametrize(
    ("team", "what"),
    [
        ("T9", "code T9"),
        ({"id": 999}, "id 999"),
        ({"source": "jira", "external_id": "T9"}, "external id T9 from source jira"),
        ({"external_id": "T2"}, "external id T2"),
        ({"source": "sap", "external_id": "T2"}, "external id T2 from source sap"),
    ],
)
def test_what_is_not_known_is_said_with_what_to_do(send, team, what):
    receipt = send("assignments", assignment(), assignment(team=team, person="bob"))

    assert sentences(receipt) == [f"Row 2, team: no team has {what}; 2 teams are known. Send teams first."]
    assert receipt.refused[0].code == "unknown_reference"
    assert receipt.refusal().status == 400


def test_one_and_none_are_counted_in_words(send):
    metric = {"observed_on": "2026-01-01", "value": "1", "external_id": "1", "metric": "x"}
    epic = {"team": "payments", "epic": "x", "starts_on": "2026-01-01"}

    assert sentences(send("observations", metric)) == [
        "Row 1, metric: no metric has code x; 1 metric is known. Send metrics first."
    ]
    assert sentences(send("epic-teams", epic)) == [
        "Row 1, epic: no epic has code x; no epics are known. Send epics first."
    ]


def test_a_thousand_references_are_found_in_one_query_per_column(send, django_assert_max_num_queries):
    send("people", *({"code": f"p{n}", "role": "dev", "employed_from": "2020-01-01"} for n in range(1000)))

    with django_assert_max_num_queries(35):
        receipt = send("assignments", *(assignment(person=f"p{n}") for n in range(1000)))

    assert receipt.created == 1000
