"""Scenarios of lost connections, and of frames that nobody understands."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

STRANGE_FRAMES = ("{", "[]", "null", '{"type": "message.created"}', '{"seq": "7", "type": 3, "time": null, "data": []}')
"""Frames that are no events, from no JSON at all to almost one."""


@scenario("ERR-03", "ERR-04")
def lost_in_every_way() -> Iterable[Step]:
    """The stream breaks in three ways, and each time the desk is away for a moment."""
    yield step("start")
    yield act("join", "ada")
    for code in (None, 1011, 1001):
        yield step("drop", outage=True, code=code)
        yield step("advance", seconds=6.0)
        yield step("restore")
    yield act("say", "ada", text="There you are again.")


@scenario("ERR-03", "ERR-04")
def closed_as_if_all_were_well() -> Iterable[Step]:
    """The desk closes the stream in good order, but the chat has not ended."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True, code=1000)
    yield step("advance", seconds=7.0)
    yield step("restore")
    yield act("say", "ada", text="I am still here.")


@scenario("ERR-03", "ERR-04", slow=True)
def stream_falls_silent() -> Iterable[Step]:
    """The connection stays open and nothing comes any more, not even a sign of life."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", silent=True)
    yield step("restore")
    yield act("say", "ada", text="You were gone for a while.")


@scenario("ERR-05")
def strange_frames_in_between() -> Iterable[Step]:
    """Between good events come frames that are none."""
    yield step("start")
    yield act("join", "ada")
    for number, text in enumerate(STRANGE_FRAMES):
        yield step("fault", fault={"kind": "garbage_frame", "conversation_id": True, "text": text})
        if number % 2:
            yield act("say", "ada", text=f"Good words, {number}.")
    yield step("fault", fault={"kind": "unknown_type", "conversation_id": True})
    yield act("say", "ada", text="Good words again.")
    yield act("end", "ada")
