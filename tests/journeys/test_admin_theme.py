"""The look is one module: without it the admin runs in Django's own clothes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THEME = ROOT / "roi_project" / "console" / "theme.py"


def test_only_one_module_knows_the_theme():
    users = [
        path.relative_to(ROOT)
        for floor in ("roi_project", "teams", "outcomes", "finance")
        for path in (ROOT / floor).rglob("*.py")
        if path != THEME and any(words in path.read_text() for words in ("import unfold", "from unfold"))
    ]

    assert users == []


@pytest.mark.skipif(os.environ.get("ADMIN_THEME") == "stock", reason="this is the run it starts")
def test_every_page_also_works_in_the_stock_admin(tmp_path):
    here = {"ADMIN_THEME": "stock", "SQLITE_PATH": str(tmp_path / "stock.sqlite3"), "BELL_DIR": str(tmp_path / "bell")}
    without = ("DATABASE_URL", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER")
    environment = {name: value for name, value in os.environ.items() if name not in without} | here
    files = ["tests/journeys/test_admin.py", "tests/finance/test_admin_overview.py"]
    some = "sign_in or opens_for_its_readers or new_version or audit_trail or beside_its_field or taking_back or foots"

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", some, *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert run.returncode == 0, run.stdout[-3000:]
