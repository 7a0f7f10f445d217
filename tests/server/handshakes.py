"""Handshakes by hand, and those that are refused."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.server.support import User

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def refused(user: User, *, url: str | None = None, token: str | None = None, after: int | str = 0) -> tuple[int, str]:
    """Try a handshake; return the status and the code it was refused with."""
    protocols = ["byosd.v1"] + ([f"bearer.{token}"] if token else [])
    target = url or f"{user.started['stream_url']}?after={after}"
    with pytest.raises(InvalidStatus) as caught, connect(target, subprotocols=protocols):  # type: ignore[arg-type]
        pass
    response = caught.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    told = json.loads(response.body or b"{}")
    assert told["status"] == response.status_code
    return response.status_code, told["code"]
