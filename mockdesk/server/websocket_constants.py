"""What both tiers hold to in a WebSocket stream."""

from __future__ import annotations

SUBPROTOCOL = "byosd.v1"
CLOSE_SECONDS = 1.0
"""Wall seconds that the peer has to answer a close frame."""
NEVER_SENT = frozenset({1005, 1006, 1015})
"""Codes that say how a connection ended without a close frame (RFC 6455, 7.4.1): none is sent for them."""
