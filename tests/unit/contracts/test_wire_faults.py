"""The wire's steps leave a trace in which causes stand before their effects."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from contracts.program import step
from contracts.trace import Recorder, Side
from contracts.wire_faults import Wire


def test_a_release_is_written_down_before_what_it_sets_free() -> None:
    """What a held event leads to would else stand before the release: typing seems shown that was over."""
    recorder = Recorder(lambda: 0.0)
    state = SimpleNamespace(conversation_id="c1", key="u1#1", held=True)

    def release(conversation_id: str, count: int | None) -> int:
        recorder.add(Side.CALLBACK, "agent_typing", user="u1", chat="u1#1", is_typing=True)
        return 1

    session: Any = SimpleNamespace(
        recorder=recorder,
        driver=SimpleNamespace(release=release),
        chat=lambda user: state,
        settle=lambda user, chat: None,
    )
    Wire(session).release(step("release"))
    assert [entry.kind for entry in recorder.snapshot()] == ["release", "agent_typing"]
    assert not state.held
