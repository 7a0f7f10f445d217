"""Fixtures of the Twilio integration's tests: the mock's desk in that shape, and a page with the widget on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from byosd_reference.settings import Deadline
from byosd_reference.twilio import connect
from mockdesk.driver import MockDriver, twilio
from tests.reference.clock import ManualClock
from tests.reference.host import PATIENCE, RecordingHost, error_of
from tests.reference.support import await_no_threads, connect_message, profile


@pytest.fixture(scope="session")
def flex() -> Iterator[MockDriver]:
    """One mock for a worker's tests; each visit has a desk of its own in it."""
    made = twilio()
    yield made
    made.close()


class Visit:
    """A widget on a page, and the desk that it talks to."""

    def __init__(
        self, driver: MockDriver, desk_url: str, clock: ManualClock, tokens: dict[str, str], kept: Any
    ) -> None:
        self.driver = driver
        self.desk_url = desk_url
        self.clock = clock
        self.tokens = tokens
        self.host = RecordingHost()
        options = {"token_store": tokens, "timeout_scale": 0.2}
        self.adapter = connect(desk_url, self.host, clock=clock, options=options, persisted_state=kept)
        self.host.desk = self.adapter
        self.next: Visit | None = None

    @property
    def chat(self) -> Any:
        """The running chat, with its inner parts."""
        return self.adapter._current

    def start(self, agent: str | None = "ada", **item: Any) -> None:
        """Start the chat, and let an agent join."""
        self.adapter.start_chat(connect_message(**item))
        if agent is not None:
            self.act("join", agent)
            self.host.await_call("agent_joined")

    def act(self, action: str, agent: str, **more: Any) -> None:
        """Do as an agent does."""
        self.driver.act(self.truth()["id"], {"action": action, "agent": profile(agent), **more})

    def say(self, text: str, message_id: str = "m-1") -> None:
        """Send a text."""
        self.adapter.send_message_to_agent({"input": {"text": text}}, message_id)

    def truth(self) -> dict[str, Any]:
        """Return what the desk has of the conversation."""
        return self.driver.conversations()[-1]

    def user_texts(self) -> list[str]:
        """Return what the desk has of the user's words."""
        return [message["text"] for message in self.truth()["messages"] if message["role"] == "user"]

    def fault(self, kind: str, **more: Any) -> None:
        """Install a fault of this conversation."""
        self.driver.inject({"kind": kind, "conversation_id": self.truth()["id"], **more})

    def requests(self, operation: str) -> list[Mapping[str, Any]]:
        """Return the requests of one operation that reached the desk."""
        return [
            entry["data"]
            for entry in self.driver.journal()
            if entry["kind"] == "request" and entry["data"].get("operation") == operation
        ]

    def await_request(self, operation: str, count: int = 1) -> None:
        """Wait until a request of this operation was answered ``count`` times."""
        assert self.driver.wait({"kind": "response", "operation": operation}, count, PATIENCE)

    def reload(self) -> Visit:
        """Kill the page as a reload does: nothing is said; return the visit of the new page."""
        self.chat.abandon(Deadline(1))
        kept = json.loads(json.dumps(self.host.kept))
        self.next = Visit(self.driver, self.desk_url, self.clock, self.tokens, kept)
        return self.next


MakeVisit = Callable[..., Visit]


@pytest.fixture
def make_visit(flex: MockDriver) -> Iterator[MakeVisit]:
    """Make a visit to a desk with settings. At the end nothing of its chats is left."""
    made: list[Visit] = []

    def make(**settings: Any) -> Visit:
        desk_url = flex.new_desk(settings)["desk_url"]
        made.append(Visit(flex, desk_url, ManualClock(flex.advance), {}, None))
        return made[-1]

    yield make
    flex.clear_faults()
    last: Visit | None = made[-1] if made else None
    while last is not None:
        error_of(last.adapter.end_chat)
        assert not last.host.overlapped, "callbacks came two at a time"
        last = last.next
    await_no_threads()


@pytest.fixture
def visit(make_visit: MakeVisit) -> Visit:
    """A first page, and a desk with nothing special."""
    return make_visit()
