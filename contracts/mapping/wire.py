"""Calls of a desk of any shape, in the words of openapi.yaml.

A mapping says what each operation is at the desk, and what an answer means. What is recorded has the shapes of
:mod:`contracts.desk.wire`: operations, bodies and events are canonical; ``raw`` holds what really went over the wire. A
refusal by the mapping's success condition is recorded as 400 where the desk's own status says otherwise, and a success
as 200. Tokens are nowhere in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from contracts.desk.bodies import Files, masked
from contracts.desk.wire import KEPT_HEADERS, OWN, Answer, Chat, Dial, Record, Token, Wire
from contracts.mapping.answers import canonical_answer
from contracts.mapping.caller import Caller, Performed
from contracts.mapping.http import Line, Reply
from contracts.mapping.model import Function, Mapped, among
from contracts.mapping.rules import split, translate
from contracts.mapping.template import Unfilled, fill_json, fill_text, fill_texts, names_in

OF_ONE_CALL = frozenset({"desk_message_id", "desk_position", "online", "ended"})
"""Picked names that say something of one answer only."""


@dataclass
class Known:
    """What is known of one conversation: what was picked from answers, and from its events."""

    picked: dict[str, Any]
    cursor: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Told:
    """What one call is recorded as."""

    operation: str
    conversation_id: str | None
    owner: str
    query: Mapping[str, Any]
    body: Any
    purpose: str | None
    began: float


class MappedWire(Wire):
    """Calls of one desk through a mapping. Safe for several threads."""

    def __init__(
        self, desk_url: str, mapping: Mapped, recorder: Record | None = None, *, timeout: float = 10.0
    ) -> None:
        """Call the desk at ``desk_url``; ``timeout`` is wall seconds for each answer.

        Raises:
            NoVariable: a variable of the mapping has no value.
        """
        super().__init__(desk_url, recorder, timeout=timeout)
        self.mapping = mapping
        self.known: dict[str, Known] = {}
        self.caller = Caller.of(desk_url, mapping)
        self._variables = mapping.values()

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
        """Make the calls that are this operation at the desk; return what came as a canonical answer.

        What the mapping has no request for is not sent and not recorded: the answer has no status and says so.
        """
        if operation == "pollEvents":
            return self.poll(conversation_id or "", query or {}, token=token, purpose=purpose)[0]
        function = self.mapping.by_operation.get(operation)
        if function is None or content is not None or files is not None or not isinstance(body, (Mapping, type(None))):
            return unsent(f"the mapping has no request for this {operation}")
        if _tries_tokens(token, purpose) and not self._sends_token(function.names()):
            return unsent(f"the mapping sends no token with {operation}")
        told = _Told(operation, conversation_id, token.owner, query or {}, body, purpose, time.monotonic())
        values = self._values(conversation_id, token, flat(body or {}, query or {}, headers or {}))
        try:
            done = self.caller.perform(function, values, timeout or self.timeout)
        except Unfilled as name:
            return unsent(f"the mapping's {operation} needs {{{name}}}, which has no value")
        answer = self._answer(told, done, values)
        if operation == "startChat":
            return self._started(function, told, answer, done, values)
        if answer.ok and conversation_id in self.known:
            self.known[conversation_id].picked.update(_lasting(function, values))
        self._record(told, conversation_id, answer, done.raw)
        return answer

    def _values(self, conversation_id: str | None, token: Token, given: Mapping[str, Any]) -> dict[str, Any]:
        known = self.known.get(conversation_id or "")
        values = {**self._variables, **(known.picked if known else {}), **given}
        values["conversation_id"] = conversation_id
        values["token"] = self.bearer(conversation_id, token)
        return values

    def _sends_token(self, names: set[str]) -> bool:
        return "token" in names or "token" in set(names_in(self.mapping.headers))

    def _answer(self, told: _Told, done: Performed, values: Mapping[str, Any]) -> Answer:
        status, reply = done.reply.status, done.reply
        fine = status is not None and 200 <= status < 300
        kept = {name: value for name, value in reply.headers.items() if name in KEPT_HEADERS}
        if not done.ok:
            return Answer(400 if fine else status, kept, self.caller.secrets.hide(reply.body), reply.error)
        if told.operation == "startChat" and values.get("conversation_id") is None:
            return Answer(400, kept, {}, "the mapping picks no conversation_id from the answer")
        return Answer(status if fine else 200, kept, canonical_answer(self.mapping, told.operation, reply.body, values))

    def _started(
        self, function: Function, told: _Told, answer: Answer, done: Performed, values: dict[str, Any]
    ) -> Answer:
        """Keep what a start picked; end what it made when a later step of it failed."""
        made = values.get("conversation_id")
        identity = str(made) if done.main_done and made is not None else None
        if identity is not None:
            self.known[identity] = Known(_lasting(function, values))
            token = values.get("token")
            self.chats[identity] = Chat(identity, Token("own", None if token is None else str(token)), "")
        self._record(told, identity, answer, done.raw)
        if identity is not None and not answer.ok:
            self.request("endChat", identity, body={}, purpose="tidy_up")
        return answer

    def poll(
        self,
        conversation_id: str,
        query: Mapping[str, Any],
        *,
        token: Token = OWN,
        purpose: str | None = None,
        line: Line | None = None,
    ) -> tuple[Answer, Any]:
        """Ask for events after the position ``query["after"]``; return the canonical answer and the desk's own."""
        events, after = self.mapping.events, int(query.get("after") or 0)
        if events.request is None:
            return unsent("the mapping's events do not come by polling"), None
        if _tries_tokens(token, purpose) and not self._sends_token(events.names()):
            return unsent("the mapping sends no token with a poll"), None
        told = _Told(
            "pollEvents", conversation_id, token.owner, {**query, "after": after}, None, purpose, time.monotonic()
        )
        wait = float(query.get("wait") or 0)
        values = self._values(conversation_id, token, {**self.cursor(conversation_id, after), "wait": _plain(wait)})
        try:
            reply = self.caller.send(events.request, values, self.timeout + wait, line)
        except Unfilled as name:
            return unsent(f"the mapping's poll needs {{{name}}}, which has no value"), None
        answer = self._polled(reply, after)
        if line is None or reply.status is not None:  # not one that was given up
            self._record(told, conversation_id, answer, (self.caller.shown(events.request, values, reply),))
        return answer, reply.body

    def cursor(self, conversation_id: str, after: int) -> dict[str, Any]:
        """Return the values that say from where events are wanted."""
        known = self.known.get(conversation_id)
        read = known.cursor if known is not None and after else {}
        return {**self.mapping.events.start, **read, "position": after}

    def _polled(self, reply: Reply, after: int) -> Answer:
        events = self.mapping.events
        if among(reply.status, events.nothing_new):
            return Answer(200, {}, {"events": [], "next": after})
        if reply.status is None or not 200 <= reply.status < 300:
            kept = {name: value for name, value in reply.headers.items() if name in KEPT_HEADERS}
            return Answer(reply.status, kept, self.caller.secrets.hide(reply.body), reply.error)
        found = [self._translated(item) for item in split(events.items, reply.body)]
        last = max([after, *(one.position or 0 for one in found)])
        told = [one.first for one in found if one.known or one.position is not None]
        return Answer(200, {}, {"events": told, "next": last})

    def _translated(self, item: Any) -> Any:
        events = self.mapping.events
        return translate(events.rules, item, position=events.position, key=events.key)

    def dial(self, conversation_id: str, after: int, token: Token, by_header: bool) -> Dial:
        """Return how a stream of the conversation is opened, as the mapping says; ``by_header`` makes no difference."""
        events = self.mapping.events
        values = self._values(conversation_id, token, self.cursor(conversation_id, after))
        missing = {name: "" for name in names_in([events.url, list(events.subprotocols)]) if values.get(name) is None}
        filled = {**values, **missing}
        url = fill_text(events.url, filled, quoted=not events.url.startswith("{"))
        if url.startswith("/"):
            url = self.caller.address.replace("http", "ws", 1) + url
        query = urlencode(fill_texts(events.query, values))
        beat = events.heartbeat
        return Dial(
            url + ("&" if "?" in url else "?") * bool(query) + query,
            tuple(fill_text(name, filled) for name in events.subprotocols),
            fill_texts(events.headers, values),
            tuple(_frame(frame, values) for frame in events.first_frames),
            None if beat is None else _frame(beat["frame"], values),
            None if beat is None else float(beat["seconds"]),
        )

    def take_frame(self, frame: Any, about: Mapping[str, Any]) -> None:
        """Record each event in a frame; one that means nothing and has no position has only its raw form."""
        for item in split(self.mapping.events.items, frame):
            one = self._translated(item)
            event = one.first if one.known or one.position is not None else None
            self.record("frame", transport="websocket", frame=event, raw=self.caller.secrets.hide(item), **about)

    def places(self, frame: Any) -> list[int]:
        """Return the positions of the events in a frame."""
        found = [self._translated(item).position for item in split(self.mapping.events.items, frame)]
        return [place for place in found if place is not None]

    def record(self, kind: str, **data: Any) -> None:
        """Report one happening to the recorder, marked as one of a desk of another shape."""
        super().record(kind, mapped=True, **data)

    def _record(self, told: _Told, conversation_id: str | None, answer: Answer, raw: tuple[Any, ...]) -> None:
        hide = self.caller.secrets.hide
        self.record(
            "exchange",
            operation=told.operation,
            conversation_id=conversation_id,
            token=told.owner,
            request={"method": None, "path": None, "query": dict(told.query), "headers": {}, "body": told.body},
            status=answer.status,
            headers=dict(answer.headers),
            body=hide(masked(answer.body)),
            seconds=round(time.monotonic() - told.began, 6),
            error=answer.error,
            raw=list(raw),
            purpose=told.purpose,
        )


def unsent(why: str) -> Answer:
    """Return the answer to a call that the mapping cannot make."""
    return Answer(None, {}, None, why)


def _tries_tokens(token: Token, purpose: str | None) -> bool:
    """Tell whether a call is made to see how a wrong token, or none, is taken."""
    return token.owner not in ("own", "none") or purpose == "token.none"


def flat(body: Mapping[str, Any], query: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the names that a canonical request gives to templates."""
    context = body.get("context")
    values = {**query, **body, **(context if isinstance(context, Mapping) else {})}
    if "typing" in body:
        values["is_typing"] = body["typing"]
    if "Idempotency-Key" in headers:
        values["idempotency_key"] = headers["Idempotency-Key"]
    return values


def _lasting(function: Function, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a function picked that later requests may need."""
    names = {name for step in function.steps for name in step.pick} - OF_ONE_CALL - {"conversation_id"}
    return {name: values[name] for name in names if name in values}


def _frame(template: Any, values: Mapping[str, Any]) -> str:
    filled = fill_json(template, {**dict.fromkeys(names_in(template), ""), **values})
    return filled if isinstance(filled, str) else json.dumps(filled)


def _plain(seconds: float) -> int | float:
    """Return whole seconds without a fraction: many desks take nothing else."""
    return int(seconds) if seconds == int(seconds) else seconds
