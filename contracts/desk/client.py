"""A small client of the canonical desk API with an adapter's face, so that what drives adapters can drive a desk.

It is meant to be correct and plain. What it does over the wire is reported to ``options["recorder"]`` (the shapes are
in :mod:`contracts.desk.wire`).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import Any

from contracts.adapter import AdditionalData, Callback, ChatState, Clock, ConnectMessage, FileUpload
from contracts.desk.bodies import started_id
from contracts.desk.chat import CanonicalSource, Chat, Source
from contracts.desk.presenter import Presenter
from contracts.desk.wire import NONE, Answer, Record, Token, Wire

TIMEOUT = 10.0
END_TIMEOUT = 4.0
SIDE_TIMEOUT = 4.0
"""For what the host does not wait for long: a check for agents, a new state."""
PING = 6.0
LIMIT = 60.0
TYPING_RENEWED = 3.0
"""Seconds after which typing that goes on is told again: desks let it expire."""
TOO_MANY = 429
GONE = frozenset({401, 404, 409, 410})
"""Answers to an end that mean: there is nothing left that this client could end."""


class DeskRefused(Exception):
    """The desk did not accept a call; the text holds its problem code or what went wrong on the way."""

    def __init__(self, call: str, answer: Answer) -> None:
        body = answer.body if isinstance(answer.body, Mapping) else {}
        said = f"{body.get('code')}: {body.get('detail')}" if body.get("code") else answer.error
        super().__init__(f"{call} was answered {answer.status} ({said})")
        self.answer = answer


class DeskClient:
    """The user's side of a desk, with the host's functions. One chat at a time; many one after the other."""

    def __init__(
        self, desk_url: str, callback: Callback, clock: Clock, options: Mapping[str, Any], name: str = "Desk client"
    ) -> None:
        self._name = name
        self._callback = callback
        self._clock = clock
        self._options = options
        self._scale = float(options.get("timeout_scale", 1.0))
        self._wire = self.make_wire(desk_url, options.get("recorder"), TIMEOUT * self._scale)
        self._chat: Chat | None = None
        self._state: dict[str, str] = {}
        self._typing_told: tuple[bool, float] | None = None
        self._untold: dict[str, str] = {}
        self._starting = threading.Lock()
        self._called_off = threading.Event()
        self._sending = threading.Lock()

    def get_name(self) -> str:
        """Return the client's name."""
        return self._name

    def make_wire(self, desk_url: str, recorder: Record | None, timeout: float) -> Wire:
        """Return the wire over which the desk is reached."""
        return Wire(desk_url, recorder, timeout=timeout)

    def make_source(self, conversation_id: str) -> Source:
        """Return where the events of a conversation come from."""
        return CanonicalSource(self._wire, conversation_id, ping_seconds=PING * self._scale)

    def start_chat(self, connect_message: ConnectMessage, start_chat_options: Mapping[str, Any] | None = None) -> None:
        """Start a conversation and open its stream.

        Raises:
            DeskRefused: the desk did not give a conversation or its stream.
            RuntimeError: a chat is running, or the user called the start off.
        """
        if not self._starting.acquire(blocking=False):
            raise RuntimeError("a chat is being started")
        try:
            self._called_off.clear()
            if self._chat is not None:
                raise RuntimeError("a chat is running")
            self._start(start_request(connect_message, start_chat_options or {}, self._state))
        finally:
            self._starting.release()

    def _start(self, body: Mapping[str, Any]) -> None:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        token = self._user_token(body["user_id"])
        answer = self._wire.request("startChat", token=token, body=body, headers=key)
        conversation_id = started_id(answer.body)
        if not answer.ok or conversation_id is None:
            raise DeskRefused("startChat", answer)
        chat = Chat(
            conversation_id,
            self.make_source(conversation_id),
            Presenter(self._callback, self._clock),
            self._clock,
            limit_seconds=float(self._options.get("reconnect_limit_seconds", LIMIT)),
            on_failed=self._clean_up,
        )
        self._chat = chat
        self._untold.clear()
        handshake = chat.begin()
        if handshake.stream is None:
            self._clean_up()
            raise DeskRefused("streamEvents", Answer(handshake.status, {}, handshake.body, handshake.error))
        if self._called_off.is_set():
            self._clean_up()
            raise RuntimeError("the start was called off")

    def _user_token(self, user_id: str) -> Token:
        """Return a user token where the desk wants one (option ``api_key``)."""
        key = self._options.get("api_key")
        if not key:
            return NONE
        headers = {"X-Api-Key": str(key)}
        answer = self._wire.request("createToken", token=Token("api_key"), body={"user_id": user_id}, headers=headers)
        if not answer.ok:
            raise DeskRefused("createToken", answer)
        return Token("user", str(answer.body["token"]))

    def end_chat(self, info: Mapping[str, Any] | None = None) -> None:
        """End the conversation, unless the desk ended it; harmless without one. A start under way is called off.

        Raises:
            DeskRefused: the desk did not take note of the end. The chat is over for the user nevertheless.
        """
        self._called_off.set()
        if self._starting.acquire(timeout=END_TIMEOUT * self._scale):  # a start that is under way undoes itself
            self._starting.release()
        answer = self._finish()
        if answer is not None and not answer.ok and answer.status not in GONE:
            raise DeskRefused("endChat", answer)

    def _finish(self) -> Answer | None:
        chat, self._chat, self._typing_told = self._chat, None, None
        if chat is None:
            return None
        chat.presenter.silence()
        told = chat.presenter.ended
        timeout = min(END_TIMEOUT, TIMEOUT) * self._scale
        answer = None if told else self._wire.request("endChat", chat.id, body={}, timeout=timeout)
        chat.stop()
        return answer

    def _clean_up(self) -> None:
        """Leave nothing behind of a chat that failed; whether the desk still answers does not matter."""
        self._finish()

    def send_message_to_agent(
        self, message: Mapping[str, Any], message_id: str, additional_data: AdditionalData | None = None
    ) -> None:
        """Send the text, after uploading the files that belong to it.

        Raises:
            DeskRefused: the desk did not confirm that it has the message.
            RuntimeError: no chat is running.
        """
        text = str(message["input"]["text"])
        files = (additional_data or {}).get("files_to_upload", [])
        if not text and not files:
            return
        with self._sending:
            chat, self._typing_told = self._running(), None
            self._tell_state_first(chat)
            file_ids = [self._upload(chat, file) for file in files]
            body = {"message_id": message_id, "text": text, **({"file_ids": file_ids} if file_ids else {})}
            answer = self._wire.request("sendMessageToAgent", chat.id, body=body)
        if not answer.ok:
            raise DeskRefused("sendMessageToAgent", answer)

    def _upload(self, chat: Chat, file: FileUpload) -> str:
        part = {"file": (file["name"], bytes(file["content"]), file["content_type"])}
        answer = self._wire.request("uploadFile", chat.id, files=part)
        if not answer.ok:
            refused = DeskRefused("uploadFile", answer)
            chat.presenter.uploaded(file["id"], str(refused))
            raise refused
        chat.presenter.file_names[answer.body["id"]] = file["id"]
        if answer.body["state"] != "pending":
            chat.presenter.uploaded(
                file["id"], None if answer.body["state"] == "accepted" else "The file was rejected."
            )
        return str(answer.body["id"])

    def update_state(self, state: ChatState) -> None:
        """Keep what changed for the next start, and tell the desk about it while a chat runs."""
        changes = {key: str(value) for key, value in state.items() if value is not None}
        self._state.update(changes)
        chat = self._chat
        if chat is not None and changes:
            self._untold.update(changes)
            self._tell_state(chat)

    def _tell_state(self, chat: Chat) -> Answer:
        """Tell what the desk does not know yet; what it did not answer is told once more before the next message."""
        changes = dict(self._untold)
        answer = self._wire.request("updateState", chat.id, body=changes, timeout=SIDE_TIMEOUT * self._scale)
        if answer.ok or (answer.status is not None and 400 <= answer.status < 500 and answer.status != TOO_MANY):
            self._untold = {name: value for name, value in self._untold.items() if changes.get(name) != value}
        return answer

    def _tell_state_first(self, chat: Chat) -> None:
        """See to it that no message goes out under the name of another user."""
        answer = self._tell_state(chat) if self._untold else None
        if answer is not None and "user_id" in self._untold:
            raise DeskRefused("updateState", answer)

    def are_any_agents_online(self, connect_message: ConnectMessage) -> bool | None:
        """Tell whether somebody would answer; ``None`` when the desk cannot tell.

        Raises:
            DeskRefused: the desk gave no answer.
        """
        queue = start_request(connect_message, {}, {}).get("queue")
        query, timeout = {"queue": queue} if queue else None, SIDE_TIMEOUT * self._scale
        answer = self._wire.request("getAvailability", token=NONE, query=query, timeout=timeout)
        if not answer.ok or not isinstance(answer.body, Mapping):
            raise DeskRefused("getAvailability", answer)
        online = answer.body.get("online")
        return online if isinstance(online, bool) else None

    def user_typing(self, is_typing: bool) -> None:
        """Tell that the user types, or stopped: when it changes, and now and then while the user goes on."""
        told, now = self._typing_told, self._clock.now()
        news = told is None or told[0] != bool(is_typing) or (is_typing and now - told[1] >= TYPING_RENEWED)
        if self._chat is not None and news:
            self._typing_told = (bool(is_typing), now)
            self._wire.request("userTyping", self._chat.id, body={"typing": bool(is_typing)})

    def user_read_messages(self) -> None:
        """Tell that the user has read everything that was shown; without a position where the desk gives none."""
        if self._chat is not None:
            position = self._chat.shown
            body = {} if position is None else {"up_to_seq": position}
            self._wire.request("userReadMessages", self._chat.id, body=body)

    def _running(self) -> Chat:
        if self._chat is None:
            raise RuntimeError("no chat is running")
        return self._chat


def connect(
    desk_url: str,
    callback: Callback,
    *,
    clock: Clock,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> DeskClient:
    """Return a client of the desk at ``desk_url``.

    Options: ``recorder``, ``timeout_scale``, ``reconnect_limit_seconds`` and ``api_key`` (for desks that want a user
    token). Nothing is kept over a page reload.
    """
    return DeskClient(desk_url, callback, clock, options)


def start_request(message: ConnectMessage, options: Mapping[str, Any], state: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of a start for the host's connect message."""
    items = message.get("output", {}).get("generic", ())
    item: Mapping[str, Any] = next((each for each in items if each.get("response_type") == "connect_to_agent"), {})
    info = item.get("transfer_info") or {}
    system = message.get("context", {}).get("global", {}).get("system", {})
    key = (options.get("agent_app_info") or {}).get("session_history_key") or info.get("session_history_key")
    context = {
        "session_id": state.get("session_id"),
        "locale": state.get("locale"),
        "topic": item.get("topic"),
        "message_to_agent": item.get("message_to_human_agent"),
        "session_history_key": key,
        "additional_data": info.get("additional_data"),
    }
    target = (info.get("target") or {}).get("byosd") or {}
    body = {
        "user_id": state.get("user_id") or system.get("user_id") or "anonymous",
        "queue": target.get("queue"),
        "context": {name: plain(value) for name, value in context.items() if value is not None},
    }
    return {name: value for name, value in body.items() if value is not None}


def plain(value: Any) -> Any:
    """Return the host's value, which may be frozen, as JSON values."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value
