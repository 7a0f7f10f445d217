"""Scenarios of order: batches, bursts, and a slow first send."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("ORD-01", "MSG-02")
def bursts_both_ways() -> Iterable[Step]:
    """Several texts in a row from either side; the agent's arrive in one batch."""
    yield step("start")
    yield act("join", "ada")
    yield step("hold")
    for text in ("First,", "second,", "third."):
        yield act("say", "ada", text=text)
    yield step("release")
    for text in ("One,", "two,", "three."):
        yield step("send", text=text)
    yield step("end")


@scenario("ORD-02", "ORD-01", "MSG-04")
def two_agents_and_the_end_in_one_batch() -> Iterable[Step]:
    """Two agents talk to each other and one of them ends the chat; all of it arrives together."""
    yield step("start")
    yield act("join", "ada")
    yield act("join", "bob")
    yield step("hold")
    yield act("say", "ada", text="Is it the blue one?")
    yield act("say", "bob", text="No, the green one.")
    yield act("say", "ada", text="Then it is done.")
    yield act("end", "bob")
    yield step("release")


@scenario("ORD-04")
def slow_first_send() -> Iterable[Step]:
    """The user writes a second line while the desk still works on the first."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "hold", "operation": "sendMessageToAgent", "count": 1})
    yield step("send", text="First line,", wait=False)
    yield step("await", operation="sendMessageToAgent")
    yield step("send", text="second line.", wait=False)
    yield step("await", operation="sendMessageToAgent", count=2, timeout=0.2)
    yield step("clear")
    yield step("settle")
    yield step("end")


@scenario("ORD-05", "MSG-05")
def both_talk_at_once() -> Iterable[Step]:
    """The user writes, types and ends while the agent's lines keep coming: reading and sending go on at once."""
    yield step("start")
    yield act("join", "ada")
    for place in range(3):
        yield act("say", "ada", text=f"Line {place + 1} of what I found.")
        yield step("send", text=f"Answer {place + 1}.", wait=False)
        yield step("type", is_typing=True)
        yield act("say", "ada", text=f"And more of line {place + 1}.")
        yield step("settle")
    yield step("end")


@scenario("ORD-08", "MSG-02")
def a_whole_visit_in_one_batch() -> Iterable[Step]:
    """An agent comes, types, writes and goes, and another comes; all of it arrives together."""
    yield step("start")
    yield step("hold")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield act("say", "ada", text="I am only here to say that Bob is coming.")
    yield act("leave", "ada")
    yield act("join", "bob")
    yield act("say", "bob", text="Here I am.")
    yield step("release")
    yield step("end")


@scenario("ORD-08")
def coming_and_going_one_by_one() -> Iterable[Step]:
    """The same, each event by itself."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield act("say", "ada", text="Goodbye, then.")
    yield act("leave", "ada")
    yield act("join", "bob")
    yield act("say", "bob", text="Bob here.")
    yield step("end")


@scenario("ORD-03", "ORD-06", "ORD-07", "MSG-08")
def a_talk_with_pauses() -> Iterable[Step]:
    """Both sides write, with time going by after each word, and the stream is opened again in between."""
    yield step("start")
    yield act("join", "ada")
    yield step("advance", seconds=2.5)
    yield act("say", "ada", text="How can I help?")
    yield step("advance", seconds=2.5)
    yield step("send", text="My bill is wrong.")
    yield step("advance", seconds=2.5)
    yield act("say", "ada", text="I see.")
    yield step("advance", seconds=2.5)
    yield step("end")


@scenario("ORD-03", "ORD-06", "MSG-08")
def a_talk_over_two_streams() -> Iterable[Step]:
    """The stream is cut in the middle; the second one goes on where the first one ended."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Before.")
    yield step("drop", outage=True)
    yield act("say", "ada", text="Meanwhile.")
    yield act("say", "ada", text="Still meanwhile.")
    yield step("restore")
    yield act("say", "ada", text="After.")
    yield step("end")
