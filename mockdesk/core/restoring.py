"""From the values that a store has kept back to a desk's conversations, queues and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from mockdesk.core.conversation import KEPT_STATE_CHANGES, KEPT_TYPING_VALUES, Calls, Conversation
from mockdesk.core.conversation_weight import weight_of_conversation
from mockdesk.core.log import EventLog
from mockdesk.core.queue import Queue
from mockdesk.core.saved import SavedCalls, SavedConversation, SavedDesk
from mockdesk.core.script_place import TimersToSet
from mockdesk.core.settings import DeskSettings
from mockdesk.core.state import IDLE_TIMEOUT, QUEUE_TIMEOUT, DeskState
from mockdesk.core.tokens import Grant, digest_of


def conversation_of(saved: SavedConversation, settings: DeskSettings) -> Conversation:
    """Return a conversation as it was, without timers."""
    beginning, state = saved.beginning, saved.state
    return Conversation(
        id=beginning.id,
        user_id=state.user_id,
        user_name=state.user_name,
        queue=state.queue,
        context=saved.context,
        created_at=beginning.created_at,
        log=EventLog.of(saved.events, state.last_seq, settings.event_retention),
        uploads=state.uploads,
        state=state.state,
        agents={profile.id: profile for profile in state.agents},
        offers={profile.id: profile for profile in state.offers},
        transfer=state.transfer,
        ended_at=state.ended_at,
        ended_by=state.ended_by,
        end_reason=state.end_reason,
        messages=list(saved.messages),
        sent_by_client={one.client_message_id: one for one in saved.messages if one.client_message_id is not None},
        files={file.id: file for file in saved.files},
        screen_share=state.screen_share,
        state_changes=list(saved.changes)[-KEPT_STATE_CHANGES:],
        user_typing=state.user_typing,
        user_read_seq=state.user_read_seq,
        agent_read_seq=dict(state.agent_read_seq),
        last_activity=state.last_activity,
        calls=_calls(state.calls, len(saved.changes)),
    )


def _calls(saved: SavedCalls, changes: int) -> Calls:
    values = [value == "1" for value in saved.typing_values[-KEPT_TYPING_VALUES:]]
    return Calls(saved.start, saved.typing, values, saved.read, saved.end, max(saved.state, changes))


def restore(state: DeskState, saved: SavedDesk, timers: TimersToSet) -> None:
    """Bring back everything but the script into an empty desk. Nobody is told, and nothing fires before ``timers`` are
    set. No limit refuses what was there: what is new has to wait until there is room again."""
    there = {one.beginning.id for one in saved.conversations}
    if saved.parts is not None:
        state.roster.replace_all(saved.parts.agents)
        for name, queue in saved.parts.queues.items():
            state.queues.bring_back(name, queue)
        state.identifiers.go_on(saved.parts.made)
    for grant in sorted(saved.tokens, key=lambda grant: grant.expires_at):
        is_removed = grant.conversation_id is not None and grant.conversation_id not in there
        (state.tokens.put_removed if is_removed else state.tokens.put)(grant)
    for one in saved.conversations:
        conversation = conversation_of(one, state.settings)
        state.conversations[conversation.id] = conversation
        state.keep(conversation, weight_of_conversation(conversation))
        state.tokens.put(one.token or _lost_token(state, conversation.id))
        _set_timers(state, conversation, one, timers)
    _queue_up(state, saved)
    _count_messages(state)


def _lost_token(state: DeskState, conversation_id: str) -> Grant:
    """Return the token of a conversation that came without one: it is over, and nobody has it."""
    return Grant(digest_of(state.identifiers.new_token()), 0.0, conversation_id=conversation_id)


def _set_timers(state: DeskState, conversation: Conversation, saved: SavedConversation, timers: TimersToSet) -> None:
    known = {QUEUE_TIMEOUT: state.settings.queue_timeout_seconds, IDLE_TIMEOUT: state.settings.idle_timeout_seconds}
    for name, timer in saved.state.timers.items():
        if known.get(name) is not None:
            timers.add(timer, partial(state.set_timer, conversation, name))
    if not conversation.ended and IDLE_TIMEOUT not in saved.state.timers:
        state.watch_idleness(conversation)


def _queue_up(state: DeskState, saved: SavedDesk) -> None:
    """Let everybody wait where they waited."""
    waiting = [(one.state.ticket, one.beginning.id) for one in saved.conversations if one.state.ticket is not None]
    for ticket, conversation_id in sorted(waiting, key=lambda pair: pair[0]):
        conversation = state.conversations[conversation_id]
        conversation.line = _queue_of(state, conversation).waiting
        conversation.line.join(conversation_id, ticket)
    for conversation in state.conversations.values():
        if not conversation.ended:
            _queue_of(state, conversation)


def _queue_of(state: DeskState, conversation: Conversation) -> Queue:
    return state.queues.bring_back(conversation.queue, state.queues.settings_of(conversation.queue))


def _count_messages(state: DeskState) -> None:
    """Count the users' messages of the last minute from what was said."""
    if state.settings.max_messages_per_minute is None:
        return
    for user_id, moment in _sent(state.conversations.values()):
        state.message_rate.put(user_id, moment)


def _sent(conversations: Iterable[Conversation]) -> list[tuple[str, float]]:
    said = (message for one in conversations for message in one.messages if message.role == "user")
    return sorted(((message.author_id, message.time) for message in said), key=lambda pair: pair[1])
