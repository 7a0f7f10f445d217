"""Twilio Flex, as the host's side sees desks: a shape of :mod:`byosd_reference.desk_side`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from byosd_reference.desk_side import DeskCapabilities
from byosd_reference.errors import ChatEnded, DeskError, DeskRefused, StreamRefused
from byosd_reference.events import log
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, Settings
from byosd_reference.twilio.conversation import Shown
from byosd_reference.twilio.door import ConversationDoor
from byosd_reference.twilio.line import ConversationLine, TwilsockOpener
from byosd_reference.twilio.page_server import PageServer, Token
from byosd_reference.twilio.places import Places
from byosd_reference.twilio.user_api import ConversationApi
from contracts.adapter import Clock

WSCONNECT = "/v3/wsconnect"


@dataclass(frozen=True)
class FlexTicket:
    """What opens one conversation: a token of the user's, good for all of the user's conversations."""

    conversation_id: str
    token: str = field(repr=False)


class FlexDesk:
    """What can be asked without a conversation: all of it of the page's server."""

    def __init__(self, desk_url: str, clock: Clock, settings: Settings) -> None:
        self.twilsock_uri = twilsock_uri_in(settings.options, desk_url)
        self.clock = clock
        self.times = settings.times
        self.line = HttpLine(desk_url)
        self.server = PageServer(self.line)

    def cut(self) -> None:
        """Make every call that is under way fail at once."""
        self.line.cut()

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether somebody would answer, if the page's server knows."""
        return self.server.agents_online(queue, deadline)

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Nothing is asked: what Flex offers does not vary, and the token comes with the chat."""

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> FlexConversation:
        """Make a conversation, once for each ``key``."""
        chat = self.server.begin(request, key, deadline)
        return FlexConversation(self, chat.conversation_sid, chat.token, Shown(chat.identity))

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> FlexConversation | None:
        """Return a conversation of before a page reload: it goes on behind what was shown."""
        shown = Shown.kept(kept)
        return None if shown is None else FlexConversation(self, conversation_id, token, shown)


class FlexConversation:
    """One conversation."""

    def __init__(self, desk: FlexDesk, conversation_sid: str, token: str, shown: Shown) -> None:
        self._desk = desk
        self._token = Token(desk.line.another(), token)  # a renewal is no doing of the user's
        self._shown = shown
        self._places = Places(conversation_sid)
        self.capabilities = DeskCapabilities(update_state=False, files=False)
        self.line = ConversationLine(desk.line, desk.times)
        self.api = ConversationApi(self.line, self._places, shown, desk.server, self._token, desk.clock.now)

    @property
    def credentials(self) -> FlexTicket:
        """What opens it, with the newest token."""
        return FlexTicket(self._places.conversation_sid, self._token.present)

    def look(self, deadline: Deadline) -> dict[str, str]:
        """Get a new token: the old one may be near its end. Opening the door tells whether the conversation goes on.

        Raises:
            ChatEnded: the page's server takes the old token no more.
        """
        try:
            self._token.renew(deadline.within(self._desk.times.other))
        except DeskError as error:
            if isinstance(error, DeskRefused) and error.status in StreamRefused.FINAL:
                raise ChatEnded("the token has expired") from None
            log.warning("the token was not renewed: %s", error)
        return {}

    def door(self, changed: Callable[[], None]) -> ConversationDoor:
        """Return the door of its events."""
        opener = TwilsockOpener(self._desk.twilsock_uri, self._token, self._desk.times)
        return ConversationDoor(opener, self.line, self._places, self._shown, self._token, self._desk.times, changed)

    def keepsake(self) -> dict[str, Any]:
        """Return how far it was shown."""
        return self._shown.to_keep()


def twilsock_uri_in(options: Mapping[str, Any], desk_url: str) -> str:
    """Return the address of twilsock: the option ``twilsock_uri``, or the one below the page's server.

    Raises:
        ValueError: the option is no WebSocket's address, or an unsafe one beside a page that is reached safely.
    """
    uri = options.get("twilsock_uri", f"{desk_url.replace('http', 'ws', 1)}{WSCONNECT}")
    schemes = ("wss",) if desk_url.startswith("https:") else ("ws", "wss")
    if not isinstance(uri, str) or urlsplit(uri).scheme not in schemes:
        raise ValueError(f"the option twilsock_uri is a {':// or '.join(schemes)}:// address")
    return uri
