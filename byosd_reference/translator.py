"""From the desk's events to the host's callbacks: one small function for each type of event.

Each runs on the stream's thread in one turn of the gate, so nothing gets between, say, the end of the typing indicator
and the message. An event that lacks what it cannot do without is skipped; types that nobody knows yet are ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from byosd_reference import reading
from byosd_reference.events import Event
from byosd_reference.files import Files
from byosd_reference.gate import Gate
from byosd_reference.messages import message_to_user
from byosd_reference.presence import Presence, profile_of
from byosd_reference.screen_share import ScreenShare
from byosd_reference.typing_indicator import TypingIndicator
from contracts.adapter import AgentAvailability, AgentProfile, Callback

log = logging.getLogger("byosd_reference")

Data = Mapping[str, Any]

NOBODY_ONLINE = "No agent is online at the moment. You are still in the queue."


class Translator:
    """Tells the host what happened at the desk."""

    def __init__(
        self,
        gate: Gate,
        host: Callback,
        typing: TypingIndicator,
        presence: Presence,
        files: Files,
        screen_share: ScreenShare,
        ended: Callable[[], None],
    ) -> None:
        self._gate = gate
        self._host = host
        self._typing = typing
        self._presence = presence
        self._last_user_seq = 0
        self._handlers: dict[str, Callable[[Data], None]] = {
            "queue.updated": self._queue_updated,
            "agent.joined": self._agent_joined,
            "agent.typing": self._agent_typing,
            "agent.read": self._agent_read,
            "agent.left": self._agent_left,
            "transfer.started": presence.transfer_started,
            "message.created": self._message_created,
            "conversation.ended": lambda data: ended(),
            "file.updated": files.updated,
            "screen_share.requested": screen_share.requested,
            "screen_share.ended": screen_share.ended,
            "capabilities.updated": files.capabilities_updated,
        }

    def tell(self, event: Event) -> None:
        """Tell the host what it should know of ``event``."""
        handler = self._handlers.get(event.type)
        if handler is None:
            log.warning("ignored event %d: its type is not known here", event.seq)
            return
        with self._gate.turn():
            handler(event.data)
            self._typing.refresh()

    def _queue_updated(self, data: Data) -> None:
        availability = availability_of(data)
        if availability and not self._presence.anyone_joined:
            self._gate.call(self._host.update_agent_availability, availability)

    def _agent_joined(self, data: Data) -> None:
        profile = profile_of(data.get("agent"))
        self._presence.joined(profile or AgentProfile(id="agent", nickname="Agent"))

    def _agent_typing(self, data: Data) -> None:
        agent_id = reading.text(data, "agent_id")
        if agent_id is None or not self._presence.is_present(agent_id):
            return
        if data.get("typing") is True:
            self._typing.started(agent_id, reading.number(data, "expires_in_seconds"))
        else:
            self._typing.stopped(agent_id)

    def _agent_read(self, data: Data) -> None:
        """The host's word for it means *everything*: so it is said only when nothing of the user's is left unread."""
        if (reading.whole(data, "up_to_seq") or 0) >= self._last_user_seq:
            self._gate.call(self._host.agent_read_messages)

    def _agent_left(self, data: Data) -> None:
        self._presence.left(reading.text(data, "agent_id") or "", reading.text(data, "reason"))

    def _message_created(self, data: Data) -> None:
        message = reading.part(data, "message")
        role, author_id = reading.text(message, "author", "role"), reading.text(message, "author", "id")
        if role == "user":  # the user's own words, which the host shows already
            self._last_user_seq = reading.whole(message, "seq") or self._last_user_seq
            return
        if not message:
            return
        speaker = author_id if role == "agent" else None
        if speaker is not None:
            self._presence.spoke(speaker)
        self._gate.call(self._host.send_message_to_user, message_to_user(message), speaker)


def availability_of(data: Data) -> AgentAvailability:
    """Return the user's place in the queue in the host's terms: whole minutes, and only what is known."""
    availability = AgentAvailability()
    seconds, position = reading.number(data, "estimated_wait_seconds"), reading.whole(data, "position", least=1)
    message = reading.text(data, "message")
    if seconds is not None:
        availability["estimated_wait_time"] = ceil(seconds / 60)
    if position is not None:
        availability["position_in_queue"] = position
    if message is not None:
        availability["message"] = message
    elif not availability and reading.number(data, "agents_online") == 0:
        availability["message"] = NOBODY_ONLINE
    return availability
