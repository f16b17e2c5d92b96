"""Two who send at the same moment: one fact, one version, no overlap, and nobody is answered 500."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from roi_project.access.audience import SYSTEM
from roi_project.db.models import Touch
from roi_project.intake.change import change
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from roi_project.kernel.errors import Refusal
from teams.models import Assignment, PersonTerms, Team

from .conftest import assignment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
ROUNDS = 8


def at_once(*acts):
    """What each act answered or was refused with, all begun at the same moment on connections of their own."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait(timeout=5)
            answers[place] = act()
        except Refusal as refusal:
            answers[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return answers


def sending(kind, row):
    return lambda: receive(SYSTEM, kind_named(kind), [(1, row, "json")])


def test_the_same_external_id_twice_is_one_fact(send, cast):
    for number in range(ROUNDS):
        row = assignment(starts_on=f"2026-01-0{number + 1}", ends_on=f"2026-01-0{number + 2}", external_id=f"a{number}")

        first, second = at_once(sending("assignments", row), sending("assignments", row))

        assert sorted((first.created, second.created)) == [0, 1]
        assert first.unchanged + second.unchanged == 1
        assert Assignment.objects.filter(external_id=f"a{number}").count() == 1


def test_two_corrections_are_two_versions_of_one_fact(send, cast):
    send("assignments", assignment(external_id="a"))
    for number in range(ROUNDS):
        rows = [assignment(external_id="a", share=f"0.{number + 1}{digit}") for digit in (1, 2)]

        receipts = at_once(*(sending("assignments", row) for row in rows))

        assert [receipt.changed for receipt in receipts] == [1, 1]
        assert Assignment.objects.filter(superseded_at=None).count() == 1
    assert Assignment.objects.count() == 1 + 2 * ROUNDS


def test_periods_that_overlap_do_not_both_come_in(send, cast):
    for number in range(ROUNDS):
        team = f"t{number}"
        send("teams", {"code": team, "name": team})

        receipts = at_once(
            sending("assignments", assignment(team=team)),
            sending("assignments", assignment(team=team, starts_on="2026-02-01")),
        )

        assert Assignment.current.filter(team__code=team).count() == 1
        refused = [each for each in receipts if isinstance(each, Refusal) or each.refused]
        assert len(refused) == 1
        assert isinstance(refused[0], Refusal) is False or refused[0].status == 409


def test_the_same_new_code_twice_is_one_team(send):
    for number in range(ROUNDS):
        row = {"code": f"t{number}", "name": "Team"}

        first, second = at_once(sending("teams", row), sending("teams", row))

        assert sorted((first.created, second.created)) == [0, 1]
    assert Team.objects.count() == ROUNDS


def test_of_two_changes_on_the_same_version_one_is_refused(send, cast):
    from roi_project.intake.change import tag_of

    send("assignments", assignment())
    for number in range(ROUNDS):
        fact = Assignment.current.get()

        def act(share, fact=fact):
            return change(SYSTEM, kind_named("assignments"), fact.key, {"share": share}, if_match=[tag_of(fact)])

        answers = at_once(lambda: act(f"0.{number + 1}1"), lambda: act(f"0.{number + 1}2"))  # noqa: B023

        refused = [each for each in answers if isinstance(each, Refusal)]
        assert len(refused) == 1
        assert refused[0].status == 412


def test_two_who_send_the_same_rows_in_another_order_do_not_deadlock(send, cast):
    send("people", *({"code": f"p{n}", "role": "dev", "employed_from": "2020-01-01"} for n in range(50)))
    rows = [assignment(person=f"p{n}") for n in range(50)]
    send("assignments", *rows)

    def act(share, order):
        sent = [(n, row | {"share": share}, "json") for n, row in enumerate(order, start=1)]
        return lambda: receive(SYSTEM, kind_named("assignments"), sent)

    for number in range(ROUNDS):
        receipts = at_once(act(f"0.{number + 1}1", rows), act(f"0.{number + 1}2", rows[::-1]))
        assert [receipt.changed for receipt in receipts] == [50, 50]


def test_a_reader_of_changes_misses_nothing_that_commits_late(send, cast):
    from django.db import transaction
    from django.utils import timezone

    from roi_project.db.horizon import safe_horizon

    written, asked = threading.Event(), threading.Event()

    def slowly():
        try:
            with transaction.atomic():
                receive(SYSTEM, kind_named("assignments"), [(1, assignment(), "json")])
                written.set()
                asked.wait(timeout=5)
        finally:
            connections.close_all()

    writer = threading.Thread(target=slowly)
    writer.start()
    assert written.wait(timeout=5)
    horizon = safe_horizon(timezone.now())
    asked.set()
    writer.join(timeout=5)

    assert Assignment.objects.get().recorded_at >= horizon
    assert Touch.objects.latest("id").at >= horizon


assert connection is not None  # named in the condition above


def test_the_same_state_of_a_day_sent_twice_at_once_is_taken_once(send, cast):
    for number in range(1, ROUNDS + 1):
        day = dt.date(2026, 3, number)
        works = {"person": "ada", "team": "payments", "share": f"0.{number}", "external_id": "A-17"}
        hired = {"code": "eva", "role": "dev", "level": f"level {number}"}

        answers = at_once(*[following("assignments", works, day)] * 2, *[following("people", hired, day)] * 2)

        assert [getattr(answer, "accepted", answer) for answer in answers] == [1, 1, 1, 1], [
            getattr(answer, "refused", answer) for answer in answers
        ]
        assert sum(answer.unchanged for answer in answers) == 2
    runs = Assignment.current.order_by("starts_on").values_list("share", "starts_on__day", "ends_on__day")
    assert [(str(share.normalize()), *days) for share, *days in runs] == [
        (f"0.{number}", number, number + 1 if number < ROUNDS else None) for number in range(1, ROUNDS + 1)
    ]
    assert PersonTerms.current.filter(person__code="eva").count() == ROUNDS - 1


def following(kind, row, day):
    return lambda: receive(SYSTEM, kind_named(kind), [(1, row, "json")], mode="snapshot", as_of=day, source="hr")
