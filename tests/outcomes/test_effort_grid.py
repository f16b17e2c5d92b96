"""Where did the month go: prefilled from the month before, whole or not at all, and what tools counted stays."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from outcomes.models import Effort

JULY = "2026-07"
pytestmark = pytest.mark.django_db


@pytest.fixture
def team(send, payments, checkout):
    """A team that works on one epic and said in June where its time went."""
    send("epic-teams", {"epic": "checkout", "team": "payments", "starts_on": "2026-01-01"})
    send("efforts", {"team": "payments", "month": "2026-06", "epic": "checkout", "share": "0.6"})
    send("efforts", {"team": "payments", "month": "2026-06", "work_type": "run", "share": "0.4"})
    return payments


@pytest.fixture
def page(team, client, leader):
    client.force_login(leader)

    def shown(month=JULY, **query):
        return client.get("/admin/effort/", {"team": "payments", "month": month, **query})

    return shown


def fields(answer):
    return {row["name"]: row["value"] for row in answer.context["rows"] if row["value"]}


def save(client, month=JULY, **percents):
    form = {"team": "payments", "month": month, **{name.replace("_", "-"): text for name, text in percents.items()}}
    answer = client.post("/admin/effort/", form, follow=True)
    return answer, str(next(iter(answer.context["messages"])))


def declared(month=7):
    found = Effort.current.filter(month=dt.date(2026, month, 1), share__isnull=False).select_related("epic")
    return {(effort.epic.code if effort.epic else effort.work_type): effort.share for effort in found}


def epic_field(answer):
    return next(row["name"] for row in answer.context["rows"] if row["code"] == "checkout")


def test_a_new_month_begins_as_the_month_before_and_is_saved_in_one_go(page, client):
    shown = page()
    epic = epic_field(shown)
    assert shown.context["prefilled"] is True
    assert fields(shown) == {epic: "60", "work-run": "40"}

    answer, told = save(client, **fields(shown))

    assert told == "Payments spent 2026-07 like this. Costs follow it when the month is compiled."
    assert declared() == {"checkout": Decimal("0.600000"), "run": Decimal("0.400000")}
    assert (answer.context["prefilled"], fields(answer)) == (False, {epic: "60", "work-run": "40"})


def test_what_is_empty_now_is_taken_back_and_what_is_the_same_stays(page, client):
    epic = epic_field(page())
    save(client, **{epic: "60", "work-run": "40"})
    kept = Effort.current.get(month=dt.date(2026, 7, 1), epic__code="checkout").pk

    save(client, **{epic: "60", "work-debt": "15.5", "work-defect": "24.5"})

    assert declared() == {"checkout": Decimal("0.600000"), "debt": Decimal("0.155000"), "defect": Decimal("0.245000")}
    assert Effort.current.get(month=dt.date(2026, 7, 1), epic__code="checkout").pk == kept
    _, told = save(client, **{epic: "60", "work-debt": "15.5", "work-defect": "24.5"})
    assert told.endswith("It says so already.")


@pytest.mark.parametrize(
    ("percents", "told"),
    [
        ({"work-run": "40"}, "The month adds up to 40 %: 60 % is missing."),
        ({"work-run": "99.9999"}, "The month adds up to 99.9999 %: 0.0001 % is missing."),
        ({"work-run": "70", "work-debt": "40"}, "The month adds up to 110 %: 10 % is over."),
        ({}, "The month adds up to 0 %: 100 % is missing."),
        ({"work-run": "a hundred"}, "“a hundred” is no percentage; write 40 or 33.33"),
        ({"work-run": "-5", "work-debt": "105"}, "“-5” is no percentage"),
        ({"work-run": "33.33333", "work-debt": "66.66667"}, "at most four decimals"),
        ({"work-run": "1e2"}, "“1e2” is no percentage"),
        ({"work-dancing": "100"}, "An epic has left the list meanwhile"),
    ],
)
def test_what_is_not_a_whole_month_is_told_and_what_was_typed_stays(page, client, percents, told):
    answer, message = save(client, **percents)

    assert message.startswith("Nothing was stored.")
    assert told in message
    assert declared() == {}
    known = {name: text for name, text in percents.items() if name != "work-dancing"}
    assert {name: text for name, text in fields(answer).items() if name in known} == known


def test_a_third_each_is_a_whole_month(page, client):
    save(client, **{"work-run": "33.3333", "work-debt": "33.3333", "work-risk": "33.3334"})

    assert sum(declared().values()) == 1


def test_what_a_tool_counted_stays_and_counts_no_longer(page, client, send):
    send("efforts", {"team": "payments", "month": JULY, "epic": "checkout", "item_days": "12", "external_id": "t-1"})
    assert page().context["grid"].counted is True

    save(client, **{"work-run": "100"})

    assert declared() == {"run": Decimal("1.000000")}
    assert Effort.current.get(external_id="t-1").item_days == Decimal("12.000000")


def test_without_a_choice_it_is_last_month_and_offers_the_teams(team, client, leader):
    client.force_login(leader)
    with time_machine.travel("2026-08-03T09:00:00Z", tick=False):
        shown = client.get("/admin/effort/")

    assert shown.context["month"] == JULY
    assert [code for code, _, _ in shown.context["teams"]] == ["payments"]
    assert "No timesheets, no points" in shown.content.decode()


def test_a_month_or_team_that_is_none_is_refused_in_words(page, client):
    assert "2026-13" in page(month="2026-13").content.decode()
    assert page(month="2026-13").status_code == 400
    assert client.get("/admin/effort/", {"team": "nobody", "month": JULY}).status_code == 404


def test_an_auditor_looks_and_changes_nothing(team, client, auditor):
    client.force_login(auditor)
    assert client.get("/admin/effort/", {"team": "payments", "month": JULY}).context["may_write"] is False

    _, told = save(client, **{"work-run": "100"})

    assert told.startswith("Nothing was stored.")
    assert declared() == {}


def test_the_same_said_twice_counts_together_and_becomes_one(page, client, send):
    for name in ("a", "b"):
        row = {"team": "payments", "month": JULY, "work_type": "run", "share": "0.6", "external_id": name}
        send("efforts", row)
    assert fields(page()) == {"work-run": "120"}

    save(client, **{"work-run": "70", "work-debt": "30"})

    found = Effort.current.filter(month=dt.date(2026, 7, 1), share__isnull=False)
    told = sorted((effort.work_type, str(effort.share)) for effort in found)
    assert told == [("debt", "0.300000"), ("run", "0.700000")]


def test_a_form_for_no_month_or_no_team_is_told_and_breaks_nothing(page, client):
    for form in ({"team": "payments", "month": "abc"}, {"team": "nobody", "month": JULY}, {}):
        assert client.post("/admin/effort/", form).status_code in (400, 404)


def test_a_team_no_code_can_name_is_refused_in_words(page, client):
    shown, saved = page(team="pay\0ments"), client.post("/admin/effort/", {"team": "pay\0ments", "month": JULY})

    for answer in (shown, saved):
        assert answer.status_code == 400
        assert "The code of the team has the unprintable character U+0000 at position 4." in answer.content.decode()
