"""What a team's month was for: epics, streams and kinds of work, in whole weights whose proportion is exact."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from finance.engine.accounts import Account as A
from finance.engine.accounts import EffortSource, WorkType
from finance.engine.book import compile_book
from finance.engine.facts import NONE
from finance.engine.leaves import leaf_weights
from roi_project.kernel.shares import split
from tests.engine.build import Org, money

JUNE, JULY, AUGUST = "2026-06", "2026-07", "2026-08"


def leaves(org: Org, month: int = 0) -> dict[tuple[str, str, str], Fraction]:
    """Share of the month by (stream, epic, kind of work)."""
    facts = org.facts()
    table, _ = leaf_weights(facts)
    rows = [i for i in range(table["month"].size) if table["month"][i] == month]
    total = sum(int(table["weight"][i]) for i in rows)

    def name(kind: str, rank: int) -> str:
        return "" if rank == NONE else facts.codes[kind][rank]

    return {
        (
            name("streams", table["stream"][i]),
            name("epics", table["epic"][i]),
            WorkType(table["work_type"][i]).name.lower(),
        ): Fraction(int(table["weight"][i]), total)
        for i in rows
    }


def sources(org: Org, month: int = 0) -> set[str]:
    table, _ = leaf_weights(org.facts())
    return {EffortSource(s).name for s, m in zip(table["source"], table["month"], strict=True) if m == month}


def payments() -> Org:
    """A team that serves commerce for .7 and discovery for .2, with two epics for commerce and support."""
    org = Org(JULY, 2).serves("payments", "commerce", "0.7").serves("payments", "discovery", "0.2")
    return org.epic("faster-pay", commerce="1").epic("fewer-bugs", "defect", support="0.5", commerce="0.5")


def part(text: str) -> Fraction:
    return Fraction(text)


def test_without_effort_the_team_shares_its_streams_and_the_rest_is_unassigned():
    assert leaves(payments()) == {
        ("commerce", "", "unspecified"): part("0.7"),
        ("discovery", "", "unspecified"): part("0.2"),
        ("", "", "unspecified"): part("0.1"),
    }


def test_a_team_without_streams_has_one_unassigned_leaf():
    org = Org(JULY).assign("ada", "payments").person("ada")

    assert leaves(org) == {("", "", "unspecified"): 1}


def test_declared_effort_takes_its_epics_streams_a_kind_of_work_its_teams_and_the_rest_is_unspecified():
    org = payments().effort(JULY, "payments", epic="faster-pay", share="0.4")
    org.effort(JULY, "payments", epic="fewer-bugs", share="0.2").effort(JULY, "payments", work_type="run", share="0.1")

    assert leaves(org) == {
        ("commerce", "faster-pay", "feature"): part("0.4"),
        ("commerce", "fewer-bugs", "defect"): part("0.1"),
        ("support", "fewer-bugs", "defect"): part("0.1"),
        ("commerce", "", "run"): part("0.07"),
        ("discovery", "", "run"): part("0.02"),
        ("", "", "run"): part("0.01"),
        ("commerce", "", "unspecified"): part("0.21"),
        ("discovery", "", "unspecified"): part("0.06"),
        ("", "", "unspecified"): part("0.03"),
    }
    assert sources(org) == {"DECLARED", "NONE"}


def test_an_epic_without_streams_takes_its_teams():
    org = payments().epic("tidy-up", "debt").effort(JULY, "payments", epic="tidy-up", share="1")

    assert leaves(org) == {
        ("commerce", "tidy-up", "debt"): part("0.7"),
        ("discovery", "tidy-up", "debt"): part("0.2"),
        ("", "tidy-up", "debt"): part("0.1"),
    }


def test_item_days_are_proportions_and_cover_the_whole_month_exactly():
    """A third and two thirds, which no number of decimals can hold."""
    org = payments().effort(JULY, "payments", epic="faster-pay", item_days="2.5")
    org.effort(JULY, "payments", work_type="run", item_days="5")

    found = leaves(org)

    assert found["commerce", "faster-pay", "feature"] == Fraction(1, 3)
    assert sum(share for (_, _, kind), share in found.items() if kind == "run") == Fraction(2, 3)
    assert sources(org) == {"ITEM_DAYS"}


def test_item_days_in_awkward_amounts_keep_their_proportion_as_far_as_64_bits_reach():
    org = payments().effort(JULY, "payments", epic="faster-pay", item_days="9999999999.999999")
    org.effort(JULY, "payments", work_type="run", item_days="3333333333.333334")

    assert abs(leaves(org)["commerce", "faster-pay", "feature"] - part("0.75")) < Fraction(1, 10**9)


def test_declared_effort_goes_before_item_days():
    org = payments().effort(JULY, "payments", epic="faster-pay", share="0.5")
    org.effort(JULY, "payments", epic="fewer-bugs", item_days="100")

    assert {epic for _, epic, _ in leaves(org)} == {"faster-pay", ""}


def test_last_months_effort_is_carried_and_named_and_only_for_one_month():
    org = payments().effort(JUNE, "payments", epic="faster-pay", item_days="3")

    assert leaves(org) == {("commerce", "faster-pay", "feature"): 1}
    assert sources(org) == {"CARRIED"}
    assert sources(org, month=1) == {"NONE"}
    carried = [(f.month, f.team) for f in compile_book(org.facts()).findings if f.code == "effort_carried"]
    assert carried == [(0, 0)]


def test_effort_of_the_month_itself_is_never_replaced_by_what_could_be_carried():
    org = payments().effort(JULY, "payments", epic="faster-pay", share="0.5")
    org.effort(AUGUST, "payments", epic="fewer-bugs", share="0.5")

    assert {epic for _, epic, _ in leaves(org, month=1)} == {"fewer-bugs", ""}


def test_effort_above_one_keeps_its_proportion():
    org = payments().effort(JULY, "payments", epic="faster-pay", share="0.9")
    org.effort(JULY, "payments", work_type="run", share="0.6")

    assert leaves(org)["commerce", "faster-pay", "feature"] == Fraction(9, 15)


def test_shares_that_change_in_mid_month_count_by_their_days():
    """Commerce until the 16th, discovery for half from then: 15 and 8 of 31 days."""
    org = Org(JULY).serves("payments", "commerce", end="2026-07-16")
    org.serves("payments", "discovery", "0.5", start="2026-07-16")

    assert leaves(org) == {
        ("commerce", "", "unspecified"): Fraction(15, 31),
        ("discovery", "", "unspecified"): Fraction(8, 31),
        ("", "", "unspecified"): Fraction(8, 31),
    }


def test_an_epics_streams_may_change_in_mid_month_too():
    org = (
        Org(JULY)
        .serves("payments", "support")
        .epic("faster-pay")
        .effort(JULY, "payments", epic="faster-pay", share="1")
    )
    org.epic_serves("faster-pay", "commerce", "1", end="2026-07-16")
    org.epic_serves("faster-pay", "discovery", "1", start="2026-07-16")

    assert leaves(org) == {
        ("commerce", "faster-pay", "feature"): Fraction(15, 31),
        ("discovery", "faster-pay", "feature"): Fraction(16, 31),
    }


def test_stream_shares_that_exceed_one_together_keep_their_proportion():
    org = Org(JULY).serves("payments", "commerce", "0.9").serves("payments", "discovery", "0.9")

    assert leaves(org) == {
        ("commerce", "", "unspecified"): Fraction(1, 2),
        ("discovery", "", "unspecified"): Fraction(1, 2),
    }


def test_a_cost_is_split_once_over_its_leaves_with_unassigned_last():
    """45,678.91 at .45, .35 and the rest unassigned."""
    org = Org(JULY).serves("payments", "one", "0.45").serves("payments", "two", "0.35")
    org.cost("45678.91", on="2026-07-01", team="payments")
    facts = org.facts()

    posted = compile_book(facts).postings

    assert money(posted, facts=facts, stream="one", account=A.DIRECT) == "20555.51"
    assert money(posted, facts=facts, stream="two", account=A.DIRECT) == "15987.62"
    assert money(posted, facts=facts, stream=None, account=A.DIRECT) == "9135.78"


percent = st.integers(1, 50).map(lambda n: Fraction(n, 100))


@given(
    cents=st.integers(1, 10**13),
    one=percent,
    two=percent,
    first=st.integers(2, 31),
    declared=st.lists(percent, max_size=2),
)
def test_postings_are_one_exact_split_whatever_the_dates_and_shares(cents, one, two, first, declared):
    """The leaves' weights in plain fractions, in order of stream, epic and kind, unassigned last."""
    org = (
        Org(JULY).serves("payments", "one", str(one)).serves("payments", "two", str(two), start=f"2026-07-{first:02d}")
    )
    for kind, share in zip(("debt", "run"), declared, strict=False):
        org.effort(JULY, "payments", work_type=kind, share=str(share))
    org.cost(Fraction(cents, 100), on="2026-07-01", team="payments")
    streams = {"one": one, "two": two * Fraction(32 - first, 31)}
    streams["~"] = 1 - sum(streams.values())
    kinds = {WorkType[kind.upper()]: share for kind, share in zip(("debt", "run"), declared, strict=False)}
    kinds[WorkType.UNSPECIFIED] = 1 - sum(kinds.values())
    expected = {
        (stream, kind): a * b for stream, a in sorted(streams.items()) for kind, b in sorted(kinds.items()) if a * b > 0
    }

    posted = compile_book(org.facts()).postings

    found = {
        ("~" if stream == NONE else ("one", "two")[stream], kind): amount
        for stream, kind, amount in zip(
            posted["stream"].tolist(), posted["work_type"].tolist(), posted["amount"].tolist(), strict=True
        )
    }
    parts = dict(zip(expected, split(cents, list(expected.values())), strict=True))
    assert found == {leaf: amount for leaf, amount in parts.items() if amount}
