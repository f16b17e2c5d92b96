"""load(months) -> Facts: everything a span of months is compiled from, as column tables of ranks.

Called inside one snapshot(). A fixed number of queries whatever the size; ids become ranks in code order here and
nowhere else. Rows that point at nothing the span knows cannot occur: masters are never deleted.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from finance.engine.benefits import EFFORT_LOOK_BACK
from finance.engine.facts import NONE, Facts, Ints, Settings, Table
from finance.engine.fx import FX_ONE
from finance.models import CostCategory, Pool
from finance.selectors import columns as money
from finance.selectors.rate_cards import exactness
from outcomes.models import Epic, Metric, Outcome
from outcomes.selectors import columns as work
from roi_project.db.columns import Columns
from roi_project.kernel.period import month_start, month_starts
from teams.engine.calendar import Schedules
from teams.models import Person, RoleFamily, Team, ValueStream
from teams.selectors import columns as people
from teams.selectors.organisation import Organisation, settings_by_day
from teams.selectors.people_time import Ranks, people_time

FX_LOOK_BACK = 12
"""Months an exchange rate may be carried forward, flagged, before it counts as missing."""
LONG_AGO = -(2**40)


@dataclass(frozen=True)
class Undated:
    """What every month needs and no month has of its own: masters by code, currencies, and what is agreed for good."""

    ranks: dict[str, Ranks]
    currencies: tuple[str, ...]
    epics: Columns
    metrics: Columns
    outcomes: Columns
    attributions: Columns
    pools: Columns


def undated(first: int, last: int) -> Undated:
    """Read once for all the months first..last that are compiled from one snapshot; call inside it."""
    masters = {
        "people": Person,
        "teams": Team,
        "streams": ValueStream,
        "roles": RoleFamily,
        "epics": Epic,
        "metrics": Metric,
        "outcomes": Outcome,
        "pools": Pool,
        "categories": CostCategory,
    }
    return Undated(
        ranks={name: Ranks.of(model) for name, model in masters.items()},
        currencies=money.currencies_in_use(month_start(first), month_start(last + 1)),
        epics=work.epics(),
        metrics=work.metrics(),
        outcomes=work.outcomes(),
        attributions=work.attributions(),
        pools=money.pools(),
    )


def load(first: int, last: int, known: Undated | None = None) -> Facts:
    """Facts of the months first..last (month indexes, both inside). Call inside snapshot()."""
    known = known or undated(first, last)
    months = last - first + 1
    starts = month_starts(first, months).astype(np.int64)
    begin, end = month_start(first), month_start(last + 1)
    by_month = settings_by_day([month_start(first + k) for k in range(months)])
    organisation = by_month[month_start(last)]
    ranks = known.ranks
    codes = money.currencies(organisation.reporting_currency, known.currencies)
    who, plan, full_time, cards_by_key = _people(ranks, codes, organisation, first, months, begin, end)
    tables = who | _work(known, first, months, begin, end) | _money(known, codes, first, months, begin, end)
    tables["card_timeline"] = cards_by_key
    source_ids = tables.pop("source_ids")
    fx_rate, fx_carried = _exchange(codes, first, months)
    return Facts(
        first_month=first,
        month_starts=starts,
        settings=Settings(
            currency=organisation.reporting_currency,
            full_time_week_minutes=organisation.full_time_week_minutes,
            full_time_month_minutes=full_time,
        ),
        fiscal_index=np.array(
            [
                (month_start(first + k).month - by_month[month_start(first + k)].fiscal_year_starts_in) % 12 + 1
                for k in range(months)
            ],
            dtype=np.int64,
        ),
        currencies=codes,
        fx_rate=fx_rate,
        fx_carried=fx_carried,
        schedules=plan,
        ids={name: rank.ids for name, rank in ranks.items()} | source_ids,
        codes={name: rank.codes for name, rank in ranks.items()},
        tables=tables,
    )


def _months(columns: Columns, first: int, name: str = "month") -> Ints:
    return columns[name].astype(np.int64) - first


def _wide(columns: Columns, rows: Ints | slice = slice(None), **names: str) -> Table:
    """Columns under the engine's names, as int64: _wide(rates, start="starts_on")."""
    return {name: columns[column][rows].astype(np.int64) for name, column in names.items()}


# --- people ----------------------------------------------------------------------------------------------------


def _people(
    ranks: dict[str, Ranks],
    codes: tuple[str, ...],
    organisation: Organisation,
    first: int,
    months: int,
    begin: dt.date,
    end: dt.date,
) -> tuple[dict[str, Table], Schedules, tuple[int, ...], Table]:
    person = ranks["people"]
    time = people_time(person, ranks["roles"], organisation, first=first, months=months)
    rate_rows, rate_key = np.unique(time.attributes[:, :3], axis=0, return_inverse=True)
    asg = people.assignments(begin, end)
    away = people.absences(begin, end)
    unpaid = np.flatnonzero(np.isin(away["reason"], [people.REASONS.index(r) for r in ("unpaid", "parental")]))
    pay = money.person_rates(codes, begin, end)
    tables = {
        "people": {"employed_from": time.employed_from, "employed_until": time.employed_until},
        "terms": {
            "person": time.person,
            "start": time.start,
            "schedule": time.schedule,
            "rate_key": rate_key.reshape(-1).astype(np.int64),
            "role": time.role,
        },
        "assignments": {
            "person": person.rank(asg["person_id"]),
            "team": ranks["teams"].rank(asg["team_id"]),
            "share": asg["share"],
            **_wide(asg, start="starts_on", end="ends_on"),
        },
        "unpaid": {
            "person": person.rank(away["person_id"][unpaid]),
            **_wide(away, rows=unpaid, start="starts_on", end="ends_on"),
        },
        "person_rates": {
            "person": person.rank(pay["person_id"]),
            **_wide(pay, start="starts_on", end="ends_on", unit="unit", amount="amount", currency="currency"),
        },
    }
    cards = _card_timeline(rate_rows, ranks["roles"], time.words, money.rate_cards(codes, begin, end), organisation)
    return tables, time.schedules, time.full_time_month_minutes, cards


def _card_timeline(
    rate_rows: Ints, roles: Ranks, words: people.Words, cards: Columns, organisation: Organisation
) -> Table:
    """Which card holds for each (role, level, country) from which day until which: the most exact one wins."""
    role = roles.rank(cards["role_id"])
    by_role: dict[int, list[int]] = {}
    for i, r in enumerate(role):
        by_role.setdefault(int(r), []).append(i)
    out: dict[str, list[int]] = {n: [] for n in ("rate_key", "start", "end", "unit", "amount", "currency", "id")}
    for key, (r, level, country) in enumerate(rate_rows):
        level_word = words.levels[level] if 0 <= level < len(words.levels) else ""
        country_word = (words.countries[country] if 0 <= country < len(words.countries) else "") or organisation.country
        fits: list[tuple[int, int]] = []
        for i in by_role.get(int(r), []):
            card = (str(cards["level"][i]), str(cards["country"][i]))
            how = exactness(card, (str(level_word), str(country_word)))
            if how is not None:
                fits.append((how, i))
        edges = sorted({int(cards[n][i]) for _, i in fits for n in ("starts_on", "ends_on")})
        for start, stop in pairwise(edges):
            holding = [(e, i) for e, i in fits if cards["starts_on"][i] <= start and cards["ends_on"][i] >= stop]
            if not holding:
                continue
            _, best = max(holding)
            if (
                out["id"]
                and out["rate_key"][-1] == key
                and out["id"][-1] == cards["id"][best]
                and out["end"][-1] == start
            ):
                out["end"][-1] = stop
                continue
            for name, value in (
                ("rate_key", key), ("start", start), ("end", stop), ("unit", cards["unit"][best]),
                ("amount", cards["amount"][best]), ("currency", cards["currency"][best]), ("id", cards["id"][best]),
            ):  # fmt: skip
                out[name].append(int(value))
    return {name: np.array(values, dtype=np.int64) for name, values in out.items()}


# --- work and what it changed ------------------------------------------------------------------------------------


def _work(known: Undated, first: int, months: int, begin: dt.date, end: dt.date) -> dict[str, Table]:
    ranks, epics, metrics, outcomes = known.ranks, known.epics, known.metrics, known.outcomes
    team, stream, epic = ranks["teams"], ranks["streams"], ranks["epics"]
    shares = people.team_stream_shares(begin, end)
    of_epic = work.epic_stream_shares(begin, end)
    links = work.epic_teams(begin, end)
    efforts = work.efforts(month_start(first - 1), end)  # last month's effort may be carried into the first
    earlier = money.efforts_for_benefits(month_start(first - EFFORT_LOOK_BACK), begin, end)
    observed, credits = work.metric_months(begin, end), known.attributions
    epic_at = epic.rank(epics["id"])
    work_type = np.zeros(len(epic.codes), dtype=np.int64)
    work_type[epic_at] = epics["work_type"]
    effort_epic = epic.rank(efforts["epic_id"])
    metric_at = ranks["metrics"].rank(metrics["id"])
    aggregate = np.zeros(len(ranks["metrics"].codes), dtype=np.int64)
    direction = np.ones_like(aggregate)
    aggregate[metric_at], direction[metric_at] = metrics["aggregate"], metrics["direction"]
    out_at = ranks["outcomes"].rank(outcomes["id"])
    order = np.argsort(out_at)
    out_metric = ranks["metrics"].rank(outcomes["metric_id"])
    start = outcomes["starts_on"].astype(np.int64)
    start_month = np.where(
        start == work.ALWAYS_DAY,
        LONG_AGO,
        np.where(start == work.ALWAYS_DAY, 0, start).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        + 1970 * 12
        - first,
    )
    return {
        "team_streams": {
            "team": team.rank(shares["team_id"]),
            "stream": stream.rank(shares["stream_id"]),
            "share": shares["share"],
            **_wide(shares, start="starts_on", end="ends_on"),
        },
        "epic_streams": {
            "epic": epic.rank(of_epic["epic_id"]),
            "stream": stream.rank(of_epic["stream_id"]),
            "share": of_epic["share"],
            **_wide(of_epic, start="starts_on", end="ends_on"),
        },
        "epic_teams": {
            "epic": epic.rank(links["epic_id"]),
            "team": team.rank(links["team_id"]),
            **_wide(links, start="starts_on", end="ends_on"),
        },
        "epics": {"work_type": work_type},
        "effort": {
            "month": _months(efforts, first),
            "team": team.rank(efforts["team_id"]),
            "epic": effort_epic,
            "work_type": np.where(
                effort_epic == NONE,
                efforts["work_type"],
                work_type[np.where(effort_epic == NONE, 0, effort_epic)] if work_type.size else 0,
            ).astype(np.int64),
            "share": efforts["share"],
            "item_days": efforts["item_days"],
        },
        "attribution_effort": {
            "month": _months(earlier, first),
            "team": team.rank(earlier["team_id"]),
            "epic": epic.rank(earlier["epic_id"]),
            **_wide(earlier, share="share", item_days="item_days"),
        },
        "metrics": {"aggregate": aggregate},
        "metric_months": {
            "metric": ranks["metrics"].rank(observed["metric_id"]),
            "month": _months(observed, first),
            "count": observed["count"].astype(np.int64),
            "total": observed["total"],
            "last": observed["last_value"],
        },
        "outcomes": {
            name: column[order]
            for name, column in {
                "metric": out_metric,
                "baseline": outcomes["baseline"],
                "direction": direction[out_metric] if direction.size else out_metric,
                "epic": epic.rank(outcomes["epic_id"]),
                "external": outcomes["external_share"],
                "model": outcomes["attribution_model"].astype(np.int64),
                "start": start_month,
                "window": outcomes["window_months"].astype(np.int64),
            }.items()
        },
        "attributions": {
            "outcome": ranks["outcomes"].rank(credits["outcome_id"]),
            "epic": epic.rank(credits["epic_id"]),
            "team": team.rank(credits["team_id"]),
            "stream": stream.rank(credits["stream_id"]),
            "share": credits["share"],
        },
    }


# --- money -------------------------------------------------------------------------------------------------------


def _money(
    known: Undated, codes: tuple[str, ...], first: int, months: int, begin: dt.date, end: dt.date
) -> dict[str, Table]:
    ranks, pools = known.ranks, known.pools
    team, pool = ranks["teams"], ranks["pools"]
    bought = money.contractor_lines(codes, begin, end)
    paid = money.cost_entries(codes, begin, end)
    team_of_pool = np.full(len(pool.codes), NONE, dtype=np.int64)
    team_of_pool[pool.rank(pools["id"])] = team.rank(pools["team_id"])
    rules = money.allocation_rules(begin, end)
    fixed = money.allocation_shares(begin, end)
    driven = money.driver_rows(month_start(first - 1), end)
    values = money.valuations(codes, begin, end)
    entries = money.benefit_entries(codes, begin, end)
    reviews = money.valuation_reviews(codes, begin, end)
    by_id = np.argsort(values["id"])
    at = np.searchsorted(values["id"][by_id], reviews["valuation_id"])
    here = np.flatnonzero(np.isin(reviews["valuation_id"], values["id"]))
    incurred = paid["incurred_on"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12 - first

    def target(rows: Columns) -> Ints:
        return np.where(rows["target"] == 1, team.rank(rows["team_id"]), pool.rank(rows["to_pool_id"]))

    return {
        "contractors": {
            "month": _months(bought, first),
            "team": team.rank(bought["team_id"]),
            "role": ranks["roles"].rank(bought["role_id"]),
            **_wide(
                bought,
                hours="hours",
                overtime="overtime_hours",
                multiplier="overtime_multiplier",
                rate="rate",
                currency="currency",
            ),
        },
        "costs": {
            "month": np.where(paid["service_from"] == NONE, incurred, NONE),
            "service_start": paid["service_from"].astype(np.int64),
            "service_end": paid["service_until"].astype(np.int64),
            "team": team.rank(paid["team_id"]),
            "pool": pool.rank(paid["pool_id"]),
            "stream": ranks["streams"].rank(paid["stream_id"]),
            "category": ranks["categories"].rank(paid["category_id"]),
            **_wide(paid, amount="amount", fraction="fraction", currency="currency"),
        },
        "pools": {"team": team_of_pool},
        "rules": {
            "pool": pool.rank(rules["pool_id"]),
            **_wide(rules, start="starts_on", end="ends_on", driver="driver", fallback="fallback", capacity="capacity"),
        },
        "fixed_shares": {
            "pool": pool.rank(fixed["pool_id"]),
            "target_kind": fixed["target"].astype(np.int64),
            "target": target(fixed),
            "share": fixed["share"],
            **_wide(fixed, start="starts_on", end="ends_on"),
        },
        "driver_rows": {
            "pool": pool.rank(driven["pool_id"]),
            "month": _months(driven, first),
            "target_kind": driven["target"].astype(np.int64),
            "target": target(driven),
            "quantity": driven["quantity"],
        },
        "valuations": {
            "outcome": ranks["outcomes"].rank(values["outcome_id"]),
            "volume_metric": ranks["metrics"].rank(values["volume_metric_id"]),
            **_wide(
                values,
                start="starts_on",
                end="ends_on",
                volume="volume",
                unit_value="unit_value",
                currency="currency",
                margin="margin",
                klass="benefit_class",
            ),
        },
        "valuation_reviews": {
            "row": by_id[at[here]] if here.size else np.zeros(0, dtype=np.int64),
            "month": _months(reviews, first)[here],
            **_wide(reviews, rows=here, amount="amount", currency="currency", state="state"),
        },
        "benefits": {
            "month": _months(entries, first),
            "outcome": ranks["outcomes"].rank(entries["outcome_id"]),
            "epic": ranks["epics"].rank(entries["epic_id"]),
            **_wide(
                entries,
                amount="amount",
                currency="currency",
                klass="benefit_class",
                state="state",
                external="external_share",
            ),
        },
        "source_ids": {
            "contractors": bought["id"],
            "costs": paid["id"],
            "benefits": entries["id"],
            "valuations": values["id"],
        },
    }


def _exchange(codes: tuple[str, ...], first: int, months: int) -> tuple[Ints, Ints]:
    """(currency, month) -> rate, carried forward for a while where it is missing and -1 after that; and which were."""
    rows = money.exchange_rates(codes, month_start(first - FX_LOOK_BACK), month_start(first + months))
    table = np.full((len(codes), months + FX_LOOK_BACK), -1, dtype=np.int64)
    table[rows["currency"], rows["month"].astype(np.int64) - first + FX_LOOK_BACK] = rows["rate"]
    age = np.where(table < 0, FX_LOOK_BACK + 1, 0)
    for column in range(1, table.shape[1]):
        gap = (table[:, column] < 0) & (age[:, column - 1] < FX_LOOK_BACK)
        table[gap, column], age[gap, column] = table[gap, column - 1], age[gap, column - 1] + 1
    table[0, :], age[0, :] = FX_ONE, 0
    return table[:, FX_LOOK_BACK:], ((age > 0) & (table >= 0))[:, FX_LOOK_BACK:].astype(np.int64)
