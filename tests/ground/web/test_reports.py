"""Reports: strict parameters, CSV that cannot be run, answers that cost nothing when nothing changed."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest

from roi_project.web.renderers import cell, csv_pieces, csv_response
from tests.ground.web.urls import Figures

URL = "/api/v1/reports/figures/"
SPAN = {"from": "2026-01", "through": "2026-03"}


def test_parameters_are_read_as_what_they_are(api, leader):
    asked = {**SPAN, "view": "fully_loaded", "top": "3", "team": "payments,search", "open": "true"}

    assert api(leader).get(URL, asked).json() == {
        "from": "2026-01-01",
        "through": "2026-03-01",
        "view": "fully_loaded",
        "top": 3,
        "team": ["payments", "search"],
        "open": True,
    }


def test_what_is_not_asked_has_its_default(api, leader):
    answer = api(leader).get(URL, SPAN).json()

    assert (answer["view"], answer["top"], answer["team"], answer["open"]) == ("direct", 10, None, False)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"from": "2026-1"}, "?from"),
        ({"from": "2026-13"}, "?from"),
        ({"from": "2026-01-01"}, "?from"),
        ({"from": "1999-12"}, "?from"),
        ({"from": "2101-01"}, "?from"),
        ({"from": "٢٠٢٦-٠١"}, "?from"),
        ({"from": ""}, "?from"),
        ({"from": "0000-01"}, "?from"),
        ({"through": "2025-12"}, "?through"),
        ({"view": "loaded"}, "?view"),
        ({"view": "DIRECT"}, "?view"),
        ({"top": "0"}, "?top"),
        ({"top": "101"}, "?top"),
        ({"top": "3.0"}, "?top"),
        ({"top": "-0"}, "?top"),
        ({"team": ""}, "?team"),
        ({"team": "a,"}, "?team"),
        ({"team": "a,a"}, "?team"),
        ({"team": "a\0"}, "?team"),
        ({"open": "1"}, "?open"),
        ({"perod": "2026-03"}, "?perod"),
        ({"page_size": "10"}, "?page_size"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(api, leader, as_problem, asked, pointer):
    body = as_problem(api(leader).get(URL, {**SPAN, **asked}), 400, "invalid")

    assert body["errors"][0]["pointer"] == pointer


def test_months_that_are_needed_are_asked_for(api, leader, as_problem):
    body = as_problem(api(leader).get(URL, {"from": "2026-01"}), 400, "invalid")

    assert body["errors"] == [
        {"pointer": "?through", "code": "required", "detail": "“through” is needed: a month, as in 2026-01."}
    ]


@pytest.mark.parametrize(
    ("asked", "headers"),
    [({"format": "csv"}, {}), ({}, {"HTTP_ACCEPT": "text/csv"}), ({"format": "csv"}, {"HTTP_ACCEPT": "text/html"})],
)
def test_a_report_comes_as_csv_when_asked_either_way(api, leader, asked, headers):
    answer = api(leader).get(URL, {**SPAN, **asked}, **headers)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="f.csv"'
    assert b"".join(answer.streaming_content).startswith(b"name,value\r\nfrom,2026-01-01\r\n")


def test_a_wrong_parameter_of_a_csv_is_still_a_problem(api, leader, as_problem):
    as_problem(api(leader).get(URL, {**SPAN, "format": "csv", "top": "x"}), 400, "invalid")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_a_text_that_would_run_is_made_a_text(first):
    evil = f"{first}cmd|' /C calc'!A0"

    text = "".join(csv_pieces([f"{first}head"], [[evil], [f"a{first}"]]))

    rows = list(csv.reader(io.StringIO(text, newline=""))) if first != "\0" else None
    assert rows is None or rows == [[f"'{first}head"], [f"'{evil}"], [f"a{first}"]]
    assert cell(evil) == f"'{evil}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (0, "0"),
        (Decimal("-5.00"), "-5.00"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("1E+3"), "1000"),
        (10**20, "100000000000000000000"),
        (True, "true"),
        (None, ""),
        ("", ""),
        (dt.date(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC), "2026-03-01T09:30:00+00:00"),
        ("pay, ments", "pay, ments"),
    ],
)
def test_numbers_and_days_stay_what_they_are(value, written):
    assert cell(value) == written


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal("NaN"), Decimal("Infinity"), b"x", [1]])
def test_what_is_no_exact_value_has_no_place_in_a_file(value):
    with pytest.raises(TypeError):
        cell(value)


def test_a_file_of_many_rows_leaves_in_pieces():
    rows = ([number, f"row {number}"] for number in range(10_000))

    pieces = list(csv_response(["n", "name"], rows, "x.csv").streaming_content)

    assert len(pieces) == 21
    assert b"".join(pieces).count(b"\r\n") == 10_001


def test_a_report_that_is_known_costs_nothing(api, leader):
    client = api(leader)
    first = client.get(URL, SPAN)
    built = Figures.built

    again = client.get(URL, SPAN, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    weak = client.get(URL, SPAN, HTTP_IF_NONE_MATCH=f'"x", W/{first.headers["ETag"]}')

    assert (again.status_code, weak.status_code) == (304, 304)
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert Figures.built == built


def test_another_question_or_format_is_another_version(api, leader):
    client = api(leader)
    known = client.get(URL, SPAN).headers["ETag"]

    assert client.get(URL, {**SPAN, "top": "5"}, HTTP_IF_NONE_MATCH=known).status_code == 200
    assert client.get(URL, {**SPAN, "format": "csv"}, HTTP_IF_NONE_MATCH=known).status_code == 200
    assert client.get(URL, SPAN, HTTP_ACCEPT="text/csv", HTTP_IF_NONE_MATCH=known).status_code == 200


def test_a_decision_names_what_it_was_made_on(api, finance, as_problem):
    client = api(finance)

    as_problem(client.post("/api/v1/decisions/"), 428, "precondition-required")
    as_problem(client.post("/api/v1/decisions/", HTTP_IF_MATCH='"v6"'), 412, "precondition-failed")
    as_problem(client.post("/api/v1/decisions/", HTTP_IF_MATCH='W/"v7"'), 412, "precondition-failed")
    assert client.post("/api/v1/decisions/", HTTP_IF_MATCH='"v7"').json() == {"decided": True}
