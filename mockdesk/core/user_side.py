"""The commands of the user's side: one small function for each (starts, files and screens have modules of their own).

Each function checks everything first and changes then; after the first change nothing refuses.
"""

from __future__ import annotations

from dataclasses import field, replace

from mockdesk.core.bounded import keep_latest
from mockdesk.core.conversation import KEPT_STATE_CHANGES, KEPT_TYPING_VALUES, Conversation, StateChange
from mockdesk.core.drafts import MessageDraft, StateChanges
from mockdesk.core.errors import EmptyText, FieldError, ForeignToken, IdempotencyConflict, InvalidRequest, TextTooLong
from mockdesk.core.events import Message
from mockdesk.core.happenings import StateChanged, UserEnded, UserRead, UserSent, UserTyped
from mockdesk.core.reading import encodable
from mockdesk.core.state import DeskState
from mockdesk.core.table import Trigger
from mockdesk.core.weight import weight_of
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class StartedConversation:
    """What a start gives: the conversation and its token; ``replayed`` when the key had been used before."""

    conversation: Conversation
    token: str = field(repr=False)
    expires_at: float
    replayed: bool = False


@lazy_dataclass(frozen=True)
class Sent:
    """What a send gives; ``replayed`` when the client's id had been used before."""

    message: Message
    replayed: bool = False


def send(state: DeskState, conversation: Conversation, draft: MessageDraft) -> Sent:
    """Store a message; the same client id and content again gives the stored one, also when nothing more fits."""
    stored = _sent_before(conversation, draft)
    if stored is not None:
        return Sent(stored, replayed=True)
    following = conversation.after(Trigger.USER_SEND)
    _check_draft(state, conversation, draft)
    state.require_message(conversation, len(draft.text))
    state.message_rate.check(conversation.user_id)
    conversation.state = following
    state.message_rate.note(conversation.user_id)
    more = {"client_message_id": draft.message_id, "file_ids": draft.file_ids}
    message = state.say(conversation, "user", conversation.user_id, draft.text, **more)
    state.happened(conversation, UserSent(message))
    return Sent(message)


def _sent_before(conversation: Conversation, draft: MessageDraft) -> Message | None:
    if draft.message_id is None:
        return None
    stored = conversation.sent_by_client.get(draft.message_id)
    if stored is not None and (stored.text, stored.file_ids) != (draft.text, draft.file_ids):
        raise IdempotencyConflict(f"message_id {draft.message_id!r} was used for another message")
    return stored


def _check_draft(state: DeskState, conversation: Conversation, draft: MessageDraft) -> None:
    if not draft.text and not draft.file_ids:
        raise EmptyText("a message needs a text or files")
    limit = state.settings.max_text_characters
    if len(draft.text) > limit:
        raise TextTooLong(f"the text has {len(draft.text)} characters, {limit} are allowed")
    if not encodable(draft.text):
        raise InvalidRequest("the text holds a lone surrogate", [FieldError("/text", "cannot be written as UTF-8")])
    unknown = [index for index, file_id in enumerate(draft.file_ids) if file_id not in conversation.files]
    if unknown:
        errors = [FieldError(f"/file_ids/{index}", "names no file of this conversation") for index in unknown]
        raise InvalidRequest("the message names files that this conversation does not have", errors)


def end(state: DeskState, conversation: Conversation, reason: str | None) -> None:
    """End the conversation; harmless when it has ended."""
    conversation.after(Trigger.USER_END)
    conversation.calls.end += 1
    if not conversation.ended:
        state.end(conversation, "user", None, reason)
        state.happened(conversation, UserEnded(reason))


def typing(state: DeskState, conversation: Conversation, is_typing: bool) -> None:
    """Note that the user types, or stopped."""
    state.require_function("user_typing")
    conversation.state = conversation.after(Trigger.USER_TYPING)
    conversation.user_typing = is_typing
    conversation.calls.typing += 1
    keep_latest(conversation.calls.typing_values, is_typing, KEPT_TYPING_VALUES)
    state.happened(conversation, UserTyped(is_typing))


def read(state: DeskState, conversation: Conversation, up_to_seq: int | None) -> None:
    """Note how far the user has read; it never goes back."""
    state.require_function("user_read_messages")
    following = conversation.after(Trigger.USER_READ)
    position = conversation.receipt_position(up_to_seq)
    conversation.state = following
    conversation.user_read_seq = max(position, conversation.user_read_seq or 0)
    conversation.calls.read += 1
    state.happened(conversation, UserRead(conversation.user_read_seq))


def update_state(state: DeskState, conversation: Conversation, changes: StateChanges) -> None:
    """Take over a changed session, user or locale; earlier messages keep their author."""
    state.require_function("update_state")
    following = conversation.after(Trigger.USER_STATE)
    new_user = changes.user_id not in (None, conversation.user_id)
    if new_user and state.settings.require_user_token:
        raise ForeignToken("the conversation belongs to the user of its start")
    size = weight_of(changes.to_data())
    state.kept.require(size)
    conversation.state = following
    state.keep(conversation, size - _weight_of_dropped(conversation))
    conversation.calls.state += 1
    conversation.user_id = changes.user_id or conversation.user_id
    given = {name: value for name, value in changes.to_data().items() if name != "user_id"}
    conversation.context = replace(conversation.context, **given)  # type: ignore[arg-type]
    keep_latest(conversation.state_changes, StateChange(state.clock.now(), changes.to_data()), KEPT_STATE_CHANGES)
    state.happened(conversation, StateChanged(changes.to_data()))


def _weight_of_dropped(conversation: Conversation) -> int:
    """Return what the oldest change of the user's state takes, if the next one drops it."""
    kept = conversation.state_changes
    return weight_of(kept[0].changes) if len(kept) == KEPT_STATE_CHANGES else 0
