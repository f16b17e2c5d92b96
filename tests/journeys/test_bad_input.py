"""Bad input changes nothing and is told clearly, at every door that rows come in by.

Columns are found by walking the kinds, so that a new kind or column is held to the same without a word here.
"""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from finance.models import BookMonth, CostEntry, Finding
from roi_project.intake.columns import Day, Moment, Money, Month, Number, Share, Whole
from roi_project.intake.kinds import all_kinds, kind_named
from roi_project.intake.receive import receive
from roi_project.jobs.runner import run_due
from tests.counting import counts
from tests.golden import JULY, dollars
from tests.reliability.fuzz import routes
from tests.reliability.fuzz.company import rows

pytestmark = pytest.mark.django_db

HUGE = "9" * 5_000
NO_NUMBERS = (
    "NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf", "1e400", "1e-400", "1E+11", "1e5", "1_000", "٣", "１", "½",
    "0x1", "-0", "-0.0", "--1", "+1", " 1", "1 ", "1.", ".5", ".", "01", "1,5", "1.234,56", "1 000", "", " ", "true",
    "None", HUGE, "1.0000000000000000000000001", "$1", "1%", "1\n", True, [], {}, ["1"], {"value": "1"},
)  # fmt: skip
NO_DAYS = (
    "2026-02-29", "2100-02-29", "1900-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
    "0000-01-01", "0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "10000-01-01", "2024-W01-1", "2024-001",
    "20260101", "2026-1-1", "26-01-01", "2026/01/01", "01.02.2026", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z",
    "2026-01-01 ", " 2026-01-01", "٢٠٢٦-٠١-٠١", "2026-01", "", "today", "NaN", HUGE, 20260101, 1767225600, True, [], {},
)  # fmt: skip
NO_MONTHS = (
    "2026-13", "2026-00", "1999-12", "2101-01", "0000-01", "10000-01", "2026-7", "202607", "2026-07-01", "2026-W07",
    "٢٠٢٦-٠٧", "July 2026", " 2026-07", "2026-07 ", "2026/07", "", HUGE, 202607, 2026, True, [], {},
)  # fmt: skip
NO_MOMENTS = (
    "2026-07-01", "2026-07-01T00:00:00", "2026-07-01 00:00:00Z", "2026-07-01T24:00:00Z", "2026-07-01T23:59:60Z",
    "2026-02-29T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2000-01-01T00:00:00+14:00",
    "2026-07-01T00:00:00+99:99", "2026-W27-3T00:00:00Z", "2026-07-01T00:00:00.0000001Z", "", HUGE, 0, True, [], {},
)  # fmt: skip
BEYOND = (2**31, 2**63, -(2**63) - 1, 10**30, "2147483648", "99999999999999999999")

STRICT = {
    kind.name: [column for column in kind.columns if isinstance(column, Money | Number | Whole | Day | Month | Moment)]
    for kind in all_kinds()
}
DATED = [kind.name for kind in all_kinds() if kind.no_overlap]


def sample(kind):
    """A row of the kind that every door takes, once the rest of the organisation is there."""
    return dict(rows()[kind][0])


@pytest.fixture
def organisation(finance, audience):
    """One row or more of every kind."""
    for kind in all_kinds():
        numbered = [(i, row, "json") for i, row in enumerate(rows()[kind.name], start=1)]
        assert not receive(audience(finance), kind, numbered).refused


@pytest.fixture
def keeper(api, finance, organisation):
    return api(finance)


def bulk(client, kind, sent, **options):
    return client.post(f"/api/v1/{kind}/bulk/", {"rows": sent, **options}, format="json")


def bad_values(column):
    """What must not come in by a column: (value, whether a negative number is what is wrong with it)."""
    match column:
        case Money():
            amounts = [*NO_NUMBERS, "99999999999999999999", 10**30, "0.0000000000000001"]
            amounts += [] if column.fraction_field else ["1.005", "1.001"]
            amounts += [] if column.signed else ["-1", "-0.01", -1]
            return [
                *({"amount": amount, "currency": "EUR"} for amount in amounts),
                *({"amount": "1.00", "currency": code} for code in ("", "XXX", "eur", "EURO", "€", None, 978, [])),
                {"amount": "1", "currency": "XAU"},
                *([] if column.fraction_field else [{"amount": "1.5", "currency": "JPY"}]),
                {"amount": None, "currency": "EUR"}, {"amount": "1"}, {"currency": "EUR"}, {}, "1.00", 1, "1.00 EUR",
                [], {"amount": "1.00", "currency": "EUR", "rate": "1"},
            ]  # fmt: skip
        case Number():
            finer = "0." + "0" * column.places + "1"
            low = [below(column)] if column.minimum is not None or column.above is not None else []
            high = ["1.000001", "2"] if isinstance(column, Share) else ["99999999999999999999"]
            return [*NO_NUMBERS, finer, *low, *high]
        case Whole():
            outside = [-1] if column.minimum is not None else []
            return [*NO_NUMBERS, "1.5", "1.0", *BEYOND, *outside, *([column.maximum + 1] if column.maximum else [])]
        case Month():
            return list(NO_MONTHS)
        case Moment():
            return list(NO_MOMENTS)
    return list(NO_DAYS)


def below(column):
    """The largest number that is too small."""
    least = column.minimum if column.minimum is not None else column.above
    return str(Decimal(least) - (1 if column.minimum is not None else 0))


def finest(column):
    """The finest number a column can hold."""
    match column:
        case Money() if column.fraction_field:
            return {"amount": "-12345678.90123456789012", "currency": "USD"}
        case Money():
            return {"amount": "123456789012.34", "currency": "USD"}
        case Share():
            return "0.000001"
        case Number():
            return "1." + "0" * (column.places - 1) + "1"
    return None


# --- I1, I2, I7: numbers, amounts and days ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind, columns in STRICT.items() if columns])
def test_a_doubtful_number_amount_or_day_is_named_by_row_and_column_and_nothing_is_stored(keeper, kind):
    good = sample(kind) | {"external_id": "good"}
    before = counts()

    for column in STRICT[kind]:
        bad = bad_values(column)
        sent = [good, *({**good, "external_id": f"bad-{i}", column.name: value} for i, value in enumerate(bad))]
        answer = bulk(keeper, kind, sent)

        assert answer.status_code == 400
        told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
        about = {f"/rows/{i}/{column.name}": value for i, value in enumerate(bad, start=1)}
        assert [value for pointer, value in about.items() if pointer not in told] == [], f"{column.name} took these"
        for number, pointer in enumerate(about, start=2):
            assert told[pointer].startswith(f"Row {number}, {column.name}: ")
            assert told[pointer].endswith((".", "?"))
            assert len(told[pointer]) < 300
        assert counts() == before


@pytest.mark.parametrize("kind", [kind for kind, columns in STRICT.items() if any(map(finest, columns))])
def test_the_finest_number_that_fits_is_neither_rounded_nor_refused(keeper, kind):
    for column in STRICT[kind]:
        value = finest(column)
        if value is None:
            continue
        row = {**next((row for row in rows()[kind] if column.name in row), sample(kind)), column.name: value}

        answer = bulk(keeper, kind, [row])

        assert answer.status_code == 200, answer.json()
        name = answer.json()["results"][0]
        assert name["outcome"] == "changed"
        stored = keeper.get(f"/api/v1/{kind}/{name.get('key') or name.get('id')}/").json()
        assert stored[column.name] == value


@pytest.mark.parametrize("day", ["2024-02-29", "2000-02-29", "2096-02-29", "2000-01-01", "2100-12-31", "2100-02-28"])
def test_days_of_the_calendar_come_in(keeper, day):
    answer = bulk(keeper, "closures", [{"country": "", "on": day}])

    assert answer.status_code == 200
    key = answer.json()["results"][0]["key"]
    assert keeper.get(f"/api/v1/closures/{key}/").json()["on"] == day


@pytest.mark.parametrize(
    "literal", ["NaN", "Infinity", "-Infinity", "1e400", "1E5", "1e-400", "-0", "-0.0", "1.005", "9" * 101, "9" * 31]
)
def test_a_number_of_json_itself_is_held_to_the_same(keeper, literal):
    row = {"team": "search", "incurred_on": "2026-07-01", "category": "rent", "external_id": "raw"}
    body = json.dumps({"rows": [{**row, "amount": {"amount": "@", "currency": "JPY"}}]}).replace('"@"', literal)
    before = counts()

    answer = keeper.generic("POST", "/api/v1/cost-entries/bulk/", body, content_type="application/json")

    if literal == "1.005":  # three decimals below a yen are kept
        assert answer.status_code == 200
        assert CostEntry.objects.get(external_id="raw").amount_minor == 1
        return
    assert answer.status_code == 400, answer.content
    assert counts() == before


# --- I5, I6: days in order -------------------------------------------------------------------------------------------

BASE = ("2027-03-10", "2027-03-20")
ALLEN = {
    "before": ("2027-03-01", "2027-03-05"), "meets": ("2027-03-01", "2027-03-10"),
    "overlaps": ("2027-03-05", "2027-03-15"), "finished by": ("2027-03-05", "2027-03-20"),
    "contains": ("2027-03-05", "2027-03-25"), "starts": ("2027-03-10", "2027-03-15"),
    "equals": ("2027-03-10", "2027-03-20"), "started by": ("2027-03-10", "2027-03-25"),
    "during": ("2027-03-12", "2027-03-18"), "finishes": ("2027-03-15", "2027-03-20"),
    "overlapped by": ("2027-03-15", "2027-03-25"), "met by": ("2027-03-20", "2027-03-25"),
    "after": ("2027-03-22", "2027-03-25"),
}  # fmt: skip
APART = {"before", "meets", "met by", "after"}


def dated(kind, span, external_id):
    """A row of the kind over some days of a year in which the organisation has no other."""
    row = sample(kind) | {"starts_on": span[0], "ends_on": span[1], "external_id": external_id}
    return row | ({"share": "0.1"} if "share" in row else {})


@pytest.fixture
def ended(keeper):
    """`ended(kind)`: the organisation's rows of the kind end before the year of the test begins."""

    def end(kind):
        for row in keeper.get(f"/api/v1/{kind}/?page_size=1000").json()["results"]:
            if row["ends_on"] is None:
                answer = keeper.patch(f"/api/v1/{kind}/{row['key']}/", {"ends_on": "2027-01-01"}, format="json")
                assert answer.status_code == 200, answer.json()
        return keeper

    return end


@pytest.mark.parametrize("kind", DATED)
def test_of_the_thirteen_ways_two_spans_can_lie_four_are_apart(ended, kind):
    client = ended(kind)
    stored = {}
    assert bulk(client, kind, [dated(kind, BASE, "base")]).status_code == 200

    for relation, span in ALLEN.items():
        before = counts()
        answer = bulk(client, kind, [dated(kind, span, f"other {relation}")])
        stored[relation] = answer.status_code
        if answer.status_code == 200:
            key = answer.json()["results"][0]["key"]
            assert client.delete(f"/api/v1/{kind}/{key}/").status_code == 204
        else:
            assert answer.json()["errors"][0]["code"] == "overlap"
            assert "2027-03-10 until 2027-03-20" in answer.json()["detail"]
            assert counts() == before

    assert stored == {relation: 200 if relation in APART else 409 for relation in ALLEN}


@pytest.mark.parametrize("kind", DATED)
def test_a_span_without_an_end_meets_everything_after_it(ended, kind):
    client = ended(kind)
    assert bulk(client, kind, [dated(kind, ("2027-03-10", None), "open")]).status_code == 200

    assert bulk(client, kind, [dated(kind, ("2099-01-01", "2099-01-02"), "later")]).status_code == 409
    assert bulk(client, kind, [dated(kind, ("2027-02-01", None), "earlier, open")]).status_code == 409
    assert bulk(client, kind, [dated(kind, ("2027-02-01", "2027-03-10"), "earlier")]).status_code == 200


SPANS = {
    **{kind.name: ("starts_on", "ends_on") for kind in all_kinds() if "ends_on" in {c.name for c in kind.columns}},
    "people": ("employed_from", "employed_until"),
    "cost-entries": ("service_from", "service_until"),
    "epics": ("started_on", "stopped_on"),
}


@pytest.mark.parametrize("kind", SPANS)
def test_a_span_that_ends_before_it_starts_is_refused_whole_or_by_one_side(keeper, kind):
    first, last = SPANS[kind]
    row = (
        sample(kind)
        | {"external_id": "span"}
        | ({"released_on": None} if kind == "epics" else {})
        | ({"code": "span"} if kind_named(kind).is_master else {})
    )
    row |= {"share": "0.01"} if "share" in row else {}
    before = counts()

    for start, end in (("2030-02-01", "2030-01-31"), ("2030-02-01", "2000-01-01"), ("2030-02-01", "2030-02-01")):
        if kind == "epics" and start == end:
            continue  # given up on the day it was started
        answer = bulk(keeper, kind, [{**row, first: start, last: end}])
        assert answer.status_code == 400, (start, end, answer.json())
        assert answer.json()["errors"][0]["pointer"] == f"/rows/0/{last}"
        assert answer.json()["detail"].startswith(f"Row 1, {last}: ")
    assert counts() == before

    if kind_named(kind).no_overlap:
        row = later(keeper, kind, row)
    made = bulk(keeper, kind, [{**row, first: "2030-02-01", last: "2030-03-01"}])
    assert made.status_code == 200, made.json()
    name = made.json()["results"][0]
    url = f"/api/v1/{kind}/{name.get('key') or name.get('id')}/"
    before, stored = counts(), keeper.get(url).json()
    for change in ({last: "2030-01-31"}, {first: "2030-03-02"}, {first: "2031-01-01"}):
        answer = keeper.patch(url, change, format="json")
        assert answer.status_code == 400, (change, answer.json())
        assert "/rows" not in str(answer.json()["errors"])
    assert counts() == before
    assert keeper.get(url).json() == stored


def later(client, kind, row):
    """The row, after those of its kind that hold without an end have been given one."""
    for other in client.get(f"/api/v1/{kind}/?page_size=1000").json()["results"]:
        if other["ends_on"] is None:
            client.patch(f"/api/v1/{kind}/{other['key']}/", {"ends_on": "2030-01-01"}, format="json")
    return row


# --- I9, I10: figures that are undefined ------------------------------------------------------------------------------


def compiled(client, month=JULY):
    assert client.post("/api/v1/books/", {"from": month, "through": month}, format="json").status_code == 202
    run_due()
    return BookMonth.objects.get(month=f"{month}-01").current_book


def roi(client, **query):
    parameters = {"from": JULY, "through": JULY, "window": "period", "group_by": "team", **query}
    answer = client.get("/api/v1/reports/roi/", parameters)
    assert answer.status_code == 200, answer.json()
    return json.loads(answer.content, parse_constant=no_number)


def no_number(name):
    raise AssertionError(f"{name} is no JSON")


def test_a_currency_without_a_rate_is_a_finding_and_never_one_to_one(keeper):
    compiled(keeper)
    before = roi(keeper)["total"]["cost"]
    entry = {"external_id": "yen", "incurred_on": "2026-07-01", "category": "rent", "team": "search"}
    assert (
        bulk(keeper, "cost-entries", [{**entry, "amount": {"amount": "777777", "currency": "JPY"}}]).status_code == 200
    )

    book = compiled(keeper)

    assert roi(keeper)["total"]["cost"] == before
    missing = Finding.objects.get(book=book, code="missing_fx_rate")
    assert missing.detail == {"currency": "JPY"}
    refused = keeper.post(f"/api/v1/months/{JULY}/request-close/", headers={"Idempotency-Key": "close"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/missing-rates")

    assert bulk(keeper, "exchange-rates", [{"currency": "JPY", "month": JULY, "rate": "0.01"}]).status_code == 200
    compiled(keeper)
    assert Decimal(roi(keeper)["total"]["cost"]["amount"]) == Decimal(before["amount"]) + Decimal("7777.77")


RATIOS = {"roi_validated_cash": "roi_reason", "roi_validated_all": "roi_all_reason"}


@pytest.mark.parametrize("view", ["direct", "fully_loaded"])
@pytest.mark.parametrize("group_by", ["organisation", "value_stream", "team", "epic"])
@pytest.mark.parametrize("window", ["period", "cumulative", "rolling12"])
def test_a_return_is_a_number_or_null_with_its_reason(keeper, group_by, view, window):
    credit = {"external_id": "credit", "incurred_on": "2026-07-01", "category": "rent", "stream": "commerce"}
    bulk(keeper, "cost-entries", [{**credit, "amount": dollars("-9999999.99")}])
    bulk(keeper, "teams", [{"code": "idle", "name": "Idle"}])
    compiled(keeper)

    report = roi(keeper, group_by=group_by, view=view, window=window)

    assert report["results"]
    for row in [*report["results"], report["total"]]:
        for figure, reason in RATIOS.items():
            assert (row[figure] is None) == (row[reason] is not None), row
            assert row[figure] is None or abs(Decimal(row[figure])) < 10**12
    for ratio in report["coverage"].values():
        assert (ratio["value"] is None) == (ratio["reason"] is not None)


def test_reasons_of_returns_that_are_undefined(keeper):
    credit = {"external_id": "credit", "incurred_on": "2026-07-01", "category": "rent", "team": "search"}
    bulk(keeper, "cost-entries", [{**credit, "amount": dollars("-99999999.99")}])
    entry = {
        "external_id": "loss",
        "month": JULY,
        "amount": dollars("-5.00"),
        "benefit_class": "hard_cash",
        "epic": "faster-pay",
    }
    bulk(keeper, "benefit-entries", [entry])
    compiled(keeper)

    teams = {row["group_code"]: row["roi_reason"] for row in roi(keeper)["results"]}
    empty = roi(keeper, **{"from": "2026-01", "through": "2026-01"})

    assert teams["platform"] == "zero_cost"
    assert teams["search"] in ("negative_cost", "no_data")
    assert roi(keeper, window="rolling12")["total"]["roi_reason"] == "window_incomplete"
    assert empty["total"]["roi_validated_cash"] is None
    assert empty["total"]["roi_reason"]
    assert empty["results"] == []


# --- I14: the same again ---------------------------------------------------------------------------------------------


def test_the_same_rows_twice_double_nothing(keeper):
    before = counts()

    for kind in all_kinds():
        receipt = bulk(keeper, kind.name, rows()[kind.name]).json()
        assert (receipt["unchanged"], receipt["created"], receipt["changed"]) == (len(rows()[kind.name]), 0, 0), receipt

    assert counts() == before


def test_a_file_twice_doubles_nothing_and_a_changed_amount_is_one_new_version(keeper, finance, tmp_path):
    file = tmp_path / "costs.csv"
    header = "external_id,incurred_on,amount,currency,category,team\n"
    line = "inv-1,2026-07-02,100.00,USD,rent,search\n"

    def send():
        call_command("import_rows", "cost-entries", str(file), "--by", "ada", "--source", "erp")
        return CostEntry.objects.filter(source="erp")

    file.write_text(header + line + line.replace("inv-1", "inv-2"))
    assert send().count() == 2
    before = counts()
    send()
    assert counts() == before
    file.write_text(header + line.replace("100.00", "120.00") + line.replace("inv-1", "inv-2"))
    stored = send()

    assert stored.count() == 3
    current = stored.filter(superseded_at=None)
    assert sorted(current.values_list("external_id", "amount_minor")) == [("inv-1", 12_000), ("inv-2", 10_000)]
    assert counts()["facts.Touch"] == before["facts.Touch"] + 1


# --- the sentence ----------------------------------------------------------------------------------------------------

SENTENCE = "Row 14, team: no team has external id T9 from source jira; 8 teams are known. Send teams first."


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds()])
def test_a_bulk_body_without_its_rows_is_told(api, finance, as_problem, kind):
    for body in ({}, {"rows": None}, {"rows": {}}, {"rows": "x"}, {"rows": 7}, {"row": []}, [], [[]]):
        as_problem(api(finance).post(f"/api/v1/{kind}/bulk/", body, format="json"), 400, "invalid")


@pytest.fixture
def eight_teams(keeper):
    assert bulk(keeper, "teams", [{"code": f"team-{n}", "name": f"Team {n}"} for n in range(5)]).status_code == 200
    return keeper


def test_the_sentence_of_row_fourteen_over_http(eight_teams):
    row = {"category": "rent", "amount": dollars("1.00"), "incurred_on": "2026-07-01"}
    sent = [{**row, "external_id": f"row-{n}", "team": "search"} for n in range(1, 14)]
    sent.append({**row, "external_id": "row-14", "team": {"source": "jira", "external_id": "T9"}})
    before = counts()

    answer = bulk(eight_teams, "cost-entries", sent)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": "/rows/13/team", "code": "unknown_reference", "detail": SENTENCE}]
    assert answer.json()["detail"] == f"{SENTENCE} Nothing was stored: 1 of 14 rows is refused."
    assert counts() == before


def test_the_sentence_of_row_fourteen_of_a_file(eight_teams, tmp_path, capsys):
    """A file is numbered as a spreadsheet numbers it: its header is row 1."""
    file = tmp_path / "efforts.csv"
    lines = ["team.external_id,team.source,month,work_type,share"]
    lines += [f",,2026-0{1 + n % 9},run,0.01" for n in range(12)]
    file.write_text("\n".join([*lines, "T9,jira,2026-07,run,0.5"]) + "\n")

    with pytest.raises((SystemExit, CommandError)):
        call_command("import_rows", "efforts", str(file), "--by", "ada")

    assert SENTENCE in capsys.readouterr().err.splitlines()


# --- I19 to I23: at every address ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def operations():
    return [o for o in routes.operations(routes.document()) if o.template.startswith("/api/v1/")]


def at(template):
    return (
        template.replace("{month}", JULY)
        .replace("{key}", "00000000-0000-0000-0000-000000000007")
        .replace("{id}", "00000000-0000-0000-0000-000000000007" if "/jobs/" in template else "7")
        .replace("{component}", "7")
        .replace("{posting}", "7")
    )


def send(client, operation, **more):
    query = more.pop("query", "")
    headers = {} if operation.method == "GET" else {"Idempotency-Key": "bad"}
    body = more.pop("body", b"{}" if operation.method != "GET" else b"")
    url = at(operation.template) + query
    return client.generic(operation.method, url, body, content_type="application/json", headers=headers, **more)


def test_an_unknown_or_repeated_parameter_is_refused_at_every_address(operations, api, finance, as_problem):
    client = api(finance)
    for operation in operations:
        body = as_problem(send(client, operation, query="?perod=2026-07"), 400, "invalid")
        assert body["errors"][0] == {**body["errors"][0], "pointer": "?perod", "code": "unknown-parameter"}
        twice = send(client, operation, query="?format=json&format=json")
        assert twice.status_code in (400, 406), operation
        if operation.method == "GET":
            for name in operation.parameters.keys() - {"format"}:
                assert send(client, operation, query=f"?{name}=1&{name}=1").status_code == 400, (operation, name)


def test_an_ordering_that_is_not_offered_is_refused_at_every_list(operations, api, finance):
    client = api(finance)
    for operation in operations:
        if operation.method == "GET":
            for ordering in (
                "nothing",
                "-nothing",
                "pk",
                "recorded_by",
                "amount_minor",
                "code,code",
                "",
                "?",
                "code__gt",
            ):
                answer = send(client, operation, query=f"?ordering={ordering}")
                assert answer.status_code == 400, (operation, ordering)


def test_page_sizes_and_cursors_that_are_none_are_refused_at_every_list(operations, api, finance):
    client = api(finance)
    paged = [
        operation for operation in operations if "page_size" in operation.parameters and "{" not in operation.template
    ]

    assert len(paged) > 30
    for operation in paged:
        for size in ("1000000000", "1001", "0", "-1", "", "1.5", "1e2", "٣", "all", "9" * 400):
            assert send(client, operation, query=f"?page_size={size}").status_code == 400, (operation, size)
        for cursor in ("", "x", "WyJpZCJd", "a:b:c", "9" * 5_000, "%00"):
            assert send(client, operation, query=f"?cursor={cursor}").status_code == 400, (operation, cursor)
        assert send(client, operation, query="?page=100000000000000000000").status_code == 400
        assert send(client, operation, query="?page_size=1000").status_code == 200


def test_a_query_that_is_not_utf8_is_refused_at_every_address(operations, api, finance, as_problem):
    client = api(finance)

    assert len(operations) > 60
    for operation in operations:
        body = as_problem(send(client, operation, query="?format=json&code=%FF"), 400, "invalid")
        assert body["errors"][0]["pointer"] == "?code", operation


@pytest.mark.parametrize("query", ["code=%ff", "code=a%C3", "code=%ED%A0%80", "code=ok&%FF=1", "code=M\xfcller"])
def test_what_is_not_utf8_is_told_and_not_taken_for_a_filter_that_finds_nothing(api, planner, as_problem, query):
    name = "�" if "&" in query else "code"

    body = as_problem(api(planner).get("/api/v1/teams/", QUERY_STRING=query), 400, "invalid")

    sentence = f"“{name}” is not written in UTF-8; in an address ü is %C3%BC, and not %FC."
    assert body["detail"] == sentence
    assert body["errors"] == [{"pointer": f"?{name}", "code": "invalid", "detail": sentence}]


@pytest.mark.parametrize("query", ["code=M%C3%BCller", "code=%EF%BF%BD", "code=100%25", "code=a%2Cb"])
def test_what_is_utf8_is_read(api, planner, query):
    assert api(planner).get("/api/v1/teams/", QUERY_STRING=query).status_code == 200


def test_a_body_is_json_of_known_members_at_every_address_that_takes_one(operations, api, finance, as_problem):
    client = api(finance)
    for operation in operations:
        if operation.method not in ("POST", "PATCH"):
            continue
        answer = send(client, operation, body=b'{"nothing_of_that_name": 1}')
        assert answer.status_code in ((400,) if "{" not in operation.template else (400, 404)), operation
        for body in UNREADABLE:
            as_problem(send(client, operation, body=body), 400, "malformed-request")


UNREADABLE = (
    b"{", b"[1,]", b"{'a': 1}", b'{"a": 1, "a": 1}', b"\xef\xbb\xbf{}", '{"a": "ä"}'.encode("utf-16"), b'{"a": "\xff"}',
    b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b'{"\\u0000": 1}', b'{"a": NaN}', b"[" * 200_000,
    b'{"a":' * 50 + b"1" + b"}" * 50,
    b'"text"', b"7", b"null", b'{"a": 1} {"b": 2}', b'{"a": 1e999}',
)  # fmt: skip


def test_a_body_of_too_many_values_or_bytes_is_refused(api, finance, as_problem):
    client = api(finance)
    many = b'{"rows": [' + b",".join([b"[]"] * 1_000_001) + b"]}"
    large = b'{"rows": ["' + b"x" * (10 * 1024 * 1024) + b'"]}'

    as_problem(
        client.generic("POST", "/api/v1/teams/bulk/", many, content_type="application/json"), 400, "malformed-request"
    )
    as_problem(client.generic("POST", "/api/v1/teams/bulk/", large, content_type="application/json"), 413, "too-large")


def test_formats_that_are_not_spoken_are_told_as_problems_at_every_address(operations, api, finance, as_problem):
    client = api(finance)
    for operation in operations:
        if operation.template.endswith("/docs/"):
            continue  # the one page for people
        for accept in ("text/html", "application/xml", "nonsense"):
            as_problem(send(client, operation, HTTP_ACCEPT=accept), 406, "not-acceptable")
        for name in ("html", "xml", "CSV", ""):
            assert send(client, operation, query=f"?format={name}").status_code == 406, (operation, name)
        if operation.method in ("POST", "PATCH"):
            for kind in (
                "text/plain",
                "text/csv",
                "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded",
            ):
                url = at(operation.template)
                answer = client.generic(
                    operation.method, url, b"a=1", content_type=kind, headers={"Idempotency-Key": "k"}
                )
                as_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_addresses_of_nothing_are_problems(operations, api, finance, as_problem, method):
    client = api(finance)
    templates = {operation.template for operation in operations}

    for template in sorted(templates):
        for url in (at(template).rstrip("/"), at(template) + "more/", at(template).replace("/api/v1/", "/api/v2/")):
            as_problem(client.generic(method, url), 404, "not-found")
