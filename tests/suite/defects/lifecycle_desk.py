"""Faulty desks that begin, end and resume conversations wrongly."""

from __future__ import annotations

from itertools import count
from typing import Any

from mockdesk.core.errors import ConversationEnded, DeskError
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def starts_two(desk: Any) -> None:
    """Each start makes two conversations."""
    start = desk.start

    def twice(request: Any, key: Any = None, token: Any = None) -> Any:
        start(request, None, token)
        return start(request, key, token)

    desk.start = twice


def does_not_end(desk: Any) -> None:
    """The user's end is answered, and nothing happens."""
    desk.end = lambda conversation_id, reason=None: desk.conversation(conversation_id)


class SeemsToGoOn:
    """A conversation that an agent has ended, for those who read its events."""

    ended = False

    def __init__(self, conversation: Any) -> None:
        self._conversation = conversation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conversation, name)


def keeps_the_end_to_itself(desk: Any) -> None:
    """The event of an agent's end is never sent, and the stream stays open."""
    events_after, authorize = desk.events_after, desk.authorize

    def without_end(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        by_agent = desk.conversation(conversation_id).ended_by == "agent"
        return tuple(event for event in found if not (by_agent and event.body.type == "conversation.ended"))

    def as_if_open(conversation_id: str, token: str | None) -> Any:
        conversation = authorize(conversation_id, token)
        return SeemsToGoOn(conversation) if conversation.ended_by == "agent" else conversation

    desk.events_after, desk.authorize = without_end, as_if_open


class BrokenInside(DeskError):
    """An internal error."""

    code, status, title = "injected_fault", 500, "Internal error"


def breaks_at_a_second_end(desk: Any) -> None:
    """A second end is an internal error."""
    end = desk.end

    def once(conversation_id: str, reason: str | None = None) -> Any:
        if desk.conversation(conversation_id).ended:
            raise BrokenInside("this cannot happen")
        return end(conversation_id, reason)

    desk.end = once


def wavers_at_a_second_end(desk: Any) -> None:
    """A further end is refused and accepted in turns."""
    end, turn = desk.end, count()

    def in_turns(conversation_id: str, reason: str | None = None) -> Any:
        if desk.conversation(conversation_id).ended and next(turn) % 2:
            raise ConversationEnded("it has ended")
        return end(conversation_id, reason)

    desk.end = in_turns


def ignores_the_key(desk: Any) -> None:
    """The idempotency key of a start is not looked at."""
    start = desk.start
    desk.start = lambda request, key=None, token=None: start(request, None, token)


def loses_an_event_on_resuming(desk: Any) -> None:
    """Whoever asks for several events after a position gets all but the first."""
    events_after = desk.events_after

    def late(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return found[1:] if after > 0 and len(found) > 1 else found

    desk.events_after = late


DESKS = (
    Defect("desk_starts_two", "LIF-01", "a start makes two conversations", desk=desk_where(starts_two)),
    Defect("desk_does_not_end", "LIF-09", "the user's end has no effect", desk=desk_where(does_not_end)),
    Defect("desk_hides_the_end", "LIF-11", "an agent's end is no event", desk=desk_where(keeps_the_end_to_itself)),
    Defect("desk_breaks_at_second_end", "LIF-12", "a second end is a 500", desk=desk_where(breaks_at_a_second_end)),
    Defect("desk_wavers_at_end", "LIF-12", "further ends differ", desk=desk_where(wavers_at_a_second_end)),
    Defect("desk_ignores_the_key", "LIF-19", "the same key starts twice", desk=desk_where(ignores_the_key)),
    Defect("desk_loses_on_resume", "REC-04", "resuming loses an event", desk=desk_where(loses_an_event_on_resuming)),
)
