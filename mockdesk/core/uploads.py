"""Files: the user uploads them, the agents' side decides about them and about what may be uploaded."""

from __future__ import annotations

from dataclasses import replace

from mockdesk.core.actions import SetCapabilities, SetFileState
from mockdesk.core.conversation import Conversation
from mockdesk.core.errors import (
    BodyTooLarge,
    FieldError,
    IllegalInState,
    InvalidRequest,
    UnknownFile,
    UnsupportedMediaType,
)
from mockdesk.core.events import CapabilitiesUpdated, FileUpdated
from mockdesk.core.files import StoredFile, type_allowed
from mockdesk.core.happenings import FileUploaded
from mockdesk.core.limit_errors import ConversationFull
from mockdesk.core.reading import encodable
from mockdesk.core.state import DeskState
from mockdesk.core.table import Trigger

LONGEST_NAME = 255
"""Characters of a file's name, and of its content type."""


def upload(state: DeskState, conversation: Conversation, name: str, content_type: str, content: bytes) -> StoredFile:
    """Store a file of the user and tell its state."""
    state.require_function("files")
    following = conversation.after(Trigger.USER_UPLOAD)
    _check_file(state, conversation, name, content_type, content)
    conversation.state = following
    accepted = state.settings.files_accepted_at_once
    file_id = state.identifiers.new("file")
    file = StoredFile(file_id, name, content_type, content, "accepted" if accepted else "pending")
    conversation.files[file.id] = file
    state.keep(conversation, len(content))
    state.emit(conversation, FileUpdated(file.id, file.state))
    state.happened(conversation, FileUploaded(file))
    return file


def _check_file(state: DeskState, conversation: Conversation, name: str, content_type: str, content: bytes) -> None:
    if not conversation.uploads.allow_file_uploads:
        raise IllegalInState("uploads are not allowed in this conversation at present")
    if not encodable(name) or not encodable(content_type):
        raise InvalidRequest("the file's name or type holds a lone surrogate", [FieldError("/file", "is not UTF-8")])
    if max(len(name), len(content_type)) > LONGEST_NAME:
        detail = f"name and type have at most {LONGEST_NAME} characters each"
        raise InvalidRequest(f"the file's {detail}", [FieldError("/file", detail)])
    limit = state.settings.max_file_bytes
    if len(content) > limit:
        raise BodyTooLarge(f"the file has {len(content)} bytes, {limit} are allowed")
    allowed = conversation.uploads.allowed_file_upload_types
    if not type_allowed(name, content_type, allowed.split(",")):
        raise UnsupportedMediaType(f"{content_type!r} is not one of the allowed types: {allowed}")
    if len(conversation.files) >= state.limits.files:
        raise ConversationFull(f"the conversation has {len(conversation.files)} files already")
    state.kept.require(len(content))


def set_file_state(state: DeskState, conversation: Conversation, action: SetFileState) -> None:
    """Decide about a file; ``accepted`` and ``rejected`` are final."""
    following = conversation.after(Trigger.DESK_FILE)
    file = conversation.files.get(action.file_id)
    if file is None:
        raise UnknownFile(f"there is no file {action.file_id!r} in this conversation")
    if file.state != "pending":
        raise IllegalInState(f"file {file.id!r} is {file.state}, which is final")
    conversation.state = following
    conversation.files[file.id] = replace(file, state=action.state, message=action.message)
    state.emit(conversation, FileUpdated(file.id, action.state, action.message))


def set_capabilities(state: DeskState, conversation: Conversation, action: SetCapabilities) -> None:
    """Change what the user may upload; what the action does not name stays."""
    following = conversation.after(Trigger.DESK_CAPABILITIES)
    given = {name: value for name, value in vars(action).items() if value is not None}
    conversation.state = following
    conversation.uploads = replace(conversation.uploads, **given)
    state.emit(conversation, CapabilitiesUpdated(**vars(conversation.uploads)))
