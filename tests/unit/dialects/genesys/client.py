"""A guest of the Genesys web chat, without a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings
from mockdesk.core.errors import DeskError
from mockdesk.dialects.genesys.dialect import GenesysDialect
from mockdesk.dialects.genesys.messages import GUEST_CONVERSATIONS
from mockdesk.dialects.seam import Answer, Feed, Request, Stream

ADA = {"id": "ada", "nickname": "Ada", "profile_picture_url": "https://example.com/ada.png"}
BEA = {"id": "bea", "nickname": "Bea"}
CREATE: dict[str, Any] = {
    "organizationId": "org",
    "deploymentId": "deployment",
    "routingTarget": {"targetType": "QUEUE", "targetAddress": "default"},
    "memberInfo": {"displayName": "Max"},
}


class Client:
    """A guest, by hand. ``genesys`` are the dialect's own settings, the rest those of the desk."""

    def __init__(self, genesys: Mapping[str, Any] | None = None, **settings: Any) -> None:
        own = {} if genesys is None else {"dialect_settings": {"genesys": genesys}}
        self.clock = VirtualClock()
        self.desk = Desk(DeskSettings.from_dict({**settings, **own}), self.clock)
        self.genesys = GenesysDialect().open(self.desk)
        self.id = self.jwt = self.member = ""
        self.feed: Feed | None = None
        self.position = 0

    def ask(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Answer:
        """Call the desk and return its answer."""
        text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        parts = [part.partition("=") for part in query.split("&") if part]
        asked = Request(
            method,
            path,
            "http://desk.example/genesys",
            query={name: [value] for name, _, value in parts},
            headers={"content-type": "application/json", "authorization": f"Bearer {self.jwt}", **headers},
            body=text,
        )
        try:
            outcome = self.genesys.prepare(asked).run()
        except DeskError as error:
            return self.genesys.refuse(error)
        assert isinstance(outcome, Answer)
        return outcome

    def call(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> tuple[int, Any]:
        """Call the desk and return status and body."""
        answer = self.ask(method, path, body, query, **headers)
        return answer.status, json.loads(answer.body) if answer.body else None

    def own(self, path: str = "") -> str:
        """Return a path of the conversation."""
        return f"{GUEST_CONVERSATIONS}/{self.id}{path}"

    def mine(self, path: str = "") -> str:
        """Return a path of the guest's own member."""
        return self.own(f"/members/{self.member}{path}")

    def create(self, **changed: Any) -> dict[str, Any]:
        """Create a conversation and remember what it gave."""
        status, body = self.call("POST", GUEST_CONVERSATIONS, {**CREATE, **changed})
        assert status == 200, body
        self.id, self.jwt, self.member = body["id"], body["jwt"], body["member"]["id"]
        assert isinstance(body, dict)
        return body

    def attach(self) -> list[dict[str, Any]]:
        """Open the stream and return the first frames."""
        stream = self.genesys.prepare(Request("GET", f"/v1/token/{self.jwt}", is_upgrade=True)).run()
        assert isinstance(stream, Stream)
        self.feed, self.position = stream.feed, stream.after
        return self.read()

    def start(self, **changed: Any) -> list[dict[str, Any]]:
        """Create a conversation and open its stream."""
        self.create(**changed)
        return self.attach()

    def read(self) -> list[dict[str, Any]]:
        """Return the frames since the last reading."""
        assert self.feed is not None
        entries = self.feed.after(self.position)
        self.position = entries[-1].position if entries else self.position
        return [json.loads(frame) for entry in entries for frame in entry.frames]

    def told(self) -> list[str]:
        """Return the frames since the last reading in short: ``Ada CONNECTED``, ``Max standard Hi``, ``Ada types``."""
        return [self._short(frame) for frame in self.read()]

    def _short(self, frame: Mapping[str, Any]) -> str:
        body, kind = frame["eventBody"], frame.get("metadata", {}).get("type")
        if kind is None:
            return str(body["message"])
        if kind == "member-change":
            return f"{self._name(body['member']['id'])} {body['member']['state']}"
        who = self._name(body["sender"]["id"])
        return (
            f"{who} types"
            if kind == "typing-indicator"
            else " ".join(part for part in (who, body["bodyType"], body.get("body")) if part)
        )

    def _name(self, member_id: str) -> str:
        status, member = self.call("GET", self.own(f"/members/{member_id}"))
        assert status == 200, "whoever is on the stream can be looked up"
        return str(member["displayName"])

    def state(self, member_id: str | None = None) -> str:
        """Return a member's state (default: the guest's) as it is asked for."""
        return str(self.call("GET", self.own(f"/members/{member_id or self.member}"))[1]["state"])

    def act(self, **action: Any) -> None:
        """Do as an agent does."""
        self.desk.act(self.id, parse_action(action))
