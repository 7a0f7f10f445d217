"""Scenarios of who is there: coming and going, typing, reading."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

NAMELESS = {"id": "agent-nameless", "nickname": None}


@scenario("PRS-01")
def silent_agent() -> Iterable[Step]:
    """An agent joins and does nothing but wait."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Are you there?")


@scenario("PRS-02")
def greeting_right_behind_the_join() -> Iterable[Step]:
    """The join and the greeting arrive together."""
    yield step("start")
    yield step("hold")
    yield act("join", "cleo")
    yield act("say", "cleo", text="Hello, this is Cleo.")
    yield step("release")


@scenario("PRS-02", "PRS-04", "PRS-05", "PRS-06", "TRF-01")
def same_agent_comes_back() -> Iterable[Step]:
    """An agent loses the connection, comes back, and writes."""
    yield step("start")
    yield act("join", "ada")
    yield act("leave", "ada", reason="disconnected")
    yield act("join", "ada")
    yield act("say", "ada", text="Here I am again.")


@scenario("PRS-03")
def join_while_the_start_is_answered() -> Iterable[Step]:
    """An agent joins before the adapter knows that its conversation was made."""
    yield step("fault", fault={"kind": "hold", "operation": "startChat", "after": True})
    yield step("start", wait=False)
    yield step("await", match={"kind": "event", "type": "queue.updated"})
    yield act("join", "ada")
    yield step("clear")
    yield step("settle")
    yield act("say", "ada", text="I was fast.")


@scenario("PRS-03")
def join_while_the_stream_is_opened() -> Iterable[Step]:
    """An agent joins between the making of the conversation and the opening of its stream."""
    yield step("fault", fault={"kind": "hold", "operation": "streamEvents"})
    yield step("start", wait=False)
    yield step("await", operation="streamEvents")
    yield act("join", "ada")
    yield step("clear")
    yield step("settle")
    yield act("say", "ada", text="I was fast, too.")


@scenario("PRS-03", "PRS-05")
def join_while_the_stream_is_cut() -> Iterable[Step]:
    """The first agent leaves, the stream breaks, and the next agent joins meanwhile."""
    yield step("start")
    yield act("join", "ada")
    yield act("leave", "ada")
    yield step("drop", outage=True)
    yield act("join", "bob")
    yield step("restore")
    yield act("say", "bob", text="I take over.")


@scenario("PRS-04")
def agent_without_a_name() -> Iterable[Step]:
    """The desk knows an agent's id and nothing else."""
    yield step("start")
    yield step("act", action="join", agent=NAMELESS)
    yield step("act", action="say", agent=NAMELESS, text="Hello.")


@scenario("PRS-05")
def everything_twice() -> Iterable[Step]:
    """An offer comes before the join, the join comes twice, and the stream is opened anew."""
    yield step("start")
    yield step("fault", fault={"kind": "duplicate", "conversation_id": True, "nth": 1, "count": None, "times": 2})
    yield act("offer", "ada")
    yield act("join", "ada")
    yield act("offer", "bob")
    yield act("say", "ada", text="Hello.")
    yield step("drop")
    yield step("restore")
    yield act("say", "ada", text="Hello again.")


@scenario("PRS-06")
def last_agent_leaves() -> Iterable[Step]:
    """The only agent leaves, the user goes on writing, another agent comes."""
    yield step("start")
    yield act("join", "ada")
    yield act("leave", "ada")
    yield step("send", text="Is nobody there?")
    yield act("join", "bob")
    yield act("leave", "bob")


@scenario("PRS-07", "PRS-09")
def typing_before_everything() -> Iterable[Step]:
    """An agent types before a message, a leaving, a transfer and the end."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield act("say", "ada", text="One moment.")
    yield act("typing", "ada")
    yield act("leave", "ada")
    yield act("join", "bob")
    yield act("typing", "bob")
    yield act("transfer", "bob", to_agent="cleo")
    yield act("join", "cleo")
    yield act("typing", "cleo")
    yield act("end", "cleo")


@scenario("PRS-07")
def typing_and_message_together() -> Iterable[Step]:
    """Typing and the message arrive together, then time goes by."""
    yield step("start")
    yield act("join", "ada")
    yield step("hold")
    yield act("typing", "ada")
    yield act("say", "ada", text="Written in a moment.")
    yield step("release")
    yield step("advance", seconds=2)


@scenario("PRS-08")
def typing_never_stopped() -> Iterable[Step]:
    """An agent begins to type and walks away."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield step("advance", seconds=7)


@scenario("PRS-08", settings={"typing_expires_seconds": 10})
def typing_of_a_slow_desk() -> Iterable[Step]:
    """The desk declares that typing lasts ten seconds."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield step("advance", seconds=12)


@scenario("PRS-08", "PRS-09", "PRS-12")
def typing_goes_on() -> Iterable[Step]:
    """An agent goes on typing after four seconds, and has read meanwhile."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield step("advance", seconds=4)
    yield act("typing", "ada")
    yield act("read", "ada")
    yield step("advance", seconds=1.5)
    yield step("advance", seconds=6)


@scenario("PRS-09")
def typing_on_and_off() -> Iterable[Step]:
    """Typing is told twice, stopped twice, and a message comes without any."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield act("typing", "ada")
    yield act("typing", "ada", typing=False)
    yield act("typing", "ada", typing=False)
    yield act("say", "ada", text="Never mind.")


@scenario("PRS-10")
def own_doings_come_back() -> Iterable[Step]:
    """The desk sends the user's own doings back."""
    yield step("start")
    yield act("join", "ada")
    yield step("type", is_typing=True)
    yield step("send", text="This is mine.")
    yield act("say", "ada", text="And this is mine.")


@scenario("PRS-11")
def user_stops_typing() -> Iterable[Step]:
    """The user types and stops."""
    yield step("start")
    yield act("join", "ada")
    yield step("type", is_typing=True)
    yield step("type", is_typing=False)


@scenario("PRS-11")
def user_stops_and_goes_on() -> Iterable[Step]:
    """The user types, stops, types again and stops."""
    yield step("start")
    yield act("join", "ada")
    for is_typing in (True, False, True, False):
        yield step("type", is_typing=is_typing)


@scenario("PRS-11")
def user_only_stops() -> Iterable[Step]:
    """The host says that the user does not type, and never said that the user does."""
    yield step("start")
    yield act("join", "ada")
    yield step("type", is_typing=False)


@scenario("PRS-12")
def agent_reads() -> Iterable[Step]:
    """An agent writes, then reads the first of two texts, then both."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="What is your number?")
    yield step("send", text="It is 4711.")
    yield step("send", text="No, 4712.")
    yield act("read", "ada", up_to_seq=4)
    yield act("say", "ada", text="Thank you.")
    yield act("read", "ada")


@scenario("PRS-13")
def user_types_fast() -> Iterable[Step]:
    """The host calls with every key, for two seconds."""
    yield step("start")
    yield act("join", "ada")
    for _ in range(4):
        yield step("type", is_typing=True)
    yield step("advance", seconds=1)
    for _ in range(4):
        yield step("type", is_typing=True)


@scenario("PRS-15")
def user_reads() -> Iterable[Step]:
    """The user reads before anybody wrote, then what an agent wrote, and not what follows."""
    yield step("start")
    yield act("join", "ada")
    yield step("read")
    yield act("say", "ada", text="Here are your two options.")
    yield act("say", "ada", text="Which one do you want?")
    yield step("read")
    yield act("say", "ada", text="Take your time.")
