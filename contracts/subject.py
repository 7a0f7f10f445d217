"""What is judged: an adapter, or a desk seen through the suite's own client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.adapter import AdapterFactory, DeskDriver
from contracts.program import Step
from contracts.requirement import Requirement
from contracts.timing import Takes

if TYPE_CHECKING:
    from contracts.session import Session

DEFAULT_TIMEOUT_SCALE = 0.25
"""Wall seconds for each second of a socket time-out: short enough that silence costs little, long enough for a busy
machine."""

Annotate = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Subject:
    """What is judged: an adapter, or a desk seen through the suite's own client.

    ``annotate`` is given when the subject reports its wire: each report goes through it into the trace. ``words`` are
    further steps that only this kind of subject knows. ``lacks`` tells why a requirement cannot be judged of this one
    subject, given all capabilities there are, or ``None``. ``takes`` tells what it makes of time; it may try it out.
    """

    kind: str
    name: str
    factory: AdapterFactory
    options: Mapping[str, Any] = field(default_factory=dict)
    annotate: Annotate | None = None
    words: Mapping[str, Callable[[Session, Step], None]] = field(default_factory=dict)
    lacks: Callable[[Requirement, Collection[str]], str | None] = lambda requirement, have: None
    takes: Callable[[DeskDriver], Takes] = lambda driver: Takes.SUITE
