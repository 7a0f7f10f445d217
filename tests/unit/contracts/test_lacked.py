"""What kept a program from exercising a requirement: the driver's lack, the adapter's, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.capabilities import lacked, missing
from contracts.catalogue import catalogue
from contracts.driver_kit import NotOffered, is_never_offered
from contracts.trace import Entry, Side, Trace


def trace(kind: str, functions: tuple[str, ...] = (), **data: Any) -> Trace:
    """A trace of one entry."""
    side = Side.DESK if kind == "done" else Side.SUITE
    return Trace((Entry(0, 0.0, side, kind, "u1", "u1#1", data),), {"functions": functions})


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (
            trace("impossible", why="the driver cannot silence a stream", lacking=True),
            "the driver cannot silence a stream",
        ),
        (trace("impossible", why="no live chat"), None),
        (trace("done", ok=False, error="NotImplementedError: agents cannot transfer"), "agents cannot transfer"),
        (trace("done", ok=False, error="ValueError: nobody is there"), None),
        (trace("done", ok=True, error=None), None),
        (trace("reloaded", goes_on=False), "the adapter does not offer reconnect"),
        (trace("reloaded", ("reconnect",), goes_on=True), None),
    ],
)
def test_only_a_lack_is_a_reason(one: Trace, why: str | None) -> None:
    """A requirement that could have been exercised, and was not, must stay inconclusive."""
    assert lacked(one) == why


def test_a_drivers_own_reason_is_printed() -> None:
    """Whoever reads the report should learn why, and not only which word of the driver is missing."""
    receipts = next(one for one in catalogue() if "action:read" in one.needs)
    assert missing(receipts, ()) == "the driver does not offer the agent action read"
    assert missing(receipts, (), reasons={"action:read": "our desk has no receipts"}) == "our desk has no receipts"
    assert missing(receipts, receipts.needs, reasons={"action:read": "our desk has no receipts"}) is None


def test_what_a_driver_says_it_lacks_is_never_offered() -> None:
    """A refusal that nobody announced may be an accident: then the verdict stays open."""
    description = {"lacks": {"action:say.items": "plain texts only"}}
    assert is_never_offered(NotImplementedError("plain texts only"), description)
    assert is_never_offered(NotOffered("never"), {})
    assert not is_never_offered(NotImplementedError("not today"), description)
