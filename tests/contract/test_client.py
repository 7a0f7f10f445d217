"""The small desk client: events in order and at most once, also over lost streams; honest answers; no remains."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest

from contracts.adapter import Callback, ErrorType, OptionalServiceDesk, ServiceDesk
from contracts.clock import WallClock
from contracts.desk.client import DeskClient, DeskRefused, connect
from mockdesk import DeskControl

MESSAGE: dict[str, Any] = {
    "output": {"generic": [{"response_type": "connect_to_agent", "topic": "Billing"}]},
    "context": {"global": {"system": {"user_id": "user-1"}}},
}
DISCONNECTED = {"type": ErrorType.DISCONNECTED, "is_disconnected": True}
RECONNECTED = {"type": ErrorType.DISCONNECTED, "is_disconnected": False}


class Screen:
    """A host that notes every callback; ``agent_ended_chat`` calls ``end_chat`` back, as the host does."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.client: DeskClient | None = None
        self._changed = threading.Condition()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def note(*arguments: Any) -> None:
            with self._changed:
                self.calls.append((name, arguments))
                self._changed.notify_all()
            if name == "agent_ended_chat" and self.client is not None:
                self.client.end_chat()

        return note

    def names(self) -> list[str]:
        """Return the names of the callbacks so far."""
        return [name for name, _ in self.calls]

    def texts(self) -> list[Any]:
        """Return the texts shown so far."""
        return [arguments[0] for name, arguments in self.calls if name == "send_message_to_user"]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until the callbacks fulfil ``condition``."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout=10), self.calls


class Setup:
    """A client at a mock desk, with its screen, its records and the desk's control."""

    def __init__(self, url: str, control: DeskControl) -> None:
        self.control = control
        self.screen = Screen()
        self.records: list[dict[str, Any]] = []
        options: Mapping[str, Any] = {"recorder": self.records.append, "timeout_scale": 0.5, "api_key": "site-key"}
        self.client = connect(url, cast("Callback", self.screen), clock=WallClock(), options=options)
        self.screen.client = self.client

    def start(self) -> str:
        """Start a chat and let an agent join; return the conversation's id."""
        self.client.start_chat(MESSAGE)
        conversation_id = str(self.control.conversations()[-1]["id"])
        self.control.act(conversation_id, {"action": "join", "agent": {"id": "ada", "nickname": "Ada"}})
        self.screen.wait(lambda: "agent_joined" in self.screen.names())
        return conversation_id

    def say(self, conversation_id: str, text: str) -> None:
        """Let the agent say something."""
        self.control.act(conversation_id, {"action": "say", "agent": "ada", "text": text})

    def operations(self) -> list[str]:
        """Return the operations called so far."""
        return [record["operation"] for record in self.records if record["kind"] == "exchange"]


@pytest.fixture
def chat(desk_url: str, desk: DeskControl) -> Iterator[Setup]:
    """A client that has not started; whatever it started is ended after the test, and no thread of it is left."""
    setup = Setup(desk_url, desk)
    yield setup
    setup.screen.client = None
    setup.client.end_chat()
    join_readers()


def join_readers() -> None:
    """Wait for the clients' threads to end."""
    for thread in threading.enumerate():
        if thread.name.startswith("contracts-client"):
            thread.join(10)
            assert not thread.is_alive()


def test_client_has_the_face_of_an_adapter(chat: Setup) -> None:
    """The state machine that drives adapters drives it by these functions."""
    assert isinstance(chat.client, ServiceDesk)
    offered = {name for name in vars(OptionalServiceDesk) if not name.startswith("_")}
    left_out = {"files_selected_for_upload", "screen_share_stop", "reconnect"}
    assert all(callable(getattr(chat.client, name)) for name in offered - left_out)


def test_talk_goes_both_ways(chat: Setup) -> None:
    """The plain case: whoever judges a desk through this client must first see a conversation work."""
    conversation_id = chat.start()
    chat.client.user_typing(True)
    chat.client.send_message_to_agent({"input": {"text": " hello "}}, "m-1")
    chat.say(conversation_id, "good morning")
    chat.screen.wait(lambda: chat.screen.texts() == ["good morning"])
    chat.client.user_read_messages()
    chat.client.update_state({"locale": "de"})
    chat.client.end_chat()
    truth = chat.control.conversation(conversation_id)
    assert [(said["role"], said["text"]) for said in truth["messages"]] == [
        ("user", " hello "),
        ("agent", "good morning"),
    ]
    assert (truth["state"], truth["ended_by"], truth["context"]["locale"]) == ("ended", "user", "de")
    assert truth["context"]["topic"] == "Billing"
    assert chat.screen.calls[1] == ("agent_joined", ({"id": "ada", "nickname": "Ada"},))


def test_no_callback_after_the_end(chat: Setup) -> None:
    """Late events of an ended chat would be shown in the next one."""
    conversation_id = chat.start()
    chat.client.end_chat()
    before = list(chat.screen.calls)
    second = chat.start()
    chat.say(second, "second chat")
    chat.screen.wait(lambda: chat.screen.texts() == ["second chat"])
    assert conversation_id != second
    assert chat.screen.calls[: len(before)] == before
    assert "agent_ended_chat" not in chat.screen.names()


def test_what_arrives_while_the_user_ends_is_not_shown(chat: Setup) -> None:
    """From the user's end on nothing of the chat may reach the host, also while the desk takes its time to answer."""
    conversation_id = chat.start()
    chat.control.inject({"kind": "hold", "operation": "endChat"})
    ending = threading.Thread(target=chat.client.end_chat, name="test-ending")
    ending.start()
    assert chat.control.wait({"kind": "request", "data": {"operation": "endChat"}})["matched"]
    chat.say(conversation_id, "too late")
    chat.control.release()
    ending.join()
    assert "too late" in str([record for record in chat.records if record["kind"] == "frame"])
    assert chat.screen.texts() == []


@pytest.mark.parametrize("fault", [{"kind": "close", "code": 1012}, {"kind": "close", "code": 1011}, {"kind": "eof"}])
def test_lost_stream_is_resumed(chat: Setup, fault: dict[str, Any]) -> None:
    """Loss and return are told, and nothing said in between is lost or shown twice."""
    conversation_id = chat.start()
    chat.say(conversation_id, "before")
    chat.screen.wait(lambda: "before" in chat.screen.texts())
    chat.control.inject({**fault, "conversation_id": conversation_id})
    chat.say(conversation_id, "after")
    chat.screen.wait(lambda: "after" in chat.screen.texts())
    errors = [arguments[0] for name, arguments in chat.screen.calls if name == "set_error_status"]
    assert errors == [DISCONNECTED, RECONNECTED]
    assert chat.screen.texts() == ["before", "after"]


def test_end_while_the_stream_is_lost_leaves_nothing(chat: Setup) -> None:
    """A user who closes the chat during an outage must not be followed by attempts to reconnect."""
    conversation_id = chat.start()
    chat.control.inject({"kind": "status", "operation": "streamEvents", "status": 503, "count": None})
    chat.control.inject({"kind": "eof", "conversation_id": conversation_id})
    chat.screen.wait(lambda: "set_error_status" in chat.screen.names())
    chat.client.end_chat()
    join_readers()
    assert chat.screen.names()[-1] == "set_error_status"
    assert chat.control.conversation(conversation_id)["ended_by"] == "user"


def test_duplicates_and_swapped_events_come_once_and_in_order(chat: Setup) -> None:
    """At least once on the wire is at most once to the eye; a gap in the positions is read again."""
    conversation_id = chat.start()
    chat.control.inject({"kind": "duplicate", "conversation_id": conversation_id, "nth": 1, "times": 2})
    chat.say(conversation_id, "one")
    chat.control.inject({"kind": "reorder", "conversation_id": conversation_id, "nth": 1})
    for text in ("two", "three", "four"):
        chat.say(conversation_id, text)
    chat.screen.wait(lambda: "four" in chat.screen.texts())
    assert chat.screen.texts() == ["one", "two", "three", "four"]


@pytest.mark.parametrize("kind", ["garbage_frame", "unknown_type"])
def test_odd_frames_are_passed_over(chat: Setup, kind: str) -> None:
    """One bad frame must not cost the rest of the conversation."""
    conversation_id = chat.start()
    chat.control.inject({"kind": kind, "conversation_id": conversation_id})
    chat.say(conversation_id, "still there")
    chat.screen.wait(lambda: chat.screen.texts() == ["still there"])


def test_agents_end_is_told_once_and_not_answered(chat: Setup) -> None:
    """The host calls ``end_chat`` back inside the callback; the desk needs no second end, and no deadlock may come."""
    conversation_id = chat.start()
    chat.control.act(conversation_id, {"action": "end", "agent": "ada"})
    chat.screen.wait(lambda: "agent_ended_chat" in chat.screen.names())
    chat.client.end_chat()
    join_readers()
    assert chat.screen.names().count("agent_ended_chat") == 1
    assert "endChat" not in chat.operations()


def test_refused_start_raises_and_says_nothing(chat: Setup) -> None:
    """A start that failed is told by its exception alone; and the next one may work."""
    chat.control.set_queue("default", {"open": False})
    with pytest.raises(DeskRefused, match="queue_closed"):
        chat.client.start_chat(MESSAGE)
    assert chat.screen.calls == []
    chat.control.set_queue("default", {"open": True})
    chat.start()


def test_start_without_a_stream_leaves_no_conversation(chat: Setup) -> None:
    """A conversation that the user cannot follow would wait in the queue for nobody."""
    chat.control.inject({"kind": "status", "operation": "streamEvents", "status": 503})
    with pytest.raises(DeskRefused, match="streamEvents"):
        chat.client.start_chat(MESSAGE)
    assert [truth["state"] for truth in chat.control.conversations()] == ["ended"]


def test_lost_answer_of_a_send_raises(chat: Setup) -> None:
    """A message whose receipt got lost may not be shown as sent."""
    chat.start()
    chat.control.inject({"kind": "reset", "operation": "sendMessageToAgent"})
    with pytest.raises(DeskRefused):
        chat.client.send_message_to_agent({"input": {"text": "lost"}}, "m-1")


def test_expired_token_ends_the_chat_audibly(chat: Setup) -> None:
    """A token cannot be renewed here: the user must hear that the chat is over."""
    conversation_id = chat.start()
    chat.control.inject({"kind": "expire_token", "conversation_id": conversation_id})
    chat.screen.wait(lambda: "agent_ended_chat" in chat.screen.names())
    assert DISCONNECTED in [arguments[0] for name, arguments in chat.screen.calls if name == "set_error_status"]


def test_files_go_with_their_message(chat: Setup) -> None:
    """Files are uploaded before the message that names them, and each gets its status under the host's id."""
    conversation_id = chat.start()
    upload: Any = {"id": "host-file", "name": "a.txt", "content_type": "text/plain", "content": b"bytes"}
    chat.client.send_message_to_agent({"input": {"text": ""}}, "m-1", {"files_to_upload": [upload]})
    (said,) = chat.control.conversation(conversation_id)["messages"]
    chat.control.act(conversation_id, {"action": "set_file_state", "file_id": said["file_ids"][0], "state": "accepted"})
    chat.screen.wait(lambda: ("set_file_upload_status", ("host-file", False, None)) in chat.screen.calls)


def test_records_hold_no_token(chat: Setup) -> None:
    """Traces are printed and shared."""
    conversation_id = chat.start()
    chat.client.end_chat()
    tokens = [live.token.value for live in chat.client._wire.chats.values()]
    assert tokens
    assert conversation_id in str(chat.records)
    assert not [token for token in tokens if str(token) in str(chat.records)]
    assert "site-key" not in str(chat.records)
