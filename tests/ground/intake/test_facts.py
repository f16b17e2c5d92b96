"""Facts come in once: resending changes nothing, a correction is a new version, a withdrawal the last one."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.models import CostEntry
from outcomes.models import MetricMonth, Observation
from roi_project.access.audience import Audience, Group
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Forbidden
from teams.models import Assignment, Closure

from .conftest import assignment, observation, sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def stored():
    return list(Assignment.objects.order_by("id"))


def test_a_fact_is_stored_with_what_it_points_at_and_who_said_so(send):
    receipt = send("assignments", assignment(source="planner"))

    (fact,) = stored()
    assert (fact.person.code, fact.team.code, fact.share) == ("ada", "payments", Decimal("0.5"))
    assert (fact.source, fact.external_id, fact.recorded_by) == ("planner", "ada|payments|2026-01-01", "system")
    assert (fact.superseded_at, fact.withdrawn) == (None, False)
    assert receipt.stored
    assert (receipt.rows, receipt.created, receipt.accepted) == (1, 1, 1)
    assert receipt.results[0].identity == {
        "key": str(fact.key),
        "source": "planner",
        "external_id": "ada|payments|2026-01-01",
    }


def test_sending_the_same_again_writes_nothing(send):
    send("assignments", assignment())
    before = stored()

    receipt = send("assignments", assignment())

    assert (receipt.unchanged, receipt.created, receipt.changed) == (1, 0, 0)
    assert stored() == before
    assert receipt.results[0].identity["key"] == str(before[0].key)


def test_a_correction_is_a_new_version_and_only_stamps_the_old_one(send):
    send("assignments", assignment())
    (old,) = Assignment.objects.values()

    receipt = send("assignments", assignment(share="0.75"))

    before, after = stored()
    assert receipt.changed == 1
    assert before.superseded_at is not None
    assert before.superseded_at <= after.recorded_at
    assert Assignment.objects.values().get(pk=old["id"]) == old | {"superseded_at": before.superseded_at}
    assert (after.key, after.share, after.superseded_at) == (before.key, Decimal("0.75"), None)
    assert [fact.share for fact in Assignment.current.all()] == [Decimal("0.75")]


def test_the_source_of_the_request_is_that_of_rows_that_name_none(send):
    send("observations", observation(1), observation(2, source="sap"), source="grafana")

    assert list(Observation.objects.order_by("id").values_list("source", "external_id")) == [
        ("grafana", "o1"),
        ("sap", "o2"),
    ]


def test_the_same_external_id_of_two_sources_is_two_facts(send):
    receipt = send("observations", observation(1, source="a"), observation(1, source="b"))

    assert receipt.created == 2


def test_data_that_the_source_says_is_older_does_not_replace_newer(send):
    send("observations", observation(1, "5", source_updated_at="2026-02-02T00:00:00Z"))

    receipt = send("observations", observation(1, "4", source_updated_at="2026-02-01T23:59:59Z"))

    assert (receipt.stale, receipt.accepted) == (1, 1)
    assert [fact.value for fact in Observation.objects.all()] == [5]


def test_data_of_the_same_moment_or_of_none_replaces(send):
    send("observations", observation(1, "5", source_updated_at="2026-02-02T00:00:00Z"))

    assert send("observations", observation(1, "4", source_updated_at="2026-02-02T00:00:00Z")).changed == 1
    assert send("observations", observation(1, "3")).changed == 1
    assert Observation.current.get().value == 3


def test_one_bad_row_keeps_all_rows_out(send):
    receipt = send("assignments", assignment(), assignment(person="bob", share="2"))

    assert not receipt.stored
    assert sentences(receipt) == ["Row 2, share: 2 is more than 1."]
    assert (receipt.refused_rows, stored()) == (1, [])
    assert receipt.results[0].identity["key"] is None


def test_partial_stores_what_is_fine_and_tells_the_rest(send):
    receipt = send("assignments", assignment(share="2"), assignment(person="bob"), partial=True)

    assert receipt.stored
    assert (receipt.created, receipt.refused_rows) == (1, 1)
    assert [fact.person.code for fact in stored()] == ["bob"]


def test_a_dry_run_answers_the_same_and_writes_nothing(send):
    send("assignments", assignment())

    receipt = send("assignments", assignment(share="0.75"), assignment(person="bob"), dry_run=True)

    assert (receipt.stored, receipt.changed, receipt.created) == (False, 1, 1)
    assert receipt.results[1].identity["key"] is None
    assert [fact.share for fact in stored()] == [Decimal("0.5")]
    assert stored()[0].superseded_at is None


def test_everything_wrong_with_a_row_is_told_at_once(send):
    receipt = send("assignments", {"person": "eve", "share": "1.5", "start_on": "2026-01-01", "ends_on": "tomorrow"})

    assert sorted(sentences(receipt)) == [
        "Row 1, ends_on: “tomorrow” is not a day; write YYYY-MM-DD, as in 2026-01-31.",
        "Row 1, person: no person has code eve; 2 people are known. Send people first.",
        "Row 1, share: 1.5 is more than 1.",
        "Row 1, start_on: assignments have no such column; did you mean starts_on?",
        "Row 1, starts_on: is required.",
        "Row 1, team: is required.",
    ]
    assert receipt.refused_rows == 1


@pytest.mark.parametrize("row", [None, 7, "ada", [], [{"person": "ada"}]])
def test_a_row_that_is_no_object_is_refused(send, row):
    assert sentences(send("assignments", row)) == ["Row 1: a row is a JSON object with one member per column."]


def test_the_same_fact_twice_in_a_request_is_refused_even_when_equal(send):
    receipt = send("assignments", assignment(), assignment())

    assert sentences(receipt) == ["Row 2, external_id: external id ada|payments|2026-01-01 is already in row 1."]
    assert receipt.refused[0].code == "duplicate"


def test_a_kind_without_a_natural_key_needs_an_external_id(send):
    row = {
        "incurred_on": "2026-01-15",
        "amount": {"amount": "10", "currency": "EUR"},
        "category": "cloud",
        "team": "payments",
    }

    receipt = send("cost-entries", row)

    assert sentences(receipt) == ["Row 1, external_id: is required: nothing else tells two of them apart."]
    assert receipt.refused[0].code == "external_id_required"


def test_an_identity_cannot_be_confused_by_bars_in_codes(send):
    for code in ("a|b", "a", "b|c", "c"):
        send("people", {"code": code, "role": "dev", "employed_from": "2020-01-01"})
        send("teams", {"code": code, "name": code})

    receipt = send("assignments", assignment(person="a|b", team="c"), assignment(person="a", team="b|c"))

    assert receipt.created == 2


def test_an_end_that_is_not_after_the_start_is_refused_before_the_database_sees_it(send):
    receipt = send("assignments", assignment(ends_on="2026-01-01"), assignment(person="bob", ends_on="2025-12-31"))

    assert sentences(receipt) == [
        "Row 1, ends_on: 2026-01-01 is not after starts_on 2026-01-01; it is the first day not counted.",
        "Row 2, ends_on: 2025-12-31 is not after starts_on 2026-01-01; it is the first day not counted.",
    ]


def test_a_rule_of_the_kind_speaks_for_its_column(send):
    receipt = send("closures", {"country": "de", "on": "2026-12-24"})

    assert sentences(receipt) == ["Row 1, country: “de” is not two capital letters as in ISO 3166: DE, GB, US."]


def test_a_row_may_take_its_fact_back_and_bring_it_again(send):
    send("observations", observation(1, "5"))
    key = Observation.objects.get().key

    receipt = send("observations", {"external_id": "o1", "withdrawn": True})

    assert receipt.withdrawn == 1
    first, last = Observation.objects.order_by("id")
    assert (first.superseded_at is None, last.superseded_at) == (False, None)
    assert (last.withdrawn, last.key, last.value) == (True, key, 5)
    assert not Observation.current.exists()
    assert send("observations", {"external_id": "o1", "withdrawn": True}).unchanged == 1
    assert send("observations", observation(1, "5")).changed == 1
    assert Observation.current.get().key == key


def test_taking_back_what_was_never_told_changes_nothing(send):
    receipt = send("observations", {"external_id": "o9", "withdrawn": True})

    assert (receipt.unchanged, Observation.objects.count()) == (1, 0)


def test_taking_back_needs_the_columns_of_the_natural_key(send):
    send("assignments", assignment())

    assert send("assignments", assignment(share=..., withdrawn=True)).withdrawn == 1
    assert sentences(send("assignments", {"person": "ada", "withdrawn": True})) == [
        "Row 1, external_id: is required, or else team, starts_on, to know what is withdrawn."
    ]


def test_what_is_derived_on_arrival_follows_in_the_same_transaction(send):
    send("observations", observation(1, "5"), observation(2, "7"))
    send("observations", observation(2, "8", day="2026-02-01"))

    months = dict(MetricMonth.objects.values_list("month", "total"))
    assert months == {dt.date(2026, 1, 1): 5, dt.date(2026, 2, 1): 8}


def test_mode_create_refuses_what_is_known(send):
    send("assignments", assignment())

    receipt = send("assignments", assignment(share="0.7"), mode="create")

    assert sentences(receipt) == ["Row 1, external_id: external id ada|payments|2026-01-01 is already known."]
    assert receipt.refusal().status == 409


def test_only_groups_of_the_kind_may_write(send):
    with pytest.raises(Forbidden, match="Writing assignments is for finance, planner"):
        send("assignments", assignment(), audience=Audience("user:dan", groups=frozenset({Group.AUDITOR})))


def test_rows_of_csv_mean_the_same(send):
    send("assignments", assignment(ends_on="2026-07-01"))
    row = {"person": "ada", "team": "payments", "share": "0.5", "starts_on": "2026-01-01", "ends_on": "2026-07-01"}

    assert send("assignments", row, style="csv").unchanged == 1
    assert send("assignments", row | {"ends_on": ""}, style="csv").changed == 1


def test_a_column_that_was_not_sent_takes_the_default_of_the_kind(send):
    send("closures", {"on": "2026-12-24"})

    assert Closure.objects.get().name == ""
    assert Closure.objects.get().external_id == "|2026-12-24"


def test_the_sentence_of_a_single_row_names_no_row(db):
    from roi_project.access.audience import SYSTEM
    from roi_project.intake.receive import receive

    receipt = receive(SYSTEM, kind_named("assignments"), [(None, assignment(share="2"), "json")])

    assert sentences(receipt) == ["share: 2 is more than 1."]
    assert receipt.refusal().problems[0].pointer == "/share"


def test_a_problem_points_into_the_request(send):
    receipt = send("assignments", assignment(), assignment(**{"a/b~c": 1}))

    refusal = receipt.refusal()
    assert refusal.status == 400
    assert [problem.pointer for problem in refusal.problems] == ["/rows/1/a~1b~0c"]
    assert refusal.detail.endswith("Nothing was stored: 1 of 2 rows is refused.")


def test_many_rows_take_a_fixed_number_of_queries(send, django_assert_max_num_queries):
    send("observations", *(observation(number) for number in range(500)))

    with django_assert_max_num_queries(45):
        receipt = send("observations", *(observation(number, "2") for number in range(1000)))

    assert (receipt.changed, receipt.created) == (500, 500)


def test_money_below_a_cent_is_kept(send):
    row = {
        "incurred_on": "2026-01-15",
        "amount": {"amount": "-0.001", "currency": "EUR"},
        "category": "cloud",
        "team": "payments",
        "external_id": "c1",
    }

    assert send("cost-entries", row).total == Decimal("-0.001")
    entry = CostEntry.objects.get()
    assert (entry.amount_minor, entry.amount_fraction) == (-1, 900_000_000_000)
    assert send("cost-entries", row).unchanged == 1
