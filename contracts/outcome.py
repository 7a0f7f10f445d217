"""What a verdict means to a tool that knows tests only: passed, failed, error, skipped, or excused.

Such a report is red exactly where the exit code says so: a failure below the level that counts, and a known failure,
are excused; a MUST that nothing exercised is an error, because nothing says that it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.printable import printable
from contracts.requirement import Level
from contracts.timeline import around, timeline
from contracts.verdict import Conclusion, Result, Verdict, counts
from contracts.verification import Verification

UNREACHED = (Conclusion.MISWIRED, Conclusion.CRASHED)
"""Conclusions after which a requirement without a verdict says nothing."""
LONGEST_PROGRAM = 12


class State(StrEnum):
    """How a test stands. Excused: it failed, and that does not count."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Outcome:
    """How a requirement stands as a test, and why in one line; empty where it passed."""

    state: State
    why: str = ""


def outcome(result: Result, done: Verification) -> Outcome:
    """Return what a verdict of a verification means as a test."""
    level = done.options.level
    if result.verdict is Verdict.PASS:
        return Outcome(State.PASSED)
    if result.verdict is Verdict.FAIL:
        return _failed(result, level)
    if result.verdict is Verdict.KNOWN_FAILURE:
        return Outcome(State.EXCUSED, f"known failure: {result.reason}")
    if result.verdict is Verdict.SKIP:
        return Outcome(State.SKIPPED, result.reason or "skipped")
    if result.verdict is Verdict.INCONCLUSIVE and done.conclusion in UNREACHED:
        return Outcome(State.SKIPPED, f"not judged: the subject is {done.conclusion.value}")
    why = f"{result.verdict.value}: {result.reason}"
    return Outcome(State.ERROR if counts(result, level) else State.SKIPPED, why)


def _failed(result: Result, level: Level) -> Outcome:
    assert result.finding is not None
    judgement = result.finding.judgement
    if counts(result, level):
        return Outcome(State.FAILED, f"expected {judgement.expected}; came: {judgement.actual}")
    return Outcome(State.EXCUSED, f"fails, but it is a {result.level.value.upper()} and the level asked for is {level}")


def program_length(result: Result) -> str:
    """Return how long the program of a finding is, and whether it is the one that was recorded."""
    assert result.finding is not None
    number, shrinking = len(result.finding.run.program), result.shrinking
    steps = "program of 1 step" if number == 1 else f"program of {number} steps"
    if number > LONGEST_PROGRAM:
        steps += f", the first {LONGEST_PROGRAM}"
    if shrinking is None:
        return steps
    if not shrinking.again:
        return f"{steps}, as recorded; it did not happen again on replay"
    return steps + (f", shortened from {shrinking.steps}" if number != shrinking.steps else "")


def failure_text(result: Result, replay: str = "") -> str:
    """Return a failure in full: what was expected, what came, where, the program, the timeline, and the command that
    replays it."""
    assert result.finding is not None
    judgement, run = result.finding.judgement, result.finding.run
    lines = [
        f"expected: {judgement.expected}",
        f"came:     {judgement.actual}",
        f"in {run.name}; {result.violations} violations in {result.exercised} occasions",
        program_length(result),
        *(f"{number:4}. {step}" for number, step in enumerate(run.program[:LONGEST_PROGRAM], 1)),
        *around(timeline(run.trace, judgement.at)),
    ]
    return printable("\n".join([*lines, f"replay: {replay}"] if replay else lines))
