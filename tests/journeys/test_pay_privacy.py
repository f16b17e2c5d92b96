"""Pay is for finance and audit: nobody else meets it, in no figure, name, address, tag or number of a version.

Everything a caller can reach is read, from the URL conf on, in an organisation whose pay is made of amounts that stand
nowhere else; and read again after pay has changed, when not a byte of it may have. On the way the other laws of what
leaders and teams are shown are held up too.
"""

import datetime as dt
import itertools
import json
import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from finance.models import Book, Component, Line, Posting
from roi_project.db.addresses import addresses
from roi_project.jobs.runner import run_due
from roi_project.kernel.money import format_minor
from tests.golden import JANUARY, JULY, dollars
from tests.journeys.laws import (
    no_example_of_pay,
    no_pay,
    no_person_figure,
    no_sorted_teams,
    no_story_points,
    no_word_of_pay,
    spellings,
)
from tests.journeys.walk import SPAN, Walk, operations
from tests.reliability.fuzz import routes, world
from tests.reliability.fuzz.company import CANARIES

pytestmark = pytest.mark.django_db

BLIND = ("bob", "carol", "eve")
"""A leader, a planner, an administrator."""
API = "/api/v1/"
AMOUNT = re.compile(r"-?\d+\.\d{2}(?!\d)")
WITH_VARIANCE = frozenset({"rate_variance", "standard_plus_variance_is_paid", "payroll"})
WITH_BOTH = re.compile("/components/|/postings/|/reconciliation/|/jobs/")
STANDARD, VARIANCE = Q(account__lt=100), Q(account__gte=100)
NOT_READ = {"/admin/logout/", "/admin/jsi18n/"}
"""The end of the walk, and a script."""
LAWS = (no_word_of_pay, no_person_figure, no_sorted_teams, no_story_points)
HOURS_OF_JULY = (176, 184)
"""Of somebody who works eight hours a day, with and without the holiday."""


@pytest.fixture
def organisation():
    return world.build()


@pytest.fixture
def visit(organisation):
    """`visit("bob")`: everything bob can reach, by address, read within one moment."""
    at = timezone.now() + dt.timedelta(hours=1)

    def walk(name, **options):
        return Walk(organisation, name, at=at, **options).everything()

    return walk


def amounts_in(pages):
    return {amount for page in pages.values() for amount in AMOUNT.findall(page.text)}


@pytest.fixture
def with_pay_and_without(visit):
    """What finance reads of the API, at both rates."""
    return visit("ada", rates=("standard", "actual"), only=API)


@pytest.fixture
def found_by_finance(with_pay_and_without):
    """Addresses that finance was led to, in case that others try them."""
    return frozenset(with_pay_and_without)


@pytest.fixture
def secrets(with_pay_and_without):
    """Amounts that only those who see pay are ever shown: pay, variance, and every sum with variance in it."""
    finance = with_pay_and_without
    with_pay = {url: page for url, page in finance.items() if "rates=actual" in url or "person-rates" in url}
    told = json.loads(finance["/api/v1/reconciliation/"].text)["results"]
    laws = [(law["name"], law["left"]["amount"]) for month in told for law in month["identities"]]
    laws += [(name, part["amount"]) for month in told for name, part in month["parts"].items()]
    secret = amounts_in(with_pay) | {amount for name, amount in laws if name in WITH_VARIANCE} | stored(VARIANCE)
    known = {url: page for url, page in finance.items() if url not in with_pay and not WITH_BOTH.search(url)}
    found = (
        secret - amounts_in(known) - {amount for name, amount in laws if name not in WITH_VARIANCE} - stored(STANDARD)
    )
    assert set(CANARIES.values()) <= found
    assert len(found) > 50
    return found


def stored(accounts):
    """Amounts of components and lines as they would be shown."""
    minor = set(Component.objects.filter(accounts).values_list("amount", flat=True))
    names = ("variance", "variance_whole") if accounts is VARIANCE else ("amount", "whole")
    minor |= {amount for name in names for amount in Line.objects.values_list(name, flat=True)}
    return {format_minor(amount, "USD") for amount in minor}


@pytest.fixture
def looked_after(organisation, api):
    """Of what the admin shows there is at least one of each."""
    second = api(User.objects.get(username="grace"))
    (waiting,) = second.get("/api/v1/benefit-entries/").json()["results"]
    decision = {"benefit": waiting["key"], "decision": "validated", "amount": waiting["amount"]}
    body, headers = {"rows": [decision]}, {"Idempotency-Key": "review"}
    reviewed = second.post("/api/v1/benefit-entries/review/", body, format="json", headers=headers)
    finding = {"code": "over_allocated", "person": "gus", "owner": "Bob", "due_on": "2099-01-01"}
    followed = second.put("/api/v1/findings/", finding, format="json")
    assert (reviewed.status_code, followed.status_code) == (200, 200), (reviewed.json(), followed.json())
    organisation.look_again()
    return organisation


def test_nothing_that_others_reach_shows_pay_a_person_sorted_teams_or_story_points(
    looked_after, secrets, found_by_finance
):
    an_hour = {
        f"{Decimal(paid) / hours:.{n}f}" for paid in CANARIES.values() for hours in HOURS_OF_JULY for n in (2, 4)
    }
    spelt = set().union(*map(spellings, secrets | an_hour))
    walks = [Walk(looked_after, caller, also=found_by_finance) for caller in BLIND]
    pages = [(url, page) for walk in walks for url, page in walk.everything().items()]

    broken = {sentence for url, page in pages for law in LAWS for sentence in law(url, page)}
    broken |= {sentence for url, page in pages for sentence in no_pay(url, page, spelt)}
    broken |= set(no_example_of_pay(routes.document()))
    assert sorted(broken) == []
    asked = {address for walk in walks for address in walk.reached}
    assert set(routes.every_address()) - asked == NOT_READ
    assert sum(page.status == 200 for _, page in pages) > 1_000


def test_labour_opens_into_roles_for_others_and_into_people_for_finance(visit):
    def kinds(pages):
        lines = [
            line
            for url, page in pages.items()
            if url.startswith("/api/v1/explain/components/")
            for line in json.loads(page.text).get("lines", [])
        ]
        return {line["kind"] for line in lines}, {line["label"] for line in lines}

    theirs, labels = kinds(visit("bob", only="/api/v1/explain/components/"))
    ours, named = kinds(visit("ada", only="/api/v1/explain/components/"))

    assert "role" in theirs
    assert "person" not in theirs
    assert not labels & CANARIES.keys()
    assert "person" in ours
    assert named >= CANARIES.keys()


def test_variance_is_there_to_be_hidden(organisation):
    assert Posting.objects.filter(account__gte=100).exclude(amount=0).exists()
    assert Component.objects.filter(account__gte=100).exclude(amount=0).exists()


def change_pay(client):
    """A raise, a cut, pay that ends, pay in a currency without a rate, and pay where there was none."""
    rates = {row["person"]["code"]: row for row in client.get("/api/v1/person-rates/").json()["results"]}
    for person, amount in (("ana", "23456.78"), ("ben", "1.23")):
        changed = client.patch(
            f"/api/v1/person-rates/{rates[person]['key']}/", {"amount": dollars(amount)}, format="json"
        )
        assert changed.status_code == 200
    assert client.delete(f"/api/v1/person-rates/{rates['cho']['key']}/").status_code == 204
    for person, starts_on, amount in (
        ("dee", "2026-07-15", {"amount": "98765.43", "currency": "PLN"}),
        ("eli", "2026-07-20", dollars("45678.91")),
    ):
        ended = client.patch(f"/api/v1/person-rates/{rates[person]['key']}/", {"ends_on": starts_on}, format="json")
        added = client.post(
            "/api/v1/person-rates/",
            {
                "person": person,
                "unit": "month",
                "amount": amount,
                "starts_on": starts_on,
                "external_id": f"new-{person}",
            },
            format="json",
        )
        assert (ended.status_code, added.status_code) == (200, 201)


def compiled(client):
    assert client.post("/api/v1/books/", SPAN, format="json").status_code == 202
    run_due()


def differing(before, after):
    """Addresses with another answer or tag. Jobs say when the service worked."""
    return {
        url: (before[url], after.get(url))
        for url in before
        if before[url] != after.get(url) and not url.startswith("/api/v1/jobs/")
    }


def test_not_a_byte_and_no_tag_tells_others_that_pay_has_changed(visit, api, organisation):
    """Pages, answers and files: so that nothing is made of pay in any way, rounded, sorted or hashed."""
    keeper = api(User.objects.get(username="ada"))
    before = {"bob": visit("bob"), "carol": visit("carol", only=API), "eve": visit("eve", only=API)}
    cost = actual_cost(keeper)

    change_pay(keeper)
    waiting = visit("bob", only=API)
    assert differing(waiting, before["bob"]) == {}, "while a new book waits to be compiled"
    compiled(keeper)
    assert differing(before["bob"], visit("bob")) == {}, "after it was"
    for caller in ("carol", "eve"):
        assert differing(before[caller], visit(caller, only=API)) == {}, "after it was"

    assert actual_cost(keeper) != cost


def actual_cost(keeper):
    return keeper.get("/api/v1/reports/roi/?rates=actual&window=period&from=2026-07").json()["total"]["cost"]


def test_versions_others_read_count_what_they_may_see(visit, api, organisation):
    keeper, leader = (api(User.objects.get(username=name)) for name in ("ada", "bob"))

    def versions(client):
        return [
            month["book_version"] for month in client.get("/api/v1/months/").json()["results"] if month["month"] == JULY
        ]

    change_pay(keeper)
    compiled(keeper)
    assert (versions(keeper), versions(leader)) == ([2], [1])

    entry = {
        "external_id": "more",
        "incurred_on": "2026-07-02",
        "amount": dollars("5.00"),
        "category": "rent",
        "team": "search",
    }
    assert keeper.post("/api/v1/cost-entries/", entry, format="json").status_code == 201
    assert leader.get("/api/v1/books/").json()["results"][-1]["stale"] is True
    compiled(keeper)
    assert (versions(keeper), versions(leader)) == ([3], [2])

    both = [
        client.get("/api/v1/reports/roi/?rates=standard&window=period&from=2026-07&through=2026-07").json()
        for client in (keeper, leader)
    ]
    assert both[0]["total"]["cost"] == both[1]["total"]["cost"]


def test_a_component_that_only_pay_made_is_not_there_for_others(api, organisation):
    keeper, leader = (api(User.objects.get(username=name)) for name in ("ada", "bob"))
    change_pay(keeper)
    compiled(keeper)
    newest = Component.objects.filter(book__version=2, account=1).first()
    (address,) = addresses().hide_all([newest.pk])

    assert keeper.get(f"/api/v1/explain/components/{address}/").status_code == 200
    assert leader.get(f"/api/v1/explain/components/{address}/").status_code == 404


@pytest.mark.parametrize(("noun", "rows"), [("components", Component), ("postings", Posting)])
def test_rows_are_not_addressed_by_the_number_that_counts_them(visit, organisation, api, noun, rows):
    shown = re.compile(rf"/explain/{noun}/(\d+)/")

    seen = {int(number) for page in visit("bob", only=API).values() for number in shown.findall(page.text)}

    ids = set(rows.objects.values_list("pk", flat=True))
    assert len(seen) > 10
    assert not seen & ids
    assert max(seen) - min(seen) > 2**34, "drawn from all over the range"
    for name in ("ada", "bob"):
        client = api(User.objects.get(username=name))
        assert {client.get(f"/api/v1/explain/{noun}/{pk}/").status_code for pk in sorted(ids)[:5]} == {404}


def test_closing_seals_what_others_read_as_well(api, organisation):
    keeper, second, leader = (api(User.objects.get(username=name)) for name in ("ada", "grace", "bob"))
    compiled(keeper)
    change_pay(keeper)
    rate = {"currency": "PLN", "month": JULY, "rate": "0.27"}
    assert keeper.post("/api/v1/exchange-rates/", rate, format="json").status_code == 201
    compiled(keeper)
    fay = keeper.get("/api/v1/person-rates/?person=fay").json()["results"][0]["key"]
    assert keeper.patch(f"/api/v1/person-rates/{fay}/", {"amount": dollars("1.11")}, format="json").status_code == 200
    compiled(keeper)
    before = investment(leader)

    for client, act in ((keeper, "request-close"), (second, "approve-close")):
        answer = client.post(f"/api/v1/months/{JULY}/{act}/", headers={"Idempotency-Key": act})
        assert answer.status_code == 200, answer.json()

    after = investment(leader)
    assert [row["amount"] for row in after] == [row["amount"] for row in before]
    assert {row["period_state"] for row in after} == {"final"}
    assert dict(Book.objects.filter(month="2026-07-01").values_list("version", "sealed")) == {
        1: False,
        2: True,
        3: True,
    }
    read = Component.objects.filter(book__version=2, book__month="2026-07-01").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Component.objects.filter(pk=read.pk).update(amount=0)


def investment(client):
    return client.get("/api/v1/reports/investment/?from=2026-07&through=2026-07").json()["results"]


def test_findings_that_only_pay_brings_about_are_for_finance_and_audit(api, organisation):
    keeper, leader = (api(User.objects.get(username=name)) for name in ("ada", "bob"))
    paid = {"amount": "9000.00", "currency": "PLN"}
    row = {"person": "ben", "unit": "month", "amount": paid, "starts_on": "2026-07-20", "external_id": "in-poland"}
    ben = keeper.get("/api/v1/person-rates/?person=ben").json()["results"][0]["key"]
    keeper.patch(f"/api/v1/person-rates/{ben}/", {"ends_on": "2026-07-20"}, format="json")
    assert keeper.post("/api/v1/person-rates/", row, format="json").status_code == 201
    compiled(keeper)
    Book.objects.filter(version=1).delete()  # as if it had been so from the beginning

    def codes(client):
        return {finding["code"] for finding in client.get("/api/v1/findings/").json()["results"]}

    assert "missing_fx_rate_of_pay" in codes(keeper)
    assert not {code for code in codes(leader) if "fx" in code}
    closing = keeper.post("/api/v1/months/2026-07/request-close/", headers={"Idempotency-Key": "close"})
    assert (closing.status_code, closing.json()["type"]) == (409, "/problems/missing-rates")


# --- asking around the back ------------------------------------------------------------------------------------------

HIDDEN = ("amount", "amount_minor", "person_rates")


def test_what_is_hidden_cannot_be_filtered_or_ordered_by(api, leader):
    client = api(leader)
    lists = [o.template for o in operations() if o.method == "GET" and "{" not in o.template]
    readable = [url for url in lists if url.startswith("/api/v1/") and client.get(url).status_code == 200]

    assert len(readable) > 25
    for url, name in itertools.product(readable, HIDDEN):
        for parameter in (name, f"{name}__gt", f"person__{name}", f"person__rates__{name}__gte"):
            assert client.get(url, {parameter: "1"}).status_code == 400, (url, parameter)
        for ordering in (name, f"-person__{name}"):
            assert client.get(url, {"ordering": ordering}).status_code == 400, (url, ordering)


@pytest.mark.parametrize("group", ["leader", "planner"])
def test_actual_rates_are_refused_before_anything_is_looked_at(api, request, group, as_problem):
    client = api(request.getfixturevalue(group))
    span = urlencode({"rates": "actual", **SPAN})
    questions = ("reports/roi/?", "reports/investment/?", "explain/?group_by=team&code=nowhere&", "explain/?")

    told = {as_problem(client.get(f"/api/v1/{question}{span}"), 403, "rates")["detail"] for question in questions}

    assert len(told) == 1


def test_official_rates_of_actual_do_not_show_pay_to_others(api, organisation):
    keeper, leader = (api(User.objects.get(username=name)) for name in ("ada", "bob"))
    row = {"starts_on": "2026-07-01", "country": "US", "reporting_currency": "USD", "official_rates": "actual"}
    assert keeper.post("/api/v1/organisation-settings/", row, format="json").status_code == 201
    compiled(keeper)

    theirs, ours = (client.get("/api/v1/reports/roi/").json()["filters"]["rates"] for client in (leader, keeper))

    assert (theirs, ours) == ("standard", "actual")


def test_refusals_do_not_repeat_what_is_stored(api, organisation):
    """Conflicts with stored pay name the row by its days and its name in the source, never by its amount."""
    keeper = api(User.objects.get(username="ada"))
    row = {
        "person": "ana",
        "unit": "month",
        "amount": dollars("5.00"),
        "starts_on": "2026-03-01",
        "external_id": "second",
    }

    answers = [
        keeper.post("/api/v1/person-rates/", row, format="json"),
        keeper.post("/api/v1/person-rates/bulk/", {"rows": [row], "control_total": "6"}, format="json"),
        keeper.post("/api/v1/person-rates/bulk/", {"rows": [row], "mode": "create"}, format="json"),
        keeper.post("/api/v1/person-rates/", {**row, "person": "nobody"}, format="json"),
    ]

    assert {answer.status_code for answer in answers} == {409, 400}
    for answer in answers:
        assert not any(amount in answer.content.decode() for amount in CANARIES.values())
    assert JANUARY in answers[0].json()["detail"]


@pytest.mark.parametrize("name", ["bob", "eve", "ada"])
def test_lists_of_the_admin_are_filtered_by_what_they_offer_and_by_nothing_else(client, organisation, name):
    client.force_login(User.objects.get(username=name))
    asked = 0
    for model, page in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if client.get(url).status_code != 200:
            continue
        named = (entry for entry in page.list_filter if isinstance(entry, str | tuple))
        offered = {entry if isinstance(entry, str) else entry[0] for entry in named}
        hidden = {column.name for column in model._meta.get_fields()} - offered - {model._meta.pk.name}
        for lookup in (lookup for column in hidden for lookup in (column, f"{column}__startswith")):
            asked += 1
            assert client.get(url, {lookup: "1"}).status_code == 400, (url, lookup)
    assert asked > 100
