"""The typing indicator cannot stick; and the user's own typing does not flood the desk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.conftest import MakeBench
from tests.reference.support import Bench


@pytest.fixture
def chat(bench: Bench) -> Bench:
    """A chat with an agent."""
    bench.start("ada")
    return bench


def indicator(bench: Bench) -> list[bool]:
    """Return what the host was told about typing."""
    return [call[0] for call in bench.host.calls("agent_typing")]


def types(bench: Bench, agent: str = "ada", typing: bool = True) -> None:
    """Let an agent type or stop, and wait until that was consumed: a receipt follows it."""
    bench.act("typing", agent, typing=typing)
    seen = len(bench.host.calls("agent_read_messages"))
    bench.act("read", agent)
    bench.host.await_call("agent_read_messages", seen + 1)


def test_typing_is_shown_and_ends(chat: Bench) -> None:
    """What the agent does is shown, once each (PRS-09)."""
    types(chat)
    types(chat)
    types(chat, typing=False)
    types(chat, typing=False)
    assert indicator(chat) == [True, False]


def test_typing_runs_out_and_a_renewal_extends_it(chat: Bench) -> None:
    """Five seconds after the last notice, not after the first (PRS-08)."""
    types(chat)
    chat.clock.advance(4)
    types(chat)
    chat.clock.advance(4.9)
    assert indicator(chat) == [True]
    chat.clock.advance(0.1)
    assert indicator(chat) == [True, False]


@pytest.mark.parametrize(("declared", "shown"), [(2, 2), (60, 5)])
def test_the_desks_time_counts_when_it_is_shorter(make_bench: MakeBench, declared: float, shown: float) -> None:
    """The desk knows how long its notices last; nothing lasts longer than five seconds (PRS-08)."""
    bench = make_bench({"typing_expires_seconds": declared})
    bench.start("ada")
    types(bench)
    bench.clock.advance(shown - 0.1)
    assert indicator(bench) == [True]
    bench.clock.advance(0.1)
    assert indicator(bench) == [True, False]


def test_a_message_ends_the_typing_before_it_is_shown(chat: Bench) -> None:
    """The host clears nothing by itself, and an old timer clears no new typing (PRS-07)."""
    types(chat)
    chat.clock.advance(3)
    chat.say("hello")
    assert [call[0] for call in chat.host.talk()][-2:] == ["agent_typing", "send_message_to_user"]
    types(chat)
    chat.clock.advance(3)
    assert indicator(chat) == [True, False, True]


@pytest.mark.parametrize("action", ["leave", "transfer", "end"])
def test_leaving_transfer_and_end_end_the_typing(chat: Bench, action: str) -> None:
    """Nobody types who is gone (PRS-07)."""
    types(chat)
    more: dict[str, Any] = {"to_queue": "default"} if action == "transfer" else {}
    chat.act(action, "ada", **more)
    told = {"leave": "agent_left_chat", "transfer": "begin_transfer_to_another_agent", "end": "agent_ended_chat"}
    chat.host.await_call(told[action])
    assert chat.host.talk()[-2][0:2] == ("agent_typing", False)
    assert [due for due in chat.clock.pending() if due < 15] == []


def test_while_another_agent_types_the_indicator_comes_back(chat: Bench) -> None:
    """The author's typing is over with the message; the other's is not (PRS-07)."""
    chat.act("join", "bob")
    types(chat, "ada")
    types(chat, "bob")
    types(chat, "bob", typing=False)
    types(chat, "bob")
    chat.say("from ada", "ada")
    types(chat, "bob", typing=False)
    assert indicator(chat) == [True, False, True, False]
    assert [call[0] for call in chat.host.talk() if call[0] in ("agent_typing", "send_message_to_user")] == [
        "agent_typing",
        "agent_typing",
        "send_message_to_user",
        "agent_typing",
        "agent_typing",
    ]


def test_the_end_gives_up_the_timers(chat: Bench) -> None:
    """A forgotten timer would speak up in the next chat (LIF-06, LIF-10)."""
    types(chat)
    chat.desk.end_chat()
    assert chat.clock.pending() == []


def test_the_users_typing_reaches_the_desk(chat: Bench) -> None:
    """True is a start, false is a stop (PRS-11)."""
    chat.desk.user_typing(True)
    assert chat.truth()["user_typing"] is True
    chat.desk.user_typing(False)
    assert chat.truth()["user_typing"] is False


def test_typing_bursts_make_one_request_a_second(chat: Bench) -> None:
    """A host may call with every key (PRS-13)."""
    for _ in range(30):
        chat.desk.user_typing(True)
        chat.clock.advance(0.1)
    chat.desk.user_typing(False)
    chat.desk.user_typing(False)
    assert chat.truth()["typing_calls"] == 4


def test_a_stop_that_nobody_waits_for_is_not_sent(chat: Bench) -> None:
    """The host says false before each send, whether the user typed or not."""
    chat.desk.user_typing(False)
    assert chat.truth()["typing_calls"] == 0


def test_typing_and_reading_never_raise(bench: Bench) -> None:
    """Nobody misses them: without a chat, with a refusing desk, with a desk that is gone."""
    bench.desk.user_typing(True)
    bench.desk.user_read_messages()
    bench.start("ada")
    for operation in ("userTyping", "userReadMessages"):
        bench.fault("reset", operation=operation)
    bench.desk.user_typing(True)
    bench.desk.user_read_messages()
    bench.widget.say("still works")


def test_reading_tells_what_was_shown(chat: Bench) -> None:
    """Not more than the user can have seen."""
    chat.say("hello")
    chat.desk.user_read_messages()
    assert chat.truth()["user_read_seq"] == chat.truth()["messages"][-1]["seq"]


def test_what_the_desk_does_not_offer_is_not_asked(make_bench: MakeBench) -> None:
    """The desk said so; asking would only make errors."""
    switches = {"user_typing": False, "user_read_messages": False, "update_state": False}
    bench = make_bench({"capabilities": switches})
    bench.start("ada")
    bench.desk.user_typing(True)
    bench.desk.user_read_messages()
    bench.desk.update_state({"locale": "de"})
    bench.widget.say("works without")
    asked = {entry["operation"] for entry in _requests(bench)}
    assert asked == {"getCapabilities", "startChat", "streamEvents", "sendMessageToAgent"}


def _requests(bench: Bench) -> list[dict[str, str]]:
    return [entry["data"] for entry in bench.driver.journal() if entry["kind"] == "request"]
