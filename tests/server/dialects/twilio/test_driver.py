"""The driver by which the suite plays this shape's agents."""

from __future__ import annotations

import requests

from mockdesk.driver import twilio
from tests.server.support import ADA, PATIENCE


def test_its_options_open_the_desk() -> None:
    """An adapter is told the account that the mock plays, and what the shape lacks is said with reasons."""
    driver = twilio()
    try:
        made = driver.new_desk()
        options = made["options"]
        fields = {"AddressSid": options["address_sid"], "Identity": "ann"}
        auth = (options["account_sid"], options["auth_token"])
        answer = requests.post(f"{made['desk_url']}/v2/WebChats", data=fields, auth=auth, timeout=PATIENCE)
        driver.act(answer.json()["conversation_sid"], {"action": "join", "agent": ADA})
        (truth,) = driver.conversations()
        assert (truth["user_id"], truth["agents"]) == ("ann", ["ada"])
        described = driver.describe()
        assert described["name"] == "mockdesk-twilio"
        assert "request_screen" not in described["actions"]
        assert all(described["lacks"].values())
    finally:
        driver.close()
