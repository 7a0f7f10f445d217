"""Replay files: the program of a failing run with all that is needed to play it again, and the trace as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.program import Program, Step
from contracts.trace import Trace
from contracts.verdict import Result

FORMAT = 1


class BadReplay(ValueError):
    """A replay file cannot be read; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Replay:
    """One failing run, ready to be played again or to be judged anew.

    ``opening``: what the user said of how the target is opened, besides its name. ``shrunk_from``: how many steps the
    program had before it was shortened, ``None`` if it was not.
    """

    requirement: str
    target: str
    subject: str
    driver: str | None
    seed: int
    name: str
    program: Program
    settings: Mapping[str, Any]
    trace: Trace
    suite_digest: str
    shrunk_from: int | None = None
    opening: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {
            "format": FORMAT,
            "requirement": self.requirement,
            "target": self.target,
            "opening": dict(self.opening),
            "subject": self.subject,
            "driver": self.driver,
            "seed": self.seed,
            "name": self.name,
            "program": [step.to_json() for step in self.program],
            "settings": dict(self.settings),
            "suite_digest": self.suite_digest,
            "shrunk_from": self.shrunk_from,
            "trace": self.trace.to_json(),
        }


def write_replay(
    folder: Path,
    result: Result,
    *,
    target: str,
    subject: str,
    driver: str | None,
    seed: int,
    opening: Mapping[str, Any] | None = None,
) -> Path:
    """Write the replay file of a failed requirement's finding into ``folder`` and return its path."""
    finding, shrinking = result.finding, result.shrinking
    assert finding is not None
    run = finding.run
    shorter = shrinking is not None and len(run.program) < shrinking.steps
    replay = Replay(
        finding.requirement,
        target,
        subject,
        driver,
        seed,
        run.name,
        run.program,
        run.settings,
        run.trace,
        suite_digest(),
        shrinking.steps if shrinking is not None and shorter else None,
        opening or {},
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.requirement}.replay.json"
    path.write_text(json.dumps(replay.to_json(), ensure_ascii=False, indent=1), encoding="utf-8", errors="replace")
    return path


def read_replay(path: Path) -> Replay:
    """Return the replay that a file holds.

    Raises:
        BadReplay: the file is missing, is no JSON, is of another format, or lacks a part.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadReplay(f"{path}: not a replay file: {error}") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BadReplay(f"{path}: not a replay file of format {FORMAT}")
    try:
        program = tuple(Step.from_json(step) for step in value["program"])
        return Replay(
            requirement=value["requirement"],
            target=value["target"],
            subject=value["subject"],
            driver=value["driver"],
            seed=value["seed"],
            name=value["name"],
            program=program,
            settings=value["settings"],
            trace=Trace.from_json(value["trace"]),
            suite_digest=value["suite_digest"],
            shrunk_from=value.get("shrunk_from"),
            opening=value.get("opening", {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadReplay(f"{path}: the replay file lacks or misstates {error}") from error


def suite_digest() -> str:
    """Return a digest of the suite's own code: a replay says when it was written by another suite."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
