"""What a server bears of its clients, whatever the desk; those of one desk are in ``core/limits.py``.

Plain numbers, so that every tier keeps the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockdesk.core.limits import MEBIBYTE, limited

SPARE_DESCRIPTORS = 64
"""File descriptors that are left for files, logs and listening sockets."""


@dataclass(frozen=True)
class ServerLimits:
    """The limits of one server. Sizes are bytes, seconds are wall time."""

    connections: int = limited(
        10_000, "open connections, or fewer where the system allows fewer files", "503 `too_many_connections`, closed"
    )
    request_line_bytes: int = limited(16_384, "the request line: method, path and query", "414 `uri_too_long`")
    head_bytes: int = limited(65_536, "the headers of a request in all", "431 `headers_too_large`")
    head_seconds: float = limited(30.0, "seconds until a request's head is there", "the connection is closed")
    body_seconds: float = limited(60.0, "seconds without a byte of a body that was announced", "408 `request_timeout`")
    write_seconds: float = limited(
        60.0, "seconds in which a client takes a piece of an answer", "the connection is closed"
    )
    control_body_bytes: int = limited(4 * MEBIBYTE, "a body of the control API", "413 `body_too_large`")
    form_parts: int = limited(20, "parts of a multipart body", "413 `body_too_large`")
    desks: int = limited(1_000, "desks of a server, its own included", "409 `limit_reached`")
    near_misses: int = limited(20, "unknown keys of one request that the journal tells", "the others are not told")
    wait_entries: int = limited(10_000, "entries that `POST /_mock/wait` waits for", "422 `invalid_request`")
