"""The findings of a verification, each reduced to a short program as far as the time allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.program import Program
from contracts.shrink import Shrunk, failure_like, shrink
from contracts.trace import Trace
from contracts.verdict import Finding, Result, Run, Shrinking

PLAYS = 80
"""Plays spent on one finding at most."""

PlayRun = Callable[[str, Program, Mapping[str, object]], Trace]
"""Plays a program under a name and settings, in a fresh session on a fresh desk, without judging it."""


@dataclass(frozen=True)
class Shrinker:
    """Reduces findings with the wall seconds that all of them may take together.

    ``patient`` plays like ``play``, but as patiently as a new verification or a replay does: what is reported has
    failed under it, too.
    """

    play: PlayRun
    patient: PlayRun
    seconds: float
    plays: int = PLAYS
    progress: Callable[[int, int], None] = lambda done, planned: None

    def results(self, results: Sequence[Result]) -> tuple[list[Result], list[str]]:
        """Return the results with their findings reduced, and notes for the report.

        The shortest programs come first, so that one long one cannot use up the time of the others; what is left of
        the time is shared evenly among those that are still to come.
        """
        end = time.monotonic() + self.seconds
        new, notes = {one.requirement.id: one for one in results}, list[str]()
        waiting = sorted((one for one in results if one.finding is not None), key=_length)
        for number, one in enumerate(waiting):
            self.progress(number, len(waiting))
            now = time.monotonic()
            if now >= end:
                notes.append(f"{len(waiting) - number} findings were not shortened: the time for it was up")
                break
            share = now + (end - now) / (len(waiting) - number)
            try:
                new[one.requirement.id] = self._result(one, share)
            except Exception as error:  # what was found must be reported all the same
                notes.append(f"shortening {one.requirement.id} broke: {type(error).__name__}: {error}")
        return [new[one.requirement.id] for one in results], notes

    def _result(self, result: Result, end: float) -> Result:
        finding = result.finding
        assert finding is not None
        run = finding.run

        def play(program: Program) -> Trace:
            return self.play(run.name, program, run.settings)

        found = shrink(
            result.requirement,
            finding.judgement,
            run.program,
            play,
            plays=self.plays,
            in_time=lambda: time.monotonic() < end,
        )
        steps = len(run.program)
        if found is None:
            return replace(result, shrinking=Shrinking(steps, again=False, plays=1))
        shorter = self._confirmed(result, finding, found) if found.program != run.program else None
        return replace(result, finding=shorter or finding, shrinking=Shrinking(steps, again=True, plays=found.plays))

    def _confirmed(self, result: Result, finding: Finding, found: Shrunk) -> Finding | None:
        """Return the finding of the short program, if it fails for who is patient, too."""
        run = finding.run
        trace = self.patient(run.name, found.program, run.settings)
        judgement = failure_like(result.requirement, finding.judgement, trace)
        if judgement is None:
            return None
        return Finding(finding.requirement, judgement, Run(run.name, found.program, trace, run.settings, run.source))


def _length(result: Result) -> int:
    return len(result.finding.run.program) if result.finding is not None else 0
