"""Runs the tests many times, in another random order each time and in parallel, and sums up what was red::

    python -m tools.again 20 [--seed 1] [pytest options]

Each run is told with its seed; nothing stops at the first red. Without pytest's ``-m`` it is the default tier. A run is
played again with ``python -m pytest -p randomly -p xdist -n 2 --randomly-seed=SEED``.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIER = "not all and not long"
JOBS = 2
ITSELF = "(the run itself)"
"""Stands for a run that ended otherwise than with red or green tests."""
REASON_CHARACTERS = 4_000
"""What is told of a failure at most: its end."""
GREEN, RED = 0, 1
"""The exit codes of pytest that say how the tests were."""


@dataclass(frozen=True)
class Run:
    """One run. ``red``: the tests that failed; ``tests``: how many there were."""

    seed: int
    tests: int
    red: tuple[str, ...]
    seconds: float


def command_of(seed: int, report: Path, options: Sequence[str]) -> list[str]:
    """Return the command of one run."""
    tier = [] if any(one.startswith("-m") for one in options) else ["-m", DEFAULT_TIER]
    jobs = [] if any(one.startswith("-n") for one in options) else ["-n", str(JOBS)]
    more = [f"--randomly-seed={seed}", f"--junit-xml={report}", *jobs, *tier]
    return [sys.executable, "-m", "pytest", "-q", *more, *options]


def play(seed: int, options: Sequence[str]) -> Run:
    """Run the tests once, in the order of a seed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="again-") as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(command_of(seed, report, options), capture_output=True, text=True, check=False)
        tests, red = read(report) if report.exists() else (0, ())
        sys.stdout.writelines(reasons(report) if red else ())
    if done.returncode not in (GREEN, RED) or (done.returncode == RED and not red):
        red = (*red, ITSELF)
        sys.stdout.write(f"pytest ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2_000:]}\n")
    return Run(seed, tests, red, time.monotonic() - began)


def read(report: Path) -> tuple[int, tuple[str, ...]]:
    """Return the number of tests in a JUnit report, and the names of the red ones."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    return len(cases), tuple(sorted({_name(one) for one in cases if _failures(one)}))


def reasons(report: Path) -> Iterator[str]:
    """Give why each red test of a JUnit report was red: a test that is red now and then is not red again when asked."""
    for case in ElementTree.parse(report).iter("testcase"):
        for failure in _failures(case):
            yield f"{_name(case)}:\n{(failure.text or '')[-REASON_CHARACTERS:]}\n"


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}::{case.get('name')}"


def _failures(case: ElementTree.Element) -> list[ElementTree.Element]:
    return [*case.iter("failure"), *case.iter("error")]


def summary(runs: Sequence[Run]) -> str:
    """Return what was red, each test with the seeds of its red runs, the most frequent first."""
    seeds: dict[str, list[int]] = {}
    for run in runs:
        for name in run.red:
            seeds.setdefault(name, []).append(run.seed)
    lines = [
        f"{len(found)} of {len(runs)}: {name} (seeds {', '.join(map(str, found))})"
        for name, found in sorted(seeds.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    tests, reds = sum(run.tests for run in runs), sum(len(run.red) for run in runs)
    return "\n".join([*lines, f"{len(runs)} runs, {tests} tests, {reds} red"])


def main(arguments: Sequence[str]) -> int:
    """Run, print and return the exit code: 0 when nothing was red."""
    parser = argparse.ArgumentParser(prog="python -m tools.again", description=(__doc__ or "").partition(",")[0])
    parser.add_argument("times", type=int, help="how many runs")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(2**31), help="of the first run; then one more each"
    )
    told, options = parser.parse_known_args(arguments)
    runs: list[Run] = []
    for number in range(told.times):
        run = play(told.seed + number, options)
        runs.append(run)
        about = f"{len(run.red)} red of {run.tests} in {run.seconds:.0f} s"
        sys.stdout.write(f"run {number + 1} of {told.times}, seed {run.seed}: {about}\n")
        sys.stdout.writelines(f"  red: {name}\n" for name in run.red)
        sys.stdout.flush()
    sys.stdout.write(summary(runs) + "\n")
    return RED if any(run.red for run in runs) else GREEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
