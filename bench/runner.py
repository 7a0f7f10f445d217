"""Measuring line after line."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable
from typing import TypeAlias

from bench.machine import MachineTimes
from bench.measurement import Line, Measurement, Setup

Measured: TypeAlias = dict[str, list[Measurement]]
"""The rows by the names of their lines."""


def measure(
    setup: Setup, lines: Iterable[Line], progress: Callable[[str], None], tell: Callable[[Line, Measured], None]
) -> Measured:
    """Return the rows of each line by its name.

    ``progress`` hears of each row, ``tell`` of each line as soon as it is measured, with all that has been so far.
    """
    raise_descriptor_limit()
    measured: Measured = {}
    for line in lines:
        rows = measured.setdefault(line.name, [])
        for row in line.measure(setup):
            rows.append(row)
            progress(f"{line.name}: {row.subject} {row.case}".rstrip())
        tell(line, measured)
    return measured


def raise_descriptor_limit() -> None:
    """Allow as many open files as may be had: the servers that are started inherit it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def noise_in_words(before: MachineTimes, after: MachineTimes, own_cpu_seconds: float) -> str:
    """Return what other programs and the hypervisor took of the machine during the whole run."""
    passed = after.at - before.at
    others = max(0.0, after.busy - before.busy - own_cpu_seconds) / passed * 100
    steal = (after.steal - before.steal) / passed * 100
    return f"others used {others:.0f} % of one core, the hypervisor took {steal:.0f} %, over {passed:.0f} s"
