"""Failing programs are reduced to what makes them fail, within what may be spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.program import Program, Step, act, step
from contracts.requirement import Judgements, Level, Requirement, Subject, broken, held
from contracts.shrink import Shrunk, failure_like, shape, shrink
from contracts.shrink_findings import Shrinker
from contracts.trace import Entry, Side, Trace
from contracts.verdict import Finding, Result, Run, Verdict

EXPECTED = "the text 'x' is shown once"


def play(program: Program) -> Trace:
    """Return a trace that holds the steps themselves."""
    return Trace(tuple(Entry(n, 0.0, Side.SUITE, one.do, one.user, data=one.args) for n, one in enumerate(program)))


def requirement(fails: Callable[[Sequence[Entry]], object], expected: str = EXPECTED) -> Requirement:
    """Return a requirement that fails on the traces that ``fails`` says."""

    def judge(trace: Trace) -> Judgements:
        yield broken(0, expected, "it was not") if fails(trace.entries) else held(0)

    return Requirement("MSG-02", Level.MUST, Subject.ADAPTER, (), (), "t", "w", "y", "s", judge)


def reduce(one: Requirement, program: Program, plays: int = 500) -> Shrunk | None:
    """Shrink a program that fails."""
    (like,) = one.judge(play(program))
    assert not like.ok
    return shrink(one, like, program, play, plays=plays)


def is_in_order(entries: Sequence[Entry], *kinds: str) -> bool:
    """Tell whether entries of these kinds come one after the other, anything in between."""
    rest = iter(entry.kind for entry in entries)
    return all(kind in rest for kind in kinds)


def test_only_what_makes_it_fail_stays() -> None:
    """Whoever reads a failure should not have to find the three steps that matter among twenty."""
    noise = [step("advance", seconds=float(n)) for n in range(6)]
    program = (*noise, step("start"), *noise, step("drop"), *noise, step("send", "u2", text="a"), *noise)
    shrunk = reduce(requirement(lambda entries: is_in_order(entries, "start", "drop", "send")), program)
    assert shrunk is not None
    assert [one.do for one in shrunk.program] == ["start", "drop", "send"]
    assert shrunk.trace == play(shrunk.program)
    assert shrunk.plays < 80


def test_a_user_who_does_not_matter_goes_at_once() -> None:
    """Programs of two users shrink to one user's in one play, not step by step."""
    program = tuple(step("send", user, text=str(n)) for n in range(8) for user in ("u1", "u2"))
    shrunk = reduce(requirement(lambda entries: sum(one.user == "u1" for one in entries) >= 8), program, plays=3)
    assert shrunk is not None
    assert {one.user for one in shrunk.program} == {"u1"}


def test_arguments_become_simple() -> None:
    """A text that is as long as it has to be shows what in it matters; what is optional is not in the way."""
    said = act("say", "ada", text="a long story with **bold** words in it", items=[{"type": "image"}])
    program = (step("start", topic="bills"), said)
    shrunk = reduce(requirement(lambda entries: "**" in str(entries[-1].data.get("text"))), program)
    assert shrunk is not None
    (only,) = shrunk.program
    assert set(only.args) == {"action", "agent", "text"}
    assert "**" in only.args["text"]
    assert len(only.args["text"]) <= 4


def test_texts_stay_different() -> None:
    """Two equal texts could not be told apart by a requirement that counts them."""
    program = (step("send", text="the first of two"), step("send", text="the second of two"))
    shrunk = reduce(requirement(lambda entries: len(entries) == 2), program)
    assert shrunk is not None
    assert [one.args["text"] for one in shrunk.program] == ["a", "b"]


def test_generated_requests_are_narrowed_to_the_operation_that_failed() -> None:
    """A replay of a failed request should not send those to all the other operations."""
    program = (Step("fuzz", args={"examples": 10, "seed": 1}),)

    def send_requests(program: Program) -> Trace:
        return Trace((Entry(0, 0.0, Side.WIRE, "fuzz.failure", data={"operation": "endChat"}),))

    one = requirement(lambda entries: True)
    shrunk = shrink(one, broken(0, EXPECTED, ""), program, send_requests, plays=10)
    assert shrunk is not None
    assert shrunk.program[0].args == {"examples": 1, "seed": 1, "operations": ["endChat"]}


def test_another_kind_of_failure_does_not_count() -> None:
    """A short program that fails otherwise would explain a fault that nobody has seen."""

    def judge(trace: Trace) -> Judgements:
        if len(trace) < 3:
            yield broken(0, "the chat goes on", "it ended")
        elif len(trace) > 4:
            yield broken(0, EXPECTED.replace("'x'", repr(str(len(trace)))), "it was not")

    one = replace(requirement(len), judge=judge)
    program = tuple(step("advance", seconds=float(n)) for n in range(9))
    shrunk = shrink(one, broken(0, EXPECTED, ""), program, play, plays=100)
    assert shrunk is not None
    assert len(shrunk.program) == 5
    assert "shown once" in shrunk.judgement.expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("agent_joined for Ada (event 2)", "agent_joined for Bob (event 17)", True),
        ("the text 'it\\'s \"a\"' comes", 'the text "b" comes', True),
        ("agent-ada is told", "agent-bob is told", True),
        ("events 1, 2 and 3 come", "events 4 come", True),
        ("conversation c-0f3a is open", "conversation c-99 is open", True),
        ("the text 'a' comes", "the text 'a' does not come", False),
    ],
)
def test_what_is_the_same_kind_of_failure(one: str, other: str, same: bool) -> None:
    """Texts, numbers and names change when a program shrinks; what was expected does not."""
    assert (shape(broken(0, one, "")) == shape(broken(0, other, ""))) is same


def test_the_plays_are_bounded_and_what_was_found_counts() -> None:
    """A long program must not take for ever; what has been left out until then stays out."""
    program = tuple(step("advance", seconds=float(n)) for n in range(64))
    shrunk = reduce(requirement(lambda entries: entries[0].data["seconds"] == 0), program, plays=4)
    assert shrunk is not None
    assert shrunk.plays == 4
    assert len(shrunk.program) < 64


def test_what_does_not_fail_again_is_said() -> None:
    """A failure that cannot be repeated is not the short program's."""
    one = requirement(lambda entries: False)
    assert shrink(one, broken(0, EXPECTED, ""), (step("start"),), play, plays=9) is None


def test_a_requirement_that_breaks_on_a_candidate_says_nothing() -> None:
    """A mistake of the suite on an odd trace must not pass for the subject's failure."""
    one = requirement(lambda entries: entries[7])
    assert failure_like(one, broken(0, EXPECTED, ""), play((step("start"),))) is None


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=14), st.lists(st.sampled_from("abc"), max_size=3))
def test_the_result_is_a_part_that_still_fails(letters: list[str], needed: list[str]) -> None:
    """Whatever the program and the fault: nothing is made up, nothing unnecessary stays."""
    program = tuple(step(letter) for letter in letters)
    one = requirement(lambda entries: is_in_order(entries, *needed))
    shrunk = shrink(one, broken(0, EXPECTED, ""), program, play, plays=1000)
    if not is_in_order(play(program).entries, *needed):
        assert shrunk is None
    else:
        assert shrunk is not None
        assert [one.do for one in shrunk.program] == (needed or [letters[0]])[: len(needed) or 1]


# the findings of a whole verification


def failed(program: Program, one: Requirement) -> Result:
    """Return the result of a requirement that failed on a program."""
    (judgement,) = one.judge(play(program))
    return Result(one, Verdict.FAIL, one.level, finding=Finding(one.id, judgement, Run("made", program, play(program))))


def named(id: str, one: Requirement) -> Requirement:
    """Return the requirement under another id."""
    return replace(one, id=id)


def test_each_finding_of_a_verification_is_reduced() -> None:
    """The report shows the short program and tells how long it was."""
    program = (step("start"), step("advance", seconds=1.0), step("send", text="a"))
    result = failed(program, requirement(lambda entries: is_in_order(entries, "send")))
    shrinker = Shrinker(lambda *run: play(run[1]), lambda *run: play(run[1]), seconds=60.0)
    (reduced,), notes = shrinker.results([result])
    assert reduced.finding is not None
    assert reduced.finding.run.program == (step("send", text="a"),)
    assert reduced.shrinking is not None
    assert (reduced.shrinking.steps, reduced.shrinking.again) == (3, True)
    assert notes == []


def test_a_short_program_that_fails_only_for_the_impatient_is_not_reported() -> None:
    """A replay waits in full: what it would not show must not be what the report names."""
    program = (step("start"), step("send", text="a"))
    one = requirement(lambda entries: is_in_order(entries, "send"))
    shrinker = Shrinker(lambda *run: play(run[1]), lambda *run: play(()), seconds=60.0)
    (kept,), _ = shrinker.results([failed(program, one)])
    assert kept.finding is not None
    assert kept.finding.run.program == program


def test_no_time_leaves_findings_as_they_were() -> None:
    """The report says which findings nobody tried to shorten."""
    result = failed((step("send", text="a"),), requirement(lambda entries: True))
    shrinker = Shrinker(lambda *run: play(run[1]), lambda *run: play(run[1]), seconds=0.0)
    (kept,), notes = shrinker.results([result])
    assert kept == result
    assert len(notes) == 1


def test_a_suite_that_breaks_while_shortening_still_reports() -> None:
    """The finding has been made; the way to a nicer one must not cost it."""

    def breaks(*_: object) -> Trace:
        raise RuntimeError("no desk")

    first = failed((step("start"),), named("LIF-01", requirement(lambda entries: True)))
    (kept,), notes = Shrinker(breaks, breaks, seconds=60.0).results([first])
    assert kept == first
    assert "LIF-01" in notes[0]
    assert "no desk" in notes[0]


def test_what_is_no_failure_is_handed_through_in_order() -> None:
    """Shortening changes findings, and nothing else of a report."""
    fine = Result(named("LIF-01", requirement(len)), Verdict.PASS, Level.MUST, 3)
    bad = failed((step("send", text="a"),), requirement(lambda entries: True))
    again, _ = Shrinker(lambda *run: play(run[1]), lambda *run: play(run[1]), seconds=60.0).results([bad, fine])
    assert [one.requirement.id for one in again] == ["MSG-02", "LIF-01"]
    assert again[1] is fine
