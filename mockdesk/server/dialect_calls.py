"""Calls in a dialect's shape: what was asked, what the dialect makes of it, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from mockdesk.core.errors import BodyTooLarge, DeskError
from mockdesk.dialects.seam import Answer, DialectDesk, Duplex, Poll, Prepared, Request, Stream
from mockdesk.server.asked import described
from mockdesk.server.bodies import read_bytes
from mockdesk.server.credentials import credentials_of, without
from mockdesk.server.delivery import Reader
from mockdesk.server.duplex import DuplexReader
from mockdesk.server.events import LongPoll
from mockdesk.server.mounts import DIALECT_KEY
from mockdesk.server.served import ServedCall, host_of
from mockdesk.server.socket_readers import reader_of
from mockdesk.server.steps import LONG_POLL, ReaderRequest


class DialectCall(ServedCall):
    """A request that a dialect has understood."""

    def __init__(self, request: HttpRequest, asked: Request, dialect: DialectDesk, prepared: Prepared) -> None:
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
        return response_of(self._dialect.refuse(error), headers)


def response_of(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """Return a dialect's answer as a response."""
    response = Response(answer.body, answer.status, {**answer.headers, **(headers or {})})
    response.headers.remove("Content-Type")
    if answer.content_type is not None:
        response.content_type = answer.content_type
    return response


def _asked(request: HttpRequest) -> Request:
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
def dialect_of(request: HttpRequest) -> Iterator[DialectDesk]:
    """Give a request's dialect, with the desk's lock held."""
    host = host_of(request)
    with host.use():
        yield host.dialect(request.environ[DIALECT_KEY])


def understood(request: HttpRequest) -> DialectCall | Response:
    """Return a request as its dialect understands it, or the refusal of one that it does not."""
    asked = _asked(request)
    with dialect_of(request) as dialect:
        try:
            prepared = dialect.prepare(asked)
        except DeskError as error:
            miss = {"request": f"{asked.method} {request.root_path}{asked.path}", "status": error.status}
            credentials = credentials_of(asked.headers)
            error.detail = str(without(error.detail, credentials))
            host_of(request).records.near_miss(without({**miss, "hint": error.detail}, credentials))
            return response_of(dialect.refuse(error))
        return DialectCall(request, asked, dialect, prepared)


def done(call: DialectCall) -> Answer | Poll | Stream | Duplex:
    """Do what was prepared.

    Raises:
        DeskError: the desk refuses.
    """
    with call.desk():
        return call.prepared.run()


def told(call: DialectCall, answer: Answer) -> Response:
    """Return an answer, its credentials noted."""
    for kind, value in answer.tokens.items():
        call.host.note_credential(kind, value)
    return response_of(answer)


def poll_reader(call: DialectCall, poll: Poll) -> Reader:
    """Return the reader of a long poll.

    Raises:
        DeskError: it may not be read, or not from there.
    """
    return call.host.open_reader(ReaderRequest(poll.feed, poll.after, LONG_POLL, call.connection, call.position))


def poll_answer(call: DialectCall, poll: Poll) -> Callable[[LongPoll], Response]:
    """Return how what a long poll has collected is answered."""

    def make(collected: LongPoll) -> Response:
        with call.desk():
            return told(call, poll.answer(collected.frames, collected.position, collected.ended))

    return make


def socket_reader(call: DialectCall) -> Reader | Answer | Poll:
    """Do what was prepared; return the reader of a socket, if that is what the client wants.

    Raises:
        DeskError: the desk refuses.
    """
    with call.desk():
        outcome = call.prepared.run()
        if isinstance(outcome, Duplex):
            dialect = call.host.dialect(call.request.environ[DIALECT_KEY])
            return DuplexReader(call.host, outcome.session, dialect, call.connection, call.position)
    return reader_of(call, outcome.feed, outcome.after) if isinstance(outcome, Stream) else outcome


def refused(request: HttpRequest, error: DeskError) -> Response:
    """Return a refusal in the shape of a request's dialect."""
    with dialect_of(request) as dialect:
        return response_of(dialect.refuse(error))
