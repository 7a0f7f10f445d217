"""From a verification to its reports: what is excused, what is written where, what is printed, which exit code."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from contracts.known_failures import KnownFailure, excuse
from contracts.replay import write_replay
from contracts.report_json import dump, report_json
from contracts.report_junit import report_junit
from contracts.report_terminal import print_report
from contracts.verdict import EXIT_CODES
from contracts.verification import Verification


class BadOutput(ValueError):
    """A report cannot be written where it should be; the message names the place."""


@dataclass(frozen=True)
class Outputs:
    """Which reports are wanted, and what is known before. ``today`` decides which known failures have expired."""

    replays: Path
    today: date
    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    known: tuple[KnownFailure, ...] = ()
    verbose: bool = False

    def prepare(self) -> None:
        """Make the folders of the reports; better before a long run than after it.

        Raises:
            BadOutput: one cannot be made.
        """
        for path in (self.json, self.junit, self.html):
            if path is not None:
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise BadOutput(f"{path}: no report can be written there: {error}") from error


def console() -> Console:
    """Return the console of the reports: no colours when standard output is no terminal, or NO_COLOR is set."""
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160)


def publish(
    done: Verification, target: str, driver: str, outputs: Outputs, opening: Mapping[str, Any] | None = None
) -> int:
    """Excuse what is known, write the reports and the replay files, print the report, and return the exit code.

    ``opening`` is what the user said of how the target is opened, for the replay files.
    """
    excuse(done, outputs.known, outputs.today)
    commands = replay_commands(done, target, driver, outputs.replays, opening)
    written = _write(done, commands, outputs)
    print_report(console(), done, commands, verbose=outputs.verbose, written=written)
    return EXIT_CODES[done.conclusion]


def replay_commands(
    done: Verification, target: str, driver: str, folder: Path, opening: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Write a replay file for each failure and return the commands that play them, by requirement id."""
    commands: dict[str, str] = {}
    for result in done.results:
        if result.finding is not None:
            path = write_replay(
                folder,
                result,
                target=target,
                subject=done.subject.kind,
                driver=driver,
                seed=done.options.seed,
                opening=opening,
            )
            commands[result.requirement.id] = f"contracts replay {shlex.quote(str(path))}"
    return commands


def _write(done: Verification, commands: dict[str, str], outputs: Outputs) -> dict[str, Path]:
    written: dict[str, Path] = {}
    if outputs.json is not None:
        outputs.json.write_text(dump(report_json(done, commands)), encoding="utf-8")
        written["JSON"] = outputs.json
    if outputs.junit is not None:
        outputs.junit.write_text(report_junit(done, commands), encoding="utf-8")
        written["JUnit"] = outputs.junit
    if outputs.html is not None:
        from contracts.report_html import report_html

        outputs.html.write_text(report_html(done, commands), encoding="utf-8")
        written["HTML"] = outputs.html
    return written
