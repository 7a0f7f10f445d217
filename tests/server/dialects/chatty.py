"""A dialect whose client says everything over one socket: ``start``, ``say TEXT``, ``bye``; news come as lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mockdesk.core.desk import Desk, StartRequest
from mockdesk.core.drafts import MessageDraft
from mockdesk.core.errors import DeskError, NotFound
from mockdesk.core.events import Event, MessageCreated
from mockdesk.dialects.feeds import ConversationLog, LogFeed
from mockdesk.dialects.seam import (
    Answer,
    Call,
    Duplex,
    Entry,
    Feed,
    Finish,
    Frame,
    Prepared,
    Reaction,
    Request,
    Send,
    Shape,
)


class ChattyDialect:
    """A WebSocket at ``/talk``."""

    name = "chatty"
    hosts: tuple[str, ...] = ()
    shape = Shape()

    def open(self, desk: Desk) -> ChattyDesk:
        """Return a desk in this shape."""
        return ChattyDesk(desk)


class ChattyDesk:
    """One desk: what was said in each conversation."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.logs: dict[str, ConversationLog] = {}
        desk.subscribe(self._happened)

    def prepare(self, request: Request) -> Prepared:
        """Open the socket."""
        if request.path != "/talk":
            raise NotFound("nothing")
        return Prepared("streamEvents", None, lambda: Duplex(ChattySession(self)))

    def refuse(self, error: DeskError) -> Answer:
        """Return a refusal: a word."""
        return Answer(error.status, error.code.encode(), "text/plain")

    def conversation_of(self, name: str) -> str | None:
        """Return nothing: the core's ids are ours."""
        return None

    def _happened(self, conversation_id: str, event: Event) -> None:
        said = isinstance(event.body, MessageCreated)
        line = f"news {event.body.message.text}".encode() if said else b""
        log = self.logs.setdefault(conversation_id, ConversationLog())
        log.append([line] if said else [], event.seq, event)


class ChattySession:
    """One client: it hears of the conversations that it has started, but of no news that says ``secret``."""

    def __init__(self, desk: ChattyDesk) -> None:
        self._desk = desk
        self._mine: list[str] = []
        self._wake: Callable[[], None] = lambda: None
        self._own: list[Send | Finish] = []

    def attach(self, wake: Callable[[], None]) -> None:
        """Greet."""
        self._wake = wake
        self._own.append(Send((b"hello",)))

    def received(self, frame: Frame) -> Sequence[Reaction]:
        """Take ``NUMBER WHAT TEXT``."""
        if isinstance(frame, str):
            return [Send((b"no texts",))]
        number, what, text = [*frame.decode().split(" ", 2), "", ""][:3]
        if what == "bye":
            return [Finish(1000)]
        mine = self._mine[0] if self._mine else None
        operation = {"start": "startChat", "say": "sendMessageToAgent"}.get(what, "what")
        prepared = Prepared(operation, mine, lambda: self._do(what, text), text or None)
        request = Request("POST", f"/{what}", body=b"{}")
        return [Call(request, prepared, lambda answer: (f"{number} {answer.status}".encode(),))]

    def _do(self, what: str, text: str) -> Answer:
        if what == "start":
            self._mine.append(self._desk.desk.start(StartRequest("me")).conversation.id)
            return Answer(201)
        if what == "fall":
            raise RuntimeError("a mistake of the dialect")
        if what != "say" or not self._mine:
            raise NotFound("nothing")
        self._desk.desk.send(self._mine[0], MessageDraft(text))
        return Answer(204)

    def summary(self, frame: Frame) -> str | None:
        """Tell of texts only."""
        return "a text" if isinstance(frame, str) else None

    def pending(self) -> Sequence[Send | Finish]:
        """Return the greeting, once."""
        own, self._own = self._own, []
        return own

    def follows(self) -> Mapping[str, tuple[Feed, int]]:
        """Follow every conversation of mine from its beginning."""
        return {one: (self._feed(one), 0) for one in self._mine}

    def _feed(self, conversation_id: str) -> LogFeed:
        log = self._desk.logs.setdefault(conversation_id, ConversationLog())
        known = self._desk.desk
        return LogFeed(conversation_id, log, lambda: known.conversation(conversation_id), lambda: float("inf"))

    def tell(self, conversation_id: str, entry: Entry) -> tuple[Frame, ...]:
        """Leave secrets out."""
        return tuple(frame for frame in entry.frames if b"secret" not in bytes(frame))  # type: ignore[arg-type]

    def closed(self) -> None:
        """Forget nothing."""
