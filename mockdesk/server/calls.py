"""One call of an operation of the desk API: which desk, which conversation, whose token, what body."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from flask import Request

from mockdesk.core.desk import Conversation, Desk
from mockdesk.core.errors import DeskError, MalformedJson
from mockdesk.core.reading import suggestion
from mockdesk.dialects.canonical import Parsed, bearer
from mockdesk.server.bodies import check_json_type, parse_json, read_bytes
from mockdesk.server.holds import Pause
from mockdesk.server.host import DeskHost
from mockdesk.server.records import MOST_BODY_BYTES, SECRET_PARAMETERS

Command = TypeVar("Command")

HOST_KEY = "mockdesk.host"
SERVER_KEY = "mockdesk.server"
MULTIPART = "multipart/form-data"
TAKEN_KEY = "mockdesk.taken"
"""Set in the WSGI environment when the connection needs no (further) answer."""


def host_of(request: Request) -> DeskHost:
    """Return the desk that a request is for."""
    return cast(DeskHost, request.environ[HOST_KEY])


class Call:
    """A request while it is served."""

    def __init__(self, request: Request, operation: str, conversation_id: str | None, file_id: str = "") -> None:
        self.request = request
        self.host = host_of(request)
        self.operation = operation
        self.conversation_id = conversation_id
        self.file_id = file_id
        self.position = 0
        self.pause: Pause | None = None
        """Where a fault makes this request wait."""
        self._refusal: DeskError | None = None
        self._body = self._read_body()
        self._value = self._read_value()

    def begin(self) -> None:
        """Note the request in the journal; :attr:`position` is its place there."""
        with self.host.use():
            self.position = self._note_request()

    def _read_body(self) -> bytes:
        if self.request.method not in ("POST", "PUT") or self.request.mimetype == MULTIPART:
            return b""
        try:
            return read_bytes(self.request, self.host.settings.max_body_bytes)
        except DeskError as error:
            self._refusal = error
            return b""

    def _read_value(self) -> Any:
        try:
            return parse_json(self._body) if self._body else None
        except DeskError as error:
            self._refusal = error
            return None

    def _note_request(self) -> int:
        request = self.request
        data: dict[str, Any] = {"operation": self.operation, "method": request.method, "path": request.path}
        data["query"] = {name: value for name, value in request.args.items() if name not in SECRET_PARAMETERS}
        if any(name in request.args for name in SECRET_PARAMETERS):
            data["token_in_url"] = True
        if self._body:
            is_small = len(self._body) <= MOST_BODY_BYTES
            data["body"] = self._value if is_small else {"bytes": len(self._body)}
        return self.host.records.request(self.conversation_id, data)

    @property
    def connection(self) -> socket.socket:
        """The client's socket."""
        return cast(socket.socket, self.request.environ["werkzeug.socket"])

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give the desk; what is done is put down to this request."""
        with self.host.use(self.position) as desk:
            yield desk

    def authorize(self, desk: Desk) -> Conversation:
        """Return the conversation, if the token opens it."""
        return desk.authorize(self.conversation_id or "", bearer(self.request.headers.get("Authorization")))

    def json(self, parse: Callable[[object], Parsed[Command]], *, optional: bool = False) -> Command:
        """Return the command in the JSON body; keys that nobody knows are told in the journal.

        Raises:
            BodyTooLarge, MalformedJson, UnsupportedMediaType, InvalidRequest: as they say.
        """
        if optional and not self._body and self._refusal is None:
            return parse({}).command
        if self._body:
            check_json_type(self.request)
        if self._refusal is not None:
            raise self._refusal
        if not self._body:
            raise MalformedJson("the body is empty, JSON is needed")
        parsed = parse(self._value)
        for pointer in parsed.ignored:
            self._near_miss(pointer, parsed.known)
        return parsed.command

    def text(self) -> str | None:
        """Return the text of a message that is being sent, for faults that look for one; ``None`` if there is none."""
        value = self._value if self.operation == "sendMessageToAgent" else None
        text = value.get("text") if isinstance(value, dict) else None
        return text if isinstance(text, str) else None

    def _near_miss(self, pointer: str, known: tuple[str, ...]) -> None:
        data = {"unknown_key": pointer, "operation": self.operation, "hint": suggestion(pointer.strip("/"), known)}
        with self.host.lock:
            self.host.records.near_miss(data, self.conversation_id, self.position)
