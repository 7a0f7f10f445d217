"""A user and what the tests of the server need of the network."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from mockdesk import DeskControl, RunningServer

PATIENCE = 5.0
"""Wall seconds after which something that should have happened has not."""

ADA = {"id": "ada", "nickname": "Ada"}


def session() -> requests.Session:
    """Return a session that knows no proxies."""
    made = requests.Session()
    made.trust_env = False
    return made


def until(condition: Callable[[], Any], what: str = "", seconds: float = PATIENCE) -> Any:
    """Wait until ``condition`` gives something true and return it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"did not happen: {what or condition}"
        time.sleep(0.002)
    return value


@dataclass
class User:
    """A user's client with one conversation."""

    url: str
    conversation_id: str
    token: str
    started: dict[str, Any]
    http: requests.Session = field(default_factory=session)

    @property
    def base(self) -> str:
        """The conversation's URL."""
        return f"{self.url}/v1/conversations/{self.conversation_id}"

    @property
    def headers(self) -> dict[str, str]:
        """The conversation's token."""
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """Call an operation of the conversation."""
        more["headers"] = {**self.headers, **more.get("headers", {})}
        return self.http.request(method, f"{self.base}{path}", **{"timeout": PATIENCE, **more})

    def send(self, text: str, **more: Any) -> requests.Response:
        """Say something."""
        return self.call("POST", "/messages", json={"text": text, **more})

    def poll(self, after: int = 0, wait: float = 0, **more: Any) -> dict[str, Any]:
        """Return the answer of a long poll."""
        answer = self.call("GET", f"/events?after={after}&wait={wait}", **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the events by long poll."""
        return list(self.poll(after)["events"])

    @contextmanager
    def sse(self, after: int = 0, **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
        """Open the server-sent events and give them one by one."""
        with self.http.get(
            f"{self.base}/events?after={after}",
            headers={**self.headers, "Accept": "text/event-stream", **headers},
            stream=True,
            timeout=PATIENCE,
        ) as answer:
            assert answer.status_code == 200, answer.text
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            yield server_sent(answer)

    @contextmanager
    def stream(self, after: int = 0, **more: Any) -> Iterator[ClientConnection]:
        """Open the WebSocket."""
        with connect(self.stream_url(after), subprotocols=["byosd.v1", f"bearer.{self.token}"], **more) as socket:  # type: ignore[list-item]
            assert socket.subprotocol == "byosd.v1"
            yield socket

    def stream_url(self, after: int = 0) -> str:
        """The URL of the WebSocket."""
        return f"{self.started['stream_url']}?after={after}"


def start(url: str, **body: Any) -> User:
    """Start a conversation."""
    http = session()
    answer = http.post(f"{url}/v1/conversations", json={"user_id": "u1", **body}, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    started = answer.json()
    return User(url, started["conversation"]["id"], started["token"], started, http)


def server_sent(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """Give the events of an event stream: ``{"id", "event", "data"}``."""
    fields: dict[str, Any] = {}
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line == "":
            if fields:
                yield fields
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def receive(socket: ClientConnection) -> dict[str, Any]:
    """Return the next frame of a stream."""
    return dict(json.loads(socket.recv(timeout=PATIENCE)))


def drain(socket: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """Return every frame up to the close, and its code."""
    frames = []
    try:
        while True:
            frames.append(receive(socket))
    except ConnectionClosed as closed:
        return frames, closed.rcvd.code if closed.rcvd else 1006


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is this problem, and return it."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    told = dict(answer.json())
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    assert set(told) >= {"type", "title", "status", "detail", "code", "retryable"}
    return told


@dataclass
class Desk:
    """An isolated desk of a running server."""

    server: RunningServer
    control: DeskControl
    url: str

    def start(self, **body: Any) -> User:
        """Start a conversation here."""
        return start(self.url, **body)

    def act(self, user: User, action: str, **more: Any) -> list[dict[str, Any]]:
        """Let Ada, or whoever is named, act."""
        agent: Mapping[str, Any] = {} if action in NOBODYS else {"agent": ADA}
        return list(self.control.act(user.conversation_id, {"action": action, **agent, **more})["events"])


NOBODYS = ("set_file_state", "set_capabilities", "update_queue")
"""Actions of the desk itself."""


Limited: TypeAlias = Callable[..., AbstractContextManager[Desk]]
"""Runs a server with limits, for as long as something is tried."""
