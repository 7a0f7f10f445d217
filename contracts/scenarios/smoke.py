"""The smoke test: before anything is judged, one short chat must work at all."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("LIF-01", "LIF-02", "LIF-09", "MSG-01", "MSG-02", "PRS-01")
def smoke() -> Iterable[Step]:
    """Start, be joined, one message each way, end."""
    yield step("name")
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Hello, this is Ada.")
    yield step("send", text="Hello Ada.")
    yield step("end")
