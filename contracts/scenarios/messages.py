"""Scenarios of messages: texts that are hard to carry, agents who change, receipts that must be true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.program import Step, act, scenario, step

SEND = "sendMessageToAgent"


def send_fault(kind: str, **more: Any) -> Step:
    """Return the step that lets the next request to send fail."""
    return step("fault", fault={"kind": kind, "operation": SEND, "count": 1, **more})


@scenario("MSG-01", "MSG-02")
def difficult_words_of_an_agent() -> Iterable[Step]:
    """An agent writes what looks like markup, has spaces at the ends, or is not ASCII."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="  2 * 3 * 4 = **24**, _really_, [see](https://example.com/a_b_c)  ")
    yield act("say", "ada", text="<b>bold</b> &amp; <script>alert(1)</script> 'quoted' \"twice\" \\ % #1. - x")
    yield act("say", "ada", text="Grüße, 你好, مرحبا, \U0001f469\u200d\U0001f467 e\u0301 \u00e9 \u200b\ttab")
    yield act("say", "ada", text="one\ntwo\n\n  three\n")
    yield step("end")


@scenario("MSG-01", "MSG-05")
def difficult_words_of_the_user() -> Iterable[Step]:
    """The user writes the same kinds of text."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="  2 * 3 * 4 = **24**, _really_, [see](https://example.com/a_b_c)  ")
    yield step("send", text="<b>bold</b> &amp; <script>alert(1)</script> 'quoted' \"twice\" \\ % #1. - x")
    yield step("send", text="Grüße, 你好, مرحبا, \U0001f469\u200d\U0001f467 e\u0301 \u00e9 \u200b\ttab")
    yield step("send", text="one\ntwo\n\n  three\n")
    yield step("end")


@scenario("MSG-02", "MSG-04", "ORD-08")
def words_before_the_stream_is_open() -> Iterable[Step]:
    """An agent accepts and writes while the adapter's stream is still being opened."""
    yield step("fault", fault={"kind": "hold", "operation": "streamEvents", "count": None})
    yield step("start", wait=False)
    yield step("await", operation="streamEvents")
    yield act("join", "ada")
    yield act("say", "ada", text="Hello, I am already here.")
    yield step("clear")
    yield step("settle")
    yield act("say", "ada", text="Can you see me?")
    yield step("end")


@scenario("MSG-02", "MSG-03", "MSG-04")
def words_of_both_during_a_transfer() -> Iterable[Step]:
    """The first agent writes until the second has come; then both are there for a moment."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("say", "ada", text="Bob will take over.")
    yield act("join", "bob")
    yield act("say", "bob", text="Bob speaking.")
    yield act("join", "ada")
    yield act("say", "bob", text="Ada listens.")
    yield act("say", "ada", text="Still here.")
    yield step("end")


@scenario("MSG-02", "MSG-04")
def words_of_an_agent_called_user() -> Iterable[Step]:
    """An agent has a name that a desk might use for the user."""
    agent = {"id": "agent-user", "nickname": "User"}
    yield step("start")
    yield step("act", action="join", agent=agent)
    yield step("act", action="say", agent=agent, text="My name is really User.")
    yield step("end")


@scenario("MSG-02", "MSG-04")
def words_of_the_desk_itself() -> Iterable[Step]:
    """The desk greets before anybody has joined, and says something while an agent is there."""
    yield step("start")
    yield act("say", by="system", text="You are in good hands.")
    yield act("join", "ada")
    yield act("say", "ada", text="Ada here.")
    yield act("say", by="system", text="We close in ten minutes.")
    yield step("end")


@scenario("MSG-02", "ORD-02")
def last_words_with_the_end() -> Iterable[Step]:
    """The last words, the going and the end arrive together."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="One moment.")
    yield step("hold")
    yield act("say", "ada", text="Your number is 4711.")
    yield act("say", "ada", text="Goodbye.")
    yield act("end", "ada")
    yield step("release")


@scenario("MSG-03")
def everything_delivered_twice() -> Iterable[Step]:
    """Each event comes twice; one text was really written twice."""
    yield step("start")
    yield step("fault", fault={"kind": "duplicate", "conversation_id": True, "nth": 1, "count": None, "times": 1})
    yield act("join", "ada")
    yield act("say", "ada", text="Yes.")
    yield act("say", "ada", text="Yes.")
    yield act("say", "ada", text="Good.")
    yield step("clear")
    yield step("end")


@scenario("MSG-03", "MSG-02", "MSG-04")
def words_around_a_lost_connection() -> Iterable[Step]:
    """What was shown before the loss is not shown again, what was written meanwhile is shown."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Before.")
    yield step("drop", outage=True)
    yield act("say", "ada", text="Meanwhile.")
    yield step("restore")
    yield act("say", "ada", text="After.")
    yield step("end")


@scenario("MSG-03", "MSG-04")
def second_chat_speaks_once() -> Iterable[Step]:
    """Two chats one after the other on one adapter, with different agents."""
    for agent, text in (("ada", "Hello from Ada."), ("bob", "Hello from Bob.")):
        yield step("start")
        yield act("join", agent)
        yield act("say", agent, text=text)
        yield step("send", text=f"Thank you, {agent}.")
        yield step("end")


@scenario("MSG-05")
def sends_that_the_desk_refuses() -> Iterable[Step]:
    """A refusal for good, one for a while, an answer that is no JSON, and then all is well."""
    yield step("start")
    yield act("join", "ada")
    yield send_fault("status", status=422)
    yield step("send", text="Refused for good.")
    yield step("clear")
    yield step("fault", fault={"kind": "status", "operation": SEND, "status": 503, "count": None})
    yield step("send", text="Refused for a while.")
    yield step("clear")
    yield send_fault("reset")
    yield step("send", text="Cut off on the way.")
    yield step("clear")
    yield step("send", text="Accepted.")


@scenario("MSG-05", "MSG-07", slow=True)
def sends_whose_answer_is_lost() -> Iterable[Step]:
    """The desk has the message, and nobody can know."""
    yield step("start")
    yield act("join", "ada")
    yield send_fault("reset", after=True)
    yield step("send", text="Did you get this?", message_id="lost-1")
    yield step("clear")
    yield step("send", text="Did you get this?", message_id="lost-1")
    yield send_fault("no_answer", after=True)
    yield step("send", text="And this?", message_id="lost-2")
    yield step("clear")
    yield step("send", text="And this?", message_id="lost-2")


@scenario("MSG-05")
def send_while_other_things_fail() -> Iterable[Step]:
    """Read receipts and typing are refused; what the user writes gets through all the same."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Tell me your number.")
    yield step("fault", fault={"kind": "status", "operation": "userReadMessages", "status": 500, "count": None})
    yield step("fault", fault={"kind": "status", "operation": "userTyping", "status": 500, "count": None})
    yield step("send", text="It is 4711.")
    yield step("clear")
    yield step("send", text="Is that all?")


@scenario("MSG-05")
def send_without_a_chat() -> Iterable[Step]:
    """The user writes as soon as the start has settled, and once more when the agent has ended the chat."""
    yield step("start")
    yield step("send", text="At once.")
    yield act("join", "ada")
    yield act("end", "ada")
    yield step("send", text="Too late.")


@scenario("MSG-06")
def much_that_is_no_message() -> Iterable[Step]:
    """Everything but messages, with addresses and words in it that look like texts."""
    yield step("start")
    yield act("update_queue", message="Read https://example.com/faq meanwhile.")
    yield act("join", "cleo")
    yield act("typing", "cleo")
    yield act("typing", "cleo", typing=False)
    yield act("read", "cleo")
    yield act("transfer", "cleo", to_agent="bob", reason="Knows https://example.com/bills better.")
    yield act("join", "bob")
    yield step("fault", fault={"kind": "unknown_type", "conversation_id": True})
    yield step("fault", fault={"kind": "garbage_frame", "conversation_id": True, "text": "See https://example.com"})
    yield act("say", "bob", text="Hello.")
    yield step("end")


@scenario("MSG-07")
def sent_twice_with_one_id() -> Iterable[Step]:
    """The host sends a message again with the same id; another one is equal but for the id."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Once is enough.", message_id="same")
    yield step("send", text="Once is enough.", message_id="same")
    yield step("send", text="Yes.", message_id="yes-1")
    yield step("send", text="Yes.", message_id="yes-2")


@scenario("MSG-09", "MSG-01")
def nothing_and_spaces() -> Iterable[Step]:
    """An empty text, then texts of nothing but spaces."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="")
    yield step("send", text=" ")
    yield step("send", text="\n\t ")
    yield act("say", "ada", text=" ")
    yield step("end")


ITEMS: tuple[Mapping[str, Any], ...] = (
    {"type": "image", "url": "https://example.com/map.png", "alt": "A map"},
    {"type": "video", "url": "https://example.com/how-to.mp4", "title": "How to"},
    {"type": "link", "url": "https://example.com/form", "title": "The form"},
    {"type": "error", "text": "The file could not be read."},
    {"type": "seat_map", "text": "Seats 12A and 12B are free."},
)


@scenario("MSG-10", "MSG-02")
def rich_messages() -> Iterable[Step]:
    """One message for each kind of item, one with all of them, and one of a kind that nobody knows."""
    yield step("start")
    yield act("join", "ada")
    for item in ITEMS:
        yield act("say", "ada", text=f"Here is the {item['type']}.", items=[dict(item)])
    yield act("say", "ada", text="", items=[dict(item) for item in ITEMS])
    yield step("end")
