"""Two current facts about the same thing may not hold on the same day; touching is fine."""

import pytest

from teams.models import Assignment

from .conftest import assignment, sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

# Allen's thirteen relations of a period to [2026-03-01, 2026-06-01).
RELATIONS = {
    "before": ("2026-01-01", "2026-02-01", True),
    "meets": ("2026-01-01", "2026-03-01", True),
    "overlaps": ("2026-01-01", "2026-04-01", False),
    "finished by": ("2026-01-01", "2026-06-01", False),
    "contains": ("2026-01-01", "2026-07-01", False),
    "starts": ("2026-03-01", "2026-04-01", False),
    "equals": ("2026-03-01", "2026-06-01", False),
    "started by": ("2026-03-01", "2026-07-01", False),
    "during": ("2026-04-01", "2026-05-01", False),
    "finishes": ("2026-04-01", "2026-06-01", False),
    "overlapped by": ("2026-04-01", "2026-07-01", False),
    "met by": ("2026-06-01", "2026-07-01", True),
    "after": ("2026-07-01", "2026-08-01", True),
}


def spring(**more):
    return assignment(starts_on="2026-03-01", ends_on="2026-06-01", external_id="spring", **more)


@pytest.mark.parametrize("together", [False, True], ids=["stored", "same request"])
@pytest.mark.parametrize("relation", RELATIONS)
def test_thirteen_relations(send, relation, together):
    starts_on, ends_on, is_fine = RELATIONS[relation]
    other = assignment(starts_on=starts_on, ends_on=ends_on, external_id="other")

    if together:
        receipt = send("assignments", spring(), other)
    else:
        send("assignments", spring())
        receipt = send("assignments", other)

    assert receipt.stored is is_fine
    if not is_fine:
        row, origin = (2, "row 1") if together else (1, "external id spring")
        assert sentences(receipt) == [
            f"Row {row}, starts_on: {starts_on} until {ends_on} overlaps the assignment of the same person and team "
            f"2026-03-01 until 2026-06-01 ({origin})."
        ]
        assert receipt.refused[0].code == "overlap"
        assert receipt.refusal().status == 409


def test_without_an_end_it_is_never_over(send):
    send("assignments", assignment(external_id="open"))

    receipt = send("assignments", assignment(starts_on="2099-01-01", external_id="late"))

    assert sentences(receipt) == [
        "Row 1, starts_on: 2099-01-01 without an end overlaps the assignment of the same person and team "
        "2026-01-01 without an end (external id open)."
    ]


def test_another_person_or_team_is_no_overlap(send):
    assert send("assignments", spring(), assignment(person="bob"), assignment(team="search")).created == 3


def test_a_fact_does_not_overlap_itself(send):
    send("assignments", spring())

    assert send("assignments", spring() | {"ends_on": "2026-07-01"}).changed == 1


def test_two_facts_may_swap_their_periods_in_one_request(send):
    early = assignment(starts_on="2026-01-01", ends_on="2026-02-01", external_id="a")
    late = assignment(starts_on="2026-02-01", ends_on="2026-03-01", external_id="b")
    send("assignments", early, late)

    assert send("assignments", early | {"external_id": "b"}, late | {"external_id": "a"}).changed == 2


def test_a_withdrawn_fact_gives_its_period_free_in_the_same_request(send):
    send("assignments", spring())

    receipt = send("assignments", spring(withdrawn=True), assignment(external_id="new"))

    assert (receipt.withdrawn, receipt.created) == (1, 1)


def test_the_old_period_stands_when_its_change_is_refused(send):
    send("assignments", spring(), assignment(starts_on="2026-08-01", ends_on="2026-09-01", external_id="august"))

    receipt = send(
        "assignments",
        assignment(starts_on="2026-04-01", ends_on="2026-05-01", external_id="april"),
        spring() | {"starts_on": "2026-07-01", "ends_on": "2026-08-15"},
        partial=True,
    )

    assert [refused.number for refused in receipt.refused] == [1, 2]
    assert Assignment.current.count() == 2


def test_nothing_is_the_same_as_nothing(send):
    card = {"role": "dev", "unit": "hour", "amount": {"amount": "80", "currency": "EUR"}}

    receipt = send(
        "rate-cards",
        card | {"starts_on": "2026-01-01"},
        card | {"starts_on": "2026-02-01"},
        card | {"starts_on": "2026-02-01", "country": "DE"},
    )

    assert [refused.number for refused in receipt.refused] == [2]
