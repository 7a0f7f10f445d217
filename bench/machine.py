"""What the machine says of its processes: /proc of Linux, read without any library. Times are CPU seconds."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
STEAL = 7
"""The place of steal among the counters of a ``cpu`` line, proc(5)."""
IDLE = (3, 4)
"""The places of idle and iowait."""


def process_tree(root: int) -> list[int]:
    """Return the ids of a process and of all that descend from it and live."""
    children: dict[int, list[int]] = {}
    for process, fields in _all_stats():
        children.setdefault(int(fields[1]), []).append(process)
    found, left = [], [root]
    while left:
        process = left.pop()
        found.append(process)
        left += children.get(process, [])
    return found


def _all_stats() -> Iterator[tuple[int, list[str]]]:
    for entry in os.listdir(PROC):
        if entry.isdigit() and (fields := _stat(int(entry))):
            yield int(entry), fields


def _stat(process: int) -> list[str]:
    """Return the fields of ``/proc/PID/stat`` after the name; empty when the process is gone."""
    try:
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_seconds(root: int) -> float:
    """Return what a process and its descendants have used, user and system."""
    stats = [_stat(process) for process in process_tree(root)]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats if fields) / TICKS_PER_SECOND


def resident_kib(root: int) -> int:
    """Return the resident memory (VmRSS) of a process and its descendants, KiB."""
    return sum(_status(process, "VmRSS") for process in process_tree(root))


def thread_count(root: int) -> int:
    """Return how many threads a process and its descendants have."""
    return sum(_status(process, "Threads") for process in process_tree(root))


def _status(process: int, key: str) -> int:
    try:
        text = (PROC / str(process) / "status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{key}:")), 0)


@dataclass(frozen=True)
class MachineTimes:
    """The machine's counters at one moment: ``busy`` and ``steal`` in CPU seconds of all cores, ``at`` in seconds."""

    at: float
    busy: float
    steal: float


def machine_times() -> MachineTimes:
    """Return the counters of now; what the hypervisor took is not counted as busy."""
    line = (PROC / "stat").read_text().partition("\n")[0]
    counters = [int(value) / TICKS_PER_SECOND for value in line.split()[1:9]]
    busy = sum(value for place, value in enumerate(counters) if place not in (*IDLE, STEAL))
    return MachineTimes(time.perf_counter(), busy, counters[STEAL])


def own_cpu_seconds() -> float:
    """Return what this program and its children that have ended used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def wait_until_quiet(seconds: float, busy_cores: float = 0.3) -> bool:
    """Wait until the machine uses less than ``busy_cores``, at most ``seconds``; tell whether it is quiet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = machine_times()
        time.sleep(0.8)
        after = machine_times()
        if (after.busy - before.busy) / (after.at - before.at) < busy_cores:
            return True
    return False


def describe() -> str:
    """Return the machine in a line: cores, processor, memory, system, Python."""
    memory = _first_number(PROC / "meminfo", "MemTotal") / 2**20
    model = _first_text(PROC / "cpuinfo", "model name") or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def _first_text(path: Path, key: str) -> str:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _first_number(path: Path, key: str) -> int:
    return int((_first_text(path, key).split() or ["0"])[0])
