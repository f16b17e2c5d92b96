"""How the organisation counts on a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from teams.models import OfficialRates, OrganisationSettings


@dataclass(frozen=True)
class Organisation:
    """The settings that hold on one day. What stands here holds where nobody has set anything."""

    name: str = ""
    country: str = ""
    subdivision: str = ""
    fiscal_year_starts_in: int = 1
    full_time_week_minutes: int = 2400
    standard_day_minutes: int = 480
    accounting_time_zone: str = "UTC"
    reporting_currency: str = "EUR"
    official_rates: str = OfficialRates.STANDARD.value
    single_controller: bool = False
    team_growth_limit_percent: int | None = None


DEFAULTS = Organisation()
_FIELDS = tuple(Organisation.__dataclass_fields__)


def settings_on(day: dt.date) -> Organisation:
    """The settings that hold on a day: the latest current row that does not start after it, else the defaults."""
    rows = OrganisationSettings.current.filter(starts_on__lte=day).order_by("-starts_on", "-id")
    values = rows.values(*_FIELDS).first()
    return Organisation(**values) if values else DEFAULTS


def settings_by_day(days: Sequence[dt.date]) -> dict[dt.date, Organisation]:
    """The same for several days, in one query."""
    rows = list(OrganisationSettings.current.order_by("starts_on", "id").values("starts_on", *_FIELDS))
    answer = {}
    for day in days:
        holding = [row for row in rows if row["starts_on"] <= day]
        values = {name: holding[-1][name] for name in _FIELDS} if holding else {}
        answer[day] = Organisation(**values)
    return answer
