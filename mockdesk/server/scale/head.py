"""How much a client may say of a request before it is known whose it is: the head, in bytes and headers."""

from __future__ import annotations

from collections.abc import Sequence

from mockdesk.server.limits import ServerLimits

REQUEST_LINE_REST = len("  HTTP/1.1\r\n")
HEADER_REST = len(": \r\n")
MOST_HEADERS = 100
"""As many as the embedded tier takes (``http.client``)."""

URI_TOO_LONG, HEADERS_TOO_LARGE = 414, 431


class Head:
    """Counts the heads of one connection's requests. Chunks of bytes are counted as a whole where that is enough."""

    def __init__(self, limits: ServerLimits) -> None:
        self._most_line = limits.request_line_bytes
        self._most_headers = limits.head_bytes
        self.is_open = True
        """Whether the head of the next request was not read to its end."""
        self._chunk = 0
        self._at_least = self._at_most = 0
        self._is_new = True

    @property
    def is_begun(self) -> bool:
        """Whether some of a head is there, but not all of it."""
        return self.is_open and self._at_least > 0

    def begin_chunk(self, size: int) -> None:
        """Take notice of bytes that are about to be parsed."""
        self._chunk = size
        self._at_most += size
        self._is_new = False

    def begin(self) -> None:
        """Wait for the next head: a request is complete. How much of the next one the chunk has, nobody knows."""
        self.is_open, self._is_new = True, True
        self._at_least, self._at_most = 0, self._chunk

    def complete(self, method: bytes, url: bytes, headers: Sequence[tuple[bytes, bytes]]) -> int | None:
        """Take notice of a whole head; return the status that refuses it, ``None``: it may be so long."""
        self.is_open = False
        if len(headers) > MOST_HEADERS:
            return HEADERS_TOO_LARGE
        if self._at_most <= min(self._most_line, self._most_headers):
            return None  # nearly every head is as short as that
        if len(method) + len(url) + REQUEST_LINE_REST > self._most_line:
            return URI_TOO_LONG
        size = sum(len(name) + len(value) + HEADER_REST for name, value in headers)
        return HEADERS_TOO_LARGE if size > self._most_headers else None

    def end_chunk(self, url: bytes) -> int | None:
        """Take notice that a chunk was parsed; return the status that refuses a head which is not complete."""
        if not self.is_open or self._is_new:
            return None
        self._at_least += self._chunk
        if len(url) > self._most_line:
            return URI_TOO_LONG
        return HEADERS_TOO_LARGE if self._at_least > self._most_line + self._most_headers else None
