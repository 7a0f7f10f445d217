"""What the fuzzed inputs of tests/hard have found, each as a test of its own."""

from __future__ import annotations

import json
import logging
import socket
import threading
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from simple_websocket import ConnectionClosed  # type: ignore[import-untyped]

from mockdesk.control_client import ControlClient
from mockdesk.server.websocket import ReaderThread
from tests.server.support import PATIENCE, Desk, problem, session


def test_a_target_that_is_no_url(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The library under the server fails over it: without a guard there is no answer, and an error in the log."""
    parts = urlsplit(desk.url)
    with closing(socket.create_connection((str(parts.hostname), int(parts.port or 0)), PATIENCE)) as connection:
        connection.sendall(b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while more := connection.recv(4096):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "malformed_request"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_lone_surrogate_does_not_close_the_journal(desk: Desk) -> None:
    """It cannot be written as UTF-8; one such text kept journal and console of the desk from everybody."""
    user = desk.start()
    refused = user.call("POST", "/messages", data=rb'{"text": "\ud800"}', headers={"Content-Type": "application/json"})
    problem(refused, 422, "invalid_request")
    client = ControlClient(desk.url)
    try:
        bodies = [one["data"].get("body") for one in client.journal()["entries"] if one["kind"] == "request"]
    finally:
        client.close()
    assert {"text": "\ud800"} in bodies
    after = desk.control.journal()["last_position"]
    with session() as http, http.get(f"{desk.url}/_mock/stream", stream=True, timeout=PATIENCE) as stream:
        told = (line for line in stream.iter_lines(chunk_size=64) if line.startswith(b"id: "))
        assert any(int(line.rpartition(b":")[2]) >= after for line in told)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/poll/chats", {"from": "a", "about": {"\ud800": 10**400}}),
        (
            "/genesys/api/v2/webchat/guest/conversations",
            {"organizationId": "o", "deploymentId": "d", "memberInfo": {"displayName": "M"}, "\ud800": "\ud800"},
        ),
    ],
)
def test_a_refusal_may_name_what_cannot_be_written(desk: Desk, path: str, body: object) -> None:
    """The name of a wrong field is the client's own; it stands in the refusal, which must be written all the same."""
    headers = {"Content-Type": "application/json"}
    with session() as http:
        answer = http.post(f"{desk.url}{path}", data=json.dumps(body), headers=headers, timeout=PATIENCE)
    assert answer.status_code == 400, answer.text
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("settings", [False, 0, "", [], "x", 7])
def test_settings_that_are_no_object(desk: Desk, settings: object) -> None:
    """What counts as false was taken for no settings at all, and a desk was made that nobody had asked for."""
    before = len(desk.server.desks())
    with session() as http:
        answer = http.post(f"{desk.server.url}/_mock/desks", json={"settings": settings}, timeout=PATIENCE)
    problem(answer, 422, "invalid_request")
    assert len(desk.server.desks()) == before


def test_a_ping_that_goes_unanswered_while_the_stream_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads close then; the later one is told so by an exception that nobody caught. Found by a storm."""

    def close_again() -> None:
        raise ConnectionClosed(1005, "")

    seen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    thread = ReaderThread(close_again)
    thread.start()
    thread.join(PATIENCE)
    assert seen == []
