"""What can be set from outside, and how long anything may take.

Two kinds of time are kept apart. **Wall time** bounds every call that waits for the network; it is multiplied by the
option ``timeout_scale``. **The injected clock** is what the user lives by: typing, back-off, the limit of an outage.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any
from urllib.parse import urlsplit


class Deadline:
    """A point in wall time by which a whole call must be over, however many steps it has."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, 0 when it has passed."""
        return max(0.0, self._at - time.monotonic())

    def within(self, seconds: float) -> Deadline:
        """Return a deadline for one step: after ``seconds``, but not after this one."""
        return Deadline(min(seconds, self.remaining()))


@dataclass(frozen=True)
class TimeLimits:
    """Wall seconds, scaled. The host gives up on ``end_chat`` after 5 s, so everything in it shares 3."""

    scale: float = 1.0
    start: float = field(init=False)
    undo: float = field(init=False)
    end: float = field(init=False)
    send: float = field(init=False)
    upload: float = field(init=False)
    other: float = field(init=False)
    settle: float = field(init=False)
    pong: float = field(init=False)

    def __post_init__(self) -> None:
        seconds = {
            "start": 7.0,  # with the undoing of a failed one, start_chat takes at most 10
            "undo": 3.0,
            "end": 3.0,
            "send": 10.0,
            "upload": 10.0,  # more for each file
            "other": 4.0,
            "settle": 0.5,  # for what is still under way when the chat ends
            "pong": 5.0,  # a peer that does not answer a ping for so long is dead
        }
        for name, value in seconds.items():
            object.__setattr__(self, name, value * self.scale)


@dataclass(frozen=True)
class Settings:
    """The options of ``connect``, checked.

    ``token_store`` is a mapping that outlives the page (and is not the persisted state): without it a chat cannot be
    taken up after a reload, because the token of the conversation is nowhere else. ``options`` are all that were given:
    the side of a desk reads there what only its shape needs.
    """

    times: TimeLimits = TimeLimits()
    reconnect_limit_seconds: float = 60.0
    user_name: str | None = None
    api_key: str | None = field(default=None, repr=False)
    token_store: MutableMapping[str, str] | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Settings:
        """Read the options; those of others are left alone.

        Raises:
            ValueError: a number is not one, or not positive.
        """
        return cls(
            times=TimeLimits(_positive(options, "timeout_scale", 1.0)),
            reconnect_limit_seconds=_positive(options, "reconnect_limit_seconds", 60.0),
            user_name=options.get("user_name"),
            api_key=options.get("api_key"),
            token_store=options.get("token_store"),
            options=options,
        )


def checked_address(desk_url: str) -> str:
    """Return the address of a desk, to which paths can be appended.

    Raises:
        ValueError: it is no http address.
    """
    parts = urlsplit(desk_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("desk_url is an http:// or https:// address")
    return desk_url.rstrip("/")


def _positive(options: Mapping[str, Any], name: str, default: float) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
        raise ValueError(f"the option {name} is a positive number, not {value!r}")
    return float(value)
