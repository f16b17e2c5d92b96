"""The admin as each group finds it: who enters, what opens, how facts are changed, and that no pay reaches a leader."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from finance.models import BenefitReview, Book, BookMonth, CostEntry, Line, PersonRate, Posting
from finance.services import books
from roi_project.access.audience import SYSTEM, Group
from roi_project.access.models import Token
from roi_project.access.selectors import audience_of
from roi_project.audit.models import Change
from roi_project.console.by_groups import ByGroups
from roi_project.console.kind_admin import KindAdmin
from roi_project.db.models import Touch
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from roi_project.jobs import services as jobs
from roi_project.kernel.period import parse_month
from teams.models import Assignment, Person, Team
from tests.golden import JULY, PAY, ROWS

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
ENTERS = (Group.FINANCE, Group.LEADER, Group.AUDITOR, Group.ADMINISTRATOR)
PAY_WORDS = ("person rate", "rate variance", "salary", "payroll", "pay of")


def send(kind, rows):
    receipt = receive(SYSTEM, kind_named(kind), [(n, row, "json") for n, row in enumerate(rows, start=1)])
    assert not receipt.refused, receipt.refused


@pytest.fixture
def golden(db):
    for kind, rows in ROWS.items():
        send(kind, rows)


@pytest.fixture
def compiled(golden):
    books.compile_span(parse_month(JULY), parse_month(JULY))


@pytest.fixture
def signed_in(person):
    """`signed_in(Group.FINANCE)`: a browser of somebody in that group, whom nobody has marked as staff."""

    def make(group: Group, username: str = "") -> Client:
        client = Client()
        client.force_login(person(username or f"one-of-{group}", group, is_staff=False))
        return client

    return make


def page(model, name="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def registered():
    return sorted(admin.site._registry.items(), key=lambda found: found[0]._meta.label)


# --- the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ENTERS)
def test_members_of_a_group_sign_in_without_being_marked_as_staff(client, person, group):
    person("erin", group, is_staff=False)

    answer = client.post("/admin/login/", {"username": "erin", "password": "erin-secret"})

    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_planner_is_told_that_the_account_is_for_the_api(client, person):
    person("carol", Group.PLANNER, is_staff=True)

    answer = client.post("/admin/login/", {"username": "carol", "password": "carol-secret"})

    assert answer.status_code == 200
    assert "This account is for the API only" in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_somebody_who_leaves_a_group_is_out_at_once(signed_in):
    client = signed_in(Group.LEADER, "bob")
    assert client.get("/admin/").status_code == 200

    User.objects.get(username="bob").groups.clear()

    assert client.get("/admin/").status_code == 302


# --- who opens what ------------------------------------------------------------------------------------------------


def test_every_page_is_one_of_ours():
    strangers = [model._meta.label for model, model_admin in registered() if not isinstance(model_admin, ByGroups)]

    assert strangers == []


@pytest.mark.parametrize("group", ENTERS)
def test_every_page_opens_for_its_readers_and_is_closed_to_all_others(compiled, signed_in, group):
    client = signed_in(group)
    jobs.request(audience_of(User.objects.get(username=f"one-of-{group}")), books.COMPILE, {"first": JULY})
    for model, model_admin in registered():
        may_read, may_write = group in model_admin.read | model_admin.write, group in model_admin.write

        assert client.get(page(model)).status_code == (200 if may_read else 403), model
        if model_admin.has_add_permission.__func__ is ByGroups.has_add_permission:
            assert client.get(page(model, "add")).status_code == (200 if may_write else 403), model
        if stored := model._default_manager.first():
            history = 200 if isinstance(model_admin, KindAdmin) else 404
            assert client.get(page(model, "change", stored.pk)).status_code == (200 if may_read else 403), model
            if may_read:
                assert client.get(page(model, "history", stored.pk)).status_code == history, model
            elif isinstance(model_admin, KindAdmin):
                assert client.get(page(model, "history", stored.pk)).status_code == 403, model


@pytest.mark.parametrize("group", ENTERS)
def test_no_page_of_a_row_leads_to_one_that_is_closed_to_its_reader(compiled, signed_in, bearer, group):
    client = signed_in(group)
    bearer(User.objects.get(username=f"one-of-{group}"))
    rows = [
        stored
        for model, model_admin in registered()
        if group in model_admin.read | model_admin.write and (stored := model._default_manager.first())
    ]

    leads = {
        link: row
        for row in rows
        for link in re.findall(
            r'href="(/admin/[^"?#]+)', client.get(page(type(row), "change", row.pk)).content.decode()
        )
        if "logout" not in link
    }

    assert {link: row for link, row in leads.items() if client.get(link).status_code >= 400} == {}


@pytest.mark.parametrize(
    ("model", "readers"),
    [
        (PersonRate, {Group.FINANCE, Group.AUDITOR}),
        (CostEntry, {Group.FINANCE, Group.AUDITOR}),
        (Line, {Group.FINANCE, Group.AUDITOR}),
        (Posting, {Group.FINANCE, Group.AUDITOR}),
        (Book, {Group.FINANCE, Group.AUDITOR}),
        (BookMonth, {Group.FINANCE, Group.AUDITOR, Group.LEADER}),
        (BenefitReview, {Group.FINANCE, Group.AUDITOR, Group.LEADER}),
        (Person, {Group.FINANCE, Group.AUDITOR, Group.LEADER}),
        (User, {Group.ADMINISTRATOR, Group.AUDITOR}),
        (Change, {Group.ADMINISTRATOR, Group.AUDITOR, Group.FINANCE}),
        (Team, set(ENTERS)),
    ],
)
def test_readers_are_those_of_the_rules(signed_in, model, readers):
    opened = {group for group in ENTERS if signed_in(group).get(page(model)).status_code == 200}

    assert opened == readers


def test_person_rates_are_not_even_a_menu_entry_for_those_who_may_not_read_them(signed_in):
    def menu_of(group):
        return "person rates" in signed_in(group).get("/admin/").content.decode().lower()

    assert {group for group in ENTERS if menu_of(group)} == {Group.FINANCE, Group.AUDITOR}


def test_a_superuser_gets_accounts_and_jobs_and_no_figures(client, person, compiled):
    user = person("root", is_staff=False)
    user.is_superuser = True
    user.save()
    client.force_login(user)

    assert client.get(page(User)).status_code == 200
    assert client.get(page(Token)).status_code == 200
    assert client.get(page(PersonRate)).status_code == 403
    assert client.get(page(Posting)).status_code == 403
    assert "Invested" not in client.get("/admin/").content.decode()


def test_nothing_is_deleted_in_bulk(signed_in, golden):
    answer = signed_in(Group.FINANCE).get(page(Assignment))

    assert "delete_selected" not in answer.content.decode()


def test_no_pay_reaches_a_leader(compiled, signed_in):
    """Every page a leader can open, with what is on it: no word of pay, and nobody's amount."""
    client = signed_in(Group.LEADER)
    amounts = [form for amount in PAY.values() for form in (amount, f"{float(amount):,.2f}")]
    addresses = ["/admin/"]
    for model, model_admin in registered():
        if Group.LEADER in model_admin.read | model_admin.write:
            addresses.append(page(model))
            addresses += [page(model, "change", one.pk) for one in model._default_manager.all()[:3]]
            addresses += [page(model, "history", one.pk) for one in model._default_manager.all()[:1]]

    for address in addresses:
        answer = client.get(address)
        body = answer.content.decode().lower()
        assert answer.status_code in (200, 302, 404), address
        assert [word for word in (*PAY_WORDS, *amounts) if word in body] == [], address


def test_leaders_have_five_entries_and_no_list_of_models(signed_in):
    context = signed_in(Group.LEADER).get("/admin/").context

    assert list(context["available_apps"]) == []
    assert [entry.title for entry in context["entries"]] == [
        "Overview",
        "Value streams",
        "Teams",
        "Epics & outcomes",
        "Capacity",
    ]


# --- writing -------------------------------------------------------------------------------------------------------


def fields_of(answer):
    """What a browser would send back of a form."""
    form = answer.context["adminform"].form
    return {name: "" if (value := form[name].value()) is None else value for name in form.fields}


def test_a_change_of_a_fact_is_a_new_version(signed_in, golden):
    client = signed_in(Group.FINANCE, "ada")
    old = Assignment.current.get(person__code="fay", team__code="search")
    Touch.objects.all().delete()
    address = page(Assignment, "change", old.pk)

    answer = client.post(address, fields_of(client.get(address)) | {"share": "0.3"}, follow=True)

    new = Assignment.current.get(key=old.key)
    old.refresh_from_db()
    assert "was changed successfully" in answer.content.decode()
    assert (str(new.share), new.recorded_by) == ("0.300000", "user:ada")
    assert (str(old.share), old.superseded_at is not None) == ("0.400000", True)
    assert Touch.objects.filter(kind="assignments").exists()


def test_a_new_fact_comes_in_by_the_importer(signed_in, golden):
    client = signed_in(Group.FINANCE, "ada")
    new = {
        "incurred_on": "2026-07-31",
        "amount": "1200.50",
        "currency": "USD",
        "category": CostEntry.current.first().category_id,
        "team": Team.objects.get(code="search").pk,
        "tag": "entered-once",
    }

    first = client.post(page(CostEntry, "add"), new)
    again = client.post(page(CostEntry, "add"), new)

    stored = CostEntry.current.get(team__code="search")
    assert (first.status_code, again.status_code) == (302, 200)
    assert (stored.amount_minor, stored.currency, stored.recorded_by) == (120_050, "USD", "user:ada")
    assert stored.external_id == "entered-once"
    assert "is already known" in again.content.decode()


def test_a_change_of_a_master_is_in_the_audit_trail(signed_in, golden):
    client = signed_in(Group.FINANCE, "ada")
    team = Team.objects.get(code="search")
    address = page(Team, "change", team.pk)

    client.post(address, fields_of(client.get(address)) | {"name": "Search and browse"})

    change = Change.objects.get(kind="teams", action="changed", object_id=str(team.pk))
    assert (change.actor, change.before, change.after) == (
        "user:ada",
        {"name": "Search"},
        {"name": "Search and browse"},
    )
    assert "Search → Search and browse" in client.get(page(Change)).content.decode()
    assert "Search → Search and browse" in client.get(page(Team, "history", team.pk)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"share": "2"}, "2 is more than 1."),
        ({"share": "0,5"}, "write a point for decimals"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-02-01"}, "2026-02-01 is not after starts_on 2026-05-01"),
    ],
)
def test_what_is_refused_is_told_beside_its_field_and_nothing_is_stored(signed_in, golden, wrong, sentence):
    client = signed_in(Group.FINANCE)
    old = Assignment.current.get(person__code="fay", team__code="search")
    address = page(Assignment, "change", old.pk)

    answer = client.post(address, fields_of(client.get(address)) | wrong)

    errors = answer.context["adminform"].form.errors
    assert answer.status_code == 200
    assert set(errors) <= {"share", "starts_on", "ends_on"}
    assert any(sentence in told for field in errors.values() for told in field)
    assert Assignment.current.get(key=old.key).pk == old.pk


def test_an_overlap_is_refused_in_words(signed_in, golden):
    client = signed_in(Group.FINANCE)
    old = Assignment.current.get(person__code="fay", team__code="search")
    new = {"person": old.person_id, "team": old.team_id, "share": "0.1", "starts_on": "2026-06-01", "tag": "x"}

    answer = client.post(page(Assignment, "add"), new)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert Assignment.current.filter(person=old.person, team=old.team).count() == 1


def test_two_who_change_the_same_fact_do_not_overwrite_each_other(signed_in, golden):
    client = signed_in(Group.FINANCE)
    old = Assignment.current.get(person__code="fay", team__code="search")
    address = page(Assignment, "change", old.pk)
    opened = fields_of(client.get(address))
    client.post(address, opened | {"share": "0.3"})

    answer = client.post(address, opened | {"share": "0.2"}, follow=True)

    assert "Somebody changed it since you opened it" in answer.content.decode()
    assert str(Assignment.current.get(key=old.key).share) == "0.300000"


def test_a_master_changed_by_somebody_else_is_told_as_well(signed_in, golden):
    client = signed_in(Group.FINANCE)
    address = page(Team, "change", Team.objects.get(code="search").pk)
    opened = fields_of(client.get(address))
    client.post(address, opened | {"name": "First"})

    answer = client.post(address, opened | {"name": "Second"})

    assert "was changed since you read it" in answer.content.decode()
    assert Team.objects.get(code="search").name == "First"


def test_taking_back_keeps_the_history(signed_in, golden):
    client = signed_in(Group.FINANCE, "ada")
    old = Assignment.current.get(person__code="fay", team__code="search")

    answer = client.post(page(Assignment, "delete", old.pk), {"post": "yes"}, follow=True)

    last = Assignment.objects.get(key=old.key, superseded_at=None)
    assert "Its history stays" in answer.content.decode()
    assert (last.withdrawn, last.recorded_by) == (True, "user:ada")
    assert "taken back" in client.get(page(Assignment, "history", last.pk)).content.decode()
    assert f"/{last.pk}/change/" not in client.get(page(Assignment)).content.decode()
    assert f"/{last.pk}/change/" in client.get(page(Assignment), {"versions": "withdrawn"}).content.decode()
    assert f"/{old.pk}/change/" in client.get(page(Assignment), {"versions": "every"}).content.decode()


def test_readers_do_not_write(signed_in, golden):
    client = signed_in(Group.AUDITOR)
    old = Assignment.current.first()

    assert client.post(page(Assignment, "change", old.pk), {"share": "0.1"}).status_code == 403
    assert client.post(page(Assignment, "delete", old.pk), {"post": "yes"}).status_code == 403
    assert client.post(page(Assignment, "add"), {}).status_code == 403


# --- lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["assignments", "observations"])
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    signed_in, golden, django_assert_max_num_queries, django_assert_num_queries, kind
):
    client = signed_in(Group.FINANCE)
    model = kind_named(kind).model
    send("observations", [_read(1)])
    with django_assert_max_num_queries(8) as few:
        assert client.get(page(model)).status_code == 200
    send("people", [{"code": f"p{n}", "role": "engineer", "employed_from": "2026-01-01"} for n in range(40)])
    send("assignments", [_assigned(n) for n in range(40)])
    send("observations", [_read(n) for n in range(2, 31)])

    with django_assert_num_queries(len(few)):
        assert client.get(page(model)).status_code == 200


def _read(day):
    return {"metric": "conversion-rate", "observed_on": f"2026-06-{day:02d}", "value": "2.5"}


def _assigned(n):
    return {"person": f"p{n}", "team": "search", "share": "1", "starts_on": "2026-01-01"}


def test_search_boxes_offer_codes_with_names(signed_in, golden):
    query = {"app_label": "teams", "model_name": "assignment", "field_name": "team", "term": "sear"}

    answer = signed_in(Group.FINANCE).get("/admin/autocomplete/", query)

    assert [found["text"] for found in answer.json()["results"]] == ["search · Search"]


def test_a_number_of_rows_is_counted_no_further_than_anybody_reads(golden, monkeypatch):
    from roi_project.console import paging

    monkeypatch.setattr(paging, "MOST_ROWS", 3)

    assert paging.CappedPaginator(Assignment.objects.order_by("id"), 2).count == 3
