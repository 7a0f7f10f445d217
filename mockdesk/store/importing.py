"""Putting conversations that were exported into a store: all of them, or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from mockdesk.core.saved import SavedConversation
from mockdesk.core.settings import DeskSettings
from mockdesk.store.batch import UNKNOWN, ConversationRows, DeskBatch, DeskRow, SavedClock
from mockdesk.store.codec import Mistake
from mockdesk.store.desk_settings import settings_text
from mockdesk.store.file import told
from mockdesk.store.rows import StoredDesk, read_desks, write

OWN = ""


def import_all(path: Path, connection: sqlite3.Connection, found: Sequence[tuple[str, SavedConversation]]) -> None:
    """Write conversations into their desks.

    Raises:
        Mistake: a desk is not there, or it has a conversation of the same id; names both. Nothing was written.
        StoreError: the store cannot be read or written; nothing was.
    """
    desks = {desk.row.name: desk for desk in read_desks(path, connection)}
    _check(desks, found)
    numbers = count(1 + max((number for desk in desks.values() for number in desk.numbers.values()), default=0))
    ids = count(1 + max((desk.id for desk in desks.values()), default=0))
    batches = []
    for name in dict.fromkeys(name for name, _ in found):
        desk = desks.get(name)
        batch = DeskBatch(next(ids), _own_row()) if desk is None else DeskBatch(desk.id)
        behind = {} if desk is None else _last_tickets(desk)
        _fill(batch, (_behind(one, behind) for each, one in found if each == name), numbers)
        batches.append(batch)
    try:
        write(connection, batches)
    except sqlite3.Error as error:
        raise told(path, error) from None


def _check(desks: dict[str, StoredDesk], found: Sequence[tuple[str, SavedConversation]]) -> None:
    for line, (name, one) in enumerate(found, 2):
        desk = desks.get(name)
        if desk is None and name != OWN:
            raise Mistake(f"{line}: desk {name!r} is not in the store; make it first, or set desk to an empty text")
        if desk is not None and one.beginning.id in desk.numbers:
            where = f"desk {name!r}" if name else "the desk"
            raise Mistake(f"{line}: beginning.id {one.beginning.id!r}: {where} has this conversation already")


def _own_row() -> DeskRow:
    """Return the row of the server's own desk where nobody has served it yet."""
    return DeskRow(OWN, settings_text(DeskSettings(), None), SavedClock(UNKNOWN, 0.0), None, None)


def _last_tickets(desk: StoredDesk) -> dict[str, int]:
    """Return the last ticket in each queue in which somebody waits."""
    last: dict[str, int] = {}
    for one in desk.saved.conversations:
        if one.state.ticket is not None:
            last[one.state.queue] = max(last.get(one.state.queue, 0), one.state.ticket)
    return last


def _behind(one: SavedConversation, last: dict[str, int]) -> SavedConversation:
    """Return a conversation that waits behind those who were there first."""
    state = one.state
    if state.ticket is None or state.queue not in last:
        return one
    return replace(one, state=replace(state, ticket=state.ticket + last[state.queue], moved=True))


def _fill(batch: DeskBatch, found: Iterable[SavedConversation], numbers: count[int]) -> None:
    for one in found:
        batch.conversations.append(
            ConversationRows(
                number=next(numbers),
                desk=batch.desk,
                state=one.state,
                beginning=one.beginning,
                context=one.context,
                events=one.events,
                messages=one.messages,
                changes=tuple(enumerate(one.changes, max(0, one.state.calls.state - len(one.changes)))),
                files=tuple(enumerate(one.files)),
            )
        )
        batch.tokens += [] if one.token is None else [one.token]
