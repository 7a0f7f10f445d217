"""From the core's events and happenings to members, messages and frames: one function for each that has a word here.

The orders of frames are those that integrations of this vendor were written for: the queue is connected and never
alerting, an agent is alerting before connected, one who hands over is disconnected before the next is alerting, and at
the end the guest is disconnected before the agent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mockdesk.core.events import (
    AgentJoined,
    AgentLeft,
    AgentProfile,
    AgentTyping,
    ConversationEndedEvent,
    Event,
    MessageCreated,
    QueueUpdated,
    TransferStarted,
)
from mockdesk.core.happenings import Declined, Happening, Offered, UserTyped
from mockdesk.dialects.genesys.conversation import GuestConversation
from mockdesk.dialects.genesys.members import Member, MemberInfo
from mockdesk.dialects.seam import Frame

Frames = list[Frame]


def tell_event(conversation: GuestConversation, event: Event) -> None:
    """Write an event of the core down; one that has no word here takes its place without a frame."""
    handler = _EVENTS.get(type(event.body))
    conversation.write([] if handler is None else handler(conversation, event.body), event)


def tell_happening(conversation: GuestConversation, happening: Happening) -> None:
    """Write down what happened and is no event of the core, if it has a word here."""
    handler = _HAPPENINGS.get(type(happening))
    if handler is not None:
        conversation.write(handler(conversation, happening))


def _queue(on: GuestConversation, body: QueueUpdated) -> Frames:
    """The first news of the queue is that the guest is there; of later ones guests hear nothing."""
    if on.acd is not None:
        return []
    return [
        on.change_frame(on.guest, "CONNECTED"),
        on.message_frame(on.guest, "member-join"),
        *_into_queue(on, body.queue),
    ]


def _into_queue(on: GuestConversation, queue: str) -> Frames:
    """A queue takes the conversation."""
    gone = [] if on.acd is None else on.change_frames([on.acd], "DISCONNECTED")
    on.acd = on.add_member("ACD", MemberInfo(queue))
    return [*gone, on.change_frame(on.acd, "CONNECTED")]


def _alert(on: GuestConversation, profile: AgentProfile) -> Frames:
    """Ring an agent, who then is alerting."""
    member = on.agent(profile)
    return [on.change_frame(member, "ALERTING")] if member.state == "DISCONNECTED" else []


def _alerting(on: GuestConversation, besides: str | None = None) -> list[Member]:
    return [one for agent_id, one in on.agents.items() if one.state == "ALERTING" and agent_id != besides]


def _joined(on: GuestConversation, body: AgentJoined) -> Frames:
    rung = _alert(on, body.agent)
    member = on.agent(body.agent)
    frames = [*rung, on.change_frame(member, "CONNECTED"), on.message_frame(member, "member-join")]
    on.target = None
    frames += on.change_frames(_alerting(on), "DISCONNECTED")
    if on.acd is not None and on.guesses.acd_disconnects_at_join:
        frames += on.change_frames([on.acd], "DISCONNECTED")
    return frames


def _left(on: GuestConversation, body: AgentLeft) -> Frames:
    member = on.sender_of(body.agent_id)
    frames = on.change_frames([member], "DISCONNECTED")
    del on.agents[body.agent_id]
    on.giver = None if on.giver == body.agent_id else on.giver
    return [*frames, on.message_frame(member, "member-leave")]


def _transfer(on: GuestConversation, body: TransferStarted) -> Frames:
    target = None if body.to_agent is None else body.to_agent.id
    frames = on.change_frames(_alerting(on, besides=target), "DISCONNECTED")
    if on.giver != body.from_agent_id:
        frames += _take_back(on)
    on.giver, on.target = body.from_agent_id, target
    if on.giver is not None:
        frames += on.change_frames([on.sender_of(on.giver)], "DISCONNECTED")
    if body.to_agent is not None:
        return [*frames, *_alert(on, body.to_agent)]
    queue = body.to_queue or (on.acd.info.display_name if on.acd is not None else None) or ""
    return [*frames, *_into_queue(on, queue)]


def _take_back(on: GuestConversation) -> Frames:
    """Whoever was handing over goes on, as nobody took it."""
    giver = None if on.giver is None else on.agents.get(on.giver)
    on.giver = on.target = None
    return [] if giver is None else on.change_frames([giver], "CONNECTED")


def _typing(on: GuestConversation, body: AgentTyping) -> Frames:
    return [on.typing_frame(on.sender_of(body.agent_id))] if body.typing else []


def _message(on: GuestConversation, body: MessageCreated) -> Frames:
    message = body.message
    if message.role == "system":
        return [on.message_frame(on.acd or on.guest, "notice", message.text, message.id)]
    sender = on.guest if message.role == "user" else on.sender_of(message.author_id)
    return [on.message_frame(sender, "standard", message.text, message.id)]


def _ended(on: GuestConversation, body: ConversationEndedEvent) -> Frames:
    present = [one for name, one in on.agents.items() if one.state == "CONNECTED" or name == on.giver]
    everybody = [on.guest, *on.agents.values(), *([] if on.acd is None else [on.acd])]
    frames = on.change_frames(everybody, "DISCONNECTED")
    on.is_over = True
    if on.guesses.announces_leaving_at_end:
        frames += [on.message_frame(member, "member-leave") for member in (*present, on.guest)]
    return frames


def _offered(on: GuestConversation, happening: Offered) -> Frames:
    return _alert(on, happening.profile)


def _declined(on: GuestConversation, happening: Declined) -> Frames:
    agent_id = happening.profile.id
    member = on.agents.get(agent_id)
    frames = [] if member is None else on.change_frames([member], "DISCONNECTED")
    return [*frames, *_take_back(on)] if agent_id == on.target else frames


def _guest_typed(on: GuestConversation, happening: UserTyped) -> Frames:
    return [on.typing_frame(on.guest)] if happening.typing else []


_EVENTS: Mapping[type[Any], Callable[[GuestConversation, Any], Frames]] = MappingProxyType(
    {
        QueueUpdated: _queue,
        AgentJoined: _joined,
        AgentLeft: _left,
        TransferStarted: _transfer,
        AgentTyping: _typing,
        MessageCreated: _message,
        ConversationEndedEvent: _ended,
    }
)
_HAPPENINGS: Mapping[type[Any], Callable[[GuestConversation, Any], Frames]] = MappingProxyType(
    {Offered: _offered, Declined: _declined, UserTyped: _guest_typed}
)
