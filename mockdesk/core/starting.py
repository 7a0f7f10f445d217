"""Starting a conversation, once for each idempotency key."""

from __future__ import annotations

from dataclasses import field

from mockdesk.core.conversation import Conversation, upload_rules
from mockdesk.core.conversation_weight import weight_of_beginning
from mockdesk.core.drafts import StartRequest
from mockdesk.core.errors import ForeignToken, IdempotencyConflict, InvalidToken, QueueClosed
from mockdesk.core.happenings import Started
from mockdesk.core.limit_errors import DeskFull
from mockdesk.core.log import EventLog
from mockdesk.core.saved import SavedStart
from mockdesk.core.state import DeskState
from mockdesk.core.tokens import digest_of
from mockdesk.core.user_side import StartedConversation
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class StartRecord:
    """An answered start. The only place that keeps a token: a replay must give the same one."""

    request: StartRequest
    conversation_id: str
    token: str = field(repr=False)


class Starts:
    """The starts of a desk, by idempotency key."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._records: dict[bytes, StartRecord] = {}
        self._keys: dict[str, bytes] = {}
        """The digest of the key that made each conversation which a key has made."""

    def start(
        self, request: StartRequest, key: str | None, user_token: str | None, conversation_id: str | None = None
    ) -> StartedConversation:
        """Make a conversation, or give the one that the same key has made. A key opens a token, so that its digest is
        looked up, and its time says nothing about it.

        ``conversation_id`` is the id of a new one, for shapes of desk that name it before it begins.
        """
        self._check_user(request, user_token)
        digest = None if key is None else digest_of(key)
        record = None if digest is None else self._records.get(digest)
        if record is not None:
            return self._replay(record, request)
        started = self._begin(request, conversation_id)
        if digest is not None:
            self._records[digest] = StartRecord(request, started.conversation.id, started.token)
            self._keys[started.conversation.id] = digest
        return started

    def saved(self, conversation_id: str) -> SavedStart | None:
        """Return the start that made a conversation, if it can come again."""
        digest = self._keys.get(conversation_id)
        if digest is None:
            return None
        record = self._records[digest]
        return SavedStart(digest, record.request, record.token)

    def put(self, conversation_id: str, saved: SavedStart) -> None:
        """Let a start come again that was kept."""
        self._records[saved.key] = StartRecord(saved.request, conversation_id, saved.token)
        self._keys[conversation_id] = saved.key

    def forget(self, conversation_id: str) -> None:
        """Let the key that made a removed conversation make a new one."""
        digest = self._keys.pop(conversation_id, None)
        if digest is not None:
            del self._records[digest]

    def _check_user(self, request: StartRequest, user_token: str | None) -> None:
        if user_token is None and not self._state.settings.require_user_token:
            return
        grant = self._state.tokens.check(user_token, self._state.clock.now())
        if grant.user_id is None:
            raise InvalidToken("a start needs the token of a user, not of a conversation")
        if grant.user_id != request.user_id:
            raise ForeignToken("the token belongs to another user")

    def _replay(self, record: StartRecord, request: StartRequest) -> StartedConversation:
        if record.request != request:
            raise IdempotencyConflict("this Idempotency-Key was used for another start")
        conversation = self._state.conversation(record.conversation_id)
        conversation.calls.start += 1
        self._state.changed.note(conversation.id)
        expires_at = self._state.tokens.expires_at(conversation.id)
        return StartedConversation(conversation, record.token, expires_at, replayed=True)

    def _begin(self, request: StartRequest, conversation_id: str | None) -> StartedConversation:
        if conversation_id in self._state.conversations:
            raise IdempotencyConflict(f"there is a conversation {conversation_id!r} already")
        queue = self._state.queues.get(request.queue)
        if not queue.settings.open:
            raise QueueClosed(f"queue {queue.name!r} is closed")
        self._state.require_room(queue)
        size = self._require_room(request)
        conversation = self._new_conversation(request, conversation_id or self._state.identifiers.new("conv"))
        token = self._state.identifiers.new_token()
        expires_at = self._state.clock.now() + self._state.settings.token_ttl_seconds
        self._state.tokens.grant_conversation(token, conversation.id, expires_at)
        self._state.conversations[conversation.id] = conversation
        self._state.keep(conversation, size)
        self._state.place(conversation, queue)
        self._state.watch_idleness(conversation)
        self._state.happened(conversation, Started())
        return StartedConversation(conversation, token, expires_at)

    def _require_room(self, request: StartRequest) -> int:
        """Return what a new conversation takes, where there is room for it."""
        count = len(self._state.conversations)
        if count >= self._state.limits.conversations:
            raise DeskFull(f"the desk has {count} conversations already")
        size = weight_of_beginning(request.user_id, request.user_name, request.context)
        self._state.kept.require(size)
        return size

    def _new_conversation(self, request: StartRequest, conversation_id: str) -> Conversation:
        settings, now = self._state.settings, self._state.clock.now()
        return Conversation(
            conversation_id,
            request.user_id,
            request.user_name,
            request.queue,
            request.context,
            now,
            EventLog(settings.event_retention),
            upload_rules(settings.capabilities.files, settings.allowed_file_types),
            last_activity=now,
        )
