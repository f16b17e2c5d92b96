"""The Python client that is generated from the OpenAPI document works against a running service."""

import json
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_a_generated_python_client_walks_the_journey(installed, document, surroundings, walked, tmp_path):
    python = installed("python") / "bin" / "python"
    generate = [python, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    options = ["--path", document, "--config", HERE / "config.yml", "--output-path", tmp_path / "team_roi_client"]
    made = subprocess.run([*generate, *options], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr

    journey = [python, HERE / "journey.py"]
    done = subprocess.run(
        journey, env={**surroundings, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == walked
