"""The polling desk, as the host's side sees desks: a shape of :mod:`byosd_reference.desk_side`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from byosd_reference import reading
from byosd_reference.desk_api import token_in
from byosd_reference.desk_side import DeskCapabilities
from byosd_reference.errors import AnswerLost
from byosd_reference.http_line import HttpLine
from byosd_reference.poll.answers import canonical
from byosd_reference.poll.door import SessionDoor
from byosd_reference.poll.session_api import SessionApi
from byosd_reference.poll.sessions import Sessions
from byosd_reference.settings import Deadline, Settings
from contracts.adapter import Clock

DEFAULT_QUEUE = "default"
"""The queue whose availability is asked for when the connect message names none; the operation needs a name."""

_ABOUT = {
    "topic": "topic",
    "note": "message_to_agent",
    "history": "session_history_key",
    "session": "session_id",
    "locale": "locale",
    "more": "additional_data",
}


@dataclass(frozen=True)
class PollingTicket:
    """What opens one chat. The session id is no part of it: it says where in the chat, not who may ask."""

    conversation_id: str
    token: str = field(repr=False)


class PollingDesk:
    """What can be asked without a chat."""

    def __init__(self, desk_url: str, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.times = settings.times
        self.line = HttpLine(desk_url)

    def cut(self) -> None:
        """Make every call that is under way fail at once."""
        self.line.cut()

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether an agent is there for a queue. A desk without this operation, or this queue, does not say."""
        what = "tell whether agents are online"
        path = f"/queues/{quote(queue or DEFAULT_QUEUE, safe='')}"
        answer = canonical(self.line.call(what, "GET", path, deadline))
        body = answer.expect(what, 200, 404, 405, 501)
        agents = reading.whole(body, "agents") if answer.status == 200 else None
        return None if agents is None else agents > 0

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Nothing is asked: the desk tells what it offers when a chat starts, and wants no user token."""

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> PollingConversation:
        """Make a chat, once for each ``key``; asked again, the desk answers with a session id at its beginning."""
        what = "start a conversation"
        answer = canonical(self.line.call(what, "POST", "/chats", deadline, json=start_body(request, key)))
        started = answer.expect(what, 200, 201)
        chat, session = reading.text(started, "chat"), reading.text(started, "session")
        if chat is None or session is None:
            raise AnswerLost(what, "the answer names no chat")
        ticket = PollingTicket(chat, token_in(what, started))
        return PollingConversation(self, ticket, Sessions(session), reading.whole(started, "longest", least=1))

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> PollingConversation | None:
        """Return a chat of before a page reload: it goes on under the session ids that were kept."""
        sessions, longest = Sessions.kept(kept), reading.whole(kept, "longest", least=1)
        if sessions is None:
            return None
        return PollingConversation(self, PollingTicket(conversation_id, token), sessions, longest)


class PollingConversation:
    """One chat. ``longest``: how many characters a text may have, ``None`` where the desk did not say."""

    def __init__(self, desk: PollingDesk, ticket: PollingTicket, sessions: Sessions, longest: int | None) -> None:
        self._desk = desk
        self._sessions = sessions
        self._longest = longest
        self.line = desk.line
        self.credentials = ticket
        self.capabilities = DeskCapabilities(
            update_state=False, user_read_messages=False, files=False, max_text_characters=longest
        )
        self.api = SessionApi(desk.line, ticket.token, sessions, desk.clock.now)

    def look(self, deadline: Deadline) -> dict[str, str]:
        """Nothing is asked: the first poll tells whether the chat is still there."""
        return {}

    def door(self, changed: Callable[[], None]) -> SessionDoor:
        """Return the door of the polls, on a line of their own: a poll that is held up holds up nothing else."""
        desk = self._desk
        return SessionDoor(self.line.another(), self.credentials.token, self._sessions, desk.clock, desk.times, changed)

    def keepsake(self) -> dict[str, Any]:
        """Return where in the chat the next page goes on, and the limit that only the start has told."""
        return {**self._sessions.to_keep(), **({"longest": self._longest} if self._longest else {})}


def start_body(request: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the body of a start; what nobody knows is left out."""
    context = reading.part(request, "context")
    about = {name: context[own] for name, own in _ABOUT.items() if own in context}
    body = {
        "from": request["user_id"],
        "name": request.get("user_name"),
        "queue": request.get("queue"),
        "key": key,
        "about": about or None,
    }
    return {name: value for name, value in body.items() if value is not None}
