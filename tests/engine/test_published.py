"""Answers that stand in published sources, given by the same engines that compile books.

The sources are named at each test; only their figures are used.
"""

from decimal import Decimal
from fractions import Fraction

import holidays
import pytest

from finance.engine.costs import contractor_lines
from finance.engine.returns import Undefined, decimal_text, roi
from roi_project.kernel.errors import Reason
from roi_project.kernel.money import round_half_away
from roi_project.kernel.shares import ZeroWeights, split
from tests.engine.build import FULL_WEEK, Org
from tests.engine.scenarios import MONTH, agreed, credit, direct, gross, namespaces, person, shared, streams, used

# --- splitting (moneyphp/money, tests/MoneyTest.php, MIT) ---


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (5, [7, 3], [4, 1]),
        (5, [7, 3, 0], [4, 1, 0]),
        (5, [0, 7, 3], [0, 4, 1]),
        (5, [7, 0, 3], [4, 0, 1]),
        (5, [0, 0, 1], [0, 0, 5]),
        (0, [0, 0, 1], [0, 0, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (1, [1, 1], [1, 0]),
        (1, ["0.33", "0.66"], [0, 1]),
        (101, [3, 7], [30, 71]),
        (101, [7, 3], [71, 30]),
        (15, [1, 1], [8, 7]),
        (10, [1, 1], [5, 5]),
        (15, [1, 1, 1], [5, 5, 5]),
        (10, [1, 1, 1], [4, 3, 3]),
    ],
)
def test_amounts_are_split_as_a_well_known_library_does(amount, weights, parts):
    assert split(amount, [Fraction(weight) for weight in weights]) == parts


@pytest.mark.parametrize(("weights", "there", "here"), [([3, 7], [2, 3], [1, 4]), ([0, 3, 7], [0, 2, 3], [0, 1, 4])])
def test_a_tie_goes_to_the_larger_weight_here_and_to_the_first_line_there(weights, there, here):
    """1.5 and 3.5 of five: with the tie to the larger weight the order of lines matters less."""
    assert split(5, weights) == here
    assert sum(there) == sum(here)


@pytest.mark.parametrize("weights", [[-1], [0, 0], []])
def test_weights_that_cannot_carry_anything_are_refused(weights):
    with pytest.raises(ValueError):
        split(100, weights)
    assert issubclass(ZeroWeights, ValueError)


# --- rounding (US OPM, How to Compute Rates of Pay) ---


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("18.845", 1885), ("34.575", 3458), ("38.085", 3809), ("37.485", 3749), ("43.215", 4322), ("47.595", 4760)],
)
def test_halves_of_a_cent_are_rounded_up_in_decimal_and_not_in_binary(exact, rounded):
    assert round_half_away(Decimal(exact) * 100) == rounded


def test_an_hourly_rate_of_a_year_its_fortnight_and_its_overtime():
    """54,972 over 2,087 hours; 80 hours; one and a half times the rounded rate."""
    hourly = f"{round_half_away(Fraction(54_972_00, 2_087)) / 100:.2f}"
    org = Org(MONTH).contractor(MONTH, "team", "80", hourly)
    org.contractor(MONTH, "team", "0", hourly, overtime="1", multiplier="1.5")

    assert hourly == "26.34"
    assert contractor_lines(org.facts())[0]["amount"].tolist() == [210_720, 3_951]
    assert round_half_away(Fraction(60_538_00, 2_087)) == 2_901


def test_ten_percentages_that_add_up_to_exactly_one_leave_nothing_unallocated():
    """Binary floating point makes 100.00000000000001 of them (GitLab, stages.yml)."""
    percent = "12.7 7.7 20.8 14.1 3.5 23.8 7.7 4.7 4.3 0.7".split()  # noqa: SIM905
    shares = {f"stage-{i}": str(Decimal(value) / 100) for i, value in enumerate(percent)}

    found = agreed("1000.00", shares)

    assert found == {name: f"{Decimal(share) * 1000:.2f}" for name, share in shares.items()}
    assert "unallocated" not in found


# --- service departments ---


def test_two_service_departments_that_use_one_another():
    """Accounting For Management: gross Y 9,000 and Z 5,800; here what their users carry of them."""
    costs = {"y": 7260, "z": 4000}
    shares = {"y": {"z": "0.2", "buyer-of-y": "0.8"}, "z": {"y": "0.3", "buyer-of-z": "0.7"}}

    assert shared(costs, shares) == {"buyer-of-y": "7200.00", "buyer-of-z": "4060.00"}
    assert gross(costs, shares) == {"y": "9000.00", "z": "5800.00"}


DEPARTMENTS = {"hr": 80_000, "data": 120_000, "maintenance": 40_000}
USED_OF_THEM = {
    "hr": {"data": "0.2", "maintenance": "0.1", "machining": "0.4", "assembly": "0.3"},
    "data": {"hr": "0.08", "maintenance": "0.07", "machining": "0.3", "assembly": "0.55"},
    "maintenance": {"machining": "0.5", "assembly": "0.5"},
}


def test_three_departments_by_the_reciprocal_method():
    """University of Regina, Introduction to Operations: 107,276 and 132,723 of 240,000."""
    assert shared(DEPARTMENTS, USED_OF_THEM) == {"machining": "107276.42", "assembly": "132723.58"}


def test_gross_costs_of_departments_count_money_twice():
    """From the same page: 91,057, 138,211 and 58,781 (it is 58,780.49), together more than the 240,000 spent."""
    found = gross(DEPARTMENTS, USED_OF_THEM)

    assert found == {"hr": "91056.91", "data": "138211.38", "maintenance": "58780.49"}
    assert sum(map(Fraction, found.values())) == Fraction("288048.78")


def test_three_departments_by_the_direct_method():
    assert direct(DEPARTMENTS, USED_OF_THEM) == {"machining": "108067.23", "assembly": "131932.77"}


def test_service_departments_by_the_direct_method():
    """After Zimmerman: what the two use of one another is left out. Published in thousands: 4,643 and 3,357."""
    found = direct(
        {"telecoms": 2_000_000, "it": 6_000_000},
        {
            "telecoms": {"telecoms": "0.10", "it": "0.20", "cars": "0.40", "trucks": "0.30"},
            "it": {"telecoms": "0.25", "it": "0.15", "cars": "0.35", "trucks": "0.25"},
        },
    )

    assert found == {"cars": "4642857.14", "trucks": "3357142.86"}


def test_what_a_department_uses_of_itself_changes_nothing():
    assert shared({"p": 1_000}, {"p": {"p": "0.2", "a": "0.6", "b": "0.2"}}) == {"a": "750.00", "b": "250.00"}


@pytest.mark.parametrize(
    ("capacity", "usage", "carried"),
    [
        (1500, {"a": 600, "b": 450, "c": 200}, {"a": "36000.00", "b": "27000.00", "c": "12000.00", "idle": "15000.00"}),
        (1500, {"a": 800, "b": 600, "c": 200}, {"a": "45000.00", "b": "33750.00", "c": "11250.00"}),
        (0, {"a": 1}, {"a": "90000.00"}),
    ],
)
def test_use_is_charged_at_the_cost_of_capacity_and_the_rest_is_idle(capacity, usage, carried):
    assert used("90000.00", capacity, usage) == carried


def test_fixed_shares_leave_an_explicit_remainder():
    assert agreed("1000.00", {"t1": "0.5", "t2": "0.3"}) == {"t1": "500.00", "t2": "300.00", "unallocated": "200.00"}


def test_a_teams_cost_over_two_streams_and_what_is_unassigned():
    assert streams("45678.91", {"vs1": "0.45", "vs2": "0.35"}) == {
        "vs1": "20555.51",
        "vs2": "15987.62",
        "unassigned": "9135.78",
    }


# --- a cluster shared by namespaces (OpenCost, TestAllocationSet_AggregateBy, Apache-2.0) ---


def container(cluster: str, namespace: str, ram: int = 1) -> dict[str, object]:
    return {"cluster": cluster, "namespace": namespace, "CPU": 1, "RAM": ram, "GPU": 1, "PV": 1, "Net": 1, "LB": 1}


CONTAINERS = [
    container("cluster1", "namespace1", ram=11),
    *(container("cluster1", name) for name in ("namespace1", "namespace1", "namespace2", "namespace2", "namespace2")),
    *(container("cluster2", name) for name in ("namespace2",) * 3 + ("namespace3",) * 3),
]
IDLE = {"cluster1": {"CPU": 5, "RAM": 15}, "cluster2": {"CPU": 5, "RAM": 5}}


def test_idle_cost_that_follows_what_was_used_of_each_resource():
    """28 + 5 x 3/6 + 15 x 13/16 = 42.6875, published as 42.69."""
    assert namespaces(CONTAINERS, IDLE, idle_by_use=True) == {
        "namespace1": "42.688",
        "namespace2": "46.312",
        "namespace3": "23.000",
    }


def test_a_shared_namespace_is_carried_by_the_others():
    assert namespaces(CONTAINERS, IDLE, shared_namespace="namespace3") == {
        "namespace1": "35.875",
        "namespace2": "46.125",
        "idle": "30.000",
    }


def test_overhead_is_carried_by_all_in_proportion_to_their_own_cost():
    assert namespaces(CONTAINERS, IDLE, overhead=168) == {
        "namespace1": "85.366",
        "namespace2": "109.756",
        "namespace3": "54.878",
        "idle": "30.000",
    }


# --- people ---


def test_a_period_of_any_other_calendar_is_the_sum_of_its_days():
    """A retail year of 53 weeks, 29 January 2023 to 3 February 2024, and its last period of five weeks.

    120,000 a year and the holidays of the United States: 122,000.00 and 11,000.00, where a year's 53/52 and 5/52
    would say 122,307.69 and 11,538.46.
    """
    free = [str(day) for day in holidays.US(years=[2023, 2024])]

    def cost(start: str, end: str) -> int:
        org = Org("2023-01", 14, free=free).person("ada", pay="10000.00", hired=start, left=end)
        return sum(person(org).values())

    assert cost("2023-12-31", "2024-02-04") == 1_100_000
    assert cost("2023-01-29", "2024-02-04") == 12_200_000


@pytest.mark.parametrize(("place", "workdays"), [("US", 22), ("GB-ENG", 23)])
def test_working_days_follow_the_holidays_of_the_place(place, workdays):
    org = Org(MONTH).holidays("US", "2026-07-03", "2026-07-04").holidays("GB-ENG")
    org.person("ada", place=place, pay="1.00")

    assert person(org, "minutes") == {"bench": workdays * 480}


def test_five_thousand_hours_of_a_year_of_two_thousand_are_two_and_a_half_people():
    """A year whose full-time month has 2,000 hours in all: its hours over full-time hours."""
    facts = Org(MONTH).contractor(MONTH, "team", "460", "1.00").facts()

    assert facts.settings.full_time_month_minutes == (184 * 60,)
    assert contractor_lines(facts)[0]["fte_nano"].tolist() == [2_500_000_000]


def test_somebody_asked_for_more_than_all_of_is_never_charged_for_more():
    """Ten of 22 days of 14,241.50 are 6,473.41; shares of 1.1 charged as they are would be 7,120.75."""
    org = Org(MONTH, free=["2026-07-03"]).person("ada", pay="14241.50", left="2026-07-16", week=FULL_WEEK)
    org.assign("ada", "a", "0.5").assign("ada", "b", "0.3").assign("ada", "c", "0.3")

    found = person(org)

    assert sum(found.values()) == 647_341
    assert found == {"a": 294_246, "b": 176_548, "c": 176_547}


# --- credit ---


def test_credit_in_equal_parts_and_the_return_of_each():
    """A path of five channels worth 200 (novacalculator.com): 40 each; a return of 700 %, 167 % and 1,900 %."""
    cost = {"display": 5, "organic": 0, "search": 15, "email": 2, "direct": 0}

    found = credit("200.00", dict.fromkeys(cost, 1))

    assert found == dict.fromkeys(cost, "40.00")
    returns = {name: roi(40, amount) for name, amount in cost.items()}
    assert {name: decimal_text(value, 2) for name, value in returns.items() if not isinstance(value, Undefined)} == {
        "display": "7.00",
        "search": "1.67",
        "email": "19.00",
    }
    assert returns["organic"] == returns["direct"] == Undefined(Reason.ZERO_COST)


def test_credit_by_hours_by_equal_parts_and_by_cost_after_an_external_share():
    assert credit("120000.00", {"checkout": 600, "platform": 300, "data": 100}) == {
        "checkout": "72000.00", "platform": "36000.00", "data": "12000.00",
    }  # fmt: skip
    assert credit("100000.00", {"a": 1, "b": 1, "c": 1}) == {"a": "33333.34", "b": "33333.33", "c": "33333.33"}
    assert credit("120000.00", {"a": 57_000, "b": 24_000, "c": 9_000}, external="0.20") == {
        "a": "60800.00", "b": "25600.00", "c": "9600.00", "external": "24000.00",
    }  # fmt: skip


def test_credit_by_cost_gives_everybody_the_same_return():
    """Why it is never used to compare teams."""
    cost = {"a": 57_000, "b": 24_000, "c": 9_000}

    found = credit("120000.00", cost, external="0.20")

    assert {roi(int(Fraction(found[team])), amount) for team, amount in cost.items()} == {Fraction(1, 15)}
