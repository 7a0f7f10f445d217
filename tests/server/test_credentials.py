"""What the mock desk tells of credentials: to a suite in this process, and to nobody else."""

from __future__ import annotations

import json

import pytest
import requests

from mockdesk.driver import connect
from mockdesk.server.running import RunningServer
from mockdesk.server.tiers import TierName

ACCOUNT = {"api_keys": ["the-key-of-the-account"], "require_user_token": True}


def test_a_driver_in_this_process_knows_every_credential() -> None:
    """The suite looks for them in what an adapter tells."""
    driver = connect()
    try:
        told = driver.new_desk(ACCOUNT)
        url, key = told["desk_url"], told["options"]["api_key"]
        body = {"user_id": "u"}
        user = requests.post(f"{url}/v1/tokens", json=body, headers={"X-Api-Key": key}, timeout=5).json()["token"]
        bearer = {"Authorization": f"Bearer {user}"}
        chat = requests.post(f"{url}/v1/conversations", json=body, headers=bearer, timeout=5).json()
        values = {one["kind"]: one["value"] for one in driver.secrets()}
        assert values == {"API key": key, "user token": user, "conversation token": chat["token"]}
        assert "secrets" in driver.describe()["operations"]
        assert driver.new_desk()["options"] == {}
        assert driver.secrets() == []
    finally:
        driver.close()


def test_over_http_nobody_gets_them(tier: TierName) -> None:
    """The control API has no password."""
    with RunningServer(server=tier) as server:
        driver = connect({"desk_url": server.url})
        try:
            driver.new_desk(ACCOUNT)
            assert "secrets" not in driver.describe()["operations"]
            with pytest.raises(NotImplementedError):
                driver.secrets()
        finally:
            driver.close()


def test_a_server_keeps_no_token_unless_asked() -> None:
    """Digests are enough for everything else."""
    with RunningServer() as server:
        requests.post(f"{server.url}/v1/conversations", json={"user_id": "u"}, timeout=5)
        assert server.control().secrets() == []


def test_the_journal_says_that_a_token_was_in_an_address_and_not_which() -> None:
    """An address ends up in logs; that one was there is what a test wants to know."""
    with RunningServer() as server:
        chat = requests.post(f"{server.url}/v1/conversations", json={"user_id": "u"}, timeout=5).json()
        path = f"/v1/conversations/{chat['conversation']['id']}/stream"
        requests.get(server.url + path, params={"access_token": chat["token"]}, timeout=5)
        journal = server.control().journal()["entries"]
    asked = [one["data"] for one in journal if one["kind"] == "request"]
    assert [one.get("token_in_url") for one in asked] == [None, True]
    assert chat["token"] not in json.dumps(journal)
