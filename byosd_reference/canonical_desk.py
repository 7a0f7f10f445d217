"""The desk of openapi.yaml, as the host's side sees desks: the canonical shape of :mod:`byosd_reference.desk_side`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_api import ConversationApi, Credentials, DeskApi
from byosd_reference.desk_side import DeskCapabilities, EventDoor
from byosd_reference.errors import ChatEnded
from byosd_reference.escalation import state_of
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, Settings
from byosd_reference.transports import door_for
from contracts.adapter import Clock


class CanonicalDesk:
    """A desk with the canonical API. Until it has told what it offers, it has the defaults."""

    def __init__(self, desk_url: str, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.times = settings.times
        self.line = HttpLine(desk_url)
        self.api = DeskApi(self.line, desk_url)
        self._api_key = settings.api_key
        self._user_token: str | None = None
        self._capabilities = DeskCapabilities()

    def cut(self) -> None:
        """Make every call that is under way fail at once."""
        self.line.cut()

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether somebody would answer."""
        online = self.api.availability(queue, deadline).get("online")
        return online if isinstance(online, bool) else None

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Ask what the desk offers and, where it wants one, for a user token."""
        self._capabilities = self.api.capabilities(deadline.within(self.times.other))
        if self._api_key is not None:
            self._user_token = self.api.create_token(self._api_key, user_id, deadline)

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> CanonicalConversation:
        """Make a conversation, once for each ``key``."""
        credentials = self.api.start(request, key, self._user_token, deadline)
        return CanonicalConversation(self, credentials, self._capabilities)

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> CanonicalConversation:
        """Return a conversation of before a page reload."""
        stream_url = reading.text(kept, "stream_url") or self.api.stream_url(conversation_id)
        return CanonicalConversation(self, Credentials(conversation_id, stream_url, token), self._capabilities)


class CanonicalConversation:
    """One conversation, with its stream by WebSocket or by long poll."""

    def __init__(self, desk: CanonicalDesk, credentials: Credentials, capabilities: DeskCapabilities) -> None:
        self._desk = desk
        self.line = desk.line
        self.credentials = credentials
        self.capabilities = capabilities
        self.api = ConversationApi(desk.line, credentials, desk.clock.now)

    def look(self, deadline: Deadline) -> dict[str, str]:
        """Ask for the conversation's state and, as the page is new, for what the desk offers."""
        other = self._desk.times.other
        conversation = self.api.conversation(deadline.within(other))
        self.capabilities = self._desk.api.capabilities(deadline.within(other))
        if reading.text(conversation, "state") in (None, "ended"):
            raise ChatEnded("the desk has ended it")
        return state_of({**reading.part(conversation, "context"), "user_id": conversation.get("user_id")})

    def door(self, changed: Callable[[], None]) -> EventDoor:
        """Return the door of the stream. What has to be kept never changes, so nobody is called."""
        return door_for(self.capabilities, self.line, self.credentials, self._desk.clock, self._desk.times)

    def keepsake(self) -> dict[str, str]:
        """Return where the stream is."""
        return {"stream_url": self.credentials.stream_url}
