"""A figure opens down to the facts its book was made of, and adds up exactly on the way."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.models import BookMonth, RateCard
from finance.services import books
from roi_project.kernel.period import parse_month
from teams.models import Assignment
from tests.finance.sending import NOW, compile_months, dollars, send, send_card, send_golden
from tests.golden import JANUARY, JULY, ROWS

pytestmark = pytest.mark.django_db

MONTH = parse_month(JULY)
SPAN = f"from={JULY}&through={JULY}"


@pytest.fixture
def july():
    """The golden July with a card for everybody, compiled."""
    send_golden()
    send_card()
    compile_months(JULY)


@pytest.fixture
def closed(july, audience, finance, second_finance):
    """July, closed by two people."""
    books.request_close(audience(finance), MONTH, now=NOW)
    books.approve_close(audience(second_finance), MONTH, now=NOW)


@pytest.fixture
def keeper(api, finance):
    return api(finance)


def asked(caller, url):
    answer = caller.get(url)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def amount(found):
    return Decimal(found["amount"]["amount"])


def explained(caller, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return asked(caller, f"/api/v1/explain/?{SPAN}&{words}")


def labour_of_checkout(caller, account="labour"):
    """The lines of the labour of one team, by their label."""
    opened = explained(caller, group_by="team", code="checkout", figure="labour", rates="actual")
    (part,) = [part for part in opened["parts"] if part["account"] == account]
    return {line["label"]: line for line in asked(caller, part["explain_url"])["lines"]}


def told(line):
    return [(fact["kind"], fact["says"], fact["changed_since"]) for fact in line["facts"]]


# --- the facts of a line -----------------------------------------------------------------------------------------


def test_a_person_opens_to_assignments_and_card_and_only_for_variance_to_pay(july, keeper):
    standard, variance = labour_of_checkout(keeper), labour_of_checkout(keeper, "rate_variance")

    assert told(standard["fay"]) == [
        ("people", "fay", False),
        ("assignments", "50 % in checkout from 2026-01-01", False),
        ("assignments", "40 % in search from 2026-01-01", False),
        ("rate-cards", "80.00 USD an hour from 2026-01-01", False),
    ]
    assert told(variance["fay"])[-1] == ("person-rates", "13500.00 USD a month from 2026-01-01", False)


def test_a_closed_month_names_the_versions_it_was_made_of(closed, keeper):
    before = labour_of_checkout(keeper)["ana"]

    send("assignments", {"person": "ana", "team": "checkout", "share": "0.25", "starts_on": JANUARY})
    send_card("95.00")
    after = labour_of_checkout(keeper)["ana"]

    assert told(before)[1:] == [
        ("assignments", "100 % in checkout from 2026-01-01", False),
        ("rate-cards", "80.00 USD an hour from 2026-01-01", False),
    ]
    assert told(after)[1:] == [
        ("assignments", "100 % in checkout from 2026-01-01", True),
        ("rate-cards", "80.00 USD an hour from 2026-01-01", True),
    ]
    assert [fact["url"] for fact in after["facts"]] == [fact["url"] for fact in before["facts"]]
    assert Assignment.current.get(person__code="ana").share == Decimal("0.25")
    assert RateCard.current.get().amount_minor == 9500


def test_a_fact_taken_back_after_the_close_still_stands_behind_the_closed_month(closed, keeper):
    send("assignments", {**ROWS["assignments"][0], "withdrawn": True})

    assert told(labour_of_checkout(keeper)["ana"])[1] == ("assignments", "100 % in checkout from 2026-01-01", True)
    assert not Assignment.current.filter(person__code="ana").exists()


def test_only_the_card_a_person_was_priced_by_is_named(july, keeper):
    send("people", {**ROWS["people"][0], "level": "senior"})
    send_card("120.00", level="senior", external_id="senior")
    send_card("60.00", country="DE", external_id="germany")
    send_card("130.00", level="junior", external_id="junior")
    compile_months(JULY)

    lines = labour_of_checkout(keeper)

    cards = {name: [says for kind, says, _ in told(line) if kind == "rate-cards"] for name, line in lines.items()}
    assert cards["ana"] == ["120.00 USD an hour from 2026-01-01"]
    assert cards["ben"] == ["80.00 USD an hour from 2026-01-01"]


def test_a_level_changed_after_the_close_does_not_change_the_card_that_is_named(
    july, keeper, audience, finance, second_finance
):
    send("people", {**ROWS["people"][0], "level": "senior"})
    send_card("120.00", level="senior", external_id="senior")
    compile_months(JULY)
    books.request_close(audience(finance), MONTH, now=NOW)
    books.approve_close(audience(second_finance), MONTH, now=NOW)

    send("people", {**ROWS["people"][0], "level": "principal"})

    assert told(labour_of_checkout(keeper)["ana"])[-1][1] == "120.00 USD an hour from 2026-01-01"


def test_every_card_and_every_terms_of_a_month_are_named_once(july, keeper):
    send("person-terms", {"person": "ana", "level": "senior", "starts_on": "2026-07-10", "ends_on": "2026-07-20"})
    send_card("120.00", level="senior", external_id="senior")
    compile_months(JULY)

    assert told(labour_of_checkout(keeper)["ana"])[1:] == [
        ("assignments", "100 % in checkout from 2026-01-01", False),
        ("person-terms", "other terms from 2026-07-10 until 2026-07-20", False),
        ("rate-cards", "80.00 USD an hour from 2026-01-01", False),
        ("rate-cards", "120.00 USD an hour from 2026-01-01", False),
    ]


def test_a_foreign_rate_names_the_exchange_rate_it_was_converted_at(july, keeper):
    send("exchange-rates", {"currency": "PLN", "month": JULY, "rate": "0.25"})
    card = {"role": "engineer", "level": "senior", "unit": "hour", "starts_on": JANUARY, "external_id": "pln"}
    send("rate-cards", card | {"amount": {"amount": "300.00", "currency": "PLN"}})
    send("people", {**ROWS["people"][0], "level": "senior"})
    compile_months(JULY)

    assert told(labour_of_checkout(keeper)["ana"])[-2:] == [
        ("rate-cards", "300.00 PLN an hour from 2026-01-01", False),
        ("exchange-rates", "1 PLN = 0.25 USD in 2026-07", False),
    ]


def test_a_leader_reads_the_assignments_and_cards_behind_a_role_and_no_name(july, api, leader):
    caller = api(leader)
    opened = explained(caller, group_by="team", code="checkout", figure="labour")

    (part,) = opened["parts"]
    (line,) = asked(caller, part["explain_url"])["lines"]

    assert (line["kind"], line["label"], line["whole"]) == ("role", "engineer", None)
    assert {fact["kind"] for fact in line["facts"]} == {"assignments", "rate-cards"}
    assert "80.00 USD an hour from 2026-01-01" in [fact["says"] for fact in line["facts"]]
    assert all(caller.get(fact["url"]).status_code == 200 for fact in line["facts"])


def test_a_transfer_names_how_its_pool_and_those_it_went_through_were_allocated(july, keeper):
    opened = explained(keeper, group_by="team", code="checkout", figure="shared_in")

    found = asked(keeper, opened["parts"][0]["explain_url"])

    assert [each for each in told(found) if "of platform" not in each[1]] == [
        ("allocation-rules", "platform by usage", False),
        ("allocation-rules", "cloud by usage", False),
        ("driver-rows", "0.55 of cloud by checkout", False),
        ("driver-rows", "0.25 of cloud by search", False),
        ("driver-rows", "0.12 of cloud by platform", False),
        ("driver-rows", "0.08 of cloud by untagged", False),
    ]
    assert ("driver-rows", "16 of platform by cloud", False) in told(found), "both pools use one another"
    assert sum(amount(part) for part in found["through"]) == Decimal(found["carried"]["own_cost"]["amount"])


# --- postings ----------------------------------------------------------------------------------------------------


def test_every_row_of_the_investment_report_opens_to_just_its_own_amount(july, keeper):
    rows = asked(keeper, f"/api/v1/reports/investment/?{SPAN}&rates=actual")["results"]

    for row in rows:
        opened = asked(keeper, row["explain_url"])
        assert opened["amount"] == row["amount"]
        assert (opened["account"], opened["team"] or "") == (row["account"], row["team_code"])
        assert (opened["value_stream"] or "", opened["epic"] or "") == (row["value_stream_code"], row["epic_code"])
        assert asked(keeper, opened["explain_url"])["amount"] == opened["component_amount"]
    by_component = {}
    for row in rows:
        opened = asked(keeper, row["explain_url"])
        whole, so_far = by_component.get(opened["component"], (opened["component_amount"]["amount"], Decimal(0)))
        by_component[opened["component"]] = whole, so_far + amount(opened)
    assert len(by_component) > 5
    assert all(Decimal(whole) == added for whole, added in by_component.values())


def test_a_posting_names_what_it_was_split_by(july, keeper):
    rows = asked(keeper, f"/api/v1/reports/investment/?{SPAN}&team=checkout")["results"]
    labour = [row for row in rows if row["account"] == "labour" and row["value_stream_code"] == "commerce"]

    opened = asked(keeper, labour[0]["explain_url"])

    assert [says for kind, says, _ in told(opened) if kind == "team-stream-shares"] == [
        "80 % for commerce",
        "20 % for discovery",
    ]


def test_a_posting_of_rate_variance_is_not_there_for_a_leader(july, keeper, api, leader):
    rows = asked(keeper, f"/api/v1/reports/investment/?{SPAN}&rates=actual")["results"]
    (url, *_) = [row["explain_url"] for row in rows if row["account"] == "rate_variance"]

    assert keeper.get(url).status_code == 200
    assert api(leader).get(url).status_code == 404
    assert keeper.get("/api/v1/explain/postings/999999/").status_code == 404


# --- totals and computed figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("group_by", ["organisation", "value_stream", "team", "epic"])
@pytest.mark.parametrize("view", ["direct", "fully_loaded"])
@pytest.mark.parametrize("more", ["", "&grain=month"])
def test_a_total_opens_to_itself(july, keeper, group_by, view, more):
    compile_months("2026-06", "2026-08")
    query = f"from=2026-06&through=2026-08&window=period&group_by={group_by}&view={view}&rates=actual{more}"
    total = asked(keeper, f"/api/v1/reports/roi/?{query}")["total"]

    opened = asked(keeper, total["explain_url"])

    assert opened["amount"] == total["cost"]
    assert sum(map(amount, opened["parts"])) == Decimal(total["cost"]["amount"])


def test_a_total_of_named_groups_opens_to_their_sum(july, keeper):
    report = asked(keeper, f"/api/v1/reports/roi/?{SPAN}&window=period&group_by=team&code=checkout,search")

    opened = asked(keeper, report["total"]["explain_url"])

    assert opened["figure"]["codes"] == ["checkout", "search"]
    assert opened["amount"] == report["total"]["cost"]
    assert amount(opened) == sum(Decimal(row["cost"]["amount"]) for row in report["results"])


def test_a_net_and_a_return_open_to_the_figures_they_are_computed_from(july, keeper):
    send("benefit-entries", {**ROWS["benefit-entries"][0], "external_id": "other", "amount": dollars("100.00")})
    compile_months(JULY)
    query = {"group_by": "value_stream", "code": "commerce"}
    (row,) = asked(keeper, f"/api/v1/reports/roi/?{SPAN}&window=period&group_by=value_stream&code=commerce")["results"]

    net, value = (
        explained(keeper, figure="net_validated_cash", **query),
        explained(keeper, figure="roi_validated_cash", **query),
    )

    assert net["amount"] == row["net_validated_cash"]
    assert [(each["figure"], each["sign"]) for each in net["operands"]] == [
        ("benefit_validated_cash", "+"),
        ("cost", "-"),
    ]
    for each in net["operands"]:
        assert asked(keeper, each["explain_url"])["amount"] == each["amount"] == row[each["figure"]]
    assert net["value"] is None
    assert value["value"] == {"value": None, "reason": "no_data"}
    assert row["roi_reason"] == "no_data"


def test_a_return_over_too_few_months_opens_to_the_reason_that_the_report_gives(
    july, validate, keeper, client, finance
):
    validate()
    client.force_login(finance)
    query = f"group_by=value_stream&code=commerce&through={JULY}"
    (short,) = asked(keeper, f"/api/v1/reports/roi/?{query}&window=rolling12")["results"]
    (whole,) = asked(keeper, f"/api/v1/reports/roi/?{query}&from={JULY}&window=period")["results"]

    returns = [row["explain_url"].replace("figure=cost", "figure=roi_validated_cash") for row in (short, whole)]
    found = [asked(keeper, url) for url in returns]
    pages = [client.get(url, headers=BROWSER, follow=True).content.decode() for url in returns]

    assert (short["roi_validated_cash"], short["roi_reason"]) == (None, "window_incomplete")
    assert found[0]["value"] == {"value": None, "reason": "window_incomplete"}
    assert "There is no return: fewer than twelve months of books." in pages[0]
    assert found[1]["value"] == {"value": whole["roi_validated_cash"], "reason": None}
    assert whole["roi_validated_cash"] is not None
    assert "There is no return" not in pages[1]
    for each, row in zip(found, (short, whole), strict=True):
        assert {operand["figure"]: operand["amount"] for operand in each["operands"]} == {
            "benefit_validated_cash": row["benefit_validated_cash"],
            "cost": row["cost"],
        }


def test_what_is_opened_says_how_fresh_it_is(july, keeper, client, finance):
    client.force_login(finance)
    posting = asked(keeper, f"/api/v1/reports/investment/?{SPAN}")["results"][0]["explain_url"]
    component = asked(keeper, posting)["explain_url"]
    book = BookMonth.objects.get(month=f"{JULY}-01").current_book

    for url in (posting, component):
        opened = asked(keeper, url)
        assert [(each["month"], each["version"]) for each in opened["books"]] == [(JULY, 1)]
        assert dt.datetime.fromisoformat(opened["computed_at"]) == book.computed_at
        assert (opened["stale"], opened["currency"]) == (False, "USD")
        assert opened["latest_fact_at"] is not None
        assert "facts have come in since" not in client.get(url, headers=BROWSER, follow=True).content.decode()

    send_card("95.00")
    compile_months(JULY)

    for url in (posting, component):
        opened = asked(keeper, url)
        assert [(each["version"], opened["stale"]) for each in opened["books"]] == [(1, True)], "another has followed"
        assert "version 1, computed" in (page := client.get(url, headers=BROWSER, follow=True).content.decode())
        assert "facts have come in since" in page


# --- a browser ---------------------------------------------------------------------------------------------------

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_an_explain_address_opens_a_page_in_a_browser_and_json_in_a_program(july, client, keeper, finance):
    client.force_login(finance)
    rows = asked(keeper, f"/api/v1/reports/investment/?{SPAN}")["results"]
    figure = f"/api/v1/explain/?figure=cost&group_by=team&code=checkout&{SPAN}"
    posting = rows[0]["explain_url"]

    for url, page in ((figure, "/admin/explain/"), (posting, "/admin/explain/postings/")):
        in_a_browser = client.get(url, headers=BROWSER)
        assert (in_a_browser.status_code, in_a_browser.headers["Location"].startswith(page)) == (302, True)
        opened = client.get(url, headers=BROWSER, follow=True)
        assert opened.context["exact"].split()[0].replace(",", "").replace("\u202f", "")
        assert client.get(opened.context["json"], headers=BROWSER).json()["amount"] == client.get(url).json()["amount"]
        assert "Accept" in in_a_browser.headers["Vary"]


def test_a_page_of_a_figure_of_an_earlier_moment_reads_the_books_of_that_moment(july, client, finance):
    client.force_login(finance)
    made = BookMonth.objects.get(month=f"{JULY}-01").current_book.computed_at
    send_card("95.00")
    compile_months(JULY)
    now = client.get("/admin/explain/", {"from": JULY, "through": JULY, "figure": "labour"})
    then = client.get("/admin/explain/", {"from": JULY, "through": JULY, "figure": "labour", "as_of": made.isoformat()})

    assert now.context["exact"] != then.context["exact"]
    assert client.get("/admin/explain/", {"from": JULY, "through": JULY, "as_of": "yesterday"}).status_code == 400


# --- what must not open ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group_by", ["team", "value_stream", "epic"])
def test_a_group_without_a_code_is_asked_for_and_never_read_as_nothing(july, client, keeper, finance, group_by):
    client.force_login(finance)
    query = {"from": JULY, "through": JULY, "group_by": group_by}

    assert keeper.get("/api/v1/explain/", query).status_code == 400
    shown = client.get("/admin/explain/", query)
    assert (shown.status_code, "A code is needed" in shown.content.decode()) == (400, True)


@pytest.mark.parametrize(
    "odd",
    [
        {"as_of": "0001-01-01T00:00:00+14:00"},
        {"as_of": "9999-12-31T23:59:59-14:00"},
        {"code": "a,,b"},
        {"code": "a\x00b"},
        {"group_by": "planet"},
    ],
)
def test_an_address_that_makes_no_sense_is_refused_on_the_page_too(july, client, finance, odd):
    client.force_login(finance)

    answer = client.get("/admin/explain/", {"from": JULY, "through": JULY, "group_by": "team", "code": "x", **odd})

    assert answer.status_code in (400, 404)


def test_effort_that_did_not_count_is_not_named(july, keeper):
    declared = {"team": "checkout", "month": JULY}
    send("efforts", {**declared, "epic": "faster-pay", "share": "0.5"})
    send("efforts", {**declared, "work_type": "debt", "item_days": "3", "external_id": "tool-1"})
    compile_months(JULY)
    rows = asked(keeper, f"/api/v1/reports/investment/?{SPAN}&team=checkout&epic=faster-pay")["results"]

    opened = asked(keeper, rows[0]["explain_url"])

    assert [says for kind, says, _ in told(opened) if kind == "efforts"] == ["50 % of 2026-07 on faster-pay"]


def test_the_country_of_the_organisation_is_the_one_that_was_believed(july, keeper):
    send_card("60.00", country="US", external_id="us")
    compile_months(JULY)

    send("organisation-settings", {**ROWS["organisation-settings"][0], "country": "DE"})

    assert told(labour_of_checkout(keeper)["ana"])[-1][1] == "60.00 USD an hour from 2026-01-01"
