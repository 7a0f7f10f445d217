"""Faulty desks from which a reader cannot go on where it was."""

from __future__ import annotations

from typing import Any

from mockdesk.core.errors import UnknownPosition
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def skips_one(desk: Any) -> None:
    """Whoever goes on from a position misses the next event."""
    events_after = desk.events_after

    def skipping(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return found[1:] if after > 1 and len(found) > 1 else found

    desk.events_after = skipping


def repeats_one(desk: Any) -> None:
    """Whoever goes on from a position gets the event at that position once more."""
    events_after = desk.events_after

    def repeating(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return events_after(conversation_id, max(0, after - 1)) if found else found

    desk.events_after = repeating


def begins_anew(desk: Any) -> None:
    """The position is not looked at."""
    events_after = desk.events_after

    def anew(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return events_after(conversation_id, 0) if found else found

    desk.events_after = anew


def silent_about_unknown(desk: Any) -> None:
    """A position that is not there is answered with nothing."""
    events_after = desk.events_after

    def silent(conversation_id: str, after: int = 0) -> Any:
        try:
            return events_after(conversation_id, after)
        except UnknownPosition:
            return ()

    desk.events_after = silent


def everything_for_unknown(desk: Any) -> None:
    """A position that is not there is taken for the beginning."""
    events_after = desk.events_after

    def everything(conversation_id: str, after: int = 0) -> Any:
        try:
            return events_after(conversation_id, after)
        except UnknownPosition:
            return events_after(conversation_id, 0)

    desk.events_after = everything


DESKS = (
    Defect("desk_skips_one", "REC-05", "resuming skips an event", "B1", desk=desk_where(skips_one)),
    Defect("desk_repeats_one", "REC-05", "resuming repeats an event", desk=desk_where(repeats_one)),
    Defect("desk_begins_anew", "REC-05", "the position is ignored", desk=desk_where(begins_anew)),
    Defect("desk_silent_unknown", "REC-05", "unknown position: silence", desk=desk_where(silent_about_unknown)),
    Defect("desk_all_for_unknown", "REC-05", "unknown position: everything", desk=desk_where(everything_for_unknown)),
)
