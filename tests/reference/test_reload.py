"""A page reload: the same chat goes on, or it is over on both sides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from byosd_reference.settings import Deadline
from tests.reference.conftest import MakeBench
from tests.reference.support import Bench, Widget, await_no_threads


@pytest.fixture
def tokens() -> dict[str, str]:
    """What the page keeps besides the persisted state."""
    return {}


@pytest.fixture
def bench_with_store(make_bench: MakeBench, tokens: dict[str, str]) -> Bench:
    """A chat that can be taken up."""
    bench = make_bench(token_store=tokens)
    bench.start("ada")
    bench.say("before")
    return bench


def reload(bench: Bench) -> Widget:
    """Kill the page as a reload does: its connection is gone, nothing is said; return the new page's widget."""
    kept = json.loads(json.dumps(bench.host.kept))
    chat: Any = bench.desk._current
    chat.abandon(Deadline(1))
    return bench.new_widget(kept)


def test_the_same_chat_goes_on(bench_with_store: Bench) -> None:
    """The same agent, nothing twice, nothing missed (REC-06)."""
    bench = bench_with_store
    widget = reload(bench)
    bench.act("say", "ada", text="meanwhile")
    assert widget.desk.reconnect() is True
    widget.host.await_text("meanwhile")
    widget.say("after")
    bench.act("leave", "ada")
    bench.act("join", "bob")
    widget.host.await_call("agent_joined")
    assert [call[0] for call in widget.host.talk()] == ["send_message_to_user", "agent_left_chat", "agent_joined"]
    assert bench.user_texts() == ["after"]
    assert len(bench.driver.conversations()) == 1
    assert widget.desk.reconnect() is True


def test_the_host_may_keep_the_state_itself(bench_with_store: Bench) -> None:
    """Without a state in the factory's arguments the callback is asked for it."""
    widget = reload(bench_with_store)
    again = bench_with_store.new_widget()
    again.host.kept = bench_with_store.host.kept
    assert again.desk.reconnect() is True
    assert widget.host.said == []


def test_without_a_token_store_it_is_over(make_bench: MakeBench) -> None:
    """No token in the persisted state, so nothing can be taken up (SEC-09)."""
    bench = make_bench()
    bench.start("ada")
    widget = reload(bench)
    assert widget.desk.reconnect() is False
    assert widget.host.kept == {}
    await_no_threads()


def test_nothing_to_take_up(bench: Bench) -> None:
    """The first page of a visit."""
    assert bench.desk.reconnect() is False
    assert bench.host.said == []
    bench.start()


def test_an_ended_chat_is_not_taken_up(bench_with_store: Bench, tokens: dict[str, str]) -> None:
    """The agent ended it while the page was away."""
    widget = reload(bench_with_store)
    bench_with_store.act("end", "ada")
    assert widget.desk.reconnect() is False
    assert (widget.host.kept, tokens) == ({}, {})
    await_no_threads()


@pytest.mark.parametrize("operation", ["getConversation", "getCapabilities", "streamEvents"])
def test_a_failed_reconnect_ends_the_chat_on_both_sides(bench_with_store: Bench, operation: str) -> None:
    """The host calls no end after it, so all is cleaned up already (LIF-17)."""
    widget = reload(bench_with_store)
    bench_with_store.fault("status", operation=operation, status=500)
    assert widget.desk.reconnect() is False
    assert bench_with_store.truth()["state"] == "ended"
    assert [said.name for said in widget.host.said] == ["update_persisted_state"]
    await_no_threads()
    widget.desk.start_chat({})


def test_the_persisted_state_is_small_json_without_a_token(bench_with_store: Bench, tokens: dict[str, str]) -> None:
    """It lies about in the browser (REC-09, SEC-09)."""
    bench = bench_with_store
    kept = json.dumps([call[0] for call in bench.host.calls("update_persisted_state")])
    (token,) = tokens.values()
    assert token not in kept
    assert set(bench.host.kept) == {"conversation_id", "stream_url", "last_seq", "agents"}
    assert bench.host.kept["last_seq"] == bench.truth()["last_seq"]


@pytest.mark.parametrize("by", ["user", "agent"])
def test_it_is_cleared_at_the_end(bench_with_store: Bench, tokens: dict[str, str], by: str) -> None:
    """A chat that is over must not be taken up by the next page (REC-09)."""
    bench = bench_with_store
    if by == "user":
        bench.desk.end_chat()
    else:
        bench.act("end", "ada")
        bench.host.await_call("agent_ended_chat")
    assert (bench.host.kept, tokens) == ({}, {})


@pytest.mark.parametrize("state", [None, {}, {"conversation_id": 5}, {"conversation_id": "c", "last_seq": -1}, [], "x"])
def test_a_state_that_makes_no_sense_is_no_chat(make_bench: MakeBench, state: Any) -> None:
    """It may come from another version, or from somebody who played with it."""
    bench = make_bench()
    assert bench.new_widget(state).desk.reconnect() is False
