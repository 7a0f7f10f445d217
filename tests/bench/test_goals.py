"""Goals: met or missed, and by how much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.goals import AT_LEAST, AT_MOST, GOALS, Goal, judge, outcomes, reference_value
from bench.lines.catalog import LINES
from bench.measurement import Measurement
from bench.peers.catalog import PEERS
from bench.remarks import FILE, read_remarks
from bench.sizes import FULL
from bench.subjects import BARE_FLASK, EMBEDDED, FLOOR, SCALE, Tier
from tests.bench.support import row

GOAL = Goal("rate", "a-line", "ours", "", "rate", AT_LEAST, 100.0)


@pytest.mark.parametrize(
    ("goal", "measured", "verdict"),
    [
        (GOAL, 100.0, "met"),
        (GOAL, 80.0, "missed by 20 %"),
        (replace(GOAL, bound=AT_MOST), 100.0, "met"),
        (replace(GOAL, bound=AT_MOST), 130.0, "missed by 30 %"),
        (replace(GOAL, aim=200.0), 150.0, "met; its aim 200 is missed by 25 %"),
        (replace(GOAL, aim=200.0), 90.0, "missed by 10 %"),
        (replace(GOAL, bound=AT_MOST, target=60.0, aim=30.0), 45.0, "met; its aim 30 is missed by 50 %"),
        (replace(GOAL, bound=AT_MOST, target=0.0), 3.0, "missed by 3"),
    ],
)
def test_a_goal_is_judged_by_its_bound(goal: Goal, measured: float, verdict: str) -> None:
    """A table that turned a bound round would call the slow fast."""
    assert judge(goal, measured) == verdict


def test_a_goal_beside_another_is_judged_by_the_ratio() -> None:
    """What counts is how much of the reference's figure of the same run was reached."""
    goal = replace(GOAL, target=0.25, reference="C floor")
    rows = [row(rate=300.0), row("C floor", rate=1_000.0)]
    (found,) = outcomes({"a-line": rows}, [goal])
    assert (found.measured, found.verdict) == (0.3, "met")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "not measured in this size"),
        ([Measurement("ours", "", reason="needs gcc")], "needs gcc"),
        ([row(ms=1.0)], "not measured"),
        ([row(rate=3.0)], "Prism was not measured"),
        ([row(rate=3.0), Measurement("Prism", "", reason="needs node")], "Prism was not measured"),
    ],
    ids=["no-row", "no-values", "no-quantity", "no-reference", "failed-reference"],
)
def test_what_was_not_measured_is_never_met(rows: list[Measurement], why: str) -> None:
    """A missing figure must not pass for a good one, and says why it is missing."""
    (found,) = outcomes({"a-line": rows}, [replace(GOAL, reference="Prism")])
    assert (found.measured, found.verdict) == (None, why)


def test_a_line_that_was_left_out_has_no_goals() -> None:
    """Whoever asks for one line only does not want to read of the others."""
    assert outcomes({"another": [row(rate=1.0)]}, [GOAL]) == []


def test_the_reference_is_of_the_same_case() -> None:
    """A burst is compared with the floor's burst; a peer that has one case is compared with all."""
    rows = [row("C floor", "one", rate=1.0), row("C floor", "burst", rate=2.0), row("Prism", "", rate=3.0)]
    assert reference_value(rows, "C floor", "burst", "rate") == 2.0
    assert reference_value(rows, "Prism", "no script", "rate") == 3.0
    assert reference_value(rows, "C floor", "unknown", "rate") is None


def test_every_goal_is_of_a_line_and_a_subject_that_exist() -> None:
    """A goal with a misspelt name would always be told as not measured."""
    quantities = {line.name: {quantity.key for quantity in line.quantities} for line in LINES}
    subjects = {Tier(EMBEDDED).subject, Tier(SCALE).subject, "mockdesk core"}
    references = {None, FLOOR, BARE_FLASK, *(peer.title for peer in PEERS)}
    for goal in GOALS:
        assert goal.key in quantities[goal.line], goal
        assert goal.subject in subjects, goal
        assert goal.reference in references, goal


def test_every_goal_with_a_number_in_its_case_is_of_a_full_run() -> None:
    """A full run that measured other sizes than the goals name would leave them open."""
    sockets = {f"{count:,} sockets" for count in (*FULL.push_sockets, *FULL.open_sockets)}
    counts = (FULL.live_conversations, *FULL.virtual_conversations)
    few, many = FULL.growth_conversations
    known = sockets | {f"{count:,} conversations" for count in counts} | {f"{few:,} and {many:,}"}
    assert {goal.case for goal in GOALS if goal.case[:1].isdigit()} <= known


def test_remarks_are_of_lines() -> None:
    """A remark under a misspelt heading would never be shown."""
    headings = [line.removeprefix("## ") for line in FILE.read_text().splitlines() if line.startswith("## ")]
    assert headings == [line.name for line in LINES]


def test_remarks_are_read_by_section() -> None:
    """A section without text says nothing, one of several lines is one text."""
    text = "# Head\n\nignored\n\n## one\n\n## two\n\nIt waits\nfor the disk.\n\nAnd more.\n"
    assert read_remarks(text) == {"two": "It waits for the disk. And more."}
