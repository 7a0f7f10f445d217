"""The routes of the polling desk: from a request to a command of the core, from its answer to JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from mockdesk.core import errors
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import StartRequest
from mockdesk.core.events import Event
from mockdesk.core.happenings import Happening, Removed
from mockdesk.core.identifiers import Identifiers
from mockdesk.dialects.bodies import bearer_of, json_or_none, read_fields
from mockdesk.dialects.feeds import ConversationLog, LogFeed
from mockdesk.dialects.poll import bodies
from mockdesk.dialects.poll.chats import Chat, Session, Sessions, StaleSession
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Frame, Outcome, Poll, Prepared, Request, Shape, text_of

Handler: TypeAlias = Callable[["PollDesk", Request, Mapping[str, str]], Prepared]

NO_RECEIPTS = "the polling desk has no read receipts"
NO_FILES = "the polling desk takes no files"
NO_SCREENS = "the polling desk has no screen sharing"
SHAPE = Shape(
    lacks=MappingProxyType(
        {
            "action:read": NO_RECEIPTS,
            "action:request_screen": NO_SCREENS,
            "action:end_screen": NO_SCREENS,
            "action:set_file_state": NO_FILES,
            "action:set_capabilities": NO_FILES,
            "action:say.items": "the polling desk has no rich items",
        }
    ),
    rotating=True,
)


class PollDialect:
    """The shape of docs/polling-desk.md."""

    name = "poll"
    hosts: tuple[str, ...] = ()
    shape = SHAPE

    def open(self, desk: Desk) -> PollDesk:
        """Return a desk as this dialect shows it."""
        return PollDesk(desk)


class PollDesk:
    """One desk. It follows the chats that were started here; others are none of its business."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._chats: dict[str, Chat] = {}
        self._sessions = Sessions(Identifiers(desk.settings.seed))
        desk.subscribe(self._happened)
        desk.observe(self._observed)

    def prepare(self, request: Request) -> Prepared:
        """Understand a request."""
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, request, parameters)

    def refuse(self, error: errors.DeskError) -> Answer:
        """Return ``{"error", "text"}`` with this desk's status."""
        status, code = _CODES.get(type(error), (error.status, error.code))
        headers = {}
        if isinstance(error, errors.RateLimited):
            headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return _answer({"error": code, "text": error.detail}, status, headers)

    def conversation_of(self, name: str) -> str | None:
        """Return the chat that a session id opens."""
        session = self._sessions.find(name)
        return None if session is None else session.chat.conversation_id

    # What each route prepares

    def start(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new chat, or the one that the same key has made."""

        def run() -> Answer:
            wish, key = read_fields(request, "the start", bodies.read_start)
            return self._start(wish, key, bearer_of(request))

        return Prepared("startChat", None, run)

    def _start(self, wish: StartRequest, key: str | None, user_token: str | None) -> Answer:
        started = self._desk.start(wish, key, user_token)
        chat = self._chat(started.conversation.id)
        body = {
            "chat": chat.conversation_id,
            "token": started.token,
            "session": self._sessions.issue(chat, 0).id,
            "longest": self._desk.settings.max_text_characters,
        }
        status = 200 if started.replayed else 201
        return _answer(body, status, tokens={"conversation token": started.token})

    def events(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What comes after the session's position."""

        def run(session: Session) -> Poll:
            session.use()
            seconds = bodies.read_timeout(request)
            return Poll(self._feed(session, request), session.position, seconds, self._batch(session.chat))

        return self._in_chat("pollEvents", request, parameters, run)

    def _feed(self, session: Session, request: Request) -> LogFeed:
        token, chat_id = bearer_of(request), session.chat.conversation_id
        return LogFeed(
            chat_id,
            session.chat.log,
            lambda: self._desk.authorize(chat_id, token),
            lambda: self._desk.token_expires_at(chat_id),
        )

    def _batch(self, chat: Chat) -> Callable[[list[Frame], int, bool], Answer]:
        def answer(frames: list[Frame], position: int, ended: bool) -> Answer:
            if not frames:
                return self.refuse(errors.UnknownConversation("the chat is over")) if ended else _nothing(304)
            session = self._sessions.issue(chat, position)
            events = ",".join(map(text_of, frames))
            return Answer(200, f'{{"session":"{session.id}","events":[{events}]}}'.encode())

        return answer

    def message(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The user says something."""

        def run(session: Session) -> Answer:
            session.use()
            draft = read_fields(request, "the message", bodies.read_message)
            sent = self._desk.send(session.chat.conversation_id, draft)
            return _answer({"id": sent.message.id}, 200 if sent.replayed else 201)

        body = json_or_none(request)
        text = body.get("text") if isinstance(body, dict) else None
        return self._in_chat("sendMessageToAgent", request, parameters, run, text if isinstance(text, str) else None)

    def typing(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The user types, or stopped."""

        def run(session: Session) -> Answer:
            session.use()
            self._desk.user_typing(
                session.chat.conversation_id, read_fields(request, "the notice of typing", bodies.read_typing)
            )
            return _nothing(204)

        return self._in_chat("userTyping", request, parameters, run)

    def end(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The user ends the chat."""

        def run(session: Session) -> Answer:
            session.use()
            if self._desk.conversation(session.chat.conversation_id).ended:
                raise errors.ConversationEnded("the chat is over")
            self._desk.end(session.chat.conversation_id)
            return _nothing(204)

        return self._in_chat("endChat", request, parameters, run)

    def queue(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Whether somebody would answer."""

        def run() -> Answer:
            if not self._desk.settings.capabilities.are_any_agents_online:
                raise errors.NotFound("this desk does not tell whether agents are online")
            known = self._desk.availability(parameters["queue"])
            names = {"agents": "agents_online", "waiting": "queue_length", "seconds": "estimated_wait_seconds"}
            return _answer({"queue": known["queue"], **{ours: known.get(name) for ours, name in names.items()}})

        return Prepared("getAvailability", None, run)

    def _in_chat(
        self,
        operation: str,
        request: Request,
        parameters: Mapping[str, str],
        run: Callable[[Session], Outcome],
        text: str | None = None,
    ) -> Prepared:
        """Prepare what a session id and the chat's token open: first 401, then 404, then 403, then 409."""
        session = self._sessions.find(parameters["session"])
        chat_id = None if session is None else session.chat.conversation_id

        def authorized() -> Outcome:
            self._desk.authorize(chat_id or "", bearer_of(request))
            if session is None:
                raise errors.UnknownConversation("there is no such chat")
            return run(session)

        told = {} if session is None else {"rotating_id": "stale" if session.is_stale else "current"}
        return Prepared(operation, chat_id, authorized, text, told=told)

    # What happens at the desk

    def _chat(self, conversation_id: str) -> Chat:
        """Return the chat of a conversation; a new one is told what has happened in it already."""
        chat = self._chats.get(conversation_id)
        if chat is None:
            log = ConversationLog(self._desk.settings.event_retention)
            chat = self._chats[conversation_id] = Chat(conversation_id, log)
            for event in self._desk.events_after(conversation_id, 0):
                chat.tell(event)
        return chat

    def _happened(self, conversation_id: str, event: Event) -> None:
        chat = self._chats.get(conversation_id)
        if chat is not None and event.seq > chat.told:
            chat.tell(event)

    def _observed(self, conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, Removed):
            chat = self._chats.pop(conversation_id, None)
            if chat is not None:
                self._sessions.forget(chat)


_CODES: Mapping[type[errors.DeskError], tuple[int, str]] = MappingProxyType(
    {
        errors.MalformedJson: (400, "bad_request"),
        errors.InvalidRequest: (400, "bad_request"),
        errors.UnknownQueue: (400, "bad_request"),
        errors.MissingToken: (401, "token"),
        errors.InvalidToken: (401, "token"),
        errors.ExpiredToken: (401, "token"),
        errors.ForeignToken: (403, "forbidden"),
        errors.UnknownConversation: (404, "over"),
        errors.ConversationEnded: (404, "over"),
        errors.MethodNotAllowed: (405, "not_found"),
        errors.IdempotencyConflict: (409, "conflict"),
        StaleSession: (409, "stale_session"),
        errors.BodyTooLarge: (413, "too_large"),
        errors.UnsupportedMediaType: (415, "media_type"),
        errors.EmptyText: (422, "text"),
        errors.TextTooLong: (422, "text"),
        errors.RateLimited: (429, "rate"),
        errors.QueueClosed: (503, "closed"),
    }
)
"""Status and code of each refusal."""


def _answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None, tokens: Mapping[str, str] | None = None
) -> Answer:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")  # it may name what cannot be written
    return Answer(status, content, headers=headers or {}, tokens=tokens or {})


def _nothing(status: int) -> Answer:
    return Answer(status, content_type=None)


ROUTER: Router[Handler] = Router(
    [
        Route("POST", "/chats", PollDesk.start),
        Route("GET", "/chats/{session}/events", PollDesk.events),
        Route("POST", "/chats/{session}/messages", PollDesk.message),
        Route("POST", "/chats/{session}/typing", PollDesk.typing),
        Route("DELETE", "/chats/{session}", PollDesk.end),
        Route("GET", "/queues/{queue}", PollDesk.queue),
    ]
)
"""The operations; the mock's own paths are no part of it."""
