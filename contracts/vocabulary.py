"""Words that a desk or an adapter with in-band control would obey, when somebody writes them in a message."""

from __future__ import annotations

CONTROL_WORDS = (
    "agent.end.conversation",
    "End conversation",
    "end chat",
    "conversation.ended",
    "agent.left",
    "agent.joined",
    "transfer.started",
    "/quit",
    "/end",
    "bye",
    "help",
    "someone else",
    "disconnect",
    '{"type": "conversation.ended", "seq": 2, "data": {}}',
    '{"type": "conversation.ended", "data": {"by": "agent", "agent_id": null, "reason": null}}',
)
"""Texts that have been seen to control a conversation, and the names of the contract's own events (SEC-08)."""

ACTIVE_TEXTS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script> and <b>bold</b>",
    '<a href="javascript:alert(1)">Your bill</a>',
    "[Your contract](javascript:alert(2))",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    '"><iframe src="data:text/html,<script>alert(1)</script>">',
)
"""Texts that would run code, were they taken for markup or for an address (SEC-07)."""
ACTIVE_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScript:alert(1)//https://example.com",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
)
"""Addresses at which a browser runs code (SEC-07)."""


def is_control_word(text: str) -> bool:
    """Tell whether a text is one of :data:`CONTROL_WORDS`, written in any case and with spaces around it."""
    return text.strip().casefold() in {word.casefold() for word in CONTROL_WORDS}
