"""Scenarios of a desk that asks for time."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("ERR-09")
def outage_of_a_minute() -> Iterable[Step]:
    """The desk is away for most of a minute."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    yield step("advance", seconds=45.0, patiently=True)
    yield step("restore")
    yield act("say", "ada", text="I am back.")


@scenario("ERR-09")
def stream_asks_for_time() -> Iterable[Step]:
    """The desk restarts, and asks to be left alone for a while."""
    yield step("start")
    yield act("join", "ada")
    for operation in ("streamEvents", "pollEvents"):
        wait = {"kind": "status", "operation": operation, "status": 503, "retry_after": 20, "count": None}
        yield step("fault", fault={**wait, "conversation_id": True})
    yield step("drop", code=1012)
    yield step("await", operation="streamEvents", count=3, timeout=0.4)  # who does not pause asks again by then
    yield step("advance", seconds=40.0, patiently=True)
    yield step("restore")
    yield act("say", "ada", text="I am back.")


@scenario("ERR-09", "MSG-05")
def messages_are_limited() -> Iterable[Step]:
    """The desk asks to wait before the next message."""
    yield step("start")
    yield act("join", "ada")
    limit = {"kind": "rate_limit", "operation": "sendMessageToAgent", "retry_after": 10, "count": None}
    yield step("fault", fault={**limit, "conversation_id": True})
    yield step("send", text="Too soon.", wait=False)
    yield step("await", operation="sendMessageToAgent", count=2, timeout=0.3)  # who insists does so by then
    yield step("advance", seconds=3.0, patiently=True)
    yield step("clear")
    yield step("advance", seconds=20.0, patiently=True)
    yield step("settle")
    yield step("send", text="Now.")
