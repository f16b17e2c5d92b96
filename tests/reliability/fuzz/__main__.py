"""python -m tests.reliability.fuzz --requests 20000 --seed 7

Sends requests made of noise to every address of the service, on a database of its own that is thrown away (SQLite in
memory, or beside the one that DATABASE_URL names), and says what broke.
"""

import argparse
import logging
import os
import sys
import warnings

import django


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="start with this request")
    parser.add_argument("--routes", action="store_true", help="also say how every address answered")
    chosen = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")
    os.environ["REQUESTS_PER_MINUTE"] = "0"
    django.setup()
    logging.getLogger().handlers.clear()
    logging.lastResort = None
    warnings.simplefilter("ignore")
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.reliability.fuzz.run import fuzz

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        report = fuzz(chosen.seed, chosen.requests, first=chosen.first, tell=lambda line: print(line, flush=True))
    finally:
        for connection, _, _ in databases:
            connection.settings_dict["OPTIONS"].pop(
                "options", None
            )  # a request has seconds, a DROP DATABASE takes longer
        teardown_databases(databases, verbosity=0)
    print(str(report).partition("\n")[0])
    if chosen.routes:
        for name, statuses in sorted(report.reached.items()):
            print(f"{name:70} {dict(sorted(statuses.items()))}")
    print(f"{len(report.faults)} faults")
    return bool(report.faults)


if __name__ == "__main__":
    sys.exit(main())
