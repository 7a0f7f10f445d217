"""Traces, programs and replay files survive their way through JSON; a broken file is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.catalogue import select
from contracts.program import Step, act, step
from contracts.replay import BadReplay, read_replay, write_replay
from contracts.requirement import Level, broken
from contracts.timeline import timeline
from contracts.trace import Entry, Side, Trace
from contracts.verdict import Finding, Result, Run, Shrinking, Verdict


def finding() -> Finding:
    """Return a finding with a small run."""
    entries = (
        Entry(0, 0.0, Side.HOST, "start_chat", "u1", "u1#1", {"minimal": True}),
        Entry(1, 1.5, Side.HOST, "settled", "u1", "u1#1", {"ok": True, "error": None}, call=0),
        Entry(2, 2.0, Side.CALLBACK, "agent_ended_chat", "u1", "u1#1"),
    )
    run = Run("late", (step("start"), act("join", "ada")), Trace(entries, {"subject": "adapter"}))
    return Finding("LIF-06", broken(2, "nothing", "agent_ended_chat"), run)


def test_a_replay_file_holds_the_whole_run(tmp_path: Path) -> None:
    """What cannot be played again exactly cannot be mended with confidence."""
    result = Result(
        select(["LIF-06"])[0], Verdict.FAIL, Level.MUST, finding=finding(), shrinking=Shrinking(9, again=True, plays=4)
    )
    path = write_replay(tmp_path, result, target="a:b", subject="adapter", driver="mockdesk", seed=7)
    replay = read_replay(path)
    assert replay.program == finding().run.program
    assert replay.trace == finding().run.trace
    assert (replay.requirement, replay.target, replay.seed) == ("LIF-06", "a:b", 7)
    assert replay.shrunk_from == 9


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "program": [1]}', "\xff"]
)
def test_a_broken_replay_file_is_named(tmp_path: Path, content: str) -> None:
    """Whoever mixes up files is told which one, not shown a stack trace."""
    path = tmp_path / "x.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(BadReplay, match=r"x\.json"):
        read_replay(path)


def test_a_missing_replay_file_is_named(tmp_path: Path) -> None:
    """The same for a file that is not there."""
    with pytest.raises(BadReplay, match=r"none\.json"):
        read_replay(tmp_path / "none.json")


def test_steps_survive_json() -> None:
    """Programs are written into reports and replay files."""
    one = act("say", "ada", "u2", text="héllo \x00")
    assert Step.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_step_without_a_word_is_refused() -> None:
    """A hand-written program with a mistake must not be played as something else."""
    with pytest.raises(ValueError, match="'do'"):
        Step.from_json({"user": "u1"})


def test_the_timeline_marks_the_violation() -> None:
    """The reader looks for one line first."""
    lines = timeline(finding().run.trace, 2)
    assert [line.startswith(">>") for line in lines] == [False, False, True]
