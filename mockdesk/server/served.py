"""A request while it is served, whatever the shape of the API: its desk, its place in the journal, its refusals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import cast

from werkzeug.wrappers import Request, Response

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.server import cors
from mockdesk.server.connections import Connection, SocketConnection
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.holds import Pause
from mockdesk.server.host import DeskHost
from mockdesk.server.logs import RequestLine, is_logged, log_request, milliseconds_since
from mockdesk.server.mounts import DIALECT_KEY

HOST_KEY = "mockdesk.host"
SERVER_KEY = "mockdesk.server"
BEGAN_KEY = "mockdesk.began"
"""When the request came, of ``time.monotonic``."""
CONNECTION_KEY = "mockdesk.connection"
TAKEN_KEY = "mockdesk.taken"
"""Set in the WSGI environment when the connection needs no (further) answer."""


def host_of(request: Request) -> DeskHost:
    """Return the desk that a request is for."""
    return cast(DeskHost, request.environ[HOST_KEY])


def connection_of(request: Request) -> Connection:
    """Return the client's connection."""
    environ = request.environ
    if CONNECTION_KEY not in environ:
        environ[CONNECTION_KEY] = SocketConnection(environ["werkzeug.socket"])
    return cast(Connection, environ[CONNECTION_KEY])


class ServedCall(ABC):
    """One call of an operation. ``conversation_id`` is ``None`` where it concerns none."""

    def __init__(self, request: Request, operation: str, conversation_id: str | None) -> None:
        self.request = request
        self.host = host_of(request)
        self.operation = operation
        self.conversation_id = conversation_id
        self.position = 0
        self.pause: Pause | None = None
        """Where a fault makes this request wait."""

    def begin(self) -> None:
        """Note the request in the journal, with the desk's lock held; :attr:`position` is its place there."""
        self.position = self.note_request()

    @abstractmethod
    def note_request(self) -> int:
        """Write the request into the journal and return its position; no credential may be in it."""

    @abstractmethod
    def text(self) -> str | None:
        """Return the text of a message that is being sent, for faults that look for one; ``None`` if there is none."""

    @abstractmethod
    def refuse(self, error: DeskError, headers: Mapping[str, str] | None = None) -> Response:
        """Return a refusal in the shape of the API."""

    def without_secrets(self, text: str) -> str:
        """Return a text for logs: no credential of this request may be in it."""
        return text

    @property
    def connection(self) -> Connection:
        """The client's connection."""
        return connection_of(self.request)

    def desk(self) -> AbstractContextManager[Desk]:
        """Give the desk; what is done is put down to this request."""
        return self.host.use(self.position)


def conclude(call: ServedCall | None, request: Request, response: Response, *, is_streamed: bool = False) -> Response:
    """Note the answer, and let browsers of other origins read it; a stream has noted its own already."""
    is_taken = bool(request.environ.get(TAKEN_KEY))
    if call is not None and not is_streamed:
        told = {"operation": call.operation, "status": None if is_taken else response.status_code}
        with call.host.use():
            call.host.records.response(call.position, call.conversation_id, told)
    if is_logged():
        _log(call, request, None if is_taken else response.status_code)
    return cors.allow(request, response, is_open=DIALECT_KEY in request.environ)


def _log(call: ServedCall | None, request: Request, status: int | None) -> None:
    path = f"{request.root_path}{request.path}"
    log_request(
        RequestLine(
            request.method,
            without(path, credentials_of(request.headers)) if call is None else call.without_secrets(path),
            status,
            milliseconds_since(request.environ.get(BEGAN_KEY)),
            host_of(request).name,
            None if call is None else call.operation,
            None if call is None else call.conversation_id,
        )
    )
