"""What the server logs: one line a request, and errors. No token, no header, no query, nothing that people write.

The JSON form is described in docs/operations.md; its fields are stable.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mockdesk.core.scrub import scrub

ACCESS = logging.getLogger("mockdesk.access")
REQUEST = "mockdesk_request"
"""The attribute of a log record that holds a :class:`RequestLine`."""


@dataclass(frozen=True)
class RequestLine:
    """One request. ``path`` has no query; ``status`` is ``None`` where the connection ended without an answer."""

    method: str
    path: str
    status: int | None
    duration_ms: float
    desk: str
    operation: str | None = None
    conversation_id: str | None = None


def log_request(line: RequestLine) -> None:
    """Log one request that was answered, or a stream that has ended."""
    if not ACCESS.isEnabledFor(logging.INFO):
        return
    line = replace(line, path=scrub(line.path))
    shown = "-" if line.status is None else line.status
    ACCESS.info("%s %s %s", line.method, line.path, shown, extra={REQUEST: line})


def milliseconds_since(began: float | None) -> float:
    """Return the milliseconds since a moment of ``time.monotonic``, 0 for an unknown one."""
    return 0.0 if began is None else round(1_000 * (time.monotonic() - began), 3)


class PlainLines(logging.Formatter):
    """A line for people, in which nothing looks like a credential."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line, with its traceback on further lines."""
        return scrub(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {"time": moment.replace("+00:00", "Z"), "level": record.levelname.lower()}
        told |= {"logger": record.name, "message": scrub(record.getMessage())}
        line = getattr(record, REQUEST, None)
        if isinstance(line, RequestLine):
            told |= {"event": "request", **asdict(line)}
        if record.exc_info:
            told["traceback"] = scrub(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def log_to_stderr(as_json: bool) -> None:
    """Let the mock's loggers write to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logger = logging.getLogger("mockdesk")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
