"""One HTTP call: bounded as a whole, and it can be cut short from another thread.

``requests`` bounds each read of a socket, not a call: a desk that sends one byte now and then keeps its caller for
ever. So each call has a watchdog that shuts its socket when the time is up; :meth:`HttpLine.cut` does the same when the
chat ends.

Each call has a connection of its own. A chat makes few calls, and a fresh connection is never a stale one: when a call
fails, it is the desk's failure, not that of a connection that had been idle too long.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from byosd_reference.errors import AnswerLost, DeskRefused
from byosd_reference.reading import text
from byosd_reference.settings import Deadline

_CODE = re.compile(r"[a-z0-9_.]{1,60}")


@dataclass(frozen=True)
class Answer:
    """What the desk said. ``body`` is the parsed JSON, ``None`` when there is none that can be read; then ``text`` is
    what came instead."""

    status: int
    body: Any
    retry_after: float | None
    text: str | None = None

    def expect(self, what: str, *statuses: int) -> Any:
        """Return the body of an answer with one of ``statuses``.

        Raises:
            DeskRefused: the status is another one of 400 and above.
            AnswerLost: the status is none that the contract knows here: something else answered.
        """
        if self.status in statuses:
            return self.body
        if self.status >= 400:
            code = text(self.body, "code") or ""
            raise DeskRefused(what, self.status, code if _CODE.fullmatch(code) else None, self.retry_after)
        raise AnswerLost(what, f"an answer that makes no sense (HTTP {self.status})")


class HttpLine:
    """Calls to one desk. Any thread may call, and any thread may cut the calls of the others."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._lock = threading.Lock()
        self._calls: set[_Call] = set()
        self._closed = False

    def call(
        self, what: str, method: str, path: str, deadline: Deadline, token: str | None = None, **more: Any
    ) -> Answer:
        """Ask the desk to ``what`` and return its answer, whatever its status; ``more`` is for ``requests``.

        Raises:
            AnswerLost: the time was used up, the connection failed, or the answer broke off.
        """
        if not deadline.remaining():
            raise AnswerLost(what, "the time was used up", timed_out=True)
        call = _Call(deadline)
        with self._lock:
            if self._closed:
                raise AnswerLost(what, "the line was closed")
            self._calls.add(call)
        try:
            return call.make(method, self._base_url + path, _Bearer(token), more)
        except Exception as error:  # whatever goes wrong below: there is no answer
            timed_out = call.timed_out or isinstance(error, requests.Timeout)
            why = "the time was used up" if timed_out else type(error).__name__
            raise AnswerLost(what, why, timed_out=timed_out) from None  # a cause could hold a URL or a header
        finally:
            with self._lock:
                self._calls.discard(call)

    def close(self) -> None:
        """Make every call fail, those that are under way and all later ones."""
        with self._lock:
            self._closed = True
        self.cut()

    def another(self) -> HttpLine:
        """Return a line to the same desk that can be cut by itself."""
        return HttpLine(self._base_url)

    def cut(self) -> None:
        """Make every call that is under way fail at once. Later calls are not affected."""
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            call.cut()


class _Call:
    """A call under way, with a hand on its sockets."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._cut = False

    @property
    def timed_out(self) -> bool:
        return not self._deadline.remaining()

    def make(self, method: str, url: str, auth: _Bearer, more: Mapping[str, Any]) -> Answer:
        watchdog = threading.Timer(self._deadline.remaining(), self.cut)
        watchdog.name, watchdog.daemon = "byosd-reference-watchdog", True
        watchdog.start()
        try:
            with requests.Session() as session:
                session.mount("http://", _WatchedAdapter(self))
                session.mount("https://", _WatchedAdapter(self))
                seconds = max(self._deadline.remaining(), 0.001)
                # A redirect is not followed: the token is for this desk only.
                response = session.request(method, url, auth=auth, timeout=seconds, allow_redirects=False, **more)
            if self._cut:  # half a head looks like a whole one
                raise ConnectionError("the call was cut short")
            return _read(response)
        finally:
            watchdog.cancel()
            watchdog.join()

    def adopt(self, new: socket.socket) -> None:
        """Keep a hand on the socket of a new connection."""
        with self._lock:
            self._sockets.append(new)
            if self._cut:
                _shut(new)

    def cut(self) -> None:
        """Shut the sockets: whoever waits for them wakes up with an error."""
        with self._lock:
            self._cut = True
            for open_socket in self._sockets:
                _shut(open_socket)


def _shut(open_socket: socket.socket) -> None:
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)


def _read(response: requests.Response) -> Answer:
    body, words = None, None
    try:
        body = response.json()
    except (ValueError, RecursionError):
        words = response.text
    return Answer(response.status_code, body, retry_after(response.headers), words)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a ``Retry-After`` header; a date, which nobody sends for seconds, counts as absent."""
    value = headers.get("Retry-After", "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


class _Bearer(AuthBase):
    """Sends the token, and keeps ``requests`` from sending what a .netrc file holds instead."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _WatchedAdapter(HTTPAdapter):
    """The transport of ``requests``, whose connections are shown to the call that they serve."""

    def __init__(self, call: _Call) -> None:
        self._call = call
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self._call)
        return pool


def _watched(connection_class: Any, call: _Call) -> Any:
    class Watched(connection_class):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            call.adopt(self.sock)

    return Watched
