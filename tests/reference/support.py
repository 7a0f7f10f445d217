"""What the tests of the reference integration share: a widget, and a desk with agents to talk to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import byosd_reference
from mockdesk.driver import MockDriver
from tests.reference.clock import ManualClock
from tests.reference.host import PATIENCE, RecordingHost, error_of


def connect_message(user_id: str = "user-1", **item: Any) -> dict[str, Any]:
    """Return a connect message as web chat makes it."""
    return {
        "output": {"generic": [{"response_type": "connect_to_agent", **item}]},
        "context": {"global": {"system": {"user_id": user_id}}},
    }


class Widget:
    """One user's widget: a host and its integration. ``connect`` builds it: for another shape of desk, another one."""

    def __init__(
        self,
        desk_url: str,
        clock: ManualClock,
        options: Mapping[str, Any],
        kept: Any = None,
        connect: Callable[..., Any] = byosd_reference.connect,
    ) -> None:
        self.host = RecordingHost()
        self.desk = connect(desk_url, self.host, clock=clock, options=options, persisted_state=kept)
        self.host.desk = self.desk

    def say(self, text: str, message_id: str = "m-1", files: Any = None) -> None:
        """Send a text."""
        additional: Any = None if files is None else {"files_to_upload": files}
        self.desk.send_message_to_agent({"input": {"text": text}}, message_id, additional)


class Bench:
    """A desk of the mock, its agents, and a widget."""

    connect: Callable[..., Any] = staticmethod(byosd_reference.connect)

    def __init__(self, driver: MockDriver, settings: dict[str, Any], options: dict[str, Any]) -> None:
        self.driver = driver
        made = driver.new_desk(settings)
        self.desk_url: str = made["desk_url"]
        self.options = {**made["options"], **options}
        self.clock = ManualClock(driver.advance)
        self.widgets: list[Widget] = []
        self.widget = self.new_widget()

    @property
    def host(self) -> RecordingHost:
        """The first widget's host."""
        return self.widget.host

    @property
    def desk(self) -> Any:
        """The first widget's integration."""
        return self.widget.desk

    def new_widget(self, kept: Any = None, **options: Any) -> Widget:
        """Return a further widget of the same desk."""
        widget = Widget(self.desk_url, self.clock, {**self.options, **options}, kept, self.connect)
        self.widgets.append(widget)
        return widget

    def start(self, agent: str | None = None, **item: Any) -> str:
        """Start the chat, let ``agent`` join, and return the conversation's id."""
        self.desk.start_chat(connect_message(**item))
        if agent is not None:
            self.act("join", agent)
            self.host.await_call("agent_joined")
        return str(self.truth()["id"])

    def truth(self, place: int = -1) -> dict[str, Any]:
        """Return what the desk has of a conversation."""
        return self.driver.conversations()[place]

    def act(self, action: str, agent: str | None = None, place: int = -1, **more: Any) -> list[dict[str, Any]]:
        """Do as an agent does."""
        who = {} if agent is None else {"agent": profile(agent)}
        done = self.driver.act(self.truth(place)["id"], {"action": action, **who, **more})
        return list(done["events"])

    def say(self, text: str, agent: str = "ada") -> None:
        """Let an agent say something, and wait until it was shown."""
        self.act("say", agent, text=text)
        self.host.await_text(text)

    def fault(self, kind: str, **more: Any) -> str:
        """Install a fault."""
        return self.driver.inject({"kind": kind, **more})

    def away(self, status: int = 503, **more: Any) -> str:
        """Cut the stream, and refuse each new one until the fault is removed."""
        refusal = self.fault("status", operation="streamEvents", status=status, count=None, **more)
        self.fault("eof")
        return refusal

    def user_texts(self, place: int = -1) -> list[str]:
        """Return what the desk has of the user's words."""
        return [message["text"] for message in self.truth(place)["messages"] if message["role"] == "user"]

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """Return the requests of one operation that reached the desk."""
        entries = [entry for entry in self.driver.journal() if entry["kind"] == "request"]
        return [entry["data"] for entry in entries if entry["data"].get("operation") == operation]

    def await_request(self, operation: str, count: int = 1) -> None:
        """Wait until a request of this operation has arrived ``count`` times."""
        assert self.driver.wait({"kind": "request", "operation": operation}, count, PATIENCE)

    def close(self) -> None:
        """End what still runs."""
        self.driver.clear_faults()
        for widget in self.widgets:
            error_of(widget.desk.end_chat)


def profile(agent: str) -> dict[str, Any]:
    """Return the profile of an agent of the tests."""
    return {"id": agent, "nickname": agent.capitalize()}


STRANGER = "began_before_this_test"
"""The attribute of threads that a test of the same process, a faulty adapter's perhaps, has left behind."""


def mark_strangers() -> None:
    """Mark the threads that are there already: they are none of this test's."""
    for thread in threading.enumerate():
        setattr(thread, STRANGER, True)


def own_threads() -> list[threading.Thread]:
    """Return the integration's threads that are alive and began in this test."""
    return [
        thread
        for thread in threading.enumerate()
        if thread.name.startswith("byosd-reference") and not hasattr(thread, STRANGER)
    ]


def reference_threads() -> list[str]:
    """Return the names of the integration's threads that are alive."""
    return sorted(thread.name for thread in own_threads())


def await_no_threads() -> None:
    """Wait until the integration has no thread left."""
    deadline = time.monotonic() + PATIENCE
    for thread in own_threads():
        thread.join(max(0.0, deadline - time.monotonic()))
    assert reference_threads() == []


@contextmanager
def in_background(function: Callable[..., Any], *arguments: Any) -> Iterator[list[BaseException | None]]:
    """Run ``function`` in a thread; the list holds what it raised (or None) when the block is left."""
    outcome: list[BaseException | None] = []
    thread = threading.Thread(target=lambda: outcome.append(error_of(function, *arguments)), daemon=True)
    thread.start()
    try:
        yield outcome
    finally:
        thread.join(PATIENCE)
    assert outcome, "the call did not settle"
