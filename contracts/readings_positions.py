"""Readings of a trace about the positions of events: which are known, and which a reader was not given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from contracts.readings_exchanges import accepted, seen_events
from contracts.trace import Trace


def missing_between(known: Iterable[int], given: Iterable[int], after: int, until: int) -> list[int]:
    """Return the positions after ``after`` and before or at ``until`` that are known and were not given."""
    return sorted({seq for seq in known if after < seq <= until} - set(given))


def known_positions(trace: Trace) -> dict[str, dict[int, int]]:
    """Return for each conversation the positions that are known, with the entry that told first."""
    known: dict[str, dict[int, int]] = defaultdict(dict)
    for seen in seen_events(trace):
        if seen.seq is not None:
            known[seen.conversation].setdefault(seen.seq, seen.index)
    for one in accepted(trace):
        if one.seq is not None:
            first = known[one.conversation].get(one.seq, one.index)
            known[one.conversation][one.seq] = min(first, one.index)
    return known
