"""The operations of openapi.yaml that the integration uses, one function each.

Each returns only when the desk's answer says that it was done, and raises :class:`~byosd_reference.errors.DeskError`
otherwise. Answers are read with care: a 2xx without the body that belongs to it is no receipt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from byosd_reference import reading
from byosd_reference.desk_side import DeskCapabilities
from byosd_reference.errors import AnswerLost
from byosd_reference.http_line import HttpLine
from byosd_reference.patience import PatientCalls
from byosd_reference.settings import Deadline

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,4096}")


@dataclass(frozen=True)
class Credentials:
    """What opens one conversation. The token is never shown, logged or persisted."""

    conversation_id: str
    stream_url: str
    token: str = field(repr=False)


class DeskApi:
    """What can be asked without a conversation."""

    def __init__(self, line: HttpLine, desk_url: str) -> None:
        self._line = line
        self._desk_url = desk_url

    def capabilities(self, deadline: Deadline) -> DeskCapabilities:
        """Ask what the desk offers; a desk without this operation has the defaults."""
        what = "tell its capabilities"
        answer = self._line.call(what, "GET", "/v1/capabilities", deadline)
        body = answer.expect(what, 200, 404, 405, 501)
        if answer.status == 200 and not isinstance(body, Mapping):
            raise AnswerLost(what, "the answer cannot be read")
        return capabilities_in(body if answer.status == 200 else None)

    def availability(self, queue: str | None, deadline: Deadline) -> Mapping[str, Any]:
        """Ask whether somebody would answer; a desk without this operation does not say."""
        what = "tell whether agents are online"
        params = {"queue": queue} if queue else {}
        answer = self._line.call(what, "GET", "/v1/availability", deadline, params=params)
        body = answer.expect(what, 200, 404, 405, 501)
        return reading.part(body if answer.status == 200 else None)

    def create_token(self, api_key: str, user_id: str, deadline: Deadline) -> str:
        """Exchange the API key for a user token."""
        what = "authenticate the user"
        headers = {"X-Api-Key": api_key}
        answer = self._line.call(what, "POST", "/v1/tokens", deadline, json={"user_id": user_id}, headers=headers)
        return token_in(what, answer.expect(what, 201))

    def start(self, body: Mapping[str, Any], key: str, user_token: str | None, deadline: Deadline) -> Credentials:
        """Make a conversation. With the same ``key`` it is made only once, however often this is called."""
        what = "start a conversation"
        headers = {"Idempotency-Key": key}
        answer = self._line.call(what, "POST", "/v1/conversations", deadline, user_token, json=body, headers=headers)
        started = answer.expect(what, 200, 201)
        conversation_id = reading.text(started, "conversation", "id")
        if conversation_id is None:
            raise AnswerLost(what, "the answer names no conversation")
        stream_url = reading.text(started, "stream_url") or self.stream_url(conversation_id)
        if urlsplit(stream_url).scheme not in stream_schemes(self._desk_url):
            raise AnswerLost(what, "the stream has no safe address")
        return Credentials(conversation_id, stream_url, token_in(what, started))

    def stream_url(self, conversation_id: str) -> str:
        """Return the address of a conversation's stream, for a conversation that was not started here."""
        base = self._desk_url.replace("http", "ws", 1)
        return f"{base}{path_of(conversation_id)}/stream"


class ConversationApi(PatientCalls):
    """What can be asked in one conversation, with its token."""

    def __init__(self, line: HttpLine, credentials: Credentials, now: Callable[[], float]) -> None:
        super().__init__(line, credentials.token, path_of(credentials.conversation_id), now)

    def conversation(self, deadline: Deadline) -> Mapping[str, Any]:
        """Return the conversation as it is now."""
        return reading.part(self._ask("tell the state of the conversation", "GET", "", deadline, 200))

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Hand a message over. Returning is the receipt: the desk has it."""
        what = "take the message"
        receipt = self._ask(what, "POST", "/messages", deadline, 200, 201, json=message)
        if reading.text(receipt, "id") is None:
            raise AnswerLost(what, "the answer is no receipt")

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """End the conversation; that it is over already, or unknown by now, is as good. Not bound by Retry-After."""
        what, body = "end the conversation", {"reason": reason} if reason else {}
        self._exchange(what, "POST", "/end", deadline, json=body).expect(what, 200, 204, 404, 409, 410)

    def update_state(self, state: Mapping[str, str], deadline: Deadline) -> None:
        """Tell a changed session, user or locale."""
        self._ask("note the new state", "PUT", "/state", deadline, 200, json=state)

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """Tell that the user types, or stopped."""
        self._ask("note that the user types", "PUT", "/typing", deadline, 204, json={"typing": is_typing})

    def read(self, up_to_seq: int, deadline: Deadline) -> None:
        """Tell what the user has read."""
        body = {"up_to_seq": up_to_seq} if up_to_seq else {}
        self._ask("note what the user has read", "PUT", "/read", deadline, 204, json=body)

    def upload(self, name: str, content: bytes, content_type: str, deadline: Deadline) -> Mapping[str, Any]:
        """Hand a file over and return what the desk made of it: ``id``, ``state``."""
        what = "take the file"
        files = {"file": (name, content, content_type or "application/octet-stream")}
        body = reading.part(self._ask(what, "POST", "/files", deadline, 201, files=files))
        if reading.text(body, "id") is None:
            raise AnswerLost(what, "the answer is no receipt")
        return body

    def answer_screen_share(self, request_id: str, answer: str, deadline: Deadline) -> None:
        """Answer an agent's request to share the screen."""
        body = {"request_id": request_id, "answer": answer}
        self._ask("note the answer about the screen", "PUT", "/screen-share", deadline, 204, json=body)


def capabilities_in(body: Any) -> DeskCapabilities:
    """Read the answer of ``getCapabilities``; what is missing in it keeps its default."""
    functions, limits = reading.part(body, "functions"), reading.part(body, "limits")
    names = ("update_state", "user_typing", "user_read_messages", "files")
    switches = {name: functions[name] for name in names if isinstance(functions.get(name), bool)}
    types = (kind for kind in reading.items(limits, "allowed_file_types") if isinstance(kind, str))
    return DeskCapabilities(
        **switches,
        max_text_characters=reading.whole(limits, "max_text_characters", least=1),
        max_file_bytes=reading.whole(limits, "max_file_bytes"),
        allowed_file_types=tuple(types),
        transports=tuple(kind for kind in reading.items(body, "transports") if isinstance(kind, str)),
    )


def path_of(conversation_id: str) -> str:
    """Return the path of a conversation below the desk's address."""
    return f"/v1/conversations/{quote(conversation_id, safe='')}"


def stream_schemes(desk_url: str) -> tuple[str, ...]:
    """Return which schemes the stream of a desk may have: a desk that is reached safely is so in everything."""
    return ("wss",) if desk_url.startswith("https:") else ("ws", "wss")


def token_in(what: str, body: Any, name: str = "token") -> str:
    """Return the token in an answer; raises :class:`AnswerLost` where there is none that can be sent in a header."""
    token = reading.text(body, name)
    if token is None or not _TOKEN.fullmatch(token):
        raise AnswerLost(what, "the answer holds no token")
    return token
