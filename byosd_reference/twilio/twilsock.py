"""One twilsock connection: who we are is said first, then requests and their replies cross with what is told.

A thread of its own reads the socket: a reply goes to whoever waits for it, everything else into a queue for the one who
listens. So a listener may be slow, or ask something itself, and nobody's reply is late.
"""

from __future__ import annotations

import json
import queue
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from byosd_reference import reading
from byosd_reference.errors import AnswerLost, StreamLost, StreamRefused
from byosd_reference.http_line import Answer, retry_after
from byosd_reference.settings import Deadline
from byosd_reference.twilio.packets import FORM, JSON, Packet, decode, encode
from byosd_reference.websocket_line import StreamSocket

WHAT = "open the event stream"
GRANT = "ip_messaging"
ABOUT_US: Mapping[str, Any] = {"type": "conversations", "sdk": "byosd-reference", "sdkv": "1"}
ABOUT_TO_EXPIRE = "token_about_to_expire"
TYPING, SYNC = "twilio.ipmsg.typing_indicator", "twilio.sync.event"
OBJECTS = "com.twilio.rtd.cds."
"""The beginning of the type of a notice about a Sync object."""


class Twilsock:
    """An open connection. Any thread may ask, one listens, any may close.

    ``renewal_due`` is set when the service has said that the token is about to end.
    """

    def __init__(self, socket: StreamSocket) -> None:
        self.renewal_due = threading.Event()
        self._socket = socket
        self._lock = threading.Lock()
        self._waiting: dict[str, queue.SimpleQueue[Packet | None]] = {}
        self._told: queue.SimpleQueue[Packet | None] = queue.SimpleQueue()
        self._over = False
        self._why: str | None = None
        self._reader = threading.Thread(target=self._read, name="byosd-reference-twilsock", daemon=True)
        self._reader.start()

    # --- asking ------------------------------------------------------------------------------------------------------

    def introduce(self, token: str, deadline: Deadline) -> None:
        """Say who we are; before that nothing is answered.

        Raises:
            StreamRefused: the token is not, or no longer, good.
            StreamLost: there was no answer in time, or none that lets us in.
        """
        kinds = [TYPING, SYNC, *(f"{OBJECTS}{kind}" for kind in ("document", "list", "map"))]
        wanted = {"product": GRANT, "type": "ers", "notification_protocol_version": 0, "message_types": kinds}
        more = {"continuation_token": None, "metadata": ABOUT_US, "registrations": [wanted], "tweaks": None}
        self._expect_welcome("init", {"token": token, "capabilities": ["client_update"], **more}, deadline)

    def renew(self, token: str, deadline: Deadline) -> None:
        """Go on with a new token; raises what :meth:`introduce` raises."""
        self._expect_welcome("update", {"token": token}, deadline)

    def call(
        self,
        what: str,
        method: str,
        address: tuple[str, str],
        deadline: Deadline,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make the HTTP request to ``what`` at an address, a host and a path, and return its answer, whatever its
        status. ``json`` or ``form`` is its body.

        Raises:
            AnswerLost: the connection broke off, the time was used up, or the answer cannot be read.
        """
        host, path = address
        request = {"host": host, "path": path, "method": method, "params": params or {}, "headers": headers or {}}
        content, kind = _content(json, form)
        header = {"active_grant": GRANT, "http_request": request}
        packet = self._ask(what, "message", header, deadline, content, kind)
        status = reading.whole(reading.part(packet.header, "http_status"), "code", least=100)
        if _status(packet) != 200 or status is None:
            raise AnswerLost(what, "the service did not pass it on")
        told = reading.part(packet.header, "http_headers")
        return Answer(status, packet.payload, retry_after({name: str(value) for name, value in told.items()}))

    def _expect_welcome(self, method: str, header: Mapping[str, Any], deadline: Deadline) -> None:
        try:
            status = _status(self._ask(WHAT, method, header, deadline))
        except AnswerLost as lost:
            raise StreamLost(str(lost)) from None
        if status in (401, 403):
            raise StreamRefused(WHAT, status)
        if status != 200:
            raise StreamLost(f"the service answered with {status} when asked to {WHAT}")

    def _ask(
        self,
        what: str,
        method: str,
        header: Mapping[str, Any],
        deadline: Deadline,
        content: bytes = b"",
        kind: str = JSON,
    ) -> Packet:
        """Send a packet and return its reply."""
        one, reply = f"TM{uuid.uuid4()}", queue.SimpleQueue[Packet | None]()
        with self._lock:
            if self._over:
                raise AnswerLost(what, self.why_closed())
            self._waiting[one] = reply
        try:
            self._socket.send(encode({"method": method, "id": one, **header}, content, kind))
            packet = reply.get(timeout=max(deadline.remaining(), 0.001))
        except queue.Empty:
            raise AnswerLost(what, "the time was used up", timed_out=True) from None
        except StreamLost as lost:
            raise AnswerLost(what, str(lost)) from None
        finally:
            with self._lock:
                self._waiting.pop(one, None)
        if packet is None:
            raise AnswerLost(what, self.why_closed())
        return packet

    # --- listening ---------------------------------------------------------------------------------------------------

    def told(self, deadline: Deadline | None = None) -> Iterator[Packet]:
        """Give what the service tells, as it comes; end when the connection is closed or lost, or the time is up."""
        while True:
            try:
                packet = self._told.get(timeout=None if deadline is None else max(deadline.remaining(), 0.001))
            except queue.Empty:
                return
            if packet is None or packet.method == "close":
                self._told.put(None)  # whoever asks next is told, too
                return
            yield packet

    def _read(self) -> None:
        """Read until the connection ends, and tell everybody who waits that it did."""
        try:
            for frame in self._socket.frames():
                packet = decode(frame)
                if packet is not None:
                    self._take(packet)
        finally:
            with self._lock:
                self._over = True
                waiting = list(self._waiting.values())
            for reply in (*waiting, self._told):
                reply.put(None)

    def _take(self, packet: Packet) -> None:
        if packet.method == "reply":
            with self._lock:
                reply = self._waiting.get(packet.id)
            if reply is not None:
                reply.put(packet)
            return
        if packet.method == "close":
            self._why = f"the service closed the connection ({_status(packet)})"
        if reading.text(packet.header, "client_update_type") == ABOUT_TO_EXPIRE:
            self.renewal_due.set()
        self._acknowledge(packet)
        self._told.put(packet)

    def _acknowledge(self, packet: Packet) -> None:
        header = {"method": "reply", "id": packet.id, "status": {"code": 200, "status": "OK"}}
        with suppress(StreamLost):  # whoever reads notices it
            self._socket.send(encode(header))

    # --- the end -----------------------------------------------------------------------------------------------------

    def answers(self, seconds: float) -> bool:
        """Tell whether the service answers a ping within ``seconds`` of wall time; a closed connection need not."""
        return self._socket.answers(seconds)

    @property
    def is_over(self) -> bool:
        """Whether the connection is closed or lost."""
        return self._over

    def why_closed(self) -> str:
        """Say why nothing more comes."""
        return self._why or self._socket.why_closed()

    def close(self) -> None:
        """Close the connection, and leave neither socket nor thread. Whoever waits for a reply gets none."""
        self._socket.close()
        self._reader.join()


def _content(json_value: Any, form: str | None) -> tuple[bytes, str]:
    if form is not None:
        return form.encode(), FORM
    return (b"" if json_value is None else json.dumps(json_value).encode()), JSON


def _status(packet: Packet) -> int:
    """Return the status of the transport in a packet, 0 where there is none."""
    return reading.whole(reading.part(packet.header, "status"), "code") or 0
