"""Each requirement of how chats end, on small traces: one that holds, one that is broken, one that is neither."""

from __future__ import annotations

from typing import Any

from contracts.requirements.lifecycle_end import (
    agents_end_is_told_once,
    desk_knows_of_the_users_end,
    end_inside_agent_ended_is_quiet,
    end_is_harmless,
    end_settles_on_a_silent_desk,
    ending_again_is_answered_alike,
    silence_after_the_end,
)
from contracts.requirements.lifecycle_rest import (
    failed_chat_cleans_up_by_itself,
    nothing_is_left_of_an_ended_chat,
    second_chat_is_like_the_first,
)
from contracts.trace import Side
from tests.suite.requirements.build import ADA, BOB, Story, complaint, ended, holds, joined, said, unexercised

CONNECTING = {"type": 1}


def test_silence_after_the_end() -> None:
    """LIF-06 tells what came late and how the chat had ended; withdrawn capabilities are allowed."""
    rule = silence_after_the_end
    assert holds(rule, Story().start().end().callback("update_capabilities", capabilities={}).trace())
    late = Story().start().end().shows("Are you there?")
    assert "the user's end had settled" in complaint(rule, late.trace())
    assert "Are you there?" in complaint(rule, late.trace())
    assert unexercised(rule, Story().start().trace())


def test_nothing_after_connecting() -> None:
    """LIF-06 counts a CONNECTING error as the end, and leaves a double report of a rejected start to ERR-02."""
    told = Story().start().callback("set_error_status", error=CONNECTING)
    assert "had told CONNECTING" in complaint(silence_after_the_end, told.callback("agent_left_chat").trace())
    double = Story().start("no").callback("set_error_status", error=CONNECTING)
    assert holds(silence_after_the_end, double.trace())


def chat_with(story: Story, agent: dict[str, Any], *callbacks: tuple[str, dict[str, Any]]) -> Story:
    """Add a short chat: the agent joins and says hello, the callbacks come, the user ends."""
    story.start().act("join", joined(agent), agent=agent).act("say", said(agent, "Hello"), agent=agent, text="Hello")
    for name, data in callbacks:
        story.callback(name, **data)
    return story.delivered().end()


def test_second_chat_is_like_the_first() -> None:
    """LIF-07 compares by form: other ids are fine, a transfer before the first agent is not."""
    rule = second_chat_is_like_the_first

    def usual(agent: dict[str, Any]) -> tuple[tuple[str, dict[str, Any]], ...]:
        shown = {"texts": ["Hello"], "agent_id": agent["id"]}
        return ("agent_joined", {"profile": agent}), ("send_message_to_user", shown)

    good = chat_with(chat_with(Story(), ADA, *usual(ADA)), BOB, *usual(BOB))
    assert holds(rule, good.trace())
    transfer = ("begin_transfer_to_another_agent", {"profile": BOB})
    bad = chat_with(chat_with(Story(), ADA, *usual(ADA)), BOB, transfer, *usual(BOB))
    assert "is begin_transfer_to_another_agent here" in complaint(rule, bad.trace())
    assert unexercised(rule, chat_with(Story(), ADA, *usual(ADA)).trace())


def test_chats_that_went_differently_are_not_compared() -> None:
    """LIF-07 must not blame an adapter for what its users did differently."""
    story = chat_with(Story(), ADA).start().end()
    assert unexercised(second_chat_is_like_the_first, story.trace())


def test_end_is_harmless() -> None:
    """LIF-08 says on which occasion an end was rejected, and counts what the desk was told."""
    rule = end_is_harmless
    assert holds(rule, Story().start().end().end().trace(end_calls=1))
    again = Story().start().end().host("end_chat", "Error: no chat", inside=None)
    assert "after chat u1#1 was over" in complaint(rule, again.trace(end_calls=1))
    assert "it was told 2 times" in complaint(rule, Story().start().end().trace(end_calls=2))
    assert "without any chat" in complaint(rule, Story().host("end_chat", "TypeError: None", inside=None).trace())
    assert unexercised(rule, Story().start().trace())


def test_desk_knows_of_the_users_end() -> None:
    """LIF-09 says that the desk was never told; an agent who was quicker is no fault."""
    rule = desk_knows_of_the_users_end
    story = Story().start()
    story.event(ended("user"))
    assert holds(rule, story.end().trace(state="ended"))
    assert "never told" in complaint(rule, Story().start().end().trace(state="connected"))
    quicker = Story().start().act("end", ended("agent")).end()
    assert holds(rule, quicker.trace(state="ended"))
    assert unexercised(rule, Story().start().host("end_chat", "Refused: 500", inside=None).trace(state="waiting"))


def test_nothing_is_left_of_an_ended_chat() -> None:
    """LIF-10 names each thing that was left; a chat that failed by itself belongs to LIF-17."""
    clean: dict[str, Any] = {"streams": 0, "timers": [], "threads": []}
    assert holds(nothing_is_left_of_an_ended_chat, Story().start().end().suite("census", **clean).trace())
    leaking = Story().start().end().suite("census", streams=1, timers=["stop_typing"], threads=["reader"])
    said_so = complaint(nothing_is_left_of_an_ended_chat, leaking.trace())
    assert all(word in said_so for word in ("1 open stream", "timer stop_typing", "thread reader"))
    assert unexercised(nothing_is_left_of_an_ended_chat, Story().start("no").suite("census", **clean).trace())


def test_failed_chat_cleans_up_by_itself() -> None:
    """LIF-17 looks at the census of chats that the host never ends."""
    rule = failed_chat_cleans_up_by_itself
    assert holds(rule, Story().start("no").suite("census", streams=0, timers=[], threads=[]).trace())
    assert "thread reader" in complaint(rule, Story().start("no").suite("census", threads=["reader"]).trace())
    assert unexercised(rule, Story().start().end().suite("census", threads=["reader"]).trace())


def test_agents_end_is_told_once() -> None:
    """LIF-11 is broken by none and by two; an end that came while the user ended need not be told."""
    rule = agents_end_is_told_once
    story = Story().start().act("end", ended())
    assert holds(rule, Story().start().act("end", ended()).callback("agent_ended_chat").delivered().trace())
    assert "it was not called" in complaint(rule, Story().start().act("end", ended()).delivered().trace())
    assert "2 times" in complaint(rule, story.callback("agent_ended_chat").callback("agent_ended_chat").trace())
    assert unexercised(rule, Story().start().act("end", ended()).end().delivered().trace())


def end_exchange(story: Story, status: int | None) -> Story:
    """Add a request to end the conversation."""
    story.add(Side.WIRE, "exchange", operation="endChat", conversation_id="c1", token="own", status=status)
    return story


def test_ending_again_is_answered_alike() -> None:
    """LIF-12 allows 2xx or 409, but not one after the other, and no 5xx."""
    rule = ending_again_is_answered_alike
    assert holds(rule, end_exchange(end_exchange(end_exchange(Story(), 200), 409), 404).trace())
    assert "2xx and 4xx" in complaint(rule, end_exchange(end_exchange(end_exchange(Story(), 200), 200), 409).trace())
    assert "500" in complaint(rule, end_exchange(end_exchange(Story(), 200), 500).trace())
    assert unexercised(rule, end_exchange(Story(), 200).trace())


def test_end_settles_on_a_silent_desk() -> None:
    """LIF-13 lets the end resolve or reject, but not hang, where the desk keeps silent."""
    rule, silence = end_settles_on_a_silent_desk, {"kind": "no_answer", "operation": "endChat"}
    silent = Story().start().suite("fault", fault=silence)
    assert holds(rule, silent.host("end_chat", "Timeout: no answer", inside=None).trace())
    hanging = Story().start().suite("fault", fault=silence)
    hanging.add(Side.HOST, "given_up", hanging.call("end_chat", inside=None), seconds=5)
    assert "gave it up" in complaint(rule, hanging.trace())
    assert unexercised(rule, Story().start().end().trace())


def test_end_inside_agent_ended_is_quiet() -> None:
    """LIF-18 is broken by a call that hangs, a second agent_ended_chat, and a second end sent to the desk."""
    rule = end_inside_agent_ended_is_quiet

    def told() -> Story:
        return Story().start().act("end", ended()).callback("agent_ended_chat")

    assert holds(rule, told().host("end_chat", inside="agent_ended_chat").trace(end_calls=0))
    assert "sent 1 end" in complaint(rule, told().host("end_chat", inside="agent_ended_chat").trace(end_calls=1))
    hanging = told()
    hanging.call("end_chat", inside="agent_ended_chat")
    assert "never settled" in complaint(rule, hanging.trace())
    slow = told()
    slow.settle(slow.call("end_chat", inside="agent_ended_chat"), seconds=20.0)
    assert "it took 20 s" in complaint(rule, slow.trace())
    twice = told().host("end_chat", inside="agent_ended_chat").callback("agent_ended_chat")
    assert "2 times" in complaint(rule, twice.trace())
    assert unexercised(rule, Story().start().end().trace())
