"""What a benchmark is made of: lines, the quantities of a line, and what was measured of whom."""

from __future__ import annotations

import shlex
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import TypeAlias

from bench.machine import machine_times, own_cpu_seconds, wait_until_quiet
from bench.peers.catalog import Peer
from bench.processes import CannotMeasure
from bench.sizes import Sizes

LIMIT_PERCENT = 90.0
"""From here on the generator, and not the server, may be what limits a figure."""
NOISY_PERCENT = 30.0
"""A row is disturbed when others used, or the hypervisor took, more than this of one core."""


@dataclass(frozen=True)
class Noise:
    """What disturbed a measurement, in percent of one core: other programs, and the hypervisor."""

    others_cpu_percent: float
    steal_percent: float


@dataclass(frozen=True)
class Values:
    """What one measurement gave, by the keys of its line's quantities."""

    values: Mapping[str, float]
    generator_cpu_percent: float | None = None


@dataclass(frozen=True)
class Measurement:
    """One row of a line's table. Without values, ``reason`` says why; with values it may say what to know of them."""

    subject: str
    case: str
    values: Mapping[str, float] = field(default_factory=dict)
    generator_cpu_percent: float | None = None
    noise: Noise | None = None
    reason: str = ""

    @property
    def disturbance(self) -> float:
        """The greater of what others used and what was stolen, percent of one core; infinite without figures."""
        return inf if self.noise is None else max(self.noise.others_cpu_percent, self.noise.steal_percent)

    @property
    def is_noisy(self) -> bool:
        """Whether it was disturbed so much that its wall times are doubtful."""
        return self.noise is not None and self.disturbance > NOISY_PERCENT

    @property
    def generator_is_limit(self) -> bool:
        """Whether the load generator had no reserve left."""
        return (self.generator_cpu_percent or 0.0) >= LIMIT_PERCENT


@dataclass(frozen=True)
class Quantity:
    """One column: its key in :attr:`Measurement.values`, its title with the unit, and its decimals."""

    key: str
    title: str
    decimals: int = 0


@dataclass(frozen=True)
class Ratio:
    """The column that compares: the quantity ``key`` of each row, divided by that of ``reference`` in the same case."""

    key: str
    reference: str


@dataclass(frozen=True)
class Setup:
    """What the lines are told: how much to measure, where things are cached, which peers, what is missing of ours."""

    sizes: Sizes
    cache: Path
    peers: tuple[Peer, ...] = ()
    quiet_seconds: float = 0.0
    scale_missing: str = ""
    """Why the scale tier cannot be measured; empty when it can."""
    tries: int = 1
    """How often a disturbed measurement is made at most; the least disturbed one counts, whatever it says."""


Measure: TypeAlias = Callable[[Setup], Iterator[Measurement]]


@dataclass(frozen=True)
class Line:
    """One line of the benchmark: a table with its quantities as columns."""

    name: str
    title: str
    how: str
    quantities: tuple[Quantity, ...]
    measure: Measure
    ratio: Ratio | None = None


def attempt(setup: Setup, subject: str, case: str, measure: Callable[[], Values]) -> Measurement:
    """Measure when the machine is quiet, or has had its time to become so; a failure is told in the row."""
    best = None
    for _ in range(setup.tries):
        found = _attempt(setup, subject, case, measure)
        if best is None or found.disturbance < best.disturbance:
            best = found
        if best.noise is None or not best.is_noisy:
            break
    return best or Measurement(subject, case, reason="not tried")


def _attempt(setup: Setup, subject: str, case: str, measure: Callable[[], Values]) -> Measurement:
    wait_until_quiet(setup.quiet_seconds)
    before, own = machine_times(), own_cpu_seconds()
    try:
        found = measure()
    except CannotMeasure as error:
        return Measurement(subject, case, reason=str(error))
    except OSError as error:
        return Measurement(subject, case, reason=f"{type(error).__name__}: {error}")
    after = machine_times()
    passed = after.at - before.at
    others = max(0.0, after.busy - before.busy - (own_cpu_seconds() - own))
    noise = Noise(others / passed * 100, (after.steal - before.steal) / passed * 100)
    return Measurement(subject, case, found.values, found.generator_cpu_percent, noise)


def median_seconds(action: Callable[[], object], count: int) -> float:
    """Return the median time (wall) of one call."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def in_words(command: tuple[str, ...] | list[str]) -> str:
    """Return a command as one would type it."""
    return shlex.join(command)
