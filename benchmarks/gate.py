"""What must hold, measured: medians of interleaved runs, each in a process of its own, as ratios of one machine's hour.

    python -m benchmarks.gate --medium postgres://.../bench_m --small postgres://.../bench_s

Both databases are migrated and generated (see generate.py). Prints a table, writes .var/benchmarks/gate.json, and
ends with 1 when something does not hold.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.measure import in_process
from benchmarks.results import VAR

Run = dict[str, Any]
ENGINES = ("compile", "duckdb_opponent", "floor")


@dataclass(frozen=True)
class Aim:
    """A figure and the bound it must keep: at most `bound`, or at least where `least`."""

    what: str
    value: float
    bound: float
    unit: str
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound

    def __str__(self) -> str:
        sign = f"{'≥' if self.least else '≤'} {self.bound:g}"
        return f"{'ok ' if self.holds else 'NO '} {self.what:<58} {self.value:8.2f} {self.unit:<4} {sign}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--medium", required=True, help="database of size M")
    parser.add_argument("--small", required=True, help="database of size S")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    medium, same = _interleaved(options.medium, "M", options.runs)
    small = [in_process("compile", "S", database=options.small) for _ in range(options.runs)]
    in_process("compile", "M", database=options.medium)
    again = in_process("republish", "M", database=options.medium)
    aims = _aims(medium, small, again)
    _show(medium, small, again, aims, same=same)
    written = {
        "at": dt.datetime.now(dt.UTC).isoformat(),
        "machine": {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()},
        "commit": _commit(),
        "medium": medium,
        "small": small,
        "republish": again,
        "same_rows": same,
        "aims": [{"what": a.what, "value": a.value, "bound": a.bound, "holds": a.holds} for a in aims],
    }
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "gate.json").write_text(json.dumps(written, indent=1))
    sys.exit(0 if same and all(aim.holds for aim in aims) else 1)


def _interleaved(database: str, size: str, runs: int) -> tuple[dict[str, list[Run]], bool]:
    """Runs of every engine in turn, and whether all of them wrote the very same rows."""
    found: dict[str, list[Run]] = {engine: [] for engine in ENGINES}
    in_process("compile", size, database=database)
    in_process("floor", size, "--prepare", database=database)
    hashes = []
    for turn in range(runs):
        for engine in ENGINES:
            found[engine].append(in_process(engine, size, database=database))
            _print(f"  run {turn + 1} of {engine:<16} {found[engine][-1]['seconds']:7.2f} s")
            if turn == 0:
                hashes.append(in_process("compare", database=database))
    return found, all(one == hashes[0] for one in hashes)


def _aims(medium: dict[str, list[Run]], small: list[Run], again: Run) -> list[Aim]:
    ours, opponent, floor = (_median(medium[engine]) for engine in ENGINES)
    return [
        Aim("as fast as DuckDB, times", opponent / ours, 1.5, "x", least=True),
        Aim("as long as copying the same rows out and in, times", ours / floor, 3, "x"),
        Aim("growth from S to M, ten times the rows", ours / _median(small), 11, "x"),
        Aim("one changed month at M published again", again["republish"], 1, "s"),
        Aim("peak memory of the worker at M", max(run["peak_mib"] for run in medium["compile"]), 1024, "MiB"),
    ]


def _median(runs: Sequence[Run]) -> float:
    return median(run["seconds"] for run in runs)


def _show(medium: dict[str, list[Run]], small: list[Run], again: Run, aims: list[Aim], *, same: bool) -> None:
    rows = sum(medium["compile"][0]["rows_written"].values())
    _print(f"\nMedians of {len(small)} runs; {rows:,} rows written at M by each engine")
    _print(f"{'':<18}{'s':>8}{'client s':>10}{'server s':>10}{'peak MiB':>10}{'rows read':>12}  phases")
    for name, runs in (*((f"{engine} M", medium[engine]) for engine in ENGINES), ("compile S", small)):
        middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
        phases = ", ".join(f"{k} {v:.1f}" for k, v in middle["phases"].items() if not k.startswith("compute "))
        _print(
            f"{name:<18}{middle['seconds']:>8.2f}{middle['client_cpu']:>10.2f}{middle['server_cpu']:>10.2f}"
            f"{middle['peak_mib']:>10.0f}{middle['rows_read']:>12,}  {phases}"
        )
    _print(f"one changed cost entry: taken in {again['intake']:.2f} s, month published {again['republish']:.2f} s\n")
    _print(f"{'ok ' if same else 'NO '} the same rows to the last cent by SHA-256 of every table")
    for aim in aims:
        _print(str(aim))


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _print(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
