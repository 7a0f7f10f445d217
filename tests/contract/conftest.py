"""A mock desk for each test, a desk that has a fault, and what the tests of the wire share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from flask import Flask, Request, Response, request
from werkzeug.serving import make_server

from mockdesk import DeskControl, RunningServer

Mangle = Callable[[Request, Response], Response]
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "server", "date"}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A mock server with a virtual clock."""
    with RunningServer() as running:
        yield running


@pytest.fixture
def desk(server: RunningServer) -> Iterator[DeskControl]:
    """An empty desk of its own for the test."""
    control = server.new_desk({"api_keys": ["site-key"]})
    yield control
    server.remove_desk(control.name)


@pytest.fixture
def desk_url(server: RunningServer, desk: DeskControl) -> str:
    """The address of the test's desk."""
    return server.desk_url(desk)


@contextmanager
def faulty(
    desk_url: str, mangle: Mangle, prepare: Callable[[str, dict[str, str]], None] | None = None
) -> Iterator[str]:
    """Serve the desk with a fault: ``mangle`` changes its answers, ``prepare`` the headers of what reaches it."""
    app = Flask("faulty")

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def forward(path: str) -> Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP | {"host"}}
        if prepare is not None:
            prepare(path, headers)
        query = request.query_string.decode("latin-1")
        answer = requests.request(
            request.method,
            f"{desk_url}/{path}?{query}",
            headers=headers,
            data=request.get_data(),
            timeout=10,
        )
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
        return mangle(request, Response(answer.content, answer.status_code, kept))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    httpd = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, name="test-faulty-desk")
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
