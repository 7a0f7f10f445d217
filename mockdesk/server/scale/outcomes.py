"""What an operation of a desk API leads to on the event loop: an answer now, or one that is told while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from mockdesk.core.errors import DeskError, InvalidRequest, UpgradeRequired
from mockdesk.dialects.seam import Answer, Duplex, Poll, Stream
from mockdesk.server import problems
from mockdesk.server.calls import Call
from mockdesk.server.delivery import Reader
from mockdesk.server.dialect_calls import DialectCall, done, poll_answer, poll_reader, refused, told, understood
from mockdesk.server.events import LongPoll, batch, open_poll
from mockdesk.server.mounts import DIALECT_KEY
from mockdesk.server.operations import OPERATIONS
from mockdesk.server.served import ServedCall
from mockdesk.server.steps import SERVER_SENT

POLL_EVENTS = "pollEvents"


@dataclass(frozen=True)
class HeldPoll:
    """A long poll: what comes within ``wait`` seconds of the desk's time, as ``make`` answers it."""

    reader: Reader
    wait: float
    make: Callable[[LongPoll], Response]


@dataclass(frozen=True)
class Endless:
    """Server-sent events, until they end."""

    reader: Reader


Outcome: TypeAlias = Response | HeldPoll | Endless
Operate: TypeAlias = Callable[[], Outcome]
Route: TypeAlias = tuple[str, str | None, str]
"""The operation's name, the conversation's id and the file's."""


class Routes:
    """Finds the operation of openapi.yaml that a path is for; whatever it does not know is Flask's to answer."""

    def __init__(self) -> None:
        routes: dict[tuple[str, ...], str] = {}
        for name, (method, rule, _) in OPERATIONS.items():
            routes[method, *rule.split("/")] = name
        self._routes: Mapping[tuple[str, ...], str] = MappingProxyType(routes)

    def find(self, method: str, path: str) -> Route | None:
        """Return the operation of a path below the desk's base, as text."""
        parts = path.split("/")
        conversation_id = parts[3] if len(parts) > 3 else None
        file_id = parts[5] if len(parts) > 5 else ""
        if conversation_id is not None:
            parts[3] = "<conversation_id>"
        if file_id:
            parts[5] = "<file_id>"
        name = self._routes.get(("GET" if method == "HEAD" else method, *parts))
        return None if name is None or conversation_id == "" else (name, conversation_id, file_id)


def canonical(request: Request, route: Route) -> tuple[ServedCall, Operate]:
    """Return the call of an operation of openapi.yaml, and how to do it."""
    name, conversation_id, file_id = route
    call = Call(request, name, conversation_id, file_id)
    return call, lambda: _operate(call)


def _operate(call: Call) -> Outcome:
    try:
        if call.operation != POLL_EVENTS:
            return OPERATIONS[call.operation][2](call)
        reader, wait = open_poll(call)
        return Endless(reader) if reader.transport == SERVER_SENT else HeldPoll(reader, wait, batch)
    except DeskError as error:
        return problems.problem(error)


def in_dialect(request: Request) -> tuple[ServedCall, Operate] | Response:
    """Return the call of a dialect's operation and how to do it, or the refusal of what it does not understand."""
    call = understood(request)
    return call if isinstance(call, Response) else (call, lambda: _operate_dialect(call))


def _operate_dialect(call: DialectCall) -> Outcome:
    try:
        outcome = done(call)
        if isinstance(outcome, Stream | Duplex):
            raise UpgradeRequired("this path answers WebSocket handshakes only")
        return told(call, outcome) if isinstance(outcome, Answer) else held(call, outcome)
    except DeskError as error:
        return call.refuse(error)


def held(call: DialectCall, poll: Poll) -> HeldPoll:
    """Return a dialect's long poll.

    Raises:
        DeskError: it may not be read, or not from there.
    """
    return HeldPoll(poll_reader(call, poll), poll.wait, poll_answer(call, poll))


def failure(request: Request, error: Exception) -> Response:
    """Return the answer of a request that failed in a way that no operation foresees."""
    is_dialect = DIALECT_KEY in request.environ
    if isinstance(error, DeskError):
        return refused(request, error) if is_dialect else problems.problem(error)
    if isinstance(error, HTTPException):
        if not is_dialect:
            return problems.http_error(error, request)
        refusal = InvalidRequest(error.description or error.name)
        refusal.status = error.code or 400
        return refused(request, refusal)
    answer = problems.unexpected(error)
    return refused(request, problems.InternalError("the mock failed; its log says why")) if is_dialect else answer
