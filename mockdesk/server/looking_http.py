"""Looking on, over HTTP: the control stream, what was played as a script, and files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from flask import Flask, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import FieldError, InvalidRequest
from mockdesk.core.files import StoredFile
from mockdesk.core.journal import JOURNAL_KINDS
from mockdesk.server.bodies import read_bytes
from mockdesk.server.connections import Connection
from mockdesk.server.control import DeskControl
from mockdesk.server.control_http import PREFIX, View, answered
from mockdesk.server.control_stream import StreamEvent, Watch
from mockdesk.server.documents import YAML
from mockdesk.server.host import DeskHost
from mockdesk.server.operations import UNWRITABLE, answer
from mockdesk.server.served import connection_of, host_of
from mockdesk.server.server_sent import EVENT_STREAM, PIECE_BYTES, PING
from mockdesk.server.slowness import await_room

OPENING = b"retry: 1000\n: what happens follows\n\n"
"""Tells browsers to come back after a second (wall)."""

SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")
"""What a browser may show; everything else it saves, so that nothing in a file is executed."""


def add_looking(app: Flask) -> None:
    """Add the routes."""
    for method, path, view in LOOKING_ROUTES:
        app.add_url_rule(f"{PREFIX}{path}", f"control.{view.__name__}", partial(_desk_view, view), methods=[method])


def _desk_view(view: View, **arguments: str) -> Response:
    return answered(lambda: view(DeskControl(host_of(request)), **arguments))


def stream_control(control: DeskControl) -> Response:
    """Everything that happens, live, as server-sent events."""
    query, headers = request.args, request.headers
    kinds = tuple(kind for kind in query.get("kind", "").split(",") if kind)
    if any(kind not in JOURNAL_KINDS for kind in kinds):
        detail = f"must be one of: {', '.join(JOURNAL_KINDS)}"
        raise InvalidRequest("there is no such kind of entry", [FieldError("/kind", detail)])
    host = host_of(request)
    watch = Watch(host, headers.get("Last-Event-ID") or query.get("after", "0"), kinds or None)
    connection = connection_of(request)
    connection.bound_write_buffer()
    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    frames = ControlStream(host, watch, connection).frames()
    response = Response(frames, 200, told, content_type=f"{EVENT_STREAM}; charset=utf-8")
    response.call_on_close(watch.close)
    return response


class ControlStream:
    """One open control stream, written in its request's thread: no reader holds up the desk or another reader."""

    def __init__(self, host: DeskHost, watch: Watch, connection: Connection) -> None:
        self._watch = watch
        self._connection = connection
        self._limits = host.options.streams
        self._is_slow = False
        self._last = time.monotonic()

    def frames(self) -> Iterator[bytes]:
        """Give bytes until the desk is reset or stops, the client is gone, or it reads too slowly."""
        yield OPENING
        while not (self._watch.ended or self._is_slow or self._connection.is_gone()):
            for event in self._watch.take():
                yield from self._written(server_sent(event))
            if time.monotonic() - self._last >= self._limits.ping_seconds:
                yield from self._written(PING)
        if self._is_slow:
            self._connection.shut()

    def _written(self, data: bytes) -> Iterator[bytes]:
        """Give the bytes in pieces, each when there is room for it."""
        self._last = time.monotonic()
        for start in range(0, len(data), PIECE_BYTES):
            self._is_slow = self._is_slow or not self._has_room()
            if self._is_slow:
                return
            yield data[start : start + PIECE_BYTES]

    def _has_room(self) -> bool:
        return await_room(self._connection, self._watch, self._limits)


def server_sent(event: StreamEvent) -> bytes:
    """Return an event as server-sent events have it."""
    head = "" if event.id is None else f"id: {event.id}\n"
    data = json.dumps(event.data, ensure_ascii=False)
    return f"{head}event: {event.name}\ndata: {data}\n\n".encode("utf-8", UNWRITABLE)


def show_played_script(control: DeskControl, conversation_id: str) -> Response:
    """What the agents did in a conversation, as a script file."""
    text = control.played_script(conversation_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''played-{quote(conversation_id, safe='')}.yaml"}
    return Response(text.encode(), 200, headers, content_type=YAML)


def put_file(control: DeskControl, name: str) -> Response:
    """Keep a file that agents can send."""
    content_type = request.headers.get("Content-Type") or "application/octet-stream"
    content = read_bytes(request, host_of(request).settings.max_file_bytes)
    return answer(control.put_file(name, content, content_type), 201)


def show_file(control: DeskControl, name: str) -> Response:
    """A file that agents can send."""
    host = host_of(request)
    with host.lock:
        return _file(host.attachments.get(name))


def show_user_file(control: DeskControl, conversation_id: str, file_id: str) -> Response:
    """A file that the user has sent."""
    host = host_of(request)
    with host.use() as desk:
        return _file(desk.file(host.resolve(conversation_id), file_id))


def _file(file: StoredFile) -> Response:
    """Return a file's bytes so that a browser runs nothing of them: shown if that is harmless, else saved."""
    essence = file.content_type.partition(";")[0].strip().lower()
    way = "inline" if essence in SHOWN_TYPES else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.name.rpartition('/')[2], safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    shown = file.content_type if essence in SHOWN_TYPES else "application/octet-stream"
    return Response(file.content, 200, headers, content_type=shown)


LOOKING_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/stream", stream_control),
    ("GET", "/conversations/<conversation_id>/script", show_played_script),
    ("GET", "/conversations/<conversation_id>/files/<file_id>", show_user_file),
    ("PUT", "/files/<path:name>", put_file),
    ("GET", "/files/<path:name>", show_file),
)
"""Method, path below the control API, and function of every route."""
