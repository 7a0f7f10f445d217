"""Handshakes of the event stream over real sockets: what is refused, and how a token is handed over."""

from __future__ import annotations

import pytest
from websockets.sync.client import connect

from tests.server.handshakes import HANDSHAKE, refused
from tests.server.support import Desk, problem, receive, session


def test_refused_handshakes_are_real_http_answers(desk: Desk) -> None:
    """A socket that is accepted just to be closed tells a client nothing it can act on."""
    user, other = desk.start(), desk.start()
    unknown = user.started["stream_url"].replace(user.conversation_id, "conv_none")
    assert refused(user) == (401, "missing_token")
    assert refused(user, token="nonsense") == (401, "invalid_token")
    assert refused(user, token=other.token) == (403, "foreign_token")
    assert refused(user, token=user.token, url=unknown) == (404, "unknown_conversation")
    assert refused(user, token=user.token, after=99) == (410, "unknown_position")
    assert refused(user, token=user.token, after="x") == (422, "invalid_request")
    desk.control.inject({"kind": "expire_token", "conversation_id": user.conversation_id})
    assert refused(user, token=user.token) == (401, "expired_token")


def test_a_stream_needs_an_upgrade(desk: Desk) -> None:
    """A plain GET must say what is missing, with and without a token."""
    user = desk.start()
    answer = user.call("GET", "/stream")
    problem(answer, 426, "upgrade_required")
    assert answer.headers["Upgrade"] == "websocket"
    problem(session().get(f"{user.base}/stream"), 426, "upgrade_required")


@pytest.mark.parametrize("broken", [{"Sec-WebSocket-Version": "12"}, {"Sec-WebSocket-Key": None}])
def test_broken_handshakes(desk: Desk, broken: dict[str, str | None]) -> None:
    """What is almost a handshake is refused, and leaves no reader behind."""
    user = desk.start()
    answer = user.call("GET", "/stream", headers={**HANDSHAKE, **broken})
    problem(answer, 426, "upgrade_required")
    assert desk.control.census()["streams"] == {}


def test_websocket_elsewhere_is_not_found(desk: Desk) -> None:
    """Only one path is a stream."""
    user = desk.start()
    elsewhere = user.started["stream_url"].removesuffix("/stream")
    assert refused(user, token=user.token, url=elsewhere) == (404, "not_found")


def test_the_three_ways_to_hand_over_the_token(desk: Desk) -> None:
    """Browsers have the subprotocol, servers the header, people the query."""
    user = desk.start()
    url = user.started["stream_url"]
    with connect(url, additional_headers=user.headers) as stream:
        assert receive(stream)["seq"] == 1
        assert stream.subprotocol is None
    with connect(f"{url}?access_token={user.token}") as stream:
        assert receive(stream)["seq"] == 1
    with user.stream() as stream:
        assert receive(stream)["seq"] == 1


def test_compression_is_not_taken(desk: Desk) -> None:
    """permessage-deflate costs 100 KiB a connection; an offer is not accepted."""
    user = desk.start()
    with user.stream() as stream:
        assert stream.response is not None
        assert "Sec-WebSocket-Extensions" not in stream.response.headers
