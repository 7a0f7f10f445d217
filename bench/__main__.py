"""``./dev bench``: measure ours and its peers in the same run, print the tables and write them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from bench.goals import outcomes
from bench.lines.catalog import LINES
from bench.machine import describe, machine_times, own_cpu_seconds
from bench.measurement import Line, Setup, in_words
from bench.peers.catalog import PEERS
from bench.remarks import FILE, read_remarks
from bench.report import Head, Report
from bench.runner import Measured, measure, noise_in_words
from bench.sizes import FULL, QUICK
from bench.subjects import ROOT, why_scale_is_missing
from bench.table import goals_section, line_section
from bench.versions import versions

CACHE = ROOT / ".bench"
RESULTS = ROOT / "bench" / "results"
NO_PEERS = "none"
QUIET_SECONDS = 20.0
"""How long a full run waits for a quiet machine before each measurement."""


def chosen(text: str | None, known: Sequence[str], what: str) -> list[str]:
    """Return the names of a list with commas, all without one.

    Raises:
        click.BadParameter: a name is not known.
    """
    names = list(known) if text is None else [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"no {what} {', '.join(unknown)}; there are: {', '.join(known)}")
    return names


@click.command("bench")
@click.option("--quick", is_flag=True, help="Small sizes: some minutes, and no figures for the record.")
@click.option("--only", metavar="LINE,...", help=f"Of {', '.join(line.name for line in LINES)}.")
@click.option("--peers", metavar="PEER,...|none", help=f"Of {', '.join(peer.name for peer in PEERS)}.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The Markdown; its JSON comes beside it.")
@click.option("--wait", "quiet_seconds", type=click.FloatRange(0), help="For a quiet machine, before each measurement.")
def main(quick: bool, only: str | None, peers: str | None, out: Path | None, quiet_seconds: float | None) -> None:
    """Measure mockdesk beside its peers; see docs/benchmarks.md."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers are ended, too
    names = chosen(only, [line.name for line in LINES], "line")
    peer_names = [] if peers == NO_PEERS else chosen(peers, [peer.name for peer in PEERS], "peer")
    wait = quiet_seconds if quiet_seconds is not None else 0.0 if quick else QUIET_SECONDS
    setup = Setup(
        QUICK if quick else FULL,
        CACHE,
        tuple(peer for peer in PEERS if peer.name in peer_names),
        wait,
        why_scale_is_missing(),
        tries=1 if quick else 2,
    )
    lines = [line for line in LINES if line.name in names]
    path = out or _default_path(quick)
    run(setup, lines, path)


def _default_path(is_quick: bool) -> Path:
    """Return where the report goes: only full runs are kept in the repository."""
    if is_quick:
        return CACHE / "quick.md"
    return RESULTS / f"{datetime.now():%Y-%m-%d-%H%M}.md"


def run(setup: Setup, lines: Sequence[Line], path: Path) -> Report:
    """Measure the lines, print each as it is done, and write the report."""
    remarks = read_remarks(FILE.read_text(encoding="utf-8"))
    before, own, told = machine_times(), own_cpu_seconds(), versions(setup.peers)
    date, command = f"{datetime.now():%Y-%m-%d %H:%M}", in_words(["./dev", "bench", *sys.argv[1:]])

    def report(measured: Measured) -> Report:
        noise = noise_in_words(before, machine_times(), own_cpu_seconds() - own)
        return Report(Head(date, command, describe(), noise, setup.sizes.name, told), lines, measured, remarks)

    def tell(line: Line, measured: Measured) -> None:
        click.echo(line_section(line, measured[line.name], remarks.get(line.name, "")))
        report(measured).write(path)  # whoever stops the run keeps what it has measured

    measured = measure(setup, lines, lambda row: click.echo(row, err=True), tell)
    click.echo(goals_section(outcomes(measured), remarks))
    click.echo(f"written: {path} and {path.with_suffix('.json').name}")
    return report(measured)


if __name__ == "__main__":
    main(prog_name="./dev bench")
