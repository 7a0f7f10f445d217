"""How a session ends: everything outstanding is brought to rest, then what is left over is counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from contracts.program import AGENTS, Step
from contracts.received import received
from contracts.trace import Side

if TYPE_CHECKING:
    from contracts.chat_state import ChatState
    from contracts.session import Session

MARKER = "That is all for now."
"""The text of the last message of an agent: when it is shown, everything before it has been consumed."""


def finish(session: Session) -> None:
    """Bring the session to its end and record what is left."""
    if session.hosts:
        session.wire.clear()
    for host in session.hosts.values():
        host.settle()
    for user in list(session.hosts):
        _come_to_rest(session, user)
    for user, host in session.hosts.items():
        if host.running:
            session.perform(Step("end", user))
    _wait_for_streams(session)
    session.advance(session.time.aftermath)
    _wait_for_streams(session)
    _take_census(session)
    session.evidence.gather()


def _come_to_rest(session: Session, user: str) -> None:
    state = session.chat(user)
    if state is None or state.conversation_id is None:
        return
    if state.cut and session.hosts[user].running:
        session.perform(Step("restore", user))
    session.look(user, state)
    session.settle(user, state)
    if session.hosts[user].running and not state.ended and not state.cut:
        _mark(session, user, state)


def _mark(session: Session, user: str, state: ChatState) -> None:
    agent = state.agents[-1] if state.agents else str(AGENTS["ada"]["id"])
    if state.agents or session.act(user, state, {"action": "join", "agent": dict(AGENTS["ada"])}):
        session.act(user, state, {"action": "say", "agent": agent, "text": MARKER})


def _wait_for_streams(session: Session) -> None:
    over = [state for state in session.chats.values() if state.conversation_id is not None]
    deadline = time.monotonic() + session.deadlines.of("stream.closed", 3.0, 0.1)
    while open_streams := any(session.wire.connections(state) for state in over):
        if time.monotonic() >= deadline:
            break
        session.recorder.wait_for(lambda: False, 0.005)
    session.deadlines.note("stream.closed", not open_streams)


def _take_census(session: Session) -> None:
    truths = {truth["id"]: truth for truth in session.driver.conversations()}
    threads = session.left_over_threads()
    for key, state in session.chats.items():
        user = key.split("#")[0]
        streams = session.wire.connections(state) if state.conversation_id else 0
        if state.conversation_id in truths:
            session.recorder.add(
                Side.DESK, "truth", user=user, chat=key, truth=truths[state.conversation_id], streams=streams
            )
        session.recorder.add(Side.SUITE, "ended", user=user, chat=key)
        session.recorder.add(
            Side.SUITE, "census", user=user, chat=key, streams=streams, timers=session.clock.timers(), threads=threads
        )
    session.recorder.add(Side.DESK, "conversations", truths=list(truths.values()))
    if "journal" in session.description.get("operations", ()):
        session.recorder.add(Side.DESK, "requests", requests=received(session.driver, session.began))
