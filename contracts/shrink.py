"""Shorter programs that fail in the same way: a failing program is reduced until nothing more can be left out.

Pure search: the caller says how a program is played and how much may be spent. Steps are dropped in ever smaller chunks
(delta debugging), from the end; then arguments are made simpler. Each candidate is judged by the one requirement alone,
and counts only if that fails in the same way.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from contracts.program import AGENTS, Program, Step
from contracts.requirement import Judgement, Requirement
from contracts.trace import Trace

Play = Callable[[Program], Trace]
"""Plays a program in a fresh session on a fresh desk."""
NEEDED = frozenset(
    {"action", "agent", "to_agent", "text", "typing", "is_typing", "changes", "seconds", "fault", "operation", "match"}
    | {"name", "examples", "seed", "operations"}
)
"""Arguments without which a step is another step, or none. All others are optional."""
NAMES = "|".join(re.escape(str(name)) for one in AGENTS.values() for name in (one["id"], one["nickname"]))
VARYING = re.compile(
    rf"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | \b(?:{NAMES})\b | [\w.-]*\d[\w.-]*""", re.VERBOSE | re.DOTALL
)
"""What differs between two findings of one kind: quoted texts, the names of agents, numbers and ids."""


@dataclass(frozen=True)
class Shrunk:
    """The smallest program found that fails in the same way, what came of it, and how many plays that took."""

    program: Program
    trace: Trace
    judgement: Judgement
    plays: int


def shape(judgement: Judgement) -> tuple[str, object]:
    """Return what two findings of one kind have in common: what was expected, without texts, numbers and names."""
    masked = VARYING.sub("_", judgement.expected)
    return re.sub(r"_(?:(?:, | and | or )_)+", "_", masked), judgement.function


def failure_like(requirement: Requirement, like: Judgement, trace: Trace) -> Judgement | None:
    """Return the first judgement of a trace that fails as ``like`` does, or ``None``.

    A requirement that breaks on the trace says nothing about it.
    """
    try:
        found = list(requirement.judge(trace))
    except Exception:
        return None
    return next((one for one in found if not one.ok and shape(one) == shape(like)), None)


def shrink(
    requirement: Requirement,
    like: Judgement,
    program: Program,
    play: Play,
    *,
    plays: int,
    in_time: Callable[[], bool] = lambda: True,
) -> Shrunk | None:
    """Return the smallest program found in which ``requirement`` fails as in ``like``.

    The program itself is played first: ``None`` says that it did not fail again. The search ends after ``plays`` plays,
    when ``in_time`` says no, or when no step and no argument can go.
    """
    return _Search(requirement, like, play, plays, in_time).run(program)


class _Search:
    def __init__(
        self, requirement: Requirement, like: Judgement, play: Play, plays: int, in_time: Callable[[], bool]
    ) -> None:
        self._requirement, self._like, self._play = requirement, like, play
        self._limit, self._in_time = plays, in_time
        self._plays = 0
        self._tried: set[str] = set()
        self._best: Shrunk | None = None

    def run(self, program: Program) -> Shrunk | None:
        if not self._fails(program):
            return None
        before = None
        while self._best is not None and before != self._best.program:
            before = self._best.program
            self._drop_users()
            self._drop_steps()
            self._simplify()
        return self._best and replace(self._best, plays=self._plays)

    @property
    def _program(self) -> Program:
        assert self._best is not None
        return self._best.program

    def _fails(self, candidate: Program) -> bool:
        """Play a candidate that was not tried yet, if there is time; keep it when it fails in the same way."""
        key = json.dumps([step.to_json() for step in candidate], sort_keys=True, default=repr)
        if key in self._tried or self._plays >= self._limit or not self._in_time():
            return False
        self._tried.add(key)
        self._plays += 1
        trace = self._play(candidate)
        judgement = failure_like(self._requirement, self._like, trace)
        if judgement is not None:
            self._best = Shrunk(candidate, trace, judgement, self._plays)
        return judgement is not None

    def _drop_users(self) -> None:
        for user in sorted({step.user for step in self._program}):
            rest = tuple(step for step in self._program if step.user != user)
            if rest:
                self._fails(rest)

    def _drop_steps(self) -> None:
        size = max(1, len(self._program) // 2)
        while size >= 1:
            end = len(self._program)
            while end > 0:
                start = max(0, end - size)
                rest = self._program[:start] + self._program[end:]
                if rest:
                    self._fails(rest)
                end = start
            size //= 2

    def _simplify(self) -> None:
        for place in range(len(self._program)):
            while self._simplify_at(place):
                pass

    def _simplify_at(self, place: int) -> bool:
        before, old, after = self._program[:place], self._program[place], self._program[place + 1 :]
        return any(self._fails((*before, new, *after)) for new in self._simpler(old))

    def _simpler(self, step: Step) -> Iterator[Step]:
        """Yield simpler forms of a step, the simplest first."""
        for name in sorted(step.args.keys() - NEEDED):
            yield _with(step, {key: value for key, value in step.args.items() if key != name})
        text = step.args.get("text")
        if isinstance(text, str) and len(text) > 1:
            half, quarter = len(text) // 2, max(1, len(text) // 4)
            for shorter in (self._unused_letter(), text[:half], text[half:], text[quarter:], text[:-quarter]):
                yield _with(step, {**step.args, "text": shorter})
        if step.do == "fuzz":
            yield from self._narrower(step)

    def _unused_letter(self) -> str:
        """Return a text that nobody else writes: two equal texts could not be told apart."""
        used = {step.args.get("text") for step in self._program}
        return next((letter for letter in string.ascii_lowercase if letter not in used), "a")

    def _narrower(self, step: Step) -> Iterator[Step]:
        """Yield generated requests of the one operation that failed, then fewer of them."""
        assert self._best is not None
        failed = self._best.trace.entries[self._best.judgement.at].data.get("operation")
        if failed is not None and "operations" not in step.args:
            yield _with(step, {**step.args, "operations": [failed]})
        if int(step.args["examples"]) > 1:
            yield _with(step, {**step.args, "examples": 1})


def _with(step: Step, args: dict[str, object]) -> Step:
    return replace(step, args=args)
