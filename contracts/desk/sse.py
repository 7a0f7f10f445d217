"""Server-sent events, read to their end and reported to the wire's recorder like the frames of a WebSocket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from contracts.desk.bodies import decoded, lower, parsed
from contracts.desk.wire import OWN, Answer, Call, Token, Wire

KIND = "text/event-stream"


@dataclass(frozen=True)
class Reading:
    """How reading went: the answer's status (``None``: none came), its events, and whether the desk ended it."""

    status: int | None
    events: tuple[Any, ...]
    ended: bool


def read_events(
    wire: Wire,
    conversation_id: str,
    after: int,
    *,
    last_event_id: int | None = None,
    token: Token = OWN,
    until_seq: int | None = None,
    patience: float = 5.0,
    purpose: str | None = None,
) -> Reading:
    """Read the events after a position until the desk ends the answer, ``until_seq`` has come, or ``patience`` is over.

    ``patience`` is wall seconds; ``last_event_id`` is sent as ``Last-Event-ID``.
    """
    headers = {"Accept": KIND, "Connection": "close"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = str(last_event_id)
    call = wire.call("pollEvents", conversation_id, token, {"after": after}, headers, purpose=purpose)
    began = time.monotonic()
    try:
        response = requests.get(
            wire.desk_url + call.path, params=call.query, headers=call.headers, stream=True, timeout=patience
        )
    except requests.RequestException as error:
        wire.report(call, Answer(None, {}, None, f"{type(error).__name__}: {error}"), time.monotonic() - began)
        return Reading(None, (), False)
    with response:
        streams = response.ok and lower(response.headers).get("content-type", "").startswith(KIND)
        body = None if streams else parsed(response)
        wire.report(call, Answer(response.status_code, lower(response.headers), body), time.monotonic() - began)
        if not streams:
            return Reading(response.status_code, (), False)
        return _read(wire, call, response, until_seq, began + patience)


def _read(wire: Wire, call: Call, response: requests.Response, until_seq: int | None, deadline: float) -> Reading:
    events: list[Any] = []
    connection = wire.next_connection(str(call.conversation_id))
    after = int(call.headers.get("Last-Event-ID", call.query["after"]))
    about = {"conversation_id": call.conversation_id, "connection": connection, "after": after}
    try:
        for fields in _blocks(response, deadline):
            frame = decoded(fields["data"])
            events.append(frame)
            wire.record(
                "frame",
                transport="server_sent_events",
                frame=frame,
                id=fields.get("id"),
                event=fields.get("event"),
                purpose=call.purpose,
                **about,
            )
            if until_seq is not None and isinstance(frame, dict) and frame.get("seq") == until_seq:
                return Reading(response.status_code, tuple(events), False)
    except (requests.RequestException, TimeoutError):
        return Reading(response.status_code, tuple(events), False)
    return Reading(response.status_code, tuple(events), True)


def _blocks(response: requests.Response, deadline: float) -> Iterator[dict[str, str]]:
    """Yield the fields of each event that has data; comments are passed over.

    Raises:
        TimeoutError: the deadline is over.
    """
    fields: dict[str, str] = {}
    for line in response.iter_lines(chunk_size=1, decode_unicode=False):
        if time.monotonic() > deadline:
            raise TimeoutError
        text = line.decode("utf-8", "replace")
        name, _, value = text.partition(":")
        if not text and "data" in fields:
            yield fields
        if not text:
            fields = {}
        elif name:
            value = value.removeprefix(" ")
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and name in fields else value
