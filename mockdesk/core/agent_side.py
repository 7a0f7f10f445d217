"""The commands of the agents' side: one small function for each action (files and screens have their own modules).

Each function checks first (the table, the roster, who is present) and changes then; after the first change nothing
refuses. An agent who comes as a profile is remembered by the roster with the first change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mockdesk.core import screen_sharing, uploads
from mockdesk.core.actions import (
    Action,
    Decline,
    End,
    EndScreen,
    Join,
    Leave,
    Offer,
    Read,
    RequestScreen,
    Say,
    SetCapabilities,
    SetFileState,
    Transfer,
    Typing,
    UpdateQueue,
)
from mockdesk.core.conversation import Conversation, PendingTransfer
from mockdesk.core.errors import EmptyText, InvalidRequest, NoOffer, NoTransfer, QueueClosed
from mockdesk.core.events import (
    SYSTEM_AUTHOR,
    AgentJoined,
    AgentLeft,
    AgentProfile,
    AgentRead,
    AgentTyping,
    LeaveReason,
    Role,
    TransferStarted,
)
from mockdesk.core.happenings import Declined, Offered
from mockdesk.core.reading import encodable
from mockdesk.core.state import DeskState
from mockdesk.core.table import State, Trigger
from mockdesk.core.weight import weight_of


def perform(state: DeskState, conversation: Conversation, action: Action) -> None:
    """Do what an action says.

    Raises:
        DeskError: the table, the roster or the presence of an agent forbids it; nothing has changed.
    """
    _HANDLERS[type(action)](state, conversation, action)


def _offer(state: DeskState, conversation: Conversation, action: Offer) -> None:
    following = conversation.after(Trigger.OFFER)
    profile = state.roster.resolve(action.agent)
    conversation.require_absent(profile.id)
    state.roster.remember(profile)
    conversation.state = following
    conversation.offers[profile.id] = profile
    state.notify(conversation, Offered(profile))


def _decline(state: DeskState, conversation: Conversation, action: Decline) -> None:
    agent_id = _agent_id(action.agent)
    following = conversation.after(_decline_trigger(conversation, agent_id))
    state.roster.resolve(action.agent)
    if agent_id not in conversation.offers:
        raise NoOffer(f"agent {agent_id!r} was not offered the conversation")
    conversation.state = following
    state.notify(conversation, Declined(conversation.offers.pop(agent_id)))


def _decline_trigger(conversation: Conversation, agent_id: str) -> Trigger:
    target = conversation.transfer.to_agent if conversation.transfer else None
    if conversation.state is not State.TRANSFERRING or target is None or target.id != agent_id:
        return Trigger.DECLINE
    return Trigger.DECLINE_TARGET if conversation.agents else Trigger.DECLINE_TARGET_ALONE


def _agent_id(reference: str | AgentProfile) -> str:
    return reference if isinstance(reference, str) else reference.id


def _join(state: DeskState, conversation: Conversation, action: Join) -> None:
    following = conversation.after(Trigger.JOIN)
    profile = state.roster.resolve(action.agent)
    conversation.require_absent(profile.id)
    state.roster.remember(profile)
    transfer = conversation.transfer if conversation.state is State.TRANSFERRING else None
    giver = transfer.from_agent_id if transfer and transfer.from_agent_id in conversation.agents else None
    vacancy = state.withdraw(conversation)
    conversation.state, conversation.transfer = following, None
    conversation.offers.clear()
    conversation.agents[profile.id] = profile
    state.emit(conversation, AgentJoined(profile, transfer.id if transfer else None))
    if giver is not None:
        _depart(state, conversation, giver, "transferred")
    state.move_up(vacancy)


def _depart(state: DeskState, conversation: Conversation, agent_id: str, reason: LeaveReason) -> None:
    """Take an agent out, and the screen sharing that the agent asked for."""
    share = conversation.screen_share
    if share is not None and share.agent_id == agent_id:
        screen_sharing.close(state, conversation, "system")
    del conversation.agents[agent_id]
    state.emit(conversation, AgentLeft(agent_id, reason))


def _say(state: DeskState, conversation: Conversation, action: Say) -> None:
    following = conversation.after(Trigger.DESK_SAY if action.agent is None else Trigger.SAY)
    author = SYSTEM_AUTHOR if action.agent is None else state.present_agent(conversation, action.agent)
    if not action.text and not action.items:
        raise EmptyText("a message needs a text or items")
    if not encodable(action.text):
        raise InvalidRequest("the text holds a lone surrogate, which UTF-8 cannot carry")
    items = weight_of([item.to_data() for item in action.items]) if action.items else 0
    state.require_message(conversation, len(action.text) + items)
    conversation.state = following
    role: Role = "system" if action.agent is None else "agent"
    state.say(conversation, role, author, action.text, items=action.items)


def _typing(state: DeskState, conversation: Conversation, action: Typing) -> None:
    following = conversation.after(Trigger.TYPING)
    agent_id = state.present_agent(conversation, action.agent)
    conversation.state = following
    expires = state.settings.typing_expires_seconds if action.typing else None
    state.emit(conversation, AgentTyping(agent_id, action.typing, expires))


def _read(state: DeskState, conversation: Conversation, action: Read) -> None:
    following = conversation.after(Trigger.READ)
    agent_id = state.present_agent(conversation, action.agent)
    position = conversation.receipt_position(action.up_to_seq)
    conversation.state = following
    conversation.agent_read_seq[agent_id] = max(position, conversation.agent_read_seq.get(agent_id, 0))
    state.emit(conversation, AgentRead(agent_id, conversation.agent_read_seq[agent_id]))


def _transfer(state: DeskState, conversation: Conversation, action: Transfer) -> None:
    following = conversation.after(Trigger.TRANSFER)
    from_agent = state.present_agent(conversation, action.agent)
    target = None if action.to_agent is None else state.roster.resolve(action.to_agent)
    if target is not None:
        conversation.require_absent(target.id)
    new_queue = None if action.to_queue is None else state.queues.get(action.to_queue)
    if new_queue is not None and not new_queue.settings.open:
        raise QueueClosed(f"queue {new_queue.name!r} is closed")
    if new_queue is not None and conversation.id not in new_queue.waiting:
        state.require_room(new_queue)
    conversation.state = following
    conversation.offers.clear()
    if target is not None:
        state.roster.remember(target)
        conversation.offers[target.id] = target
    vacancy = state.withdraw(conversation)
    _announce_transfer(state, conversation, from_agent, target, action)
    state.move_up(vacancy)
    if new_queue is not None:
        state.place(conversation, new_queue)


def _announce_transfer(
    state: DeskState, conversation: Conversation, from_agent: str, target: AgentProfile | None, action: Transfer
) -> None:
    before = conversation.transfer
    transfer_id = state.identifiers.new("transfer") if before is None else before.id
    attempt = 1 if before is None else before.attempt + 1
    conversation.transfer = PendingTransfer(transfer_id, attempt, from_agent, target)
    state.emit(conversation, TransferStarted(transfer_id, attempt, from_agent, target, action.to_queue, action.reason))


def _leave(state: DeskState, conversation: Conversation, action: Leave) -> None:
    alone = len(conversation.agents) == 1
    following = conversation.after(Trigger.LEAVE_LAST if alone else Trigger.LEAVE)
    agent_id = state.present_agent(conversation, action.agent)
    if action.reason == "transferred" and conversation.state is not State.TRANSFERRING:
        raise NoTransfer("nobody is being transferred")
    transfer = conversation.transfer if conversation.state is State.TRANSFERRING else None
    handed_on = transfer is not None and transfer.from_agent_id == agent_id
    conversation.state = following
    _depart(state, conversation, agent_id, "transferred" if handed_on else action.reason)


def _end(state: DeskState, conversation: Conversation, action: End) -> None:
    conversation.after(Trigger.DESK_END if action.agent is None else Trigger.AGENT_END)
    agent_id = None if action.agent is None else state.present_agent(conversation, action.agent)
    state.end(conversation, "system" if agent_id is None else "agent", agent_id, action.reason)


def _update_queue(state: DeskState, conversation: Conversation, action: UpdateQueue) -> None:
    following = conversation.after(Trigger.DESK_QUEUE)
    given = {name: value for name, value in vars(action).items() if value is not None}
    conversation.state = following
    state.emit(conversation, replace(state.queue_news(conversation), **given))


_HANDLERS: Mapping[type[Any], Callable[[DeskState, Conversation, Any], None]] = MappingProxyType(
    {
        Offer: _offer,
        Decline: _decline,
        Join: _join,
        Typing: _typing,
        Say: _say,
        Read: _read,
        Transfer: _transfer,
        Leave: _leave,
        End: _end,
        RequestScreen: screen_sharing.request,
        EndScreen: screen_sharing.end,
        SetFileState: uploads.set_file_state,
        SetCapabilities: uploads.set_capabilities,
        UpdateQueue: _update_queue,
    }
)


def withdraw_agent(state: DeskState, conversation: Conversation, agent_id: str) -> None:
    """Take an agent who is gone from the desk out of a conversation: present, offered, or awaited."""
    if agent_id in conversation.offers:
        conversation.state = conversation.after(_decline_trigger(conversation, agent_id))
        state.notify(conversation, Declined(conversation.offers.pop(agent_id)))
    if agent_id in conversation.agents:
        alone = len(conversation.agents) == 1
        conversation.state = conversation.after(Trigger.LEAVE_LAST if alone else Trigger.LEAVE)
        _depart(state, conversation, agent_id, "disconnected")
