"""Events of a conversation: what was missed, then what happens, over as many connections as it takes.

The service has no positions that go over everything; each object counts its own. So the door numbers what it gives, and
knows by indexes and sids what was given (``conversation``). Whenever it is opened it asks for what came meanwhile: the
changes that Sync replays, and, as a replay may have an end and a list has none, who takes part, and the messages from
the index of the next one on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from byosd_reference import reading
from byosd_reference.errors import AnswerLost, DeskError, StreamLost
from byosd_reference.events import Event, log
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.twilio.conversation import Shown, Told, closed_at
from byosd_reference.twilio.history import in_order
from byosd_reference.twilio.line import ConversationLine, TwilsockOpener
from byosd_reference.twilio.packets import Packet
from byosd_reference.twilio.page_server import Token
from byosd_reference.twilio.places import Places
from byosd_reference.twilio.sync import Change, Sync, address_of, change_in
from byosd_reference.twilio.twilsock import TYPING, Twilsock


class ConversationDoor:
    """Opens connections and makes each the user's way, too."""

    def __init__(
        self,
        opener: TwilsockOpener,
        line: ConversationLine,
        places: Places,
        shown: Shown,
        token: Token,
        times: TimeLimits,
        changed: Callable[[], None],
    ) -> None:
        self.places = places
        self.shown = shown
        self.times = times
        self._opener = opener
        self._line = line
        self._token = token
        self._changed = changed
        self._was_open = False

    def open(self, after: int, deadline: Deadline) -> ConversationEvents:
        """Open a connection that gives what comes after the last event that was handled.

        Raises:
            StreamRefused: the service refused it.
            StreamLost: there was no answer in time, or none that makes sense.
        """
        before = self._token.present
        socket = self._opener.open(deadline)
        try:
            missed = self._missed(socket, deadline)
        except BaseException as error:
            socket.close()
            if isinstance(error, AnswerLost):
                raise StreamLost(str(error)) from None
            raise
        if self._token.present != before and self._was_open:  # a chat that begins is written down as a whole
            self._changed()
        self._was_open = True
        self._line.take(socket)
        return ConversationEvents(self, socket, missed, after)

    def shut(self) -> None:
        """Let nobody in any more, and break off what is under way."""
        self._opener.shut()
        self._token.keep()

    def leave(self, socket: Twilsock) -> None:
        """Close a connection."""
        self._line.drop(socket)
        socket.close()

    def renew(self, socket: Twilsock) -> bool:
        """Go on with a new token, as the present one is about to end; return whether that was possible."""
        deadline = Deadline(self.times.other)
        try:
            self._token.renew(deadline)
            socket.renew(self._token.present, deadline)
        except DeskError as error:
            log.warning("the token was not renewed: %s", error)
            return False
        self._changed()
        return True

    def _missed(self, socket: Twilsock, deadline: Deadline) -> list[Change]:
        objects = self.places.objects(socket, deadline)
        known = {one: self.shown.position(kind) for kind, one in objects.items()}
        sync = Sync(socket)
        changes = sync.subscribe(known, deadline)
        changes += sync.items(objects["map"], deadline)
        return in_order([*changes, *sync.items_from(objects["list"], self.shown.next_index, deadline)])


class ConversationEvents:
    """One connection, as a stream of events that are numbered on from ``after``."""

    def __init__(self, door: ConversationDoor, socket: Twilsock, missed: list[Change], after: int) -> None:
        self._door = door
        self._socket = socket
        self._missed = missed
        self._last_seq = after
        self._why: str | None = None

    def frames(self) -> Iterator[Event]:
        """Give what was missed, then what happens; end when the connection is closed or lost.

        It is as good as lost when messages that must come first cannot be had: the next one begins with them.
        """
        self._renew_if_due()
        try:
            for change in self._missed:
                yield from self._numbered(self._told(change))
            for packet in self._socket.told():
                yield from self._numbered(self._told_by(packet))
        except DeskError as error:
            self._why = str(error)

    def answers(self, seconds: float) -> bool:
        """Tell whether the service answers. It is asked now and then: a renewal that failed is tried again with it."""
        self._renew_if_due()
        return self._socket.answers(seconds)

    def why_closed(self) -> str:
        """Say why there are no more events."""
        return self._why or self._socket.why_closed()

    def close(self) -> None:
        """Close the connection, and leave neither socket nor thread."""
        self._door.leave(self._socket)

    def _numbered(self, told: Iterable[Told]) -> Iterator[Event]:
        for kind, data in told:
            self._last_seq += 1
            yield Event(self._last_seq, kind, data)

    def _told_by(self, packet: Packet) -> Iterator[Told]:
        change = change_in(packet)
        if change is not None:
            yield from self._told(change)
        elif reading.text(packet.header, "message_type") == TYPING and self._is_ours(packet.payload):
            yield from self._door.shown.typing(packet.payload)
        self._renew_if_due()

    def _is_ours(self, told: Any) -> bool:
        return reading.text(told, "channel_sid") == self._door.places.conversation_sid

    def _told(self, change: Change) -> Iterator[Told]:
        """Give what a change means, with what has to be asked for besides."""
        if self._door.shown.is_behind_others(change):
            yield from self._messages()
        for told in self._door.shown.take(change):
            if told[0] == "agent.joined":
                yield self._introduced(told)
            elif told[0] != "agent.left" or not self._leaves_with_the_end(change):
                yield told

    def _messages(self) -> Iterator[Told]:
        """Give the messages that were not told yet; raises ``DeskError``."""
        deadline = Deadline(self._door.times.other)
        messages = self._door.places.objects(self._socket, deadline)["list"]
        found = Sync(self._socket, "tell the messages").items_from(messages, self._door.shown.next_index, deadline)
        for change in found:
            for told in self._door.shown.take(change):
                yield self._introduced(told) if told[0] == "agent.joined" else told

    def _introduced(self, told: Told) -> Told:
        """Return the joining of an agent with the agent's name; where it cannot be had, the host's side has one."""
        agent_id = told[1]["agent"]["id"]
        deadline = Deadline(self._door.times.other)
        try:
            url = self._door.places.links(self._socket, deadline).user(agent_id)
            answer = self._socket.call("tell who an agent is", "GET", address_of(url), deadline)
            name = reading.text(answer.body, "friendly_name") if answer.status == 200 else None
        except DeskError as error:
            log.warning("an agent's name is not known: %s", error)
            name = None
        return "agent.joined", {"agent": {"id": agent_id, **({"nickname": name} if name else {})}}

    def _leaves_with_the_end(self, change: Change) -> bool:
        """Tell whether an agent leaves because the chat is over: then the end is told, and it follows at once."""
        deadline = Deadline(self._door.times.other)
        try:
            document = self._door.places.objects(self._socket, deadline)["document"]
            state = Sync(self._socket).document(document, deadline)
        except DeskError as error:
            log.warning("it is not known whether the chat goes on: %s", error)
            return False
        ended = closed_at(state)
        return ended is not None and change.at >= ended

    def _renew_if_due(self) -> None:
        if self._socket.renewal_due.is_set() and self._door.renew(self._socket):
            self._socket.renewal_due.clear()
