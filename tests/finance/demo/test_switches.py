"""The switches of the first page: months and value streams, followed by every block, read strictly."""

import re

import pytest

from roi_project.console import cells
from teams.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


@pytest.fixture
def page(client, leader):
    """`page("from=2025-07&through=2025-12")`: what the first page says of it."""
    client.force_login(leader)
    return lambda asked="": client.get(f"/admin/?{asked}")


def exact(amount):
    return f"{cells.grouped(amount['amount'])}\u00a0{amount['currency']}"


def headline(context):
    return [number["exact"] for number in context["numbers"][:3]]


@pytest.mark.parametrize(
    ("asked", "report", "first"),
    [
        ("", "from=2025-07&through=2026-06", "last 12 months"),
        ("from=2025-07&through=2025-12", "from=2025-07&through=2025-12&window=period", "6 months to December 2025"),
        ("through=2025-12", "from=2025-01&through=2025-12", "12 months to December 2025"),
        ("from=&through=&stream=", "from=2025-07&through=2026-06", "last 12 months"),
        (
            "from=2025-07&through=2025-12&stream=buy&stream=care",
            "from=2025-07&through=2025-12&window=period&code=buy,care",
            "6 months to December 2025",
        ),
    ],
)
def test_figures_are_those_of_the_report_of_these_months_and_streams(page, client, asked, report, first):
    context = page(asked).context
    total = client.get(f"/api/v1/reports/roi/?group_by=value_stream&{report}").json()["total"]

    columns = ("cost", "benefit_validated_cash", "benefit_claimed")
    assert headline(context) == [exact(total[column]) for column in columns]
    assert context["strip"][0] == first
    assert context["streams"]["total"]["cost"]["exact"] == exact(total["cost"])
    assert context["work"]["total"]["cost"]["exact"] == exact(total["cost"])


def test_every_figure_of_some_streams_opens_at_just_that_figure(page, client):
    context = page("from=2025-07&through=2025-12&stream=buy&stream=care").context

    total = context["streams"]["total"]
    last = context["months_chart"]["table"][-1]["amounts"]
    figures = [*context["numbers"][:3], total["cost"], total["net"], context["work"]["total"]["cost"], *last]
    for figure in figures:
        assert client.get(figure["url"]).context["exact"] == figure["exact"], figure["url"]
    opened = client.get(client.get(context["numbers"][3]["url"]).context["json"]).json()
    assert opened["value"]["value"] == client.get(context["report_url"]).json()["total"]["roi_validated_cash"]


def test_every_block_follows_the_value_streams(page):
    whole, care = page().context, page("stream=care").context

    assert care["who"] == "Care"
    assert [row["name"] for row in care["streams"]["rows"]] == ["Care"]
    assert [row["name"] for row in care["work"]["rows"]] == ["Care"]
    assert [one["name"] for one in care["promises"]["streams"]] == ["Care"]
    people = {row["name"]: row["people"] for row in care["capacity"]["rows"]}
    # Self-service and Returns: six and five of their own, and who is shared with them.
    assert (people["Engineer"], people["Quality engineer"], people["Analyst"]) == (8, 1, 2)
    assert {row["name"] for row in whole["capacity"]["rows"]} > set(people)
    served = {Team.objects.get(code=code).name for code in ("self-service", "returns")}
    named = {team.name for team in Team.objects.all()} - served
    assert not [line for line in care["look"] if any(name in line["text"] for name in named)]
    assert care["months_chart"]["invested"] != whole["months_chart"]["invested"]


def test_the_chart_has_the_months_that_are_chosen_and_each_its_own_past(page):
    context = page("from=2026-01&through=2026-03").context
    chart = context["months_chart"]

    assert re.fullmatch(r"Rolling twelve months: ROI .*\. The trend begins with eighteen months.*", context["rolling"])
    assert chart["labels"] == ["Jan 26", "Feb 26", "Mar 26"]
    assert all(text is not None for text in chart["rolling"])


def test_fewer_months_leave_the_trend_as_it_is(page):
    assert page("from=2026-04&through=2026-06").context["rolling"] == page().context["rolling"]


def test_the_switches_say_what_is_chosen_and_what_can_be(page):
    body = page("from=2025-07&through=2025-12&stream=care").content.decode()

    assert '<option value="2025-07" selected>July 2025</option>' in body
    assert '<input type="checkbox" name="stream" value="care" checked> Care' in body
    assert '<input type="checkbox" name="stream" value="buy"> Buy' in body
    assert body.count('<option value="2026-06"') == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("from=2025-07", "“from” needs “through” beside it"),
        ("from=2026-01&through=2025-12", "“through” is before “from”."),
        ("through=June", "“June” is not a month; write YYYY-MM"),
        ("through=2026-06&through=2026-05", "“through” is given 2 times."),
        ("from=2023-01&through=2026-06", "at most 36 months"),
        ("from=2031-01&through=2031-03", "No month from 2031-01 to 2031-03 has a book; choose other months."),
        ("through=2019-03", "No month from 2018-04 to 2019-03 has a book; choose other months."),
        ("stream=sales", "There is no value stream “sales”; choose one of the list."),
        ("stream=%00", "“stream”"),
        ("view=direct", "“view” is not a parameter; known here: from, stream, through."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(page, asked, words):
    answer = page(asked)

    assert answer.status_code == 400
    assert words in answer.content.decode()
