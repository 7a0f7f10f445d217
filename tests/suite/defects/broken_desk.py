"""What faulty desks are made of: the mock, each of whose new desks is spoiled before anybody uses it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any

from contracts.adapter import DeskDriver
from mockdesk.driver import InProcess, MockDriver
from mockdesk.server.operations import OPERATIONS
from mockdesk.server.running import RunningServer


@dataclass(frozen=True)
class Answer:
    """An answer of the mock on its way to the client; ``body`` reads it whole."""

    environ: dict[str, Any]
    status: int
    headers: tuple[tuple[str, str], ...]
    chunks: Iterable[bytes]

    @cached_property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)

    @property
    def content_type(self) -> str:
        """The content type, empty if there is none."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    def without(self, header: str) -> Answer:
        """Return the answer without a header."""
        rest = tuple(pair for pair in self.headers if pair[0].lower() != header.lower())
        return replace(self, headers=rest)

    def with_type(self, content_type: str) -> Answer:
        """Return the answer as another content type."""
        bare = self.without("Content-Type")
        return replace(bare, headers=(*bare.headers, ("Content-Type", content_type)))

    def with_status(self, status: int) -> Answer:
        """Return the answer with another status."""
        return replace(self, status=status)

    def with_body(self, body: bytes) -> Answer:
        """Return the answer with another body."""
        bare = self.without("Content-Length")
        return replace(bare, headers=(*bare.headers, ("Content-Length", str(len(body)))), chunks=(body,))

    def with_chunks(self, chunks: Iterable[bytes]) -> Answer:
        """Return the answer with other pieces, one by one as they come."""
        return replace(self, chunks=chunks)


def operation_of(environ: dict[str, Any]) -> str | None:
    """Return the operation that a request is for, ``None`` for none of the desk API."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].partition("/v1/")[2]
    for name, (wanted, rule, _) in OPERATIONS.items():
        if method == wanted and re.fullmatch(re.sub(r"<\w+>", "[^/]+", rule.removeprefix("/v1/")), path):
            return name
    return None


class Spoiler:
    """Stands before the mock's application: changes requests of the desk API, and their answers. Streams of the
    WebSocket and the control API go through untouched."""

    def __init__(
        self, application: Any, change: Callable[[Answer], Answer], asked: Callable[[dict[str, Any]], None]
    ) -> None:
        self._application = application
        self._change = change
        self._asked = asked

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        asked = {**environ}
        if operation_of(environ) is None:
            return self._application(environ, start_response)  # type: ignore[no-any-return]
        self._asked(environ)
        told: list[Any] = []
        chunks = self._application(environ, lambda status, headers, *_: told.append((status, headers)))
        status, headers = told[0]
        answer = self._change(Answer(asked, int(status.split()[0]), tuple(headers), chunks))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers))
        return answer.chunks


def unchanged(answer: Answer) -> Answer:
    """Leave an answer as it is."""
    return answer


@dataclass(frozen=True)
class Fault:
    """What is wrong with a desk: ``spoil`` changes the methods of its core, ``change`` its answers, ``asked`` what it
    takes in, ``spoil_host`` how the server serves it."""

    spoil: Callable[[Any], None] = lambda desk: None
    change: Callable[[Answer], Answer] = unchanged
    asked: Callable[[dict[str, Any]], None] = lambda environ: None
    spoil_host: Callable[[Any], None] = lambda host: None

    def put_into(self, server: RunningServer) -> None:
        """Make a running server, and each desk that it makes from now on, faulty."""
        inner: Any = server
        inner._server.app = Spoiler(inner._server.app, self.change, self.asked)
        make = inner._desks.make
        for host in inner._desks.all():
            self._put_into_desk(host)

        def spoiled(*arguments: Any) -> Any:
            host = make(*arguments)
            self._put_into_desk(host)
            return host

        inner._desks.make = spoiled

    def _put_into_desk(self, host: Any) -> None:
        self.spoil(host.desk)
        self.spoil_host(host)


class FaultyHere(MockDriver):
    """The mock's driver, of a server in this process that has a fault."""

    def __init__(self, fault: Fault) -> None:
        here = InProcess()
        fault.put_into(here._server)
        super().__init__(here)


@dataclass(frozen=True)
class FaultyDesk:
    """Opens a driver of a faulty desk; the fault can be put into any other server of the mock, too."""

    fault: Fault
    driver: Callable[[Fault], MockDriver] = field(default=FaultyHere)

    @contextmanager
    def __call__(self) -> Iterator[DeskDriver]:
        """Give the driver, and close it in the end."""
        opened = self.driver(self.fault)
        try:
            yield opened
        finally:
            opened.close()


def desk_where(spoil: Callable[[Any], None]) -> FaultyDesk:
    """Return what opens a driver of a faulty desk; ``spoil`` changes the methods of the desk's core."""
    return FaultyDesk(Fault(spoil))


def desk_answering(
    change: Callable[[Answer], Answer] = unchanged, asked: Callable[[dict[str, Any]], None] = lambda environ: None
) -> FaultyDesk:
    """Return what opens a driver of a desk whose answers (``change``), or what it takes in (``asked``), are wrong."""
    return FaultyDesk(Fault(change=change, asked=asked))
