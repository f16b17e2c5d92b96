"""The demonstration company tells the story it was written for, and every figure follows from its rows."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import pytest
from django.db.models import Sum

from finance.demo.calendar import MONTHS, since
from finance.demo.changes import BY_EPIC, VALUED, Signed
from finance.demo.load import all_rows, load
from finance.engine.accounts import COST, VARIANCE, Account, BenefitClass, BenefitState
from finance.models import BenefitEntry, BenefitReview, Book, BookMonth, Decision, Finding, Posting
from finance.selectors.promises import PromisesQuery, promises_report
from outcomes.models import MetricMonth
from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.kernel.errors import Conflict
from roi_project.start.lacks import lacks
from teams.models import Assignment, Person
from tests.finance.demo.by_hand import benefits_by_epic, costs_by_month
from tests.finance.demo.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]

YEAR = since("2025-07")
FIRST_YEAR = MONTHS[:12]
STANDARD_COST = [account for account in COST if account < VARIANCE]
ATTRIBUTED = [Account.BENEFIT, Account.BENEFIT_SHARED_OUT, Account.BENEFIT_SHARED_IN]
CASH, CLAIMED, VALIDATED = BenefitClass.HARD_CASH, BenefitState.CLAIMED, BenefitState.VALIDATED


def test_the_demonstration_lacks_nothing_but_what_its_story_leaves_open():
    found = [lack.sentence for lack in lacks(now=NOW) if "worker" not in lack.sentence]

    assert found == ["1 team has neither a value stream nor a pool for its cost, which stays unassigned: enablement."]


def in_months(months):
    days = [f"{month}-01" for month in months]
    return Posting.objects.filter(book__in=Book.objects.filter(current_of__isnull=False, month__in=days))


def by_stream(postings) -> dict[str, int]:
    """Sums by stream, with an empty name for what belongs to none."""
    found = postings.values_list("stream__code").annotate(total=Sum("amount"))
    return {code or "": total for code, total in found.order_by("stream__code")}


def cost(months):
    return in_months(months).filter(account__in=STANDARD_COST)


def benefit(months, *, state, cash=True):
    found = in_months(months).filter(account__in=ATTRIBUTED, state=state)
    return found.filter(benefit_class=CASH) if cash else found.exclude(benefit_class=CASH)


def near(thousands: int):
    return pytest.approx(thousands * 100_000, rel=0.10)


def test_twelve_months_to_june_come_near_what_was_planned_for_each_stream():
    costs, cash = by_stream(cost(YEAR)), by_stream(benefit(YEAR, state=VALIDATED))
    other = by_stream(benefit(YEAR, state=VALIDATED, cash=False))
    waiting = by_stream(benefit(YEAR, state=CLAIMED))

    assert costs == {"buy": near(3000), "deliver": near(2700), "care": near(1300), "": near(600)}
    assert cash == {"buy": near(3450), "deliver": near(1080), "care": near(1818)}
    assert other == {"buy": near(315), "deliver": near(372), "care": near(312)}
    assert waiting == {"buy": near(410), "deliver": near(520), "care": near(220)}


def test_the_return_rises_from_deep_below_zero_to_almost_even():
    def roi(months):
        spent, cash = (sum(by_stream(found).values()) for found in (cost(months), benefit(months, state=VALIDATED)))
        return Fraction(cash - spent, spent)

    assert roi(FIRST_YEAR) == pytest.approx(-0.58, abs=0.02)
    assert roi(YEAR) == pytest.approx(-0.165, abs=0.02)


def test_cost_of_every_month_is_the_sum_of_its_rows_to_the_cent():
    by_hand = costs_by_month(all_rows(), MONTHS)
    booked = {month: sum(by_stream(cost([month])).values()) for month in MONTHS}

    assert booked == by_hand


def test_benefits_of_every_stream_are_those_of_its_observations_to_the_cent():
    by_hand: dict[tuple[str, Signed], int] = defaultdict(int)
    for epic, amount in benefits_by_epic(all_rows(), YEAR).items():
        by_hand[BY_EPIC[epic].stream, BY_EPIC[epic].signed] += amount
    brought = in_months(YEAR).filter(account__in=[*ATTRIBUTED, Account.EXTERNAL])

    for signed, state in ((Signed.VALIDATED, VALIDATED), (Signed.WAITING, CLAIMED)):
        booked = by_stream(brought.filter(state=state))
        assert booked["deliver"] == by_hand["deliver", signed]
        assert booked["care"] == by_hand["care", signed]
        # What others brought about belongs to no stream, and only Buy has any.
        assert booked["buy"] + booked[""] == by_hand["buy", signed]
    assert not in_months(YEAR).filter(account=Account.UNATTRIBUTED).exists()


def test_a_fifth_of_the_one_page_checkout_is_left_to_marketing():
    whole = benefits_by_epic(all_rows(), YEAR)
    external = in_months(YEAR).filter(account=Account.EXTERNAL, state=VALIDATED).aggregate(total=Sum("amount"))
    shares = Fraction(20, 100) * whole["one-page-checkout"] + Fraction(15, 100) * whole["search"]

    assert external["total"] == pytest.approx(float(shares), abs=len(YEAR))
    assert whole["one-page-checkout"] == pytest.approx(168_000_00 * 12, rel=0.01)


def test_every_book_holds_its_identities_to_the_cent():
    books = Book.objects.filter(current_of__isnull=False)

    assert books.count() == len(MONTHS)
    for book in books:
        kept = book.identities
        assert kept["source_standard"] == kept["whole_standard"] == kept["booked_standard"]
        assert kept["source_variance"] == kept["whole_variance"] == kept["booked_variance"] != 0
        assert kept["source_benefit"] == kept["whole_benefit"] == kept["booked_benefit"]
        assert kept["transfers"] == 0
        postings = Posting.objects.filter(book=book, account__in=STANDARD_COST)
        assert postings.aggregate(total=Sum("amount"))["total"] == kept["source_standard"]


def test_three_epics_kept_less_than_they_promised_and_say_so():
    last = dict(MetricMonth.objects.filter(month="2026-06-01").values_list("metric__code", "total"))
    count = dict(MetricMonth.objects.filter(month="2026-06-01").values_list("metric__code", "count"))
    promise, badges = BY_EPIC["delivery-promise"], BY_EPIC["loyalty-badges"]
    whole = benefits_by_epic(all_rows(), YEAR)

    assert float(last[promise.metric]) / count[promise.metric] == pytest.approx(89.1, abs=0.2)
    assert whole["delivery-promise"] == pytest.approx(22_000_00 * 12, rel=0.02)
    assert float(last[badges.metric]) / count[badges.metric] == pytest.approx(31.2, abs=0.1)
    assert badges.stopped
    assert not in_months(MONTHS).filter(epic__code="loyalty-badges", account__in=ATTRIBUTED).exists()
    for change in VALUED:
        if change.epic not in ("delivery-promise", "order-core-split"):
            better = 1 if change.higher_is_better else -1
            gained = better * (Fraction(change.seen) - Fraction(change.baseline))
            assert gained >= Fraction("0.95") * better * (Fraction(change.promised) - Fraction(change.baseline))


def test_one_epic_explains_what_deliver_costs():
    deliver = cost(YEAR).filter(stream__code="deliver")
    split = deliver.filter(epic__code="order-core-split").aggregate(total=Sum("amount"))["total"]
    whole = deliver.aggregate(total=Sum("amount"))["total"]

    assert Fraction(2, 5) < Fraction(split, whole) < Fraction(3, 5)
    largest = deliver.exclude(epic=None).values("epic__code").annotate(total=Sum("amount")).order_by("-total").first()
    assert largest["epic__code"] == "order-core-split"


def test_nobody_has_signed_a_benefit_of_their_own():
    reviews = BenefitReview.current.all()

    assert set(reviews.values_list("author", "reviewer", "relaxed")) == {("ada", "grace", False)}
    assert reviews.filter(decision=Decision.VALIDATED).count() == 10 * 12
    assert reviews.get(decision=Decision.REJECTED).benefit_key == BenefitEntry.current.get().key


def test_one_product_manager_is_stretched_and_one_designer_is_in_thirds():
    june = dt.date(2026, 6, 1)
    now = Assignment.current.filter(starts_on__lte=june, ends_on=None)
    mara = Person.objects.get(name="Mara Winter")
    mina = now.filter(person__name="Mina Farahani").order_by("share").values_list("share", flat=True)

    assert Person.objects.count() == 63
    assert now.filter(person=mara).count() == 4 > mara.role.max_teams
    assert [str(share) for share in mina] == ["0.333300", "0.333300", "0.333400"]
    over = Finding.objects.filter(code="over_allocated", person=mara)
    assert [f"{found.book.month:%Y-%m}" for found in over.order_by("book__month")] == ["2026-04", "2026-05", "2026-06"]


def test_effort_that_was_not_told_yet_is_carried_and_says_so():
    carried = Finding.objects.get(code="effort_carried")

    assert (carried.team.code, f"{carried.book.month:%Y-%m}") == ("pricing-lab", "2026-06")


def test_a_database_with_an_organisation_takes_no_demonstration():
    before = BookMonth.objects.count(), Person.objects.count()
    ada = Audience(actor="user:ada", groups=frozenset({Group.FINANCE}))

    with pytest.raises(Conflict, match="an organisation in this database already"):
        load(ada, ada)

    assert (BookMonth.objects.count(), Person.objects.count()) == before


def test_what_was_promised_stands_against_what_arrived():
    report = promises_report(SYSTEM, PromisesQuery())
    rows = {row.code: row.sums for row in report.rows}

    # (95.0 - 88.0) per hundred x 5,000 x 4.00, for the twelve months that are due
    assert rows["delivery-promise"].matured == 140_000_00 * 12
    assert rows["delivery-promise"].gap == pytest.approx(118_000_00 * 12, rel=0.02)
    assert (rows["loyalty-badges"].matured, rows["loyalty-badges"].arrived) == (45_000_00 * 9, 0)
    assert (rows["same-day-slots"].matured, rows["same-day-slots"].not_yet_due) == (0, 80_000_00 * 12)
    assert rows["one-page-checkout"].matured == 168_000_00 * 12
    assert report.rows[0].code == "delivery-promise", "the largest gap comes first"
    assert rows.keys() == BY_EPIC.keys()
