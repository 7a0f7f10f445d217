"""Ending a chat: always possible, told once, and nothing is left."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from byosd_reference.errors import DeskError
from tests.reference.conftest import MakeBench
from tests.reference.host import error_of
from tests.reference.support import Bench, await_no_threads, connect_message, in_background, reference_threads


def test_the_desk_knows_once_that_the_user_ended(bench: Bench) -> None:
    """An agent must not write on to somebody who has left (LIF-09)."""
    bench.start("ada")
    bench.desk.end_chat({"preEndChatPayload": None})
    truth = bench.truth()
    assert (truth["state"], truth["ended_by"], truth["end_calls"]) == ("ended", "user", 1)


def test_nothing_is_left_when_end_returns(bench: Bench) -> None:
    """No stream, no timer and no thread of the chat: not soon, but when the call returns (LIF-10)."""
    bench.start("ada")
    bench.act("typing", "ada")
    bench.host.await_call("agent_typing")
    bench.desk.end_chat()
    assert bench.driver.census()["streams"] in ({}, {bench.truth()["id"]: 0})
    assert bench.clock.pending() == []
    assert reference_threads() == []


def test_end_is_harmless_again_and_without_a_chat(bench: Bench) -> None:
    """The host ends chats that are over as a matter of routine (LIF-08)."""
    bench.desk.end_chat()
    bench.start()
    bench.desk.end_chat()
    bench.desk.end_chat()
    assert bench.truth()["end_calls"] == 1


def test_end_after_a_failed_start_is_harmless(bench: Bench) -> None:
    """There is no chat to end, and the desk is not bothered (LIF-08)."""
    bench.fault("status", operation="startChat", status=403)
    assert isinstance(error_of(bench.desk.start_chat, connect_message()), DeskError)
    bench.desk.end_chat()
    assert bench.requests("endChat") == []


def test_the_agents_end_is_told_once_and_the_hosts_end_inside_is_quiet(bench: Bench) -> None:
    """The host calls end back from within the callback, on the stream's own thread (LIF-11, LIF-18)."""
    bench.start("ada")
    bench.act("typing", "ada")
    bench.act("end", "ada")
    bench.host.await_call("agent_ended_chat")
    await_no_threads()
    assert [call[0] for call in bench.host.talk()][-3:] == ["agent_typing", "agent_typing", "agent_ended_chat"]
    assert bench.host.inner_end == [None]
    assert bench.truth()["end_calls"] == 0
    assert bench.clock.pending() == []


def test_the_hosts_end_inside_may_come_from_another_thread(bench: Bench) -> None:
    """A host may run each call in a thread of its own and wait for it within the callback."""
    bench.start("ada")

    def end_elsewhere() -> None:
        with in_background(bench.desk.end_chat) as outcome:
            pass
        assert outcome == [None]

    bench.host.reactions["agent_ended_chat"] = end_elsewhere
    began = time.monotonic()
    bench.act("end", "ada")
    bench.host.await_call("agent_ended_chat")
    await_no_threads()
    assert time.monotonic() - began < 1.0


def test_the_desks_own_end_is_told(bench: Bench) -> None:
    """Nobody came: the user is not left waiting for ever (LIF-11, AVL-08)."""
    bench.start()
    bench.act("end", by="system", reason="nobody is there")
    bench.host.await_call("agent_ended_chat")
    assert bench.host.inner_end == [None]


def test_the_users_end_from_elsewhere_is_told(make_bench: MakeBench) -> None:
    """The same user may end the chat from another window: this one must not stay open."""
    tokens: dict[str, str] = {}
    bench = make_bench(token_store=tokens)
    conversation_id = bench.start("ada")
    url = f"{bench.desk_url}/v1/conversations/{conversation_id}/end"
    requests.post(url, headers={"Authorization": f"Bearer {tokens[conversation_id]}"}, timeout=5)
    bench.host.await_call("agent_ended_chat")


def test_nothing_is_told_after_the_end(bench: Bench) -> None:
    """Events on their way, and timers, must not speak up in a chat that is over (LIF-06)."""
    bench.start("ada")
    bench.act("typing", "ada")
    bench.host.await_call("agent_typing")
    bench.fault("hold_events", conversation_id=bench.truth()["id"])
    bench.act("say", "ada", text="too late")
    bench.desk.end_chat()
    count = len(bench.host.said)
    bench.driver.release()
    bench.clock.advance(30)
    assert bench.host.said[count:] == []


def test_a_chat_that_the_user_ended_first_is_not_ended_once_more(make_bench: MakeBench) -> None:
    """The chat is given up, and the user ends it before the host was told: that would hit the next chat (LIF-06)."""
    bench = make_bench(reconnect_limit_seconds=0.25)
    bench.start("ada")
    bench.away()
    bench.fault("hold", operation="endChat")
    bench.clock.await_wait(0.25)
    bench.clock.advance(0.25)
    bench.await_request("endChat")
    bench.desk.end_chat()
    bench.driver.clear_faults()
    bench.start("bob")
    bench.desk.end_chat()
    await_no_threads()
    assert "agent_ended_chat" not in bench.host.names()


def test_end_from_within_a_callback_stops_the_rest(bench: Bench) -> None:
    """A host may end the chat on hearing who joined; that is the stream's own thread."""
    bench.host.reactions["agent_joined"] = lambda profile: bench.desk.end_chat()
    bench.start()
    bench.act("join", "ada")
    bench.host.await_call("agent_joined")
    await_no_threads()
    assert bench.truth()["end_calls"] == 1
    assert bench.host.talk()[-1][0] == "agent_joined"


def test_end_in_the_middle_of_an_event_stops_the_rest_of_it(bench: Bench) -> None:
    """One event may be two callbacks, and the host may end the chat in the first (LIF-06)."""
    bench.host.reactions["agent_typing"] = lambda shown: None if shown else bench.desk.end_chat()
    bench.start("ada")
    bench.act("typing", "ada")
    bench.act("say", "ada", text="not any more")
    bench.host.await_call("agent_typing", 2)
    await_no_threads()
    assert bench.host.texts() == []


@pytest.mark.parametrize("status", [404, 409, 410])
def test_a_conversation_that_is_gone_is_ended(bench: Bench, status: int) -> None:
    """Unknown or over: either way the user has left it (LIF-08)."""
    bench.start("ada")
    bench.fault("status", operation="endChat", status=status)
    bench.desk.end_chat()


def test_threads_that_take_their_time_are_waited_for(bench: Bench) -> None:
    """Nothing is left when end returns, also when a clock wakes its waiters late (LIF-10)."""
    bench.clock.latency = 0.05
    bench.start("ada")
    bench.clock.await_wait(15)
    bench.desk.end_chat()
    assert reference_threads() == []


@pytest.mark.parametrize("kind", ["no_answer", "reset", "status"])
def test_end_rejects_when_the_desk_cannot_be_told_and_cleans_up_all_the_same(make_bench: MakeBench, kind: str) -> None:
    """The promise is that the desk knows; the clean-up does not depend on it (LIF-13)."""
    bench = make_bench(timeout_scale=0.2)
    bench.start("ada")
    bench.fault(kind, operation="endChat")
    began = time.monotonic()
    error = error_of(bench.desk.end_chat)
    assert time.monotonic() - began < 0.2 * 5
    assert isinstance(error, DeskError)
    assert reference_threads() == []
    assert bench.desk.end_chat() is None  # type: ignore[func-returns-value]


def test_an_end_that_the_desk_made_already_is_no_error(bench: Bench) -> None:
    """The agent was a moment faster, and the news is still on its way."""
    bench.start("ada")
    bench.fault("hold_events", conversation_id=bench.truth()["id"])
    bench.act("end", "ada")
    bench.desk.end_chat()
    assert "agent_ended_chat" not in bench.host.names()


def test_a_host_that_does_not_return_does_not_keep_the_chat_alive(make_bench: MakeBench) -> None:
    """A callback that hangs must not make end hang beyond the host's patience (LIF-13)."""
    bench = make_bench(timeout_scale=0.2)
    bench.start()
    hang = threading.Event()
    bench.host.reactions["agent_joined"] = lambda profile: hang.wait(5) and None
    bench.act("join", "ada")
    bench.host.await_call("agent_joined")
    began = time.monotonic()
    bench.desk.end_chat()
    assert time.monotonic() - began < 0.2 * 5
    hang.set()
    bench.host.overlapped = False  # the last words had to be said although a callback hung


def test_a_message_on_its_way_is_not_lost_by_the_end(bench: Bench) -> None:
    """Who writes "thanks, bye" and closes the chat has written it (MSG-05)."""
    bench.start("ada")
    bench.fault("hold", operation="sendMessageToAgent")
    with in_background(bench.widget.say, "bye") as sent:
        bench.await_request("sendMessageToAgent")
        with in_background(bench.desk.end_chat) as ended:
            too_early = {"kind": "request", "operation": "endChat"}
            assert not bench.driver.wait(too_early, 1, 0.2), "the end overtook the message"
            bench.driver.release()
    assert (sent, ended) == ([None], [None])
    assert bench.user_texts() == ["bye"]


def test_a_message_that_hangs_is_rejected_by_the_end(make_bench: MakeBench) -> None:
    """The end does not wait for ever, and the send does not outlive the chat."""
    bench = make_bench(timeout_scale=0.3)
    bench.start("ada")
    bench.fault("no_answer", operation="sendMessageToAgent")
    began = time.monotonic()
    with in_background(bench.widget.say, "hello") as sent:
        bench.await_request("sendMessageToAgent")
        bench.desk.end_chat()
    assert time.monotonic() - began < 0.3 * 5
    assert sent[0] is not None


def test_a_start_right_after_an_end_makes_a_new_chat(bench: Bench) -> None:
    """The same object serves chat after chat."""
    first = bench.start("ada")
    bench.desk.end_chat()
    assert bench.start() != first
    assert [truth["state"] for truth in bench.driver.conversations()] == ["ended", "waiting"]
