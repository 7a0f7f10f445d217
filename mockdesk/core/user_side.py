"""The commands of the user's side. Each checks everything first; after the first change nothing refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockdesk.core.conversation import Conversation, ScreenShare, StateChange, UploadRules
from mockdesk.core.drafts import MessageDraft, StartRequest, StateChanges
from mockdesk.core.errors import (
    BodyTooLarge,
    EmptyText,
    FieldError,
    ForeignToken,
    IdempotencyConflict,
    IllegalInState,
    InvalidRequest,
    InvalidToken,
    NotFound,
    QueueClosed,
    TextTooLong,
    UnsupportedMediaType,
)
from mockdesk.core.events import FileUpdated, Message
from mockdesk.core.files import StoredFile, type_allowed
from mockdesk.core.happenings import (
    FileUploaded,
    ScreenShareAnswered,
    Started,
    StateChanged,
    UserEnded,
    UserRead,
    UserSent,
    UserTyped,
)
from mockdesk.core.log import EventLog
from mockdesk.core.reading import encodable
from mockdesk.core.state import DeskState
from mockdesk.core.table import Trigger

SCREEN_ANSWERS = ("accepted", "declined", "cancelled", "ended")


@dataclass(frozen=True)
class StartedConversation:
    """What a start gives: the conversation and its token; ``replayed`` when the key had been used before."""

    conversation: Conversation
    token: str
    expires_at: float
    replayed: bool = False


@dataclass(frozen=True)
class Sent:
    """What a send gives; ``replayed`` when the client's id had been used before."""

    message: Message
    replayed: bool = False


@dataclass(frozen=True)
class StartRecord:
    """An answered start, kept by its idempotency key."""

    request: StartRequest
    conversation_id: str
    token: str


def require_function(state: DeskState, name: str) -> None:
    """Refuse a function that the desk's capabilities deny.

    Raises:
        NotFound: the desk does not offer it.
    """
    if not getattr(state.settings.capabilities, name):
        raise NotFound(f"this desk does not offer {name}")


class UserSide:
    """What a user's client can do at a desk."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._starts: dict[str, StartRecord] = {}

    # Start

    def start(self, request: StartRequest, key: str | None, user_token: str | None) -> StartedConversation:
        """Make a conversation, or give the one that the same key has made."""
        self._check_user(request, user_token)
        record = self._starts.get(key) if key is not None else None
        if record is not None:
            return self._replay_start(record, request)
        queue = self._state.queues.get(request.queue)
        if not queue.settings.open:
            raise QueueClosed(f"queue {queue.name!r} is closed")
        conversation, token = self._new_conversation(request), self._state.identifiers.new_token()
        expires_at = self._state.clock.now() + self._state.settings.token_ttl_seconds
        self._state.tokens.grant_conversation(token, conversation.id, expires_at)
        if key is not None:
            self._starts[key] = StartRecord(request, conversation.id, token)
        self._state.conversations[conversation.id] = conversation
        self._state.place(conversation, queue)
        self._state.watch_idleness(conversation)
        self._state.happened(conversation, Started())
        return StartedConversation(conversation, token, expires_at)

    def _check_user(self, request: StartRequest, user_token: str | None) -> None:
        if user_token is None and not self._state.settings.require_user_token:
            return
        grant = self._state.tokens.check(user_token, self._state.clock.now())
        if grant.user_id is None:
            raise InvalidToken("a start needs the token of a user, not of a conversation")
        if grant.user_id != request.user_id:
            raise ForeignToken("the token belongs to another user")

    def _replay_start(self, record: StartRecord, request: StartRequest) -> StartedConversation:
        if record.request != request:
            raise IdempotencyConflict("this Idempotency-Key was used for another start")
        conversation = self._state.conversation(record.conversation_id)
        conversation.calls.start += 1
        return StartedConversation(
            conversation, record.token, self._state.tokens.expires_at(conversation.id), replayed=True
        )

    def _new_conversation(self, request: StartRequest) -> Conversation:
        settings, now = self._state.settings, self._state.clock.now()
        uploads = UploadRules(
            settings.capabilities.files, settings.capabilities.files, ",".join(settings.allowed_file_types)
        )
        return Conversation(
            self._state.identifiers.new("conv"),
            request.user_id,
            request.user_name,
            request.queue,
            request.context,
            now,
            EventLog(settings.event_retention),
            uploads,
            last_activity=now,
        )

    def forget_start(self, conversation_id: str) -> None:
        """Let the keys that made a removed conversation make a new one."""
        self._starts = {
            key: record for key, record in self._starts.items() if record.conversation_id != conversation_id
        }

    # Messages

    def send(self, conversation: Conversation, draft: MessageDraft) -> Sent:
        """Store a message; the same client id and content again gives the stored one, also after the end."""
        stored = self._sent_before(conversation, draft)
        if stored is not None:
            return Sent(stored, replayed=True)
        following = conversation.after(Trigger.USER_SEND)
        self._check_draft(conversation, draft)
        conversation.state = following
        message = self._state.say(
            conversation,
            "user",
            conversation.user_id,
            draft.text,
            client_message_id=draft.message_id,
            file_ids=draft.file_ids,
        )
        self._state.happened(conversation, UserSent(message))
        return Sent(message)

    def _sent_before(self, conversation: Conversation, draft: MessageDraft) -> Message | None:
        if draft.message_id is None:
            return None
        stored = conversation.sent_by_client.get(draft.message_id)
        if stored is not None and (stored.text, stored.file_ids) != (draft.text, draft.file_ids):
            raise IdempotencyConflict(f"message_id {draft.message_id!r} was used for another message")
        return stored

    def _check_draft(self, conversation: Conversation, draft: MessageDraft) -> None:
        if not draft.text and not draft.file_ids:
            raise EmptyText("a message needs a text or files")
        limit = self._state.settings.max_text_characters
        if len(draft.text) > limit:
            raise TextTooLong(f"the text has {len(draft.text)} characters, {limit} are allowed")
        if not encodable(draft.text):
            raise InvalidRequest("the text holds a lone surrogate", [FieldError("/text", "cannot be written as UTF-8")])
        unknown = [index for index, file_id in enumerate(draft.file_ids) if file_id not in conversation.files]
        if unknown:
            errors = [FieldError(f"/file_ids/{index}", "names no file of this conversation") for index in unknown]
            raise InvalidRequest("the message names files that this conversation does not have", errors)

    # The rest of the user's doings

    def end(self, conversation: Conversation, reason: str | None) -> None:
        """End the conversation; harmless when it has ended."""
        conversation.after(Trigger.USER_END)
        conversation.calls.end += 1
        if not conversation.ended:
            self._state.end(conversation, "user", None, reason)
            self._state.happened(conversation, UserEnded(reason))

    def typing(self, conversation: Conversation, typing: bool) -> None:
        """Note that the user types, or stopped."""
        require_function(self._state, "user_typing")
        conversation.state = conversation.after(Trigger.USER_TYPING)
        conversation.user_typing = typing
        conversation.calls.typing += 1
        self._state.happened(conversation, UserTyped(typing))

    def read(self, conversation: Conversation, up_to_seq: int | None) -> None:
        """Note how far the user has read; it never goes back."""
        require_function(self._state, "user_read_messages")
        following = conversation.after(Trigger.USER_READ)
        position = check_position(conversation, up_to_seq)
        conversation.state = following
        conversation.user_read_seq = max(position, conversation.user_read_seq or 0)
        conversation.calls.read += 1
        self._state.happened(conversation, UserRead(conversation.user_read_seq))

    def update_state(self, conversation: Conversation, changes: StateChanges) -> None:
        """Take over a changed session, user or locale; earlier messages keep their author."""
        require_function(self._state, "update_state")
        following = conversation.after(Trigger.USER_STATE)
        new_user = changes.user_id not in (None, conversation.user_id)
        if new_user and self._state.settings.require_user_token:
            raise ForeignToken("the conversation belongs to the user of its start")
        conversation.state = following
        conversation.user_id = changes.user_id or conversation.user_id
        given = {name: value for name, value in changes.to_data().items() if name != "user_id"}
        conversation.context = replace(conversation.context, **given)  # type: ignore[arg-type]
        conversation.state_changes.append(StateChange(self._state.clock.now(), changes.to_data()))
        self._state.happened(conversation, StateChanged(changes.to_data()))

    def upload(self, conversation: Conversation, name: str, content_type: str, content: bytes) -> StoredFile:
        """Store a file and tell its state."""
        require_function(self._state, "files")
        following = conversation.after(Trigger.USER_UPLOAD)
        self._check_file(conversation, name, content_type, content)
        conversation.state = following
        accepted = self._state.settings.files_accepted_at_once
        file_id = self._state.identifiers.new("file")
        file = StoredFile(file_id, name, content_type, content, "accepted" if accepted else "pending")
        conversation.files[file.id] = file
        self._state.emit(conversation, FileUpdated(file.id, file.state))
        self._state.happened(conversation, FileUploaded(file))
        return file

    def _check_file(self, conversation: Conversation, name: str, content_type: str, content: bytes) -> None:
        if not conversation.uploads.allow_file_uploads:
            raise IllegalInState("uploads are not allowed in this conversation at present")
        if not encodable(name) or not encodable(content_type):
            raise InvalidRequest(
                "the file's name or type holds a lone surrogate", [FieldError("/file", "is not UTF-8")]
            )
        limit = self._state.settings.max_file_bytes
        if len(content) > limit:
            raise BodyTooLarge(f"the file has {len(content)} bytes, {limit} are allowed")
        allowed = conversation.uploads.allowed_file_upload_types
        if not type_allowed(name, content_type, allowed.split(",")):
            raise UnsupportedMediaType(f"{content_type!r} is not one of the allowed types: {allowed}")

    def answer_screen_share(self, conversation: Conversation, request_id: str | None, answer: str) -> None:
        """Take the user's answer to a request for the screen, or the end of the sharing (``ended``)."""
        require_function(self._state, "screen_share")
        if answer not in SCREEN_ANSWERS:
            raise InvalidRequest("answer", [FieldError("/answer", f"must be one of: {', '.join(SCREEN_ANSWERS)}")])
        following = conversation.after(Trigger.USER_SCREEN)
        share = self._answered(conversation, request_id, answer)
        conversation.state = following
        if answer == "ended":
            self._state.end_screen_share(conversation, "user")
        else:
            conversation.screen_share = replace(share, state=answer)  # type: ignore[arg-type]
        self._state.happened(conversation, ScreenShareAnswered(share.request_id, answer))

    @staticmethod
    def _answered(conversation: Conversation, request_id: str | None, answer: str) -> ScreenShare:
        share = conversation.screen_share
        wanted = "accepted" if answer == "ended" else "requested"
        if share is None or share.state != wanted or request_id not in (None, share.request_id):
            raise IllegalInState(f"there is no screen sharing that could be {answer}")
        return share


def check_position(conversation: Conversation, up_to_seq: int | None) -> int:
    """Return the position a receipt is for; None: the newest one.

    Raises:
        InvalidRequest: it lies ahead of the log, or before its beginning.
    """
    last = conversation.log.last_seq
    position = last if up_to_seq is None else up_to_seq
    if not 0 <= position <= last:
        raise InvalidRequest(
            f"up_to_seq {position}: the last event is {last}", [FieldError("/up_to_seq", f"0 to {last}")]
        )
    return position
