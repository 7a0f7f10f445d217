"""The operations of openapi.yaml, each a function from a :class:`Call` to its answer; events are in ``events.py``.

A wrong token is refused before the body is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from mockdesk.core.errors import (
    BodyTooLarge,
    FieldError,
    InvalidRequest,
    MalformedJson,
    MissingToken,
    NotFound,
    UnsupportedMediaType,
)
from mockdesk.core.files import StoredFile
from mockdesk.core.timestamps import rfc3339
from mockdesk.core.user_side import StartedConversation
from mockdesk.dialects import canonical
from mockdesk.dialects.bodies import JSON
from mockdesk.server.calls import MULTIPART, Call
from mockdesk.server.events import poll_events

Operation: TypeAlias = Callable[[Call], Response]
UNWRITABLE = "backslashreplace"
"""How a lone surrogate is written, which a client may have sent and the journal tells: as JSON's own escape."""
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
MULTIPART_OVERHEAD = 65_536
"""What a multipart body may have besides the file."""


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    body = ENCODE(value).encode("utf-8", UNWRITABLE)
    told = Headers([*(headers or {}).items(), ("Content-Type", JSON)])
    return Response([body], status, told)


def nothing() -> Response:
    """Return 204."""
    return Response(status=204)


def get_capabilities(call: Call) -> Response:
    """What the desk offers."""
    with call.desk() as desk:
        return answer(desk.capabilities())


def create_token(call: Call) -> Response:
    """A user token for an API key."""
    key = call.request.headers.get("X-Api-Key")
    if not key:
        raise MissingToken("the header X-Api-Key is missing")
    user_id = call.json(canonical.parse_token_request)
    with call.desk() as desk:
        made = desk.create_token(key, user_id)
    call.host.note_credential("user token", made.token)
    return answer({"token": made.token, "expires_at": rfc3339(made.expires_at), "user_id": made.user_id}, 201)


def get_availability(call: Call) -> Response:
    """Whether agents are online."""
    queue = canonical.parse_queue(call.request.args.get("queue"))
    with call.desk() as desk:
        if not desk.settings.capabilities.are_any_agents_online:
            raise NotFound("this desk does not tell whether agents are online")
        return answer(desk.availability(queue))


def start_chat(call: Call) -> Response:
    """A new conversation, or the one that the same key has made."""
    headers = call.request.headers
    user_token = canonical.bearer(headers.get("Authorization"))
    key = canonical.parse_idempotency_key(headers.get("Idempotency-Key"))
    wish = call.json(canonical.parse_start)
    with call.desk() as desk:
        started = desk.start(wish, key, user_token)
        return _started(call, started)


def base_url(request: Request) -> str:
    """Return the URL at which the client reaches the desk, without a slash at its end."""
    plain = f"{request.scheme}://{request.host}{request.root_path}"
    return plain if plain.isascii() else request.root_url.rstrip("/")


def _started(call: Call, started: StartedConversation) -> Response:
    call.host.note_credential("conversation token", started.token)
    base = base_url(call.request)
    path = f"/v1/conversations/{quote(started.conversation.id)}"
    body = {
        "conversation": started.conversation.to_data(),
        "token": started.token,
        "token_expires_at": rfc3339(started.expires_at),
        "stream_url": f"ws{base.removeprefix('http')}{path}/stream",
        "events_url": f"{base}{path}/events",
    }
    return answer(body, 200 if started.replayed else 201, {"Location": f"{call.request.root_path}{path}"})


def get_conversation(call: Call) -> Response:
    """The conversation as it is."""
    with call.desk() as desk:
        return answer(call.authorize(desk).to_data())


def send_message(call: Call) -> Response:
    """The user says something."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        sent = desk.send(conversation.id, call.json(canonical.parse_message))
    return answer(sent.message.to_data(), 200 if sent.replayed else 201)


def list_messages(call: Call) -> Response:
    """The transcript."""
    with call.desk() as desk:
        return answer(canonical.message_list(desk.messages(call.authorize(desk).id)))


def end_chat(call: Call) -> Response:
    """The user ends the conversation."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        return answer(desk.end(conversation.id, call.json(canonical.parse_end, optional=True)).to_data())


def update_state(call: Call) -> Response:
    """The user's session, id or language changed."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        return answer(desk.update_state(conversation.id, call.json(canonical.parse_state)).to_data())


def user_typing(call: Call) -> Response:
    """The user types, or stopped."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        desk.user_typing(conversation.id, call.json(canonical.parse_typing))
    return nothing()


def user_read(call: Call) -> Response:
    """The user has read."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        up_to_seq = call.json(canonical.parse_read, optional=True)
        last = conversation.log.last_seq
        desk.user_read(conversation.id, None if up_to_seq is None else min(up_to_seq, last))
    return nothing()


def upload_file(call: Call) -> Response:
    """The user hands over a file."""
    with call.desk() as desk:
        call.authorize(desk)
    most = call.host.settings.max_file_bytes
    if call.request.mimetype != MULTIPART:
        raise UnsupportedMediaType("the body must be multipart/form-data")
    call.request.max_content_length = most + MULTIPART_OVERHEAD
    call.request.max_form_parts = call.host.options.limits.form_parts
    call.request.max_form_memory_size = MULTIPART_OVERHEAD
    name, content_type, content = _file_of(call)
    if len(content) > most:
        raise BodyTooLarge(f"the file has {len(content)} bytes, {most} are allowed")
    with call.desk() as desk:
        file = desk.upload_file(call.authorize(desk).id, name, content_type, content)
    return answer(file.to_data(), 201)


def _file_of(call: Call) -> tuple[str, str, bytes]:
    try:
        upload = call.request.files.get("file")
    except ValueError:
        raise MalformedJson("the body is not well-formed multipart data") from None
    if upload is None:
        raise InvalidRequest("the field file is missing", [FieldError("/file", "is required, as a file")])
    return upload.filename or "", upload.content_type or "application/octet-stream", upload.read()


def get_file(call: Call) -> Response:
    """The bytes of a file."""
    with call.desk() as desk:
        file = desk.file(call.authorize(desk).id, call.file_id)
    return Response(file.content, 200, {"Content-Disposition": _disposition(file)}, content_type=file.content_type)


def _disposition(file: StoredFile) -> str:
    return f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"


def answer_screen_share(call: Call) -> Response:
    """The user's answer to a request for the screen."""
    with call.desk() as desk:
        conversation = call.authorize(desk)
        request_id, told = call.json(canonical.parse_screen_share)
        desk.answer_screen_share(conversation.id, request_id, told)
    return nothing()


_CONVERSATION = "/v1/conversations/<conversation_id>"
OPERATIONS: Mapping[str, tuple[str, str, Operation]] = MappingProxyType(
    {
        "getCapabilities": ("GET", "/v1/capabilities", get_capabilities),
        "createToken": ("POST", "/v1/tokens", create_token),
        "getAvailability": ("GET", "/v1/availability", get_availability),
        "startChat": ("POST", "/v1/conversations", start_chat),
        "getConversation": ("GET", _CONVERSATION, get_conversation),
        "sendMessageToAgent": ("POST", f"{_CONVERSATION}/messages", send_message),
        "listMessages": ("GET", f"{_CONVERSATION}/messages", list_messages),
        "endChat": ("POST", f"{_CONVERSATION}/end", end_chat),
        "pollEvents": ("GET", f"{_CONVERSATION}/events", poll_events),
        "updateState": ("PUT", f"{_CONVERSATION}/state", update_state),
        "userTyping": ("PUT", f"{_CONVERSATION}/typing", user_typing),
        "userReadMessages": ("PUT", f"{_CONVERSATION}/read", user_read),
        "uploadFile": ("POST", f"{_CONVERSATION}/files", upload_file),
        "getFile": ("GET", f"{_CONVERSATION}/files/<file_id>", get_file),
        "answerScreenShare": ("PUT", f"{_CONVERSATION}/screen-share", answer_screen_share),
    }
)
"""Every operation but the WebSocket: its method, path and function."""

STREAM_OPERATION = "streamEvents"
STREAM_PATH = f"{_CONVERSATION}/stream"
