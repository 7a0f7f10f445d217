"""What every dialect gets from the server: faults, journal, streams, control, mounts. Shown by the tiny one."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mockdesk import RunningServer
from mockdesk.core.errors import InvalidRequest
from mockdesk.server.tiers import TierName
from tests.server.dialects.conftest import WITH_TINY
from tests.server.support import ADA, PATIENCE, session


def hello(server: RunningServer, path: str = "/tiny") -> tuple[str, str]:
    """Begin a conversation; return its token and id."""
    token = session().post(f"{server.url}{path}/hello").text
    return token, server.control().conversation(token)["id"]


def hear(server: RunningServer, token: str) -> ClientConnection:
    """Open the stream."""
    return connect(f"{server.url}/tiny/hear/{token}".replace("http", "ws", 1), proxy=None)


def say(server: RunningServer, token: str, text: str) -> requests.Response:
    """Say something as the user."""
    return session().post(f"{server.url}/tiny/say/{token}", data=text.encode())


def test_an_agent_is_heard_over_the_socket(server: RunningServer) -> None:
    """One script engine and one control API serve every shape: an act over the control reaches this shape's stream."""
    token, conversation_id = hello(server)
    with hear(server, token) as socket:
        server.control().act(conversation_id, {"action": "join", "agent": ADA})
        server.control().act(conversation_id, {"action": "say", "agent": "ada", "text": "Hello"})
        assert say(server, token, "Hi").status_code == 204
        assert [socket.recv(PATIENCE), socket.recv(PATIENCE)] == ["ada: Hello", "somebody: Hi"]
        server.control().act(conversation_id, {"action": "end", "agent": "ada"})
        assert [*socket] == []
        assert socket.close_code == 1000


def test_the_control_takes_the_dialects_own_names(server: RunningServer) -> None:
    """Whoever tests a vendor's client knows the vendor's ids only."""
    token, _conversation_id = hello(server)
    control = server.control()
    assert control.act(token, {"action": "join", "agent": ADA})["events"][0]["type"] == "agent.joined"
    control.inject({"kind": "status", "status": 503, "operation": "sendMessageToAgent", "conversation_id": token})
    assert say(server, token, "Hi").status_code == 503
    assert control.wait({"kind": "fault", "conversation_id": token}, 1, 0.0)["matched"]
    control.remove_conversation(token)
    assert [one["id"] for one in control.conversations()] == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "status", "status": 500}, (500, "injected_fault")),
        ({"kind": "rate_limit"}, (429, "rate_limited")),
    ],
)
def test_faults_speak_the_dialects_words(
    server: RunningServer, fault: dict[str, Any], expected: tuple[int, str]
) -> None:
    """An adapter of a vendor must meet the vendor's errors, also where they were asked for."""
    token, _ = hello(server)
    server.control().inject({**fault, "operation": "sendMessageToAgent", "text_contains": "Hi"})
    assert say(server, token, "Ho").status_code == 204
    answer = say(server, token, "Hi")
    assert (answer.status_code, answer.text) == expected


def test_stream_faults(server: RunningServer) -> None:
    """Duplicates, held events and cuts are made by the reader, not by a dialect: each shape has them all."""
    token, conversation_id = hello(server)
    control = server.control()
    control.act(conversation_id, {"action": "join", "agent": ADA})
    with hear(server, token) as socket:
        control.inject({"kind": "duplicate", "times": 1, "nth": 1, "event_type": "message.created"})
        control.act(conversation_id, {"action": "say", "agent": "ada", "text": "twice"})
        assert [socket.recv(PATIENCE), socket.recv(PATIENCE)] == ["ada: twice"] * 2
        control.inject({"kind": "hold_events", "conversation_id": conversation_id})
        control.act(conversation_id, {"action": "say", "agent": "ada", "text": "later"})
        control.inject({"kind": "garbage_frame"})
        assert "conversation" in str(socket.recv(PATIENCE))
        assert control.release(conversation_id) == 1
        assert socket.recv(PATIENCE) == "ada: later"
        control.inject({"kind": "close", "code": 4000})
        with pytest.raises(ConnectionClosedError):
            socket.recv(PATIENCE)
        assert socket.close_code == 4000


def test_no_token_in_the_journal(server: RunningServer) -> None:
    """Vendors put tokens into paths; whoever reads a journal must not find one there."""
    token, _ = hello(server)
    say(server, token, f"my token is {token}")
    with hear(server, token):
        pass
    entries = [one for one in server.control().journal()["entries"] if one["kind"] in ("request", "response")]
    assert len(entries) >= 5
    assert token not in str(entries)
    assert "/tiny/say/(a credential)" in str(entries)
    assert {"kind": "conversation token", "value": token} in server.control().secrets()


def test_refusals(server: RunningServer) -> None:
    """No route and no handshake may end in an error of the mock's own shape, or in a 500."""
    answer = session().get(f"{server.url}/tiny/nothing")
    assert (answer.status_code, answer.text) == (404, "not_found")
    token, _ = hello(server)
    assert session().get(f"{server.url}/tiny/hear/{token}").text == "upgrade_required"
    with pytest.raises(InvalidStatus) as refused:
        hear(server, "wrong")
    assert refused.value.response.status_code == 404
    assert refused.value.response.body == b"not_found"
    broken = session().get(f"{server.url}/tiny/hear/{token}", headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    assert broken.status_code == 426
    misses = [one["data"]["request"] for one in server.control().journal(kinds=("near_miss",))["entries"]]
    assert "GET /tiny/nothing" in misses


def test_a_page_of_another_origin_may_ask(server: RunningServer) -> None:
    """Vendors' clients run in pages; a desk without CORS could not be reached from them."""
    wanted = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = session().options(f"{server.url}/tiny/hello", headers=wanted)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_by_host(server: RunningServer) -> None:
    """A client whose host name is fixed is told another address for it; the Host header then says which desk."""
    answer = session().post(f"{server.url}/hello", headers={"Host": "tiny.example:8900"})
    assert answer.status_code == 200
    assert server.control().conversation(answer.text)


def test_at_the_root(tier: TierName) -> None:
    """A client that cannot have a path in its address gets the shape at the root; the mock's own pages stay."""
    with RunningServer(settings={"root_dialect": "tiny"}, options=WITH_TINY, server=tier) as server:
        token, _ = hello(server, path="")
        assert server.control().conversation(token)["state"] == "waiting"
        assert session().get(f"{server.url}/_mock/conversations").status_code == 200
        assert session().get(f"{server.url}/canonical/v1/capabilities").status_code == 200
        assert session().get(f"{server.url}/v1/capabilities").text == "not_found"


def test_only_what_was_asked_for(tier: TierName) -> None:
    """Who limits the shapes of a desk wants no others to answer."""
    with RunningServer(settings={"dialects": ["poll"]}, options=WITH_TINY, server=tier) as server:
        assert session().post(f"{server.url}/tiny/hello").status_code == 404
        assert session().post(f"{server.url}/poll/chats", json={"from": "u1"}).status_code == 201


def test_each_desk_has_its_own(server: RunningServer) -> None:
    """Isolated desks share nothing, in every shape."""
    one, other = server.new_desk(), server.new_desk()
    token = session().post(f"{server.desk_url(one)}/tiny/hello").text
    assert session().post(f"{server.desk_url(other)}/tiny/say/{token}", data=b"Hi").status_code == 404
    assert session().post(f"{server.desk_url(one)}/tiny/say/{token}", data=b"Hi").status_code == 204


def test_a_dialect_that_nobody_knows() -> None:
    """A slip in a name must not silently give a desk without it."""
    with pytest.raises(InvalidRequest, match=r"dialects: 'pol' is no dialect; did you mean 'poll'\?"):
        RunningServer(settings={"dialects": ["pol"]})


def test_reset_forgets(server: RunningServer) -> None:
    """A desk that begins anew knows no old tokens."""
    token, _ = hello(server)
    server.control().reset()
    assert say(server, token, "Hi").status_code == 404
