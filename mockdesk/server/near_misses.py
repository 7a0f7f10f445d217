"""Requests that fit no route: they stand in the journal with the operation that was probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches

from mockdesk.server.host import DeskHost
from mockdesk.server.operations import OPERATIONS, STREAM_OPERATION, STREAM_PATH

_PLACEHOLDER = re.compile(r"<(\w+)>")


def note_near_miss(host: DeskHost, method: str, path: str, status: int | None) -> None:
    """Put a request that fits no route into the journal, with the nearest operation."""
    asked = f"{method} {path}"
    with host.use():
        host.records.near_miss({"request": asked, "status": status, **nearest(asked)})


def nearest(asked: str) -> dict[str, str]:
    """Return the operation whose method and path are most like what was asked for."""
    table = {_PLACEHOLDER.sub(r"{\1}", f"{method} {rule}"): name for name, (method, rule, _) in OPERATIONS.items()}
    table[_PLACEHOLDER.sub(r"{\1}", f"GET {STREAM_PATH}")] = STREAM_OPERATION
    found = get_close_matches(asked, table, n=1, cutoff=0.3)
    return {"nearest": found[0], "operation": table[found[0]]} if found else {}
