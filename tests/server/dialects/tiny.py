"""A dialect as small as it can be: lines of text, one token, one socket. docs/add-a-dialect.md walks through it."""

from __future__ import annotations

from mockdesk.core.desk import Desk, StartRequest
from mockdesk.core.drafts import MessageDraft
from mockdesk.core.errors import DeskError, NotFound
from mockdesk.core.events import Event, MessageCreated
from mockdesk.dialects.feeds import ConversationLog, LogFeed
from mockdesk.dialects.seam import Answer, Outcome, Prepared, Request, Shape, Stream


class TinyDialect:
    """``POST /hello`` begins, ``POST /say/TOKEN`` says the body, a WebSocket at ``/hear/TOKEN`` hears every line."""

    name = "tiny"
    hosts: tuple[str, ...] = ("tiny.example",)
    shape = Shape(lacks={"action:read": "the tiny desk has no read receipts"})

    def open(self, desk: Desk) -> TinyDesk:
        """Return a desk in this shape."""
        return TinyDesk(desk)


class TinyDesk:
    """One desk: which token opens which conversation, and what was said in each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._conversations: dict[str, str] = {}
        self._logs: dict[str, ConversationLog] = {}
        desk.subscribe(self._happened)

    def prepare(self, request: Request) -> Prepared:
        """Understand a request: the first part of the path says what, the second is the token."""
        what, _, token = request.path.lstrip("/").partition("/")
        conversation_id = self._conversations.get(token)
        if (request.method, what) == ("POST", "hello"):
            return Prepared("startChat", None, self._hello)
        if conversation_id is None:
            raise NotFound("nobody")
        text = request.body.decode()
        if what == "say":
            return Prepared(
                "sendMessageToAgent", conversation_id, lambda: self._say(conversation_id, text), text, (token,)
            )
        return Prepared("streamEvents", conversation_id, lambda: self._hear(conversation_id, token), secrets=(token,))

    def refuse(self, error: DeskError) -> Answer:
        """Return a refusal: a word."""
        return Answer(error.status, error.code.encode(), "text/plain")

    def conversation_of(self, name: str) -> str | None:
        """Return the conversation of a token."""
        return self._conversations.get(name)

    def _hello(self) -> Answer:
        started = self._desk.start(StartRequest("somebody"))
        self._conversations[started.token] = started.conversation.id
        self._logs[started.conversation.id] = ConversationLog()
        return Answer(200, started.token.encode(), "text/plain", tokens={"conversation token": started.token})

    def _say(self, conversation_id: str, text: str) -> Answer:
        self._desk.send(conversation_id, MessageDraft(text))
        return Answer(204, content_type=None)

    def _hear(self, conversation_id: str, token: str) -> Outcome:
        feed = LogFeed(
            conversation_id,
            self._logs[conversation_id],
            lambda: self._desk.authorize(conversation_id, token),
            lambda: self._desk.token_expires_at(conversation_id),
        )
        return Stream(feed, after=0)

    def _happened(self, conversation_id: str, event: Event) -> None:
        log = self._logs.get(conversation_id)
        if log is not None:
            said = isinstance(event.body, MessageCreated)
            log.append([f"{event.body.message.author_id}: {event.body.message.text}"] if said else [], event.seq, event)
