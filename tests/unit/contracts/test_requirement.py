"""Declaring requirements, and making verdicts of judgements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.capabilities import available, missing
from contracts.catalogue import UnknownRequirement, catalogue, select
from contracts.program import step
from contracts.requirement import BadDeclaration, Judgements, Level, Requirement, Subject, broken, held, requirement
from contracts.trace import Entry, Side, Trace
from contracts.verdict import Conclusion, Run, Source, Tally, Verdict, conclude, conclusion


def declare(level: Level = Level.MUST, needs: tuple[str, ...] = (), id: str = "LIF-99") -> Requirement:
    """Return a requirement that every callback named ``bad`` breaks and every other one holds."""

    @requirement(id, level=level, subject=Subject.ADAPTER, needs=needs)
    def rule(trace: Trace) -> Judgements:
        """Callbacks are not bad.

        What: no callback is called bad.
        Why: it would be bad.
        Seen: nowhere.
        """
        for entry in trace.of(Side.CALLBACK):
            yield broken(entry.index, "good", "bad") if entry.kind == "bad" else held(entry.index)

    return rule


def run(*kinds: str) -> Run:
    """Return a run with the callbacks named, of a program with a step for each."""
    program = tuple(step("advance", seconds=1.0) for _ in kinds)
    return Run("test", program, Trace(tuple(Entry(n, 0.0, Side.CALLBACK, kind) for n, kind in enumerate(kinds))))


def tally(rule: Requirement, *runs: Run) -> Tally:
    """Return the tally of some runs."""
    counted = Tally()
    for one in runs:
        counted.take(rule, one)
    return counted


def test_the_docstring_is_the_catalogue() -> None:
    """Text that stands apart from the code drifts away from it."""
    rule = declare()
    assert (rule.title, rule.what, rule.seen) == ("Callbacks are not bad", "no callback is called bad.", "nowhere.")


def test_an_incomplete_docstring_is_refused() -> None:
    """A requirement without its why cannot be argued with."""

    def rule(trace: Trace) -> Judgements:
        """Say too little.

        What: something.
        """
        yield from ()

    with pytest.raises(BadDeclaration, match="Why, Seen"):
        requirement("LIF-98", level=Level.MUST, subject=Subject.DESK)(rule)


def test_a_malformed_id_is_refused() -> None:
    """Ids are stable for ever, so they must be right from the start."""
    with pytest.raises(BadDeclaration, match="ABC-01"):
        requirement("LIF6", level=Level.MUST, subject=Subject.DESK)


def test_nothing_exercised_is_never_green() -> None:
    """A rule whose trigger never came has not been tested."""
    rule = declare()
    assert conclude(rule, tally(rule, run()), None).verdict is Verdict.INCONCLUSIVE
    assert conclude(rule, tally(rule, run("good")), None).verdict is Verdict.PASS


def test_a_failure_shows_its_shortest_run() -> None:
    """A reader understands the short trace first."""
    rule = declare()
    result = conclude(rule, tally(rule, run("good", "bad", "bad"), run("bad")), None)
    assert result.verdict is Verdict.FAIL
    assert result.violations == 3
    assert result.finding is not None
    assert len(result.finding.run.trace) == 1


def test_occasions_are_counted_by_where_they_come_from() -> None:
    """A requirement that only one lucky sequence exercised is not as well tested as the number alone looks."""
    rule = declare()
    counted = tally(rule, run("good", "bad"), replace(run("good"), source=Source.SEQUENCE), run())
    result = conclude(rule, counted, None)
    assert result.exercised == 3
    assert dict(result.by_source) == {Source.SCENARIO: 2, Source.SEQUENCE: 1}


def test_a_rule_that_breaks_is_the_suites_error() -> None:
    """A subject must not be blamed for a bug of the suite."""

    @requirement("LIF-97", level=Level.MUST, subject=Subject.ADAPTER)
    def rule(trace: Trace) -> Judgements:
        """Break.

        What: breaks.
        Why: to see.
        Seen: here.
        """
        yield held(1 // 0)

    result = conclude(rule, tally(rule, run("good")), None)
    assert result.verdict is Verdict.ERROR
    assert conclusion([result]) is Conclusion.ERROR


def test_a_missing_capability_is_a_skip_with_its_reason() -> None:
    """A skip that does not say why looks like a pass."""
    rule = declare(needs=("user_typing", "driver:act"))
    assert missing(rule, available(["user_typing"], {"operations": ["act"]})) is None
    assert missing(rule, available([], {"operations": ["act"]})) == "the adapter does not offer user_typing"
    assert "nobody plays the agents" in str(missing(rule, available(["user_typing"], {})))
    assert "core" in str(missing(rule, available(["user_typing"], {"operations": ["act"]}), "core"))


def test_a_declared_may_binds_as_a_must() -> None:
    """The effective level decides the exit code."""
    rule = declare(Level.MAY, ("user_typing",))
    assert conclusion([conclude(rule, tally(rule, run("bad")), None)]) is Conclusion.NOT_CONFORMANT


def test_should_counts_only_when_asked_for() -> None:
    """The default level is must; --level should makes failures of that level count."""
    rule = declare(Level.SHOULD)
    results = [conclude(rule, tally(rule, run("bad")), None)]
    assert conclusion(results) is Conclusion.CONFORMANT
    assert conclusion(results, Level.SHOULD) is Conclusion.NOT_CONFORMANT


def test_ids_are_unique_and_every_rule_names_its_parts() -> None:
    """The catalogue is the source of the docs, the list and the reports."""
    everything = catalogue()
    assert len({one.id for one in everything}) == len(everything) > 0
    assert all(one.title and one.what and one.why and one.seen for one in everything)


def test_an_unknown_selection_names_the_nearest() -> None:
    """A typing mistake must not select nothing and pass."""
    with pytest.raises(UnknownRequirement, match="LIF-06"):
        select(["LIF-066"])


def test_what_a_driver_cannot_tell_is_not_judged() -> None:
    """A driver tells all of a conversation, unless it says what; then what rests on the rest is skipped."""
    told = declare(needs=("truth:user_typing",))
    assert missing(told, available([], {})) is None
    assert missing(told, available([], {"truth": ["user_typing"]})) is None
    assert missing(told, available([], {"truth": []})) == "the driver does not tell whether the user types"
