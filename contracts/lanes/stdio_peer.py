"""The talk with an adapter on stdio: what was asked and is not answered yet, calls, callbacks, timers, and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any

from contracts.adapter import Callback, Clock
from contracts.frozen import tell_change
from contracts.lanes.line import OpenLine
from contracts.lanes.stdio_callbacks import Callbacks
from contracts.lanes.stdio_messages import PROTOCOL, ProtocolError, decode, encode
from contracts.lanes.stdio_timers import Timers
from contracts.lanes.supervised import SubjectCrashed
from contracts.smoke import Miswired

ANSWERS: Mapping[str, str] = MappingProxyType(
    {"ready": "hello", "failed": "hello", "result": "call", "error": "call", "fired": "fire", "pong": "ping"}
)
"""Type of an answer to the type of what it answers."""


@dataclass(frozen=True)
class Limits:
    """How long (wall seconds) the suite waits for an answer that must come; a call takes as long as the host lets it.

    After ``silence`` without an outcome of a call the process is asked whether it still answers.
    """

    hello: float = 15.0
    fire: float = 5.0
    ping: float = 5.0
    bye: float = 3.0
    silence: float = 1.5


class AdapterError(Exception):
    """An adapter's function rejected; the text is the adapter's own."""


class Peer:
    """One adapter in a process or a page of its own. Its first fault ends it; :meth:`check` raises that afterwards."""

    def __init__(self, open_line: OpenLine, clock: Clock, callback: Callback, limits: Limits) -> None:
        """Start the process, or open the page.

        Raises:
            OSError: it cannot be started.
        """
        self._clock = clock
        self._limits = limits
        self._fault: SubjectCrashed | Miswired | None = None
        self._leaving = False
        self._ids = count(1)
        self._asked: dict[tuple[str, int | str], tuple[str, Future[Any]]] = {}
        self._lock = threading.RLock()
        self._tokens: MutableMapping[str, str] = {}
        self._inputs: dict[int, Mapping[str, Any]] = {}
        self._told: list[tuple[str, str]] = []
        self._listener: Callable[[str, str], None] | None = None
        self._timers = Timers(clock, self._fire)
        self._callbacks = Callbacks(callback, self._send)
        self._line = open_line(self._take_line, lambda text: self._tell("log", text), self._ended)
        self._line.start()

    # what the suite asks

    def hello(self, desk_url: str, options: Mapping[str, Any], state: Mapping[str, Any] | None) -> dict[str, Any]:
        """Shake hands; return the ``ready`` message.

        Raises:
            SubjectCrashed, Miswired: the process failed to, or it says that the adapter cannot be built.
        """
        self._tokens = options.get("token_store", {})
        kept = {} if state is None else {"persisted_state": dict(state)}
        opening = {"protocol": PROTOCOL, "desk_url": desk_url, "options": dict(options), **kept}
        return dict(self._answer("hello", 0, "the handshake", self._limits.hello, **opening))

    def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """Call a function and return its value; however long it takes, while the process is alive.

        Raises:
            AdapterError: the adapter rejected it.
            SubjectCrashed, Miswired: the process failed meanwhile.
        """
        number = next(self._ids)
        self._inputs[number] = arguments
        future = self._ask("call", number, f"{function} (call {number})", function=function, arguments=dict(arguments))
        self._callbacks.note_nested_call()
        while True:
            try:
                return future.result(self._limits.silence)
            except TimeoutError:
                self.ping()

    def ping(self) -> None:
        """Return when the process has read what was sent, and everything that it had written before was taken.

        Raises:
            SubjectCrashed, Miswired: it failed, or does not answer in time.
        """
        if not self._leaving:
            self._answer("ping", next(self._ids), "ping", self._limits.ping)

    def check(self) -> None:
        """Raise the fault of the process, if it has one."""
        if self._fault is not None:
            raise self._fault

    def listen(self, take: Callable[[str, str], None]) -> None:
        """See :class:`contracts.lanes.supervised.Supervised`."""
        with self._lock:
            self._listener = take
            for kind, text in self._told:
                take(kind, text)

    def bye(self) -> None:
        """Ask the process to end, and end it.

        Raises:
            SubjectCrashed: it did not end by itself, or a signal ended it.
        """
        self.check()
        self._leaving = True
        with suppress(SubjectCrashed, Miswired):
            self._send({"type": "bye"})
        self._line.close_input()
        if not self._line.wait(self._limits.bye):
            self._fail(f"{self._line.what} hung: it did not end within {self._limits.bye:g} s of bye; it was ended")
        elif self._line.ended_by_signal():
            self._fail(f"{self._line.what} crashed at bye: {self._line.outcome()}")
        self.kill()
        self.check()

    def kill(self) -> None:
        """End the process at once, and its children with it."""
        self._leaving = True
        self._timers.cancel_all()
        self._line.kill()
        self._give_up_waiting(SubjectCrashed(f"{self._line.what} was thrown away"))

    # messages to the adapter

    def _send(self, message: Mapping[str, Any]) -> None:
        self.check()
        self._line.send(encode({**message, "now": self._clock.now()}))

    def _ask(self, kind: str, name: int | str, step: str, **fields: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            self._asked[kind, name] = step, future
        identity = {} if kind == "hello" else {"id": name}
        try:
            self._send({"type": kind, **identity, **fields})
        except BaseException:
            self._asked.pop((kind, name), None)
            raise
        return future

    def _answer(self, kind: str, name: int | str, step: str, seconds: float, **fields: Any) -> Any:
        future = self._ask(kind, name, step, **fields)
        try:
            return future.result(seconds)
        except TimeoutError:
            under_way = self._under_way(but=(kind, name))
            self._fail(f"{self._line.what} hung: no answer to {step} within {seconds:g} s{under_way}; it was ended")
            self.check()
            raise

    def _fire(self, timer: int | str) -> None:
        """Tell the adapter that a timer is due; return when it has done what it does. Faults are kept for ``check``."""
        if not self._leaving:
            with suppress(SubjectCrashed, Miswired):
                self._answer("fire", timer, f"fire (timer {timer!r})", self._limits.fire)

    # messages from the adapter

    def _take_line(self, line: bytes) -> None:
        if self._fault is not None:
            return
        try:
            self._take(decode(line))
        except ProtocolError as error:
            self._fail_with(ProtocolError(f"the adapter broke the protocol: {error}"))

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "callback":
                self._callbacks.take(message)
            case "timer":
                self._timers.ask(message, ("call", message.get("call", 0)) in self._asked)
            case "cancel_timer":
                self._timers.cancel(message["id"])
            case "token_store":
                self._tokens.clear()
                self._tokens.update(message["value"])
            case "unhandled":
                self._tell("unhandled", message["message"])
            case "mutated":
                tell_change(self._inputs.get(message["id"]), message["change"])
            case _:
                self._take_answer(message)

    def _take_answer(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        key = ANSWERS[kind], message.get("id", 0)
        with self._lock:
            _, future = self._asked.pop(key, ("", None))
        if future is None:
            raise ProtocolError(f"message {kind!r}: field 'id': no {key[0]} {key[1]!r} is waiting for it")
        match kind:
            case "error":
                future.set_exception(AdapterError(message["message"]))
            case "failed":
                future.set_exception(Miswired(message["message"]))
            case "result":
                future.set_result(message.get("value"))
            case _:
                future.set_result(message)

    def _tell(self, kind: str, text: str) -> None:
        with self._lock:
            self._told.append((kind, text))
            if self._listener is not None:
                self._listener(kind, text)

    # the end

    def _ended(self) -> None:
        if not self._leaving and self._fault is None:
            step = self._under_way() or " between two messages"
            self._fail(f"{self._line.what} crashed{step}: {self._line.outcome()}")

    def _under_way(self, but: tuple[str, int | str] | None = None) -> str:
        with self._lock:
            steps = [step for key, (step, _) in self._asked.items() if key != but]
        return f", with {', '.join(steps)} under way" if steps else ""

    def _fail(self, what: str) -> None:
        self._fail_with(SubjectCrashed(what, self._line.last_lines()))

    def _fail_with(self, fault: SubjectCrashed | Miswired) -> None:
        with self._lock:
            if self._fault is not None:
                return
            self._fault = fault
        self._give_up_waiting(fault)
        self._timers.cancel_all()
        self._line.kill()

    def _give_up_waiting(self, fault: Exception) -> None:
        with self._lock:
            waiting = [future for _, future in self._asked.values()]
            self._asked.clear()
        for future in waiting:
            future.set_exception(fault)
