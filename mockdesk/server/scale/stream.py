"""What a reader says, written to a WebSocket on the event loop. One event is framed once for all of its readers."""

from __future__ import annotations

import asyncio
import time

from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from mockdesk.dialects.feeds import SLOW
from mockdesk.dialects.seam import Entry, Finish, Frame
from mockdesk.server.delivery import Reader
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.slowness import STALL_POLL_SECONDS, is_too_slow
from mockdesk.server.steps import RESTART, Mute, Write
from mockdesk.server.websocket_constants import CLOSE_SECONDS, NEVER_SENT

AT_ONCE_BYTES = 16_384
"""What is written in one go."""

FAR_SECONDS = 1e8
"""Three years: nothing is set for later, as loops refuse times that are very far."""


def wire_of(entry: Entry) -> bytes:
    """Return what an entry tells as bytes; it is framed once for all."""
    if entry.wire is None:
        entry.wire = b"".join(map(framed, entry.frames))
    return entry.wire


def wire_of_step(step: Write) -> bytes:
    """Return a step's frames as bytes."""
    if step.entry is None or step.frames is not step.entry.frames:
        return b"".join(map(framed, step.frames))
    return wire_of(step.entry)


def framed(frame: Frame) -> bytes:
    """Return one frame as a server sends it (RFC 6455, 5.2)."""
    if isinstance(frame, str):
        return WireFrame(Opcode.TEXT, frame.encode()).serialize(mask=False)
    return WireFrame(Opcode.BINARY, frame).serialize(mask=False)


class LoopStream:
    """One WebSocket, from its acceptance to its end."""

    def __init__(self, protocol: ServerProtocol, connection: LoopConnection, reader: Reader) -> None:
        self._protocol = protocol
        self._connection = connection
        self._reader = reader
        self._limits = reader.host.options.streams
        self._loop = connection.wakes.loop
        self._stalled_since: float | None = None
        self._is_over = False
        self._pong_is_due = False
        self._timer: asyncio.TimerHandle | None = None
        self._ping_timer = self._loop.call_later(self._limits.ping_seconds, self._ping)
        self.muted = False

    def pump(self) -> None:
        """Write what the reader has; never blocks."""
        if self._is_over:
            return
        if self._stalled_since is not None:
            self._look_at_slowness()
            return
        if self._write_plain():
            return
        while not self._is_over and self._write_some():
            pass

    def _write_plain(self) -> bool:
        """Write the one event that came, where nothing else is to be thought of; return whether that was so."""
        reader = self._reader
        host = reader.host
        with host.lock:
            entry = reader.take_plain()
            if entry is None:
                return False
            self._connection.transport.write(wire_of(entry))
            reader.record_entry(entry)
            host.note_change()
            if self._connection.is_empty():
                self._rest(is_woken_in_vain=False)
            else:
                self._stall()
        return True

    def _write_some(self) -> bool:
        """Write a piece; return whether there may be more to write now."""
        reader = self._reader
        with reader.host.use():
            written, size = list[bytes](), 0
            while size < AT_ONCE_BYTES:
                step = reader.next_step()
                if not isinstance(step, Write):
                    break
                data = wire_of_step(step)
                written.append(data)
                size += len(data)
                reader.record_written(step)
            if written:
                self._connection.transport.write(b"".join(written))
            if isinstance(step, Finish):
                self._finish(step)
            elif not self._connection.is_empty():
                self._stall()
            elif isinstance(step, Mute):
                self.muted = True
            elif step is None:
                self._rest(is_woken_in_vain=not written)
        return isinstance(step, Write | Mute) and self._stalled_since is None

    def _rest(self, is_woken_in_vain: bool) -> None:
        """Wait to be woken. The end of the reader's token wakes nobody; the wait for it is made anew when there was
        nothing to write, as the desk's clock may run at another speed then."""
        if self._timer is not None and not is_woken_in_vain:
            self._reader.settle()
            return
        self._cancel_timer()
        seconds = self._reader.pause()
        if seconds is not None and seconds < FAR_SECONDS:
            self._timer = self._loop.call_later(seconds, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        with self._reader.host.lock:
            self._reader.wake()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # A client that does not read

    def _stall(self) -> None:
        self._cancel_timer()
        self._stalled_since = time.monotonic()
        self._reader.set_stalled(True)
        self._timer = self._loop.call_later(STALL_POLL_SECONDS, self._look_at_slowness)

    def _look_at_slowness(self) -> None:
        self._cancel_timer()
        if self._is_over or self._stalled_since is None:
            return
        if self._connection.is_empty():
            self._stalled_since = None
            self._reader.set_stalled(False)
            self.pump()
            return
        waited = time.monotonic() - self._stalled_since
        if self._reader.host.stopping:
            self._finish(Finish(RESTART, "the desk stops"))
        elif is_too_slow(self._reader, self._limits, waited):
            self._finish(Finish(SLOW, "the client reads too slowly"))
        else:
            self._timer = self._loop.call_later(STALL_POLL_SECONDS, self._look_at_slowness)

    def has_room(self) -> None:
        """Go on: the client has read."""
        if self._stalled_since is not None:
            self._look_at_slowness()

    # What the client sends

    def received(self, frame: Frame) -> None:
        """Take a client's message."""
        with self._reader.host.lock:
            self._reader.note_incoming(frame)
            self._reader.wake()

    def ponged(self) -> None:
        """Note that the client has answered a ping."""
        self._pong_is_due = False

    def _ping(self) -> None:
        if self._is_over:
            return
        if self._pong_is_due and not self.muted:
            self._connection.transport.abort()
            return
        self._ping_timer = self._loop.call_later(self._limits.ping_seconds, self._ping)
        if not self.muted and self._stalled_since is None and self._protocol.state is State.OPEN:
            self._pong_is_due = True
            self._protocol.send_ping(b"")
            self.flush()

    def flush(self) -> None:
        """Write what the protocol itself has to say: pongs, closes. A muted stream says nothing."""
        data = b"".join(self._protocol.data_to_send())
        if data and not self.muted:
            self._connection.transport.write(data)

    # The end

    def _finish(self, step: Finish) -> None:
        self._end(step)
        if step.code is None or step.code in NEVER_SENT:
            self._connection.transport.abort()
            return
        self.muted = False
        if self._protocol.state is State.OPEN:  # else the client is closing already, and has been answered
            self._protocol.send_close(step.code, step.reason)
            self.flush()
        seconds = CLOSE_SECONDS if step.code != SLOW else self._limits.stall_seconds
        self._timer = self._loop.call_later(seconds, self._connection.transport.abort)

    def _end(self, by: Finish | None) -> None:
        if not self._is_over:
            self._is_over = True
            self._ping_timer.cancel()
            self._cancel_timer()
            self._reader.close(by)

    def lost(self) -> None:
        """Take notice that the connection is gone."""
        self._end(None)
        self._cancel_timer()
