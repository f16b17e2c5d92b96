"""Pages of one value stream, team and epic, and the lists that lead to them."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from finance.admin.figures import arrow
from finance.admin.overview_words import new_work_words
from finance.engine.accounts import WorkType
from finance.selectors.overview import overview
from finance.selectors.promises import PromisesQuery, promises_report
from finance.selectors.subject import team_page
from finance.selectors.sums import RowKind, Sums
from finance.selectors.trend import trends
from finance.services import books
from outcomes.models import Epic
from roi_project.console import cells
from roi_project.kernel.period import parse_month
from teams.models import Team, ValueStream
from teams.selectors.organisation import settings_on
from teams.selectors.role_months import role_months
from tests.finance.sending import compile_months, send, send_card, send_golden
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db
ENTRIES = (
    "admin:index", "admin:leader_streams", "admin:leader_teams", "admin:leader_epics", "admin:leader_capacity",
    "admin:leader_findings",
)  # fmt: skip
PAGES = {"stream": ValueStream, "team": Team, "epic": Epic}
GROUPS = {"stream": "value_stream", "team": "team", "epic": "epic"}
MONTH, TODAY = parse_month(JULY), dt.date(2026, 8, 3)


@pytest.fixture
def open_page(client: Client, leader):
    client.force_login(leader)
    return lambda name, *args: client.get(reverse(name, args=args))


def week_of_the_organisation():
    return settings_on(TODAY).full_time_week_minutes


def first(name):
    return PAGES[name].objects.earliest("code")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_report_says(validated, open_page, client, name):
    one = first(name)

    numbers = open_page(f"admin:leader_{name}", one.pk).context["numbers"]

    rows = client.get(f"/api/v1/reports/roi/?group_by={GROUPS[name]}&rates=standard").json()["results"]
    row = next(row for row in rows if row["group_code"] == one.code)
    columns = ("cost", "benefit_validated_cash", "benefit_claimed")
    assert [number["exact"] for number in numbers[:3]] == [
        f"{cells.grouped(row[column]['amount'])}\u00a0{row[column]['currency']}" for column in columns
    ]


@pytest.mark.parametrize("name", PAGES)
def test_each_figure_of_a_page_opens_at_just_that_figure(validated, open_page, client, name):
    for number in open_page(f"admin:leader_{name}", first(name).pk).context["numbers"][:3]:
        assert client.get(number["url"]).context["exact"] == number["exact"], number["url"]


@pytest.mark.parametrize(("name", "column"), [("team", "team_code"), ("stream", "value_stream_code")])
def test_what_sort_of_work_the_money_went_to_is_that_of_the_investment_file(validated, open_page, client, name, column):
    send("efforts", {"team": "checkout", "month": JULY, "work_type": "debt", "share": "0.25"})
    compile_months(JULY)
    one = first(name)

    work = open_page(f"admin:leader_{name}", one.pk).context["work"]

    asked = f"from={JULY}&through={JULY}&format=csv"
    text = b"".join(client.get(f"/api/v1/reports/investment/?{asked}").streaming_content).decode()
    expected: dict[str, Decimal] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row[column] == one.code:
            expected[row["work_type"]] = expected.get(row["work_type"], Decimal(0)) + Decimal(row["amount"])
    shown = {row["name"].lower(): row["cost"]["exact"] for row in work["rows"]}
    assert shown == {kind: f"{cells.grouped(str(amount))}\u00a0USD" for kind, amount in expected.items() if amount}
    assert "debt" in shown


def test_new_work_is_compared_with_as_many_months_before():
    now = {WorkType.FEATURE: 30, WorkType.EXPERIMENT: 10, WorkType.RUN: 60}
    before = {WorkType.FEATURE: 1, WorkType.UNSPECIFIED: 3}

    assert new_work_words(6, now, before) == (
        "In the last 6 months 40\u00a0% bought the future, 25\u00a0% in the 6 before."
    )
    assert new_work_words(6, now, {}) == ""
    assert new_work_words(6, now, {WorkType.UNSPECIFIED: 100}) == ""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_nothing_known_says_so(golden_facts, open_page, name):
    answer = open_page(f"admin:leader_{name}", 999_999)

    assert answer.status_code == 404
    assert "There is no" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_without_books_a_page_says_what_fills_it(golden_facts, open_page, name):
    body = open_page(f"admin:leader_{name}", first(name).pk).content.decode()

    assert "There are no books yet" in body
    assert "chart-months" not in body


def test_no_page_of_a_leader_names_a_person_or_writes_style_or_script_into_itself(validated, open_page):
    pages = [open_page(name) for name in ENTRIES]
    pages += [open_page(f"admin:leader_{name}", first(name).pk) for name in PAGES]

    for page in pages:
        assert page.status_code == 200
        body = page.content.decode()
        body = body[body.index('<div class="overview">') :].split("</main>")[0]
        assert not [row["code"] for row in ROWS["people"] if re.search(rf"\b{row['code']}\b", body)]
        assert not re.search(r"<script>|<style>| style=| onclick=", body)


@pytest.mark.parametrize("who", ["administrator", "planner"])
def test_who_may_read_no_figure_opens_no_page(validated, client, request, who):
    client.force_login(request.getfixturevalue(who))

    addresses = [reverse(name) for name in ENTRIES[1:]]
    addresses += [reverse(f"admin:leader_{name}", args=[first(name).pk]) for name in PAGES]

    assert {client.get(address).status_code for address in addresses} <= {302, 403}


def test_teams_come_by_name_and_without_figures(golden_facts, open_page):
    Team.objects.filter(code="search").update(name="Aardvark")
    answer = open_page("admin:leader_teams")

    names = [team["name"] for team in answer.context["teams"]]
    assert names == sorted(names)
    assert names[0] == "Aardvark"
    assert "USD" not in answer.content.decode()


def test_lists_are_searched_and_paged(golden_facts, client, leader):
    send("epics", *({"code": f"e{n:03}", "name": f"Epic {n:03}", "work_type": "feature"} for n in range(60)))
    client.force_login(leader)

    second = client.get("/admin/epics/?q=epic&page=2").context
    assert [epic["name"] for epic in second["epics"]] == [f"Epic {n:03}" for n in range(50, 60)]
    assert client.get("/admin/epics/?page=nonsense&q=%00").status_code == 200
    assert "No epic has these words" in client.get("/admin/epics/?q=unicorn").content.decode()


def test_people_on_teams_are_those_of_the_capacity_report(golden_facts, audience, leader, client):
    """In a month in which nothing changes, a day of it has the same full-time equivalents as the whole."""
    client.force_login(leader)
    rows = client.get("/api/v1/reports/capacity/?from=2026-08&through=2026-08").json()["results"]
    wanted = {}
    for row in rows:
        if row["team_code"]:
            wanted[row["role_code"]] = wanted.get(row["role_code"], 0) + Fraction(row["allocated_fte"])

    found = role_months(audience(leader), MONTH + 1, MONTH + 1, full_time_week_minutes=week_of_the_organisation())

    assert {row.code: row.fte[0] for row in found.rows} == {
        role: Decimal(round(fte * 100)).scaleb(-2) for role, fte in wanted.items()
    }


def test_people_over_the_limit_of_their_role_are_counted_and_not_named(golden_facts, open_page):
    """Fay is on two teams and Gus on three; Ben comes a day after the fifteenth."""
    send("role-families", {"code": "engineer", "name": "Engineer", "max_teams": 1})
    books.compile_span(MONTH, MONTH)

    answer = open_page("admin:index").context["capacity"]["answer"]

    assert answer == "2 of 6 with the role Engineer are on up to 3 teams at once; the limit is 1."


def test_work_adds_up_to_the_cost_of_each_row(validated, audience, leader):
    found = overview(audience(leader), today=TODAY)

    for row in found.streams.report.rows:
        if row.sums.cost:
            assert sum(found.work[row.kind, row.code].values()) == row.sums.cost
    assert found.work[RowKind.IDLE, ""] == {WorkType.UNSPECIFIED: 268_466}


def test_actual_pay_is_in_the_work_of_those_who_may_see_it(golden_facts, audience, finance, leader):
    send("organisation-settings", {**ROWS["organisation-settings"][0], "official_rates": "actual"})
    books.compile_span(MONTH, MONTH)

    seen = {user: overview(audience(user), today=TODAY) for user in (finance, leader)}

    spent = {user: sum(sum(row.values()) for row in found.work.values()) for user, found in seen.items()}
    assert spent == {user: found.streams.report.total.sums.cost for user, found in seen.items()}
    assert spent[finance] == 9_948_203 != spent[leader]


def test_a_stream_whose_code_is_the_name_of_a_residual_row_has_its_own_work(golden_facts, audience, leader, open_page):
    send("value-streams", {"code": "idle", "name": "Idle time well spent"})
    send("epics", {"code": "naps", "name": "Naps", "work_type": "experiment"})
    send("epic-stream-shares", {"epic": "naps", "stream": "idle", "share": "1", "starts_on": "2026-01-01"})
    send("efforts", {"team": "search", "month": JULY, "epic": "naps", "share": "0.1"})
    books.compile_span(MONTH, MONTH)

    found = overview(audience(leader), today=TODAY)
    rows = {row["name"]: row for row in open_page("admin:index").context["work"]["rows"]}

    stream = next(row for row in found.streams.report.rows if row.code == "idle")
    residual = next(row for row in found.streams.report.rows if row.kind is RowKind.IDLE)
    assert found.work[RowKind.GROUP, "idle"] == {WorkType.EXPERIMENT: stream.sums.cost}
    assert found.work[RowKind.IDLE, ""] == {WorkType.UNSPECIFIED: residual.sums.cost}
    assert [part["share"] for part in rows["Idle time well spent"]["parts"] if part["share"] != cells.EMPTY] == [
        "100\u00a0%"
    ]


def test_a_median_of_months_from_release_to_benefit(validated, open_page):
    epic = Epic.objects.get(code=ROWS["benefit-entries"][0].get("epic") or Epic.objects.earliest("code").code)
    send("epics", {"code": epic.code, "name": epic.name, "work_type": epic.work_type, "released_on": "2026-05-20"})

    assert open_page("admin:index").context["lag"] == "Median 2 months from release to benefit, over 1 epic."


def month_of(cost, cash):
    sums = Sums(labour=cost)
    sums.benefits[2, 1] = cash
    return {(RowKind.GROUP, 1): sums}


@pytest.mark.parametrize("begin", [0, 6])
def test_a_row_is_compared_with_its_twelve_months_of_half_a_year_ago(begin):
    past = {month: month_of(100, 90) for month in range(begin, 18)}
    now = {month: month_of(100, 120) for month in range(18, 24)}

    trend = trends(past | now)[RowKind.GROUP, 1]

    assert (trend.months, trend.before, trend.now, trend.direction) == (12, Fraction(-1, 10), Fraction(1, 20), 1)
    assert arrow(trend)["says"] == "better: 5.0\u00a0% in the last 12 months, −10.0\u00a0% half a year earlier"


def test_with_less_than_a_year_and_a_half_the_later_half_is_compared_with_the_earlier_one():
    months = {month: month_of(100, 120) for month in range(3)} | {month: month_of(100, 90) for month in range(3, 6)}

    trend = trends(months)[RowKind.GROUP, 1]

    assert (trend.months, trend.direction) == (3, -1)
    assert arrow(trend)["says"] == "worse: −10.0\u00a0% in the last 3 months, 20.0\u00a0% in the 3 before"


@pytest.mark.parametrize("months", [0, 1, 5])
def test_without_own_history_there_is_no_arrow(months):
    assert trends({month: month_of(100, 120) for month in range(months)}) == {}


def test_without_a_benefit_before_there_is_no_arrow():
    months = {month: {(RowKind.GROUP, 1): Sums(labour=100)} for month in range(3)}
    assert trends(months | {month: month_of(100, 90) for month in range(3, 6)}) == {}


def test_a_first_month_has_no_arrow_and_no_change_to_look_at(validated, open_page):
    context = open_page("admin:index").context

    assert {row["arrow"] for row in context["streams"]["rows"]} == {None}
    assert not [line for line in context["look"] if "rose" in line["text"] or "fell" in line["text"]]


def promise(epic, amount, first_month, **more):
    money = {"amount": amount, "currency": more.pop("currency", "USD")}
    return {"epic": epic, "amount": money, "benefit_class": "hard_cash", "first_month": first_month, **more}


def test_what_was_promised_stands_with_the_largest_gap_first_and_what_is_not_due_last(
    golden_facts, validate, open_page
):
    codes = ("small", "large", "later")
    send("epics", *({"code": code, "name": code.title(), "work_type": "feature"} for code in codes))
    send(
        "anticipated-benefits",
        promise("small", "100.00", JULY, last_month=JULY),
        promise("large", "5000.00", JULY, last_month=JULY),
        promise("later", "9000.00", "2027-01", last_month="2027-01"),
    )
    validate()

    block = open_page("admin:index").context["promises"]

    [of_none] = block["streams"]
    assert (of_none["name"], of_none["url"]) == ("Not assigned", "")
    assert [(row["name"], row["is_due"], row["gap"]["short"]) for row in of_none["rows"]] == [
        ("Large", True, "5\u00a0k"),
        ("Small", True, "100"),
        ("Later", False, cells.EMPTY),
    ]
    assert block["answer"] == (
        "Of USD\u00a05\u00a0k of cash that was promised and is due, USD\u00a00 arrived (0\u00a0%). "
        "2 epics brought less than promised, most of all Large (hard cash)."
    )


def test_a_stream_has_its_part_of_an_epic_the_stream_with_the_largest_gap_first_and_what_is_of_none_last(
    golden_facts, validate, open_page
):
    send("epics", *({"code": code, "name": code.title(), "work_type": "feature"} for code in ("both", "none")))
    shares = (("commerce", "0.25"), ("discovery", "0.75"))
    send(
        "epic-stream-shares",
        *({"epic": "both", "stream": stream, "share": share, "starts_on": "2026-01-01"} for stream, share in shares),
    )
    send(
        "anticipated-benefits",
        promise("both", "8000.00", JULY, last_month="2026-08"),
        promise("none", "90000.00", JULY, last_month=JULY),
    )
    validate()

    streams = open_page("admin:index").context["promises"]["streams"]

    columns = ("promised", "due", "arrived", "gap")
    assert [(one["name"], *(one[name]["exact"] for name in columns)) for one in streams] == [
        ("Discovery", "12,000.00\u00a0USD", "6,000.00\u00a0USD", "0.00\u00a0USD", "6,000.00\u00a0USD"),
        ("Commerce", "4,000.00\u00a0USD", "2,000.00\u00a0USD", "0.00\u00a0USD", "2,000.00\u00a0USD"),
        ("Not assigned", "90,000.00\u00a0USD", "90,000.00\u00a0USD", "0.00\u00a0USD", "90,000.00\u00a0USD"),
    ]
    assert [row["name"] for one in streams for row in one["rows"]] == ["Both", "Both", "None"]


def test_what_was_learned_stands_with_what_was_missed_and_on_the_page_of_the_epic(golden_facts, validate, open_page):
    epic = {"code": "badges", "name": "Badges", "work_type": "experiment"}
    send("epics", epic)
    send("anticipated-benefits", promise("badges", "100.00", JULY, last_month=JULY))
    validate()

    def note():
        [stream] = open_page("admin:index").context["promises"]["streams"]
        return stream["rows"][0]["learned"]

    assert note() == ""
    send("epics", epic | {"stopped_on": "2026-07-20"})
    page = open_page("admin:leader_epic", Epic.objects.get(code="badges").pk).content.decode()
    assert "Nobody has written down what was learned." in page

    send("epics", epic | {"learned": "Ask <first>."})
    page = open_page("admin:leader_epic", Epic.objects.get(code="badges").pk).content.decode()
    assert note() == "Ask <first>."
    assert "Learned: Ask &lt;first&gt;." in open_page("admin:index").content.decode()
    assert "What was learned: Ask &lt;first&gt;." in page


@pytest.mark.parametrize(
    ("name", "kind", "text", "missing"),
    [
        ("stream", "value-streams", "charter", "what this value stream promises whom"),
        ("team", "teams", "purpose", "why this team exists"),
        ("epic", "epics", "purpose", "what this epic is for"),
    ],
)
def test_a_page_begins_with_what_it_is_there_for_or_says_that_nobody_wrote_it_down(
    golden_facts, open_page, name, kind, text, missing
):
    one = first(name)
    type(one).objects.update(**{text: ""})
    assert f"Nobody has written down {missing}." in open_page(f"admin:leader_{name}", one.pk).content.decode()

    row = next(row for row in ROWS[kind] if row["code"] == one.code)
    send(kind, row | {text: "First line.\nSecond line."})

    assert "First line.<br>Second line." in open_page(f"admin:leader_{name}", one.pk).content.decode()


def test_a_promise_in_another_currency_takes_its_block_and_not_the_page(golden_facts, validate, open_page):
    send("epics", {"code": "abroad", "name": "Abroad", "work_type": "feature"})
    send("anticipated-benefits", promise("abroad", "100.00", JULY, last_month=JULY, currency="EUR"))
    validate()

    answer = open_page("admin:index")

    assert answer.status_code == 200
    assert "Promises cannot be held against the books" in answer.content.decode()


def test_without_promises_the_block_says_what_fills_it(validated, open_page):
    assert "because no epic says what money it should bring" in open_page("admin:index").content.decode()


def test_what_was_promised_is_that_of_the_report(db, validate, audience, leader):
    send("epics", *({"code": code, "name": code, "work_type": "feature"} for code in ("old", "faster-pay")))
    send("anticipated-benefits", promise("old", "5.00", "2020-01"), promise("faster-pay", "60000.00", JULY))
    send_golden()
    send_card()
    validate()
    report = promises_report(audience(leader), PromisesQuery())

    found = overview(audience(leader), today=TODAY).promises.report

    assert (found.rows, found.totals, found.last) == (report.rows, report.totals, report.last)
    assert len(found.rows) == 2


def test_the_mix_of_work_holds_the_later_months_against_the_earlier_ones(golden_facts, audience, leader):
    send("efforts", {"team": "checkout", "month": "2026-08", "work_type": "debt", "share": "1"})
    compile_months(JULY, "2026-08")

    work = team_page(audience(leader), Team.objects.get(code="checkout").pk, today=TODAY).money.work

    assert work.months == 1
    assert WorkType.DEBT in work.now
    assert WorkType.DEBT not in work.before
    assert sum(work.shown.values()) == sum(work.now.values()) + sum(work.before.values())
