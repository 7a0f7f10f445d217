"""What makes generated calls meaningful: real conversations, and each conversation's token on its calls.

OpenAPI links hand ids on but no token, and a random id is unknown to the desk. So a generated walk without help is
nothing but 401s and 404s. Here every conversation that a generated start made is remembered with its token, each call
gets the token of the conversation in its address, and calls outside of walks are aimed at real conversations.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis.generation.meta import TestPhase

from contracts.desk.bench import FILE
from contracts.desk.bodies import started_id
from contracts.desk.wire import Token, Wire

CONVERSATION = re.compile(r"/v1/conversations/([^/?]+)")
LONGEST_HOLD = 60
"""Seconds of ``wait`` up to which a desk might hold a poll; a longer one is refused, so it may stand."""


class Conversations:
    """The conversations of one fuzzing run: a live one for each operation, and the tokens of all."""

    def __init__(self, wire: Wire, user_token: Callable[[str], Token]) -> None:
        self.tokens: dict[str, str] = {}
        self._wire = wire
        self._user_token = user_token
        self._live: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._lock = threading.Lock()

    def remember(self, body: Any) -> None:
        """Keep the token that an answer to a start holds."""
        identity = started_id(body)
        if identity is not None and isinstance(body.get("token"), str):
            self.tokens[identity] = body["token"]

    def user_token(self, user: str) -> str | None:
        """Return a token with which this user may start, where the desk gives one."""
        return self._user_token(user).value if user else None

    def live(self, operation: str, *, fresh: bool) -> str | None:
        """Return a conversation for calls of this operation; a new one for ``endChat`` and where ``fresh`` asks."""
        with self._lock:
            if fresh or operation not in self._live or operation == "endChat":
                self._live[operation] = self._start() or ""
            return self._live[operation] or None

    def file(self, conversation_id: str) -> str | None:
        """Return a file of the conversation, or ``None`` when the desk takes none."""
        with self._lock:
            if conversation_id not in self._files:
                answer = self._wire.request("uploadFile", conversation_id, files={"file": FILE}, purpose="fuzz.prepare")
                ok = answer.ok and isinstance(answer.body, Mapping)
                self._files[conversation_id] = str(answer.body["id"]) if ok else ""
            return self._files[conversation_id] or None

    def end_all(self) -> None:
        """End every conversation of the run."""
        for identity, token in self.tokens.items():
            self._wire.request("endChat", identity, token=Token("own", token), purpose="tidy_up")

    def _start(self) -> str | None:
        user = "fuzz-user"
        answer = self._wire.request(
            "startChat", token=self._user_token(user), body={"user_id": user}, purpose="fuzz.prepare"
        )
        self.remember(answer.body)
        return started_id(answer.body) if answer.ok else None


class ConversationToken(AuthBase):
    """Puts the token on each request: of the conversation in its address, else of any; at a start, of its user."""

    def __init__(self, conversations: Conversations, api_key: str | None) -> None:
        self._conversations = conversations
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authorize one request as it goes out."""
        address = (request.url or "").partition("?")[0]
        match = CONVERSATION.search(address)
        tokens = self._conversations.tokens
        if match is not None and tokens:
            token = tokens.get(match[1]) or next(iter(tokens.values()))
            request.headers["Authorization"] = f"Bearer {token}"
        elif self._api_key is not None and address.endswith("/v1/tokens"):
            request.headers["X-Api-Key"] = self._api_key
        elif self._api_key is not None and address.endswith("/v1/conversations"):
            bearer = self._conversations.user_token(user_of(request.body))
            if bearer is not None:
                request.headers["Authorization"] = f"Bearer {bearer}"
        return request


def user_of(body: object) -> str:
    """Return the user whom the body of a start names; empty when it names none."""
    try:
        named = json.loads(body) if isinstance(body, (bytes, str)) else None
    except ValueError:
        named = None
    user = named.get("user_id") if isinstance(named, Mapping) else None
    return user if isinstance(user, str) else ""


def aim(case: schemathesis.Case[Any], conversations: Conversations) -> schemathesis.Case[Any]:
    """Aim a generated case at something real, without making right what was made wrong on purpose.

    A part is assigned only where it changes: the library takes an assigned part for one that may have become wrong.
    """
    operation = case.operation.definition.raw.get("operationId", "")
    negated = _negated(case.meta)
    if "path_parameters" not in negated:
        _aim_path(case, operation, conversations)
    if "wait" in case.query:
        case.query = {**case.query, "wait": short_wait(case.query["wait"])}
    if "query" in negated:
        case.headers.pop("Last-Event-ID", None)  # it would win over the position that was made wrong
    elif "queue" in case.query:
        case.query = {**case.query, "queue": "default"}
    if "body" not in negated and isinstance(case.body, dict):
        body = _aim_body(operation, case.body)
        if body is not case.body:
            case.body = body
    return case


def _negated(meta: Any) -> frozenset[str]:
    """Return the names of the parts that were made wrong on purpose."""
    if meta is None:
        return frozenset()
    return frozenset(location.container_name for location, info in meta.components.items() if info.mode.is_negative)


def _aim_path(case: schemathesis.Case[Any], operation: str, conversations: Conversations) -> None:
    """Put a real conversation into the address, unless a link has put one there."""
    if case.path_parameters.get("conversation_id", "") in {"", *conversations.tokens}:
        return
    walks = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    live = conversations.live(operation, fresh=walks)
    if live is None:
        return
    real = {"conversation_id": live}
    if "file_id" in case.path_parameters:
        file_id = conversations.file(live)
        real |= {"file_id": file_id} if file_id else {}
    case.path_parameters = {**case.path_parameters, **real}


def short_wait(wait: Any) -> Any:
    """Return 0 for a wait that the desk would keep: on a desk whose clock does not run it may take for ever."""
    try:
        seconds = float(wait)
    except (TypeError, ValueError):
        return wait
    return 0 if 0 < seconds <= LONGEST_HOLD else wait


def _aim_body(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace what no schema can say: which queues, files and positions there are."""
    if operation == "startChat" and body.get("queue") is not None:
        return {**body, "queue": "default"}
    if operation == "userReadMessages" and body.get("up_to_seq"):
        return {**body, "up_to_seq": 1}
    if operation == "sendMessageToAgent" and body.get("file_ids"):
        return {**{name: value for name, value in body.items() if name != "file_ids"}, "text": body.get("text") or "-"}
    return body
