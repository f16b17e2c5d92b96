"""A deployment with an organisation in it: two years of facts, the API on a port of its own, workers that compile."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.reliability.house import HERE, Group, House, wait_until

MONTHS = tuple(f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13))
FIRST, LAST = MONTHS[0], MONTHS[-1]
MOST_ATTEMPTS = 40
"""Each killed worker costs the job it was at an attempt; no job may run out of them in a storm."""

# Each step of publishing takes a while, so that a kill finds a book half written more often than not.
SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.06); RETURN NULL; END $$;
CREATE TRIGGER slowly AFTER INSERT ON finance_line FOR EACH STATEMENT EXECUTE FUNCTION slowly();
CREATE TRIGGER slowly AFTER INSERT ON finance_posting FOR EACH STATEMENT EXECUTE FUNCTION slowly();
CREATE TRIGGER slowly AFTER INSERT ON finance_streammonth FOR EACH STATEMENT EXECUTE FUNCTION slowly();
CREATE TRIGGER slowly AFTER UPDATE ON finance_bookmonth FOR EACH STATEMENT EXECUTE FUNCTION slowly();
"""

BUSY = """
SELECT application_name FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'worker-%' AND query_start > now() - interval '0.5 s'
  AND EXISTS (SELECT 1 FROM jobs_job WHERE kind = 'compile_books' AND state = 'running' AND lease_until > now())
ORDER BY query_start DESC LIMIT 1
"""

FIGURES = """
SELECT m.month, p.team_id, p.pool_id, p.origin_pool_id, p.stream_id, p.epic_id, p.work_type, p.effort_source,
       p.account, p.category_id, p.benefit_class, p.state, SUM(p.amount), SUM(p.minutes), SUM(p.fte_nano)
FROM finance_posting p JOIN finance_bookmonth m ON m.current_book_id = p.book_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""

# A version whose rows are not those it was written with, and rows of a version that is not there.
HALF_BOOKS = """
SELECT b.month, b.version FROM finance_book b
LEFT JOIN (SELECT book_id, COUNT(*) AS n FROM finance_line GROUP BY 1) l ON l.book_id = b.id
LEFT JOIN (SELECT book_id, COUNT(*) AS n, SUM(amount) AS total,
                  SUM(CASE WHEN account BETWEEN 20 AND 99 THEN 0 ELSE amount END) AS cost
           FROM finance_posting GROUP BY 1) p ON p.book_id = b.id
LEFT JOIN (SELECT book_id, SUM(amount) AS total FROM finance_teammonth GROUP BY 1) t ON t.book_id = b.id
LEFT JOIN (SELECT book_id, SUM(amount) AS total FROM finance_streammonth GROUP BY 1) s ON s.book_id = b.id
LEFT JOIN (SELECT book_id, SUM(amount + variance) AS total FROM finance_workmonth GROUP BY 1) w ON w.book_id = b.id
WHERE l.n IS DISTINCT FROM b.lines OR p.n IS DISTINCT FROM b.postings
   OR t.total IS DISTINCT FROM p.total OR s.total IS DISTINCT FROM p.total
   OR w.total IS DISTINCT FROM p.cost
UNION ALL
SELECT NULL, book_id FROM finance_posting WHERE NOT EXISTS (SELECT 1 FROM finance_book WHERE id = book_id)
"""

# A month that was written twice from the same facts, or whose versions have a gap.
TWICE = """
SELECT month FROM finance_book GROUP BY month
HAVING COUNT(*) <> COUNT(DISTINCT fingerprint) OR COUNT(*) <> MAX(version)
"""


class BooksHouse(House):
    """House, with the API and with what there is to say about books."""

    def __init__(self, database_url: str, token: str, folder: Path, stack: ExitStack) -> None:
        super().__init__(database_url, folder, stack)
        self.token = token
        self.environment |= {"JOB_MAX_ATTEMPTS": str(MOST_ATTEMPTS), "BOOKS_REFRESH_SECONDS": "0"}
        self.workers: dict[str, Group] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def named_worker(self) -> str:
        """Start a worker of one process, known to the database by a name of its own."""
        name = f"worker-{len(self.workers) + 1}"
        usual = self.environment
        self.environment = usual | {"PGAPPNAME": name}
        self.workers[name] = self.worker(concurrency=1)
        self.environment = usual
        return name

    def busy_worker(self) -> str:
        """Wait for a worker that compiles: of those alive the one that last asked the database for something."""
        found: list[str] = []
        wait_until(lambda: found.extend(name for (name,) in self.rows(BUSY)) or found, "a busy worker", seconds=40)
        return found[0]

    def slow(self) -> None:
        self.database.execute(SLOW)

    def serve(self) -> Group:
        """The API, once it answers."""
        program = [sys.executable, "-m", "gunicorn", "roi_project.wsgi:application", "--threads", "4"]
        address = ["--bind", f"127.0.0.1:{self.port}"]
        web = Group([*program, *address], self.environment, self.folder / "web.log")
        self.stack.callback(web.kill)
        wait_until(self._answers, "the API to answer", seconds=30)
        return web

    def _answers(self) -> bool:
        try:
            return self.call("months/")[0] == 200
        except OSError:
            return False

    def call(self, path: str, body: Any = None) -> tuple[int, Any]:
        """What the API answers to a GET, or to a POST of this body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def ask_for_books(self, first: str = FIRST, last: str = LAST) -> float:
        """Ask for these months over HTTP; how many seconds until the request was accepted."""
        began = time.monotonic()
        status, answer = self.call("books/", {"from": first, "through": last})
        seconds = time.monotonic() - began
        assert status == 202, answer
        return seconds

    def spend(self, month: str, cents: int) -> None:
        """Tell of a cost in a month; told again, another amount."""
        amount = {"amount": f"{cents / 100:.2f}", "currency": "USD"}
        row = {"external_id": f"trip-{month}", "incurred_on": f"{month}-15", "category": "rent", "team": "search"}
        status, answer = self.call("cost-entries/bulk/", {"rows": [row | {"amount": amount}]})
        assert status == 200, answer

    def compile_cleanly(self) -> None:
        subprocess.run([sys.executable, HERE / "compile_cleanly.py"], env=self.environment, check=True)

    def unfinished(self) -> int:
        query = "SELECT count(*) FROM jobs_job WHERE kind = 'compile_books' AND state IN ('queued', 'running')"
        return self.rows(query)[0][0]

    def check_books(self) -> None:
        """Every month has exactly one current book, whole, of the facts as they are, and like that of a clean run."""
        current = self.rows(
            "SELECT to_char(month, 'YYYY-MM') FROM finance_bookmonth WHERE current_book_id > 0 ORDER BY 1"
        )
        assert [month for (month,) in current] == list(MONTHS)
        assert self.rows(HALF_BOOKS) == []
        assert self.rows(TWICE) == []
        status, books = self.call(f"books/?from={FIRST}&through={LAST}")
        assert (status, [book["month"] for book in books["results"] if book["stale"]]) == (200, [])
        status, months = self.call(f"reconciliation/?from={FIRST}&through={LAST}")
        assert (status, months["reconciles"], len(months["results"])) == (200, True, len(MONTHS))
        figures = self.rows(FIGURES)
        assert {f"{row[0]:%Y-%m}" for row in figures} == set(MONTHS)
        self.compile_cleanly()
        assert self.rows(FIGURES) == figures
