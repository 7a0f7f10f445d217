"""Faults: a closed vocabulary, and the schedule that says when each one strikes. The server applies them.

A fault counts what matches it. It strikes at its ``nth`` match and the following ones, ``count`` times in all, and is
then gone. A stream fault with ``nth`` 0 strikes at once, on the streams that are open:
:meth:`FaultSchedule.take_now`. Every fault that matches counts a match, one of them strikes: the oldest that is due;
the others wait for the next match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import count
from random import Random
from typing import Any, TypeAlias

from mockdesk.core.errors import NotFound
from mockdesk.core.events import Event, MessageCreated
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.limits import DeskLimits
from mockdesk.core.reading import Fields, suggestion
from mockdesk.lazy_dataclass import lazy_dataclass

REQUEST_KINDS = ("status", "rate_limit", "delay", "hold", "no_answer", "reset", "truncated", "garbage")
STREAM_KINDS = (
    "close",
    "eof",
    "silence",
    "duplicate",
    "hold_events",
    "garbage_frame",
    "unknown_type",
    "expire_token",
    "delay_events",
    "reorder",
)
AFTER_KINDS = ("status", "hold", "no_answer", "reset")
"""The kinds that can let the command take effect before they strike."""

MOST_TIMES = 1_000
"""How often a ``duplicate`` may repeat a frame."""

FaultList: TypeAlias = list[dict[str, Any]]


@lazy_dataclass(frozen=True)
class Fault:
    """One fault. The first fields say when it strikes; the rest belongs to single kinds and is None elsewhere.

    ``code`` is a word for ``status`` and a number for ``close``. ``seconds`` and ``until_seconds`` are seconds of the
    desk's clock. ``nth`` counts from 1; 0 is "now" (stream faults). ``count`` None: until removed.
    """

    kind: str
    operation: str = "*"
    conversation_id: str | None = None
    nth: int | None = None
    count: int | None = 1
    until_seconds: float | None = None
    event_type: str | None = None
    text_contains: str | None = None
    probability: float | None = None
    after: bool = False
    status: int | None = None
    code: str | int | None = None
    retryable: bool | None = None
    retry_after: float | None = None
    seconds: float | None = None
    times: int | None = None
    text: str | None = None

    @property
    def first_match(self) -> int:
        """The match at which it strikes first; 0: at once."""
        return (0 if self.on_stream else 1) if self.nth is None else self.nth

    @property
    def on_stream(self) -> bool:
        """Whether it strikes a stream rather than a request."""
        return self.kind in STREAM_KINDS

    def to_data(self) -> dict[str, Any]:
        """Return the fields that say something."""
        idle = {"operation"} if self.on_stream else {"event_type"}
        idle |= set() if self.kind in AFTER_KINDS else {"after"}
        values = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in idle}
        values["nth"] = self.first_match
        return {name: value for name, value in values.items() if name == "count" or value is not None}

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Fault:
        """Read a fault.

        Raises:
            InvalidRequest: the kind is not known, or a field is missing, wrong, or does not belong to the kind.
        """
        reader = Fields(mapping)
        fault = _read_fault(reader)
        reader.finish("fault")
        return fault


def _read_fault(reader: Fields) -> Fault:
    kind = reader.text("kind", 1)
    if kind and kind not in REQUEST_KINDS + STREAM_KINDS:
        reader.fail("kind", f"{kind!r} is not known; {suggestion(kind, REQUEST_KINDS + STREAM_KINDS)}")
    on_stream = kind in STREAM_KINDS
    return Fault(
        kind,
        operation="*" if on_stream else reader.text("operation", 1, default="*"),
        conversation_id=reader.optional_text("conversation_id"),
        nth=reader.optional_integer("nth", 0 if on_stream else 1),
        count=reader.optional_integer("count", 1) if reader.has("count") else 1,
        until_seconds=reader.optional_number("until_seconds"),
        event_type=reader.optional_text("event_type") if on_stream else None,
        text_contains=reader.optional_text("text_contains"),
        probability=_probability(reader),
        **_read_details(reader, kind),
    )


def _probability(reader: Fields) -> float | None:
    probability = reader.optional_number("probability")
    if probability is not None and probability > 1:
        reader.fail("probability", "must be 1 or less")
    return probability


def _read_details(reader: Fields, kind: str) -> dict[str, Any]:
    details: dict[str, Any] = {"after": reader.flag("after", False)} if kind in AFTER_KINDS else {}
    if kind == "status":
        details["status"] = reader.integer("status", 500, 400, 599)
        details["code"] = reader.optional_text("code", 1)
        details["retryable"] = None if reader.take("retryable") is None else reader.flag("retryable")
        details["retry_after"] = reader.optional_number("retry_after")
    elif kind == "rate_limit":
        details["retry_after"] = reader.number("retry_after", 1.0)
    elif kind in ("delay", "delay_events"):
        details["seconds"] = reader.number("seconds", 1.0)
    elif kind == "close":
        details["code"] = reader.integer("code", 1011, 1000, 4999)
    elif kind == "duplicate":
        details["times"] = reader.integer("times", 1, 1, MOST_TIMES)
    elif kind == "garbage_frame":
        details["text"] = reader.optional_text("text")
    return details


@lazy_dataclass()
class Installed:
    """A fault in the schedule, with what it has counted."""

    id: str
    fault: Fault
    ends_at: float | None
    seen: int = 0
    fired: int = 0

    def expired(self, now: float) -> bool:
        """Tell whether its time or its count is over."""
        spent = self.fault.count is not None and self.fired >= self.fault.count
        return spent or (self.ends_at is not None and now >= self.ends_at)

    def due(self) -> bool:
        """Tell whether the match just counted is one to strike at."""
        return self.seen >= self.fault.first_match

    def to_data(self) -> dict[str, Any]:
        """Return the shape of the control API; ``remaining`` None: no limit, ``ends_at`` None: no time."""
        left = None if self.fault.count is None else self.fault.count - self.fired
        counted = {"seen": self.seen, "fired": self.fired, "remaining": left, "ends_at": self.ends_at}
        return {"id": self.id, **self.fault.to_data(), **counted}


class FaultSchedule:
    """The installed faults of a desk, oldest first."""

    def __init__(
        self, now: Callable[[], float] = lambda: 0.0, seed: int | None = None, most: int = DeskLimits().faults
    ) -> None:
        self._now = now
        self._most = most
        self._random = Random(seed)
        self._numbers = count(1)
        self._installed: dict[str, Installed] = {}

    def install(self, fault: Fault | Mapping[str, Any]) -> str:
        """Add a fault and return its id.

        Raises:
            InvalidRequest: a mapping that is no fault.
            LimitReached: there are very many already.
        """
        self._forget_expired(self._now())
        if len(self._installed) >= self._most:
            raise LimitReached(f"{len(self._installed)} faults are installed already")
        fault = fault if isinstance(fault, Fault) else Fault.from_dict(fault)
        ends_at = None if fault.until_seconds is None else self._now() + fault.until_seconds
        installed = Installed(f"fault_{next(self._numbers)}", fault, ends_at)
        self._installed[installed.id] = installed
        return installed.id

    def remove(self, fault_id: str) -> None:
        """Take a fault away.

        Raises:
            NotFound: there is none of this id, or it has expired.
        """
        if self._installed.pop(fault_id, None) is None:
            raise NotFound(f"no fault {fault_id!r} is installed")

    def clear(self) -> None:
        """Take every fault away."""
        self._installed.clear()

    def take_request(self, operation: str, conversation_id: str | None, text: str | None, now: float) -> Fault | None:
        """Return the fault that strikes a request, if any."""

        def matches(fault: Fault) -> bool:
            return not fault.on_stream and fault.operation in ("*", operation) and _fits(fault, conversation_id, text)

        return self._take(matches, now)

    def take_event(self, conversation_id: str, event: Event, now: float) -> Fault | None:
        """Return the fault that strikes the sending of an event, if any."""
        text = event.body.message.text if isinstance(event.body, MessageCreated) else None

        def matches(fault: Fault) -> bool:
            return (
                fault.on_stream
                and fault.first_match > 0
                and fault.event_type in (None, event.type)
                and _fits(fault, conversation_id, text)
            )

        return self._take(matches, now)

    def take_now(self, now: float) -> tuple[Fault, ...]:
        """Return the stream faults that strike at once, on the streams that are open; they are gone then."""
        self._forget_expired(now)
        struck = {
            name: one for name, one in self._installed.items() if one.fault.on_stream and one.fault.first_match == 0
        }
        self._installed = {name: one for name, one in self._installed.items() if name not in struck}
        return tuple(installed.fault for installed in struck.values())

    def list(self) -> FaultList:
        """Return what is installed, with what is left of it."""
        self._forget_expired(self._now())
        return [installed.to_data() for installed in self._installed.values()]

    def __len__(self) -> int:
        return len(self._installed)

    def _take(self, matches: Callable[[Fault], bool], now: float) -> Fault | None:
        if not self._installed:
            return None
        self._forget_expired(now)
        struck: Installed | None = None
        for installed in self._installed.values():
            if not matches(installed.fault):
                continue
            installed.seen += 1
            if struck is None and installed.due() and self._chance(installed.fault):
                struck = installed
        if struck is None:
            return None
        struck.fired += 1
        self._forget_expired(now)
        return struck.fault

    def _chance(self, fault: Fault) -> bool:
        return fault.probability is None or self._random.random() < fault.probability

    def _forget_expired(self, now: float) -> None:
        self._installed = {name: one for name, one in self._installed.items() if not one.expired(now)}


def _fits(fault: Fault, conversation_id: str | None, text: str | None) -> bool:
    return fault.conversation_id in (None, conversation_id) and (
        fault.text_contains is None or fault.text_contains in (text or "")
    )
