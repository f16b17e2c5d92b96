"""Benefits that wait for a second person: all of them, once, and decided on by somebody else."""

import pytest

from finance.models import BenefitReview
from finance.selectors.waiting import waiting
from finance.services import books as months
from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.kernel.period import parse_month
from tests.finance.sending import NOW, compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

BY_ADA = Audience("user:ada", groups=frozenset({Group.FINANCE}))
VALUED = {
    "external_id": "v1", "outcome": "conversion", "volume": "1000", "unit_value": dollars("2.00"), "margin": "0.5",
    "starts_on": "2026-07-01",
}  # fmt: skip


@pytest.fixture
def july():
    """The golden July: its one benefit entry waits, and a valuation that the metric makes worth something."""
    send_golden()
    send_card()
    send("observations", {"metric": "conversion-rate", "observed_on": "2026-07-10", "value": "5", "external_id": "o"})
    send("valuations", VALUED, audience=BY_ADA)
    compile_months(JULY)


def page(client, user):
    client.force_login(user)
    return client.get("/admin/waiting/")


def said(answer):
    return str(next(iter(answer.context["messages"])))


def test_entries_and_valued_months_wait_together(july):
    found = waiting(SYSTEM)

    told = {(one.month.isoformat(), one.outcome, str(one.amount)): one for one in found}
    # (5 - 2.4) x 1,000 x 2.00 x 0.5
    assert told.keys() == {("2026-07-01", "conversion", "61234.57"), ("2026-07-01", "conversion", "2600.00")}
    entry, valued = told["2026-07-01", "conversion", "61234.57"], told["2026-07-01", "conversion", "2600.00"]
    assert (entry.benefit is None, entry.valuation) == (False, None)
    assert (valued.benefit, valued.valuation is None) == (None, False)
    assert valued.evidence == "measured by conversion-rate"


def test_the_total_says_how_much_of_it_the_overview_does_not_count(july, client, leader):
    shown = page(client, leader)

    # 61,234.57 + 2,600.00, and a fifth of each.
    assert shown.context["sums"] == ["63,834.57\u00a0USD"]
    assert shown.context["external"] == ["USD\u00a013\u00a0k"]
    assert "about USD\u00a013\u00a0k is the external share" in shown.content.decode()
    assert client.get("/admin/").context["numbers"][2]["exact"] == "51,067.66\u00a0USD"


def test_what_a_benefit_was_measured_by_opens(july, client, second_finance):
    (measured,) = [row["measured"] for row in page(client, second_finance).context["rows"] if row["measured"]]

    listed = client.get(measured)

    assert f'<a href="{measured}">measured by conversion-rate</a>' in page(client, second_finance).content.decode()
    assert [one.metric.code for one in listed.context["cl"].result_list] == ["conversion-rate"] * len(
        listed.context["cl"].result_list
    )
    assert len(listed.context["cl"].result_list) > 0


def test_benefits_of_one_epic_are_told_apart_by_their_own_numbers(july, client, second_finance):
    for number in ("slide-8", "slide-7"):
        send("benefit-entries", {**ROWS["benefit-entries"][0], "external_id": number})

    shown = page(client, second_finance)

    rows = [row["number"] for row in shown.context["rows"] if row["amount"] == "61,234.57\u00a0USD"]
    assert sorted(rows) == sorted([ROWS["benefit-entries"][0]["external_id"], "slide-7", "slide-8"])
    assert '<th scope="col">Number</th>' in shown.content.decode()
    assert "<td>slide-7</td>" in shown.content.decode()


def test_what_somebody_else_wrote_is_approved_many_at_once(july, client, second_finance):
    rows = page(client, second_finance).context["rows"]
    ticked = [row["value"] for row in rows]

    answer = client.post("/admin/waiting/", {"benefit": ticked, "decision": "approve"}, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "2 benefits validated; they count as returned when their months are compiled again."
    ]
    compile_months(JULY)
    assert page(client, second_finance).context["rows"] == []
    assert set(BenefitReview.current.values_list("decision", "reviewer")) == {("validated", "grace")}


def test_a_decision_about_a_closed_month_is_said_to_change_no_report(july, client, audience, finance, second_finance):
    month = parse_month(JULY)
    months.request_close(audience(finance), month, now=NOW)
    months.approve_close(audience(second_finance), month, now=NOW)
    rows = page(client, second_finance).context["rows"]

    assert {row["closed"] for row in rows} == {True}
    values = [row["value"] for row in rows]
    answer = client.post("/admin/waiting/", {"benefit": values, "decision": "approve"}, follow=True)

    assert said(answer) == (
        "2 benefits validated. Their months are closed, and a closed book never changes: this is kept, and no report "
        "shows it yet."
    )


def test_one_benefit_is_told_as_one(july, client, second_finance):
    ticked = page(client, second_finance).context["rows"][0]["value"]

    answer = client.post("/admin/waiting/", {"benefit": ticked, "decision": "approve"}, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "1 benefit validated; it counts as returned when its month is compiled again."
    ]


def test_nobody_is_offered_what_they_wrote_and_nobody_can_smuggle_it_in(july, client, finance):
    rows = page(client, finance).context["rows"]
    own = [row for row in rows if row["own"]]

    assert [row["evidence"] for row in own] == ["measured by conversion-rate"]
    answer = client.post("/admin/waiting/", {"benefit": own[0]["value"], "decision": "approve"}, follow=True)

    assert "You (ada) wrote this benefit" in said(answer)
    assert not BenefitReview.objects.exists()


def test_a_rejection_says_why_and_leaves_the_queue(july, client, second_finance):
    (value, *_) = [row["value"] for row in page(client, second_finance).context["rows"]]

    refused = client.post("/admin/waiting/", {"benefit": value, "decision": "reject"}, follow=True)
    assert "Say why this benefit is rejected." in said(refused)
    assert not BenefitReview.objects.exists()

    client.post("/admin/waiting/", {"benefit": value, "decision": "reject", "reason": "counted twice"})
    assert BenefitReview.current.get().reason == "counted twice"
    assert value not in [row["value"] for row in page(client, second_finance).context["rows"]]


def test_an_amount_that_has_changed_since_it_was_seen_is_not_decided_on(july, client, second_finance):
    values = [row["value"] for row in page(client, second_finance).context["rows"]]
    (value,) = [value for value in values if value.startswith("benefit ")]
    send("benefit-entries", {**ROWS["benefit-entries"][0], "amount": dollars("1.00")})

    answer = client.post("/admin/waiting/", {"benefit": value, "decision": "approve"}, follow=True)

    assert "You saw 61234.57 USD, and it is 1.00 USD now." in said(answer)
    assert not BenefitReview.objects.exists()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"decision": "approve"}, "Tick the benefits that this is about."),
        ({"benefit": "benefit x 2026-07 1 USD"}, "Press Approve or Reject."),
        ({"benefit": "benefit x 2026-07 1 USD", "decision": "approve"}, "This is no benefit of the queue"),
        ({"benefit": "nonsense", "decision": "reject", "reason": "x"}, "This is no benefit of the queue"),
    ],
)
def test_a_form_that_makes_no_sense_is_told_and_stores_nothing(july, client, second_finance, form, told):
    client.force_login(second_finance)

    answer = client.post("/admin/waiting/", form, follow=True)

    assert told in said(answer)
    assert not BenefitReview.objects.exists()


def test_leaders_look_and_do_not_decide(july, client, leader):
    shown = page(client, leader)
    value = shown.context["rows"][0]["value"]

    assert shown.context["may_decide"] is False
    assert "waiting-decision" not in shown.content.decode()
    answer = client.post("/admin/waiting/", {"benefit": value, "decision": "approve"}, follow=True)
    assert "Only finance reviews benefits." in said(answer)


def test_an_empty_queue_says_what_fills_it(client, finance):
    assert "No benefit waits for a second person." in page(client, finance).content.decode()
