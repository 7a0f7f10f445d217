"""What the journal says of a request to a dialect: no headers, and credentials hidden."""

from __future__ import annotations

from typing import Any

from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.seam import Prepared, Request
from mockdesk.server.credentials import credentials_of, scrubbed, without
from mockdesk.server.records import MOST_BODY_BYTES


def described(asked: Request, prepared: Prepared, root_path: str = "") -> dict[str, Any]:
    """Return operation, method, path, query and body (a great one by its size only)."""
    data: dict[str, Any] = {"operation": prepared.operation, "method": asked.method}
    data |= {"path": f"{root_path}{asked.path}", **prepared.told}
    data["query"] = {name: asked.argument(name) for name in asked.query}
    if asked.body:
        is_small = len(asked.body) <= MOST_BODY_BYTES
        data["body"] = json_or_none(asked) if is_small else {"bytes": len(asked.body)}
    return scrubbed(without(data, prepared.secrets), credentials_of(asked.headers))
