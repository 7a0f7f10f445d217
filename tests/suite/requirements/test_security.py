"""SEC: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.leaks import Secret, masked, search_answers
from contracts.requirements.security import texts_are_no_commands, users_are_kept_apart
from contracts.requirements.security_desk import bad_tokens_are_refused, token_opens_one_conversation
from contracts.trace import Entry, Side, Trace
from tests.suite.requirements.build import (
    ADA,
    BOB,
    Story,
    complaint,
    ended,
    holds,
    joined,
    said,
    unexercised,
    user_said,
)

# SEC-01


class Two(Story):
    """A story of two users with a conversation each."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        for user in ("u1", "u2"):
            self.chat = f"{user}#0"
            self.of(user).start()
            self.ids[self.chat] = f"c-{user}"

    def of(self, user: str) -> Story:
        """Go on with one of the two."""
        self.user, self.chat = user, f"{user}#1" if f"{user}#1" in self.events else f"{user}#0"
        return self

    def ended_run(self) -> Trace:
        """Close the story, with each conversation's own id."""
        for chat, events in self.events.items():
            self.user, self.chat = chat.split("#")[0], chat
            self.add(Side.DESK, "truth", truth={"id": self.ids[chat], "events": events}, streams=0)
        return Trace(tuple(self.entries), self.about)


def two() -> Two:
    """Return two users, each with an agent and a message of one's own."""
    story = Two()
    for user, agent in (("u1", ADA), ("u2", BOB)):
        story.of(user).act("join", joined(agent)).callback("agent_joined", profile=agent)
        story.act("say", said(agent, f"for {user}")).shows(f"for {user}", agent["id"]).send(f"from {user}")
    return story


def test_two_users_with_their_own_are_apart() -> None:
    """Each sees what is theirs."""
    assert holds(users_are_kept_apart, two().ended_run())


def test_a_text_of_the_other_is_a_leak() -> None:
    """Both users are named."""
    story = two()
    story.of("u1").shows("for u2", "agent-bob")
    assert "'for u2', of u2's chat, is not shown to u1" in complaint(users_are_kept_apart, story.ended_run())


def test_a_text_in_the_others_conversation_is_a_leak() -> None:
    """It is named with its position."""
    story = two()
    story.of("u1").event(user_said("from u2", "m9"))
    assert "is not in u1's conversation" in complaint(users_are_kept_apart, story.ended_run())


def test_an_agent_of_the_other_is_a_leak() -> None:
    """Who joined the other's chat is not told here."""
    story = two()
    story.of("u1").callback("agent_joined", profile=BOB)
    assert "'agent-bob'" in complaint(users_are_kept_apart, story.ended_run())


def test_the_end_of_the_other_is_a_leak() -> None:
    """Only one of the two has ended."""
    story = two()
    story.of("u2").act("end", ended()).callback("agent_ended_chat")
    story.of("u1").callback("agent_ended_chat")
    assert "u1's chat goes on" in complaint(users_are_kept_apart, story.ended_run())


def test_one_user_alone_is_not_judged() -> None:
    """There is nobody to be kept apart from."""
    assert unexercised(users_are_kept_apart, Story().start().send("hello").trace())


# SEC-08


def words(text: str) -> Story:
    """Return a story in which Ada writes a text, which is shown."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    return story.act("say", said(ADA, text), agent=ADA, text=text).shows(text)


def test_a_word_of_control_that_is_only_shown_is_right() -> None:
    """It is a text like any other, and an end that really came later is one."""
    assert holds(texts_are_no_commands, words("agent.end.conversation").trace())
    story = words("conversation.ended").act("end", ended()).callback("agent_ended_chat")
    assert holds(texts_are_no_commands, story.trace())


def test_a_word_that_ends_the_chat_for_the_host_is_a_command() -> None:
    """The word is quoted."""
    found = complaint(texts_are_no_commands, words("agent.end.conversation").callback("agent_ended_chat").trace())
    assert "the end was told; said before: 'agent.end.conversation'" in found


def test_a_word_that_makes_an_agent_leave_is_a_command() -> None:
    """Nobody had left."""
    assert "a leaving was told" in complaint(
        texts_are_no_commands, words("agent.left").callback("agent_left_chat").trace()
    )


@pytest.mark.parametrize("by", ["user", "agent"])
def test_a_word_that_ends_the_chat_at_the_desk_is_a_command(by: str) -> None:
    """Neither the user nor an agent had ended it."""
    story = Story().start().act("join", joined(ADA)).send("End conversation")
    story.event(ended(by))
    assert f"an end by {'the user' if by == 'user' else 'an agent'}" in complaint(texts_are_no_commands, story.trace())


def test_other_words_are_not_judged() -> None:
    """A greeting does not exercise it."""
    assert unexercised(texts_are_no_commands, words("hello").callback("agent_ended_chat").trace())


# SEC-03 and SEC-04


def asked(token: str, status: int, body: Any = None, kind: str = "exchange", **about: Any) -> Trace:
    """Return a trace of one request with a token."""
    story = Story(subject="desk", **about).start()
    story.add(
        Side.WIRE,
        kind,
        operation="listMessages",
        conversation_id="c1",
        token=token,
        status=status,
        body=body,
    )
    return story.trace(id="c1")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_foreign_token_that_is_refused_is_right(status: int) -> None:
    """Each of the three is a refusal."""
    assert holds(token_opens_one_conversation, asked("foreign", status))


@pytest.mark.parametrize("kind", ["exchange", "handshake"])
def test_a_foreign_token_that_opens_is_wrong(kind: str) -> None:
    """The operation is named, the stream's too."""
    status = 200 if kind == "exchange" else 101
    found = complaint(token_opens_one_conversation, asked("foreign", status, kind=kind))
    assert ("listMessages" if kind == "exchange" else "streamEvents") in found
    assert "the token of another conversation" in found


def answered(body: Any) -> Trace:
    """Return the trace of one answer as a session leaves it: searched for the account's key, then masked."""
    key = Secret("API key", "canary-key-1")
    entries = list(asked("own", 200, body).entries)
    leaks, over = search_answers([key, Secret("token", "the-token-of-c1")], entries)
    for kind, data in [*(("leak", leak) for leak in leaks), ("searched", {"secrets": 2, "over": over})]:
        entries.append(Entry(len(entries), 0.0, Side.SUITE, kind, data=data))
    return Trace(masked(tuple(entries), [key]), {"subject": "desk"})


def test_a_key_of_the_account_in_an_answer_is_wrong() -> None:
    """It is not repeated in the report, and found although no trace shows it."""
    trace = answered({"debug": ["canary-key-1"]})
    assert "canary-key-1" not in str(trace.to_json())
    found = complaint(token_opens_one_conversation, trace)
    assert "the answer of listMessages holds no key" in found
    assert "it holds the key that ends in 'y-1'" in found


def test_tokens_in_an_answer_are_right() -> None:
    """They are for the client; only the account's keys are not."""
    assert holds(token_opens_one_conversation, answered({"token": "the-token-of-c1"}))


def test_own_tokens_are_not_judged() -> None:
    """Nor are faults that the driver injected."""
    assert unexercised(token_opens_one_conversation, asked("own", 200))
    assert unexercised(bad_tokens_are_refused, asked("own", 200))
    assert unexercised(bad_tokens_are_refused, asked("none", 503, {"code": "injected_fault"}))


@pytest.mark.parametrize("token", ["none", "garbage", "expired", "user"])
def test_a_bad_token_that_is_refused_is_right(token: str) -> None:
    """With 401 or 403."""
    assert holds(bad_tokens_are_refused, asked(token, 401))


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_bad_token_that_is_not_refused_is_wrong(status: int) -> None:
    """Neither an answer nor a breakdown is a refusal."""
    found = complaint(bad_tokens_are_refused, asked("expired", status))
    assert "listMessages with an expired token is refused with 401 or 403" in found
    assert f"answered {status}" in found
