"""One call of an operation of the desk API: which desk, which conversation, whose token, what body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from werkzeug.wrappers import Request, Response

from mockdesk.core.desk import Conversation, Desk
from mockdesk.core.errors import DeskError, MalformedJson
from mockdesk.core.reading import suggestion
from mockdesk.core.weight import weight_of
from mockdesk.dialects.bodies import parse_json
from mockdesk.dialects.canonical import Parsed, bearer
from mockdesk.server.bodies import check_json_type, read_bytes
from mockdesk.server.credentials import HIDDEN, credentials_of, scrubbed, without
from mockdesk.server.problems import problem
from mockdesk.server.records import MOST_BODY_BYTES, SECRET_PARAMETERS
from mockdesk.server.served import ServedCall

Command = TypeVar("Command")

MULTIPART = "multipart/form-data"
NOTE_BYTES = 400
"""What the journal's note of a request takes besides what the client chose, estimated."""


class Call(ServedCall):
    """A call of an operation of openapi.yaml."""

    def __init__(self, request: Request, operation: str, conversation_id: str | None, file_id: str = "") -> None:
        self._credentials = credentials_of(request.headers)
        is_secret = conversation_id in self._credentials
        super().__init__(request, operation, HIDDEN if is_secret else conversation_id)
        self.file_id = file_id
        self._refusal: DeskError | None = None
        self._body = self._read_body()
        self._value = self._read_value()

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

    def note_request(self) -> int:
        """Write the request into the journal: without headers, and without what is a token in the query."""
        request = self.request
        data: dict[str, Any] = {"operation": self.operation, "method": request.method, "path": request.path}
        query = request.args if request.query_string else {}
        data["query"] = {name: value for name, value in query.items() if name not in SECRET_PARAMETERS}
        if len(data["query"]) < len(query):
            data["token_in_url"] = True
        if self._body:
            is_small = len(self._body) <= MOST_BODY_BYTES
            data["body"] = self._value if is_small else {"bytes": len(self._body)}
        told = scrubbed(data, self._credentials_told())
        weight = NOTE_BYTES + len(told["path"]) + weight_of(told["query"]) + weight_of(told.get("body"))
        return self.host.records.request(self.conversation_id, told, weight)

    def _credentials_told(self) -> tuple[str, ...]:
        """Return the credentials that may stand in what is told: most requests have theirs in a header only.

        JSON may write a character in another way, but then with a backslash; a path and a query with a percent sign, or
        a plus.
        """
        if not self._credentials:
            return ()
        told = b"%b %b %b" % (self._body, self.request.path.encode(), self.request.query_string)
        if any(mark in told for mark in (b"\\", b"%", b"+")):
            return self._credentials
        return tuple(secret for secret in self._credentials if secret.encode() in told)

    def without_secrets(self, text: str) -> str:
        """Return a text in which the request's credentials are hidden."""
        return str(without(text, self._credentials))

    def refuse(self, error: DeskError, headers: Mapping[str, str] | None = None) -> Response:
        """Return a problem (RFC 9457)."""
        return problem(error, headers)

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
        for pointer in parsed.ignored[: self.host.options.limits.near_misses]:
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
