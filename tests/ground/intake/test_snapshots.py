"""The state of a day: what is missing ends, what is different begins, and the past stays as it was."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.models import Epic
from roi_project.access.audience import SYSTEM
from roi_project.audit.models import Change
from roi_project.db.models import Frozen, Touch
from roi_project.intake.kinds import all_kinds
from roi_project.intake.snapshot_facts import holding
from roi_project.kernel.errors import Forbidden, Invalid
from teams.models import Absence, Assignment, Person, PersonTerms, Team

from .conftest import assignment, sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 3, day) for day in (2, 3, 4))


@pytest.fixture
def state(send):
    """`state("assignments", MONDAY, {...}, {...})`: the receipt of all that hr knows on a day."""

    def sent(kind, as_of, *rows, source="hr", **asked):
        return send(kind, *rows, mode="snapshot", as_of=as_of, source=source, **asked)

    return sent


def works(person="ada", team="payments", share="0.5", **more):
    return {"person": person, "team": team, "share": share, **more}


def employed(code="eva", **more):
    return {"code": code, "role": "dev", "employed_from": "2020-01-01", **more}


def shown(day):
    return day and day.isoformat()


def spans(**which):
    rows = Assignment.current.filter(**which).order_by("person__code", "team__code", "starts_on")
    return [
        (f"{row.person.code} {row.team.code}", f"{row.share.normalize()}", shown(row.starts_on), shown(row.ends_on))
        for row in rows
    ]


def told(receipt):
    return [(result.number, result.outcome.value, result.details.get("on")) for result in receipt.results]


# --- facts -----------------------------------------------------------------------------------------------------------


def test_what_is_new_begins_and_what_is_missing_ends_on_the_day(state):
    state("assignments", MONDAY, works(), works("bob"))

    receipt = state("assignments", TUESDAY, works(), works("bob", "search", "0.25"), confirm_ends=1)

    assert (receipt.created, receipt.unchanged, receipt.counts["ended"]) == (1, 1, 1)
    assert told(receipt) == [(1, "unchanged", None), (2, "created", "2026-03-03"), (None, "ended", "2026-03-03")]
    assert spans() == [
        ("ada payments", "0.5", "2026-03-02", None),
        ("bob payments", "0.5", "2026-03-02", "2026-03-03"),
        ("bob search", "0.25", "2026-03-03", None),
    ]


def test_another_share_ends_the_old_row_and_begins_a_new_one(state):
    state("assignments", MONDAY, works(external_id="A-17"))

    receipt = state("assignments", WEDNESDAY, works(share="0.75", external_id="A-17"))

    assert (receipt.rows, receipt.changed, receipt.accepted) == (1, 1, 1)
    assert receipt.results[0].details == {
        "on": "2026-03-04",
        "changes": [{"column": "share", "before": "0.5", "after": "0.75"}],
    }
    assert spans() == [
        ("ada payments", "0.5", "2026-03-02", "2026-03-04"),
        ("ada payments", "0.75", "2026-03-04", None),
    ]
    assert sorted(Assignment.current.values_list("external_id", flat=True)) == ["A-17", "A-17@2026-03-04"]


def test_a_named_row_that_moves_to_another_team_ends_here_and_begins_there(state):
    state("assignments", MONDAY, works(external_id="A-17"))

    state("assignments", TUESDAY, works(team="search", external_id="A-17"))

    assert spans() == [
        ("ada payments", "0.5", "2026-03-02", "2026-03-03"),
        ("ada search", "0.5", "2026-03-03", None),
    ]


def test_a_change_of_a_row_that_began_that_day_has_no_past_to_keep(state):
    state("assignments", MONDAY, works())

    receipt = state("assignments", MONDAY, works(share="0.75"))

    assert receipt.changed == 1
    assert spans() == [("ada payments", "0.75", "2026-03-02", None)]
    assert Assignment.objects.count() == 2


def test_a_row_that_began_that_day_and_is_missing_was_never_there(state):
    state("assignments", MONDAY, works(), works("bob"))

    receipt = state("assignments", MONDAY, works(), confirm_ends=1)

    assert receipt.counts["ended"] == 1
    assert spans() == [("ada payments", "0.5", "2026-03-02", None)]


@pytest.mark.parametrize("named", [{}, {"external_id": "A-17"}])
def test_who_comes_back_begins_again_on_that_day_whatever_first_day_is_sent(state, named):
    row = works(starts_on="2026-01-01", **named)
    state("assignments", MONDAY, row, works("bob"))
    state("assignments", TUESDAY, works("bob"), confirm_ends=1)

    receipt = state("assignments", WEDNESDAY, row, works("bob"))

    assert receipt.created == 1
    assert spans(person__code="ada") == [
        ("ada payments", "0.5", "2026-01-01", "2026-03-03"),
        ("ada payments", "0.5", "2026-03-04", None),
    ]
    assert state("assignments", WEDNESDAY, row, works("bob")).unchanged == 2


def test_a_planned_end_is_kept_unless_another_is_sent(state):
    state("assignments", MONDAY, works(ends_on="2026-06-01"))
    state("assignments", TUESDAY, works())
    assert spans() == [("ada payments", "0.5", "2026-03-02", "2026-06-01")]

    state("assignments", WEDNESDAY, works(ends_on=None))

    assert spans() == [("ada payments", "0.5", "2026-03-02", None)]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (
            {"starts_on": "2026-03-03"},
            "Row 1, starts_on: 2026-03-03 is after the day of the snapshot, 2026-03-02; "
            "what is planned is sent as upsert.",
        ),
        (
            {"ends_on": "2026-03-02", "starts_on": "2026-01-01"},
            "Row 1, ends_on: 2026-03-02 is not after the day of the snapshot, 2026-03-02; "
            "it leaves out what has ended.",
        ),
    ],
)
def test_a_row_that_does_not_hold_on_the_day_is_refused(state, days, sentence):
    assert sentences(state("assignments", MONDAY, works(**days))) == [sentence]


def test_the_same_thing_twice_and_rows_of_others_are_refused(state):
    state("assignments", MONDAY, works(external_id="A-17"))
    receipt = state("assignments", TUESDAY, works(), works(), works("bob", source="jira"), works("bob", withdrawn=True))

    assert sentences(receipt) == [
        "Row 2, external_id: is about the same as row 1.",
        "Row 3, source: this is the state of hr, and not of jira.",
        "Row 4, withdrawn: a snapshot leaves out what is gone.",
    ]
    assert not receipt.stored


def test_rows_of_other_sources_and_rows_that_begin_later_or_have_ended_stay(send, state):
    send("assignments", assignment(source="jira"), assignment(person="bob"))
    send("assignments", works("bob", "search", starts_on="2026-04-01"), source="hr")
    send("assignments", works("ada", "search", starts_on="2025-01-01", ends_on="2025-06-01"), source="hr")
    before = spans()

    receipt = state("assignments", MONDAY, works("bob", "search", "0.1", ends_on="2026-04-01"))

    assert receipt.created == 1
    assert set(before) < set(spans())


def test_a_row_that_another_source_tells_already_is_a_conflict(send, state):
    send("assignments", assignment(source="jira", external_id="J1"))

    receipt = state("assignments", MONDAY, works())

    assert sentences(receipt)[0].startswith("Row 1, starts_on: 2026-03-02 without an end overlaps the assignment")
    assert "from source jira" in sentences(receipt)[0]


def test_an_older_clock_of_the_source_changes_and_ends_nothing(state):
    state("assignments", MONDAY, works(source_updated_at="2026-03-02T10:00:00Z"))

    receipt = state("assignments", TUESDAY, works(share="0.1", source_updated_at="2026-03-01T10:00:00Z"))

    assert (receipt.stale, receipt.accepted) == (1, 1)
    assert spans() == [("ada payments", "0.5", "2026-03-02", None)]


def test_a_state_about_a_closed_month_is_counted_late_and_one_after_it_is_not(state):
    state("assignments", dt.date(2026, 1, 15), works(), works("bob"))
    Frozen.objects.create(month=dt.date(2026, 1, 1))
    Frozen.objects.create(month=dt.date(2026, 2, 1))
    Touch.objects.all().delete()

    assert state("assignments", TUESDAY, works(), confirm_ends=1).late == 0
    assert list(Touch.objects.values_list("first_month", "end_month")) == [(dt.date(2026, 3, 1), None)]
    assert state("assignments", dt.date(2026, 2, 10), works(share="0.75"), confirm_ends=1).late == 3
    assert spans() == [
        ("ada payments", "0.5", "2026-01-15", "2026-02-10"),
        ("ada payments", "0.75", "2026-02-10", None),
        ("bob payments", "0.5", "2026-01-15", "2026-02-10"),
    ]


# --- what has to be confirmed ----------------------------------------------------------------------------------------


def test_more_than_a_tenth_ending_is_refused_until_the_count_is_confirmed(send, state):
    people = [f"p{number}" for number in range(20)]
    send("people", *(employed(code) for code in people))
    state("assignments", MONDAY, *map(works, people))

    receipt = state("assignments", TUESDAY, *map(works, people[:17]))
    refusal = receipt.refusal()

    assert (refusal.status, refusal.detail) == (
        409,
        "confirm_ends: It ends 3 of the 20 assignments of hr on 2026-03-03. If that is so, send confirm_ends=3. "
        "Nothing was stored.",
    )
    assert Assignment.current.filter(ends_on=None).count() == 20
    assert state("assignments", TUESDAY, *map(works, people[:17]), confirm_ends=4).is_refused
    assert state("assignments", TUESDAY, *map(works, people[:17]), confirm_ends=3).counts["ended"] == 3
    assert state("assignments", WEDNESDAY, *map(works, people[:16])).stored


@pytest.mark.parametrize(("there", "asked"), [(2, 1), (9, 1), (10, None), (11, None)])
def test_one_row_that_ends_is_asked_about_like_any_other(send, state, there, asked):
    teams = [{"code": f"t{number}", "name": "Team"} for number in range(there)]
    state("teams", MONDAY, *teams)

    tried = state("teams", TUESDAY, *teams[1:], dry_run=True)
    sent = state("teams", TUESDAY, *teams[1:])

    assert (tried.counts["ended"], tried.confirm_ends, sent.stored) == (1, asked, asked is None)
    assert asked is None or sentences(sent) == [
        f"confirm_ends: It ends 1 of the {there} teams of hr on 2026-03-03. If that is so, send confirm_ends=1."
    ]
    assert state("teams", TUESDAY, *teams[1:], confirm_ends=0 if asked is None else 1).stored


def test_a_wrong_count_is_refused_even_where_none_is_needed(state):
    teams = [{"code": f"t{number}", "name": "Team"} for number in range(11)]
    state("teams", MONDAY, *teams)

    receipt = state("teams", TUESDAY, *teams[1:], confirm_ends=2)

    assert sentences(receipt) == ["confirm_ends: 2 is not how many end: it ends 1 of 11. Send confirm_ends=1."]


def test_a_confirmed_state_that_is_sent_again_changes_nothing(state):
    teams = [{"code": f"t{number}", "name": "Team"} for number in range(2)]
    state("teams", MONDAY, *teams)

    first, again = (state("teams", TUESDAY, teams[0], confirm_ends=1) for _ in range(2))

    assert (first.counts["ended"], again.stored, again.counts["ended"], again.counts["unchanged"]) == (1, True, 0, 1)


def test_an_empty_state_is_refused_unless_confirmed(state):
    state("assignments", MONDAY, works())

    assert sentences(state("assignments", TUESDAY)) == [
        "confirm_ends: It is empty and ends 1 of the 1 assignment of hr on 2026-03-03. If that is so, "
        "send confirm_ends=1."
    ]
    assert state("assignments", TUESDAY, confirm_ends=1).counts["ended"] == 1
    assert state("assignments", TUESDAY).stored  # there is nothing left to end


def test_a_dry_run_tells_all_of_it_and_asks_for_nothing(state):
    state("assignments", MONDAY, works(), works("bob"))

    receipt = state("assignments", TUESDAY, works(team="search"), dry_run=True)

    assert (receipt.confirm_ends, receipt.is_refused, receipt.stored) == (2, False, False)
    assert [result.words() for result in receipt.results] == [
        "Row 1 created ada|search|2026-03-03 on 2026-03-03.",
        "ended ada|payments|2026-03-02 on 2026-03-03.",
        "ended bob|payments|2026-03-02 on 2026-03-03.",
    ]
    assert receipt.results[0].identity["key"] is None
    assert receipt.words()[-1] == "It ends 2 rows; that has to be confirmed."
    assert all(ends_on is None for *_, ends_on in spans())


# --- what is no snapshot ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asked", "detail"),
    [
        ("closures", {}, "mode: closures are not sent as a snapshot; these are: teams, people, assignments, epics."),
        ("teams", {"source": ""}, "source: a snapshot names the system whose state it is."),
        ("teams", {"as_of": None}, "as_of: a snapshot names the day of its state, YYYY-MM-DD."),
        ("teams", {"partial": True}, "partial: a snapshot is taken whole or not at all."),
        ("teams", {"mode": "upsert"}, "as_of: is for mode snapshot."),
        ("teams", {"mode": "upsert", "as_of": None, "confirm_ends": 1}, "confirm_ends: is for mode snapshot."),
    ],
)
def test_what_cannot_be_a_snapshot_is_said(send, kind, asked, detail):
    with pytest.raises(Invalid) as refused:
        send(kind, {}, **{"mode": "snapshot", "source": "hr", "as_of": MONDAY, **asked})

    assert refused.value.detail == detail


@pytest.mark.parametrize("kind", [kind for kind in all_kinds() if kind.snapshot], ids=lambda kind: kind.name)
def test_what_a_kind_declares_of_its_snapshots_are_its_columns(kind):
    names = {column.name for column in kind.columns}
    declared = kind.snapshot

    assert {declared.starts, declared.ends, *declared.ended_by, *declared.opens} <= names
    assert kind.is_master or (declared.starts, declared.ends) == ("starts_on", "ends_on")
    assert kind.is_master or set(kind.no_overlap) == set(kind.identity) - {"starts_on"}
    assert bool(declared.opens) == (declared.terms is not None or not kind.is_master)


# --- masters ---------------------------------------------------------------------------------------------------------


def test_who_is_missing_leaves_and_their_open_assignments_of_the_source_end(send, state):
    state("people", MONDAY, employed("eva"), employed("fay"))
    state("assignments", MONDAY, works("eva"), works("fay"))
    send("assignments", works("eva", "search", starts_on="2026-01-01"), source="jira")

    receipt = state("people", TUESDAY, employed("fay"), confirm_ends=1)

    assert told(receipt) == [(1, "unchanged", None), (None, "ended", "2026-03-03"), (None, "ended", "2026-03-03")]
    assert receipt.results[-1].details["kind"] == "assignments"
    assert Person.objects.get(code="eva").employed_until == TUESDAY
    assert spans(person__code="eva") == [
        ("eva payments", "0.5", "2026-03-02", "2026-03-03"),
        ("eva search", "0.5", "2026-01-01", None),
    ]
    assert Person.objects.get(code="ada").employed_until is None
    assert Change.objects.filter(kind="people", object_code="eva").order_by("-id")[0].after == {
        "employed_until": "2026-03-03"
    }


def test_who_leaves_changes_no_month_before(state):
    state("people", MONDAY, employed("eva"), employed("fay"))
    Touch.objects.all().delete()

    state("people", dt.date(2026, 4, 15), employed("fay"), confirm_ends=1)
    state("people", dt.date(2026, 6, 10), employed("eva"), employed("fay"))

    assert list(Touch.objects.order_by("id").values_list("kind", "first_month", "end_month")) == [
        ("people", dt.date(2026, 4, 1), None),
        ("absences", dt.date(2026, 4, 1), dt.date(2026, 7, 1)),
        ("people", dt.date(2026, 4, 1), None),
    ]


def test_another_level_is_told_by_terms_from_the_day_on(state):
    state("people", MONDAY, employed(level="junior"))

    receipt = state("people", TUESDAY, employed(level="senior", minutes_fri=0, name="Eva"))

    assert told(receipt)[0] == (1, "changed", "2026-03-03")
    assert receipt.results[0].details["changes"] == [
        {"column": "name", "before": "", "after": "Eva"},
        {"column": "level", "before": "junior", "after": "senior"},
        {"column": "minutes_fri", "before": "480", "after": "0"},
    ]
    eva, terms = Person.objects.get(code="eva"), PersonTerms.current.get()
    assert (eva.name, eva.level, eva.minutes_fri) == ("Eva", "junior", 480)
    assert (terms.level, terms.minutes_fri, terms.role, terms.source) == ("senior", 0, None, "hr")
    assert (terms.starts_on, terms.ends_on) == (TUESDAY, None)
    assert state("people", TUESDAY, employed(level="senior", minutes_fri=0, name="Eva")).unchanged == 1


def test_terms_follow_terms_and_end_when_all_is_as_it_was(state):
    state("people", MONDAY, employed(level="junior"))
    state("people", TUESDAY, employed(level="senior"))
    state("people", WEDNESDAY, employed(level="lead"))
    state("people", WEDNESDAY, employed(level="principal"))
    state("people", dt.date(2026, 3, 5), employed(level="junior"))

    rows = PersonTerms.current.order_by("starts_on").values_list("level", "starts_on", "ends_on")
    assert list(rows) == [("senior", TUESDAY, WEDNESDAY), ("principal", WEDNESDAY, dt.date(2026, 3, 5))]


def test_a_state_of_an_earlier_day_does_not_reach_into_what_came_after(state):
    state("people", MONDAY, employed(level="junior"))
    state("people", WEDNESDAY, employed(level="lead"))
    state("people", TUESDAY, employed(level="senior"))

    rows = PersonTerms.current.order_by("starts_on").values_list("level", "starts_on", "ends_on")
    assert list(rows) == [("senior", TUESDAY, WEDNESDAY), ("lead", WEDNESDAY, None)]


def test_who_has_no_past_is_simply_corrected(state):
    state("people", MONDAY, {"code": "eva", "role": "dev", "level": "junior"})

    state("people", MONDAY, {"code": "eva", "role": "dev", "level": "senior"})

    eva = Person.objects.get(code="eva")
    assert (eva.level, eva.employed_from) == ("senior", MONDAY)
    assert not PersonTerms.objects.exists()


def test_terms_of_another_source_are_not_touched(send, state):
    state("people", MONDAY, employed(level="junior"))
    send("person-terms", {"person": "eva", "level": "lead", "starts_on": "2026-03-01"}, source="jira")

    receipt = state("people", TUESDAY, employed(level="senior"))

    assert sentences(receipt) == [
        "Row 1, level: is told since 2026-03-01 by eva|2026-03-01 from source jira; end or withdraw that first."
    ]
    assert state("people", TUESDAY, employed(level="lead")).unchanged == 1


def test_who_comes_back_was_away_without_pay_in_between(state):
    state("people", MONDAY, employed("eva"), employed("fay"))
    state("people", TUESDAY, employed("fay"), confirm_ends=1)

    receipt = state("people", dt.date(2026, 3, 9), employed("eva", employed_from="2026-03-06"), employed("fay"))

    eva, away = Person.objects.get(code="eva"), Absence.current.get()
    assert receipt.changed == 1
    assert (eva.employed_from, eva.employed_until) == (dt.date(2020, 1, 1), None)
    assert (away.person, away.reason, away.starts_on, away.ends_on) == (eva, "unpaid", TUESDAY, dt.date(2026, 3, 6))
    again = state("people", dt.date(2026, 3, 9), employed("eva", employed_from="2026-03-06"), employed("fay"))
    assert again.unchanged == 2
    assert state("people", WEDNESDAY, employed("fay")).unchanged == 1  # eva was not there that day, as is known
    assert Person.objects.get(code="eva").employed_until is None


def test_who_was_missed_by_mistake_was_there_after_all(state):
    state("people", MONDAY, employed("eva"), employed("fay"))
    state("people", TUESDAY, employed("fay"))
    state("people", TUESDAY, employed("eva"), employed("fay"))

    assert Person.objects.get(code="eva").employed_until is None
    assert not Absence.objects.exists()


def test_a_leaver_may_be_sent_with_the_day(state):
    state("people", MONDAY, employed("eva"), employed("fay"))
    state("assignments", MONDAY, works("eva"), works("fay"))

    receipt = state("people", WEDNESDAY, employed("eva", employed_until="2026-03-03"), employed("fay"))

    assert receipt.changed == 1
    assert spans(person__code="eva") == [("eva payments", "0.5", "2026-03-02", "2026-03-03")]
    assert state("people", WEDNESDAY, employed("fay")).accepted == 1


def test_a_master_of_another_source_is_refused_and_stays(state):
    receipt = state("teams", MONDAY, {"code": "payments", "name": "Pay"}, {"code": "growth", "name": "Growth"})

    assert sentences(receipt) == [
        "Row 1, code: payments belongs to source jira; a snapshot of hr changes nothing but its own."
    ]
    assert sentences(state("people", MONDAY, employed("ada"))) == [
        "Row 1, code: ada is of no source yet; a snapshot of hr changes nothing but its own."
    ]


def test_teams_change_in_place_end_and_come_back(state):
    rows = [
        {"code": "payments", "name": "Payments", "external_id": "T1"},
        {"code": "search", "name": "Search", "external_id": "T2"},
    ]
    state("teams", MONDAY, *rows, source="jira")

    receipt = state("teams", TUESDAY, {**rows[0], "topology": "platform"}, source="jira", confirm_ends=1)
    assert (receipt.changed, receipt.counts["ended"]) == (1, 1)
    assert list(Team.objects.values_list("code", "topology", "ends_on")) == [
        ("payments", "platform", None),
        ("search", "stream_aligned", TUESDAY),
    ]

    state("teams", WEDNESDAY, *rows, source="jira")
    assert Team.objects.get(code="search").ends_on is None


def test_epics_that_are_missing_stop_unless_they_were_released(state):
    rows = [{"code": f"e{number}", "name": "Epic", "work_type": "feature"} for number in range(3)]
    rows[1]["released_on"] = "2026-02-01"
    rows[2]["started_on"] = "2026-04-01"
    state("epics", MONDAY, *rows)

    receipt = state("epics", TUESDAY, {"code": "e9", "name": "New", "work_type": "debt"}, confirm_ends=1)

    assert receipt.counts["ended"] == 1
    assert list(Epic.objects.values_list("code", "stopped_on")) == [
        ("e0", TUESDAY),
        ("e1", None),
        ("e2", None),
        ("e9", None),
    ]


def test_what_began_that_day_ends_on_the_next(state):
    state("people", MONDAY, employed("eva"), {"code": "fay", "role": "dev"})

    assert state("people", MONDAY, employed("eva"), confirm_ends=1).counts["ended"] == 1
    assert Person.objects.get(code="fay").employed_until == TUESDAY
    assert state("people", MONDAY, employed("eva")).counts["ended"] == 0


def test_a_state_of_many_asks_as_often_as_one_of_few(state):
    def queries(count, level, day):
        rows = [employed(f"p{number}", level=level) for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            assert state("people", day, *rows, confirm_ends=0).stored
        return len(asked)

    few = [queries(2, "junior", MONDAY), queries(2, "senior", TUESDAY)]
    with CaptureQueriesContext(connection) as few_leave:
        state("people", WEDNESDAY, employed("p0", level="senior"), confirm_ends=1)
    forget()
    many = [queries(12, "junior", MONDAY), queries(12, "senior", TUESDAY)]
    with CaptureQueriesContext(connection) as many_leave:
        state("people", WEDNESDAY, employed("p0", level="senior"), confirm_ends=11)

    assert many == few
    assert len(many_leave) == len(few_leave)


# --- laws ------------------------------------------------------------------------------------------------------------

DAYS = [dt.date(2026, 3, day) for day in range(1, 8)]
people = st.dictionaries(
    st.sampled_from(["eva", "fay", "gus"]), st.sampled_from(["junior", "senior", "lead"]), min_size=0, max_size=3
)
shares = st.dictionaries(
    st.tuples(st.sampled_from(["ada", "bob"]), st.sampled_from(["payments", "search"])),
    st.sampled_from(["0.25", "0.5", "0.75"]),
    max_size=4,
)


def level_on(code, day):
    """What is known of a person on a day: None when they are not there."""
    person = Person.objects.filter(code=code).first()
    if person is None or person.employed_from > day or (person.employed_until and person.employed_until <= day):
        return None
    if Absence.current.filter(holding(day), person=person).exists():
        return None
    terms = PersonTerms.current.filter(holding(day), person=person).first()
    return person.level if terms is None or terms.level is None else terms.level


def shares_on(day):
    rows = Assignment.current.filter(holding(day)).select_related("person", "team")
    return {(row.person.code, row.team.code): str(row.share.normalize()) for row in rows}


def forget():
    Absence.objects.all().delete()
    Assignment.objects.all().delete()
    PersonTerms.objects.all().delete()
    Person.objects.filter(source="hr").delete()


quick = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@quick
@given(states=st.lists(shares, min_size=1, max_size=4))
def test_facts_are_on_each_day_what_its_state_said_and_a_second_time_changes_nothing(state, states):
    forget()
    for day, known in zip(DAYS, states, strict=False):
        rows = [works(person, team, share) for (person, team), share in sorted(known.items())]
        ends = state("assignments", day, *rows, dry_run=True).counts["ended"]
        assert state("assignments", day, *rows, confirm_ends=ends).stored
        again = state("assignments", day, *rows, confirm_ends=0)
        assert (again.stored, again.unchanged) == (True, len(rows))
        assert again.accepted == len(rows)

    assert [shares_on(day) for day in DAYS[: len(states)]] == states


@quick
@given(states=st.lists(people, min_size=1, max_size=4))
def test_people_are_on_each_day_what_its_state_said_and_a_second_time_changes_nothing(state, states):
    forget()
    for day, known in zip(DAYS, states, strict=False):
        rows = [{"code": code, "role": "dev", "level": level} for code, level in sorted(known.items())]
        before = [{code: level_on(code, past) for code in ("eva", "fay", "gus")} for past in DAYS if past < day]
        ends = state("people", day, *rows, dry_run=True).counts["ended"]
        assert state("people", day, *rows, confirm_ends=ends).stored
        again = state("people", day, *rows, confirm_ends=0)
        assert (again.stored, again.accepted, again.unchanged) == (True, len(rows), len(rows))
        assert [{code: level_on(code, past) for code in ("eva", "fay", "gus")} for past in DAYS if past < day] == before
        assert {code: level for code in ("eva", "fay", "gus") if (level := level_on(code, day))} == known


def test_the_command_takes_a_state_and_tells_what_it_would_do(state, tmp_path, finance, capsys):
    file = tmp_path / "assignments.csv"
    file.write_text("person,team,share\nada,payments,0.75\n")
    state("assignments", MONDAY, works(), works("bob"))
    asked = ("import_rows", "assignments", str(file), "--by", "ada", "--source", "hr", "--mode", "snapshot")

    call_command(*asked, "--as-of", "2026-03-03", "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        "assignments: 1 row read. Only tried, nothing was stored: 1 would be changed, 1 would be ended, 0 refused.",
        "It ends 1 row; that has to be confirmed.",
        "Row 2 changed ada|payments|2026-03-03 (share 0.5 → 0.75) on 2026-03-03.",
        "ended bob|payments|2026-03-02 on 2026-03-03.",
    ]
    with pytest.raises(SystemExit):
        call_command(*asked, "--as-of", "2026-03-03", "--confirm-ends", "7")
    assert capsys.readouterr().err.startswith("confirm_ends: 7 is not how many end")
    call_command(*asked, "--as-of", "2026-03-03", "--confirm-ends", "1")
    assert shares_on(TUESDAY) == {("ada", "payments"): "0.75"}


def test_nobody_else_may_send_it(state, audience, auditor):
    with pytest.raises(Forbidden):
        state("teams", MONDAY, audience=audience(auditor))
    assert SYSTEM.sources is None
