"""Published answers beside the project, through the engines. The same numbers stand in tests/engine by themselves."""

from decimal import Decimal
from fractions import Fraction

import pytest

from finance.engine.accounts import Account as A
from finance.engine.book import compile_book
from finance.engine.costs import contractor_lines
from finance.engine.returns import Undefined, roi
from roi_project.kernel.money import round_half_away
from roi_project.kernel.shares import split
from tests.engine.build import Org, money
from tests.engine.scenarios import MONTH, agreed, credit, direct, gross, namespaces, shared
from tests.examples.cases import Case, Checks, beside, published

FAMILIES = ("alloc-", "attrib-", "focus-", "penny-", "rate-", "weights-")
LEFT_OUT = {
    "alloc-bhima-docs-clinic": "the step-down method is not offered: its result depends on an order",
    "alloc-zimmerman-step-telecoms-first": "the step-down method is not offered: its result depends on an order",
}
TIES_TO_THE_FIRST_LINE = ([3, 7], [0, 3, 7])
"""Five units by these weights tie at a half; here the larger weight wins, there the earlier line."""

check = Checks()


@check("alloc-afm-yz")
def two_departments(inputs: Case, expected: Case) -> None:
    y, z = Fraction(inputs["z_from_y"]), Fraction(inputs["y_from_z"])
    shares = {"Y": {"Z": y, "rest-of-y": 1 - y}, "Z": {"Y": z, "rest-of-z": 1 - z}}
    carried = {"rest-of-y": expected["Y"] * (1 - y), "rest-of-z": expected["Z"] * (1 - z)}

    assert {name: Fraction(amount) for name, amount in gross(inputs["costs"], shares).items()} == expected
    assert {name: Fraction(amount) for name, amount in shared(inputs["costs"], shares).items()} == carried


@check("alloc-zimmerman-direct")
def direct_method(inputs: Case, expected: Case) -> None:
    found = direct(inputs["costs"], inputs["usage"])

    assert sorted(found) == inputs["production"]
    for name, total in expected["totals"].items():
        assert abs(Fraction(found[name]) - total) <= 500  # published in thousands


def close(found: dict[str, str], totals: dict[str, float]) -> None:
    assert set(found) == set(totals)
    for name, total in totals.items():
        assert abs(Decimal(found[name]) - Decimal(str(total))) <= Decimal("0.006")


@check("alloc-opencost-3a-share-idle")
def idle_by_use(inputs: Case, expected: Case) -> None:
    close(namespaces(inputs["lines"], inputs["idle"], idle_by_use=True), expected["totals"])


@check("alloc-opencost-4b-share-namespace-weighted")
def shared_namespace(inputs: Case, expected: Case) -> None:
    name = inputs["options"]["share_namespace"]
    close(namespaces(inputs["lines"], inputs["idle"], shared_namespace=name), expected["totals"])


@check("alloc-opencost-4d-share-overhead")
def overhead(inputs: Case, expected: Case) -> None:
    amount = int(inputs["options"]["overhead_hourly"] * inputs["options"]["hours"])
    close(namespaces(inputs["lines"], inputs["idle"], overhead=amount), expected["totals"])


@check("penny-moneyphp-largest-remainder")
def pennies(inputs: Case, expected: Case) -> None:
    differ = []
    for vector, parts in zip(inputs["vectors"], expected["allocations"], strict=True):
        found = split(vector["amount"], [Fraction(weight) for weight in vector["weights"]])
        if found != parts:
            differ.append(vector["weights"])

    assert differ == list(TIES_TO_THE_FIRST_LINE)


@check("penny-reject")
def refused(inputs: Case, expected: Case) -> None:
    for vector, outcome in zip(inputs["vectors"], expected["outcome"], strict=True):
        assert outcome == "error"
        with pytest.raises(ValueError):
            split(vector["amount"], vector["weights"])


@check("rate-half-up")
def half_up(inputs: Case, expected: Case) -> None:
    found = [Decimal(round_half_away(Decimal(value) * 100)).scaleb(-2) for value in inputs["values"]]

    assert [str(value) for value in found] == expected["rounded"]


@check("rate-opm-2017")
def hourly_of_annual(inputs: Case, expected: Case) -> None:
    def hourly(annual: int) -> str:
        return str(Decimal(round_half_away(Fraction(annual * 100, inputs["hours_divisor"]))).scaleb(-2))

    rate = hourly(inputs["annual"])
    org = Org(MONTH).contractor(MONTH, "team", str(inputs["biweekly_hours"]), rate)
    org.contractor(MONTH, "team", "0", rate, overtime="1", multiplier=inputs["overtime_factor"])
    biweekly, overtime = contractor_lines(org.facts())[0]["amount"].tolist()

    assert (rate, hourly(inputs["gs10_annual"])) == (expected["hourly"], expected["gs10_hourly"])
    assert Decimal(biweekly).scaleb(-2) == Decimal(expected["biweekly"])
    assert Decimal(overtime).scaleb(-2) == Decimal(expected["overtime_1_5"])


@check("attrib-linear-roi")
def equal_credit(inputs: Case, expected: Case) -> None:
    found = credit(f"{inputs['value']}.00", dict.fromkeys(inputs["path"], 1))

    assert {name: Decimal(amount) for name, amount in found.items()} == expected["credit"]
    for name, cost in inputs["costs"].items():
        value = roi(int(Decimal(found[name])), cost)
        if name in expected["roi_pct"]:
            assert not isinstance(value, Undefined)
            assert abs(value * 100 - expected["roi_pct"][name]) <= Fraction(1, 2)
        else:
            assert isinstance(value, Undefined)


@check("weights-sum-100")
def exactly_one(inputs: Case, expected: Case) -> None:
    shares = {f"stage-{i}": str(Decimal(text) / 100) for i, text in enumerate(inputs["percentages"])}

    found = agreed("1000.00", shares)

    assert "unallocated" not in found
    assert sum(map(Decimal, found.values())) == Decimal(expected["sum"]) * 10


@check("focus-commitment-hour")
def one_measure(inputs: Case, expected: Case) -> None:
    """Billed or effective cost: each adds up by itself, and only one of them is entered."""
    for column, total in (("BilledCost", expected["billed"]), ("EffectiveCost", expected["effective"])):
        org = Org(MONTH)
        for row in inputs["rows"]:
            org.cost(row[column], on=f"{MONTH}-01", team="team")
        assert Decimal(money(compile_book(org.facts()).postings, account=A.DIRECT)) == Decimal(str(total))


# --- all of them ---


@beside
@pytest.mark.parametrize("name", check.names())
def test_a_published_answer(name):
    case = published()[name]

    check.by_name[name](case["inputs"], case["expected"])


@beside
def test_every_published_answer_of_these_families_is_checked_or_left_out_for_a_reason():
    names = {name for name in published() if name.startswith(FAMILIES)}

    assert names == set(check.names()) | set(LEFT_OUT)
    assert not set(check.names()) & set(LEFT_OUT)
