"""Scenarios of limits: long texts, polls, many messages, many chats."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

POLLS = {"transports": ["long_poll", "websocket"]}
"""A desk that prefers to be polled."""
OTHER_REQUESTS = 60
"""While these are answered and no time goes by, an adapter without a pause polls about as often; no wait is needed."""


@scenario("LIM-02", settings={"max_text_characters": 40})
def a_text_beyond_the_limit() -> Iterable[Step]:
    """The longest text is sent, one that is longer by one is not, and the talk goes on; in narrow and wide letters."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="a" * 40)
    yield step("send", text="b" * 41)
    yield step("send", text="\U0001f600" * 40)
    yield step("send", text="\U0001f600" * 41)
    yield step("send", text="Short again.")
    yield act("say", "ada", text="I see.")


@scenario("LIM-04", settings=POLLS)
def polls_that_are_held() -> Iterable[Step]:
    """A desk that holds each poll; for a minute nothing happens."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="One moment.")
    yield step("advance", seconds=60)
    yield act("say", "ada", text="Here I am again.")
    yield step("send", text="Thank you.")
    yield act("end", "ada")


@scenario("LIM-04", settings={**POLLS, "max_poll_wait_seconds": 0})
def polls_that_are_answered_at_once() -> Iterable[Step]:
    """A desk that holds no poll: who does not wait by itself asks without a pause."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="One moment.")
    for _ in range(OTHER_REQUESTS):
        yield step("availability")
    for _ in range(10):
        yield step("advance", seconds=1)
    yield act("say", "ada", text="Here I am again.")
    yield step("send", text="Thank you.")


def many_messages(count: int) -> Iterable[Step]:
    """Yield a chat in which agent and user write ``count`` messages each."""
    yield step("start")
    yield act("join", "ada")
    for number in range(1, count + 1):
        yield act("say", "ada", text=f"Word {number} of the agent.")
        yield step("send", text=f"Word {number} of the user.")
    yield act("end", "ada")


def many_chats(count: int) -> Iterable[Step]:
    """Yield ``count`` chats of one user, one after the other, ended by both sides in turn."""
    for number in range(1, count + 1):
        yield step("start")
        yield act("join", "ada")
        yield act("say", "ada", text=f"Welcome to chat {number}.")
        yield act("end", "ada") if number % 2 else step("end")
        if number in (2, count):
            yield step("count_objects")


def chats_at_once(count: int) -> Iterable[Step]:
    """Yield chats of ``count`` users that run at the same time, each with a word of its own."""
    users = [f"u{number}" for number in range(1, count + 1)]
    for user in users:
        yield step("start", user=user)
        yield act("join", "ada", user=user)
    for user in users:
        yield act("say", "ada", user=user, text=f"This is for {user}.")
        yield step("send", user=user, text=f"This is from {user}.")
    for user in users:
        yield step("end", user=user)


@scenario("LIM-05", slow=True)
def a_hundred_messages_each_way() -> Iterable[Step]:
    """A long talk."""
    yield from many_messages(100)


@scenario("LIM-05", slow=True)
def twenty_chats_in_a_row() -> Iterable[Step]:
    """One page, all day."""
    yield from many_chats(20)


@scenario("LIM-05")
def ten_chats_at_once() -> Iterable[Step]:
    """Ten pages."""
    yield from chats_at_once(10)
