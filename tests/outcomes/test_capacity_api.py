"""The capacity report over HTTP: its contract, its manners, and that it names no person and no money."""

import csv
import datetime as dt
import io
import re
import threading

import pytest
from django.db import connection, connections, transaction

from outcomes.api import reports
from roi_project.access.audience import SYSTEM, Group
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from tests.golden import ROWS

pytestmark = pytest.mark.django_db

URL = "/api/v1/reports/capacity/"
JULY = {"from": "2026-07", "through": "2026-07"}
NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
CONTRACT = (
    "period_start,period_end,team_code,team_name,value_stream_code,role_code,role_name,headcount,allocated_fte,"
    "shared_people,shared_fte,open_position_fte,gross_hours,absence_hours,present_hours,effective_hours,"
    "plannable_hours,over_allocated_fte_days,bench_fte,unit_hours_per_fte,finding_codes,demand_hours_mean,"
    "demand_hours_p80,gap_hours,utilisation,utilisation_reason,as_of,stale,explain_url"
)
OF_PEOPLE_AND_MONEY = (
    "person", "employee", "level", "salary", "pay", "rate", "cost", "amount", "currency", "price", "money",
)  # fmt: skip
"""What no key may say."""


def send(rows):
    for kind, raws in rows.items():
        receipt = receive(SYSTEM, kind_named(kind), [(i, row, "json") for i, row in enumerate(raws, 1)])
        assert not receipt.refused, receipt.refused


@pytest.fixture(autouse=True)
def golden(db):
    send(ROWS)


@pytest.fixture
def ask(api, planner):
    client = api(planner)
    return lambda **asked: client.get(URL, {**JULY, **asked})


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def every(value):
    """Every key and every value in it, at any depth."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield "key", key
            yield from every(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from every(inside)
    else:
        yield "value", value


def test_the_columns_and_their_order_are_a_contract(ask):
    answer = ask(format="csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="capacity-2026-07-2026-07.csv"'
    assert b"".join(answer.streaming_content).decode().split("\r\n")[0] == CONTRACT
    assert list(ask().json()["results"][0]) == CONTRACT.split(",")


def test_the_page_tells_of_every_column_in_order(settings):
    page = (settings.BASE_DIR / "docs" / "reports" / "capacity.md").read_text()
    table = page.split("## Columns, in this order")[1].split("##")[0]

    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert re.findall(r"`(\w+)`", " ".join(first_cells)) == CONTRACT.split(",")


def test_a_row_of_the_golden_organisation(ask):
    body = ask().json()

    row = body["results"][0]
    del row["as_of"]
    assert row == {
        "period_start": "2026-07-01",
        "period_end": "2026-07-31",
        "team_code": "checkout",
        "team_name": "Checkout",
        "value_stream_code": "",
        "role_code": "engineer",
        "role_name": "Engineer",
        "headcount": 4,
        "allocated_fte": "2.462121",
        "shared_people": 2,
        "shared_fte": "0.916667",
        "open_position_fte": None,
        "gross_hours": "433.33",
        "absence_hours": "0.00",
        "present_hours": "433.33",
        "effective_hours": "289.07",
        "plannable_hours": "260.16",
        "over_allocated_fte_days": "1.833333",
        "bench_fte": "0.000000",
        "unit_hours_per_fte": "176.00",
        "finding_codes": ["over_allocated"],
        "demand_hours_mean": None,
        "demand_hours_p80": None,
        "gap_hours": None,
        "utilisation": None,
        "utilisation_reason": "no_data",
        "stale": False,
        "explain_url": "/api/v1/assignments/?team=checkout&since=2026-07-01&until=2026-08-01",
    }
    assert body["covers"] == "2026-07-01 to 2026-07-31, 1 month"
    assert body["policy"] == {
        "overhead": "0.2",
        "unplanned_reserve": "0.1",
        "ramp_by_month_on_team": ["0.25", "0.5", "0.75", "1"],
    }
    assert [told["reason"] for told in body["undefined"]] == ["no_data", "no_data"]
    assert body["latest_fact_at"] is not None


def test_the_bench_is_a_row_without_a_team(ask):
    bench = ask().json()["results"][-1]

    assert (bench["team_code"], bench["role_code"], bench["bench_fte"]) == ("", "engineer", "0.100000")
    assert (bench["allocated_fte"], bench["plannable_hours"]) == ("0.000000", None)
    assert bench["explain_url"] == "/api/v1/people/?role=engineer&since=2026-07-01&until=2026-08-01"


def test_the_file_says_what_the_answer_says(ask):
    in_file = rows_of(ask(format="csv"))

    in_json = ask().json()["results"]
    assert len(in_file) == len(in_json) == 4
    for from_file, from_json in zip(in_file, in_json, strict=True):
        del from_file["as_of"], from_json["as_of"]
        from_json["finding_codes"] = ";".join(from_json["finding_codes"])
        from_json["stale"] = "false"
        from_json["explain_url"] = f"http://testserver{from_json['explain_url']}"
        assert from_file == {name: "" if value is None else str(value) for name, value in from_json.items()}


def test_what_explains_a_row_opens(api, planner, ask):
    for row in ask().json()["results"]:
        assert api(planner).get(row["explain_url"]).json()["results"]


def test_no_key_and_no_value_names_a_person_or_money(ask):
    body = ask().json()
    people = {row["code"] for row in ROWS["people"]}

    keys = {text for sort, text in every(body) if sort == "key"} | set(rows_of(ask(format="csv"))[0])
    values = {text for sort, text in every(body) if sort == "value" and isinstance(text, str)}
    values |= {text for row in rows_of(ask(format="csv")) for text in row.values()}

    assert {key for key in keys for word in OF_PEOPLE_AND_MONEY if word in key.split("_")} == set()
    assert values & people == set()
    assert not {"USD", "EUR"} & values


def test_it_covers_six_months_from_the_one_of_today(api, planner, monkeypatch):
    monkeypatch.setattr(reports.timezone, "now", lambda: NOW)
    client = api(planner)

    assert client.get(URL).json()["covers"] == "2026-08-01 to 2027-01-31, 6 months"
    assert client.get(URL, {"from": "2026-01"}).json()["covers"] == "2026-01-01 to 2026-06-30, 6 months"
    assert client.get(URL, {"through": "2026-08"}).json()["covers"] == "2026-08-01 to 2026-08-31, 1 month"
    assert client.get(URL).json()["results"][0]["as_of"] == "2026-08-03T09:00:00Z"


def test_teams_roles_and_streams_can_be_asked_for(ask):
    asked = ask(team="checkout,search", role="engineer", value_stream="discovery").json()

    assert [row["team_code"] for row in asked["results"]] == ["checkout", "search"]
    assert asked["filters"] == {
        "from": "2026-07",
        "through": "2026-07",
        "team": ["checkout", "search"],
        "role": ["engineer"],
        "value_stream": ["discovery"],
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"teams": "search"},
        {"group_by": "team"},
        {"page_size": "10"},
        {"from": "2026-7"},
        {"from": "2026-08"},
        {"through": "2036-01"},
        {"team": "serch"},
        {"team": "search,search"},
        {"role": ""},
        {"format": "pdf"},
    ],
)
def test_what_cannot_be_meant_is_refused(ask, asked):
    assert ask(**asked).status_code in (400, 406)


def test_an_answer_that_is_known_costs_nothing_until_a_fact_comes_in(api, planner):
    client = api(planner)
    known = client.get(URL, JULY).headers["ETag"]

    again = client.get(URL, JULY, HTTP_IF_NONE_MATCH=known)
    send({"absences": [{"person": "ana", "reason": "sick", "starts_on": "2026-07-06", "ends_on": "2026-07-08"}]})
    anew = client.get(URL, JULY, HTTP_IF_NONE_MATCH=known)

    assert (again.status_code, anew.status_code) == (304, 200)
    assert anew.json()["results"][0]["absence_hours"] == "16.00"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_name_that_was_given_earlier_and_is_told_later_than_another_is_shown(api, planner):
    client = api(planner)
    given, tell, problems = threading.Event(), threading.Event(), []

    def slowly():
        try:
            with transaction.atomic():
                send({"teams": [{"code": "search", "name": "Finders"}]})
                given.set()
                assert tell.wait(30)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert given.wait(30)
    send({"teams": [{"code": "checkout", "name": "Tills"}]})
    known = client.get(URL, JULY).headers["ETag"]
    tell.set()
    thread.join(30)

    anew = client.get(URL, JULY, HTTP_IF_NONE_MATCH=known)

    assert (problems, anew.status_code) == ([], 200)
    assert {"Finders", "Tills"} <= {row["team_name"] for row in anew.json()["results"]}


def test_only_those_who_see_figures_may_read(api, person, administrator, as_problem):
    as_problem(api().get(URL), 401, "not-authenticated")
    as_problem(api(administrator).get(URL), 403, "forbidden")
    assert api(person("gil", Group.LEADER), scopes=["reports"]).get(URL, JULY).status_code == 200
    assert api(person("hal", Group.LEADER)).post(URL).status_code == 405
