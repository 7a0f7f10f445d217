"""The options that the verify commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from contracts.known_failures import read_known_failures
from contracts.publish import Outputs
from contracts.requirement import Level
from contracts.verification import DEFAULT_SEQUENCES, QUICK_SEQUENCES, QUICK_SHRINK_SECONDS, SHRINK_SECONDS, Options

Command = Callable[..., Any]
FILE = click.Path(path_type=Path, dir_okay=False, writable=True)


def verify_options(command: Command) -> Command:
    """Add the options of the verify commands."""
    options = [
        click.option("--profile", type=click.Choice(["core", "full"]), default="full", show_default=True),
        click.option(
            "--level",
            type=click.Choice([level.value for level in Level]),
            default="must",
            show_default=True,
            help="Failures down to this level make the exit code 1.",
        ),
        click.option("--select", default="", metavar="ID|GROUP,...", help="Judge only these requirements."),
        click.option("--sequences", type=click.IntRange(0, 100_000), help=f"Generated (default {DEFAULT_SEQUENCES})."),
        click.option("--seed", type=int, default=0, show_default=True),
        click.option("--quick", is_flag=True, help=f"A scenario a requirement, {QUICK_SEQUENCES} sequences."),
        click.option("--no-shrink", is_flag=True, help="Report failing programs as they were, not shortened ones."),
        click.option(
            "--known-failures",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE",
            help="YAML list of {id, reason, expires?, subject?}: these failures do not count.",
        ),
        click.option("--json", "json_file", type=FILE, metavar="FILE", help="Write the JSON report."),
        click.option("--junit", "junit_file", type=FILE, metavar="FILE", help="Write the JUnit report."),
        click.option("--html", "html_file", type=FILE, metavar="FILE", help="Write the HTML report: one file."),
        click.option(
            "--replays",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("reports"),
            show_default=True,
            help="Folder for the replay files of failures.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Print how often each requirement was exercised."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def options_from(
    profile: str, level: str, select: str, sequences: int | None, seed: int, quick: bool, no_shrink: bool, **_: Any
) -> Options:
    """Return the options that the command line asks for."""
    count = sequences if sequences is not None else QUICK_SEQUENCES if quick else DEFAULT_SEQUENCES
    names = tuple(name for name in select.split(",") if name.strip())
    shrink = 0.0 if no_shrink else QUICK_SHRINK_SECONDS if quick else SHRINK_SECONDS
    return Options(
        select=names,
        profile=profile,
        level=Level(level),
        sequences=count,
        seed=seed,
        shrink_seconds=shrink,
        brief=quick,
    )


def outputs_from(
    replays: Path,
    json_file: Path | None,
    junit_file: Path | None,
    html_file: Path | None,
    known_failures: Path | None,
    verbose: bool,
    **_: Any,
) -> Outputs:
    """Return the reports that the command line asks for.

    Raises:
        BadKnownFailures: the file of known failures has a mistake.
        BadOutput: a report cannot be written where it should be.
    """
    known = read_known_failures(known_failures) if known_failures is not None else ()
    outputs = Outputs(replays, date.today(), json_file, junit_file, html_file, known, verbose)
    outputs.prepare()
    return outputs
