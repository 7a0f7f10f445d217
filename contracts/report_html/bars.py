"""Which calls are under way in which row: bars beside the lane that works on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.report_html.lanes import Bar, Lane, Row

MOST_SLOTS = 4
"""More calls at once than so many share the last place."""


@dataclass(frozen=True)
class _Span:
    lane: Lane
    slot: int
    first: int
    last: int

    def part(self, place: int) -> Bar:
        where = "first" if place == self.first else "last" if place == self.last else "on"
        return Bar(self.lane, self.slot, where)


def with_bars(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with a bar from each call to its outcome."""
    spans = _spans(rows)
    return [
        replace(row, bars=tuple(span.part(place) for span in spans if span.first <= place <= span.last))
        for place, row in enumerate(rows)
    ]


def _spans(rows: Sequence[Row]) -> list[_Span]:
    places = {row.index: place for place, row in enumerate(rows)}
    spans: list[_Span] = []
    for place, row in enumerate(rows):
        if row.outcome in places and row.arrows:
            lane = row.arrows[0].end
            taken = {span.slot for span in spans if span.lane is lane and span.last > place}
            slot = next((free for free in range(MOST_SLOTS) if free not in taken), MOST_SLOTS - 1)
            spans.append(_Span(lane, slot, place, places[row.outcome]))
    return spans
