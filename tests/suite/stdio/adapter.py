"""An adapter on stdio in Python: the reference integration behind the protocol, and ways to spoil it.

``python -m tests.suite.stdio.adapter [HOW]``. Without HOW it is correct.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import byosd_reference
from contracts.clock import WallClock

OUTPUT = threading.Lock()
CALL = threading.local()
"""``id``: the call of the suite that this thread carries out."""
FUNCTIONS = (
    "get_name",
    "start_chat",
    "end_chat",
    "send_message_to_agent",
    "update_state",
    "are_any_agents_online",
    "user_typing",
    "user_read_messages",
    "reconnect",
)


def write(kind: str, **fields: Any) -> None:
    """Write one message."""
    with OUTPUT:
        sys.stdout.write(json.dumps({"type": kind, **fields}) + "\n")
        sys.stdout.flush()


class Host:
    """Every callback is a message; it returns when the suite has answered."""

    def __init__(self, drop_texts: bool) -> None:
        self._ids = count(1)
        self._waiting: dict[int, tuple[threading.Event, dict[str, Any]]] = {}
        self._drop_texts = drop_texts

    def answered(self, message: Mapping[str, Any]) -> None:
        """Take a ``returned`` or ``raised`` message."""
        event, answer = self._waiting.pop(message["id"])
        answer.update(message)
        event.set()

    def _call(self, name: str, **arguments: Any) -> Any:
        if self._drop_texts and name == "send_message_to_user":
            return None
        number, event, answer = next(self._ids), threading.Event(), dict[str, Any]()
        self._waiting[number] = event, answer
        write("callback", id=number, name=name, arguments=arguments)
        event.wait()
        if answer["type"] == "raised":
            raise RuntimeError(answer["message"])
        return answer.get("value")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        parameters = {
            "update_capabilities": ("capabilities",),
            "update_agent_availability": ("availability",),
            "agent_joined": ("profile",),
            "agent_typing": ("is_typing",),
            "send_message_to_user": ("message", "agent_id"),
            "begin_transfer_to_another_agent": ("profile",),
            "set_error_status": ("error",),
            "set_file_upload_status": ("file_id", "is_error", "error_message"),
            "update_persisted_state": ("state", "merge"),
        }.get(name, ())
        return lambda *args, **kwargs: self._call(name, **dict(zip(parameters, args, strict=False)), **kwargs)


class SuiteTimer:
    """A timer at the suite."""

    def __init__(self, clock: SuiteTime, number: int) -> None:
        self._clock = clock
        self.number = number

    def cancel(self) -> None:
        """Give it up."""
        if self._clock.pending.pop(self.number, None) is not None:
            write("cancel_timer", id=self.number)


class SuiteTime:
    """Time as the suite tells it."""

    def __init__(self) -> None:
        self.present = 0.0
        self.pending: dict[int, Callable[[], None]] = {}
        self._ids = count(1)

    def now(self) -> float:
        """Return the desk's time."""
        return self.present

    def call_later(self, seconds: float, function: Callable[[], None]) -> SuiteTimer:
        """Ask the suite for a timer."""
        number = next(self._ids)
        self.pending[number] = function
        call = getattr(CALL, "id", None)
        write(
            "timer",
            id=number,
            seconds=max(0.0, seconds),
            name=function.__qualname__,
            **({} if call is None else {"call": call}),
        )
        return SuiteTimer(self, number)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event or for the suite's time."""
        over = threading.Event()
        timer = self.call_later(seconds, over.set)
        while not event.wait(0.002) and not over.is_set():
            pass
        timer.cancel()
        return event.is_set()

    def fire(self, number: int) -> None:
        """Do what a timer is for."""
        function = self.pending.pop(number, None)
        if function is not None:
            function()
        write("fired", id=number)


class TokenStore(dict[str, str]):
    """The page's session storage: every change is told to the suite."""

    def __setitem__(self, key: str, value: str) -> None:
        super().__setitem__(key, value)
        write("token_store", value=self)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a value away."""
        value = super().pop(key, *default)
        write("token_store", value=self)
        return value


class Adapter:
    """Carries out what the suite asks."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.host = Host(how == "drops-texts")
        self.time = SuiteTime()
        self.desk: Any = None

    def take(self, message: dict[str, Any]) -> bool:
        """Take one message; return whether to go on."""
        self.time.present = message["now"]
        kind = message["type"]
        if kind in ("returned", "raised"):
            self.host.answered(message)
        elif kind == "ping":
            write("pong", id=message["id"])
        elif kind in ("hello", "call", "fire"):
            threading.Thread(target=getattr(self, kind), args=(message,), daemon=True).start()
        return kind != "bye"

    def hello(self, message: dict[str, Any]) -> None:
        """Build the integration."""
        state = message.get("persisted_state")
        options = {**message["options"], "token_store": TokenStore(message["options"].get("token_store", {}))}
        own = {"scaled": 1 / options.get("time_scale", 1.0), "real": 1.0}
        clock: Any = WallClock(own[self.how]) if self.how in own else self.time
        self.desk = byosd_reference.connect(
            message["desk_url"], self.host, clock=clock, options=options, persisted_state=state
        )
        kind = self.how if self.how in own else "suite"
        version = 2 if self.how == "next-version" else 1
        write("ready", protocol=version, name="reference", functions=FUNCTIONS, clock=kind)

    def call(self, message: dict[str, Any]) -> None:
        """Call a function."""
        CALL.id = message["id"]
        try:
            value = getattr(self.desk, message["function"])(*message["arguments"].values())
            write("result", id=message["id"], value=value)
        except Exception as error:
            write("error", id=message["id"], message=str(error))

    def fire(self, message: dict[str, Any]) -> None:
        """A timer is due."""
        self.time.fire(message["id"])


def spoil(how: str, message: Mapping[str, Any]) -> None:
    """Do the wrong thing at the right message."""
    kind, function = message["type"], message.get("function")
    if how == "talks" and kind == "hello":
        sys.stderr.write("building the integration\n")
    if how == f"crash-{kind}" or how == f"crash-{function}":
        sys.stderr.write("out of luck\n")
        sys.stderr.flush()
        os._exit(7)
    if how == f"hang-{kind}" or how == f"hang-{function}":
        time.sleep(3600)
    if function == "send_message_to_agent":
        if how == "prints":
            sys.stdout.write("message sent!\n")
        elif how == "wrong-field":
            write("timer", id=1, seconds="soon")
        elif how == "unhandled":
            write("unhandled", message="TypeError: x is not a function")


def main() -> None:
    """Speak until bye."""
    how = sys.argv[1] if len(sys.argv) > 1 else ""
    adapter = Adapter(how)
    for line in sys.stdin:
        message = json.loads(line)
        spoil(how, message)
        if not adapter.take(message):
            return


if __name__ == "__main__":
    main()
