"""The seam: what the host's side of the integration needs of a desk, whatever the shape of its API.

The host's side (``integration``, ``starting``, ``resuming``, ``chat`` and its parts) knows a desk by the protocols of
this module only; the desk's side fulfils them, once for each shape: ``canonical_desk`` for the API of openapi.yaml, a
package for each other one. The language between the two is the canonical :class:`~byosd_reference.events.Event`: a
desk's side translates what its desk says into such events, with what it must look up by further requests.

What a desk lacks its side says in :class:`DeskCapabilities` and inherits from :class:`Lacking`; its adapter does not
have the functions that nobody could keep (``integration``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from byosd_reference.errors import NotOffered
from byosd_reference.events import Event
from byosd_reference.settings import Deadline, Settings
from contracts.adapter import Clock


@dataclass(frozen=True)
class DeskCapabilities:
    """What the desk offers; a desk that does not tell is taken to offer everything but files, without limits."""

    update_state: bool = True
    user_typing: bool = True
    user_read_messages: bool = True
    files: bool = False
    max_text_characters: int | None = None
    max_file_bytes: int | None = None
    allowed_file_types: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()


class Ticket(Protocol):
    """What opens one conversation. Its text shows no token."""

    @property
    def conversation_id(self) -> str:
        """The desk's name of the conversation."""

    @property
    def token(self) -> str:
        """What the desk wants to see; it goes to the ``token_store`` and nowhere else."""


class Line(Protocol):
    """The way on which the user's doings reach the desk."""

    def cut(self) -> None:
        """Make every call that is under way fail at once."""


class UserApi(Protocol):
    """What the user does in one conversation. Returning means that the desk has it; all raise ``DeskError``."""

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Hand a message over: ``message_id``, ``text``, perhaps ``file_ids``. The same id is the same message."""

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """End the conversation; that it is over already, or unknown by now, is as good."""

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """Tell that the user types, or stopped."""

    def update_state(self, state: Mapping[str, str], deadline: Deadline) -> None:
        """Tell a changed session, user or locale."""

    def read(self, up_to_seq: int, deadline: Deadline) -> None:
        """Tell what the user has read."""

    def upload(self, name: str, content: bytes, content_type: str, deadline: Deadline) -> Mapping[str, Any]:
        """Hand a file over and return what the desk made of it: ``id``, ``state``."""

    def answer_screen_share(self, request_id: str, answer: str, deadline: Deadline) -> None:
        """Answer an agent's request to share the screen."""


class Lacking:
    """The operations that a desk may lack: nobody asks for them, and if somebody does, the answer is honest."""

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """See :class:`UserApi`."""
        raise NotOffered("note that the user types")

    def update_state(self, state: Mapping[str, str], deadline: Deadline) -> None:
        """See :class:`UserApi`."""
        raise NotOffered("note the new state")

    def read(self, up_to_seq: int, deadline: Deadline) -> None:
        """See :class:`UserApi`."""
        raise NotOffered("note what the user has read")

    def upload(self, name: str, content: bytes, content_type: str, deadline: Deadline) -> Mapping[str, Any]:
        """See :class:`UserApi`."""
        raise NotOffered("take the file")

    def answer_screen_share(self, request_id: str, answer: str, deadline: Deadline) -> None:
        """See :class:`UserApi`."""
        raise NotOffered("note the answer about the screen")


class EventConnection(Protocol):
    """One connection, from its opening to its end."""

    def frames(self) -> Iterator[str | bytes | Event]:
        """Give what happens, as it comes: events, or frames that each hold the envelope of one. End when the connection
        is closed or lost. What an event needs and does not bring may be asked for here, on the stream's own thread, as
        long as :meth:`close` breaks that off."""

    def answers(self, seconds: float) -> bool:
        """Tell whether the desk answers within ``seconds`` of wall time; a closed connection need not."""

    def why_closed(self) -> str:
        """Say why there are no more frames."""

    def close(self) -> None:
        """Close the connection. Any thread may call this."""


class EventDoor(Protocol):
    """Opens connections, as often as needed, one at a time."""

    def open(self, after: int, deadline: Deadline) -> EventConnection:
        """Open a connection behind position ``after``: the ``seq`` of the last event that was handled, 0 at first.

        Positions go up by one: where one is missing, the stream is opened once more to fetch it. For a desk without
        positions its door makes them: it counts what it gives, on from ``after``, and knows what it has given already
        by the ids that the desk has for it.

        Raises:
            StreamRefused: the desk answered with an HTTP status that is a no.
            StreamLost: there was no such answer in time.
        """

    def shut(self) -> None:
        """Let nobody in any more, and break off what is under way."""


class DeskConversation(Protocol):
    """One conversation at the desk."""

    @property
    def line(self) -> Line:
        """The way of :attr:`api`."""

    @property
    def api(self) -> UserApi:
        """What the user does."""

    @property
    def credentials(self) -> Ticket:
        """What opens it."""

    @property
    def capabilities(self) -> DeskCapabilities:
        """What the desk offers in it; known when it was started, or when :meth:`look` has returned."""

    def look(self, deadline: Deadline) -> Mapping[str, str]:
        """Look after a page reload whether it goes on, where the desk can be asked; opening its door tells, too.

        Return what it knows of the host's state.

        Raises:
            DeskError: the desk did not say.
            ChatEnded: it is over.
        """

    def door(self, changed: Callable[[], None]) -> EventDoor:
        """Return the door of its events. ``changed`` is called, while the chat runs, when :meth:`keepsake` or the token
        has changed otherwise than by an event: it writes them down before it returns."""

    def keepsake(self) -> Mapping[str, Any]:
        """Return what must be known besides its id to take it up after a page reload: JSON, small, and no token."""


class DeskSide(Protocol):
    """A desk, for one attempt to make a chat or to take one up."""

    def cut(self) -> None:
        """Make every call that is under way fail at once."""

    def availability(self, queue: str | None, deadline: Deadline) -> bool | None:
        """Tell whether somebody would answer; ``None`` when the desk cannot tell. Changes nothing at the desk.

        Raises:
            DeskError: the desk did not say.
        """

    def prepare(self, user_id: str, deadline: Deadline) -> None:
        """Ask for what a conversation takes: what the desk offers, leave for the user. Makes none.

        Raises:
            DeskError: the desk did not say, or refused.
        """

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> DeskConversation:
        """Make a conversation. With the same ``key`` it is made only once, however often this is called.

        ``request`` is what ``escalation`` made of the connect message. A desk that brings the user to an agent only
        once its stream is open does the rest when the conversation's door is opened: a chat begins after that.

        Raises:
            DeskError: there is none (or nobody knows: ``uncertain``).
        """

    def known(self, conversation_id: str, token: str, kept: Mapping[str, Any]) -> DeskConversation | None:
        """Return a conversation of before a page reload, by what was kept of it, or ``None``. Asks nothing."""


DeskShape = Callable[[str, Clock, Settings], DeskSide]
"""Makes the desk's side for the desk at an address."""
