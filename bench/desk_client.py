"""What the benchmark asks of our desk besides the load: conversations with their tokens, and its control API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench.load.wsload import Target
from bench.processes import HOST, CannotMeasure, ServerProcess

CALL_SECONDS = 120.0
CLIENTS = 4
"""How many clients start conversations at once."""


@dataclass(frozen=True)
class Conversation:
    """A conversation that was started, and the token that opens it."""

    id: str
    token: str

    @property
    def path(self) -> str:
        """Its path on the desk."""
        return f"/v1/conversations/{self.id}"

    def target(self) -> Target:
        """Return its stream, read from the beginning, for the load generator."""
        return Target(
            f"{self.path}/stream?after=0",
            f"byosd.v1, bearer.{self.token}",
            f"{self.path}/messages",
            f"Bearer {self.token}",
        )


class DeskClient:
    """Speaks to a running desk over one connection, which is opened anew when the desk closed it."""

    def __init__(self, server: ServerProcess) -> None:
        self._connection = HTTPConnection(HOST, server.port, timeout=CALL_SECONDS)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return the JSON of an answer.

        Raises:
            CannotMeasure: the answer is no 2xx, or there is none.
        """
        sent = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise CannotMeasure(f"{method} {path}: {type(error).__name__} {error}") from None
        if answer.status // 100 != 2:
            raise CannotMeasure(f"{method} {path}: {answer.status} {text[:100]!r}")
        return json.loads(text) if text else None

    def start(self) -> Conversation:
        """Start a conversation."""
        told = self.call("POST", "/v1/conversations", {"user_id": "user-1", "user_name": "Ada"})
        return Conversation(told["conversation"]["id"], told["token"])

    def remove_script(self) -> None:
        """Let nobody play the agents."""
        self.call("DELETE", "/_mock/script")

    def signal(self, name: str) -> None:
        """Give a signal to the scripts of all conversations."""
        self.call("POST", "/_mock/script/signals", {"name": name})

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def without_script(server: ServerProcess) -> None:
    """Make the desk one whose agents nobody plays."""
    client = DeskClient(server)
    client.remove_script()
    client.close()


def start_many(server: ServerProcess, count: int) -> list[Conversation]:
    """Start conversations, several clients at once."""
    shares = [count // CLIENTS + (number < count % CLIENTS) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for share in pool.map(lambda number: _start_share(server, number), shares) for one in share]


def _start_share(server: ServerProcess, count: int) -> list[Conversation]:
    client = DeskClient(server)
    try:
        return [client.start() for _ in range(count)]
    finally:
        client.close()


def targets(conversations: Sequence[Conversation]) -> list[Target]:
    """Return the streams of conversations, one each."""
    return [one.target() for one in conversations]


def floor_targets(count: int, *, same: bool = False) -> list[Target]:
    """Return as many sockets of the floor: each on a conversation of its own, or all on the ``same``."""
    paths = [f"/conversations/c{0 if same else number}" for number in range(count)]
    return [Target(f"{path}/stream", post=f"{path}/messages") for path in paths]
