"""Cutting the suite's own connection to a desk, so that resuming is judged where no driver can cut a stream.

The steps ``drop`` and ``restore`` are those of :mod:`contracts.wire_faults`, done on the client's side: the stream is
closed, and a new one is not opened before the connection is restored.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.chat_state import ChatState
from contracts.desk.chat import Source
from contracts.desk.stream import LOST, EventStream, Handshake, StreamClosed
from contracts.mapping.adapter import MappedClient, MappedDesk
from contracts.program import Step
from contracts.session import Session
from contracts.trace import Entry, Side

BACK_SECONDS = 15.0
"""Wall seconds in which the client comes back: its pauses grow."""
STATUS_SECONDS = 1.0
TERMINAL = (1000, 4401, 4404)


class CutStream:
    """A stream that may be lost at any moment."""

    def __init__(self, inner: EventStream) -> None:
        self.lost = False
        self._inner = inner

    def receive(self, timeout: float | None = None) -> Any:
        """Return the next frame; what came after the cut is not read."""
        try:
            frame = self._inner.receive(timeout)
        except StreamClosed:
            if self.lost:
                raise StreamClosed(LOST) from None
            raise
        if self.lost:
            raise StreamClosed(LOST)
        return frame

    def drain(self, count: int | None, timeout: float) -> list[Any]:
        """See :class:`contracts.desk.stream.EventStream`."""
        return self._inner.drain(count, timeout)

    def close(self) -> None:
        """Close the stream."""
        self._inner.close()


class CuttableSource:
    """A source whose streams can be cut."""

    def __init__(self, inner: Source) -> None:
        self.finished, self.given_up, self.refused = inner.finished, inner.given_up, inner.refused
        self.opened = 0
        self._inner = inner
        self._is_cut = False
        self._stream: CutStream | None = None

    def open(self) -> Handshake:
        """Open a stream, unless the connection is cut."""
        if self._is_cut:
            return Handshake(None, None, error="the suite has cut the connection")
        handshake = self._inner.open()
        if handshake.stream is None:
            return handshake
        self._stream = CutStream(handshake.stream)
        self.opened += 1
        return replace(handshake, stream=self._stream)

    def fresh(self, frame: Any) -> list[Mapping[str, Any]] | None:
        """See :class:`contracts.desk.chat.Source`."""
        return self._inner.fresh(frame)

    def cut(self) -> None:
        """Lose the stream; none is opened from now on."""
        self._is_cut = True
        if self._stream is not None:
            self._stream.lost = True
            self._stream.close()

    def restore(self) -> None:
        """Let streams be opened again."""
        self._is_cut = False


class CuttableClient(MappedClient):
    """The user's side of a mapped desk; its connection can be cut."""

    source: CuttableSource | None = None

    def make_source(self, conversation_id: str) -> Source:
        """Return where events come from, cuttable."""
        self.source = CuttableSource(super().make_source(conversation_id))
        return self.source


def drop(session: Session, step: Step) -> None:
    """Cut the client's connection."""
    state, source = _where(session, step)
    if state is None or source is None or state.cut or state.ended:
        return session.impossible(step, "no live chat")
    if step.args.get("silent") or step.args.get("code") in TERMINAL:
        return session.impossible(step, "only the desk itself can do that to a stream", lacking=True)
    state.cut = True
    entry = _note(session, step, state, "drop", code=None, outage=True, silent=False)
    source.cut()
    _await_status(session, step, entry, lost=True)
    return None


def restore(session: Session, step: Step) -> None:
    """Let the client connect again, and wait until it did."""
    state, source = _where(session, step)
    if state is None or source is None or not state.cut:
        return session.impossible(step, "no cut stream")
    entry, opened = _note(session, step, state, "restore"), source.opened
    source.restore()
    deadline = time.monotonic() + BACK_SECONDS
    while source.opened == opened and time.monotonic() < deadline:
        session.recorder.wait_for(lambda: source.opened > opened, 0.05)
    if source.opened > opened:
        _note(session, step, state, "reconnected")
        state.cut = False
        _await_status(session, step, entry, lost=False)
        session.settle(step.user, state)
    return None


def _where(session: Session, step: Step) -> tuple[ChatState | None, CuttableSource | None]:
    state = session.chat(step.user)
    adapter = session.hosts[step.user].adapter
    client = adapter.client if isinstance(adapter, MappedDesk) else None
    source = client.source if isinstance(client, CuttableClient) else None
    known = state is not None and state.conversation_id is not None
    return (state if known else None), source


def _note(session: Session, step: Step, state: ChatState, kind: str, **data: Any) -> Entry:
    return session.recorder.add(Side.SUITE, kind, user=step.user, chat=state.key, **data)


def _await_status(session: Session, step: Step, since: Entry, *, lost: bool) -> None:
    """Wait until the host was told of the loss or the return, if an agent is there to be lost."""

    def told() -> bool:
        return any(
            entry.kind == "set_error_status" and bool(entry.data["error"].get("is_disconnected")) is lost
            for entry in session.recorder.since(since.index)
            if entry.side is Side.CALLBACK and entry.user == step.user
        )

    if session.hosts[step.user].joined:
        session.recorder.wait_for(told, STATUS_SECONDS)
