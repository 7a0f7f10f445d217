"""Writing batches into the tables of a store, and reading desks out of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from mockdesk.core.conversation import StateChange
from mockdesk.core.drafts import Context
from mockdesk.core.events import Event, Message
from mockdesk.core.files import StoredFile
from mockdesk.core.saved import (
    SavedBeginning,
    SavedConversation,
    SavedDesk,
    SavedParts,
    SavedScript,
    SavedState,
)
from mockdesk.core.tokens import Grant
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.store.batch import ConversationRows, DeskBatch, DeskRow, SavedClock
from mockdesk.store.codec import dump, event_data, event_of, grant_of, load
from mockdesk.store.file import told

PARTS = ("event", "message", "change", "file")
"""The tables of what a conversation holds."""


@lazy_dataclass(frozen=True)
class StoredDesk:
    """A desk as it was kept: its id in the store, its own row, its contents, and the numbers of its conversations."""

    id: int
    row: DeskRow
    saved: SavedDesk
    numbers: dict[str, int]


def write(connection: sqlite3.Connection, batches: Iterable[DeskBatch]) -> None:
    """Write batches in one transaction; when this returns they are durable.

    Raises:
        sqlite3.Error: they could not be written; nothing of them was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        for batch in batches:
            _write_desk(connection, batch)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _write_desk(connection: sqlite3.Connection, batch: DeskBatch) -> None:
    if batch.emptied or batch.removed:
        _empty(connection, batch.desk)
    if batch.removed:
        connection.execute("DELETE FROM desk WHERE id = ?", (batch.desk,))
        return
    if batch.row is not None:
        row = batch.row
        values = (batch.desk, row.name, row.settings, *map(dump, (row.clock, row.parts, row.script)))
        connection.execute("INSERT OR REPLACE INTO desk VALUES (?, ?, ?, ?, ?, ?)", values)
    for number in batch.gone:
        _delete(connection, number)
    for conversation in batch.conversations:
        _write_conversation(connection, conversation)
    grants = [(batch.desk, one.digest, one.expires_at, one.conversation_id, one.user_id) for one in batch.tokens]
    connection.executemany("INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?)", grants)
    forgotten = [(batch.desk, digest) for digest in batch.forgotten]
    connection.executemany("DELETE FROM token WHERE desk = ? AND digest = ?", forgotten)


def _empty(connection: sqlite3.Connection, desk: int) -> None:
    for (number,) in connection.execute("SELECT number FROM conversation WHERE desk = ?", (desk,)).fetchall():
        _delete(connection, number)
    connection.execute("DELETE FROM token WHERE desk = ?", (desk,))


def _delete(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM conversation WHERE number = ?", (number,))
    for table in PARTS:
        connection.execute(f"DELETE FROM {table} WHERE conversation = ?", (number,))


def _write_conversation(connection: sqlite3.Connection, one: ConversationRows) -> None:
    number = one.number
    if one.beginning is not None:
        values = (number, one.desk, dump(one.beginning), dump(one.context), dump(one.state))
        connection.execute("INSERT INTO conversation VALUES (?, ?, ?, ?, ?)", values)
    else:
        connection.execute("UPDATE conversation SET state = ? WHERE number = ?", (dump(one.state), number))
        if one.context is not None:
            connection.execute("UPDATE conversation SET context = ? WHERE number = ?", (dump(one.context), number))
    events = [(number, event.seq, event.time, event.type, event_data(event)) for event in one.events]
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", events)
    if one.first_seq > 1:
        connection.execute("DELETE FROM event WHERE conversation = ? AND seq < ?", (number, one.first_seq))
    messages = [(number, message.seq, dump(message)) for message in one.messages]
    connection.executemany("INSERT INTO message VALUES (?, ?, ?)", messages)
    changes = [(number, place, dump(change)) for place, change in one.changes]
    connection.executemany("INSERT INTO change VALUES (?, ?, ?)", changes)
    if one.first_change > 0:
        connection.execute("DELETE FROM change WHERE conversation = ? AND place < ?", (number, one.first_change))
    _write_files(connection, one)


def _write_files(connection: sqlite3.Connection, one: ConversationRows) -> None:
    for place, file in one.files:
        told = (one.number, place, file.id, file.name, file.content_type, file.state, file.message, file.content)
        connection.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", tuple(map(_writable, told)))
    for place, file in one.decided:
        connection.execute(
            "UPDATE file SET state = ?, message = ? WHERE conversation = ? AND place = ?",
            (file.state, _writable(file.message), one.number, place),
        )


def _writable(value: object) -> object:
    """Return a value that SQLite can hold: a message about a file may come from Python with a lone surrogate."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def read_desks(path: Path, connection: sqlite3.Connection) -> list[StoredDesk]:
    """Return every desk that was kept.

    Raises:
        StoreError: what is there cannot be read.
    """
    try:
        return _read_desks(connection)
    except Exception as error:  # whatever a damaged row leads to
        raise told(path, error) from error


def _read_desks(connection: sqlite3.Connection) -> list[StoredDesk]:
    rows = connection.execute("SELECT id, name, settings, clock, parts, script FROM desk ORDER BY id").fetchall()
    return [_read_desk(connection, *row) for row in rows]


def _read_desk(
    connection: sqlite3.Connection, desk: int, name: str, settings: str, clock: str, parts: str, script: str
) -> StoredDesk:
    kept_parts = load(parts, SavedParts | None)  # type: ignore[arg-type]
    kept_script = load(script, SavedScript | None)  # type: ignore[arg-type]
    row = DeskRow(name, settings, load(clock, SavedClock), kept_parts, kept_script)
    grants = _grants(connection, desk)
    of_conversation = {grant.conversation_id: grant for grant in grants if grant.conversation_id is not None}
    query = "SELECT number, beginning, context, state FROM conversation WHERE desk = ? ORDER BY number"
    found = connection.execute(query, (desk,)).fetchall()
    conversations, numbers = [], {}
    for number, *texts in found:
        conversation = _read_conversation(connection, number, texts, of_conversation)
        conversations.append(conversation)
        numbers[conversation.beginning.id] = number
    saved = SavedDesk(kept_parts, kept_script, tuple(conversations), tuple(grants))
    return StoredDesk(desk, row, saved, numbers)


def _grants(connection: sqlite3.Connection, desk: int) -> list[Grant]:
    query = "SELECT digest, expires_at, conversation, user FROM token WHERE desk = ?"
    return [grant_of(*row) for row in connection.execute(query, (desk,))]


def _read_conversation(
    connection: sqlite3.Connection, number: int, texts: list[str], grants: dict[str, Grant]
) -> SavedConversation:
    beginning = load(texts[0], SavedBeginning)
    said = {message.seq: message for message in _read_messages(connection, number)}
    return SavedConversation(
        beginning,
        load(texts[1], Context),
        load(texts[2], SavedState),
        tuple(_read_events(connection, number, said)),
        tuple(said.values()),
        tuple(load(data, StateChange) for (data,) in _rows(connection, "data", "change", number)),
        tuple(StoredFile(*row) for row in _rows(connection, FILE_COLUMNS, "file", number)),
        grants.get(beginning.id),
    )


FILE_COLUMNS = "id, name, content_type, content, state, message"
_ORDER = {"event": "seq", "message": "seq", "change": "place", "file": "place"}


def _rows(connection: sqlite3.Connection, columns: str, table: str, number: int) -> sqlite3.Cursor:
    query = f"SELECT {columns} FROM {table} WHERE conversation = ? ORDER BY {_ORDER[table]}"
    return connection.execute(query, (number,))


def _read_messages(connection: sqlite3.Connection, number: int) -> Iterator[Message]:
    return (load(data, Message) for (data,) in _rows(connection, "data", "message", number))


def _read_events(connection: sqlite3.Connection, number: int, said: dict[int, Message]) -> Iterator[Event]:
    for seq, time, kind, data in _rows(connection, "seq, time, type, data", "event", number):
        yield event_of(seq, time, kind, data, said.get(seq))
