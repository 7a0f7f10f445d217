"""Scenarios for what a desk alone answers for: what its events say, in a chat with everything that makes events."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("PRS-14", "ORD-11", "ERR-11")
def every_kind_of_event() -> Iterable[Step]:
    """Agents come, type, write, read, hand over and go, with time going by."""
    yield step("start")
    yield step("advance", seconds=3)
    yield act("join", "ada")
    yield act("typing", "ada")
    yield step("advance", seconds=1)
    yield act("say", "ada", text="Hello.")
    yield step("send", text="Hello, Ada.")
    yield act("read", "ada")
    yield act("typing", "ada", typing=True)
    yield act("typing", "ada", typing=False)
    yield act("transfer", "ada", to_agent="bob")
    yield act("join", "bob")
    yield step("advance", seconds=2)
    yield act("say", "bob", text="I go on.")
    yield act("leave", "bob")
    yield act("join", "cleo")
    yield act("end", "cleo")
