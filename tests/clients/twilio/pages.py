"""Pages with one of the vendor's two clients on them: what differs between the clients is a :class:`Kind`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import requests

from mockdesk.control_client import ControlClient
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN
from tests.clients.twilio.browser import PATIENCE, Browser
from tests.clients.twilio.conftest import browser
from tests.server.dialects.twilio.support import ADDRESS, FLOW, mint

ADA, BOB = {"id": "ada", "nickname": "Ada"}, {"id": "bob", "nickname": "Bob"}
_FLEX_CHANNEL = {"FlexFlowSid": FLOW, "Identity": "ann", "ChatUserFriendlyName": "Ann", "ChatFriendlyName": "Help"}


@dataclass(frozen=True)
class Kind:
    """One client: its script, the event with which it is ready, its words for a conversation and for who takes part,
    and how the page's server begins a chat for it: path, fields, and the answer's field with the sid. ``tries_again``:
    it sends a message again by itself when the service is overloaded."""

    script: str
    ready: str
    conversation: str
    member: str
    path: str
    fields: Mapping[str, str]
    sid: str
    tries_again: bool

    def begin(self, url: str) -> str:
        """Begin a chat as the page's server does; return the conversation's sid."""
        auth = (ACCOUNT, AUTH_TOKEN)
        answer = requests.post(f"{url}/twilio{self.path}", data=self.fields, auth=auth, timeout=PATIENCE)
        return str(answer.json()[self.sid])


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "@twilio/conversations": Kind(
            "conversations.js",
            "stateChanged",
            "conversation",
            "participant",
            "/v2/WebChats",
            {"AddressSid": ADDRESS, "Identity": "ann"},
            "conversation_sid",
            tries_again=False,
        ),
        "twilio-chat": Kind(
            "chat.js",
            "initialized",
            "channel",
            "member",
            "/flex-api.twilio.com/v1/Channels",
            _FLEX_CHANNEL,
            "sid",
            tries_again=True,
        ),
    }
)


@dataclass(frozen=True)
class Pages:
    """Pages of one user, Ann, at one desk."""

    kind: Kind
    packages: Path
    url: str
    control: ControlClient

    @contextmanager
    def chatting(self, seconds: float = 3600) -> Iterator[tuple[Browser, str]]:
        """Begin a chat that Ada has joined, and open a page on it, with a token for so long."""
        sid = self.kind.begin(self.url)
        self.control.act(sid, {"action": "join", "agent": ADA})
        with self.open(seconds) as client:
            client.await_event(f"{self.kind.conversation}Joined", sid=sid)
            assert sorted(client.ask("members", sid=sid)) == ["ada", "ann"]
            yield client, sid

    @contextmanager
    def open(self, seconds: float = 3600, token: str | None = None) -> Iterator[Browser]:
        """Open a page."""
        given = mint("ann", self.control.now(), seconds) if token is None else token
        with browser(self.packages, self.url, given, self.kind.script) as client:
            yield client

    def say(self, sid: str, text: str, agent: str = "ada") -> None:
        """Let an agent say something."""
        self.control.act(sid, {"action": "say", "agent": agent, "text": text})

    def texts(self, sid: str) -> list[str]:
        """Return what was said, as the desk has it."""
        return [one["text"] for one in self.control.conversation(sid)["messages"]]
