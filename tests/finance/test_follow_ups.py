"""Findings have an owner and a day, or are accepted for a while; kept by what they are about."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from finance.models import FindingFollowUp
from finance.selectors.findings import SUBJECT, Followed, followed
from roi_project.audit.models import Change
from teams.models import Person, RoleFamily
from tests.finance.sending import compile_months, dollars, send, send_golden
from tests.golden import JANUARY, JULY

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
URL = "/api/v1/findings/"
AUGUST, PAST, FUTURE = "2026-08", "2020-01-01", "2099-01-01"
GUS = {"code": "over_allocated", "person": "gus"}
RATES = {"code": "missing_rate", "role": "engineer"}
NOBODY = {"owner": "", "due_on": None, "overdue": False, "accepted_until": None, "accepted": False, "reason": ""}


@pytest.fixture
def books():
    """The golden July and August, without standard rates."""
    send_golden()
    compile_months(JULY, AUGUST)


@pytest.fixture
def keeper(books, api, leader):
    return api(leader)


def found(caller, code, month=JULY, **query):
    answer = caller.get(URL, {"from": month, "through": month, "code": code, **query})
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def care(row):
    return {name: row[name] for name in NOBODY}


def put(caller, **body):
    return caller.put(URL, body, format="json")


def test_a_finding_is_looked_after_in_whatever_month_it_stands(keeper, api, planner):
    assert care(found(keeper, "over_allocated")[0]) == NOBODY

    answer = put(keeper, **GUS, owner="Bob", due_on=FUTURE)

    told = NOBODY | {"owner": "Bob", "due_on": FUTURE}
    assert (answer.status_code, answer.json()) == (
        200,
        {"code": "over_allocated", "team": None, "pool": None, "person": "gus", "role": None} | told,
    )
    for month in (JULY, AUGUST):
        assert care(found(keeper, "over_allocated", month)[0]) == told
        assert care(found(api(planner), "over_allocated", month)[0]) == told
    assert care(found(keeper, "missing_rate")[0]) == NOBODY


def test_what_is_accepted_is_left_out_until_its_day_unless_it_is_asked_for(keeper):
    accepted = {"accepted_until": FUTURE, "reason": "Gus leaves in spring."}
    put(keeper, **GUS, due_on=PAST, **accepted)

    assert found(keeper, "over_allocated") == []
    [row] = found(keeper, "over_allocated", accepted="true")
    assert care(row) == NOBODY | accepted | {"accepted": True, "due_on": PAST}

    keeper.patch(URL, {**GUS, "accepted_until": PAST}, format="json")

    [row] = found(keeper, "over_allocated")
    assert care(row) == NOBODY | accepted | {"accepted_until": PAST, "due_on": PAST, "overdue": True}


def test_a_day_of_the_caller_says_what_is_overdue_and_what_is_accepted():
    day = dt.date(2026, 7, 10)

    def on(today, **days):
        told = followed(FindingFollowUp(**days), today)
        assert isinstance(told, Followed)
        return told.overdue, told.accepted

    assert on(day, due_on=day) == (False, False)
    assert on(day + dt.timedelta(1), due_on=day) == (True, False)
    assert on(day, due_on=dt.date(2026, 7, 1), accepted_until=day + dt.timedelta(1)) == (False, True)
    assert on(day, due_on=dt.date(2026, 7, 1), accepted_until=day) == (True, False)


def test_put_says_everything_and_patch_what_is_there(keeper):
    put(keeper, **GUS, owner="Bob", due_on=FUTURE, reason="Asked for it.")

    kept = keeper.patch(URL, {**GUS, "owner": "Carol"}, format="json").json()
    cleared = keeper.patch(URL, {**GUS, "due_on": None}, format="json").json()
    whole = put(keeper, **GUS, owner="Dan").json()

    assert (kept["owner"], kept["due_on"], kept["reason"]) == ("Carol", FUTURE, "Asked for it.")
    assert (cleared["owner"], cleared["due_on"], cleared["reason"]) == ("Carol", None, "Asked for it.")
    assert care(whole) == NOBODY | {"owner": "Dan"}
    assert FindingFollowUp.objects.count() == 1


def test_the_bodies_of_the_page_are_taken_as_they_are_written(keeper):
    page = (ROOT / "docs/reports/findings.md").read_text(encoding="utf-8")
    told = re.findall(r"^(PUT|PATCH) (\S+)\n(\{.*\})$", page, re.MULTILINE)

    answers = [getattr(keeper, method.lower())(url, json.loads(body), format="json") for method, url, body in told]

    assert [answer.status_code for answer in answers] == [200, 200]
    (row,) = found(keeper, "over_allocated", accepted="true")
    assert (row["owner"], row["due_on"], row["accepted_until"]) == ("Bob", "2026-09-30", "2027-01-01")
    assert row["reason"] == "Gus leaves in spring."


def test_nothing_is_accepted_without_a_reason(keeper, as_problem):
    told = as_problem(put(keeper, **GUS, accepted_until=FUTURE, reason=" "), 400, "invalid")

    assert told["errors"] == [{"pointer": "/reason", "code": "required", "detail": "reason: say why it is accepted."}]
    assert FindingFollowUp.objects.count() == 0
    assert len(found(keeper, "over_allocated")) == 1


@pytest.mark.parametrize(
    "about",
    [
        {"code": "over_allocated"},
        {"code": "over_allocated", "person": "ana"},
        {"code": "over_allocated", "person": "nobody"},
        {"code": "over_allocated", "person": "gus", "team": "search"},
        {"code": "missing_rate", "person": "gus"},
        {"code": "no_such_code"},
    ],
)
def test_what_no_book_tells_of_is_not_looked_after(keeper, as_problem, about):
    as_problem(put(keeper, **about, owner="Bob"), 404, "not-found")

    assert FindingFollowUp.objects.count() == 0


def test_every_fault_of_a_body_is_told(keeper, as_problem):
    told = as_problem(put(keeper, owner=7, due_on="soon", boss="Bob"), 400, "invalid")

    assert {error["pointer"] for error in told["errors"]} == {"/boss", "/code", "/owner", "/due_on"}
    as_problem(keeper.put(URL, [GUS], format="json"), 400, "invalid")


def test_others_read_who_looks_after_a_finding_and_do_not_say_so(books, api, planner, auditor, administrator):
    for user in (planner, auditor, administrator):
        for method in ("put", "patch"):
            assert getattr(api(user), method)(URL, GUS, format="json").status_code == 403
    assert api(administrator).get(URL).status_code == 403


def test_each_change_is_written_down_once(keeper):
    put(keeper, **GUS, owner="Bob")
    put(keeper, **GUS, owner="Bob")
    keeper.patch(URL, {**GUS, "due_on": FUTURE}, format="json")

    trail = Change.objects.filter(kind="findings").order_by("id")
    assert [(change.action, change.object_code, change.before, change.after) for change in trail] == [
        (
            "created", "over_allocated", None,
            {"person": "gus", "owner": "Bob", "due_on": None, "accepted_until": None, "reason": ""},
        ),
        ("changed", "over_allocated", {"due_on": None}, {"due_on": FUTURE}),
    ]  # fmt: skip


def test_a_finding_of_pay_is_kept_by_those_who_see_pay_and_the_trail_does_not_name_it(
    api, finance, leader, administrator, as_problem
):
    send_golden()
    person = {"code": "ivy", "role": "engineer", "employed_from": JANUARY}
    send("people", person)
    pay = {"person": "ivy", "unit": "month", "amount": dollars("9000.00", "PLN"), "starts_on": JANUARY}
    send("person-rates", pay)
    compile_months(JULY)
    of_pay = {"code": "missing_fx_rate_of_pay"}

    assert put(api(finance), **of_pay, owner="the payroll of Poland", due_on=FUTURE).status_code == 200
    refused = as_problem(put(api(leader), **of_pay, owner="Bob"), 404, "not-found")

    [row] = found(api(finance), "missing_fx_rate_of_pay")
    assert row["owner"] == "the payroll of Poland"
    unknown = as_problem(put(api(leader), code="no_such_code", owner="Bob"), 404, "not-found")
    assert refused["detail"] == unknown["detail"]
    for told in api(administrator).get("/api/v1/audit/?kind=findings").json()["results"]:
        assert told["object_code"] == ""
        assert told["after"] == {"due_on": FUTURE, "accepted_until": None}


def test_one_finding_has_one_owner_in_the_database_too(books):
    gus = Person.objects.get(code="gus")
    FindingFollowUp.objects.create(code="over_allocated", person=gus)

    for fields, rule in (
        ({"code": "over_allocated", "person": gus}, "one_subject"),
        ({"code": "over_allocated", "accepted_until": FUTURE}, "accepted_with_reason"),
        ({"code": "no_such_code"}, "code"),
    ):
        with pytest.raises(IntegrityError, match=f"finance_findingfollowup_{rule}"), transaction.atomic():
            FindingFollowUp.objects.create(**fields)


# --- in the admin ----------------------------------------------------------------------------------------------------

ADMIN = "/admin/finance/findingfollowup/"


@pytest.fixture
def browser(books, leader):
    client = Client()
    client.force_login(leader)
    return client


def form(**fields):
    empty = dict.fromkeys(("code", "team", "pool", "person", "role", "owner", "due_on", "accepted_until", "reason"), "")
    return empty | fields


def test_a_leader_says_in_the_admin_who_looks_after_a_finding(browser):
    gus = Person.objects.get(code="gus")

    added = browser.post(f"{ADMIN}add/", form(code="over_allocated", person=gus.pk, owner="Bob", due_on=FUTURE))
    row = FindingFollowUp.objects.get()
    changed = browser.post(f"{ADMIN}{row.pk}/change/", form(owner="Carol", due_on=FUTURE))

    assert (added.status_code, changed.status_code) == (302, 302)
    row.refresh_from_db()
    assert (row.person, row.owner, row.due_on) == (gus, "Carol", dt.date(2099, 1, 1))
    assert row.updated_by == "user:bob"
    assert Change.objects.filter(kind="findings").count() == 2
    assert b"Carol" in browser.get(ADMIN).content


def test_a_leader_comes_from_the_first_page_to_who_looks_after_a_finding_and_the_list_grows_shorter(browser):
    engineer = RoleFamily.objects.get(code="engineer")

    def told():
        lines = browser.get("/admin/").context["look"]
        return next(
            (line for line in lines if line["text"] == "Work has no rate, so its cost is missing: 1 case."), None
        )

    line = told()
    assert (line["owner"], line["due"], line["link"]) == ("finance", "", "open the finding")
    (row,) = browser.get(line["url"]).context["open"]
    assert (row["where"]["name"], row["cases"], row["owner"], row["mends"]) == ("Engineer", "1 case", "", "finance")
    assert row["url"] == f"{ADMIN}add/?code=missing_rate&role={engineer.pk}"
    asked = browser.get(row["url"]).content.decode()
    assert [name for name in SUBJECT if f'name="{name}"' in asked] == ["role"]

    saved = browser.post(
        row["url"], {"code": "missing_rate", "role": engineer.pk, "owner": "Nadia", "due_on": "2020-01-31"}
    )
    assert saved.headers["Location"] == "/admin/findings/"
    assert (told()["owner"], told()["due"], told()["overdue"]) == ("Nadia", "by 2020-01-31", True)
    (row,) = browser.get(line["url"]).context["open"]
    assert (row["owner"], row["overdue"]) == ("Nadia", True)

    browser.post(row["url"], {"owner": "Nadia", "accepted_until": FUTURE, "reason": "The card comes in spring."})
    assert told() is None
    page = browser.get(line["url"]).context
    assert (page["open"], [row["reason"] for row in page["accepted"]]) == ([], ["The card comes in spring."])


def test_what_was_saved_is_said_in_words_and_names_no_person(browser):
    def said(answer):
        return [str(message) for message in answer.context["messages"]]

    gus, engineer = Person.objects.get(code="gus"), RoleFamily.objects.get(code="engineer")
    of_gus = form(code="over_allocated", person=gus.pk, owner="Nadia", due_on=FUTURE)
    of_engineers = form(
        code="missing_rate", role=engineer.pk, accepted_until=FUTURE, reason="The card comes in spring."
    )

    assert said(browser.post(f"{ADMIN}add/", of_gus, follow=True)) == [
        "People are planned for more than all their time (one person): Nadia looks after it by 2099-01-01."
    ]
    assert said(browser.post(f"{ADMIN}add/", of_engineers, follow=True)) == [
        "Work has no rate, so its cost is missing (Engineer): it is accepted until 2099-01-01."
    ]
    row = FindingFollowUp.objects.get(code="over_allocated")
    assert b"over_allocated gus" not in browser.get(f"{ADMIN}{row.pk}/change/").content
    assert said(browser.post(f"{ADMIN}{row.pk}/change/", form(), follow=True)) == [
        "People are planned for more than all their time (one person): nobody looks after it."
    ]


def test_a_person_is_counted_on_the_page_of_findings_and_not_named(browser):
    gus = Person.objects.get(code="gus")

    (row,) = browser.get("/admin/findings/?code=over_allocated").context["open"]

    assert (row["where"]["name"], row["url"]) == ("one person", f"{ADMIN}add/?code=over_allocated&person={gus.pk}")


def test_findings_of_pay_are_on_the_page_of_those_who_see_pay(browser, finance):
    row = FindingFollowUp.objects.create(code="missing_fx_rate_of_pay", owner="the payroll")
    send(
        "person-rates",
        {"person": "gus", "unit": "month", "amount": {"amount": "100.00", "currency": "CHF"}, "starts_on": JANUARY},
    )
    compile_months(JULY, AUGUST)
    of_pay = "Pay has no exchange rate"

    seen_by_leader = browser.get("/admin/findings/?code=missing_fx_rate_of_pay").context
    browser.force_login(finance)
    seen_by_finance = browser.get("/admin/findings/").context

    assert of_pay not in [one["what"] for one in seen_by_leader["open"]]
    assert seen_by_leader["only"] == ""
    told = [(one["owner"], one["url"]) for one in seen_by_finance["open"] if one["what"] == of_pay]
    assert told == [("the payroll", f"{ADMIN}{row.pk}/change/")]


def test_who_keeps_no_findings_reads_them_without_a_way_to_say_so(books, auditor):
    client = Client()
    client.force_login(auditor)

    page = client.get("/admin/findings/").content.decode()

    assert "nobody yet; planning can mend it" in page
    assert "Look after it" not in page


def test_what_is_refused_comes_back_with_the_form(browser):
    page = browser.post(f"{ADMIN}add/", form(code="over_allocated", owner="Bob"))

    assert page.status_code == 200
    assert b"No current book has a finding about this" in page.content
    assert FindingFollowUp.objects.count() == 0


def test_a_finding_of_pay_is_not_in_the_admin_of_a_leader(browser):
    row = FindingFollowUp.objects.create(code="missing_fx_rate_of_pay", owner="the payroll")

    assert b"the payroll" not in browser.get(ADMIN).content
    assert browser.get(f"{ADMIN}{row.pk}/change/").status_code == 302
    assert b"_of_pay" not in browser.get(f"{ADMIN}add/").content
    refused = browser.post(f"{ADMIN}add/", form(code="missing_fx_rate_of_pay", owner="Bob"))
    assert refused.status_code == 200
    assert b"already" not in refused.content
