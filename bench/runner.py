"""Measuring line after line."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Sequence

from bench.machine import MachineTimes
from bench.measurement import Line, Measurement, Setup


def measure(
    setup: Setup, lines: Iterable[Line], tell: Callable[[Line, Sequence[Measurement]], None]
) -> dict[str, list[Measurement]]:
    """Return the rows of each line by its name; ``tell`` hears of each line as soon as it is measured."""
    raise_descriptor_limit()
    measured: dict[str, list[Measurement]] = {}
    for line in lines:
        measured[line.name] = list(line.measure(setup))
        tell(line, measured[line.name])
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
