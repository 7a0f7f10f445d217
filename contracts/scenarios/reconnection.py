"""Scenarios of gaps: what happens while the stream is not there, and in which order it is made up for."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("REC-01", "REC-03", "REC-04", "ERR-04")
def words_in_a_gap() -> Iterable[Step]:
    """An agent goes on writing while the desk cannot be reached."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Before the gap.")
    yield step("drop", outage=True)
    yield act("say", "ada", text="In the gap.")
    yield act("typing", "ada")
    yield act("say", "ada", text="Still in the gap.")
    yield step("restore")
    yield act("say", "ada", text="After the gap.")


@scenario("REC-03", "REC-04")
def another_agent_in_a_gap() -> Iterable[Step]:
    """One agent leaves and another comes while the desk cannot be reached."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True, code=1012)
    yield act("leave", "ada")
    yield act("join", "bob")
    yield act("say", "bob", text="I take over.")
    yield step("advance", seconds=3.0)
    yield step("restore")
    yield act("say", "bob", text="Can you read me?")


@scenario("REC-03", "LIF-06", "LIF-11")
def end_in_a_gap() -> Iterable[Step]:
    """The agent says goodbye and ends the chat while the desk cannot be reached."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    yield act("say", "ada", text="Are you still there? Goodbye.")
    yield act("end", "ada")
    yield step("restore")


@scenario("REC-01", "REC-04")
def short_breaks() -> Iterable[Step]:
    """The stream breaks twice, and the desk is there all the time."""
    yield step("start")
    yield act("join", "ada")
    for number, code in enumerate((1001, None)):
        yield step("drop", code=code)
        yield step("restore")
        yield act("say", "ada", text=f"Break {number} is over.")


@scenario("REC-04", "LIF-02")
def agent_before_the_stream_is_open() -> Iterable[Step]:
    """An agent accepts and greets between the request to start and the opening of the stream."""
    yield step("fault", fault={"kind": "hold", "operation": "streamEvents", "count": None})
    yield step("start", wait=False)
    yield step("await", operation="streamEvents")
    yield act("join", "ada")
    yield act("say", "ada", text="I was quick.")
    yield step("clear")
    yield step("settle")
    yield act("say", "ada", text="How can I help?")
