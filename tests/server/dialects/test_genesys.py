"""The Genesys guest web chat over real sockets: what the server adds to the dialect."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mockdesk import RunningServer
from mockdesk.core.errors import InvalidRequest
from mockdesk.driver import genesys
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.support import ADA, PATIENCE, drain, session, until

CONVERSATIONS = "/api/v2/webchat/guest/conversations"


class Guest:
    """A guest of a desk."""

    def __init__(self, url: str, **create: Any) -> None:
        self.url = url
        self.http = session()
        setup = self.http.get(f"{url}/setup", timeout=PATIENCE).json()
        body = {
            "organizationId": setup["org_id"],
            "deploymentId": setup["deployment_id"],
            "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
            "memberInfo": {"displayName": "Max"},
            **create,
        }
        self.made: dict[str, Any] = self.http.post(f"{url}{CONVERSATIONS}", json=body, timeout=PATIENCE).json()
        self.id, self.jwt = self.made["id"], self.made["jwt"]
        self.http.headers["Authorization"] = f"Bearer {self.jwt}"

    def attach(self) -> ClientConnection:
        """Open the event stream at the address that was given."""
        return connect(self.made["eventStreamUri"], proxy=None)

    def call(self, method: str, path: str = "", **more: Any) -> requests.Response:
        """Call a route of the guest's own member."""
        path = f"{CONVERSATIONS}/{self.id}/members/{self.made['member']['id']}{path}"
        return self.http.request(method, f"{self.url}{path}", timeout=PATIENCE, **more)


def next_of(socket: ClientConnection, kind: str | None) -> dict[str, Any]:
    """Return the body of the next frame of a kind."""
    while True:
        frame = json.loads(socket.recv(PATIENCE))
        if frame.get("metadata", {}).get("type") == kind:
            return dict(frame["eventBody"])


def test_a_talk(server: RunningServer) -> None:
    """Requests, stream and control API meet in one conversation, whose id is the vendor's."""
    guest = Guest(f"{server.url}/genesys")
    with guest.attach() as socket:
        server.control().act(guest.id, {"action": "join", "agent": ADA})
        while next_of(socket, "member-change")["member"]["state"] != "ALERTING":
            pass
        member = next_of(socket, "member-change")["member"]
        assert member["state"] == "CONNECTED"
        found = guest.http.get(f"{guest.url}{CONVERSATIONS}/{guest.id}/members/{member['id']}", timeout=PATIENCE)
        assert found.json()["displayName"] == "Ada"
        assert guest.call("POST", "/messages", json={"body": "Hi"}).status_code == 200
        next_of(socket, "message")
        assert next_of(socket, "message")["body"] == "Hi"
        assert guest.call("DELETE").status_code == 204
        assert drain(socket)[1] == 1000
    assert guest.call("GET").json()["state"] == "DISCONNECTED"


def test_what_is_no_event_is_held_with_the_events(server: RunningServer) -> None:
    """An agent who is rung is told by no event of the core; a hold that let it pass would tell things out of order."""
    guest, control = Guest(f"{server.url}/genesys"), server.control()
    with guest.attach() as socket:
        control.inject({"kind": "hold_events", "conversation_id": guest.id})
        control.act(guest.id, {"action": "offer", "agent": ADA})
        control.inject({"kind": "garbage_frame", "text": "marker"})
        before = []
        while (frame := str(socket.recv(PATIENCE))) != "marker":
            before.append(frame)
        assert not any("ALERTING" in frame for frame in before)
        control.release(guest.id)
        while next_of(socket, "member-change")["member"]["state"] != "ALERTING":
            pass


def test_the_stream_is_opened_again(server: RunningServer) -> None:
    """Clients open the same address after every close; it begins at the present."""
    guest = Guest(f"{server.url}/genesys")
    with guest.attach() as socket:
        server.control().inject({"kind": "close", "code": 1001})
        assert drain(socket)[1] == 1001
    server.control().act(guest.id, {"action": "join", "agent": ADA})
    with guest.attach() as socket:
        server.control().act(guest.id, {"action": "say", "agent": "ada", "text": "again"})
        assert next_of(socket, "message")["body"] == "again"


def test_what_a_client_writes_to_the_stream_means_nothing(server: RunningServer) -> None:
    """The stream goes one way; whatever comes the other way harms neither this guest nor a neighbour."""
    guest, neighbour = Guest(f"{server.url}/genesys"), Guest(f"{server.url}/genesys")
    with guest.attach() as socket, neighbour.attach() as other:
        for frame in ("", "{", '{"topicName": "channel.metadata"}', b"\xff\x00"):
            socket.send(frame)
        for one, stream in ((guest, socket), (neighbour, other)):
            server.control().act(one.id, {"action": "join", "agent": ADA})
            server.control().act(one.id, {"action": "say", "agent": "ada", "text": "Hello"})
            while next_of(stream, "message").get("body") != "Hello":
                pass


def test_heartbeats_of_a_clock_that_runs_by_itself(tier: TierName) -> None:
    """Nothing else happens then, so the timer alone must make the stream look again."""
    settings = {"dialect_settings": {"genesys": {"guesses": {"heartbeat_seconds": 20}}}}
    with RunningServer(settings=settings, clock="scaled", speed=1000, server=tier) as server:
        guest = Guest(f"{server.url}/genesys")
        with guest.attach() as socket:
            assert next_of(socket, None) == {"message": "WebSocket Heartbeat"}
            assert next_of(socket, None) == {"message": "WebSocket Heartbeat"}


def test_refused_handshakes(server: RunningServer) -> None:
    """A stream that may not be read is refused in the vendor's words, before anything was routed."""
    guest = Guest(f"{server.url}/genesys")
    guest.made["eventStreamUri"] += "x"
    with pytest.raises(InvalidStatus) as refused:
        guest.attach()
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["code"] == "bad.credentials"
    assert server.control().conversations() == []


def test_the_token_expires(server: RunningServer) -> None:
    """The fault ends the stream, and the token in requests."""
    guest = Guest(f"{server.url}/genesys")
    with guest.attach() as socket:
        server.control().inject({"kind": "expire_token", "conversation_id": guest.id})
        assert drain(socket)[1] == 4401
    answer = guest.call("GET")
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials.expired")
    assert answer.headers["inin-correlation-id"] == answer.json()["contextId"]


def test_no_token_is_written_down(caplog: pytest.LogCaptureFixture, tier: TierName) -> None:
    """The guest's token stands in the stream's path: neither journal nor log may hold it, whatever was asked for."""
    with (
        RunningServer(options=ServerOptions(keep_credentials=True), server=tier) as server,
        caplog.at_level(logging.INFO, logger="mockdesk.access"),
    ):
        vouched = session().post(f"{server.url}/genesys/jwt", timeout=PATIENCE).text
        guest = Guest(f"{server.url}/genesys", memberAuthToken=vouched)
        with guest.attach():
            guest.call("POST", "/messages", json={"body": "Hi"})
        stream = guest.made["eventStreamUri"].replace("ws", "http", 1)
        for method in ("GET", "POST"):
            assert session().request(method, stream, timeout=PATIENCE).status_code in (405, 426)
        entries = until(lambda: _with_the_close(server))
        for token in (guest.jwt, vouched):
            assert token not in json.dumps(entries)
            assert token not in caplog.text
        assert "/genesys/v1/token/(a credential)" in json.dumps(entries)
        assert "/genesys/v1/token/(a credential)" in caplog.text
        known = server.control().secrets()
        assert {"kind": "guest token", "value": guest.jwt} in known
        assert {"kind": "memberAuthToken", "value": vouched} in known


def _with_the_close(server: RunningServer) -> list[dict[str, Any]] | None:
    entries: list[dict[str, Any]] = server.control().journal()["entries"]
    return entries if any(one["kind"] == "stream.close" for one in entries) else None


def test_faults_before_the_conversation_has_begun(server: RunningServer) -> None:
    """The vendor's id is good for faults from the moment at which it was given."""
    guest = Guest(f"{server.url}/genesys")
    server.control().inject({"kind": "status", "status": 503, "operation": "getMember", "conversation_id": guest.id})
    answer = guest.call("GET")
    assert (answer.status_code, answer.json()["code"]) == (503, "service.unavailable")
    assert guest.call("GET").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_pages_of_other_origins(server: RunningServer, method: str) -> None:
    """The vendor's client runs in pages, and asks with methods that need a preflight."""
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = session().options(f"{server.url}/genesys{CONVERSATIONS}", headers=headers, timeout=PATIENCE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type"


def test_by_the_vendors_hosts(server: RunningServer) -> None:
    """A client whose hosts are constants is told another address for them; the stream's host is answered, too."""
    answer = session().get(f"{server.url}/setup", headers={"Host": "api.mypurecloud.com"}, timeout=PATIENCE)
    assert answer.status_code == 200
    host = {"Host": "carrier-pigeon.usw2.pure.cloud"}
    assert session().get(f"{server.url}/v1/token/x", headers=host, timeout=PATIENCE).json()["code"] == "bad.credentials"
    login = session().post(f"{server.url}/oauth/token", headers={"Host": "login.mypurecloud.ie:443"}, timeout=PATIENCE)
    assert login.json()["error"] == "unsupported_grant_type"


def test_at_the_root(tier: TierName) -> None:
    """Clients that cannot have a path in their address get the vendor's paths at the root."""
    with RunningServer(settings={"root_dialect": "genesys"}, server=tier) as server:
        guest = Guest(server.url)
        with guest.attach():
            assert guest.call("GET").json()["state"] == "CONNECTED"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"genesis": {}}, "'genesis' is no dialect that takes settings; did you mean 'genesys'"),
        ({"poll": {}}, "'poll' is no dialect that takes settings"),
        ({"canonical": {}}, "'canonical' is no dialect that takes settings"),
        ({"genesys": {"deployment": {}}}, "deployment is not known; did you mean 'deployments'"),
    ],
)
def test_settings_are_judged_when_the_desk_is_made(settings: dict[str, Any], words: str) -> None:
    """Not at the first request, when whoever wrote them is gone."""
    with pytest.raises(InvalidRequest, match=words.replace("?", ".")):
        RunningServer(settings={"dialect_settings": settings})


def test_each_desk_signs_by_itself(server: RunningServer) -> None:
    """A token of one desk opens nothing at another."""
    one, other = server.new_desk(), server.new_desk()
    guest = Guest(f"{server.desk_url(one)}/genesys")
    guest.url = f"{server.desk_url(other)}/genesys"
    assert guest.call("GET").json()["code"] == "bad.credentials"


def test_the_driver() -> None:
    """An adapter needs more than the address here, and what the shape cannot do is said in words."""
    driver = genesys()
    try:
        described = driver.describe()
        assert described["name"] == "mockdesk-genesys"
        assert {"offer", "decline", "typing"} <= set(described["actions"])
        assert not {"read", "update_queue", "request_screen"} & set(described["actions"])
        assert described["truth"] == ["context"]
        made = driver.new_desk()
        assert made["desk_url"].endswith("/genesys")
        setup = session().get(f"{made['desk_url']}/setup", timeout=PATIENCE).json()
        assert made["options"] == {
            "organization_id": setup["org_id"],
            "deployment_id": setup["deployment_id"],
            "queue_name": setup["queue_target"],
        }
        guest = Guest(made["desk_url"])
        with guest.attach():
            driver.act(guest.id, {"action": "join", "agent": ADA})
            driver.act(guest.id, {"action": "typing", "agent": "ada", "typing": True})
            with pytest.raises(NotImplementedError, match="never that they stopped"):
                driver.act(guest.id, {"action": "typing", "agent": "ada", "typing": False})
            with pytest.raises(NotImplementedError, match="plain text"):
                driver.act(guest.id, {"action": "say", "agent": "ada", "items": [{"type": "link"}]})
    finally:
        driver.close()
