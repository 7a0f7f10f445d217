"""The seam between the host's side and the desk's side: who may know whom, and what a desk of another shape may do."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import byosd_reference
from byosd_reference.desk_side import DeskCapabilities, Lacking
from byosd_reference.errors import AnswerLost, StreamLost
from byosd_reference.events import Event
from byosd_reference.integration import BasicServiceDesk
from byosd_reference.settings import Deadline, Settings
from byosd_reference.surroundings import Surroundings
from contracts.adapter import Clock
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost, error_of
from tests.reference.support import await_no_threads, connect_message

ROOT = Path(byosd_reference.__file__).parent
DESK_SIDE = {"canonical_desk", "desk_api", "http_line", "long_poll_line", "patience", "transports", "websocket_line"}
PUT_TOGETHER = {"__init__", "surroundings"}
"""Where the two sides meet: these choose a shape."""


def imported_by(path: Path) -> set[str]:
    """Return the modules of the reference that a file imports, the types of a checker included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.split(".")[1] for name in names if name.startswith("byosd_reference.")}


HOST_SIDE = [path for path in ROOT.glob("*.py") if path.stem not in DESK_SIDE | PUT_TOGETHER]


@pytest.mark.parametrize("path", HOST_SIDE, ids=lambda path: path.stem)
def test_the_hosts_side_knows_no_shape_of_a_desk(path: Path) -> None:
    """What it knew of one shape would be in the way of the next one."""
    shapes = {shape.name for shape in ROOT.iterdir() if shape.is_dir()}
    assert not imported_by(path) & (DESK_SIDE | shapes)


def test_the_list_of_the_desks_side_is_true() -> None:
    """A module that was renamed would be checked no more."""
    assert {path.stem for path in ROOT.glob("*.py")} >= DESK_SIDE | PUT_TOGETHER


class Ticket:
    """What opens the one conversation; a desk may renew its token."""

    conversation_id = "only"
    token = "first-token"


class OddDesk(Lacking):
    """A desk of yet another shape, without a network: it has no positions, routes the user only when the stream is
    open, says who an agent is only when it is asked, and renews its token. All parts of a desk's side in one object."""

    def __init__(self) -> None:
        self.credentials = Ticket()
        self.capabilities = DeskCapabilities(update_state=False, user_typing=False, user_read_messages=False)
        self.line = self.api = self
        self.routed = False
        self.profiles_asked: list[str] = []
        self.sent: list[str] = []
        self.ended = 0
        self._said: list[tuple[str, str]] = []
        self._changed = threading.Condition()
        self._given = self._last_seq = 0
        self._open = False
        self._write_down: Callable[[], None] = lambda: None

    def __call__(self, desk_url: str, clock: Clock, settings: Settings) -> OddDesk:
        """Be the shape that makes this desk's side."""
        return self

    def cut(self) -> None:
        """Nothing is under way."""

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Nobody knows."""
        return None

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Nothing is needed."""

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> OddDesk:
        """Make the conversation; nobody is looked for yet."""
        return self

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> OddDesk | None:
        """Take the conversation up where the page before left it."""
        self._given = kept["given"]
        return self if token == self.credentials.token else None

    def look(self, deadline: Deadline) -> Mapping[str, str]:
        """Tell nothing."""
        return {}

    def keepsake(self) -> Mapping[str, Any]:
        """Return how many messages were given."""
        return {"given": self._given}

    def door(self, changed: Callable[[], None]) -> OddDesk:
        """Return the door."""
        self._write_down = changed
        return self

    def open(self, after: int, deadline: Deadline) -> OddDesk:
        """Open the stream: only now the desk looks for an agent."""
        self.routed = self._open = True
        self._last_seq = after
        return self

    def frames(self) -> Iterator[Event]:
        """Give events, and number them."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._open or len(self._said) > self._given)
                if not self._open:
                    return
                who, text = self._said[self._given]
            yield from self._told(who, text)

    def _told(self, who: str, text: str) -> Iterator[Event]:
        if who not in self.profiles_asked:
            self.profiles_asked.append(who)
            yield self._next("agent.joined", {"agent": {"id": who, "nickname": who.upper()}})
        self._given += 1
        yield self._next("message.created", {"message": {"author": {"role": "agent", "id": who}, "text": text}})

    def _next(self, kind: str, data: Mapping[str, Any]) -> Event:
        self._last_seq += 1
        return Event(self._last_seq, kind, data)

    def renew(self) -> None:
        """Give the conversation a new token."""
        self.credentials.token = "second-token"
        self._write_down()

    def agent_says(self, who: str, text: str) -> None:
        """Let an agent say something."""
        with self._changed:
            self._said.append((who, text))
            self._changed.notify_all()

    def answers(self, seconds: float) -> bool:
        """Be there."""
        return True

    def why_closed(self) -> str:
        """Say why."""
        return "closed"

    def close(self) -> None:
        """Close the stream."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    shut = close

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Take a message."""
        self.sent.append(message["text"])

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """End the conversation."""
        self.ended += 1


@pytest.fixture
def tokens() -> dict[str, str]:
    """What the page keeps besides the persisted state."""
    return {}


def adapter(desk: OddDesk, host: RecordingHost, tokens: dict[str, str], kept: Any = None) -> BasicServiceDesk:
    """Return an integration with this desk."""
    around = Surroundings(host, ManualClock(), Settings(token_store=tokens), desk)
    made = BasicServiceDesk(around, "odd://desk", kept)
    host.desk = made
    return made


def test_a_desk_of_another_shape_has_the_same_host_side(tokens: dict[str, str]) -> None:
    """Events without a frame, numbers without positions, a routing that waits for the stream: the host sees a chat."""
    desk, host = OddDesk(), RecordingHost()
    made = adapter(desk, host, tokens)
    made.start_chat(connect_message())
    assert desk.routed
    desk.agent_says("ada", "one")
    desk.agent_says("ada", "two")
    host.await_text("two")
    made.send_message_to_agent({"input": {"text": "hello"}}, "m-1")
    made.user_typing(True)
    made.end_chat()
    assert [call[0] for call in host.talk()] == ["agent_joined", "send_message_to_user", "send_message_to_user"]
    assert host.calls("agent_joined") == [({"id": "ada", "nickname": "ADA"},)]
    assert (desk.sent, desk.ended) == (["hello"], 1)
    await_no_threads()


def test_what_changes_without_an_event_is_written_down(tokens: dict[str, str]) -> None:
    """A token that was renewed, or a place that moved on, must be known to the next page (SEC-05, REC-06)."""
    desk, host = OddDesk(), RecordingHost()
    first = adapter(desk, host, tokens)
    first.start_chat(connect_message())
    desk.agent_says("ada", "one")
    host.await_text("one")
    desk.renew()
    assert tokens == {"only": "second-token"}
    chat: Any = first._current
    chat.abandon(Deadline(1))
    again = RecordingHost()
    desk.agent_says("ada", "two")
    second = adapter(desk, again, tokens, dict(host.kept))
    assert second.reconnect() is True
    again.await_text("two")
    assert again.texts() == ["two"]
    second.end_chat()
    desk.renew()
    assert (tokens, again.kept) == ({}, {})
    await_no_threads()


def test_a_desk_that_does_not_route_makes_no_chat(tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The chat begins when its stream is open; what fails there is undone as every start is (LIF-05)."""
    desk, host = OddDesk(), RecordingHost()

    def refuse(after: int, deadline: Deadline) -> OddDesk:
        raise StreamLost("nobody is looked for")

    monkeypatch.setattr(desk, "open", refuse)
    made = adapter(desk, host, tokens)
    assert isinstance(error_of(made.start_chat, connect_message()), StreamLost)
    assert (desk.ended, host.said) == (1, [])


def test_a_start_that_nobody_is_sure_of_is_asked_for_again(
    tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the shape: the same key finds what is to be ended."""
    desk, host = OddDesk(), RecordingHost()
    keys: list[str] = []

    def start(request: Any, key: str, deadline: Deadline) -> OddDesk:
        keys.append(key)
        if len(keys) == 1:
            raise AnswerLost("start", "the connection broke off")
        return desk

    monkeypatch.setattr(desk, "start", start)
    assert isinstance(error_of(adapter(desk, host, tokens).start_chat, connect_message()), AnswerLost)
    assert len(set(keys)) == 1
    assert (len(keys), desk.ended) == (2, 1)
