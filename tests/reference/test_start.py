"""Starting a chat: everything or nothing, whatever is missing and whatever fails."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from byosd_reference.canonical_desk import CanonicalConversation, CanonicalDesk
from byosd_reference.chat import Chat
from byosd_reference.desk_api import Credentials
from byosd_reference.desk_side import DeskCapabilities
from byosd_reference.errors import ChatEnded, ChatRunning, DeskError, DeskRefused
from byosd_reference.settings import Deadline, Settings
from byosd_reference.surroundings import Surroundings
from tests.reference.clock import ManualClock
from tests.reference.conftest import MakeBench
from tests.reference.host import RecordingHost, error_of
from tests.reference.support import Bench, await_no_threads, connect_message, in_background

FULL_ITEM: dict[str, Any] = {
    "topic": "Billing",
    "message_to_human_agent": "The user was charged twice.",
    "transfer_info": {
        "session_history_key": "from-transfer-info",
        "additional_data": {"order": ["4711"]},
        "target": {"byosd": {"queue": "billing"}},
    },
}


def test_the_desk_has_one_conversation_and_the_stream_is_open_when_start_returns(bench: Bench) -> None:
    """Returning is the promise that the chat can be used."""
    conversation_id = bench.start()
    assert [truth["id"] for truth in bench.driver.conversations()] == [conversation_id]
    assert bench.driver.census()["streams"] == {conversation_id: 1}


def test_the_desk_learns_who_comes_and_why(make_bench: MakeBench) -> None:
    """What the bot knows spares the user from telling it again."""
    bench = make_bench({"queues": {"billing": {}}}, user_name="Grace")
    bench.desk.update_state({"session_id": "s::1", "user_id": "ignored", "locale": "de"})
    options = {"agentAppInfo": {"sessionHistoryKey": "a::b/c?d"}}
    bench.desk.start_chat(connect_message("user-7", **FULL_ITEM), options)
    truth = bench.truth()
    assert (truth["user_id"], truth["user_name"], truth["queue"]) == ("user-7", "Grace", "billing")
    assert truth["context"] == {
        "session_id": "s::1",
        "locale": "de",
        "topic": "Billing",
        "message_to_agent": "The user was charged twice.",
        "session_history_key": "a::b/c?d",
        "additional_data": {"order": ["4711"]},
    }


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (None, "from-transfer-info"),
        ({"preStartChatPayload": 1}, "from-transfer-info"),
        ({"agent_app_info": {"session_history_key": "snake"}}, "snake"),
        ({"agentAppInfo": {"sessionHistoryKey": None}}, "from-transfer-info"),
    ],
)
def test_the_history_key_is_taken_from_wherever_the_host_has_it(bench: Bench, options: Any, key: str) -> None:
    """The two generations of the host put it in different places, or nowhere."""
    item = {**FULL_ITEM, "transfer_info": {"session_history_key": "from-transfer-info"}}
    bench.desk.start_chat(connect_message(**item), options)
    assert bench.truth()["context"]["session_history_key"] == key


@pytest.mark.parametrize(
    "message",
    [
        {},
        None,
        "text",
        {"output": None, "context": 3},
        {"output": {"generic": "text"}},
        {"output": {"generic": [None, 1, {"response_type": "text"}]}},
        {"output": {"generic": [{"response_type": "connect_to_agent", "topic": 5, "transfer_info": []}]}},
        {"context": {"global": {"system": {"user_id": 17}}}},
    ],
)
def test_a_start_needs_nothing_of_the_connect_message(bench: Bench, message: Any) -> None:
    """Everything in the message is optional; a visitor without an id is somebody of their own (LIF-04)."""
    bench.desk.start_chat(message)
    assert bench.truth()["user_id"].startswith("visitor-")
    assert bench.truth()["context"] == {}


def test_two_visitors_without_an_id_are_two_users(bench: Bench) -> None:
    """One id for everybody would let users share a chat (SEC-01)."""
    bench.desk.start_chat({})
    bench.new_widget().desk.start_chat({})
    first, second = bench.driver.conversations()
    assert first["user_id"] != second["user_id"]


def test_building_starts_nothing(bench: Bench) -> None:
    """The host builds an integration for every visitor of a page (LIF-16)."""
    assert bench.host.said == []
    assert [entry for entry in bench.driver.journal() if entry["kind"] == "request"] == []
    await_no_threads()


def test_a_second_start_is_refused_while_a_chat_runs(bench: Bench) -> None:
    """Two chats in one widget would show each other's messages (LIF-15)."""
    bench.start()
    with pytest.raises(ChatRunning):
        bench.desk.start_chat(connect_message())
    assert len(bench.driver.conversations()) == 1


def test_a_second_chat_goes_like_the_first(bench: Bench) -> None:
    """Nothing of a chat survives it: no agent, no position, no listener (LIF-07)."""
    traces = []
    for number in range(2):
        before = len(bench.host.talk())
        bench.desk.start_chat(connect_message())
        bench.act("join", "ada")
        bench.act("typing", "ada")
        bench.say(f"hello {number}")
        bench.act("end", "ada")
        bench.host.await_call("agent_ended_chat", number + 1)
        traces.append([call[0] for call in bench.host.talk()[before:]])
    assert traces[0] == traces[1]
    assert "begin_transfer_to_another_agent" not in traces[1]


def test_what_happened_before_the_stream_was_open_is_shown(bench: Bench) -> None:
    """An agent may be faster than the handshake (MSG-02, PRS-03)."""
    bench.fault("hold", operation="streamEvents")
    with in_background(bench.desk.start_chat, connect_message()) as outcome:
        bench.await_request("streamEvents")
        bench.act("join", "ada")
        bench.act("say", "ada", text="already here")
        bench.driver.release()
    assert outcome == [None]
    bench.host.await_text("already here")
    assert [call[0] for call in bench.host.talk()][-2:] == ["agent_joined", "send_message_to_user"]


KINDS = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 503, "retry_after": 7},
    {"kind": "rate_limit", "retry_after": 7},
    {"kind": "reset"},
    {"kind": "truncated"},
    {"kind": "garbage"},
    {"kind": "no_answer"},
]
OPERATIONS = ["getCapabilities", "startChat", "streamEvents"]
PLAYED_BY_A_STUB = [("streamEvents", {"kind": "garbage"})]
"""A handshake that is answered with garbage is in test_parts."""


@pytest.mark.parametrize(
    ("operation", "fault"),
    [(operation, fault) for operation in OPERATIONS for fault in KINDS if (operation, fault) not in PLAYED_BY_A_STUB],
    ids=str,
)
def test_any_fault_of_a_start_rejects_it_and_leaves_nothing(
    make_bench: MakeBench, operation: str, fault: dict[str, Any]
) -> None:
    """The user is told once, and the desk keeps nobody waiting in vain (LIF-03, LIF-05, LIF-17, ERR-02)."""
    bench = make_bench(timeout_scale=0.1)
    bench.driver.inject({**fault, "operation": operation})
    began = time.monotonic()
    error = error_of(bench.desk.start_chat, connect_message())
    assert time.monotonic() - began < 2.0
    assert isinstance(error, DeskError)
    assert str(error)
    assert bench.host.said == []
    assert [truth["state"] for truth in bench.driver.conversations() if truth["state"] != "ended"] == []
    await_no_threads()
    bench.driver.clear_faults()
    bench.desk.start_chat(connect_message())


@pytest.mark.parametrize("kind", ["status", "reset", "no_answer"])
def test_a_start_that_took_effect_unseen_is_undone(make_bench: MakeBench, kind: str) -> None:
    """The answer got lost, the conversation did not: asking again with the same key finds it (LIF-05)."""
    bench = make_bench(timeout_scale=0.3)  # the desk must get as far as the effect on a busy machine, too
    bench.fault(kind, operation="startChat", after=True)
    assert isinstance(error_of(bench.desk.start_chat, connect_message()), DeskError)
    assert [truth["state"] for truth in bench.driver.conversations()] == ["ended"]


def test_a_definite_refusal_is_not_asked_again(make_bench: MakeBench) -> None:
    """A closed queue has made no conversation, so there is nothing to undo."""
    bench = make_bench({"queues": {"default": {"open": False}}})
    error = error_of(bench.desk.start_chat, connect_message())
    assert isinstance(error, DeskRefused)
    assert error.code == "queue_closed"
    assert len(bench.requests("startChat")) == 1


def test_a_start_that_cannot_be_undone_says_so(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """An operator must be able to find the conversation that nobody uses."""
    bench.fault("status", operation="streamEvents", status=500)
    bench.fault("status", operation="endChat", status=500, count=None)
    with caplog.at_level(logging.WARNING, "byosd_reference"):
        assert isinstance(error_of(bench.desk.start_chat, connect_message()), DeskError)
    assert "keeps a conversation that nobody uses" in caplog.text


@pytest.mark.parametrize("operation", ["getCapabilities", "startChat", "streamEvents"])
def test_the_user_can_call_a_start_off(bench: Bench, operation: str) -> None:
    """ "Cancel" must work although the desk has not answered yet, and leave nobody in the queue."""
    bench.fault("hold", operation=operation)
    with in_background(bench.desk.start_chat, connect_message()) as outcome:
        bench.await_request(operation)
        began = time.monotonic()
        bench.desk.end_chat()
        assert all(truth["state"] == "ended" for truth in bench.driver.conversations())
        assert time.monotonic() - began < 2.0
    assert isinstance(outcome[0], ChatEnded)
    assert bench.host.said == []
    await_no_threads()


def test_a_chat_that_is_ended_before_it_begins_leaves_nothing() -> None:
    """The user may end it between the making and the first event."""
    tokens: dict[str, str] = {}
    host = RecordingHost()
    around = Surroundings(host, ManualClock(), Settings(token_store=tokens))
    credentials = Credentials("c", "ws://127.0.0.1:1/", "token")
    desk = CanonicalDesk("http://127.0.0.1:1", around.clock, around.settings)
    chat = Chat(around, CanonicalConversation(desk, credentials, DeskCapabilities()), {})
    chat.abandon(Deadline(1))
    chat.begin([])
    assert (tokens, host.said) == ({}, [])
    await_no_threads()


def test_a_desk_without_capabilities_can_be_used(bench: Bench) -> None:
    """The operation is no must have: a chat does without it."""
    bench.fault("status", operation="getCapabilities", status=404)
    bench.start("ada")
    assert bench.host.calls("update_capabilities") == [
        ({"allow_file_uploads": False, "allow_multiple_file_uploads": True, "allowed_file_upload_types": ""},)
    ]


def test_a_user_token_is_used_where_the_desk_wants_one(make_bench: MakeBench) -> None:
    """A desk may want to know who its users are before it lets them in."""
    bench = make_bench({"require_user_token": True, "api_keys": ["key-1"]}, api_key="key-1")
    bench.start("ada")
    assert bench.truth()["user_id"] == "user-1"
