"""A planning tool pushes and pulls: docs/how-to/planning-tool.md walked as it is written, in curl and in Python."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.finance.sending import compile_months
from tests.golden import JULY
from tests.journeys.test_hr_feed import missing_from

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "planning-tool.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```sh\n(.*?)```\n\nanswers\n\n```json\n(.*?)```", PAGE, re.DOTALL)
PROGRAM, PRINTED = re.search(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", PAGE, re.DOTALL).groups()


def test_the_page_walks_as_it_is_written(surroundings):
    def run(*command: str) -> str:
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert len(STEPS) == PAGE.count("```sh\n") == 6
    for command, told in STEPS:
        if "reports/roi" in command:
            compile_months("2026-06", JULY)  # what the clock does some minutes later
        answer = json.loads(run("sh", "-ec", command))
        assert missing_from(answer, json.loads(told), command) == []

    assert run(sys.executable, "-c", PROGRAM) == PRINTED
