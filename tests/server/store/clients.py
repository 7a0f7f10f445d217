"""Clients that go on through crashes: each writes down what was acknowledged and what it was shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.server.support import server_sent, session

SECONDS = 10.0
PAUSE = 0.02
"""Between two attempts while nobody answers (wall seconds)."""

LOST = (requests.RequestException, OSError, EOFError, WebSocketException)
"""What a client meets when the server dies."""


@dataclass
class Seen:
    """What everybody was shown of a conversation's log: an event that was shown once must be that event for ever."""

    events: dict[int, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event: dict[str, Any]) -> None:
        """Note an event, and whether it is another one than before."""
        text = json.dumps(event, sort_keys=True)
        with self.lock:
            before = self.events.setdefault(event["seq"], text)
            if before != text:
                self.changed.append(f"event {event['seq']} was {before} and is {text}")


class Client:
    """A user with one conversation, who writes without end; and three who read it, each over a transport of its own."""

    def __init__(self, url: str, number: int, stop: threading.Event) -> None:
        self.seen = Seen()
        self.acknowledged: dict[str, str] = {}
        self.attempted = 0
        self.conversation_id = self.token = ""
        self.wrong: list[str] = []
        self._url = url
        self._key = f"start-{number}"
        self._stop = stop
        readers = {"socket": self._read_socket, "poll": self._read_polls, "sse": self._read_sse}
        works = [self._write, *(partial(self._go_on, name, read) for name, read in readers.items())]
        self._threads = [threading.Thread(target=self._guarded, args=(work,)) for work in works]

    def begin(self) -> None:
        """Start the conversation, and go to work."""
        self.start()
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait for the end of the work."""
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def start(self) -> None:
        """Start the conversation, or get it again: one key, one conversation, one token."""
        body, headers = {"user_id": self._key}, {"Idempotency-Key": self._key}

        def post() -> requests.Response:
            with session() as http:
                return http.post(f"{self._url}/v1/conversations", json=body, headers=headers, timeout=SECONDS)

        told = self._until_answered(post).json()
        found = (told["conversation"]["id"], told["token"])
        if self.token and found != (self.conversation_id, self.token):
            self.wrong.append(f"the start gave {found[0]}, before {self.conversation_id}, or another token")
        self.conversation_id, self.token = found

    @property
    def base(self) -> str:
        """The conversation's URL."""
        return f"{self._url}/v1/conversations/{self.conversation_id}"

    @property
    def headers(self) -> dict[str, str]:
        """The conversation's token."""
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str) -> Any:
        """Return the JSON of an answer."""
        with session() as http:
            answer = http.get(f"{self.base}{path}", headers=self.headers, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self.wrong.append(f"{work}: {error!r}")

    def _until_answered(self, call: Callable[[], requests.Response]) -> requests.Response:
        while True:
            try:
                answer = call()
            except LOST:
                if self._stop.wait(PAUSE):
                    raise
                continue
            assert answer.status_code in (200, 201), answer.text
            return answer

    def _write(self) -> None:
        """Send one message after the other, each until it is acknowledged."""
        with session() as http:
            while not self._stop.is_set():
                self.attempted += 1
                name = f"m{self.attempted}"
                body = {"text": f"text {name}", "message_id": name}

                def post(body: dict[str, str] = body) -> requests.Response:
                    return http.post(f"{self.base}/messages", json=body, headers=self.headers, timeout=SECONDS)

                try:
                    self.acknowledged[name] = self._until_answered(post).json()["id"]
                except LOST:
                    return
                self._stop.wait(PAUSE)

    def _go_on(self, name: str, read: Callable[[Reader], None]) -> None:
        """Read until the end; after each loss go on behind what was shown last."""
        reader = Reader(name, self)
        while not self._stop.is_set():
            try:
                read(reader)
            except LOST:
                self._stop.wait(PAUSE)

    def _read_socket(self, reader: Reader) -> None:
        url = f"ws{self.base.removeprefix('http')}/stream?after={reader.position}"
        protocols: Any = ["byosd.v1", f"bearer.{self.token}"]
        with connect(url, subprotocols=protocols, proxy=None, open_timeout=SECONDS) as socket:
            while not self._stop.is_set():
                reader.shown(json.loads(socket.recv(timeout=SECONDS)))

    def _read_polls(self, reader: Reader) -> None:
        while not self._stop.is_set():
            for event in self.get(f"/events?after={reader.position}&wait=1")["events"]:
                reader.shown(event)

    def _read_sse(self, reader: Reader) -> None:
        url, headers = f"{self.base}/events?after={reader.position}", {**self.headers, "Accept": "text/event-stream"}
        with session() as http, http.get(url, headers=headers, stream=True, timeout=SECONDS) as answer:
            for told in server_sent(answer):
                reader.shown(json.loads(told["data"]))
                if self._stop.is_set():
                    return


class Reader:
    """One way of reading: it is shown each event once, in order."""

    def __init__(self, name: str, client: Client) -> None:
        self.position = 0
        self._name = name
        self._client = client

    def shown(self, event: dict[str, Any]) -> None:
        """Note an event."""
        self._client.seen.note(event)
        if event["seq"] != self.position + 1:
            self._client.wrong.append(f"{self._name}: event {event['seq']} came after {self.position}")
        self.position = event["seq"]
