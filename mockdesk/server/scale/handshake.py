"""WebSocket handshakes on the event loop: the same guard as in the embedded tier, refusals are real HTTP answers."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from mockdesk.core.errors import DeskError, NotFound
from mockdesk.dialects.seam import Answer, Poll
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.server import problems
from mockdesk.server.app import Application
from mockdesk.server.calls import Call
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.delivery import Reader
from mockdesk.server.dialect_calls import DialectCall, socket_reader, told, understood
from mockdesk.server.near_misses import note_near_miss
from mockdesk.server.operations import STREAM_OPERATION, STREAM_PATH
from mockdesk.server.request_faults import begin
from mockdesk.server.scale.answering import Cut, collect
from mockdesk.server.scale.asked import Scope, Serves, environ_of, give_body
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.durability import when_durable
from mockdesk.server.scale.faults import Half, strike
from mockdesk.server.scale.outcomes import Endless, HeldPoll, Outcome, failure, held
from mockdesk.server.scale.wakes import Wakes
from mockdesk.server.served import TAKEN_KEY, ServedCall, conclude, host_of
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.socket_readers import open_stream

_STREAM_PARTS = STREAM_PATH.split("/")
HANDSHAKES = "mockdesk.handshakes"
"""Where uvicorn's state of the application holds the :class:`Handshakes`."""

Open = Callable[[], Reader | Outcome]


@lazy_dataclass(frozen=True)
class Opened:
    """A handshake that may be accepted."""

    call: ServedCall
    reader: Reader

    def accepted(self) -> None:
        """Note that it was."""
        call = self.call
        with call.host.use():
            note = {"operation": call.operation, "status": 101}
            call.host.records.response(call.position, call.conversation_id, note)

    def ended(self) -> None:
        """Note that the stream is over: that is when a handshake is logged."""
        call = self.call
        call.request.environ[TAKEN_KEY] = True
        conclude(call, call.request, Response(status=101), is_streamed=True)

    def forget(self) -> None:
        """Take the reader back: there will be no stream."""
        self.call.host.remove_reader(self.reader)


class Handshakes:
    """Judges the handshakes of one server."""

    def __init__(self, application: Application, serves: Serves, wakes: Wakes, limits: StreamLimits) -> None:
        self._application = application
        self._serves = serves
        self.wakes = wakes
        self.limits = limits

    async def judge(self, scope: Scope, connection: LoopConnection) -> Opened | Response:
        """Return what may be accepted, or the answer that refuses it.

        Raises:
            Cut: the connection is to end without an answer.
        """
        environ = environ_of(scope, connection, self._serves)
        give_body(environ, b"")
        try:
            is_dialect = self._application.enter(environ)
        except DeskError as error:
            return problems.problem(error)
        request = Request(environ)
        try:
            found = _in_dialect(request) if is_dialect else _canonical(request)
            if isinstance(found, Response):
                return conclude(None, request, found)
            return await _open(*found)
        except Cut:
            raise
        except Exception as error:
            return conclude(None, request, failure(request, error))


def _canonical(request: Request) -> tuple[ServedCall, Open] | Response:
    parts = request.path.split("/")
    if len(parts) != len(_STREAM_PARTS) or not parts[3] or [*parts[:3], _STREAM_PARTS[3], *parts[4:]] != _STREAM_PARTS:
        path = str(without(request.path, credentials_of(request.headers)))
        note_near_miss(host_of(request), request.method, path, 404)
        return problems.problem(NotFound(f"there is no WebSocket at {request.path}"))
    call = Call(request, STREAM_OPERATION, parts[3])
    return call, lambda: open_stream(call)


def _in_dialect(request: Request) -> tuple[ServedCall, Open] | Response:
    call = understood(request)
    return call if isinstance(call, Response) else (call, lambda: _socket_of(call))


def _socket_of(call: DialectCall) -> Reader | Outcome:
    outcome = socket_reader(call)
    if isinstance(outcome, Answer):
        return told(call, outcome)
    return held(call, outcome) if isinstance(outcome, Poll) else outcome


async def _open(call: ServedCall, open_reader: Open) -> Opened | Response:
    readers: list[Reader] = []
    is_open = Response()

    def operate() -> Outcome:
        try:
            outcome = open_reader()
        except DeskError as error:
            return call.refuse(error)
        if isinstance(outcome, Reader):
            readers.append(outcome)
            return is_open
        return outcome

    fault = begin(call)
    try:
        outcome = operate() if fault is None else await strike(call, fault, operate)
        if isinstance(outcome, HeldPoll):
            outcome = await collect(call, outcome)
    except (Cut, Half):
        call.request.environ[TAKEN_KEY] = True
        _forget(readers)
        conclude(call, call.request, Response())
        raise Cut from None
    except BaseException:
        _forget(readers)
        raise
    assert not isinstance(outcome, Endless), "a handshake leads to no server-sent events"
    if outcome is is_open:
        return Opened(call, readers[-1])
    _forget(readers)
    return await when_durable(call.request, conclude(call, call.request, outcome))


def _forget(readers: list[Reader]) -> None:
    for reader in readers:
        reader.host.remove_reader(reader)
