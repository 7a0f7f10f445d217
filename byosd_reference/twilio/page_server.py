"""The server behind the page: the integrator's own, which knows the account's secrets. A page knows none.

It has the two calls of the vendor's sample page, ``POST /initWebchat`` (which asks the vendor's ``/v2/WebChats`` and
mints a token) and ``POST /refreshToken``, and two more: ``POST /endWebchat`` (which closes the conversation) and
``GET /agentsOnline`` (which asks TaskRouter). What it has to keep stands in docs/twilio.md.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_api import token_in
from byosd_reference.errors import AnswerLost
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline


@dataclass(frozen=True)
class WebChat:
    """A chat that was begun, and who the user is in it."""

    conversation_sid: str
    identity: str
    token: str = field(repr=False)


class PageServer:
    """What the page asks of it. All raise ``DeskError``."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def begin(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> WebChat:
        """Begin a chat, once for each ``key``."""
        what = "start a conversation"
        answer = self._line.call(what, "POST", "/initWebchat", deadline, json=begin_body(request, key))
        begun = answer.expect(what, 200, 201)
        sid, identity = reading.text(begun, "conversationSid"), reading.text(begun, "identity")
        if sid is None or identity is None:
            raise AnswerLost(what, "the answer names no conversation")
        return WebChat(sid, identity, token_in(what, begun))

    def renew(self, token: str, deadline: Deadline) -> str:
        """Return a new token for one that is still good."""
        what = "renew the token"
        answer = self._line.call(what, "POST", "/refreshToken", deadline, json={"token": token})
        return token_in(what, answer.expect(what, 200, 201))

    def end(self, conversation_sid: str, token: str, reason: str | None, deadline: Deadline) -> None:
        """End a chat; that it is over already, or unknown by now, is as good."""
        what = "end the conversation"
        body = {"conversationSid": conversation_sid, "token": token, **({"reason": reason} if reason else {})}
        answer = self._line.call(what, "POST", "/endWebchat", deadline, json=body)
        answer.expect(what, 200, 204, 404, 409, 410)

    def agents_online(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether an agent is online for a queue; a server without this call does not say."""
        what = "tell whether agents are online"
        params = {"queue": queue} if queue else {}
        answer = self._line.call(what, "GET", "/agentsOnline", deadline, params=params)
        body = answer.expect(what, 200, 404, 405, 501)
        count = reading.whole(body, "agentsOnline") if answer.status == 200 else None
        return None if count is None else count > 0


class Token:
    """The user's token, which is renewed from time to time, on a line of its own. Any thread may ask."""

    def __init__(self, line: HttpLine, token: str) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._present = token

    @property
    def present(self) -> str:
        """The newest token."""
        with self._lock:
            return self._present

    def renew(self, deadline: Deadline) -> None:
        """Get a new one; raises ``DeskError`` where there is none, and the present one stays."""
        renewed = PageServer(self._line).renew(self.present, deadline)
        with self._lock:
            self._present = renewed

    def keep(self) -> None:
        """Renew it no more, and break off what is under way."""
        self._line.close()


def begin_body(request: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the body of a beginning. What the bot knows becomes the vendor's pre-engagement data."""
    context = reading.part(request, "context")
    known = {name: value for name, value in context.items() if name != "additional_data"}
    body = {
        "key": key,
        "identity": request["user_id"],
        "customerFriendlyName": request.get("user_name"),
        "queue": request.get("queue"),
        "formData": {**reading.part(context, "additional_data"), **known},
    }
    return {name: value for name, value in body.items() if value is not None}
