"""What a desk bears of its clients: one number for each thing that they could make it keep or do without end.

Each has a default far above what a test needs, can be set for a desk (``limits`` of its settings), and says in its
metadata what happens at it. docs/limits.md shows the same table; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from mockdesk.core.reading import Fields
from mockdesk.lazy_dataclass import lazy_dataclass

MEBIBYTE = 1024 * 1024


@lazy_dataclass(frozen=True)
class Limit:
    """One row of the table: ``what`` is counted, ``answer`` is what whoever goes beyond it gets."""

    name: str
    default: int | float | None
    what: str
    answer: str


def limited(default: float | int | None, what: str, answer: str) -> Any:
    """Return a field of a class of limits."""
    return field(default=default, metadata={"what": what, "answer": answer})


def rows_of(limits: type[Any]) -> Iterator[Limit]:
    """Yield the rows of a class of limits, in its order."""
    for entry in fields(limits):
        default: Any = entry.default
        yield Limit(entry.name, default, entry.metadata["what"], entry.metadata["answer"])


@dataclass(frozen=True)
class DeskLimits:
    """The limits of one desk; sizes are bytes. ``kept_bytes`` is an estimate (``weight.py``), and bounds the rest."""

    conversations: int = limited(100_000, "conversations, ended ones included", "503 `desk_full` for a start")
    kept_bytes: int = limited(
        2048 * MEBIBYTE,
        "what conversations, files and agents' files take, estimated",
        "503 `desk_full` for whatever would add to it",
    )
    waiting: int = limited(20_000, "conversations waiting in one queue", "503 `queue_full`; a transfer there, too")
    messages: int = limited(100_000, "messages of one conversation", "409 `conversation_full`")
    files: int = limited(1_000, "files of one conversation", "409 `conversation_full`")
    readers: int = limited(
        1_000, "streams, event streams and polls open at one conversation", "429 `rate_limited` for one more"
    )
    user_tokens: int = limited(
        20_000, "tokens of users that are good", "503 `desk_full` for one more; expired ones go first"
    )
    removed_tokens: int = limited(
        10_000, "tokens of removed conversations that are remembered", "401 instead of 404 for older ones"
    )
    agents: int = limited(10_000, "agents on the roster", "409 `limit_reached`")
    queues: int = limited(1_000, "queues", "409 `limit_reached`")
    agent_files: int = limited(1_000, "files that agents can send", "409 `limit_reached`")
    faults: int = limited(1_000, "installed faults, and holds that faults have made", "409 `limit_reached`")
    held_requests: int = limited(
        5_000, "requests that faults hold back or delay", "429 `rate_limited` instead of being held"
    )
    timers_in_advance: int = limited(
        5_000_000,
        "timers that one advance of the clock sets off",
        "409 `limit_reached`; the clock stays where it is then",
    )
    journal_bytes: int = limited(64 * MEBIBYTE, "what the journal's entries take, estimated", "the oldest are dropped")
    control_streams: int = limited(100, "readers of the control stream", "429 `rate_limited`")
    names: int = limited(
        100_000, "names, interactions and the like that one shape of desk is given to keep", "503 `desk_full`"
    )


def read_limits(reader: Fields) -> DeskLimits:
    """Read the limits of a desk's settings; what is absent has its default."""
    usual = DeskLimits()
    return DeskLimits(
        **{row.name: reader.integer(row.name, getattr(usual, row.name), 1) for row in rows_of(DeskLimits)}
    )
