"""A real organisation through the public doors: what its people are paid comes out to the cent, however grouped."""

from collections import defaultdict
from decimal import Decimal

import pytest
from django.db.models import Sum

from finance.engine.accounts import LineKind
from finance.models import BookMonth, Line
from roi_project.jobs.runner import run_due
from teams.models import Person
from tests.journeys.real import needs, organisation
from tests.journeys.real.organisation import FIRST, LAST, PAYROLL

pytestmark = [pytest.mark.django_db, needs("demo_org")]

SPAN = f"from={FIRST}&through={LAST}&window=period"
GROUPS = ("organisation", "value_stream", "team", "epic")
LOWERED = Decimal("0.037")


@pytest.fixture
def company(api, finance):
    """Everything but rate cards, sent over HTTP by finance."""
    caller = api(finance)
    for kind, rows in organisation.everything().items():
        send(caller, kind, rows)
    send(caller, "person-rates", organisation.person_rates())
    return caller


def send(caller, kind, rows):
    answer = caller.post(f"/api/v1/{kind}/bulk/", {"rows": rows, "row_count": len(rows)})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["created"] == len(rows), answer.json()


def compile_year(caller):
    job = caller.post("/api/v1/books/", {"from": FIRST, "through": LAST})
    assert job.status_code == 202, job.json()
    run_due()
    assert caller.get(job.headers["Location"]).json()["state"] == "done"


def read(caller, address):
    answer = caller.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def company_in(caller, month):
    report = f"reports/roi/?from={month}&through={month}&window=period&group_by=organisation&rates=actual"
    return read(caller, report)["total"]


def cost(row):
    return Decimal(row["cost"]["amount"])


def amount(part, name="amount"):
    return Decimal(part[name]["amount"])


def test_what_people_are_paid_is_the_cost_of_the_year_however_it_is_grouped(company):
    compile_year(company)

    for group_by in GROUPS:
        body = read(company, f"reports/roi/?{SPAN}&group_by={group_by}&rates=actual")
        assert cost(body["total"]) == PAYROLL, group_by
        assert sum(map(cost, body["results"])) == PAYROLL, group_by
    months = read(company, f"reports/roi/?{SPAN}&group_by=organisation&rates=actual&grain=month")["results"]
    assert len(months) == 12
    assert sum(map(cost, months)) == PAYROLL
    by_team_and_month = read(company, f"reports/roi/?{SPAN}&group_by=team&rates=actual&grain=month")["results"]
    assert sum(map(cost, by_team_and_month)) == PAYROLL
    assert read(company, f"reports/investment/?{SPAN.replace('&window=period', '')}&rates=actual")["total"] == {
        "amount": f"{PAYROLL}",
        "currency": "USD",
    }
    # Nobody has a standard rate, so standard cost is nothing and its absence is told.
    standard = read(company, f"reports/roi/?{SPAN}&group_by=team")["total"]
    assert (cost(standard), standard["priced_hours_coverage"]) == (0, "0.000000")


def test_standard_at_lowered_cards_plus_variance_is_what_people_are_paid(company):
    send(company, "rate-cards", organisation.rate_cards(lowered_by=LOWERED))

    compile_year(company)

    standard = {g: read(company, f"reports/roi/?{SPAN}&group_by={g}&rates=standard") for g in GROUPS}
    actual = {g: read(company, f"reports/roi/?{SPAN}&group_by={g}&rates=actual") for g in GROUPS}
    at_cards = {cost(body["total"]) for body in standard.values()}
    assert at_cards == {organisation.at_cards(lowered_by=LOWERED)}
    assert at_cards != {PAYROLL}
    assert {cost(body["total"]) for body in actual.values()} == {PAYROLL}
    for body in (*standard.values(), *actual.values()):
        assert sum(map(cost, body["results"])) == cost(body["total"])
    months = read(company, f"reconciliation/?from={FIRST}&through={LAST}")
    assert months["reconciles"] is True
    sides = [{i["name"]: i for i in month["identities"]} for month in months["results"]]
    standard_cost = sum(amount(month["standard_cost_by_team"], "left") for month in sides)
    assert standard_cost in at_cards
    assert standard_cost + sum(amount(month["rate_variance"], "left") for month in sides) == PAYROLL
    assert sum(amount(month["standard_plus_variance_is_paid"], "right") for month in sides) == PAYROLL
    assert sum(amount(month["parts"], "payroll") for month in months["results"]) == PAYROLL


def test_the_parts_of_every_shared_person_add_up_to_that_person(company):
    send(company, "rate-cards", organisation.rate_cards(lowered_by=LOWERED))

    compile_year(company)

    code = dict(Person.objects.values_list("pk", "code"))
    lines = Line.objects.filter(kind=LineKind.PERSON, book__in=BookMonth.objects.values("current_book"))
    paid, teams = defaultdict(int), defaultdict(set)
    posted = lines.values("book__month", "source_id", "whole", "variance_whole")
    for row in posted.annotate(part=Sum("amount"), varied=Sum("variance")):
        assert row["part"] == row["whole"]
        assert row["varied"] == row["variance_whole"]
        paid[code[row["source_id"]]] += row["part"] + row["varied"]
    for person, team in lines.values_list("source_id", "team_id"):
        teams[code[person]].add(team)
    assert paid == organisation.salaries()
    assert {person for person, found in teams.items() if len(found) > 1} == organisation.shared_people()
    assert posted.values("book__month", "source_id").distinct().count() == 12 * 483


def test_each_shared_person_opens_from_the_teams_they_serve(company):
    """One month over HTTP: a person's parts, opened from each team, add up to the whole that every part names."""
    compile_year(company)
    december = f"reports/roi/?from={LAST}&through={LAST}&window=period&rates=actual"

    whole, parts, served = {}, defaultdict(Decimal), defaultdict(set)
    for row in read(company, f"{december}&group_by=team")["results"]:
        opened = read(company, row["explain_url"].removeprefix("/api/v1/"))
        assert amount(opened) == cost(row)
        for part in opened["parts"]:
            for line in read(company, part["explain_url"].removeprefix("/api/v1/"))["lines"]:
                posted = (part["account"], line["label"])  # at standard, and what pay differs from it
                assert whole.setdefault(posted, amount(line, "whole")) == amount(line, "whole")
                parts[posted] += amount(line)
                served[line["label"]].add(row["group_code"])

    assert parts == whole
    assert sum(whole.values()) == cost(read(company, f"{december}&group_by=organisation")["total"])
    assert len(served) == 483
    assert {person for person, found in served.items() if len(found) > 1} == organisation.shared_people()


def test_sending_the_organisation_again_changes_nothing(company):
    compile_year(company)

    for kind, rows in organisation.everything().items():
        counts = company.post(f"/api/v1/{kind}/bulk/", {"rows": rows}).json()
        assert (counts["unchanged"], counts["changed"], counts["created"]) == (len(rows), 0, 0), (kind, counts)
    job = company.post("/api/v1/books/", {"from": FIRST, "through": LAST})
    run_due()

    assert company.get(job.headers["Location"]).json()["result"]["published"] == []
