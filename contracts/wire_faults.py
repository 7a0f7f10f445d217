"""The wire's steps of a session: faults, held events, cut streams and their return. The driver makes them happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.clock import SuiteClock
from contracts.program import Step
from contracts.trace import Entry, Side

if TYPE_CHECKING:
    from contracts.chat_state import ChatState
    from contracts.session import Session

RESTORE_SECONDS = 60.0
"""How long (desk's time) an adapter has to come back after the desk can be reached again; back-offs are capped."""
HEARTBEAT_SECONDS = 60.0
"""By then every adapter has noticed that a stream is silent for good."""
POLL_SECONDS = 0.002
"""How often (wall) the desk is asked for something that no entry of the trace tells of."""
TOKEN_EXPIRED = 4401
"""The close code of a stream whose token has expired."""
OUTAGE = {"kind": "status", "operation": "streamEvents", "status": 503, "count": None}
POLL_OUTAGE = {"kind": "status", "operation": "pollEvents", "status": 503, "count": None}


class Wire:
    """Plays the wire's steps of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def words(self) -> dict[str, Callable[[Session, Step], None]]:
        """Return the wire's steps by their words."""
        played = {
            "fault": self.fault,
            "clear": self.clear,
            "hold": self.hold,
            "release": self.release,
            "drop": self.drop,
            "restore": self.restore,
            "await": self.await_requests,
        }
        return {word: partial(_on_own_session, play) for word, play in played.items()}

    def fault(self, step: Step) -> None:
        """Install a fault of the desk."""
        fault = dict(step.args["fault"])
        if fault.get("conversation_id") is True:
            state = self._session.chat(step.user)
            if state is None or state.conversation_id is None:
                return self._session.impossible(step, "the desk has no conversation of this user")
            fault["conversation_id"] = state.conversation_id
        self._inject(step, fault)
        return None

    def _inject(self, step: Step, fault: dict[str, Any]) -> bool:
        session = self._session
        chat = session.hosts[step.user].chat if step.user in session.hosts else None
        session.recorder.add(Side.SUITE, "fault", user=step.user, chat=chat, fault=fault)  # before its effects
        try:
            session.driver.inject(fault)
        except Exception as error:
            lacking = isinstance(error, NotImplementedError)
            session.impossible(step, f"the driver refused the fault: {error}", lacking=lacking)
            return False
        return True

    def clear(self, step: Step | None = None) -> None:
        """Remove every fault; what is held goes."""
        self._session.driver.clear_faults()
        self._session.recorder.add(Side.SUITE, "cleared")
        for state in self._session.chats.values():
            state.held = False

    def hold(self, step: Step) -> None:
        """Keep the events of the chat from its streams until they are released."""
        state = self._state(step)
        if state is None or state.held:
            return self._session.impossible(step, "no chat, or held already")
        fault = {"kind": "hold_events", "conversation_id": state.conversation_id, "count": None}
        if self._inject(step, fault):
            state.held = True
            self._add("hold", step, state)
        return None

    def release(self, step: Step) -> None:
        """Let held events go, ``count`` of them or all."""
        state = self._state(step)
        if state is None:
            return self._session.impossible(step, "no chat")
        count = step.args.get("count")
        self._add("release", step, state, count=count)  # before what it sets free
        self._session.driver.release(state.conversation_id, count)
        if count is None:
            state.held = False
            self._session.settle(step.user, state)
        return None

    def drop(self, step: Step) -> None:
        """Cut the chat's stream; with an outage the desk refuses it until :meth:`restore`. A silent one stays open, and
        nothing comes over it any more. With ``expire`` the desk ends it, as the chat's token has expired."""
        state = self._state(step)
        if state is None or state.cut or state.ended:
            return self._session.impossible(step, "no live chat")
        outage, silent = bool(step.args.get("outage", False)), bool(step.args.get("silent", False))
        if silent and "silence" not in self._session.description.get("faults", ()):
            return self._session.impossible(step, "the driver cannot silence a stream", lacking=True)
        if outage:
            for fault in (OUTAGE, POLL_OUTAGE):
                self._inject(step, {**fault, "conversation_id": state.conversation_id})
        if step.args.get("expire"):
            return self._expire(step, state)
        code = step.args.get("code")
        cut: dict[str, Any] = {"kind": "eof"} if code is None else {"kind": "close", "code": code}
        state.cut = True
        entry = self._add("drop", step, state, code=code, outage=outage, silent=silent)
        self._inject(step, {**({"kind": "silence"} if silent else cut), "conversation_id": state.conversation_id})
        if self._session.hosts[step.user].joined and (outage or silent):
            self._wait_for_status(step.user, entry, lost=True, seconds=HEARTBEAT_SECONDS if silent else 0.0)
        return None

    def _expire(self, step: Step, state: ChatState) -> None:
        if "expire_token" not in self._session.description.get("faults", ()):
            return self._session.impossible(step, "the driver cannot let a token expire")
        state.cut = True
        entry = self._add("drop", step, state, code=TOKEN_EXPIRED, outage=False, silent=False, expired=True)
        self._inject(step, {"kind": "expire_token", "conversation_id": state.conversation_id})
        if self._session.hosts[step.user].joined:
            self._wait_for_status(step.user, entry, lost=True)
        return None

    def restore(self, step: Step) -> None:
        """Let the desk be reached again, and wait until the adapter is back."""
        state = self._state(step)
        if state is None or not state.cut:
            return self._session.impossible(step, "no cut stream")
        entry = self._add("restore", step, state)
        self._session.driver.clear_faults()
        for chat in self._session.chats.values():
            chat.held = False
        if self._until_back(state):
            self._add("reconnected", step, state)
            state.cut = False
            if self._session.hosts[step.user].joined and self._was_lost(step.user, entry.index):
                self._wait_for_status(step.user, entry, lost=False)
            self._session.settle(step.user, state)
        return None

    def _until_back(self, state: ChatState) -> bool:
        clock = self._session.clock
        began = clock.now()
        wall_end = time.monotonic() + self._session.deadlines.of("reconnect", 20.0, 1.0)
        while time.monotonic() < wall_end and clock.now() - began <= RESTORE_SECONDS:
            if self._session.recorder.wait_for(lambda: self.connections(state) > 0 or self._end_told(state), 0.02):
                return True
            if isinstance(clock, SuiteClock):
                due = clock.next_due()
                clock.advance(min(max(due - clock.now(), 0.0), 5.0) if due is not None else 1.0)
        return self._session.deadlines.note("reconnect", False)

    def _end_told(self, state: ChatState) -> bool:
        """Tell whether an end that was missed has been caught up with: then no stream comes back."""
        entries = self._session.recorder.snapshot() if state.ended else ()
        return any(entry.kind == "agent_ended_chat" and entry.chat == state.key for entry in entries)

    def connections(self, state: ChatState) -> int:
        """Return how many streams and polls of the chat the desk has."""
        census = self._session.driver.census()
        key = state.conversation_id
        return int(census.get("streams", {}).get(key, 0)) + int(census.get("polls", {}).get(key, 0))

    def _statuses(self, user: str, after: int) -> list[bool]:
        return [
            bool(entry.data["error"].get("is_disconnected"))
            for entry in self._session.recorder.since(after)
            if entry.side is Side.CALLBACK and entry.kind == "set_error_status" and entry.user == user
        ]

    def _was_lost(self, user: str, before: int) -> bool:
        told = self._statuses(user, 0)
        return bool(told) and (told[-1] or len(self._statuses(user, before)) > 0)

    def _wait_for_status(self, user: str, entry: Any, *, lost: bool, seconds: float = 0.0) -> None:
        """Wait for a report; ``seconds``: how much time of the adapter, and of the desk, may go by until it comes."""
        session, moved = self._session, 0.0
        deadline = time.monotonic() + session.deadlines.of("status", 2.5, 0.2) + seconds * session.patience.scale
        while not self._reported(user, entry.index, lost, 0.05 if moved < seconds else deadline - time.monotonic()):
            if time.monotonic() >= deadline:
                session.deadlines.note("status", False)
                return
            session.advance(5.0)
            moved += 5.0

    def _reported(self, user: str, after: int, lost: bool, seconds: float) -> bool:
        def came() -> bool:
            told = self._statuses(user, after)
            return told[-1:] == [lost] or (lost and (True in told or not self._session.hosts[user].running))

        return self._session.recorder.wait_for(came, max(0.0, seconds))

    def await_requests(self, step: Step) -> None:
        """Wait until the desk has received ``count`` requests of an operation, or noted what ``match`` says, or, with
        ``held``, until a request waits there for its answer; with ``over``, until the chat is over for the host."""
        if step.args.get("held"):
            return self._await_held(step)
        if step.args.get("over"):
            return self._await_the_end(step)
        match = step.args.get("match") or {"kind": "request", "operation": step.args["operation"]}
        seconds = float(step.args.get("timeout", 1.0))
        came = self._session.driver.wait(match, int(step.args.get("count", 1)), seconds)
        self._session.recorder.add(Side.SUITE, "awaited", user=step.user, **{**step.args, "came": came})
        return None

    def _await_held(self, step: Step) -> None:
        deadline, came = time.monotonic() + float(step.args.get("timeout", 1.0)), False
        while not came and time.monotonic() < deadline:
            came = self._session.driver.census().get("requests", 0) > 0
            if not came:
                self._session.recorder.wait_for(lambda: False, POLL_SECONDS)
        self._session.recorder.add(Side.SUITE, "awaited", user=step.user, held=True, came=came)

    def _await_the_end(self, step: Step) -> None:
        session, host = self._session, self._session.host(step.user)

        def over() -> bool:
            return not host.running or any(
                entry.side is Side.CALLBACK and entry.chat == host.chat and _ends(entry, host.joined)
                for entry in session.recorder.snapshot()
            )

        came = session.recorder.wait_for(over, session.deadlines.of("over", 4.0, 0.2))
        session.deadlines.note("over", came)
        session.recorder.add(Side.SUITE, "awaited", user=step.user, chat=host.chat, **{**step.args, "came": came})

    def _state(self, step: Step) -> ChatState | None:
        state = self._session.chat(step.user)
        return state if state is not None and state.conversation_id is not None else None

    def _add(self, kind: str, step: Step, state: ChatState, **data: Any) -> Any:
        return self._session.recorder.add(Side.SUITE, kind, user=step.user, chat=state.key, **data)


def _on_own_session(play: Callable[[Step], None], session: Session, step: Step) -> None:
    play(step)


def _ends(entry: Entry, joined: bool) -> bool:
    """Tell whether a callback ends the chat for the host."""
    if entry.kind != "set_error_status":
        return entry.kind == "agent_ended_chat"
    error = entry.data["error"]
    return error.get("type") == 1 or (not joined and bool(error.get("is_disconnected")))
