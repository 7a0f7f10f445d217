"""What a verification is asked for, how far it has come, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.requirement import Level
from contracts.subject import DEFAULT_TIMEOUT_SCALE, Subject
from contracts.timing import Time
from contracts.verdict import Conclusion, Result

DEFAULT_SEQUENCES = 60
QUICK_SEQUENCES = 6
SHRINK_SECONDS = 20.0
"""Wall seconds that all findings of a verification may take to be reduced; a conformant subject takes none."""
QUICK_SHRINK_SECONDS = 8.0


@dataclass(frozen=True)
class Options:
    """How a subject is verified. ``select``: ids or groups, empty for all; ``level``: failures down to it count;
    ``shrink_seconds``: what may be spent on shorter programs for the findings, 0 for nothing; ``brief``: play no more
    scenarios than are needed to reach each requirement once; ``haste``: what the wall-clock deadlines are multiplied
    with, less than 1 for subjects that are known to miss them."""

    select: Sequence[str] = ()
    profile: str = "full"
    level: Level = Level.MUST
    sequences: int = DEFAULT_SEQUENCES
    seed: int = 0
    timeout_scale: float = DEFAULT_TIMEOUT_SCALE
    stop_at: str | None = None
    shrink_seconds: float = SHRINK_SECONDS
    brief: bool = False
    haste: float = 1.0


@dataclass(frozen=True)
class Progress:
    """How far a verification has come; handed to the progress function."""

    stage: str
    done: int
    planned: int
    failed: int


@dataclass
class Verification:
    """The outcome of a verification: what a report is made of. ``why`` is said when there is no verdict on the subject
    (mis-wired, crashed); ``log`` are the last lines on standard error of a process that crashed."""

    subject: Subject
    options: Options
    driver: Mapping[str, Any]
    results: list[Result] = field(default_factory=list)
    functions: Sequence[str] = ()
    conclusion: Conclusion = Conclusion.ERROR
    why: str | None = None
    log: list[str] = field(default_factory=list)
    time: Time | None = None
    runs: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
