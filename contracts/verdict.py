"""From judgements to verdicts. Pure: what was judged goes in, what to say of it comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.program import Program
from contracts.requirement import Guide, Judgement, Level, Requirement
from contracts.trace import Trace


class Verdict(StrEnum):
    """What is said of one requirement. A known failure is one that a file of known failures excuses."""

    PASS = "pass"
    FAIL = "fail"
    KNOWN_FAILURE = "known_failure"
    SKIP = "skip"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Conclusion(StrEnum):
    """What is said of the subject."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    INCONCLUSIVE = "inconclusive"
    MISWIRED = "miswired"
    ERROR = "error"
    CRASHED = "crashed"


EXIT_CODES: Mapping[Conclusion, int] = {
    Conclusion.CONFORMANT: 0,
    Conclusion.NOT_CONFORMANT: 1,
    Conclusion.MISWIRED: 2,
    Conclusion.INCONCLUSIVE: 3,
    Conclusion.ERROR: 4,
    Conclusion.CRASHED: 4,
}


class Source(StrEnum):
    """Where a run's program comes from."""

    SCENARIO = "scenarios"
    PROBE = "probes"
    REQUESTS = "generated requests"
    SEQUENCE = "sequences"


@dataclass(frozen=True)
class Run:
    """One run: the program that was played and the trace that came of it. ``name`` is a scenario's, or a sequence's."""

    name: str
    program: Program
    trace: Trace
    settings: Mapping[str, object] = field(default_factory=dict)
    source: Source = Source.SCENARIO


@dataclass(frozen=True)
class Finding:
    """One violation, and the run in which it was seen."""

    requirement: str
    judgement: Judgement
    run: Run


@dataclass(frozen=True)
class Shrinking:
    """What came of the attempt to reduce a finding.

    ``steps``: of the program as it was recorded; ``again``: whether it failed again when it was played once more;
    ``plays``: how many plays were made.
    """

    steps: int
    again: bool
    plays: int


@dataclass
class Tally:
    """What was judged of one requirement over all runs. ``by_source`` counts the occasions by where they came from."""

    exercised: int = 0
    by_source: Counter[Source] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    functions: dict[Guide, bool] = field(default_factory=dict)
    broke: str | None = None

    def take(self, requirement: Requirement, run: Run) -> None:
        """Judge one run; an exception of the requirement itself is kept as the suite's own fault."""
        try:
            judgements = list(requirement.judge(run.trace))
        except Exception as error:
            self.broke = f"{requirement.id} broke on run {run.name}: {type(error).__name__}: {error}"
            return
        self.exercised += len(judgements)
        self.by_source[run.source] += len(judgements)
        for one in judgements:
            if one.function is not None:
                self.functions[one.function] = self.functions.get(one.function, True) and one.ok
        self.findings += [Finding(requirement.id, one, run) for one in judgements if not one.ok]

    def shortest(self) -> Finding | None:
        """Return the finding with the shortest program, the first of several: how long a trace is depends on time."""
        return min(self.findings, key=lambda one: len(one.run.program), default=None)


@dataclass(frozen=True)
class Result:
    """The verdict on one requirement. ``functions``: how each function of the guide did that it looked at by itself;
    ``by_source``: how often what exercised it; ``shrinking``: how its finding was reduced, ``None`` if nobody tried."""

    requirement: Requirement
    verdict: Verdict
    level: Level
    exercised: int = 0
    reason: str | None = None
    finding: Finding | None = None
    violations: int = 0
    functions: Mapping[Guide, bool] = field(default_factory=dict)
    by_source: Mapping[Source, int] = field(default_factory=dict)
    shrinking: Shrinking | None = None


def effective_level(requirement: Requirement) -> Level:
    """Return the level at which a requirement binds once its capability is declared: a MAY then binds as a MUST."""
    return Level.MUST if requirement.level is Level.MAY and requirement.needs else requirement.level


def conclude(requirement: Requirement, tally: Tally, missing: str | None) -> Result:
    """Return the verdict on a requirement. ``missing`` is the capability that is not there, as a sentence."""
    level = effective_level(requirement)
    if missing is not None:
        return Result(requirement, Verdict.SKIP, requirement.level, reason=missing)
    finding = tally.shortest()
    if finding is not None:
        return Result(
            requirement,
            Verdict.FAIL,
            level,
            tally.exercised,
            finding=finding,
            violations=len(tally.findings),
            functions=tally.functions,
            by_source=tally.by_source,
        )
    if tally.broke is not None:
        return Result(requirement, Verdict.ERROR, level, tally.exercised, reason=tally.broke)
    if not tally.exercised:
        return Result(requirement, Verdict.INCONCLUSIVE, level, reason="nothing in these runs exercised it")
    return Result(
        requirement, Verdict.PASS, level, tally.exercised, functions=tally.functions, by_source=tally.by_source
    )


LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)


def counts(result: Result, level: Level = Level.MUST) -> bool:
    """Tell whether a verdict speaks against the subject when failures down to ``level`` count: it failed, or it binds
    as a MUST and nothing exercised it, or the suite broke on it."""
    if result.verdict is Verdict.FAIL:
        return LEVELS.index(result.level) <= LEVELS.index(level)
    return result.verdict is Verdict.ERROR or (result.verdict is Verdict.INCONCLUSIVE and result.level is Level.MUST)


def conclusion(results: Iterable[Result], level: Level = Level.MUST) -> Conclusion:
    """Return what is said of the subject: failures down to ``level`` count; where several hold the order is 4, 1, 3."""
    found = {one.verdict for one in results if counts(one, level)}
    order = {
        Verdict.ERROR: Conclusion.ERROR,
        Verdict.FAIL: Conclusion.NOT_CONFORMANT,
        Verdict.INCONCLUSIVE: Conclusion.INCONCLUSIVE,
    }
    return next((said for verdict, said in order.items() if verdict in found), Conclusion.CONFORMANT)
