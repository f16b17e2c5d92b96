"""A running service with a company in it, its OpenAPI document, and the token of a planning tool."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from roi_project.access.audience import SYSTEM, Group
from roi_project.access.services import issue_token
from tests.finance.sending import NOW, compile_months, send_card, send_golden
from tests.golden import JULY
from tests.reliability.fuzz import routes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def installed():
    """`installed("typescript", "node", "npm")`: the folder with a generator, which needs these programs."""

    def folder(language: str, *programs: str) -> Path:
        missing = [name for name in programs if shutil.which(name) is None]
        if missing:
            said = f"There is no {' and no '.join(missing)} here; on Debian: apt install {' '.join(missing)}"
            pytest.fail(said) if os.environ.get("CI") == "true" else pytest.skip(said)
        place = f".var/clients/{language}"
        subprocess.run(["make", "--silent", f"{place}/installed"], cwd=ROOT, check=True)
        return ROOT / place

    return folder


@pytest.fixture
def document(tmp_path) -> Path:
    """The OpenAPI document as a generator reads it."""
    if connection.vendor != "sqlite":
        pytest.skip("what is generated does not depend on the database; it is tried on the embedded one")
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(routes.document()))
    return path


@pytest.fixture
def surroundings(transactional_db, person, live_server) -> dict[str, str]:
    """What a program is told: where the service is, and its token. The books of July are computed."""
    send_golden()
    send_card()
    compile_months("2026-06", JULY)
    robot = person("planning-robot", Group.PLANNER, Group.LEADER, is_staff=False)
    scopes = ["read", "write", "reports"]
    _, token = issue_token(SYSTEM, user=robot, name="planning", scopes=scopes, sources=["planning"], now=NOW)
    return {"TEAM_ROI_URL": live_server.url, "TEAM_ROI_TOKEN": token, "PATH": os.environ["PATH"]}


@pytest.fixture
def walked() -> dict[str, object]:
    """What every client tells of its journey."""
    return {
        "me": {"user": "planning-robot", "sources": ["planning"], "currency": "USD", "closed": None},
        "epics": {"stored": True, "created": 2, "unchanged": 0},
        "epics_again": {"stored": True, "created": 0, "unchanged": 2},
        "efforts": {"stored": True, "created": 2, "outcomes": ["created", "created"]},
        "capacity": [
            ["checkout", "engineer", 4, "2.462121", "260.16"],
            ["platform", "engineer", 2, "1.166667", "147.84"],
            ["search", "engineer", 4, "2.416667", "306.24"],
            ["", "engineer", 1, "0.000000", None],
        ],
        "roi": {
            "stale": True,  # the item-days have come in since
            "rows": [
                ["checkout", "group", "57248.81", "USD", None, "no_data"],
                ["platform", "group", "0.00", "USD", None, "zero_cost"],
                ["search", "group", "42454.47", "USD", None, "no_data"],
                ["", "pools", "0.00", "USD", None, "zero_cost"],
                ["", "bench", "1408.00", "USD", None, "no_data"],
                ["", "idle", "2684.66", "USD", None, "no_data"],
                ["", "untagged", "623.18", "USD", None, "no_data"],
                ["", "external", "0.00", "USD", None, "zero_cost"],
            ],
        },
        "problem": {"type": "/problems/invalid", "status": 400, "errors": [["?teem", "unknown-parameter"]]},
    }
