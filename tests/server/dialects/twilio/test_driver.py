"""The driver by which the suite plays this shape's agents."""

from __future__ import annotations

import requests

from mockdesk.driver import twilio
from tests.server.support import ADA, PATIENCE


def test_an_adapter_is_told_no_secret() -> None:
    """A page has none: the page's server, which the mock plays, begins the chat. What the shape lacks has reasons."""
    driver = twilio()
    try:
        made = driver.new_desk()
        assert made["options"] == {}
        body = {"identity": "ann", "formData": {"topic": "a bill"}}
        begun = requests.post(f"{made['desk_url']}/initWebchat", json=body, timeout=PATIENCE).json()
        driver.act(begun["conversationSid"], {"action": "join", "agent": ADA})
        (truth,) = driver.conversations()
        assert truth["context"] == {"topic": "a bill"}
        assert (truth["user_id"], truth["agents"]) == ("ann", ["ada"])
        described = driver.describe()
        assert described["name"] == "mockdesk-twilio"
        assert "request_screen" not in described["actions"]
        assert all(described["lacks"].values())
    finally:
        driver.close()
