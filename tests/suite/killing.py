"""The table of seeded defects: ``python -m tests.suite.killing [ID|GROUP|ROW|NAME ...]`` runs them and prints it.

The first kill stops a defect's run; nothing is shortened. Exit codes: 0 all killed, and no requirement without a
defect; 1 something survived, or is missing; 2 a name that fits nothing. ``--write`` keeps examples of the failures in
contracts/failures.json, which ``contracts explain`` shows; with NAMES those of the others stay.
"""

from __future__ import annotations

import logging
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context

import click

from contracts.adapter import DeskDriver
from contracts.catalogue import catalogue
from contracts.desk.subject import desk_subject
from contracts.drivers import open_driver
from contracts.explanations import fault_rows
from tests.suite.defect import Defect, Kill, adapter_subject, all_defects, kill
from tests.suite.equivalents import EQUIVALENTS
from tests.suite.examples import Example, example_of, write
from tests.suite.rows import INEXPRESSIBLE, covered

CHUNK = 6
"""Defects that a process runs with one driver before it takes the next ones."""


@dataclass(frozen=True)
class Outcome:
    """One line of the table."""

    kills: str
    name: str
    subject: str
    seconds: float
    runs: int
    killed: bool
    by: str
    others: tuple[str, ...]
    example: Example | None

    def __str__(self) -> str:
        mark = "killed  " if self.killed else "SURVIVED"
        others = f"; also {', '.join(self.others)}" if self.others else ""
        by = f"by {self.by}{others}" if self.killed else f"others: {', '.join(self.others) or 'none'}"
        line = f"{mark} {self.kills} {self.subject:7} {self.seconds:6.2f} s {self.runs:3} runs  {self.name:28} {by}"
        return line.rstrip()


def run_defect(defect: Defect, driver: DeskDriver, seed: int = 0) -> Kill:
    """Run one defect; an adapter's over the mock of ``driver``, a desk's over its own."""
    if defect.desk is None:
        try:
            return kill(defect, driver, adapter_subject(defect), seed=seed)
        finally:
            driver.new_desk()  # the old one goes, and with it the streams that a faulty adapter has left open
    with defect.desk() as faulty:
        return kill(defect, faulty, desk_subject(defect.name), seed=seed)


def key_of(defect: Defect) -> str:
    """Return what names a defect: its requirement and its name."""
    return f"{defect.kills} {defect.name}"


def outcome_of(defect: Defect, driver: DeskDriver, seed: int) -> Outcome:
    """Run one defect and tell what came of it."""
    began = time.monotonic()
    done = run_defect(defect, driver, seed)
    seconds = time.monotonic() - began
    by = done.finding.run.name if done.finding is not None else ""
    example = example_of(done)
    return Outcome(defect.kills, defect.name, defect.subject, seconds, done.runs, done.killed, by, done.others, example)


def run_chunk(work: tuple[tuple[str, ...], int]) -> list[Outcome]:
    """Run the defects with these keys, one after the other, over drivers of their own."""
    keys, seed = work
    logging.disable(logging.CRITICAL)  # what faulty subjects log is not the table
    known = {key_of(one): one for one in all_defects()}
    chosen = [known[key] for key in keys]
    with ExitStack() as opened:
        drivers = {name: open_driver(name) for name in {one.driver for one in chosen}}
        for driver in drivers.values():
            opened.callback(driver.close)
        return [outcome_of(one, drivers[one.driver], seed) for one in chosen]


def run_all(defects: Sequence[Defect], jobs: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes in the order of the defects; ``jobs`` processes share the work."""
    keys = [key_of(one) for one in defects]
    work = [(tuple(keys[place : place + CHUNK]), seed) for place in range(0, len(keys), CHUNK)]
    if jobs == 1:
        for chunk in work:
            yield from run_chunk(chunk)
        return
    with get_context("spawn").Pool(jobs) as pool:
        for outcomes in pool.imap(run_chunk, work):
            yield from outcomes


def chosen(names: Iterable[str]) -> list[Defect]:
    """Return the defects with these names, primary requirements, groups or rows; all for none.

    Raises:
        click.UsageError: a name fits nothing.
    """
    wanted, everything = set(names), all_defects()
    fits = {key_of(one): {one.name, one.kills, one.kills[:3], one.seen, one.subject} for one in everything}
    unknown = wanted - set().union(*fits.values())
    if unknown:
        raise click.UsageError(f"no defect, requirement, group or row is called {', '.join(sorted(unknown))}")
    return [one for one in everything if not wanted or fits[key_of(one)] & wanted]


def without_defect() -> list[str]:
    """Return the requirements that kill none."""
    return sorted({one.id for one in catalogue()} - {one.kills for one in all_defects()})


def sums(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the last lines of the table."""
    times = [one.seconds for one in outcomes] or [0.0]
    slowest = max(outcomes, key=lambda one: one.seconds, default=None)
    desks = sum(one.subject == "desk" for one in outcomes)
    killed = sum(one.killed for one in outcomes)
    rows = fault_rows()
    return [
        f"{len(outcomes)} defects ({len(outcomes) - desks} adapters, {desks} desks), {killed} killed by their primary "
        f"requirement, {len(outcomes) - killed} survived",
        f"median {statistics.median(times):.2f} s, {sum(times):.0f} s in all"
        + (f", slowest {slowest.seconds:.1f} s ({slowest.name})" if slowest else ""),
        f"fault rows: {len(covered())} of {len(rows)} are expressed by a defect",
        *(f"  not {id}: {why}" for id, why in INEXPRESSIBLE.items()),
        f"equivalent to a correct adapter, not counted: {len(EQUIVALENTS)}",
        *(f"  {name} ({one.seen}): {one.why}" for name, one in EQUIVALENTS.items()),
        f"requirements without a defect: {', '.join(without_defect()) or 'none'}",
    ]


@click.command()
@click.argument("names", nargs=-1)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that share the work.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the generated sequences.")
@click.option("--write", "keep", is_flag=True, help="Write contracts/failures.json from what the defects failed with.")
def main(names: tuple[str, ...], jobs: int, seed: int, keep: bool) -> None:
    """Run the defects that NAMES choose (all for none), print the table, and tell by the exit code how it went."""
    defects = chosen(names)
    outcomes = []
    for outcome in run_all(defects, jobs, seed):
        outcomes.append(outcome)
        click.echo(str(outcome))
    click.echo("\n".join(["", *sums(outcomes)]))
    if keep:
        examples = [one.example for one in outcomes if one.example is not None]
        click.echo(f"examples of failures: {write(examples, [one.id for one in catalogue()])}")
    sys.exit(0 if all(one.killed for one in outcomes) and (names or not without_defect()) else 1)


if __name__ == "__main__":
    main()
