"""From a conversation to the values that a store keeps of it."""

from __future__ import annotations

from mockdesk.core.conversation import Calls, Conversation
from mockdesk.core.saved import SavedCalls, SavedState
from mockdesk.core.script_place import SavedPlace, SavedTimer


def state_of(conversation: Conversation, place: SavedPlace | None) -> SavedState:
    """Return what of a conversation changes and is small."""
    return SavedState(
        user_id=conversation.user_id,
        user_name=conversation.user_name,
        queue=conversation.queue,
        uploads=conversation.uploads,
        state=conversation.state,
        ticket=None if conversation.line is None else conversation.line.ticket(conversation.id),
        agents=tuple(conversation.agents.values()),
        offers=tuple(conversation.offers.values()),
        transfer=conversation.transfer,
        ended_at=conversation.ended_at,
        ended_by=conversation.ended_by,
        end_reason=conversation.end_reason,
        screen_share=conversation.screen_share,
        user_typing=conversation.user_typing,
        user_read_seq=conversation.user_read_seq,
        agent_read_seq=dict(conversation.agent_read_seq),
        last_activity=conversation.last_activity,
        calls=_calls(conversation.calls),
        timers={name: SavedTimer(timer.due, timer.order) for name, timer in conversation.timers.items()},
        last_seq=conversation.log.last_seq,
        place=place,
    )


def _calls(calls: Calls) -> SavedCalls:
    values = "".join("1" if value else "0" for value in calls.typing_values)
    return SavedCalls(calls.start, calls.typing, values, calls.read, calls.end, calls.state)
