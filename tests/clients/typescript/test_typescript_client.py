"""The TypeScript types that are generated from the OpenAPI document fit a running service."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def workshop(installed, document, tmp_path) -> Path:
    """A folder with the journey and what npm has installed for it."""
    folder = installed("typescript", "node", "npm")
    for name in ("package.json", "tsconfig.json", "journey.ts"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    return tmp_path


def test_a_generated_typescript_client_is_strict_and_walks_the_journey(document, workshop, surroundings, walked):
    def run(program: str, *words: str) -> str:
        done = subprocess.run(
            [program, *words], cwd=workshop, env=surroundings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("node_modules/.bin/openapi-typescript", document.name, "--output", "api.ts")
    run("node_modules/.bin/tsc")

    assert json.loads(run("node", "out/journey.js")) == walked
