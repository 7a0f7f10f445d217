"""Taking what is new out of a desk: the recorder knows what of each conversation is in the store already.

It is called with the desk's lock held, and takes references only: values never change once they are made. Writing them
down is done without the lock.
"""

from __future__ import annotations

from dataclasses import field
from itertools import count, islice

from mockdesk.core.conversation import Conversation, StateChange
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import Context
from mockdesk.core.errors import UnknownConversation
from mockdesk.core.files import StoredFile
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.saved import SavedScript
from mockdesk.core.tokens import Grant
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.store.batch import ConversationRows, DeskBatch, DeskRow, SavedClock
from mockdesk.store.rows import StoredDesk


@lazy_dataclass()
class _Taken:
    """What of one conversation was taken; ``files`` in their order, ``expires_at`` of its token."""

    number: int
    conversation: Conversation
    context: Context | None = None
    seq: int = 0
    messages: int = 0
    changes: int = 0
    files: dict[str, StoredFile] = field(default_factory=dict)
    expires_at: float | None = None

    def mark(self, grant: Grant | None) -> None:
        """Note that everything was taken."""
        one = self.conversation
        self.context, self.seq = one.context, one.log.last_seq
        self.messages, self.changes, self.files = len(one.messages), one.calls.state, dict(one.files)
        self.expires_at = None if grant is None else grant.expires_at


class DeskRecorder:
    """Takes what is new of one desk. ``numbers`` gives conversations the next number of the store."""

    def __init__(self, desk_id: int, name: str, settings: str, numbers: count[int]) -> None:
        self.id = desk_id
        self.name = name
        self._settings = settings
        self._numbers = numbers
        self._taken: dict[str, _Taken] = {}
        self._row: DeskRow | None = None
        self._player: object = None
        self._script: SavedScript | None = None
        self._emptied = False

    def begin_anew(self) -> None:
        """Forget everything: the desk was reset."""
        self._taken.clear()
        self._row, self._emptied = None, True

    def knows(self, desk: Desk, stored: StoredDesk) -> None:
        """Say that a desk was brought back: all of it is in the store, but a token that was made for an import."""
        self._row, self._emptied = stored.row, False
        for one in stored.saved.conversations:
            conversation = desk.conversation(one.beginning.id)
            self._taken[conversation.id] = _Taken(
                stored.numbers[conversation.id],
                conversation,
                one.context,
                one.state.last_seq,
                len(one.messages),
                conversation.calls.state,
                {file.id: file for file in one.files},
                None if one.token is None else one.token.expires_at,
            )

    def take(self, desk: Desk, clock: SavedClock) -> DeskBatch:
        """Return what is new."""
        changes = desk.memory.take_changes()
        batch = DeskBatch(
            self.id, emptied=self._emptied, tokens=list(changes.user_tokens), forgotten=list(changes.forgotten_tokens)
        )
        self._emptied = False
        for conversation_id in changes.conversations:
            try:
                self._take(desk, desk.conversation(conversation_id), batch)
            except UnknownConversation:
                self._drop(conversation_id, batch)
        batch.row = self._new_row(desk, clock)
        return batch

    def _drop(self, conversation_id: str, batch: DeskBatch) -> None:
        batch.seqs[conversation_id] = 0
        taken = self._taken.pop(conversation_id, None)
        if taken is not None:
            batch.gone.append(taken.number)

    def _take(self, desk: Desk, conversation: Conversation, batch: DeskBatch) -> None:
        taken = self._taken.get(conversation.id)
        if taken is not None and taken.conversation is not conversation:
            self._drop(conversation.id, batch)  # it was removed, and another one of its name begun
            taken = None
        is_new = taken is None
        if taken is None:
            taken = self._taken[conversation.id] = _Taken(next(self._numbers), conversation)
        rows = _rows(desk, taken, self.id)
        rows.beginning = desk.memory.beginning(conversation.id) if is_new else None
        batch.conversations.append(rows)
        batch.seqs[conversation.id] = conversation.log.last_seq
        grant = desk.memory.token(conversation.id)
        if grant is not None and grant.expires_at != taken.expires_at:
            batch.tokens.append(Grant(grant.digest, grant.expires_at, grant.conversation_id))
        taken.mark(grant)

    def _new_row(self, desk: Desk, clock: SavedClock) -> DeskRow | None:
        player = desk.script if isinstance(desk.script, ScriptPlayer) else None
        if player is not self._player:
            self._player, self._script = player, None if player is None else player.saved()
        begun = 0 if player is None else player.begun
        row = DeskRow(self.name, self._settings, clock, desk.memory.parts(begun), self._script)
        if row == self._row:
            return None
        self._row = row
        return row


def _new_changes(one: Conversation, taken: int) -> tuple[tuple[int, StateChange], ...]:
    """Return the kept changes of the user's state after those that were taken, each with its place."""
    first = one.calls.state - len(one.state_changes)
    return tuple(islice(enumerate(one.state_changes, first), max(0, taken - first), None))


def _rows(desk: Desk, taken: _Taken, desk_id: int) -> ConversationRows:
    one, files = taken.conversation, taken.conversation.files
    place = desk.script.place(one.id) if isinstance(desk.script, ScriptPlayer) else None
    fresh = [(index, file, taken.files.get(name)) for index, (name, file) in enumerate(files.items())]
    return ConversationRows(
        number=taken.number,
        desk=desk_id,
        state=desk.memory.state(one.id, place),
        context=None if one.context is taken.context else one.context,
        events=one.log.tail(taken.seq),
        first_seq=one.log.first_seq,
        messages=tuple(one.messages[taken.messages :]),
        changes=_new_changes(one, taken.changes),
        first_change=one.calls.state - len(one.state_changes),
        files=tuple((index, file) for index, file, before in fresh if before is None),
        decided=tuple((index, file) for index, file, before in fresh if before not in (None, file)),
    )
