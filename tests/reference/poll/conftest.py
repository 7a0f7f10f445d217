"""Fixtures of the polling desk's tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from byosd_reference.poll import connect
from byosd_reference.settings import Deadline
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost, error_of
from tests.reference.poll.scripted_desk import ScriptedDesk, scripted_desk
from tests.reference.support import await_no_threads, connect_message

JOINED: Mapping[str, Any] = {"type": "status", "status": "active", "label": "Ada|agent-ada", "picture": None}


def said(text: str, label: str = "Ada|agent-ada") -> dict[str, Any]:
    """Return the event of an agent's message."""
    return {"type": "text", "from": "agent", "label": label, "text": text, "message": f"m-{text}"}


class Visit:
    """A widget on a page, and the desk that it talks to."""

    def __init__(self, desk: ScriptedDesk, clock: ManualClock, options: Mapping[str, Any], kept: Any = None) -> None:
        self.desk = desk
        self.clock = clock
        self.host = RecordingHost()
        self.tokens: dict[str, str] = options.get("token_store", {})
        self.adapter = connect(
            desk.url, self.host, clock=clock, options={"timeout_scale": 0.5, **options}, persisted_state=kept
        )
        self.host.desk = self.adapter
        self.next: Visit | None = None

    def start(self, **item: Any) -> None:
        """Start the chat, with Ada in it; return when a poll is under way that has nothing to tell."""
        self.tell(dict(JOINED))
        self.adapter.start_chat(connect_message(**item))
        self.host.await_call("agent_joined")
        self.desk.await_request("events", 2)

    def tell(self, *events: dict[str, Any]) -> None:
        """Let events happen in one batch."""
        self.desk.tell(*events)

    def say(self, text: str, message_id: str = "m-1") -> None:
        """Send a text."""
        self.adapter.send_message_to_agent({"input": {"text": text}}, message_id)

    def reload(self) -> Visit:
        """Kill the page as a reload does: nothing is said; return the visit of the new page."""
        chat: Any = self.adapter._current
        chat.abandon(Deadline(1))
        self.desk.leave_page()
        self.next = Visit(self.desk, self.clock, {"token_store": self.tokens}, json.loads(json.dumps(self.host.kept)))
        return self.next


@pytest.fixture
def visit() -> Iterator[Visit]:
    """A first page. At the end nothing of the chat is left."""
    with scripted_desk() as desk:
        made = Visit(desk, ManualClock(), {"token_store": {}})
        yield made
        last: Visit | None = made
        while last is not None:
            error_of(last.adapter.end_chat)
            last = last.next
        await_no_threads()
