"""What is to be reached on two cores, as data. Sizes are those of a full run; a quick one has cases of other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.measurement import Measurement

EMBEDDED, SCALE = "mockdesk embedded", "mockdesk scale"
AT_LEAST, AT_MOST = "at least", "at most"


@dataclass(frozen=True)
class Goal:
    """A bound for one quantity of one row; ``aim`` is what would be better still.

    With ``reference`` (a subject of the same line) the quantity is divided by that subject's, in the same case or in
    its only one.
    """

    title: str
    line: str
    subject: str
    case: str
    key: str
    bound: str
    target: float
    aim: float | None = None
    reference: str | None = None


GOALS = (
    Goal("cold start, of a bare Flask app's", "cold-start", EMBEDDED, "", "of_flask", AT_MOST, 1.4),
    Goal("cold start, of a bare Flask app's", "cold-start", SCALE, "", "of_flask", AT_MOST, 1.4),
    Goal("start and stop in process, ms", "in-process", EMBEDDED, "start and stop", "ms", AT_MOST, 25),
    Goal("start and stop in process, ms", "in-process", SCALE, "start and stop", "ms", AT_MOST, 25),
    Goal("a further desk, ms", "in-process", EMBEDDED, "a further desk", "ms", AT_MOST, 1),
    Goal("a further desk, ms", "in-process", SCALE, "a further desk", "ms", AT_MOST, 1),
    Goal("REST create, of Prism's rate", "rest-create", SCALE, "script happy-path", "rate", AT_LEAST, 1, 1.3, "Prism"),
    Goal("REST create, of Prism's rate", "rest-create", SCALE, "no script", "rate", AT_LEAST, 1, 1.3, "Prism"),
    Goal("post to push p99, ms", "post-to-push", SCALE, "100 sockets", "p99", AT_MOST, 1),
    Goal("fan-out, of the floor's", "fan-out", SCALE, "one conversation", "rate", AT_LEAST, 0.25, 0.6, "C floor"),
    Goal("fan-out, of the floor's", "fan-out", SCALE, "a conversation each", "rate", AT_LEAST, 0.25, 0.6, "C floor"),
    Goal("handshakes a second", "handshakes", SCALE, "", "rate", AT_LEAST, 1_000),
    Goal("threads a socket", "open-sockets", SCALE, "10,000 sockets", "threads_socket", AT_MOST, 0),
    Goal("shutdown with all open, s", "open-sockets", SCALE, "10,000 sockets", "shutdown", AT_MOST, 5),
    Goal("connect all, s", "live-conversations", SCALE, "10,000 conversations", "connect", AT_MOST, 10),
    Goal("memory each, KiB", "live-conversations", SCALE, "10,000 conversations", "kib", AT_MOST, 60, 30),
    Goal("lost", "live-conversations", SCALE, "10,000 conversations", "lost", AT_MOST, 0),
    Goal("twice", "live-conversations", SCALE, "10,000 conversations", "twice", AT_MOST, 0),
    Goal("shutdown with all open, s", "live-conversations", SCALE, "10,000 conversations", "shutdown", AT_MOST, 5),
    Goal("growth of an event's cost", "cost-growth", SCALE, "100 and 10,000", "ratio", AT_MOST, 1.3),
    Goal("an hour of script, wall ms", "virtual-time", "mockdesk core", "100 conversations", "ms", AT_MOST, 50),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a goal: ``measured`` is absent where there was nothing to measure."""

    goal: Goal
    measured: float | None
    verdict: str


def judge(goal: Goal, measured: float) -> str:
    """Return whether a goal is met, and by how much it or its aim is missed."""
    if not _reaches(goal.bound, measured, goal.target):
        return f"missed by {_distance(measured, goal.target)}"
    if goal.aim is not None and not _reaches(goal.bound, measured, goal.aim):
        return f"met; its aim {goal.aim:g} is missed by {_distance(measured, goal.aim)}"
    return "met"


def _reaches(bound: str, measured: float, wanted: float) -> bool:
    return measured >= wanted if bound == AT_LEAST else measured <= wanted


def _distance(measured: float, wanted: float) -> str:
    return f"{abs(measured - wanted) / wanted * 100:.0f} %" if wanted else f"{abs(measured - wanted):g}"


def outcomes(measured: Mapping[str, Sequence[Measurement]], goals: Iterable[Goal] = GOALS) -> list[Outcome]:
    """Judge each goal whose line was measured; ``measured`` has the rows by the names of the lines."""
    return [_outcome(goal, measured[goal.line]) for goal in goals if goal.line in measured]


def _outcome(goal: Goal, rows: Sequence[Measurement]) -> Outcome:
    row = next((row for row in rows if (row.subject, row.case) == (goal.subject, goal.case)), None)
    if row is None:
        return Outcome(goal, None, "not measured in this size")
    if goal.key not in row.values:
        return Outcome(goal, None, row.reason or "not measured")
    value = row.values[goal.key]
    if goal.reference is not None:
        base = reference_value(rows, goal.reference, goal.case, goal.key)
        if not base:
            return Outcome(goal, None, f"{goal.reference} was not measured")
        value /= base
    return Outcome(goal, value, judge(goal, value))


def reference_value(rows: Sequence[Measurement], reference: str, case: str, key: str) -> float | None:
    """Return the quantity of the row that others are compared with: the one of the same case, else its only one."""
    mine = [row for row in rows if row.subject == reference and key in row.values]
    same = [row for row in mine if row.case == case] or mine[: len(mine) == 1]
    return same[0].values[key] if same else None
