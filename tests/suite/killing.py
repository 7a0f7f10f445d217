"""Run seeded defects and say how each was killed: ``python -m tests.suite.killing [ID|NAME ...]`` prints the table.

The exit code is 1 when a defect survives. The first kill stops a defect's run; nothing is shrunk.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable

from contracts.adapter import DeskDriver
from contracts.desk.subject import desk_subject
from contracts.drivers import open_driver
from tests.suite.defect import Defect, Kill, adapter_subject, all_defects, kill


def run_defect(defect: Defect, driver: DeskDriver) -> Kill:
    """Run one defect; an adapter's over the mock of ``driver``, a desk's over its own."""
    if defect.desk is None:
        try:
            return kill(defect, driver, adapter_subject(defect))
        finally:
            driver.new_desk()  # the old one goes, and with it the streams that a faulty adapter has left open
    with defect.desk() as faulty:
        return kill(defect, faulty, desk_subject(defect.name))


def chosen(names: Iterable[str]) -> list[Defect]:
    """Return the defects with these names or primary requirements; all for none."""
    wanted = set(names)
    return [one for one in all_defects() if not wanted or {one.name, one.kills} & wanted]


def main(names: list[str]) -> int:
    """Run the defects, print the table, return the exit code."""
    driver = open_driver("mockdesk")
    survivors, times = 0, []
    try:
        for defect in chosen(names):
            began = time.monotonic()
            outcome = run_defect(defect, driver)
            times.append(time.monotonic() - began)
            survivors += not outcome.killed
            mark = "killed  " if outcome.killed else "SURVIVED"
            print(f"{mark} {defect.kills} {defect.subject:7} {times[-1]:6.2f} s {outcome.runs:3} runs  {defect.name}")  # noqa: T201
    finally:
        driver.close()
    middle = statistics.median(times) if times else 0.0
    print(f"{len(times)} defects, {survivors} survived, median {middle:.2f} s, {sum(times):.0f} s in all")  # noqa: T201
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
