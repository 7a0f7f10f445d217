"""Raw calls of the canonical desk API, each reported to a recorder; nothing here retries, judges or raises.

A recorder is a callable that takes one dict. Every dict has ``at``, wall seconds since the wire was made, and ``probe``
and ``purpose``, which say what the call was for, or ``None``. By ``kind``:

``exchange``
    ``operation``, ``conversation_id``, ``token``, ``request`` {method, path, query, headers, body}, ``status``,
    ``headers``, ``body``, ``seconds``, ``error`` (why there is no whole answer; ``status`` is ``None`` then).
``handshake``
    ``conversation_id``, ``connection``, ``token``, ``after``, ``status`` (101: open), ``subprotocol``, ``body``,
    ``error``.
``frame``
    ``conversation_id``, ``connection``, ``after``, ``transport`` (websocket, server_sent_events), ``frame``: parsed
    JSON, or the raw text.
``stream.closed``
    ``conversation_id``, ``connection``, ``after``, ``code``, ``by``: ``desk`` or ``client``.

``token`` names whose token was sent, never the token. Tokens in bodies are replaced by a digest, so that a trace can be
shown to others and equal tokens stay equal.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from contracts.desk import contract
from contracts.desk.bodies import Files, fill, lower, masked, parsed, shown, started_id

Record = Callable[[dict[str, Any]], None]
KEPT_HEADERS = (
    "content-type",
    "location",
    "retry-after",
    "www-authenticate",
    "upgrade",
    "allow",
    "content-disposition",
)
"""The headers of answers that are recorded."""
PROTOCOL = "byosd.v1"
"""The subprotocol that a desk selects."""
SECRET_HEADERS = ("Authorization", "X-Api-Key")
"""The headers of requests that are not."""


@dataclass(frozen=True)
class Token:
    """What is sent as authorization: whose token it is, for the record, and the token itself."""

    owner: str
    value: str | None = field(default=None, repr=False)


OWN = Token("own")
"""The token that ``startChat`` answered for the conversation of the call."""
NONE = Token("none")
"""No authorization at all."""
GARBAGE = Token("garbage", "no-token-of-this-desk")
"""A token that no desk gave out."""


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` is ``None`` when no whole answer came; ``headers`` have lower-case names."""

    status: int | None
    headers: Mapping[str, str]
    body: Any
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the desk accepted the request."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Chat:
    """What is known of a conversation that was started over this wire."""

    id: str
    token: Token
    stream_url: str


@dataclass(frozen=True)
class Dial:
    """How a stream is opened: address, subprotocols, headers; what is sent ``first``, and every ``beat_seconds`` (wall)
    as ``beat``, where a desk wants that."""

    url: str = field(repr=False)
    subprotocols: tuple[str, ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    first: tuple[str, ...] = field(default=(), repr=False)
    beat: str | None = field(default=None, repr=False)
    beat_seconds: float | None = None


@dataclass(frozen=True)
class Call:
    """Where one call goes. ``headers`` hold the authorization; ``owner`` says whose token it is."""

    operation: str
    conversation_id: str | None
    owner: str
    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str] = field(repr=False)
    purpose: str | None


class Wire:
    """Calls of one desk. It remembers the token of each conversation started over it. Safe for several threads."""

    def __init__(self, desk_url: str, recorder: Record | None = None, *, timeout: float = 10.0) -> None:
        """Call the desk at ``desk_url`` (the address before ``/v1``); ``timeout`` is wall seconds for each answer."""
        self.desk_url = desk_url.rstrip("/")
        self.timeout = timeout
        self.chats: dict[str, Chat] = {}
        self.probe: str | None = None
        self._recorder = recorder
        self._session = requests.Session()
        self._session.trust_env = False
        # a kept connection that the desk gave up looks like a lost answer
        self._session.headers["Connection"] = "close"
        self._lock = threading.Lock()
        self._connections: dict[str, int] = {}
        self._began = time.monotonic()

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def now(self) -> float:
        """Return wall seconds since the wire was made."""
        return time.monotonic() - self._began

    def record(self, kind: str, **data: Any) -> None:
        """Report one happening to the recorder."""
        if self._recorder is not None:
            purpose = data.pop("purpose", None)
            stamp = {"at": round(self.now(), 6), "probe": self.probe, "purpose": purpose}
            self._recorder({"kind": kind, **data, **stamp})

    def next_connection(self, conversation_id: str) -> int:
        """Number a new stream of the conversation, from 1."""
        with self._lock:
            self._connections[conversation_id] = self._connections.get(conversation_id, 0) + 1
            return self._connections[conversation_id]

    def bearer(self, conversation_id: str | None, token: Token) -> str | None:
        """Return what ``token`` stands for at this conversation."""
        if token.owner != "own" or token.value is not None:
            return token.value
        chat = self.chats.get(conversation_id or "")
        return chat.token.value if chat else None

    def request(
        self,
        operation: str,
        conversation_id: str | None = None,
        *,
        token: Token = OWN,
        body: Any = None,
        content: bytes | None = None,
        files: Files | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        file_id: str | None = None,
        timeout: float | None = None,
        purpose: str | None = None,
    ) -> Answer:
        """Make one call and return what came, whatever it is.

        ``body`` is sent as JSON; ``content`` as it is (name its type in ``headers``); ``files`` as multipart fields
        ``{field: (name, bytes, content type)}``. An API key goes into ``headers``, with ``Token("api_key")``.
        """
        call = self.call(operation, conversation_id, token, query, headers, file_id, purpose)
        began = time.monotonic()
        answer = self._send(call, body, content, files, timeout or self.timeout)
        self.report(call, answer, time.monotonic() - began, shown(body, content, files))
        self._remember(operation, answer)
        return answer

    def call(
        self,
        operation: str,
        conversation_id: str | None,
        token: Token,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        file_id: str | None = None,
        purpose: str | None = None,
    ) -> Call:
        """Return where a call goes and with which headers."""
        described = contract.load().operations[operation]
        path = fill(described.path, conversation_id=conversation_id, file_id=file_id)
        bearer = self.bearer(conversation_id, token)
        authorization = {"Authorization": f"Bearer {bearer}"} if bearer is not None else {}
        sent = {**authorization, **(headers or {})}
        return Call(operation, conversation_id, token.owner, described.method, path, query or {}, sent, purpose)

    def report(self, call: Call, answer: Answer, seconds: float, body: Any = None) -> None:
        """Record one exchange; ``body`` is the request's, as it may be shown."""
        started = started_id(answer.body) if call.operation == "startChat" else None
        self.record(
            "exchange",
            operation=call.operation,
            conversation_id=call.conversation_id or started,
            token=call.owner,
            request={
                "method": call.method,
                "path": call.path,
                "query": dict(call.query),
                "headers": {name: value for name, value in call.headers.items() if name not in SECRET_HEADERS},
                "body": body,
            },
            status=answer.status,
            headers={name: value for name, value in answer.headers.items() if name in KEPT_HEADERS},
            body=masked(answer.body),
            seconds=round(seconds, 6),
            error=answer.error,
            purpose=call.purpose,
        )

    def dial(self, conversation_id: str, after: int, token: Token, by_header: bool) -> Dial:
        """Return how a stream of the conversation after a position is opened: with the token in the subprotocols, as a
        browser sends it, or in a header."""
        bearer = self.bearer(conversation_id, token)
        in_protocol = bearer is not None and not by_header
        return Dial(
            f"{self._stream_url(conversation_id)}?after={after}",
            (PROTOCOL, f"bearer.{bearer}") if in_protocol else (PROTOCOL,),
            {"Authorization": f"Bearer {bearer}"} if bearer is not None and by_header else {},
        )

    def _stream_url(self, conversation_id: str) -> str:
        """Return the address of the stream: what the desk answered at the start, else the contract's path."""
        chat = self.chats.get(conversation_id)
        if chat is not None and chat.stream_url.startswith("ws"):
            return chat.stream_url
        return f"{self.desk_url.replace('http', 'ws', 1)}/v1/conversations/{conversation_id}/stream"

    def take_frame(self, frame: Any, about: Mapping[str, Any]) -> None:
        """Record what came over a stream; ``about`` says over which."""
        self.record("frame", transport="websocket", frame=frame, **about)

    def places(self, frame: Any) -> list[int]:
        """Return the positions of the events in a frame."""
        place = frame.get("seq") if isinstance(frame, Mapping) else None
        return [place] if isinstance(place, int) else []

    def _send(self, call: Call, body: Any, content: bytes | None, files: Files | None, timeout: float) -> Answer:
        try:
            with self._session.request(
                call.method,
                self.desk_url + call.path,
                params=call.query,
                headers=call.headers,
                json=body,
                data=content,
                files=files,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return Answer(response.status_code, lower(response.headers), parsed(response))
        except requests.RequestException as error:
            return Answer(None, {}, None, f"{type(error).__name__}: {error}")

    def _remember(self, operation: str, answer: Answer) -> None:
        """Keep the token that a start answered."""
        identity = started_id(answer.body) if operation == "startChat" and answer.ok else None
        if identity is not None and isinstance(answer.body.get("token"), str):
            token = Token("own", answer.body["token"])
            self.chats[identity] = Chat(identity, token, str(answer.body.get("stream_url")))
