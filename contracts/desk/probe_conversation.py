"""Probes of starting, ending and talking. Each only makes traffic; the requirements judge what was recorded."""

from __future__ import annotations

import uuid

from contracts.desk.bench import Bench, probe
from contracts.desk.wire import Token
from contracts.vocabulary import CONTROL_WORDS

TEXTS = (
    "hello",
    "  spaces at both ends  ",
    "two\nlines\tand a tab",
    "ünï ☃ 😀 \u200d \u202e",
    '<b onclick="x">&amp;</b> [a](javascript:b)',
    " ",
)
"""Texts that must come back as they were sent."""


CONTEXT = {
    "session_id": "session::9/8?a&b=%41#é",
    "locale": "en-GB",
    "topic": " <Billing> & more ",
    "message_to_agent": "Charged twice.\nSee %2F and \u202e.",
    "session_history_key": "history::1/2?x&y=%20#ü",
    "additional_data": {"a::b::c": "1/2?x", "nested": {"list": [1, None, 2.5, "ü"], "empty": {}}},
}
"""A context whose values must come back as they were given."""


@probe("LIF-12")
def end_again(bench: Bench) -> None:
    """End a conversation three times."""
    chat = bench.chat()
    for purpose in ("end.first", "end.again", "end.third"):
        bench.wire.request("endChat", chat, body={"reason": "done"}, purpose=purpose)
    bench.wire.request("endChat", chat, purpose="end.without_body")
    bench.call("getConversation", chat, purpose="end.state")


@probe("LIF-19")
def start_with_key(bench: Bench) -> None:
    """Start with one idempotency key again, with another body, as another user, and with another key."""
    key, user = f"probe-{uuid.uuid4()}", "probe-key"
    bench.start(user, key=key, purpose="start.first")
    bench.start(user, key=key, purpose="start.same_key")
    bench.start(user, key=key, purpose="start.same_key_other_body", user_name="Somebody else")
    bench.start("probe-other-key", key=key, purpose="start.same_key_other_user")
    bench.start(user, key=f"probe-{uuid.uuid4()}", purpose="start.other_key")
    bench.start(user, purpose="start.without_key")


@probe("MSG-08", "MSG-01")
def messages_are_kept(bench: Bench) -> None:
    """Send texts of many kinds, then read transcript and events."""
    chat = bench.chat()
    for index, text in enumerate(TEXTS):
        bench.say(chat, text, message_id=f"kept-{index}", purpose="message.sent")
    read_all(bench, chat)


@probe("MSG-07")
def message_again(bench: Bench) -> None:
    """Send a message twice with one id, then another text with the same id."""
    chat = bench.chat()
    bench.say(chat, "once", message_id="again-1", purpose="message.first")
    bench.say(chat, "once", message_id="again-1", purpose="message.again")
    bench.say(chat, "something else", message_id="again-1", purpose="message.same_id_other_text")
    read_all(bench, chat)


@probe("MSG-11")
def message_refused(bench: Bench) -> None:
    """Send to an ended conversation, and to a live one with another conversation's token."""
    ended, live = bench.chat("probe-ended"), bench.chat("probe-live")
    foreign = Token("foreign", bench.wire.chats[ended].token.value)
    bench.wire.request("endChat", ended, body={}, purpose="prepare")
    bench.say(ended, "too late", message_id="late-1", purpose="message.to_ended")
    body = {"text": "not mine", "message_id": "foreign-1"}
    bench.wire.request("sendMessageToAgent", live, token=foreign, body=body, purpose="message.foreign_token")
    read_all(bench, ended)
    read_all(bench, live)


@probe("STA-04")
def context_is_kept(bench: Bench) -> None:
    """Start with keys of odd characters, change the state, and look at the conversation each time."""
    answer = bench.start("user::1/2?x&y=%20#ü", purpose="context.start", context=CONTEXT)
    if not answer.ok:
        return
    chat = str(answer.body["conversation"]["id"])
    bench.call("getConversation", chat, purpose="context.read")
    if bench.offers("updateState"):
        for changes in ({"session_id": "a::b::c"}, {"locale": "de-AT"}, {"session_id": "/?&=%41#é", "locale": "fr"}):
            bench.wire.request("updateState", chat, body=changes, purpose="context.change")
        bench.call("getConversation", chat, purpose="context.read")


@probe("SEC-08")
def no_control_words(bench: Bench) -> None:
    """Say what might be taken for a command, then look at the conversation."""
    chat = bench.chat()
    bench.call("getConversation", chat, purpose="control.before")
    for word in CONTROL_WORDS:
        bench.say(chat, word, purpose="control.word")
    bench.call("getConversation", chat, purpose="control.after")
    read_all(bench, chat)


@probe("SEC-01")
def two_users(bench: Bench) -> None:
    """Two conversations at once, each with texts of its own."""
    first, second = bench.chat("probe-one"), bench.chat("probe-two")
    for index in range(2):
        bench.say(first, f"only for the first, {index}", purpose="isolation.first")
        bench.say(second, f"only for the second, {index}", purpose="isolation.second")
    read_all(bench, first)
    read_all(bench, second)


def read_all(bench: Bench, chat: str) -> None:
    """Read transcript and events with the conversation's own token."""
    bench.call("listMessages", chat, purpose="message.transcript")
    bench.call("pollEvents", chat, purpose="message.events")


PROBES = (
    end_again,
    start_with_key,
    messages_are_kept,
    message_again,
    message_refused,
    context_is_kept,
    no_control_words,
    two_users,
)
