"""The addresses that end the rows of capacity and of team design: a page for a browser, JSON for a program."""

import re

import pytest
from django.urls import reverse

from roi_project.access.audience import SYSTEM
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from tests.golden import PAY, ROWS

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
CAPACITY = "/api/v1/reports/capacity/?from=2026-07&through=2026-07"
DESIGN = "/api/v1/reports/team-design/?from=2026-07&through=2026-09&team=checkout"
OF_CHECKOUT = "/api/v1/assignments/?team=checkout&since=2026-07-01&until=2026-08-01"
OF_ENGINEERS = "/api/v1/people/?role=engineer&since=2026-07-01&until=2026-08-01"


def send(kind, *rows):
    receipt = receive(SYSTEM, kind_named(kind), [(n, row, "json") for n, row in enumerate(rows, start=1)])
    assert not receipt.refused, receipt.refused


@pytest.fixture(autouse=True)
def golden(db):
    for kind, rows in ROWS.items():
        send(kind, *rows)


@pytest.fixture
def opened(client, leader):
    """What a leader is shown at an address in a browser."""
    client.force_login(leader)
    return lambda url: client.get(url, headers=BROWSER, follow=True)


def texts(answer):
    return [[words for words, _ in row] for row in answer.context["rows"]]


def test_every_row_of_both_reports_opens_a_page_in_a_browser_and_json_in_a_program(opened, client, leader):
    client.force_login(leader)
    rows = [row for report in (CAPACITY, DESIGN) for row in client.get(report).json()["results"]]

    assert len(rows) == 5
    for row in rows:
        in_a_browser = client.get(row["explain_url"], headers=BROWSER)
        assert in_a_browser.status_code == 302
        assert in_a_browser.headers["Location"].startswith("/admin/reports/")
        assert "Accept" in in_a_browser.headers["Vary"]
        page = opened(row["explain_url"])
        assert page.status_code == 200
        in_a_program = client.get(row["explain_url"])
        assert in_a_program.headers["Content-Type"] == "application/json"
        assert in_a_program.json()["results"] == client.get(page.context["json"], headers=BROWSER).json()["results"]
        assert len(in_a_program.json()["results"]) == len(page.context["rows"])


def test_a_month_of_a_team_has_the_figures_of_its_row_and_each_assignment(opened):
    page = opened(OF_CHECKOUT)

    assert page.context["title"] == "Checkout: who was on it, July 2026"
    ((_, figures),) = page.context["tables"]
    assert figures == [["Engineer", "4", "2.46", "2", "433.33", "0.00", "433.33", "260.16", "1.83"]]
    assert texts(page) == [
        [code, "Engineer", "Checkout", share, "2026-01-01", "–"]
        for code, share in (("ana", "100\u00a0%"), ("ben", "100\u00a0%"), ("fay", "50\u00a0%"), ("gus", "50\u00a0%"))
    ]


def test_a_quarter_of_a_team_has_the_counts_of_its_row(opened):
    page = opened("/api/v1/assignments/?team=checkout&since=2026-07-01&until=2026-10-01")

    assert page.context["title"] == "Checkout: who was on it, July to September 2026"
    ((_, figures),) = page.context["tables"]
    assert figures == [["Checkout", "3", "1", "0", "4", "3.84", "87.0\u00a0%", "2", "2"]]
    assert [row[0] for row in texts(page)] == ["ana", "ben", "fay", "gus"]


def test_the_bench_has_the_people_of_the_role_with_the_teams_that_have_them(opened):
    page = opened(OF_ENGINEERS)

    ((_, figures),) = page.context["tables"]
    assert [row[:3] for row in figures] == [["Engineer", "1", "0.10"]]
    told = {row[0]: row[2] for row in texts(page)}
    assert told.keys() == set(PAY)
    assert told["fay"] == "Checkout 50\u00a0%, Search 40\u00a0%"


def test_who_has_a_role_for_a_while_stands_with_it(opened):
    send("role-families", {"code": "designer", "name": "Designer"})
    send("person-terms", {"person": "cho", "role": "designer", "starts_on": "2026-07-10", "ends_on": "2026-07-20"})

    page = opened("/api/v1/people/?role=designer&since=2026-07-01&until=2026-08-01")

    assert [row[:2] for row in texts(page)] == [["cho", "Engineer; Designer from 2026-07-10 until 2026-07-20"]]


def test_every_link_of_the_pages_opens_for_a_leader_and_leads_back(opened, client):
    for url in (OF_CHECKOUT, OF_ENGINEERS):
        page = opened(url)
        links = {address for row in page.context["rows"] for _, address in row if address}
        body = page.content.decode()
        assert f'<a href="{reverse("admin:leader_capacity")}">Capacity</a>' in body
        for link in links | {address for _, address in page.context["links"]}:
            assert client.get(link).status_code == 200, link


def test_the_pages_show_no_name_and_no_pay(opened, client):
    send("people", {**ROWS["people"][0], "name": "Ana Lovelace"})
    for url in (OF_CHECKOUT, OF_ENGINEERS):
        body = opened(url).content.decode()
        assert "Lovelace" not in body
        assert not re.search(r"\b(pay|salary|rate|USD)\b", body.split('class="console-steps"')[1])


def test_who_has_not_signed_in_is_sent_on_to_the_page_afterwards(client, leader):
    asked = client.get(OF_CHECKOUT, headers=BROWSER, follow=True)

    assert asked.redirect_chain[-1][0].startswith("/admin/login/?next=/admin/reports/assignments/%3Fteam%3Dcheckout")


def test_administrators_see_no_people(client, administrator):
    client.force_login(administrator)

    assert client.get(OF_CHECKOUT, headers=BROWSER, follow=True).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/assignments/",
        "/api/v1/assignments/?team=checkout",
        f"{OF_CHECKOUT}&page_size=5",
        f"{OF_CHECKOUT}&format=json",
    ],
)
def test_other_filters_of_the_lists_are_json_in_a_browser_too(client, leader, address):
    client.force_login(leader)

    assert client.get(address, headers=BROWSER).headers["Content-Type"] == "application/json"


def test_a_token_gets_json_whatever_it_accepts(api, planner):
    assert api(planner).get(OF_CHECKOUT, headers=BROWSER).headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("team=nobody&since=2026-07-01&until=2026-08-01", "There is no team with the code “nobody”."),
        ("team=checkout&since=2026-07-01&until=July", "until"),
        ("team=checkout&since=2026-07-01&until=2026-07-01", "“until” is not after “since”."),
        ("since=2026-07-01&until=2026-08-01", "Name a team"),
        ("team=checkout&since=2026-07-01&until=2026-08-01&order=share", "“order” is not a parameter"),
    ],
)
def test_what_cannot_be_shown_is_told_in_words(client, leader, query, told):
    client.force_login(leader)

    answer = client.get(f"/admin/reports/assignments/?{query}")

    assert answer.status_code == 400
    assert told in answer.content.decode()


def test_days_that_no_report_has_show_the_assignments_alone(opened):
    page = opened("/api/v1/assignments/?team=checkout&since=2026-07-10&until=2026-07-12")

    assert page.context["tables"] == []
    assert [row[0] for row in texts(page)] == ["ana", "ben", "fay", "gus"]
