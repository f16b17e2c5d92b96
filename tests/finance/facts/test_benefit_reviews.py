"""A benefit is claimed until somebody other than its author has validated just this amount."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from finance.models import BenefitEntry, BenefitReview, Decision, Valuation
from finance.selectors import benefits as selector
from finance.services.benefits import Item, decide
from finance.services.four_eyes import person_behind
from outcomes.models import MetricMonth
from roi_project.access.audience import Audience, Group
from roi_project.db.models import Touch
from roi_project.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from roi_project.kernel.money import Money
from teams.selectors.organisation import DEFAULTS, Organisation

NOW = dt.datetime(2026, 7, 20, 9, tzinfo=dt.UTC)
JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
FINANCE = frozenset({Group.FINANCE})
ADA = Audience(actor="user:ada", user_id=1, groups=FINANCE)
ADA_BY_TOKEN = Audience(actor="token:k7 (ada)", user_id=1, groups=FINANCE, scopes=frozenset({"write"}))
GRACE = Audience(actor="user:grace", user_id=2, groups=FINANCE)
BOB = Audience(actor="user:bob", user_id=3, groups=frozenset({Group.LEADER}))
CAROL = Audience(actor="user:carol", user_id=4, groups=frozenset({Group.PLANNER}))
HUNDRED = Money(10_000, "EUR")
ALONE = Organisation(single_controller=True)


def entry(send, number: int = 1, amount: str = "100.00", audience: Audience = ADA, **more) -> BenefitEntry:
    row = {
        "external_id": f"b-{number}",
        "month": "2026-06",
        "amount": {"amount": amount, "currency": "EUR"},
        "benefit_class": "hard_cash",
        **more,
    }
    send("benefit-entries", row, audience=audience)
    return BenefitEntry.current.get(external_id=f"b-{number}")


def states(audience: Audience = GRACE) -> dict[str, str]:
    return dict(selector.listed(audience).values_list("external_id", "state"))


def validate(benefit: BenefitEntry, *, seen: Money = HUNDRED, by: Audience = GRACE, settings=DEFAULTS, **more):
    item = Item(Decision.VALIDATED, seen, benefit=benefit.key, **more)
    return decide(by, [item], settings=settings)


def test_a_second_person_validates_and_both_are_kept(send):
    claimed = entry(send)
    assert states() == {"b-1": "claimed"}
    Touch.objects.all().delete()

    (review,) = validate(claimed)

    assert states() == {"b-1": "validated"}
    assert (review.author, review.reviewer, review.recorded_by, review.relaxed) == ("ada", "grace", "user:grace", False)
    assert list(Touch.objects.values_list("kind", "first_month", "end_month")) == [("benefit-reviews", JUNE, JULY)]


@pytest.mark.parametrize("author", [ADA, ADA_BY_TOKEN])
@pytest.mark.parametrize("reviewer", [ADA, ADA_BY_TOKEN])
def test_nobody_validates_their_own_benefit_by_any_way_in(send, author, reviewer):
    claimed = entry(send, audience=author)

    with pytest.raises(Forbidden) as refusal:
        validate(claimed, by=reviewer)

    assert refusal.value.slug == "four-eyes"
    assert states() == {"b-1": "claimed"}


def test_the_author_is_whoever_wrote_what_stands_now(send):
    entry(send, audience=ADA)
    corrected = entry(send, amount="200.00", audience=GRACE)

    with pytest.raises(Forbidden):
        validate(corrected, seen=Money(20_000, "EUR"), by=GRACE)
    validate(corrected, seen=Money(20_000, "EUR"), by=ADA)

    assert states() == {"b-1": "validated"}


def test_one_person_may_keep_the_books_alone_and_it_shows(send):
    claimed = entry(send)

    (review,) = validate(claimed, by=ADA, settings=ALONE)

    assert review.relaxed
    assert states() == {"b-1": "validated"}
    assert selector.listed(GRACE).get().relaxed


def test_a_review_by_somebody_else_is_not_relaxed_by_the_setting(send):
    (review,) = validate(entry(send), by=GRACE, settings=ALONE)

    assert not review.relaxed


def test_what_changed_since_it_was_seen_is_not_validated(send):
    entry(send)
    corrected = entry(send, amount="100.01")

    with pytest.raises(Conflict) as refusal:
        validate(corrected)

    assert refusal.value.slug == "changed-since-submit"
    assert refusal.value.detail == "You saw 100.00 EUR, and it is 100.01 EUR now. Read it again, then decide."
    assert not BenefitReview.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "100.01"},
        {"month": "2026-07"},
        {"benefit_class": "capacity_freed"},
    ],
)
def test_a_benefit_that_says_something_else_is_claimed_again(send, change):
    validate(entry(send))

    entry(send, **change)
    assert states() == {"b-1": "claimed"}

    entry(send)
    assert states() == {"b-1": "validated"}


def test_a_note_does_not_undo_a_review(send):
    validate(entry(send))

    entry(send, note="see the ledger")

    assert states() == {"b-1": "validated"}


def test_a_second_decision_supersedes_the_first(send):
    claimed = entry(send)
    (first,) = validate(claimed)

    item = Item(Decision.REJECTED, HUNDRED, benefit=claimed.key, reason="counted twice")
    (second,) = decide(GRACE, [item], settings=DEFAULTS)

    assert states() == {"b-1": "rejected"}
    assert second.key == first.key
    assert BenefitReview.objects.get(pk=first.pk).superseded_at <= second.recorded_at
    assert BenefitReview.current.get() == second


def test_a_rejection_needs_a_reason(send):
    claimed = entry(send)

    with pytest.raises(Invalid, match="Say why"):
        decide(GRACE, [Item(Decision.REJECTED, HUNDRED, benefit=claimed.key)], settings=DEFAULTS)


def test_many_are_decided_together_or_not_at_all(send):
    benefits = [entry(send, number) for number in range(1, 4)]
    own = entry(send, 4, audience=GRACE)
    items = [Item(Decision.VALIDATED, HUNDRED, benefit=benefit.key) for benefit in [*benefits, own]]
    items[1] = Item(Decision.VALIDATED, Money(1, "EUR"), benefit=benefits[1].key)
    items.append(Item(Decision.VALIDATED, HUNDRED, benefit=uuid4()))
    items.append(items[0])

    with pytest.raises(Conflict) as refusal:
        decide(GRACE, items, settings=DEFAULTS)

    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/rows/1/amount", "changed-since-submit"),
        ("/rows/3", "four-eyes"),
        ("/rows/4", "not-found"),
        ("/rows/5", "invalid"),
    ]
    assert set(states().values()) == {"claimed"}

    decide(GRACE, [items[0], items[2]], settings=DEFAULTS)
    assert states() == {"b-1": "validated", "b-2": "claimed", "b-3": "validated", "b-4": "claimed"}


def test_a_thousand_are_decided_in_a_few_queries(send, django_assert_max_num_queries):
    row = {"month": "2026-06", "amount": {"amount": "100.00", "currency": "EUR"}, "benefit_class": "hard_cash"}
    send("benefit-entries", *({**row, "external_id": str(n)} for n in range(1_000)))
    items = [
        Item(Decision.VALIDATED, HUNDRED, benefit=key) for key in BenefitEntry.current.values_list("key", flat=True)
    ]

    with django_assert_max_num_queries(40):
        decide(GRACE, items, settings=DEFAULTS)

    assert set(states().values()) == {"validated"}


@pytest.mark.parametrize("audience", [BOB, CAROL])
def test_only_finance_decides(send, audience):
    claimed = entry(send)

    with pytest.raises(Forbidden):
        validate(claimed, by=audience)


def test_a_withdrawn_or_unknown_benefit_cannot_be_decided(send):
    claimed = entry(send)
    send("benefit-entries", {"external_id": "b-1", "withdrawn": True})

    with pytest.raises(NotFound):
        validate(claimed)


def test_leaders_and_auditors_see_benefits_and_planners_do_not(send):
    entry(send)

    assert states(BOB) == {"b-1": "claimed"}
    assert states(CAROL) == {}


# --- what a valuation makes of a month -------------------------------------------------------------


@pytest.fixture
def valued(send, faster, orders) -> Valuation:
    """130 orders seen where 100 were before, worth 80.00 each at a margin of 35 %: 30 x 2 x 28.00 = 1680.00."""
    MetricMonth.objects.create(
        metric=orders, month=JUNE, count=2, total=130, last_on=dt.date(2026, 6, 30), last_value=60
    )
    row = {
        "outcome": "faster",
        "volume": "2",
        "unit_value": {"amount": "80.00", "currency": "EUR"},
        "margin": "0.35",
        "starts_on": "2026-06-15",
    }
    send("valuations", row)
    return Valuation.current.get()


def valuation_item(valued: Valuation, *, seen: int = 168_000, month: dt.date = JUNE) -> Item:
    return Item(Decision.VALIDATED, Money(seen, "EUR"), valuation=valued.key, month=month)


def test_the_month_of_a_valuation_is_validated_by_what_it_is_worth_now(valued):
    (review,) = decide(GRACE, [valuation_item(valued)], settings=DEFAULTS)

    assert (review.valuation_key, review.month, review.amount_minor) == (valued.key, JUNE, 168_000)
    assert (review.author, review.benefit_class) == ("ada", "hard_cash")


def test_a_later_observation_changes_what_was_seen(valued):
    MetricMonth.objects.update(total=Decimal("130.5"))

    with pytest.raises(Conflict, match=r"it is 1708\.00 EUR now"):
        decide(GRACE, [valuation_item(valued)], settings=DEFAULTS)


def test_less_is_better_for_some_metrics(valued, orders):
    orders.higher_is_better = False
    orders.save()

    (review,) = decide(GRACE, [valuation_item(valued, seen=-168_000)], settings=DEFAULTS)

    assert (review.valuation_key, review.month, review.amount_minor) == (valued.key, JUNE, -168_000)


@pytest.mark.parametrize(
    "outside",
    [
        {"month": JULY},  # not observed
        {"month": dt.date(2026, 5, 1)},  # before the valuation
    ],
)
def test_a_month_without_a_benefit_cannot_be_validated(valued, outside):
    with pytest.raises(Conflict, match="it is no benefit now"):
        decide(GRACE, [valuation_item(valued, **outside)], settings=DEFAULTS)


def test_after_its_window_an_outcome_brings_nothing(valued, faster):
    faster.starts_on, faster.window_months = dt.date(2026, 1, 15), 5
    faster.save()

    with pytest.raises(Conflict):
        decide(GRACE, [valuation_item(valued)], settings=DEFAULTS)

    faster.window_months = 6
    faster.save()
    decide(GRACE, [valuation_item(valued)], settings=DEFAULTS)


def test_the_author_of_a_valuation_does_not_validate_its_months(valued):
    with pytest.raises(Forbidden):
        decide(ADA_BY_TOKEN, [valuation_item(valued)], settings=DEFAULTS)


@pytest.mark.parametrize("actor", ["user:ada", "token:k7 (ada)", "command:ada", "ada"])
def test_one_person_stands_behind_all_their_names(actor):
    assert person_behind(actor) == "ada"
