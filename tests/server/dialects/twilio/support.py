"""What speaks twilsock in the tests: tokens as a server mints them, and a socket that asks and hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from websockets.sync.client import ClientConnection, connect

from mockdesk import RunningServer
from mockdesk.dialects.twilio.frames import Packet, Payload, decode, encode
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, KEY, KEY_SECRET, SERVICE
from tests.server.support import PATIENCE, session

ADDRESS, FLOW = "IG" + "0" * 32, "FO" + "0" * 32


def mint(identity: str, now: float, seconds: float = 3600, secret: str = KEY_SECRET, **more: Any) -> str:
    """Return an AccessToken as the vendor's helper libraries make it."""
    grants = {"identity": identity, "chat": {"service_sid": SERVICE}}
    payload = {"jti": f"{KEY}-{int(now)}", "iss": KEY, "sub": ACCOUNT, "exp": int(now + seconds), "grants": grants}
    return jwt.encode({**payload, **more}, secret, algorithm="HS256", headers={"cty": "twilio-fpa;v=1"})


def rest(server: RunningServer, method: str, path: str, **fields: str) -> Any:
    """Make a call of the server's REST; return its answer."""
    url = f"{server.url}/twilio{path}"
    return session().request(method, url, data=fields or None, auth=(ACCOUNT, AUTH_TOKEN), timeout=PATIENCE)


def web_chat(server: RunningServer, identity: str = "ann") -> str:
    """Begin a chat; return the conversation's sid."""
    answer = rest(server, "POST", "/v2/WebChats", AddressSid=ADDRESS, Identity=identity)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["conversation_sid"])


@dataclass
class Twilsock:
    """One socket. What comes besides a reply is kept in ``heard``."""

    connection: ClientConnection
    heard: list[Packet] = field(default_factory=list)
    count: int = 0

    def send(self, method: str, payload: bytes = b"", **header: Any) -> str:
        """Send a message; return its id."""
        self.count += 1
        one = f"TM{self.count}"
        self.connection.send(encode({"method": method, "id": one, **header}, Payload(payload)))
        return one

    def receive(self) -> Packet:
        """Return the next message."""
        frame = self.connection.recv(PATIENCE)
        return decode(frame)

    def ask(self, method: str, payload: bytes = b"", **header: Any) -> Packet:
        """Send a message and return its reply."""
        one = self.send(method, payload, **header)
        while (packet := self.receive()).id != one or packet.method != "reply":
            self.heard.append(packet)
        return packet

    def next(self, method: str = "notification", kind: str | None = None) -> Packet:
        """Return the next message of a method, and of an event type."""
        while True:
            packet = self.heard.pop(0) if self.heard else self.receive()
            told = packet.payload if isinstance(packet.payload, dict) else {}
            if packet.method == method and kind in (None, told.get("event_type"), packet.header.get("message_type")):
                return packet

    def request(self, method: str, host: str, path: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        """Make a request inside the socket; return status and body."""
        asked = {"host": host, "path": path, "method": method, "params": params, "headers": {}}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self.ask("message", content, active_grant="ip_messaging", http_request=asked)
        return reply.header["http_status"]["code"], reply.payload

    def aim(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        """Make a request to the client's REST."""
        return self.request(method, "aim.us1.twilio.com", f"/Client/v2{path}", body, **params)

    def sync(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        """Make a request to Sync."""
        return self.request(method, "cds.us1.twilio.com", path, body, **params)

    def subscribe(self, kind: str, name: str, last: int | None = None) -> str:
        """Open an object and subscribe to it; return its sid."""
        status, root = self.sync("GET", f"/v3/{kind.capitalize()}s/{name}")
        assert status == 200
        asked = {"object_sid": root["sid"], "object_type": kind}
        asked["last_event_id"] = root["last_event_id"] if last is None else last
        body = {"event_protocol_version": 4, "action": "establish", "correlation_id": 7, "requests": [asked]}
        assert self.sync("POST", "/v4/Subscriptions", body)[0] == 200
        return str(root["sid"])

    def texts(self, count: int) -> list[str]:
        """Return the texts of the next messages."""
        found = (self.next(kind="list_item_added").payload for _ in range(count))
        return [one["event"]["item_data"]["text"] for one in found]


@contextmanager
def twilsock(server: RunningServer, token: str | None = None, **header: Any) -> Iterator[Twilsock]:
    """Open a socket; with a token, init it."""
    with connect(f"{server.url}/twilio/v3/wsconnect".replace("http", "ws", 1), proxy=None) as connection:
        one = Twilsock(connection)
        if token is not None:
            reply = one.ask("init", token=token, **header)
            assert reply.header["status"]["code"] == 200
            one.heard.append(reply)
        yield one
