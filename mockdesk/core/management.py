"""Running the desk: its roster, its queues, and the removal of conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mockdesk.core.agent_side import withdraw_agent
from mockdesk.core.agents import RosterAgent, read_agent
from mockdesk.core.faults import Fault
from mockdesk.core.happenings import Removed, TokenExpired
from mockdesk.core.reading import Fields
from mockdesk.core.settings import QueueSettings, read_queue
from mockdesk.core.state import DeskState
from mockdesk.core.tokens import UserToken, check_api_key


@contextmanager
def _telling_who_waits(state: DeskState) -> Iterator[None]:
    """Tell everybody in a queue for whom the news of it has changed meanwhile."""
    waiting = [state.conversations[one] for queue in state.queues.all() for one in queue.waiting]
    before = [state.queue_news(conversation) for conversation in waiting]
    yield
    for conversation, news in zip(waiting, before, strict=True):
        if state.queue_news(conversation) != news:
            state.announce(conversation)


def set_agent(state: DeskState, agent: RosterAgent | Mapping[str, Any]) -> RosterAgent:
    """Add or replace an agent of the roster; whoever waits is told how many are online."""
    if not isinstance(agent, RosterAgent):
        fields = Fields(agent)
        agent = read_agent(fields)
        fields.finish("agent")
    with state.command("set_agent", None, **agent.to_data()), _telling_who_waits(state):
        state.roster.put(agent)
    return agent


def remove_agent(state: DeskState, agent_id: str) -> None:
    """Take an agent off the roster and, as disconnected, out of every conversation."""
    with state.command("remove_agent", None, id=agent_id), _telling_who_waits(state):
        state.roster.remove(agent_id)
        for conversation in state.conversations.values():
            withdraw_agent(state, conversation, agent_id)


def set_queue(state: DeskState, name: str, queue: QueueSettings | Mapping[str, Any]) -> dict[str, Any]:
    """Make a queue or change it; a mapping changes what it names."""
    if not isinstance(queue, QueueSettings):
        fields = Fields(queue)
        queue = read_queue(fields, state.queues.settings_of(name))
        fields.finish("queue")
    with state.command("set_queue", None, name=name, **vars(queue)), _telling_who_waits(state):
        return state.queues.put(name, queue).to_data(state.roster)


def create_token(state: DeskState, api_key: str | None, user_id: str) -> UserToken:
    """Return a new token that vouches for a user."""
    check_api_key(api_key, state.settings.api_keys)
    fields = Fields({"user_id": user_id})
    fields.text("user_id", 1, 200)
    fields.finish("token")
    token, now = state.identifiers.new_token(), state.clock.now()
    expires_at = now + state.settings.token_ttl_seconds
    state.changed.note_user_token(state.tokens.grant_user(token, user_id, expires_at, now))
    return UserToken(token, expires_at, user_id)


def inject(state: DeskState, fault: Fault) -> str:
    """Install a fault; the journal has it, so that what was done to a conversation can be told as a script."""
    fault_id = state.faults.install(fault)
    state.journal.add("command", fault.conversation_id, {"command": "inject", "id": fault_id, "fault": fault.to_data()})
    return fault_id


def expire_token(state: DeskState, conversation_id: str) -> None:
    """Let the token of a conversation end now."""
    with state.command("expire_token", conversation_id):
        conversation = state.conversation(conversation_id)
        state.tokens.expire(conversation.id, state.clock.now())
        state.notify(conversation, TokenExpired())


def remove(state: DeskState, conversation_id: str) -> None:
    """Forget a conversation: its place, its timers, everything but (for some time) that its token was once good."""
    with state.command("remove", conversation_id):
        conversation = state.conversation(conversation_id)
        vacancy = state.withdraw(conversation)
        state.cancel_timers(conversation)
        del state.conversations[conversation_id]
        state.tokens.remove_conversation(conversation_id)
        state.kept.add(-conversation.kept_bytes)
        state.notify(conversation, Removed())
        state.move_up(vacancy)
