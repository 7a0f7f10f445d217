"""The Flask application of all dialects: one route for every path, as a dialect finds its operations by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import cast

from flask import Flask, Response, g
from flask import Request as FlaskRequest
from flask import request as flask_request
from flask_sock import Sock  # type: ignore[import-untyped]
from simple_websocket import Server  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException
from wsproto.utilities import ProtocolError

from mockdesk.core.errors import BodyTooLarge, DeskError, InvalidRequest, UpgradeRequired
from mockdesk.dialects.seam import Answer, DialectDesk, Duplex, Poll, Prepared, Request, Stream
from mockdesk.server import problems
from mockdesk.server.asked import described
from mockdesk.server.bodies import read_bytes
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.delivery import LONG_POLL, Reader, ReaderRequest
from mockdesk.server.duplex import DuplexReader
from mockdesk.server.events import LongPoll, long_poll
from mockdesk.server.handshake import forget_reader, guard, reader_of, serve_stream
from mockdesk.server.mounts import DIALECT_KEY
from mockdesk.server.request_faults import serve
from mockdesk.server.served import ServedCall, finish, host_of
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.websocket import server_options

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SOCKETS = ("dialect.socket.root", "dialect.socket")


@cache
def create_dialect_app(limits: StreamLimits) -> Flask:
    """Return the application; which desk and which dialect it serves is in each request's environment."""
    app = Flask("mockdesk.dialects", static_folder=None)
    app.url_map.merge_slashes = False
    app.config["SOCK_SERVER_OPTIONS"] = server_options(limits)
    sock = Sock(app)
    for path, socket in zip(("/", "/<path:path>"), SOCKETS, strict=True):
        app.add_url_rule(path, "dialect", _serve, methods=METHODS)
        sock.route(path, endpoint=socket)(_serve_socket)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ProtocolError, lambda error: _refused(UpgradeRequired("this is no handshake")))
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_guard)
    app.after_request(finish)
    app.teardown_request(forget_reader)
    return app


class DialectCall(ServedCall):
    """A request that a dialect has understood."""

    def __init__(self, request: FlaskRequest, asked: Request, dialect: DialectDesk, prepared: Prepared) -> None:
        super().__init__(request, prepared.operation, prepared.conversation_id)
        self.prepared = prepared
        self._asked = asked
        self._dialect = dialect

    def note_request(self) -> int:
        """Write the request into the journal, without headers, and with credentials hidden."""
        data = {"dialect": self.request.environ[DIALECT_KEY]}
        data |= described(self._asked, self.prepared, self.request.root_path)
        return self.host.records.request(self.conversation_id, data)

    def text(self) -> str | None:
        """Return the text of a message that is being sent."""
        return self.prepared.text

    def without_secrets(self, text: str) -> str:
        """Return a text in which the request's credentials are hidden."""
        return str(without(text, (*self.prepared.secrets, *credentials_of(self._asked.headers))))

    def refuse(self, error: DeskError, headers: Mapping[str, str] | None = None) -> Response:
        """Return a refusal in the dialect's shape."""
        return _response(self._dialect.refuse(error), headers)


def _response(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    response = Response(answer.body, answer.status, {**answer.headers, **(headers or {})})
    response.headers.remove("Content-Type")
    if answer.content_type is not None:
        response.content_type = answer.content_type
    return response


def _asked(request: FlaskRequest) -> Request:
    """Return the request in the dialect's terms."""
    body, is_cut = b"", False
    try:
        body = read_bytes(request, host_of(request).settings.max_body_bytes)
    except BodyTooLarge:
        is_cut = True
    return Request(
        request.method,
        request.path,
        request.root_url.rstrip("/"),
        request.host,
        {name: tuple(values) for name, values in request.args.lists()},
        {name.lower(): value for name, value in request.headers},
        body,
        request.headers.get("Upgrade", "").lower() == "websocket",
        is_cut,
    )


@contextmanager
def _dialect() -> Iterator[DialectDesk]:
    """Give the present request's dialect, with the desk's lock held."""
    host = host_of(flask_request)
    with host.use():
        yield host.dialect(flask_request.environ[DIALECT_KEY])


def _understood() -> DialectCall | Response:
    """Return the present request as its dialect understands it, or the refusal of one that it does not."""
    request = cast(FlaskRequest, flask_request._get_current_object())  # type: ignore[attr-defined]
    asked = _asked(request)
    with _dialect() as dialect:
        try:
            prepared = dialect.prepare(asked)
        except DeskError as error:
            miss = {"request": f"{asked.method} {request.root_path}{asked.path}", "status": error.status}
            credentials = credentials_of(asked.headers)
            error.detail = str(without(error.detail, credentials))
            host_of(request).records.near_miss(without({**miss, "hint": error.detail}, credentials))
            return _response(dialect.refuse(error))
        return DialectCall(request, asked, dialect, prepared)


def _serve(path: str = "") -> Response:
    call = _understood()
    if isinstance(call, Response):
        return call
    g.call = call
    return serve(call, lambda: _answer(call))


def _answer(call: DialectCall) -> Response:
    """Do what was prepared, and answer in the dialect's shape."""
    try:
        with call.desk():
            outcome = call.prepared.run()
        if isinstance(outcome, Stream | Duplex):
            raise UpgradeRequired("this path answers WebSocket handshakes only")
        return _polled(call, outcome) if isinstance(outcome, Poll) else _told(call, outcome)
    except DeskError as error:
        return call.refuse(error)


def _told(call: DialectCall, answer: Answer) -> Response:
    for kind, value in answer.tokens.items():
        call.host.note_credential(kind, value)
    return _response(answer)


def _polled(call: DialectCall, poll: Poll) -> Response:
    reader = call.host.open_reader(ReaderRequest(poll.feed, poll.after, LONG_POLL, call.connection, call.position))

    def make(collected: LongPoll) -> Response:
        with call.desk():
            return _told(call, poll.answer(collected.frames, collected.position, collected.ended))

    return long_poll(call, reader, poll.wait, make)


def _guard() -> Response | None:
    """Refuse a handshake that the dialect refuses; ``None`` lets flask-sock accept it."""
    if flask_request.endpoint not in SOCKETS:
        return None
    call = _understood()
    return call if isinstance(call, Response) else guard(call, lambda: _opened(call))


def _opened(call: DialectCall) -> Reader | Response:
    with call.desk():
        outcome = call.prepared.run()
        if isinstance(outcome, Duplex):
            dialect = call.host.dialect(call.request.environ[DIALECT_KEY])
            return DuplexReader(call.host, outcome.session, dialect, call.connection, call.position)
    if isinstance(outcome, Stream):
        return reader_of(call, outcome.feed, outcome.after)
    return _told(call, outcome) if isinstance(outcome, Answer) else _polled(call, outcome)


def _serve_socket(socket: Server, path: str = "") -> None:
    serve_stream(socket)


def _refused(error: DeskError) -> Response:
    with _dialect() as dialect:
        return _response(dialect.refuse(error))


def _http_error(error: HTTPException) -> Response:
    refusal = InvalidRequest(error.description or error.name)
    refusal.status = error.code or 400
    return _refused(refusal)


def _unexpected(error: Exception) -> Response:
    problems.unexpected(error)
    return _refused(problems.InternalError("the mock failed; its log says why"))
