"""A few lines of plain Python to the columns an engine reads: names in, ranks out."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from finance.engine.accounts import (
    Account,
    BenefitClass,
    BenefitState,
    Driver,
    RateUnit,
    Target,
    WorkType,
)
from finance.engine.benefits import Aggregate, AttributionModel
from finance.engine.facts import NONE, Facts, Settings, Table
from finance.engine.fx import FX_ONE
from roi_project.kernel.money import exponent, format_minor, parse_minor
from roi_project.kernel.period import OPEN_DAY, day_number, month_index, month_starts
from teams.engine.calendar import Schedules, schedules

FULL_WEEK = (480, 480, 480, 480, 480, 0, 0)
LONG_AGO = -(2**40)
ENTITY = {
    "person": "people",
    "team": "teams",
    "stream": "streams",
    "epic": "epics",
    "pool": "pools",
    "origin_pool": "pools",
    "role": "roles",
    "category": "categories",
    "metric": "metrics",
    "volume_metric": "metrics",
    "outcome": "outcomes",
}
MASTERS = ("epics", "pools", "metrics", "outcomes")
"""Tables with one row for each name, in order of the names."""

EVERY_COST = frozenset(a for a in Account if a % 100 < 20)
STANDARD = frozenset(a for a in EVERY_COST if a < 100)
OWN = frozenset({Account.LABOUR, Account.RATE_VARIANCE, Account.CONTRACTOR, Account.DIRECT})
"""What a team costs by itself, at actual rates."""
SHARED = frozenset({Account.SHARED_IN, Account.SHARED_OUT, Account.VARIANCE_SHARED_IN, Account.VARIANCE_SHARED_OUT})
LOADED = OWN | SHARED
LOADED_BENEFIT = frozenset({Account.BENEFIT, Account.BENEFIT_SHARED_IN, Account.BENEFIT_SHARED_OUT})


def micro(value: str | int | Fraction) -> int:
    """Millionths of a plain number."""
    return int(Fraction(value) * 10**6)


def day(text: str | None, otherwise: int = OPEN_DAY) -> int:
    return otherwise if text is None else day_number(dt.date.fromisoformat(text))


class Org:
    """Collects rows by name and builds Facts. Names are codes: ranks follow their alphabetical order."""

    def __init__(
        self,
        first: str,
        months: int = 1,
        *,
        currency: str = "USD",
        free: Iterable[str] = (),
        fiscal_year_starts_in: int = 1,
        full_time_week: int = 2400,
    ) -> None:
        self.first = month_index(dt.date.fromisoformat(first + "-01"))
        self.months, self.currency = months, currency
        self.fiscal_start, self.full_time_week = fiscal_year_starts_in, full_time_week
        self.free = {"": set(free)}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.names: dict[str, set[str]] = {kind: set() for kind in ENTITY.values()}
        self.fx: dict[tuple[str, int], Fraction] = {}
        self.currencies = [currency]
        self.plans: list[tuple[str, tuple[int, ...]]] = [("", FULL_WEEK)]

    # --- people ---

    def person(
        self,
        name: str,
        *,
        hired: str = "2000-01-01",
        left: str | None = None,
        week: tuple[int, ...] = FULL_WEEK,
        place: str = "",
        role: str = "engineer",
        pay: str | None = None,
        unit: str = "month",
        currency: str | None = None,
    ) -> "Org":
        self._add("people", person=name, employed_from=day(hired), employed_until=day(left))
        self.terms(name, "1990-01-01", week=week, place=place, role=role)
        return self if pay is None else self.pay(name, pay, unit=unit, currency=currency)

    def terms(
        self,
        name: str,
        start: str,
        *,
        week: tuple[int, ...] = FULL_WEEK,
        place: str = "",
        role: str = "engineer",
    ) -> "Org":
        if (place, week) not in self.plans:
            self.plans.append((place, week))
        return self._add(
            "terms", person=name, start=day(start), schedule=self.plans.index((place, week)), rate_key=None, role=role
        )

    def pay(
        self,
        name: str,
        amount: str,
        *,
        unit: str = "month",
        currency: str | None = None,
        start: str = "2000-01-01",
        end: str | None = None,
    ) -> "Org":
        return self._add("person_rates", person=name, **self._rate(amount, unit, currency, start, end))

    def card(
        self,
        role: str,
        amount: str,
        *,
        unit: str = "month",
        currency: str | None = None,
        start: str = "2000-01-01",
        end: str | None = None,
    ) -> "Org":
        number = len(self.rows.get("card_timeline", ()))
        return self._add("card_timeline", role=role, id=number, **self._rate(amount, unit, currency, start, end))

    def _rate(self, amount: str, unit: str, currency: str | None, start: str, end: str | None) -> dict[str, Any]:
        money = self._money(amount, currency)
        return {"start": day(start), "end": day(end), "unit": RateUnit[unit.upper()], **money}

    def assign(
        self, name: str, team: str, share: str | Fraction = "1", start: str = "2000-01-01", end: str | None = None
    ) -> "Org":
        return self._add("assignments", person=name, team=team, share=micro(share), start=day(start), end=day(end))

    def unpaid(self, name: str, start: str, end: str | None = None) -> "Org":
        return self._add("unpaid", person=name, start=day(start), end=day(end))

    def holidays(self, place: str, *days: str) -> "Org":
        self.free[place] = set(days)
        return self

    # --- what was bought ---

    def contractor(
        self,
        month: str,
        team: str,
        hours: str,
        rate: str,
        *,
        currency: str | None = None,
        role: str = "engineer",
        overtime: str = "0",
        multiplier: str = "1",
    ) -> "Org":
        ten_thousandths = {
            name: int(Fraction(value) * 10_000)
            for name, value in (("hours", hours), ("overtime", overtime), ("multiplier", multiplier))
        }
        money = self._money(rate, currency)
        money["rate"] = money.pop("amount")
        return self._add("contractors", month=self.month(month), team=team, role=role, **ten_thousandths, **money)

    def cost(
        self,
        amount: str | Fraction,
        *,
        on: str | None = None,
        team: str | None = None,
        pool: str | None = None,
        stream: str | None = None,
        category: str = "cloud",
        currency: str | None = None,
        service: tuple[str, str] | None = None,
    ) -> "Org":
        code = self._currency(currency)
        exact = Fraction(amount) * 10 ** exponent(code)
        whole = exact.numerator // exact.denominator
        assert on is not None or service is not None
        return self._add(
            "costs",
            month=NONE if service or on is None else self.month(on[:7]),
            service_start=day(service[0]) if service else NONE,
            service_end=day(service[1]) if service else NONE,
            team=team, pool=pool, stream=stream, category=category,
            amount=whole, fraction=int((exact - whole) * 10**12), currency=code,
        )  # fmt: skip

    def rate(self, currency: str, month: str, rate: str) -> "Org":
        self.fx[self._currency(currency), self.month(month)] = Fraction(rate)
        return self

    # --- pools ---

    def pool(self, name: str, *, team: str | None = None) -> "Org":
        self.names["pools"].add(name)
        return self._add("pools", name=name, team=team)

    def rule(
        self,
        pool: str,
        driver: str,
        *,
        fallback: str | None = None,
        capacity: str | int | None = None,
        start: str = "2000-01-01",
        end: str | None = None,
    ) -> "Org":
        return self._add(
            "rules",
            pool=pool,
            start=day(start),
            end=day(end),
            driver=Driver[driver.upper()],
            fallback=Driver[fallback.upper()] if fallback else 0,
            capacity=NONE if capacity is None else micro(capacity),
        )

    def usage(self, pool: str, month: str, **targets: str | int) -> "Org":
        for name, quantity in targets.items():
            self._add("driver_rows", pool=pool, month=self.month(month), quantity=micro(quantity), **self._target(name))
        return self

    def fixed(self, pool: str, **targets: str) -> "Org":
        for name, share in targets.items():
            self._add("fixed_shares", pool=pool, start=LONG_AGO, end=OPEN_DAY, share=micro(share), **self._target(name))
        return self

    def _target(self, name: str) -> dict[str, Any]:
        if name in ("idle", "untagged", "unallocated"):
            return {"target_kind": Target[name.upper()], "target": None}
        kind = "pools" if name in self.names["pools"] else "teams"
        self.names[kind].add(name)
        return {"target_kind": Target.POOL if kind == "pools" else Target.TEAM, "target": (kind, name)}

    # --- work and what it changed ---

    def serves(
        self, team: str, stream: str, share: str = "1", start: str = "2000-01-01", end: str | None = None
    ) -> "Org":
        return self._add("team_streams", team=team, stream=stream, share=micro(share), start=day(start), end=day(end))

    def epic(self, name: str, work_type: str = "feature", **streams: str) -> "Org":
        self.names["epics"].add(name)
        self._add("epics", name=name, work_type=WorkType[work_type.upper()])
        for stream, share in streams.items():
            self.epic_serves(name, stream, share)
        return self

    def epic_serves(
        self, epic: str, stream: str, share: str, start: str = "2000-01-01", end: str | None = None
    ) -> "Org":
        return self._add("epic_streams", epic=epic, stream=stream, share=micro(share), start=day(start), end=day(end))

    def link(self, epic: str, team: str, start: str = "2000-01-01", end: str | None = None) -> "Org":
        return self._add("epic_teams", epic=epic, team=team, start=day(start), end=day(end))

    def effort(
        self,
        month: str,
        team: str,
        *,
        epic: str | None = None,
        work_type: str = "unspecified",
        share: str | None = None,
        item_days: str | None = None,
    ) -> "Org":
        kinds = {row["name"]: row["work_type"] for row in self.rows.get("epics", [])}
        return self._add(
            "effort", month=self.month(month), team=team, epic=epic,
            work_type=kinds[epic] if epic else WorkType[work_type.upper()],
            share=NONE if share is None else micro(share),
            item_days=NONE if item_days is None else micro(item_days),
        )  # fmt: skip

    def worked(self, month: str, epic: str, team: str, weight: str | int, *, item_days: bool = False) -> "Org":
        """Effort on an epic as attribution reads it."""
        return self._add(
            "attribution_effort",
            epic=epic,
            team=team,
            month=self.month(month),
            share=NONE if item_days else micro(weight),
            item_days=micro(weight) if item_days else NONE,
        )

    def outcome(
        self,
        name: str,
        *,
        epic: str | None = None,
        metric: str | None = None,
        baseline: str = "0",
        direction: int = 1,
        external: str | None = None,
        model: str = "fixed",
        starts_in: str | None = None,
        window: int = 2**40,
    ) -> "Org":
        self.names["outcomes"].add(name)
        return self._add(
            "outcomes",
            name=name,
            epic=epic,
            metric=metric,
            baseline=micro(baseline),
            direction=direction,
            external=NONE if external is None else micro(external),
            model=getattr(AttributionModel, model.upper()),
            start=LONG_AGO if starts_in is None else self.month(starts_in),
            window=window,
        )

    def metric(self, name: str, aggregate: str = "last") -> "Org":
        self.names["metrics"].add(name)
        return self._add("metrics", name=name, aggregate=getattr(Aggregate, aggregate.upper()))

    def observed(self, metric: str, month: str, *values: str) -> "Org":
        exact = [micro(value) for value in values]
        return self._add(
            "metric_months",
            metric=metric,
            month=self.month(month),
            count=len(exact),
            total=sum(exact),
            last=exact[-1],
        )

    def credit(
        self, outcome: str, share: str, *, team: str | None = None, epic: str | None = None, stream: str | None = None
    ) -> "Org":
        return self._add("attributions", outcome=outcome, epic=epic, team=team, stream=stream, share=micro(share))

    def benefit(
        self,
        month: str,
        amount: str,
        *,
        outcome: str | None = None,
        epic: str | None = None,
        klass: str = "hard_cash",
        state: str = "validated",
        external: str | None = None,
        currency: str | None = None,
    ) -> "Org":
        return self._add(
            "benefits",
            month=self.month(month),
            klass=BenefitClass[klass.upper()],
            state=BenefitState[state.upper()],
            outcome=outcome,
            epic=epic,
            external=NONE if external is None else micro(external),
            **self._money(amount, currency),
        )

    def value(
        self,
        outcome: str,
        unit_value: str,
        *,
        volume: str | None = None,
        volume_metric: str | None = None,
        margin: str = "1",
        currency: str | None = None,
        klass: str = "hard_cash",
        start: str = "2000-01-01",
        end: str | None = None,
    ) -> "Org":
        money = self._money(unit_value, currency)
        money["unit_value"] = money.pop("amount")
        return self._add(
            "valuations",
            outcome=outcome,
            start=day(start),
            end=day(end),
            volume=NONE if volume is None else micro(volume),
            volume_metric=volume_metric,
            margin=micro(margin),
            klass=BenefitClass[klass.upper()],
            **money,
        )

    def review(
        self, row: int, month: str, amount: str, *, state: str = "validated", currency: str | None = None
    ) -> "Org":
        """Somebody looked at the amount that valuation number `row` came to in a month."""
        return self._add(
            "valuation_reviews",
            row=row,
            month=self.month(month),
            state=BenefitState[state.upper()],
            **self._money(amount, currency),
        )

    # --- the same as columns ---

    def month(self, text: str) -> int:
        return month_index(dt.date.fromisoformat(text + "-01")) - self.first

    def _currency(self, code: str | None) -> str:
        code = code or self.currency
        if code not in self.currencies:
            self.currencies.append(code)
        return code

    def _money(self, amount: str, currency: str | None) -> dict[str, Any]:
        code = self._currency(currency)
        return {"amount": parse_minor(amount, code), "currency": code}

    def _add(self, table: str, **row: Any) -> "Org":
        for column, value in row.items():
            if column in ENTITY and value is not None:
                self.names[ENTITY[column]].add(value)
        self.rows.setdefault(table, []).append(row)
        return self

    def facts(self) -> Facts:
        starts = month_starts(self.first, self.months).astype(np.int64)
        codes = {kind: tuple(sorted(names)) for kind, names in self.names.items()}
        plan = self._schedules(int(starts[0]), int(starts[-1] - starts[0]))
        fx = np.full((len(self.currencies), self.months), -1, dtype=np.int64)
        fx[0, :] = FX_ONE
        for (code, month), value in self.fx.items():
            fx[self.currencies.index(code), month] = int(value * FX_ONE)
        return Facts(
            first_month=self.first,
            month_starts=starts,
            settings=Settings(
                currency=self.currency,
                full_time_week_minutes=self.full_time_week,
                full_time_month_minutes=tuple(
                    int(plan.minutes_between(np.array(0), start, end)) for start, end in pairwise(starts)
                ),
            ),
            fiscal_index=np.array([(self.first + m - self.fiscal_start + 1) % 12 + 1 for m in range(self.months)]),
            currencies=tuple(self.currencies),
            fx_rate=fx,
            schedules=plan,
            codes=codes,
            tables=self._tables(codes),
        )

    def _schedules(self, first_day: int, days: int) -> Schedules:
        free = np.zeros((len(self.plans), days), dtype=bool)
        for row, (place, _) in enumerate(self.plans):
            for text in self.free[place]:
                if 0 <= (number := day(text) - first_day) < days:
                    free[row, number] = True
        patterns = np.array([week for _, week in self.plans], dtype=np.int64)
        return schedules(first_day=first_day, days=days, patterns=patterns, free=free)

    def _tables(self, codes: dict[str, tuple[str, ...]]) -> dict[str, Table]:
        rank = {kind: {name: i for i, name in enumerate(names)} for kind, names in codes.items()}

        def number(column: str, value: Any) -> int:
            if value is None:
                return NONE
            if column in ENTITY:
                return rank[ENTITY[column]][value]
            if column == "currency":
                return self.currencies.index(value)
            if column == "target":
                return rank[value[0]][value[1]]
            return int(value)

        def ordered(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            if name in MASTERS:
                by_name = {row["name"]: row for row in rows}
                return [by_name[code] for code in codes[name]]
            if name in ("people", "terms"):
                return sorted(rows, key=lambda row: (row["person"], row.get("start", 0)))
            if name == "card_timeline":
                return sorted(rows, key=lambda row: (row["role"], row["start"]))
            return rows

        tables: dict[str, Table] = {}
        for name, rows in self.rows.items():
            columns = [column for column in rows[0] if column != "name"]
            tables[name] = {
                column: np.array([number(column, row[column]) for row in ordered(name, rows)], dtype=np.int64)
                for column in columns
            }
        for name in ("terms", "card_timeline"):  # in these tests a role is what a card is chosen by
            if name in tables:
                tables[name]["rate_key"] = tables[name]["role"]
        if codes["pools"] and "pools" not in tables:
            tables["pools"] = {"team": np.full(len(codes["pools"]), NONE)}
        return tables


def money(table: Table, *, facts: Facts | None = None, column: str = "amount", **where: Any) -> str:
    """The sum where columns have these values (names or numbers; None = nobody), as a plain decimal text."""
    rows = np.ones(table[column].size, dtype=bool)
    for name, wanted in where.items():
        values = wanted if isinstance(wanted, (set, frozenset, tuple, list)) else [wanted]
        numbers = [
            facts.codes[ENTITY[name]].index(value)
            if facts is not None and isinstance(value, str)
            else NONE if value is None else int(value)
            for value in values
        ]  # fmt: skip
        rows &= np.isin(table[name], numbers)
    return format_minor(int(table[column][rows].sum()), facts.settings.currency if facts else "USD")


def rows_of(table: Table, *columns: str) -> list[tuple[int, ...]]:
    """The rows of a table as a sorted list, so that two books can be compared."""
    return sorted(zip(*(table[name].tolist() for name in columns or table), strict=True))
