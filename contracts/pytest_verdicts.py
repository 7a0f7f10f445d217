"""The verification behind the pytest items: what is asked for, and the verdicts in values that workers can share."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

from contracts.cli_verify import adapter_subject, driven
from contracts.desk.subject import desk_subject, further_checks
from contracts.drivers import NoDriver
from contracts.known_failures import KnownFailure, excuse
from contracts.lanes.python_object import BadTarget
from contracts.lanes.targets import Opening
from contracts.outcome import UNREACHED, failure_text, outcome
from contracts.printable import printable
from contracts.publish import replay_commands
from contracts.requirement import Level
from contracts.run import verify
from contracts.verdict import Result
from contracts.verification import DEFAULT_SEQUENCES, Options, Verification


class Verdicts(TypedDict):
    """What an item needs of one requirement."""

    state: str
    why: str
    text: str
    verdict: str
    level: str
    exercised: int
    warnings: list[str]


class Told(TypedDict):
    """What all items need: the verdicts by requirement id, or why there are none."""

    broke: str | None
    verdicts: dict[str, Verdicts]


@dataclass(frozen=True)
class Asked:
    """What the command line asks for. ``kind`` is ``adapter`` or ``desk``."""

    kind: str
    target: str
    driver: str
    options: Options
    known: tuple[KnownFailure, ...]
    replays: Path
    today: date

    @classmethod
    def of(cls, option: Any, known: tuple[KnownFailure, ...]) -> Asked:
        """Return what pytest's options ask for."""
        options = Options(
            select=tuple(name for name in option.byosd_select.split(",") if name.strip()),
            profile=option.byosd_profile,
            level=Level(option.byosd_level),
            sequences=DEFAULT_SEQUENCES if option.byosd_sequences is None else option.byosd_sequences,
            seed=option.byosd_seed,
        )
        kind, target = ("desk", option.byosd_desk) if option.byosd_desk else ("adapter", option.byosd_adapter)
        return cls(
            kind, target.rstrip("/"), option.byosd_driver, options, known, Path(option.byosd_replays), date.today()
        )


def verdicts(asked: Asked) -> Told:
    """Verify, and return what the items need. A subject that cannot be had is told to each of them."""
    try:
        with _unheard():
            done = _verify(asked)
    except (BadTarget, NoDriver) as error:
        return {"broke": str(error), "verdicts": {}}
    except Exception:
        told = f"the suite broke; this says nothing about the subject\n{traceback.format_exc()}"
        return {"broke": told, "verdicts": {}}
    if done.conclusion in UNREACHED:
        told = f"nothing was judged, the subject is {done.conclusion.value}: {done.why}"
        return {"broke": printable("\n".join([told, *done.log])), "verdicts": {}}
    excuse(done, asked.known, asked.today)
    commands = replay_commands(done, asked.target, asked.driver, asked.replays)
    return {"broke": None, "verdicts": {one.requirement.id: _told(one, done, commands) for one in done.results}}


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep what the subject logs out of the first item's report: it is about all of them."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, [logging.NullHandler()]
    try:
        yield
    finally:
        root.handlers = handlers


def _verify(asked: Asked) -> Verification:
    if asked.kind == "desk":
        with driven(asked.driver, asked.target) as driver:
            return verify(desk_subject(asked.target), driver, asked.options, further=further_checks)
    with adapter_subject(Opening(asked.target)) as subject, driven(asked.driver) as driver:
        return verify(subject, driver, asked.options)


def _told(result: Result, done: Verification, commands: dict[str, str]) -> Verdicts:
    id, came = result.requirement.id, outcome(result, done)
    return {
        "state": came.state.value,
        "why": came.why,
        "text": failure_text(result, commands.get(id, "")) if result.finding is not None else "",
        "verdict": result.verdict.value,
        "level": result.level.value,
        "exercised": result.exercised,
        "warnings": [warning for warning in done.warnings if f": {id} " in warning],
    }
