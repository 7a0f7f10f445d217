"""A client of the polling desk, without a server."""

from __future__ import annotations

import json
from typing import Any

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings
from mockdesk.core.errors import DeskError
from mockdesk.dialects.poll.dialect import PollDesk, PollDialect
from mockdesk.dialects.seam import Answer, Poll, Request


class Client:
    """A user of the polling desk, by hand."""

    def __init__(self, **settings: Any) -> None:
        self.desk = Desk(DeskSettings.from_dict(settings), VirtualClock())
        self.poll_desk: PollDesk = PollDialect().open(self.desk)
        self.token = ""
        self.session = ""
        self.chat = ""

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Call the desk and return status and body; a poll is not held."""
        own = {} if path == "/chats" else {"authorization": f"Bearer {self.token}"}
        headers = {"content-type": "application/json", **own, **more}
        text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        try:
            outcome = self.poll_desk.prepare(Request(method, path, headers=headers, body=text)).run()
            answer = outcome if isinstance(outcome, Answer) else self._collected(outcome)
        except DeskError as error:
            answer = self.poll_desk.refuse(error)
        return answer.status, json.loads(answer.body) if answer.body else None

    @staticmethod
    def _collected(poll: Any) -> Answer:
        assert isinstance(poll, Poll)
        entries = poll.feed.after(poll.after)
        frames = [frame for entry in entries for frame in entry.frames]
        position = entries[-1].position if entries else poll.after
        return poll.answer(frames, position, poll.feed.over() is not None)

    def start(self, **more: Any) -> dict[str, Any]:
        """Start a chat and remember what it gave."""
        status, body = self.call("POST", "/chats", {"from": "u1", **more})
        assert status == 201, body
        self.token, self.session, self.chat = body["token"], body["session"], body["chat"]
        assert isinstance(body, dict)
        return body

    def poll(self) -> list[dict[str, Any]]:
        """Poll, take the new session id, and return the events."""
        status, body = self.call("GET", f"/chats/{self.session}/events")
        if status == 304:
            return []
        assert status == 200, body
        self.session = body["session"]
        found: list[dict[str, Any]] = body["events"]
        return found

    def act(self, **action: Any) -> None:
        """Do as an agent does."""
        self.desk.act(self.chat, parse_action(action))
