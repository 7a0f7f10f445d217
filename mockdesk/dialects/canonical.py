"""The canonical shape of the desk API (openapi.yaml): requests to the core's commands, the core's values to answers.

Pure: no Flask, no sockets. Bodies are read strictly where openapi.yaml names a field (a ``null`` is not "absent") and
leniently where it does not: unknown keys are ignored and told, for the journal's near misses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from mockdesk.core.drafts import Context, MessageDraft, StartRequest, StateChanges
from mockdesk.core.errors import FieldError, InvalidRequest, MissingToken
from mockdesk.core.events import Event, Message
from mockdesk.core.reading import Fields, pointer_to, read_choice, read_flag, read_integer, read_json, read_text
from mockdesk.dialects.seam import Frame, text_of
from mockdesk.lazy_dataclass import lazy_dataclass

Command = TypeVar("Command")

CONTEXT_TEXTS = ("session_id", "locale", "topic", "message_to_agent", "session_history_key")
SCREEN_ANSWERS = ("accepted", "declined", "cancelled", "ended")
MOST_SECONDS = 30.0
"""The longest ``wait`` of a poll that a desk may declare (openapi.yaml)."""

MOST_FILES = 100
"""How many files one message may name."""

LAST_POSITION = 2**53 - 1
"""The greatest position: what every JSON reader holds exactly."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

GARBAGE_FRAME = '{"seq": 12, "type": "message.cre'
"""A frame that is no JSON."""

UNKNOWN_FRAME = '{"type": "sticker.thrown", "time": "2024-01-01T00:00:00.000Z", "data": {"sticker": "wave"}}'
"""A frame like an event, of a type that nobody knows, and without a position."""


@lazy_dataclass(frozen=True)
class Parsed(Generic[Command]):
    """A command, the pointers of the keys that were ignored, and the keys that are known."""

    command: Command
    ignored: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def _text(shortest: int = 0, longest: int | None = None) -> Callable[[Any], str]:
    return lambda value: read_text(value, shortest, longest)


def _optional(fields: Fields, name: str, read: Callable[[Any], Any]) -> Any:
    """Return the field read by ``read``; ``None`` when it is absent. A ``null`` is refused."""
    return fields.checked(name, None, read)


def _required(fields: Fields, name: str, read: Callable[[Any], Any]) -> Any:
    if not fields.has(name):
        fields.fail(name, "is required")
    return fields.checked(name, None, read)


def _parse(body: object, what: str, known: tuple[str, ...], build: Callable[[Fields], Command]) -> Parsed[Command]:
    if not isinstance(body, Mapping):
        raise InvalidRequest("the body must be an object", [FieldError("", "must be an object")])
    fields = Fields(body)
    command = build(fields)
    ignored = tuple(pointer_to("", name) for name in fields.rest())
    fields.finish(what)
    return Parsed(command, ignored, known)


def parse_start(body: object) -> Parsed[StartRequest]:
    """Read the body of ``startChat``.

    Raises:
        InvalidRequest: naming each wrong field. So do all ``parse_`` functions here.
    """
    return _parse(body, "start", ("user_id", "user_name", "queue", "context"), _start)


def _start(fields: Fields) -> StartRequest:
    user_id = _required(fields, "user_id", _text(1, 200))
    user_name = _optional(fields, "user_name", _text())
    queue = _optional(fields, "queue", _text(1, 100))
    context = _context(fields) if fields.has("context") else Context()
    return StartRequest(user_id or "", user_name, queue or "default", context)


def _context(start: Fields) -> Context:
    fields = Fields(start.take("context", {}), pointer_to(start.pointer, "context"), start.errors)
    texts = {name: _optional(fields, name, _text()) for name in CONTEXT_TEXTS}
    return Context(**texts, additional_data=_optional(fields, "additional_data", _object))


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be an object")
    data: Mapping[str, Any] = read_json(value)
    return data


def parse_message(body: object) -> Parsed[MessageDraft]:
    """Read the body of ``sendMessageToAgent``; the desk judges the text's length."""
    return _parse(body, "message", ("message_id", "text", "file_ids"), _message)


def _message(fields: Fields) -> MessageDraft:
    text = _required(fields, "text", _text())
    message_id = _optional(fields, "message_id", _text(1, 100))
    return MessageDraft(text or "", message_id, _optional(fields, "file_ids", _texts) or ())


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    if len(value) > MOST_FILES:
        raise ValueError(f"must have {MOST_FILES} entries or fewer")
    return tuple(read_text(entry, 1, 100) for entry in value)


def parse_end(body: object) -> Parsed[str | None]:
    """Read the body of ``endChat``: the reason."""
    return _parse(body, "end", ("reason",), lambda fields: _optional(fields, "reason", _text()))


def parse_state(body: object) -> Parsed[StateChanges]:
    """Read the body of ``updateState``."""
    return _parse(body, "state", ("session_id", "user_id", "locale"), _state)


def _state(fields: Fields) -> StateChanges:
    session_id = _optional(fields, "session_id", _text())
    user_id = _optional(fields, "user_id", _text(1, 200))
    return StateChanges(session_id, user_id, _optional(fields, "locale", _text()))


def parse_typing(body: object) -> Parsed[bool]:
    """Read the body of ``userTyping``."""
    return _parse(body, "typing", ("typing",), lambda fields: bool(_required(fields, "typing", read_flag)))


def parse_read(body: object) -> Parsed[int | None]:
    """Read the body of ``userReadMessages``: the position, ``None`` for everything so far."""
    return _parse(body, "read", ("up_to_seq",), lambda fields: _optional(fields, "up_to_seq", _position))


def _position(value: Any) -> int:
    return read_integer(value, 1)


def parse_token_request(body: object) -> Parsed[str]:
    """Read the body of ``createToken``: the user's id."""
    return _parse(body, "token", ("user_id",), lambda fields: _required(fields, "user_id", _text(1, 200)) or "")


def parse_screen_share(body: object) -> Parsed[tuple[str | None, str]]:
    """Read the body of ``answerScreenShare``: the request's id, if given, and the answer."""
    return _parse(body, "screen share", ("request_id", "answer"), _screen_share)


def _screen_share(fields: Fields) -> tuple[str | None, str]:
    request_id = _optional(fields, "request_id", _text(1))
    answer = _required(fields, "answer", lambda value: read_choice(value, SCREEN_ANSWERS))
    return request_id, answer or ""


def _refuse(name: str, detail: str) -> InvalidRequest:
    return InvalidRequest(f"{name} {detail}", [FieldError(pointer_to("", name), detail)])


def parse_position(text: str | None, last_event_id: str | None = None) -> int:
    """Return where to go on reading: ``Last-Event-ID`` wins over ``after``; 0 when there is neither."""
    name, given = ("Last-Event-ID", last_event_id) if last_event_id is not None else ("after", text)
    if given is None:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) <= 16 and int(given) <= LAST_POSITION):
        raise _refuse(name, f"must be a whole number from 0 to {LAST_POSITION}")
    return int(given)


def parse_wait(text: str | None, most: float) -> float:
    """Return for how many seconds to hold a poll: at most ``most``, the desk's own limit."""
    if text is None:
        return 0.0
    try:
        seconds = float(text) if text.isascii() and "_" not in text else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:
        raise _refuse("wait", f"must be a number of seconds from 0 to {MOST_SECONDS:g}")
    return min(seconds, most)


def parse_queue(text: str | None) -> str:
    """Return the queue that is asked about."""
    if text is not None and not 1 <= len(text) <= 100:
        raise _refuse("queue", "must be a name of 1 to 100 characters")
    return "default" if text is None else text


def parse_idempotency_key(text: str | None) -> str | None:
    """Return the key of a start."""
    if text is None:
        return None
    if not (1 <= len(text) <= 200 and all(" " <= character <= "~" for character in text)):
        raise _refuse("Idempotency-Key", "must be 1 to 200 printable ASCII characters")
    return text


def bearer(header: str | None) -> str | None:
    """Return the token of an ``Authorization`` header, ``None`` without one.

    Raises:
        MissingToken: there is a header, but no bearer token in it.
    """
    if header is None:
        return None
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise MissingToken("Authorization holds no bearer token")
    return token.strip()


def stream_token(header: str | None, subprotocols: str | None, query: str | None) -> str | None:
    """Return the token of a stream: of the header, of the subprotocol ``bearer.<token>``, or of ``?access_token=``."""
    offered = [entry.strip() for entry in (subprotocols or "").split(",")]
    of_protocol = next((entry.removeprefix("bearer.") for entry in offered if entry.startswith("bearer.")), None)
    return bearer(header) or of_protocol or query or None


def event_frame(event: Event) -> str:
    """Return an event as it goes over every transport: its envelope, as one line of JSON.

    Characters that some readers take for the end of a line (U+0085, U+2028, U+2029) are escaped.
    """
    line = _ENCODE(event.to_envelope())
    return line if line.isascii() else _escape_line_ends(line)


def _escape_line_ends(line: str) -> str:
    return line.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def batch(frames: list[Frame], position: int, ended: bool) -> str:
    """Return the body of a poll."""
    return f'{{"events":[{",".join(map(text_of, frames))}],"next":{position},"ended":{json.dumps(ended)}}}'


def server_sent(frame: Frame, event: Event | None) -> str:
    """Return a frame as a server-sent event."""
    head = f"id: {event.seq}\nevent: {event.type}\n" if event is not None else ""
    return f"{head}data: {text_of(frame)}\n\n"


def message_list(messages: tuple[Message, ...]) -> dict[str, Any]:
    """Return the body of ``listMessages``."""
    return {"messages": [message.to_data() for message in messages]}
