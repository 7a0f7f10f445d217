"""The web chat host as a model: it calls an adapter as the widget does, and reacts to the callbacks as the widget does.

Facts of the host that are played here: a chat counts as running from just before ``start_chat``; ``agent_ended_chat``
makes the host call ``end_chat`` back inside the callback; a CONNECTING error ends the chat without that call;
DISCONNECTED while nobody has joined is taken for CONNECTING; inputs belong to the host (they are frozen); a call that
does not settle is given up.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

from contracts.adapter import ErrorType, ScreenShareState
from contracts.deadlines import Patience
from contracts.frozen import freeze
from contracts.messages import HISTORY_KEY, connect_message, described
from contracts.page import Page
from contracts.screen_requests import ScreenRequests
from contracts.trace import Entry, Recorder, Side

CALL_THREAD = "contracts-host-"
"""Names of the threads in which the host calls the adapter begin so."""
IDLE_SECONDS = 0.05
"""After this time (wall) without an outcome a call may be waiting for virtual time."""


class HostRaised(RuntimeError):
    """What a callback raises when a program wants the host to fail (ERR-08)."""


class PendingCall:
    """A call of the host that may still be under way."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.settled = threading.Event()
        self.given_up = False


class Host:
    """One visitor's widget with one adapter instance, and after a page reload with another one.

    ``kept`` is the persisted state, ``tokens`` the page's session storage: both outlive a page, and ``page`` does not.
    """

    def __init__(self, recorder: Recorder, user: str, patience: Patience, invoke: Callable[..., Any]) -> None:
        self.user = user
        self.user_id = f"user-{user}"
        self.adapter: Any = None
        self.page: Page | None = None
        self.chat: str | None = None
        self.running = False
        self.joined = False
        self.reconnected = False
        self.sent = 0
        self.pending: list[PendingCall] = []
        self.kept: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self.raises: Counter[str] = Counter()
        self.screen = ScreenRequests()
        self.idle: Callable[[], None] = lambda: None
        self._recorder = recorder
        self._patience = patience
        self._invoke = invoke
        self._chats = 0
        self._queued: list[PendingCall] = []

    # calls on the adapter

    def has(self, name: str) -> bool:
        """Tell whether the adapter offers a function."""
        return callable(getattr(self.adapter, name, None))

    def start_chat(self, details: Mapping[str, Any], *, minimal: bool = False, wait: bool = True) -> PendingCall:
        """Start a new chat; ``minimal`` leaves every optional argument away."""
        second = self.running
        if not second:
            self._begin_chat()
        message = connect_message(self.user_id, details, minimal=minimal)
        arguments: tuple[Any, ...] = (message,)
        if not minimal:
            arguments += ({"agent_app_info": {"session_history_key": details.get("session_history_key", HISTORY_KEY)}},)
        data = {"connect_message": message, "minimal": minimal, "second": second}
        return self.call("start_chat", arguments, data, wait=wait)

    def _begin_chat(self) -> None:
        self._chats += 1
        self.chat = f"{self.user}#{self._chats}"
        self.running, self.joined = True, False
        self.screen.begin()

    def call(
        self,
        name: str,
        arguments: tuple[Any, ...] = (),
        data: Mapping[str, Any] | None = None,
        *,
        wait: bool = True,
    ) -> PendingCall:
        """Call a function of the adapter in a thread of its own; with ``wait`` until it settles or is given up.

        The adapter gets the arguments frozen; an attempt to change one is recorded, whatever becomes of it.
        """
        entry = self._recorder.add(Side.HOST, name, user=self.user, chat=self.chat, **(data or {}))
        if name == "end_chat":
            self.screen.cancel()
        pending = PendingCall(entry)
        self.pending.append(pending)
        if entry.data.get("second"):
            self._queued.append(pending)
        frozen = freeze(arguments, partial(self._mutated, entry))
        worker = threading.Thread(
            target=self._run, args=(pending, name, frozen), name=f"{CALL_THREAD}{name}", daemon=True
        )
        worker.start()
        if wait:
            self.settle(pending)
        return pending

    def settle(self, *calls: PendingCall) -> None:
        """Wait for the calls given, or for all that are under way; give up those that take too long."""
        for pending in calls or tuple(self.pending):
            limit = self._patience.wall(pending.entry.kind)
            if not self._wait(pending, limit) and not pending.given_up:
                pending.given_up = True
                self._patience.deadlines.note(pending.entry.kind, False)
                self._settled(pending.entry, "given_up", seconds=round(limit / self._patience.scale, 3))
            if pending in self.pending:
                self.pending.remove(pending)

    def _wait(self, pending: PendingCall, seconds: float) -> bool:
        """Wait (wall seconds) for a call; meanwhile let virtual time move if the call waits for it."""
        deadline = time.monotonic() + seconds
        while not pending.settled.wait(IDLE_SECONDS):
            if time.monotonic() >= deadline:
                return False
            self.idle()
        return True

    def _run(self, pending: PendingCall, name: str, arguments: tuple[Any, ...]) -> None:
        self._perform(pending, lambda: self._invoke(getattr(self.adapter, name), *arguments))

    def _perform(self, pending: PendingCall, function: Callable[[], Any]) -> None:
        began = time.monotonic()
        outcome: dict[str, Any]
        try:
            outcome = {"ok": True, "error": None, "value": described(function())}
        except Exception as error:
            outcome = {"ok": False, "error": f"{type(error).__name__}: {error}".strip(), "value": None}
        seconds = (time.monotonic() - began) / self._patience.scale
        if not pending.given_up:
            if pending.entry.kind in ("start_chat", "end_chat"):
                self._note_end(pending.entry, outcome["ok"])
            elif pending.entry.kind == "reconnect":
                self.reconnected = self.running = self.reconnected or outcome["value"] is True
            self._settled(pending.entry, "settled", **outcome, seconds=round(seconds, 3))
        pending.settled.set()

    def _note_end(self, entry: Entry, ok: bool) -> None:
        if entry.kind == "end_chat" and entry.chat == self.chat:
            self.running = False
            if any(not queued.settled.is_set() for queued in self._queued):
                self._begin_chat()  # a second start that waits for its turn has it now
        elif entry.kind == "start_chat" and not ok and entry.data["second"] == (entry.chat != self.chat):
            self.running = False

    def _settled(self, entry: Entry, kind: str, **data: Any) -> None:
        self._recorder.add(Side.HOST, kind, user=self.user, chat=entry.chat, call=entry.index, **data)

    def _mutated(self, call: Entry, what: str) -> None:
        self._recorder.add(Side.SUITE, "mutated", user=self.user, chat=call.chat, of=call.index, change=what)

    # what callbacks do

    def record(self, name: str, **data: Any) -> Entry:
        """Record a callback and whether a chat was running for the host."""
        self.joined = self.joined or name == "agent_joined"
        described_data = {key: described(value) for key, value in data.items()}
        return self._recorder.add(
            Side.CALLBACK, name, user=self.user, chat=self.chat, running=self.running, **described_data
        )

    def returned(self, entry: Entry, raised: str | None = None) -> None:
        """Record that the host came back from a callback, or raised."""
        more = {"raised": raised} if raised else {}
        self._recorder.add(Side.CALLBACK, "returned", user=self.user, chat=entry.chat, call=entry.index, **more)

    def screen_asked(self, entry: Entry) -> ScreenShareState:
        """Ask the user for the screen; the widget does so only while somebody is connected.

        Raises:
            RuntimeError: nobody is.
        """
        connected = self.running and self.joined
        answer = self.screen.ask() if connected else None
        self._recorder.add(Side.CALLBACK, "returned", user=self.user, chat=entry.chat, call=entry.index, answer=answer)
        if answer is None:
            raise RuntimeError("the screen can be asked for only while an agent is connected")
        return answer

    def fail_if_asked(self, entry: Entry) -> None:
        """Raise out of a callback as often as a program asked for.

        Raises:
            HostRaised: a program asked for it.
        """
        if self.raises[entry.kind] > 0:
            self.raises[entry.kind] -= 1
            error = HostRaised(f"the host failed in {entry.kind}")
            self.returned(entry, f"{type(error).__name__}: {error}")
            raise error

    def refuse(self, name: str, why: str, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> NoReturn:
        """Record a callback with arguments that the interface does not have, and refuse it.

        Raises:
            TypeError: always.
        """
        told = {"callback": name, "why": why, "args": described(args), "keywords": described(keywords)}
        self._recorder.add(Side.SUITE, "refused", user=self.user, chat=self.chat, **told)
        raise TypeError(f"{name}: {why}")

    def agent_ended(self, entry: Entry) -> None:
        """Call ``end_chat`` back, as the widget does inside ``agent_ended_chat``."""
        self.screen.cancel()
        if self.running:
            self.running = False
            inside = self._recorder.add(
                Side.HOST, "end_chat", user=self.user, chat=entry.chat, inside="agent_ended_chat"
            )
            info = freeze({}, partial(self._mutated, inside))
            self._perform(PendingCall(inside), lambda: self._invoke(self.adapter.end_chat, info))
        self.returned(entry)

    def errored(self, error: Mapping[str, Any]) -> None:
        """Take a CONNECTING error, or a loss before anybody joined, as the end of the chat."""
        kind = error.get("type")
        lost_early = kind == ErrorType.DISCONNECTED and error.get("is_disconnected") and not self.joined
        if kind == ErrorType.CONNECTING or lost_early:
            self.running = False
            self.screen.cancel()
