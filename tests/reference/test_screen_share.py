"""Sharing the screen: one answer for one request, and either side may stop."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from contracts.adapter import ScreenShareState
from tests.reference.support import Bench, await_no_threads


@pytest.fixture
def chat(bench: Bench) -> Bench:
    """A chat with an agent."""
    bench.start("ada")
    return bench


def answers(bench: Bench) -> list[str]:
    """Return the answers that reached the desk."""
    return [entry["body"]["answer"] for entry in bench.requests("answerScreenShare")]


@pytest.mark.parametrize("answer", ["accepted", "declined", "cancelled"])
def test_the_users_answer_reaches_the_desk_once(chat: Bench, answer: ScreenShareState) -> None:
    """One answer for each request (FIL-07)."""
    chat.host.screen_answer = answer
    chat.act("request_screen", "ada")
    chat.await_request("answerScreenShare")
    chat.say("marker")
    assert answers(chat) == [answer]


@pytest.mark.parametrize("reaction", ["raises", "nonsense"])
def test_a_host_that_cannot_ask_has_cancelled(chat: Bench, reaction: str) -> None:
    """The host rejects the question unless it is connected; the agent must not wait for ever."""

    def react() -> Any:
        if reaction == "raises":
            raise RuntimeError
        return "maybe"

    chat.host.reactions["screen_share_request"] = react
    chat.act("request_screen", "ada")
    chat.await_request("answerScreenShare")
    assert answers(chat) == ["cancelled"]


def test_messages_go_on_while_the_user_thinks(chat: Bench) -> None:
    """The question blocks; the chat must not."""
    thinking = threading.Event()
    chat.host.reactions["screen_share_request"] = lambda: thinking.wait(5) and None
    chat.act("request_screen", "ada")
    chat.host.await_call("screen_share_request")
    chat.say("take your time")
    thinking.set()
    chat.await_request("answerScreenShare")


def test_a_withdrawn_request_is_not_answered(chat: Bench) -> None:
    """The agent gave up; the late answer would hit the next request (FIL-07)."""
    thinking = threading.Event()
    chat.host.reactions["screen_share_request"] = lambda: thinking.wait(5) and None
    chat.act("request_screen", "ada")
    chat.host.await_call("screen_share_request")
    chat.act("end_screen", "ada")
    chat.host.await_call("screen_share_ended")
    thinking.set()
    chat.desk.end_chat()
    await_no_threads()
    assert answers(chat) == []


def test_the_end_of_the_chat_cancels_a_request(chat: Bench) -> None:
    """The host closes its question itself; nothing is sent for a chat that is over (FIL-07)."""
    thinking = threading.Event()
    chat.host.reactions["screen_share_request"] = lambda: thinking.wait(5) and None
    chat.act("request_screen", "ada")
    chat.host.await_call("screen_share_request")
    chat.desk.end_chat()
    thinking.set()
    await_no_threads()
    assert answers(chat) == []


def test_the_agents_stop_is_told(chat: Bench) -> None:
    """The user sees that nobody watches any more."""
    chat.act("request_screen", "ada")
    chat.await_request("answerScreenShare")
    chat.act("end_screen", "ada")
    chat.host.await_call("screen_share_ended")
    chat.desk.screen_share_stop()
    assert answers(chat) == ["accepted"]


def test_the_users_stop_reaches_the_desk_once(chat: Bench) -> None:
    """And is not told back to the host as the agent's (FIL-07)."""
    chat.act("request_screen", "ada")
    chat.await_request("answerScreenShare")
    chat.desk.screen_share_stop()
    chat.desk.screen_share_stop()
    chat.say("marker")
    assert answers(chat) == ["accepted", "ended"]
    assert chat.host.calls("screen_share_ended") == []


def test_stopping_nothing_is_harmless(bench: Bench) -> None:
    """Without a chat, and without a sharing."""
    bench.desk.screen_share_stop()
    bench.start("ada")
    bench.desk.screen_share_stop()
    assert answers(bench) == []
