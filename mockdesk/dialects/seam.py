"""The seam between the one core and the many shapes of desk API: what a dialect is given, and what it gives back.

Pure: no Flask, no socket, no thread. A :class:`Dialect` is a description without state. For each desk it opens a
:class:`DialectDesk`, which turns a :class:`Request` into an operation that is prepared and not yet done
(:class:`Prepared`): the server notes it, asks whether a fault strikes it, and does it then. What comes out is an
:class:`Answer`, or a wish to read a :class:`Feed`: once (:class:`Poll`) or over a socket (:class:`Stream`). Where the
client talks over the socket, too, the wish is a :class:`Duplex`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.events import Event
from mockdesk.lazy_dataclass import lazy_dataclass

Frame: TypeAlias = str | bytes


def text_of(frame: Frame) -> str:
    """Return a frame as a text."""
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


@lazy_dataclass(frozen=True)
class Request:
    """One HTTP request. ``path`` lies below the dialect's base and begins with a slash; ``base_url`` is that base as
    the client reaches it, without a slash at its end; names of headers are in lower case. ``is_upgrade``: the client
    wants a WebSocket. ``is_cut``: the body was larger than the desk takes and was not read."""

    method: str
    path: str
    base_url: str = "http://localhost"
    host: str = ""
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""
    is_upgrade: bool = False
    is_cut: bool = False

    def argument(self, name: str) -> str | None:
        """Return the first value of a query parameter; an empty one counts as absent."""
        return next(iter(self.query.get(name, ())), None) or None


@lazy_dataclass(frozen=True)
class Answer:
    """One HTTP answer. ``tokens`` are credentials that it gives out, by what they are."""

    status: int
    body: bytes = b""
    content_type: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)


@lazy_dataclass(frozen=True)
class Finish:
    """End a stream with a close code; ``None``: cut the connection without a word."""

    code: int | None
    reason: str = ""


@dataclass(slots=True)
class Entry:
    """One thing to tell, in the order of the feed: ``position`` grows by one from 1.

    ``frames`` is how it looks on the wire: nothing, one frame or several, which stay together. ``event`` is the core's
    event that made it, ``None`` where the core has none. ``seq`` is the last event of the core's log when it came.
    ``wire`` is what a transport has made of the frames, once for all of its readers.
    """

    position: int
    seq: int
    frames: tuple[Frame, ...]
    event: Event | None = None
    wire: bytes | None = field(default=None, compare=False, repr=False)


class Feed(Protocol):
    """What a reader of one conversation reads: a log of entries, with the dialect's rules of who may read it."""

    conversation_id: str
    garbage: Frame
    """A frame that makes no sense, for the fault."""
    unknown: Frame
    """A frame of a kind that nobody knows, for the fault."""

    def check(self) -> None:
        """Refuse a reader that may not read (any more).

        Raises:
            DeskError: why.
        """

    def after(self, position: int) -> Sequence[Entry]:
        """Return the entries later than a position.

        Raises:
            DeskError: what :meth:`check` raises, or the position is not kept.
        """

    def last(self) -> int:
        """Return the position of the last entry, 0 when there is none (any more). Never raises."""

    def newest(self, position: int) -> Entry | None:
        """Return the entry right after ``position``, if that is the last one, the feed goes on and may still be read.

        ``None`` where that is not so, or not known for less than it costs to ask :meth:`after`.
        """

    def over(self) -> Finish | None:
        """Return how a stream ends once everything was told; ``None``: it goes on."""

    def refusal(self, error: DeskError) -> Finish:
        """Return how a stream ends whose reader may not read any more."""

    def valid_until(self) -> float:
        """Return when the reader's token ends, seconds since the epoch."""


@lazy_dataclass(frozen=True)
class Poll:
    """A wish for what comes after a position, held for ``wait`` seconds of the desk's time when there is nothing.

    ``answer`` is given the frames, the position behind them, and whether the feed is over.
    """

    feed: Feed
    after: int
    wait: float
    answer: Callable[[list[Frame], int, bool], Answer]


@lazy_dataclass(frozen=True)
class Stream:
    """A wish for a WebSocket that tells everything after a position."""

    feed: Feed
    after: int


@lazy_dataclass(frozen=True)
class Prepared:
    """A request that was understood, before anything was done.

    ``operation`` is openapi.yaml's name where that has the function (``startChat``, ``sendMessageToAgent`` ...): faults
    and journal go by it. ``text`` is the user's text, if this is a message. ``secrets`` are credentials in path,
    query or body, which nobody may see in the journal. ``told`` goes into the journal besides. ``run`` does it.

    ``run`` raises :class:`DeskError` where it refuses.
    """

    operation: str
    conversation_id: str | None
    run: Callable[[], Outcome]
    text: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    told: Mapping[str, Any] = field(default_factory=dict)


@lazy_dataclass(frozen=True)
class Send:
    """Send frames now; they are no news of a conversation."""

    frames: tuple[Frame, ...]


@lazy_dataclass(frozen=True)
class Call:
    """A request that came inside a socket: it is journalled and struck by faults like any other.

    ``prepared.run`` gives an :class:`Answer`; ``reply`` makes the frames that carry an answer or a refusal.
    """

    request: Request
    prepared: Prepared
    reply: Callable[[Answer], tuple[Frame, ...]]


Reaction: TypeAlias = Send | Call | Finish


class Session(Protocol):
    """One client's socket that talks both ways. Everything is called with the desk's lock held, and raises nothing."""

    def attach(self, wake: Callable[[], None]) -> None:
        """Begin; ``wake`` is to be called when :meth:`pending` has something, or :meth:`follows` has changed."""

    def received(self, frame: Frame) -> Sequence[Reaction]:
        """Take a client's frame; return what it leads to."""

    def summary(self, frame: Frame) -> str | None:
        """Return what the journal may say of a client's frame, no credential; ``None``: its request says it all."""

    def pending(self) -> Sequence[Send | Finish]:
        """Return, and forget, what the session has to say by itself."""

    def follows(self) -> Mapping[str, tuple[Feed, int]]:
        """Return each conversation that is heard of: its feed, and the position after which it is read."""

    def tell(self, conversation_id: str, entry: Entry) -> tuple[Frame, ...]:
        """Return what this client hears of an entry that is its turn now."""

    def closed(self) -> None:
        """End: the socket is gone."""


@lazy_dataclass(frozen=True)
class Duplex:
    """A wish for a WebSocket that talks both ways."""

    session: Session


Outcome: TypeAlias = Answer | Poll | Stream | Duplex


class DialectDesk(Protocol):
    """One desk as one dialect shows it. Everything is called with the desk's lock held."""

    def prepare(self, request: Request) -> Prepared:
        """Understand a request; changes nothing.

        Raises:
            DeskError: there is no such route, or it cannot be read whose it is.
        """

    def refuse(self, error: DeskError) -> Answer:
        """Return a refusal in the dialect's own shape."""

    def conversation_of(self, name: str) -> str | None:
        """Return the id of the conversation that the dialect knows under another name, ``None``: of none."""


@lazy_dataclass(frozen=True)
class Shape:
    """What a desk of this shape can and cannot do, for drivers: the suite skips what rests on the rest.

    ``lacks`` says why, by capability: ``action:read`` (an agent's action), ``action:say.items`` (a part of one).
    ``truth`` is what it can be told besides messages. ``rotating``: the ids that a client works with are replaced while
    it works. ``options`` is what an adapter has to be told besides the address. ``takes_settings``: a desk may be told
    something for it in ``dialect_settings``.
    """

    lacks: Mapping[str, str] = field(default_factory=dict)
    truth: tuple[str, ...] = ("context", "user_typing")
    rotating: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    takes_settings: bool = False


class Dialect(Protocol):
    """A shape of desk API. ``hosts`` are names of hosts at which it answers, whatever the path."""

    name: str
    hosts: tuple[str, ...]

    @property
    def shape(self) -> Shape:
        """What a desk of this shape can and cannot do."""

    def open(self, desk: Desk) -> DialectDesk:
        """Return a desk as this dialect shows it.

        Raises:
            InvalidRequest: what the desk's ``dialect_settings`` say for it is not right.
        """
