"""Line: how long the suite itself takes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

from bench.measurement import Line, Measurement, Quantity, Setup, Values, attempt
from bench.processes import CannotMeasure, environment
from bench.subjects import ROOT

COMMANDS = (("verify", "adapter", "byosd_reference:connect", "--quick"), ("list",))
MOST_SECONDS = 600.0
CONTRACTS = "contracts"


def _measure(setup: Setup) -> Iterator[Measurement]:
    for arguments in COMMANDS:
        yield attempt(setup, CONTRACTS, " ".join(arguments), partial(_fastest, setup.sizes.suite_runs, arguments))


def _fastest(runs: int, arguments: tuple[str, ...]) -> Values:
    seconds = [_run(arguments) for _ in range(runs)]
    return Values({"seconds": min(seconds), "slowest": max(seconds)})


def _run(arguments: tuple[str, ...]) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "contracts", *arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=MOST_SECONDS, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise CannotMeasure(f"did not end within {MOST_SECONDS:.0f} s") from None
    if done.returncode:
        raise CannotMeasure(f"ended with code {done.returncode}: {done.stderr.strip()[-100:]}")
    return time.perf_counter() - began


LINE = Line(
    "suite-runs",
    "Run times of the suite",
    "Wall time of the command line, everything included.",
    (Quantity("seconds", "fastest s", 2), Quantity("slowest", "slowest s", 2)),
    _measure,
)
