"""Scenarios of how chats begin, end, and begin again."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

STREAM_REFUSED = {"kind": "status", "operation": "streamEvents", "status": 403, "count": None}
POLLS_REFUSED = {"kind": "status", "operation": "pollEvents", "status": 403, "count": None}


@scenario("LIF-14", "LIF-16")
def only_built() -> Iterable[Step]:
    """The widget opens and nobody asks for an agent."""
    yield step("name")


@scenario("LIF-06", "LIF-10")
def leaves_before_anybody_comes() -> Iterable[Step]:
    """The user gives up after a second; agents who are simulated by timers are about to join."""
    yield step("start")
    yield step("advance", seconds=1)
    yield step("end")
    yield step("advance", seconds=60)


@scenario("LIF-06", "LIF-10")
def talks_to_whoever_comes() -> Iterable[Step]:
    """Nobody is sent to the user: whom they talk to is simulated, answers after a while, and knows these commands."""
    yield step("start")
    yield step("advance", seconds=10)
    for text in ("help", "someone else", "end chat"):
        yield step("send", text=text)
        yield step("advance", seconds=10)
    yield step("end")
    yield step("advance", seconds=60)


@scenario("LIF-01", "LIF-02", "LIF-04")
def bare_start() -> Iterable[Step]:
    """No optional argument, no availability check before, and the user writes at once."""
    yield step("start", minimal=True)
    yield step("send", text="Is somebody there?")
    yield step("end")


@scenario("LIF-03", "LIF-05", "LIF-17")
def start_refused_then_accepted() -> Iterable[Step]:
    """The desk refuses a start; a minute later it works."""
    fault = {"kind": "status", "operation": "startChat", "status": 503, "count": None}
    yield step("fault", fault=fault)
    yield step("start")
    yield step("clear")
    yield step("start")
    yield act("join", "ada")
    yield step("end")


@scenario("LIF-03", "LIF-17")
def start_rejected_for_good() -> Iterable[Step]:
    """The desk answers the start with an error of the request."""
    yield step("fault", fault={"kind": "status", "operation": "startChat", "status": 422, "count": None})
    yield step("start")


@scenario("LIF-03")
def start_answered_with_garbage() -> Iterable[Step]:
    """The answer to the start is not JSON."""
    yield step("fault", fault={"kind": "garbage", "operation": "startChat", "count": None})
    yield step("start")


@scenario("LIF-03", slow=True)
def start_unanswered() -> Iterable[Step]:
    """The desk takes the request to start and keeps silent."""
    yield step("fault", fault={"kind": "no_answer", "operation": "startChat", "count": None})
    yield step("start")


@scenario("LIF-03", "LIF-05", "LIF-17")
def stream_refused_at_the_start() -> Iterable[Step]:
    """The conversation is made, and then its events cannot be had."""
    yield step("fault", fault=STREAM_REFUSED)
    yield step("fault", fault=POLLS_REFUSED)
    yield step("start")
    yield step("advance", seconds=30.0)


@scenario("LIF-08", "LIF-05")
def end_after_a_failed_start() -> Iterable[Step]:
    """The host ends a chat that never came about."""
    yield step("fault", fault={"kind": "status", "operation": "startChat", "status": 503, "count": None})
    yield step("start")
    yield step("end")


@scenario("LIF-06", "LIF-10")
def words_under_way_when_the_user_ends() -> Iterable[Step]:
    """What an agent said and did is on its way when the user ends the chat."""
    yield step("start")
    yield act("join", "ada")
    yield step("hold")
    yield act("say", "ada", text="One moment, please.")
    yield act("typing", "ada")
    yield step("end")
    yield step("release")


@scenario("LIF-06")
def agent_under_way_when_the_user_cancels() -> Iterable[Step]:
    """An agent accepts in the moment in which the user gives up waiting."""
    yield step("start")
    yield step("hold")
    yield act("join", "ada")
    yield act("say", "ada", text="Hello, how can I help?")
    yield step("end")
    yield step("release")


@scenario("LIF-06", "LIF-10")
def typing_when_the_user_ends() -> Iterable[Step]:
    """The agent is typing when the user ends; the typing runs out later."""
    yield step("start")
    yield act("join", "ada")
    yield act("typing", "ada")
    yield act("say", "ada", text="Let me see.")
    yield act("typing", "ada")
    yield step("end")
    yield step("advance", seconds=12.0)


@scenario("LIF-06", "LIF-08", "LIF-10")
def user_ends_while_disconnected() -> Iterable[Step]:
    """The desk is away when the user ends; the adapter must not go on looking for it."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    yield step("advance", seconds=3.0)
    yield step("end")
    yield step("advance", seconds=120.0)


@scenario("LIF-06", "LIF-11", "LIF-18")
def end_told_twice() -> Iterable[Step]:
    """The agent's end is delivered twice."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "duplicate", "conversation_id": True, "nth": 1, "count": 1, "times": 2})
    yield act("end", "ada")


@scenario("LIF-07")
def one_chat_after_the_other() -> Iterable[Step]:
    """Three chats on one adapter: twice the same agent, then another."""
    for agent in ("ada", "ada", "bob"):
        yield step("start")
        yield act("join", agent)
        yield act("say", agent, text="Hello.")
        yield step("end")


@scenario("LIF-07", "LIF-11", "LIF-18")
def one_chat_after_the_agents_end() -> Iterable[Step]:
    """The agent ends the first chat; the second goes the same way."""
    for agent in ("ada", "bob"):
        yield step("start")
        yield act("join", agent)
        yield act("say", agent, text="That is all, goodbye.")
        yield act("end", agent)


@scenario("LIF-08", "LIF-18")
def end_on_every_occasion() -> Iterable[Step]:
    """Ends without a chat, twice, and after the agent's end."""
    yield step("end")
    yield step("start")
    yield step("end")
    yield step("end")
    yield step("start")
    yield act("join", "ada")
    yield act("end", "ada")
    yield step("end")


@scenario("LIF-09", "LIF-01", "LIF-10")
def end_refused() -> Iterable[Step]:
    """The desk refuses the user's end: to resolve would be a lie."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "status", "operation": "endChat", "status": 503, "count": None})
    yield step("end")


@scenario("LIF-13", slow=True)
def end_unanswered() -> Iterable[Step]:
    """The desk keeps silent when the user ends."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "no_answer", "operation": "endChat", "count": None})
    yield step("end")


@scenario("LIF-15")
def started_twice_at_once() -> Iterable[Step]:
    """A second start comes while the first one's request is under way."""
    yield step("fault", fault={"kind": "hold", "operation": "startChat", "count": None})
    yield step("start", wait=False)
    yield step("await", operation="startChat")
    yield step("start", wait=False)
    yield step("clear")
    yield step("settle")
    yield step("advance", seconds=2.0)
    yield act("join", "ada")
    yield act("say", "ada", text="Hello, once.")
    yield step("end")


@scenario("LIF-15", "LIF-01")
def started_again_while_connected() -> Iterable[Step]:
    """A second start comes in the middle of a chat."""
    yield step("start")
    yield act("join", "ada")
    yield step("start")
    yield step("advance", seconds=2.0)
    yield act("say", "ada", text="I am still here.")
    yield step("end")
