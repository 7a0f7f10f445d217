"""twilsock: whose socket it is, what cannot be read, and how long a token is good."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from mockdesk import RunningServer
from mockdesk.dialects.twilio.settings import ACCOUNT
from tests.server.dialects.twilio.support import mint, twilsock, web_chat
from tests.server.support import ADA, PATIENCE


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"secret": "another-secret-that-is-long-enough-for-it"}, 401, 20101),
        ({"seconds": -1}, 401, 20104),
        ({"iss": "SK" + "0" * 32}, 401, 20101),
        ({"sub": "AC" + "0" * 32}, 401, 20101),
        ({"grants": {"identity": "ann"}}, 401, 20101),
        ({"grants": {"identity": "", "chat": {}}}, 401, 20101),
        ({"exp": "soon"}, 401, 20101),
        ({"exp": float("inf")}, 401, 20101),
        ({"exp": float("nan")}, 401, 20101),
        ({"grants": {"identity": "\ud800", "chat": {}}}, 401, 20101),
        ({"nbf": 99_999_999_999}, 401, 20101),
    ],
)
def test_a_token_that_is_not_good(server: RunningServer, more: dict[str, Any], status: int, code: int) -> None:
    """A mock that takes any token hides an integration that mints wrong ones."""
    token = mint("ann", server.control().now(), **more)
    with twilsock(server) as socket:
        told = socket.ask("init", token=token).header["status"]
        assert (told["code"], told["errorCode"]) == (status, code)
        refused = socket.ask("message", http_request={"host": "aim.twilio.com", "path": "/", "method": "GET"})
        assert refused.header["status"]["code"] == 401


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "\ud800", "ÿ.ÿ.ÿ", 7, {}])
def test_no_token_at_all(server: RunningServer, token: Any) -> None:
    """Whatever stands in the token's place, it is refused and the socket lives."""
    with twilsock(server) as socket:
        assert socket.ask("init", token=token).header["status"]["code"] == 401
        good = mint("ann", server.control().now())
        assert socket.ask("init", token=good).header["status"]["code"] == 200


@pytest.mark.parametrize(
    "frame", ["a text", b"TWILSOCK V3.0 9\r\n{}\r\n", b"nothing", b"TWILSOCK V3.0 2\r\n{}\r\n"[:-3]]
)
def test_a_frame_that_cannot_be_read(server: RunningServer, frame: str | bytes) -> None:
    """Only the socket that sent it ends, and it is told why; the neighbour's goes on."""
    token = mint("ann", server.control().now())
    with twilsock(server, token) as socket, twilsock(server, token) as neighbour:
        socket.connection.send(frame)
        assert socket.next("close").header["status"]["code"] == 400
        with pytest.raises(ConnectionClosed):
            socket.connection.recv(PATIENCE)
        assert neighbour.aim("GET", "/Configuration")[0] == 200


def test_what_nobody_knows(server: RunningServer) -> None:
    """Unknown methods, hosts, paths and messages without a request are refused; the socket lives."""
    with twilsock(server, mint("ann", server.control().now())) as socket:
        assert socket.ask("dance").header["status"]["code"] == 400
        assert socket.ask("message").header["status"]["code"] == 400
        assert socket.request("GET", "ers.us1.twilio.com", "/v1/x")[0] == 404
        assert socket.aim("GET", "/Nothing")[1]["code"] == 20404
        assert socket.aim("PUT", "/Configuration")[0] == 405
        assert socket.aim("GET", "/Configuration", Include="", PageSize="")[0] == 200


def test_a_token_ends_and_is_renewed(server: RunningServer) -> None:
    """The end is announced, a new token moves it, and without one the socket is closed for it."""
    control = server.control()
    with twilsock(server, mint("ann", control.now(), 600)) as socket:
        control.advance(421)
        assert socket.next("client_update").header["client_update_type"] == "token_about_to_expire"
        assert socket.ask("update", token=mint("ann", control.now(), 600)).header["status"]["code"] == 200
        assert socket.ask("update", token=mint("bob", control.now())).header["status"]["code"] == 403
        control.advance(300)
        assert socket.aim("GET", "/Configuration")[0] == 200
        control.advance(300)
        assert socket.next("close").header["status"]["code"] == 410


def test_a_token_that_was_made_to_expire(server: RunningServer) -> None:
    """The control's fault ends sockets of this customer, and the same token opens none any more."""
    control, sid = server.control(), web_chat(server)
    token = mint("ann", control.now())
    with twilsock(server, token) as socket, twilsock(server, mint("bob", control.now())) as other:
        control.inject({"kind": "expire_token", "conversation_id": sid})
        assert socket.next("close").header["status"]["code"] == 410
        assert other.aim("GET", "/Configuration")[0] == 200
    with twilsock(server) as again:
        assert again.ask("init", token=token).header["status"]["errorCode"] == 20104
        fresh = mint("ann", control.now(), 7200)
        assert again.ask("init", token=fresh).header["status"]["code"] == 200


def test_no_token_in_the_journal(server: RunningServer) -> None:
    """Whoever reads a journal must not find a credential in it."""
    token = mint("ann", server.control().now())
    web_chat(server)
    with twilsock(server, token) as socket:
        socket.ask("update", token=token)
        socket.aim("GET", "/Configuration")
    told = str(server.control().journal()["entries"])
    assert token not in told
    assert "mock-auth-token" not in told
    assert ACCOUNT in token or "init" in told


def test_nothing_lost_and_nothing_doubled(server: RunningServer) -> None:
    """A dropped socket comes back with its continuation token, and hears each message once."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    token = mint("ann", control.now())
    with twilsock(server, token) as socket:
        continuation = socket.heard[0].header["continuation_token"]
        socket.subscribe("list", f"{sid}.messages")
        control.act(sid, {"action": "say", "agent": "ada", "text": "one"})
        assert socket.texts(1) == ["one"]
    control.act(sid, {"action": "say", "agent": "ada", "text": "two"})
    with twilsock(server, token, continuation_token=continuation) as socket:
        assert socket.heard[0].header["continuation_token"] == continuation
        control.act(sid, {"action": "say", "agent": "ada", "text": "three"})
        socket.subscribe("list", f"{sid}.messages", last=1)
        control.act(sid, {"action": "say", "agent": "ada", "text": "four"})
        assert socket.texts(3) == ["two", "three", "four"]


def test_held_events_come_later(server: RunningServer) -> None:
    """What a fault holds back must reach neither a new subscription nor a socket that came back."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("list", f"{sid}.messages")
        control.inject({"kind": "hold_events", "conversation_id": sid})
        control.act(sid, {"action": "say", "agent": "ada", "text": "held"})
        socket.subscribe("list", f"{sid}.messages", last=0)
        assert socket.next(kind="subscription_established").payload["event"]["last_event_id"] == 0
        assert not [one for one in socket.heard if "held" in str(one.payload)]
        control.release(sid)
        assert socket.texts(1) == ["held"]
