"""Conversations as JSON lines: the first line names format and version, each other one is a conversation of a desk.

An import checks everything first; then all of it is written in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from mockdesk.core.conversation import StateChange
from mockdesk.core.drafts import Context
from mockdesk.core.events import Event, FileState, Message, MessageCreated
from mockdesk.core.files import StoredFile
from mockdesk.core.saved import SavedBeginning, SavedConversation, SavedState
from mockdesk.core.table import State
from mockdesk.core.timestamps import LAST_SECOND
from mockdesk.core.tokens import Grant
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.store.codec import BODIES, QUICK, Mistake, dump, read
from mockdesk.store.rows import StoredDesk, read_desks

FORMAT, FORMAT_VERSION = "mockdesk conversations", 1


@lazy_dataclass(frozen=True)
class ExportedEvent:
    """An event. ``data`` is its payload as values; ``None`` for a message, which stands among the messages."""

    seq: int
    time: float
    type: str
    data: dict[str, Any] | None


@lazy_dataclass(frozen=True)
class ExportedFile:
    """A file; ``content`` is base64."""

    id: str
    name: str
    content_type: str
    state: FileState
    message: str | None
    content: str


@lazy_dataclass(frozen=True)
class ExportedToken:
    """What a conversation's token is good for: its SHA-256 in hexadecimal, and when it ends."""

    digest: str
    expires_at: float


@lazy_dataclass(frozen=True)
class ExportedConversation:
    """One line. ``desk`` is the desk's name, empty for the server's own."""

    desk: str
    beginning: SavedBeginning
    context: Context
    state: SavedState
    events: tuple[ExportedEvent, ...]
    messages: tuple[Message, ...]
    changes: tuple[StateChange, ...]
    files: tuple[ExportedFile, ...]
    token: ExportedToken | None = None


def exported(path: Path, connection: sqlite3.Connection, with_tokens: bool) -> Iterator[str]:
    """Give the lines of a store's conversations, oldest first, each with its end of line.

    Raises:
        StoreError: the store cannot be read.
    """
    yield json.dumps({"format": FORMAT, "version": FORMAT_VERSION}) + "\n"
    for desk in read_desks(path, connection):
        for conversation in desk.saved.conversations:
            yield dump(_exported(desk, conversation, with_tokens)) + "\n"


def _exported(desk: StoredDesk, one: SavedConversation, with_tokens: bool) -> ExportedConversation:
    token = one.token if with_tokens else None
    return ExportedConversation(
        desk.row.name,
        one.beginning if with_tokens else replace(one.beginning, start=None),
        one.context,
        one.state,
        tuple(map(_exported_event, one.events)),
        one.messages,
        one.changes,
        tuple(_exported_file(file) for file in one.files),
        None if token is None else ExportedToken(token.digest.hex(), token.expires_at),
    )


def _exported_event(event: Event) -> ExportedEvent:
    data = None if isinstance(event.body, MessageCreated) else QUICK.unstructure(event.body)
    return ExportedEvent(event.seq, event.time, event.type, data)


def _exported_file(file: StoredFile) -> ExportedFile:
    content = b64encode(file.content).decode()
    return ExportedFile(file.id, file.name, file.content_type, file.state, file.message, content)


def read_lines(lines: Iterable[str]) -> list[tuple[str, SavedConversation]]:
    """Return the conversations of an export, each with its desk's name.

    Raises:
        Mistake: what is wrong, with line and key in front.
    """
    found: list[tuple[str, SavedConversation]] = []
    seen: set[tuple[str, str]] = set()
    number = 0
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line, parse_constant=_refuse_constant)
            if number == 1:
                _check_format(data)
                continue
            desk, conversation = _conversation(read(data, ExportedConversation))
            key = (desk, conversation.beginning.id)
            if key in seen:
                raise Mistake(f"beginning.id {key[1]!r} stands on another line, too")
        except json.JSONDecodeError as error:
            raise Mistake(f"{number}: column {error.colno}: is no JSON: {error.msg}") from None
        except ValueError as error:
            raise Mistake(f"{number}: {error}") from None
        seen.add(key)
        found.append((desk, conversation))
    if number == 0:
        raise Mistake("1: the file is empty")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Mistake(f"{name} is no number of JSON")


def _check_format(data: Any) -> None:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Mistake(f'format must be "{FORMAT}": this is no export of conversations')
    if data.get("version") != FORMAT_VERSION:
        raise Mistake(f"version {data.get('version')!r} is not known, {FORMAT_VERSION} is")


def _conversation(one: ExportedConversation) -> tuple[str, SavedConversation]:
    said = {message.seq: message for message in one.messages}
    saved = SavedConversation(
        one.beginning,
        one.context,
        one.state,
        tuple(_event(place, event, said) for place, event in enumerate(one.events)),
        one.messages,
        one.changes,
        tuple(_file(place, file) for place, file in enumerate(one.files)),
        None if one.token is None else _grant(one.token, one.beginning.id),
    )
    check(saved)
    return one.desk, saved


def _event(place: int, event: ExportedEvent, said: dict[int, Message]) -> Event:
    key = f"events[{place}]"
    kind = BODIES.get(event.type)
    if kind is None:
        raise Mistake(f"{key}.type {event.type!r} is not known")
    if kind is MessageCreated:
        if event.seq not in said:
            raise Mistake(f"{key}.seq is {event.seq}, but no message has it")
        return Event(event.seq, event.time, MessageCreated(said[event.seq]))
    try:
        return Event(event.seq, event.time, read(event.data, kind))
    except Mistake as error:
        raise Mistake(f"{key}.data: {error}") from None


def _file(place: int, file: ExportedFile) -> StoredFile:
    try:
        content = b64decode(file.content, validate=True)
    except ValueError:
        raise Mistake(f"files[{place}].content must be base64") from None
    return StoredFile(file.id, file.name, file.content_type, content, file.state, file.message)


def _grant(token: ExportedToken, conversation_id: str) -> Grant:
    try:
        return Grant(bytes.fromhex(token.digest), token.expires_at, conversation_id=conversation_id)
    except ValueError:
        raise Mistake("token.digest must be hexadecimal") from None


def check(saved: SavedConversation) -> None:
    """Refuse what no desk would have made.

    Raises:
        Mistake: names the key.
    """
    state, last = saved.state, saved.state.last_seq
    if not saved.beginning.id:
        raise Mistake("beginning.id must not be empty")
    first = last - len(saved.events) + 1
    for place, event in enumerate(saved.events):
        if event.seq != first + place or first < 1:
            raise Mistake(f"events[{place}].seq must be {first + place}: events are without gaps up to state.last_seq")
    seqs = [message.seq for message in saved.messages]
    if seqs != sorted(set(seqs)) or not all(1 <= seq <= last for seq in seqs):
        raise Mistake("messages must have growing positions up to state.last_seq")
    if (state.state is State.ENDED) != (state.ended_at is not None):
        raise Mistake("state.ended_at must be there exactly where state.state is ended")
    if state.agents and state.state in (State.WAITING, State.ENDED):
        raise Mistake(f"state.agents must be empty: the conversation is {state.state.value}")
    if state.ticket is not None and (state.ticket < 1 or state.state is State.ENDED):
        raise Mistake("state.ticket must be 1 or more, and nothing at the end")
    _check_times(saved)


def _check_times(saved: SavedConversation) -> None:
    times = {"beginning.created_at": saved.beginning.created_at, "state.last_activity": saved.state.last_activity}
    times |= {f"events[{place}].time": event.time for place, event in enumerate(saved.events)}
    times |= {f"messages[{place}].time": message.time for place, message in enumerate(saved.messages)}
    times |= {f"changes[{place}].time": change.time for place, change in enumerate(saved.changes)}
    for key, time in times.items():
        if not 0 <= time <= LAST_SECOND:
            raise Mistake(f"{key} must be seconds since 1970, up to the year 9999")
