"""The user's way to the service: requests over the connection on which events come, whichever that is at the time.

There is one connection at a time. While it is being regained, a request waits a little for the next one.
"""

from __future__ import annotations

import threading
from typing import Any

from byosd_reference.errors import DeskError, DeskRefused, StreamLost, StreamRefused
from byosd_reference.http_line import Answer, HttpLine
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.twilio.page_server import Token
from byosd_reference.twilio.sync import address_of
from byosd_reference.twilio.twilsock import Twilsock
from byosd_reference.websocket_line import SocketOpener


class TwilsockOpener:
    """Opens connections and says who we are; a token that has ended is renewed once, if that is still possible."""

    def __init__(self, uri: str, token: Token, times: TimeLimits) -> None:
        self._uri = uri
        self._token = token
        self._sockets = SocketOpener(times)

    def open(self, deadline: Deadline) -> Twilsock:
        """Open a connection.

        Raises:
            StreamRefused: the service refused it, or the token.
            StreamLost: there was no answer in time.
        """
        try:
            return self._introduced(deadline)
        except StreamRefused as refusal:
            if refusal.status != 401:
                raise
        try:
            self._token.renew(deadline)
        except DeskRefused as refusal:
            raise StreamRefused("renew the token", refusal.status, None, refusal.retry_after) from None
        except DeskError as error:
            raise StreamLost(str(error)) from None
        return self._introduced(deadline)

    def shut(self) -> None:
        """Break off an opening that is under way, and open no more."""
        self._sockets.shut()

    def _introduced(self, deadline: Deadline) -> Twilsock:
        socket = Twilsock(self._sockets.open(self._uri, deadline))
        try:
            socket.introduce(self._token.present, deadline)
        except BaseException:
            socket.close()
            raise
        return socket


class ConversationLine:
    """The way of the user's doings: over the present connection, and to the page's server.

    Any thread may call, and any thread may cut the calls of the others.
    """

    def __init__(self, http: HttpLine, times: TimeLimits) -> None:
        self._http = http
        self._times = times
        self._changed = threading.Condition()
        self._present: Twilsock | None = None
        self._cuts = 0

    def take(self, socket: Twilsock) -> None:
        """Use another connection from now on."""
        with self._changed:
            self._present = socket
            self._changed.notify_all()

    def drop(self, socket: Twilsock) -> None:
        """Use a connection no more."""
        with self._changed:
            if self._present is socket:
                self._present = None

    def connection(self, deadline: Deadline) -> Twilsock:
        """Return the present connection; while there is none, wait a little for the next one.

        Raises:
            StreamLost: there is none.
        """
        with self._changed:
            cuts, patience = self._cuts, deadline.within(self._times.other)
            self._changed.wait_for(lambda: self._usable() is not None or self._cuts != cuts, patience.remaining())
            usable = self._usable()
            if usable is None:
                raise StreamLost("there is no connection to the desk")
            return usable

    def _usable(self) -> Twilsock | None:
        return None if self._present is None or self._present.is_over else self._present

    def call(
        self, what: str, method: str, path: str, deadline: Deadline, token: str | None = None, **more: Any
    ) -> Answer:
        """Make a request over the present connection; ``path`` is an address that the service has told.

        Raises:
            AnswerLost: the request was sent, and no answer came.
            StreamLost: there is no connection, and nothing was sent.
        """
        return self.connection(deadline).call(what, method, address_of(path), deadline, **more)

    def cut(self) -> None:
        """Make every call that is under way fail at once. Later calls are not affected."""
        self._http.cut()
        with self._changed:
            self._cuts += 1
            present, self._present = self._present, None
            self._changed.notify_all()
        if present is not None:
            present.close()
