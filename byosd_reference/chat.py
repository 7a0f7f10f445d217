"""One conversation, from the moment it can be used to its end.

A chat ends in one of three ways, and each time exactly once: the user ends it, the desk ends it, or the connection is
lost for good. Whoever closes the gate first is the one who ends it. The order is always the same: nothing more is
shown, the last words are said, what is open is closed, and only then the other side is told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from byosd_reference.attention import Attention
from byosd_reference.desk_side import DeskConversation
from byosd_reference.errors import DeskError
from byosd_reference.events import Event, log
from byosd_reference.file_rules import FileRules
from byosd_reference.files import Files
from byosd_reference.gate import Gate
from byosd_reference.memory import Memory
from byosd_reference.outbox import Outbox
from byosd_reference.presence import Presence
from byosd_reference.screen_share import ScreenShare
from byosd_reference.settings import Deadline
from byosd_reference.stream import EventStream
from byosd_reference.surroundings import Surroundings
from byosd_reference.translator import Translator
from byosd_reference.typing_indicator import TypingIndicator
from byosd_reference.workers import Workers
from contracts.adapter import AgentProfile, ConnectingError, DisconnectedError, ErrorType


class Chat:
    """A running chat. It listens to its own event stream."""

    def __init__(
        self, around: Surroundings, conversation: DeskConversation, state: Mapping[str, str], after: int = 0
    ) -> None:
        times, clock, host = around.settings.times, around.clock, around.host
        capabilities = conversation.capabilities
        self._host = host
        self._times = times
        self._line = conversation.line
        self._gate = Gate()
        self._workers = Workers()
        self._leavers = Workers()  # questions to the user: they end when the host answers, and are not waited for
        self._api = conversation.api
        self._memory = Memory(self._gate, host, conversation, around.settings.token_store)
        self._typing = TypingIndicator(self._gate, host, clock)
        self._presence = Presence(self._gate, host, self._typing)
        self.files = Files(self._gate, host, self._api, times, FileRules.from_desk(capabilities))
        self.screen_share = ScreenShare(self._gate, host, self._api, times, self._leavers)
        self.outbox = Outbox(self._api, self.files, times, self._workers, capabilities, state)
        self.attention = Attention(self._api, times, capabilities, clock.now)
        self._translator = Translator(
            self._gate, host, self._typing, self._presence, self.files, self.screen_share, self._ended_by_desk
        )
        door = conversation.door(self._write_down)
        self._stream = EventStream(door, clock, times, around.settings.reconnect_limit_seconds, after)
        self._over = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether the chat has ended, or is just ending."""
        return self._gate.closed

    @property
    def last_seq(self) -> int:
        """The position of the last event that was shown."""
        return self._stream.last_seq

    def open_stream(self, deadline: Deadline) -> None:
        """Open the event stream; from here on nothing that happens at the desk is missed.

        Raises:
            DeskError: it could not be opened.
        """
        self._stream.open(deadline)

    def begin(self, agents: list[AgentProfile]) -> None:
        """Go: tell the host what it may offer, and begin to show events. ``agents``: whom the host knows already."""
        with self._gate.turn():
            if self._gate.closed:
                return
            self._presence.restore(agents)
            self._memory.begin(self.last_seq, agents)
            self.files.announce()
            self._stream.start(self._workers, self)

    def abandon(self, deadline: Deadline) -> None:
        """Give up a chat that never began; the host is told nothing. Any thread may call this, also while it opens."""
        self._gate.close()
        self._release(deadline)

    def end(self, reason: str | None) -> None:
        """End the chat for the user. Harmless when it is over; then the desk is not told again.

        Raises:
            DeskError: the desk could not be told. Everything is cleaned up all the same.
        """
        if not self._gate.close():
            self._gate.dismiss()
            return
        deadline = Deadline(self._times.end)
        with self._gate.settled(self._times.settle):
            self._typing.cancel()
            self._say_last_words()
        try:
            self._stream.stop()
            self.outbox.close(deadline.within(self._times.settle))
            self._api.end(reason, deadline)
        finally:
            self._release(deadline)

    def event_came(self, event: Event) -> None:
        """Show what happened at the desk."""
        self._translator.tell(event)
        self._memory.keep(event.seq, self._presence.profiles())

    def connection_lost(self, reason: str) -> None:
        """Tell the host, if it is connected; while it is connecting, an interruption is nobody's business yet."""
        if self._presence.anyone_joined:
            self._report_connection(is_disconnected=True, reason=reason)

    def connection_regained(self) -> None:
        """Tell the host that it was told of a loss; what was missed comes after this."""
        if self._presence.anyone_joined:
            self._report_connection(is_disconnected=False, reason="the connection is back")

    def connection_given_up(self, reason: str, *, reachable: bool) -> None:
        """Give up: end the chat at the desk, if it still listens, and tell the host that it is over."""
        if self._presence.anyone_joined:
            self._finish(self._host.agent_ended_chat, tell_desk=reachable)
        else:
            error = ConnectingError(type=ErrorType.CONNECTING, log_info=reason)
            self._finish(lambda: self._host.set_error_status(error), tell_desk=reachable)

    def _write_down(self) -> None:
        """Write down what a new page must know, as it has changed."""
        with self._gate.turn():
            if not self._gate.closed:
                self._memory.begin(self.last_seq, self._presence.profiles())

    def _report_connection(self, *, is_disconnected: bool, reason: str) -> None:
        error = DisconnectedError(type=ErrorType.DISCONNECTED, is_disconnected=is_disconnected, log_info=reason)
        self._gate.call(self._host.set_error_status, error)

    def _ended_by_desk(self) -> None:
        self._finish(self._host.agent_ended_chat, tell_desk=False)

    def _finish(self, last_word: Callable[[], None], *, tell_desk: bool) -> None:
        """End the chat, on the stream's own thread. When the host calls ``end`` inside the last word, all is done."""
        with self._gate.turn():
            self._typing.clear()
            if not self._gate.close():
                return
            deadline = Deadline(self._times.end)
            self._say_last_words()
            self._stream.stop()
            self.outbox.close(deadline.within(self._times.settle))
            if tell_desk:
                self._tell_desk(deadline)
            self._release(deadline)
            self._gate.tell_the_end(last_word)

    def _tell_desk(self, deadline: Deadline) -> None:
        try:
            self._api.end("the connection was lost", deadline)
        except DeskError as error:
            log.warning("the desk was not told that the chat is over: %s", error)

    def _say_last_words(self) -> None:
        """Take back what would outlive the chat in the host."""
        self.files.farewell()
        self._memory.farewell()

    def _release(self, deadline: Deadline) -> None:
        """Leave neither socket nor thread behind."""
        self._stream.stop()
        self.outbox.close(Deadline(0))
        self._line.cut()
        self._workers.join(deadline)
