"""What kept a program from exercising a requirement: the driver's lack, the adapter's, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.capabilities import lacked
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
