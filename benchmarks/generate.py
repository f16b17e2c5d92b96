"""Fill an empty, migrated database with an organisation of a chosen size, the same one for the same seed.

DATABASE_URL=postgres://... python -m benchmarks.generate M --observations
"""

import argparse
import os
import time
from collections.abc import Callable

import django
from django.db import connection, transaction


def generate(size: str, *, seed: int = 20260101, observations: bool = False) -> None:
    """Write every fact of an organisation of this size (see sizes.py), one transaction a floor."""
    from benchmarks.plan import Plan
    from benchmarks.rows_finance import finance_floor
    from benchmarks.rows_outcomes import outcomes_floor
    from benchmarks.rows_teams import teams_floor
    from benchmarks.sizes import SIZES
    from roi_project.db.touches import touch
    from roi_project.kernel.period import month_start
    from teams.models import Team

    if Team.objects.exists():
        raise SystemExit("This database holds an organisation already; generate into an empty one.")
    plan = Plan(SIZES[size], seed)
    floors: tuple[Callable[[], None], ...] = (
        lambda: teams_floor(plan),
        lambda: outcomes_floor(plan, observations=observations),
        lambda: finance_floor(plan),
    )
    for floor in floors:
        with transaction.atomic():
            floor()
    touch("benchmark", [(month_start(plan.months[0]), None)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=("S", "M", "L", "T"))
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--observations", action="store_true", help="write the observations too, not only their months")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")
    django.setup()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
    begin = time.perf_counter()
    generate(options.size, seed=options.seed, observations=options.observations)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(f"{options.size} generated in {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
