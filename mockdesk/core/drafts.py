"""What the user's side asks for, before the desk has taken it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mockdesk.core.reading import Fields
from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class Context:
    """What the client tells about the talk so far; opaque to the desk and kept as it came."""

    session_id: str | None = None
    locale: str | None = None
    topic: str | None = None
    message_to_agent: str | None = None
    session_history_key: str | None = None
    additional_data: Mapping[str, Any] | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the wire shape: what is known."""
        return {name: value for name, value in vars(self).items() if value is not None}


@lazy_dataclass(frozen=True)
class StartRequest:
    """A wish for a conversation."""

    user_id: str
    user_name: str | None = None
    queue: str = DEFAULT_QUEUE
    context: Context = field(default_factory=Context)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> StartRequest:
        """Read the body of ``startChat``.

        Raises:
            InvalidRequest: a field is missing, wrong or not known.
        """
        fields = Fields(mapping)
        request = cls(
            fields.text("user_id", 1, 200),
            fields.optional_text("user_name", 0, 200),
            fields.text("queue", 1, 200, default=DEFAULT_QUEUE),
            fields.object_of("context", _read_context),
        )
        fields.finish("start")
        return request


def _read_context(fields: Fields) -> Context:
    names = ("session_id", "locale", "topic", "message_to_agent", "session_history_key")
    texts = {name: fields.optional_text(name) for name in names}
    data = fields.json("additional_data")
    if data is not None and not isinstance(data, Mapping):
        fields.fail("additional_data", "must be an object")
        data = None
    return Context(**texts, additional_data=data)


@lazy_dataclass(frozen=True)
class MessageDraft:
    """A message of the user. ``message_id`` is the client's own and makes the sending idempotent."""

    text: str
    message_id: str | None = None
    file_ids: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> MessageDraft:
        """Read the body of ``sendMessageToAgent``. Length and emptiness are judged by the desk.

        Raises:
            InvalidRequest: a field is missing, wrong or not known.
        """
        fields = Fields(mapping)
        draft = cls(fields.text("text"), fields.optional_text("message_id", 1, 100), fields.texts("file_ids"))
        fields.finish("message")
        return draft


@lazy_dataclass(frozen=True)
class StateChanges:
    """A changed session, user or locale; ``None`` leaves things as they are."""

    session_id: str | None = None
    user_id: str | None = None
    locale: str | None = None

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> StateChanges:
        """Read the body of ``updateState``.

        Raises:
            InvalidRequest: a field is wrong or not known.
        """
        fields = Fields(mapping)
        changes = cls(
            fields.optional_text("session_id"), fields.optional_text("user_id", 1, 200), fields.optional_text("locale")
        )
        fields.finish("state")
        return changes

    def to_data(self) -> dict[str, str]:
        """Return what changes."""
        return {name: value for name, value in vars(self).items() if value is not None}
