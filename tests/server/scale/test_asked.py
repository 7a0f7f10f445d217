"""Requests on the loop are what werkzeug would make of them, and are gone when they are answered."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request

from mockdesk import RunningServer
from mockdesk.server.scale.asked import LoopRequest
from tests.server.support import Desk

ENVIRON = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/v1/conversations",
    "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8900",
    "wsgi.url_scheme": "http",
    "CONTENT_TYPE": "application/json",
    "CONTENT_LENGTH": "12",
    "HTTP_AUTHORIZATION": "Bearer secret",
    "HTTP_X_ODD": "yes",
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Let nothing but counting references free memory."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "name", ["Authorization", "authorization", "AUTHORIZATION", "Content-Type", "content-length", "X-Api-Key", "x-odd"]
)
def test_headers_are_those_of_werkzeug(name: str) -> None:
    """The short way must find what the long one finds, in every spelling."""
    ours, theirs = LoopRequest(dict(ENVIRON)).headers, Request(dict(ENVIRON)).headers
    assert ours.get(name) == theirs.get(name)
    assert ours.get(name, "other") == theirs.get(name, "other")
    assert ours.get(name, 3, int) == theirs.get(name, 3, int)


@pytest.mark.parametrize("told", [None, "desk.example", "desk.example:8900", "DESK.example:80", "[::1]:8900", "a/b?c"])
def test_the_host_is_that_of_werkzeug(told: str | None) -> None:
    """Links in answers begin with it."""
    environ = dict(ENVIRON) if told is None else {**ENVIRON, "HTTP_HOST": told}
    assert LoopRequest(dict(environ)).host == Request(dict(environ)).host


def test_what_is_answered_is_gone(uncollected: None) -> None:
    """A request that waits for the collector takes memory, and makes its looks more frequent and longer."""
    with RunningServer(server="scale") as server:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        for number in range(20):
            assert user.send(f"number {number}").status_code == 201
            assert user.call("GET", "").status_code == 200
            assert user.call("POST", "/messages", json={"text": 1}).status_code == 422
    assert sum(type(one) is LoopRequest for one in gc.get_objects()) <= 2
