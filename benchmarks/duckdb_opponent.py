"""The same books by DuckDB, from PostgreSQL to PostgreSQL: read by COPY, summed in SQL on all cores, written by COPY.

    DATABASE_URL=postgres://... python -m benchmarks.duckdb_opponent M

It writes the same rows into the same tables. Two things are not SQL: public holidays come from the house's calendar,
and the small reciprocal matrix of pools is inverted by the house's function, as SQL has none. What the generated
organisation does not contain is left out: missing rates, parts below a minor unit, shares of streams above one.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.measure import Measured, report, rows_written, setup, without_books
from benchmarks.plan import Plan
from benchmarks.sizes import SIZES

SQL = Path(__file__).parent / "opponent"
SINKS_FROM = 2_000_000_000
TIME = ("piece", "schedule")
NAMED = {
    "team": "team_id", "pool": "pool_id", "origin_pool": "origin_pool_id", "stream": "stream_id", "epic": "epic_id",
    "role": "role_id", "category": "category_id", "klass": "benefit_class", "source": "source_id",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=tuple(SIZES))
    options = parser.parse_args()
    setup()
    without_books()
    first, last = Plan(SIZES[options.size]).months
    measured = Measured()
    Opponent(first, last, measured).run()
    result = measured.finish()
    report(result | {"rows_written": rows_written()})


class Opponent:
    """One run over the months first..last."""

    def __init__(self, first: int, last: int, measured: Measured) -> None:
        self.first, self.last, self.measured = first, last, measured
        self.months = last - first + 1
        self.duck = duckdb.connect(config={"python_enable_replacements": False})

    def run(self) -> None:
        from django.db import transaction

        with self.measured.phase("read"):
            self._read()
        with self.measured.phase("compute"):
            self._compute()
        with self.measured.phase("write"), transaction.atomic():
            self._write()

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        from benchmarks.opponent.facts import tables
        from finance.engine.benefits import EFFORT_LOOK_BACK
        from roi_project.db.snapshot import snapshot
        from roi_project.kernel.period import day_number, month_start
        from teams.selectors import columns as people
        from teams.selectors.organisation import settings_on

        with snapshot():
            self.organisation = settings_on(month_start(self.last))
            self.words = people.words()
            self.columns = dict(tables(self.first, self.last, self.organisation, self.words))
            self.closures = people.closures(self.words, month_start(self.first), month_start(self.last + 1))
        for name, columns in self.columns.items():
            self.measured.rows_read += len(next(iter(columns.values())))
            self.duck.register(name, columns)
        for name, value in (
            ("first_day", day_number(month_start(self.first))),
            ("last_day", day_number(month_start(self.last + 1))),
            ("months", self.months),
            ("full_week", self.organisation.full_time_week_minutes),
            ("look_back", EFFORT_LOOK_BACK),
        ):
            self.duck.execute(f"SET VARIABLE {name} = {value}")

    # --- computing ----------------------------------------------------------------------------------------------

    def _compute(self) -> None:
        from benchmarks.opponent.splits import split

        self._sql("time")
        self._calendar()
        self._sql("stretches", "labour", "bought")
        self._table("person_share", split("person_part", ("amount", "variance", "minutes", "priced_minutes")))
        self._sql("effort")
        declared = "SELECT team_id, month, epic_id, share FROM efforts WHERE share <> -1"
        self._table("effort_share", f"({split('days_told', ('share',))}) UNION ALL BY NAME {declared}")
        self._sql("benefits", "leaves", "credited")
        self._table("benefit_share", split("benefit_leaf", ("amount",)))
        self._sql("components")
        self._effective_shares()
        self._sql("postings")
        self._table("pool_share", split("pool_target", ("amount",)))
        self._sql("posted")
        measures = ("amount", "minutes", "priced_minutes", "fte_nano")
        timed = "minutes <> 0 OR fte_nano <> 0"
        untimed = split("leafed", ("amount",), f"NOT ({timed})")
        self._table("leaf_share", f"({split('leafed', measures, timed)}) UNION ALL BY NAME ({untimed})")
        self._sql("moved")
        self._table("move_share", split("moving", ("amount",)))
        self._sql("books")

    def _sql(self, *names: str) -> None:
        for name in names:
            with self.measured.phase(f"compute {name}"):
                self.duck.execute((SQL / f"{name}.sql").read_text())

    def _table(self, name: str, select: str) -> None:
        with self.measured.phase(f"compute {name}"):
            self.duck.execute(f"CREATE TABLE {name} AS {select}")

    def _calendar(self) -> None:
        """Scheduled minutes and working days before each day, for every schedule, from the house's calendar."""
        from roi_project.kernel.period import day_number, month_start
        from teams.engine.calendar import schedules
        from teams.selectors.holidays import holidays_between
        from teams.selectors.people_time import _full_week

        rows = self._fetch("FROM schedule ORDER BY schedule")
        begin, end = month_start(self.first), month_start(self.last + 1)
        first_day, days = day_number(begin), (end - begin).days
        names = [self.words.countries[c] or self.organisation.country for c in rows["country"]]
        names.append(self.organisation.country)
        free = np.zeros((len(names), days), dtype=bool)
        for row, name in zip(free, names, strict=True):
            row[holidays_between(name, "", begin, end).numbers - first_day] = True
            row[self.closures["on"] - first_day] = True
        week = np.stack([rows[day] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")], axis=1)
        plan = schedules(
            first_day=first_day,
            days=days,
            patterns=np.vstack([week.astype(np.int64), [_full_week(self.organisation)]]),
            free=free,
        )
        schedule, day = np.indices(plan.minutes[:-1].shape)
        self.calendar = {
            "schedule": schedule.ravel(),
            "day": day.ravel() + first_day,
            "minutes": plan.minutes[:-1].ravel(),
            "workdays": plan.workdays[:-1].ravel(),
        }
        self.weekly = {"schedule": np.arange(len(names) - 1), "week": plan.weekly[:-1]}
        months = self.columns["months"]
        full = plan.minutes[-1]
        self.full = months | {"full_minutes": full[months["ends"] - first_day] - full[months["starts"] - first_day]}
        self.duck.register("calendar", self.calendar)
        self.duck.register("weekly", self.weekly)
        self.duck.register("months", self.full)

    def _effective_shares(self) -> None:
        """E of every month by the house's function, from quantities that DuckDB has added up."""
        from finance.engine.pools import RuleIndex, TeamMeasures, month_shares

        facts = self._pool_facts()
        teams, pools = facts.count("teams"), facts.count("pools")
        shape = (self.months, teams)
        fte, heads, direct = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        found = self._fetch("FROM team_measure")
        at = (found["month"], found["team"] - 1)
        fte[at], direct[at] = found["fte_nano"], found["direct_cost"]
        found = self._fetch("FROM head_count")
        heads[found["month"], found["team"] - 1] = found["heads"]
        measures, index = TeamMeasures(fte=fte, headcount=heads, direct_cost=direct), RuleIndex(facts)
        parts = []
        for month in range(self.months):
            weights = month_shares(facts, month, measures, index).weights
            target, pool = np.nonzero(weights)
            parts.append((np.full(pool.size, month), pool + 1, target, weights[target, pool]))
        month, pool, target, weight = (np.concatenate([part[i] for part in parts]) for i in range(4))
        assert pools
        self.effective = {
            "month": month,
            "pool": pool,
            "target": np.where(target < teams, target + 1, SINKS_FROM + target - teams),
            "weight": weight,
        }
        self.duck.register("effective", self.effective)

    def _pool_facts(self) -> Any:
        """What the house's function for pools reads; ids are ranks plus one, as the generator numbers them."""
        from finance.engine.facts import NONE, Facts, Settings
        from roi_project.kernel.period import month_starts

        def rank(column: np.ndarray) -> np.ndarray:
            return np.where(column == NONE, NONE, column.astype(np.int64) - 1)

        def wide(name: str, **names: str) -> dict[str, np.ndarray]:
            return {new: self.columns[name][old].astype(np.int64) for new, old in names.items()}

        def aimed(name: str) -> dict[str, np.ndarray]:
            rows = self.columns[name]
            target = np.where(rows["target"] == 1, rank(rows["team_id"]), rank(rows["to_pool_id"]))
            return {"pool": rank(rows["pool_id"]), "target_kind": rows["target"].astype(np.int64), "target": target}

        days = {"start": "starts_on", "end": "ends_on"}
        pools, teams = self.columns["pools"], self.columns["teams"]
        for rows in (pools, teams):
            assert (rows["id"] == np.arange(1, rows["id"].size + 1)).all(), "ids are not numbered as generated"
        return Facts(
            first_month=self.first,
            month_starts=month_starts(self.first, self.months).astype(np.int64),
            settings=Settings(currency=self.organisation.reporting_currency),
            fiscal_index=self.full["fiscal"],
            currencies=(),
            fx_rate=np.zeros((0, self.months), dtype=np.int64),
            schedules=None,  # type: ignore[arg-type]
            codes={"teams": ("",) * teams["id"].size, "pools": ("",) * pools["id"].size},
            tables={
                "pools": {"team": rank(pools["team_id"])},
                "rules": {"pool": rank(self.columns["allocation_rules"]["pool_id"])}
                | wide("allocation_rules", driver="driver", fallback="fallback", capacity="capacity", **days),
                "fixed_shares": aimed("allocation_shares") | wide("allocation_shares", share="share", **days),
                "driver_rows": aimed("driver_rows") | wide("driver_rows", month="month", quantity="quantity"),
            },
        )

    # --- writing ------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        from finance import models
        from finance.engine.book import ENGINE_VERSION
        from roi_project.kernel.period import month_start

        books = models.Book.objects.bulk_create(
            [
                models.Book(
                    month=month_start(month),
                    version=1,
                    fingerprint="by duckdb",
                    engine_version=ENGINE_VERSION,
                    currency=self.organisation.reporting_currency,
                )
                for month in range(self.first, self.last + 1)
            ]
        )
        self.book_of = {"month": np.arange(self.months), "book_id": np.array([book.pk for book in books])}
        self.duck.register("book_of", self.book_of)
        self._append(models.Line, "line", "* EXCLUDE (month, priced_minutes, fte_nano)")
        self._append(models.Component, "component")
        self._append(models.Posting, "posting")
        self._append(models.TeamMonth, "team_month")
        self._append(models.StreamMonth, "stream_month")
        self._append(models.WorkMonth, "work_month")
        self._findings(models.Finding)
        models.BookMonth.objects.bulk_create([models.BookMonth(month=book.month, current_book=book) for book in books])

    def _append(self, model: Any, table: str, columns: str = "* EXCLUDE (month)") -> None:
        from roi_project.db import columns as bulk

        order = "book_id" if table in ("stream_month", "work_month") else "book_id, if(team = -1, NULL, team)"
        select = f"SELECT {columns} FROM {table} JOIN book_of USING (month) ORDER BY {order} NULLS LAST"
        found = self._fetch(select)
        out = {NAMED.get(name, name): column for name, column in found.items()}
        nulls = {name: -1 for name in out if name in set(NAMED.values()) - {"benefit_class", "source_id"}}
        bulk.write(model._meta.db_table, out, types=bulk.types_of(model), nulls=nulls)

    def _findings(self, model: Any) -> None:
        from finance.models import RateCard
        from roi_project.db.append import append
        from roi_project.kernel.period import from_day_number

        def book(row: Mapping[str, int]) -> int:
            return int(self.book_of["book_id"][row["month"]])

        cards = RateCard.objects.in_bulk()
        rows = [
            model(
                book_id=book(row),
                code="over_allocated",
                person_id=row["person"],
                detail={
                    "from_on": from_day_number(row["starts"]).isoformat(),
                    "until_on": from_day_number(row["ends"]).isoformat(),
                    "share_micro": row["asked"],
                    "workdays": row["workdays"],
                },
            )
            for row in self._rows("FROM over_allocated ORDER BY person, starts")
        ]
        rows += [
            model(
                book_id=book(row),
                code="card_rests_on_few",
                role_id=cards[row["card"]].role_id,
                detail={
                    "people": row["people"],
                    "level": cards[row["card"]].level,
                    "country": cards[row["card"]].country,
                    "rate_card": str(cards[row["card"]].key),
                },
            )
            for row in self._rows("FROM card_use ORDER BY month, card")
        ]
        rows += [
            model(book_id=book(row), code="effort_carried", team_id=row["team"])
            for row in self._rows("FROM carried ORDER BY month, team")
        ]
        append(rows)

    def _fetch(self, select: str) -> dict[str, np.ndarray]:
        return {name: np.ma.getdata(column) for name, column in self.duck.execute(select).fetchnumpy().items()}

    def _rows(self, select: str) -> list[dict[str, int]]:
        found = self._fetch(select)
        return [dict(zip(found, row, strict=True)) for row in zip(*(c.tolist() for c in found.values()), strict=True)]


if __name__ == "__main__":
    main()
