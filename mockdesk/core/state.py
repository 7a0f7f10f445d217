"""What a desk consists of, and the few steps that the commands of both sides share.

Commands check first and change then: a function below that changes things is called only when nothing can refuse any
more.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

from mockdesk.core.agents import Roster
from mockdesk.core.changes import Changed
from mockdesk.core.clock import Clock
from mockdesk.core.command import Command
from mockdesk.core.conversation import Conversation
from mockdesk.core.conversation_weight import weight_of_message
from mockdesk.core.errors import NotFound, UnknownConversation
from mockdesk.core.events import (
    AgentProfile,
    ConversationEndedEvent,
    Event,
    EventBody,
    Message,
    MessageCreated,
    QueueUpdated,
    Role,
)
from mockdesk.core.faults import FaultSchedule
from mockdesk.core.happenings import Happening
from mockdesk.core.identifiers import Identifiers
from mockdesk.core.journal import Journal
from mockdesk.core.limit_errors import ConversationFull, QueueFull
from mockdesk.core.notifications import Notifier
from mockdesk.core.queue import Queue, Queues
from mockdesk.core.rate import MessageRate
from mockdesk.core.scrub import scrub
from mockdesk.core.settings import DeskSettings
from mockdesk.core.table import State, Trigger
from mockdesk.core.tokens import TokenStore
from mockdesk.core.waiting_line import WaitingLine
from mockdesk.core.weight import EVENT_BYTES, MESSAGE_BYTES, Kept, weight_of
from mockdesk.lazy_dataclass import lazy_dataclass

QUEUE_TIMEOUT = "queue_timeout"
IDLE_TIMEOUT = "idle_timeout"
KEPT_FAILURES = 100


@lazy_dataclass(frozen=True)
class Vacancy:
    """A place in a queue that somebody has left."""

    line: WaitingLine
    place: int


@lazy_dataclass(frozen=True)
class ListenerFailure:
    """An exception that a listener or an observer raised."""

    conversation_id: str
    error: Exception


class DeskState:
    """Everything that belongs to one desk."""

    def __init__(self, settings: DeskSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.identifiers = Identifiers(settings.seed)
        self.limits = limits = settings.limits
        self.kept = Kept(limits.kept_bytes)
        self.roster = Roster(settings.agents, limits.agents)
        self.queues = Queues(settings.queues, limits.queues)
        self.changed = Changed()
        self.tokens = TokenStore(limits.user_tokens, limits.removed_tokens, self.changed.note_forgotten_token)
        self.message_rate = MessageRate(settings.max_messages_per_minute, clock.now)
        self.conversations: dict[str, Conversation] = {}
        self.journal = Journal(settings.journal_limit, clock.now, limits.journal_bytes)
        self.faults = FaultSchedule(clock.now, settings.seed, limits.faults)
        self.notifier = Notifier(self.journal, self._listener_failed)
        self.failures: list[ListenerFailure] = []

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation.

        Raises:
            UnknownConversation: there is none of this id.
        """
        if conversation_id not in self.conversations:
            raise UnknownConversation(f"there is no conversation {conversation_id!r}")
        return self.conversations[conversation_id]

    def command(self, name: str, conversation_id: str | None, /, **data: Any) -> AbstractContextManager[None]:
        """Run a command: journal it, put its events down to it, and tell the listeners when it is done.

        A refusal is journalled too. A command that a listener gives runs inside a delivery, which goes on with its
        notices when it comes to them.
        """
        told = {"command": name, **data}
        return Command(self, conversation_id, told, weight_of(told))

    def _listener_failed(self, conversation_id: str, error: Exception) -> None:
        self.failures = [*self.failures[-KEPT_FAILURES + 1 :], ListenerFailure(conversation_id, error)]
        self.journal.add("script", conversation_id, {"failed": "a listener raised", "error": scrub(repr(error))})

    def require_function(self, name: str) -> None:
        """Refuse a function that the desk's capabilities deny.

        Raises:
            NotFound: the desk does not offer it.
        """
        if not getattr(self.settings.capabilities, name):
            raise NotFound(f"this desk does not offer {name}")

    def present_agent(self, conversation: Conversation, reference: str | AgentProfile) -> str:
        """Return the id of an agent who must be in the conversation.

        Raises:
            UnknownAgent: the roster does not know the agent.
            AgentNotPresent: the agent is not in the conversation.
        """
        agent_id = self.roster.resolve(reference).id
        conversation.require_present(agent_id)
        return agent_id

    def require_room(self, queue: Queue) -> None:
        """Refuse one more in a queue that is full.

        Raises:
            QueueFull: as many wait as it bears.
        """
        if len(queue.waiting) >= self.limits.waiting:
            raise QueueFull(f"{len(queue.waiting)} wait in queue {queue.name!r} already")

    def require_message(self, conversation: Conversation, size: int) -> None:
        """Refuse one more message where there is no room for it; ``size`` is the weight of what it says.

        Raises:
            ConversationFull: the conversation has as many as it bears.
            DeskFull: the desk keeps as much as it bears.
        """
        if len(conversation.messages) >= self.limits.messages:
            raise ConversationFull(f"the conversation has {len(conversation.messages)} messages already")
        self.kept.require(MESSAGE_BYTES + EVENT_BYTES + size)

    # Steps that commands share. None of them refuses.

    def keep(self, conversation: Conversation, size: int) -> None:
        """Count what a conversation has been given to keep."""
        conversation.kept_bytes += size
        self.kept.add(size)

    def emit(self, conversation: Conversation, body: EventBody, size: int = 0) -> Event:
        """Append an event to the log of a conversation; ``size`` is what it gives to keep besides itself."""
        self.keep(conversation, size if conversation.log.is_full else size + EVENT_BYTES)
        event = conversation.log.append(self.clock.now(), body)
        conversation.last_activity = event.time
        self.changed.note(conversation.id)
        weight = len(body.message.text) if isinstance(body, MessageCreated) else 0
        position = self.journal.keep("event", conversation.id, event.to_note, None, weight)
        self.notifier.post(self.notifier.events, conversation.id, event, position)
        return event

    def happened(self, conversation: Conversation, happening: Happening) -> None:
        """Note that the user did something, and tell the observers."""
        conversation.last_activity = self.clock.now()
        self.notify(conversation, happening)

    def notify(self, conversation: Conversation, happening: Happening) -> None:
        """Tell the observers."""
        self.changed.note(conversation.id)
        self.notifier.post(self.notifier.happenings, conversation.id, happening, self.journal.cause)

    def say(self, conversation: Conversation, role: Role, author_id: str, text: str, **more: Any) -> Message:
        """Store a message and append its event."""
        message_id, seq = self.identifiers.new("msg"), conversation.log.next_seq
        message = Message(message_id, role, author_id, text, self.clock.now(), seq, **more)
        conversation.add(message)
        self.emit(conversation, MessageCreated(message), weight_of_message(message))
        return message

    def end(self, conversation: Conversation, by: Role, agent_id: str | None, reason: str | None) -> None:
        """End a conversation: its place, agents, offers, screen sharing and timers are given up."""
        vacancy = self.withdraw(conversation)
        conversation.state = State.ENDED
        conversation.ended_at, conversation.ended_by, conversation.end_reason = self.clock.now(), by, reason
        conversation.agents.clear()
        conversation.offers.clear()
        conversation.transfer = None
        if conversation.screen_share is not None and conversation.screen_share.open:
            conversation.screen_share = replace(conversation.screen_share, state="cancelled")
        self.cancel_timers(conversation)
        self.emit(conversation, ConversationEndedEvent(by, agent_id, reason))
        self.move_up(vacancy)

    # Queues

    def place(self, conversation: Conversation, queue: Queue) -> None:
        """Put a conversation at the end of a queue and tell its user the place."""
        conversation.queue = queue.name
        queue.waiting.join(conversation.id)
        conversation.line = queue.waiting
        self.announce(conversation)
        timeout = self.settings.queue_timeout_seconds
        if timeout is not None and conversation.state is State.WAITING:
            self.set_timer(conversation, QUEUE_TIMEOUT, self.clock.now() + timeout)

    def withdraw(self, conversation: Conversation) -> Vacancy | None:
        """Take a conversation out of the queue in which it stands; the caller tells of the vacancy afterwards."""
        line, conversation.line = conversation.line, None
        self.cancel_timer(conversation, QUEUE_TIMEOUT)
        place = None if line is None else line.leave(conversation.id)
        return None if line is None or place is None else Vacancy(line, place)

    def move_up(self, vacancy: Vacancy | None) -> None:
        """Tell those behind a vacancy that they have moved up; in a long line these are thirty people each time."""
        told = [] if vacancy is None else vacancy.line.to_be_told(vacancy.place)
        if not told:
            return
        queue = self.queues.get(self.conversations[told[0][1]].queue)
        answering = queue.agents_answering(self.roster)
        for place, conversation_id in told:
            news = QueueUpdated(queue.name, place, queue.wait(place), answering)
            self.emit(self.conversations[conversation_id], news)

    def announce(self, conversation: Conversation) -> None:
        """Tell a user what the queue really says."""
        self.emit(conversation, self.queue_news(conversation))

    def queue_news(self, conversation: Conversation) -> QueueUpdated:
        """Return what the queue really says about a conversation."""
        queue, place = self.queues.get(conversation.queue), conversation.position
        return QueueUpdated(queue.name, place, queue.wait(place), queue.agents_answering(self.roster))

    # Timers

    def set_timer(self, conversation: Conversation, name: str, due: float) -> None:
        """Start a timer of a conversation, ``QUEUE_TIMEOUT`` or ``IDLE_TIMEOUT``, instead of the one of the name."""
        self.cancel_timer(conversation, name)
        self.changed.note(conversation.id)
        goes_off = self._look_at_idleness if name == IDLE_TIMEOUT else self._time_out_in_queue
        conversation.timers[name] = self.clock.call_at(due, partial(goes_off, conversation))

    def cancel_timer(self, conversation: Conversation, name: str) -> None:
        """Give up a timer, if it is set."""
        timer = conversation.timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def cancel_timers(self, conversation: Conversation) -> None:
        """Give up every timer of a conversation."""
        for name in tuple(conversation.timers):
            self.cancel_timer(conversation, name)

    def watch_idleness(self, conversation: Conversation) -> None:
        """End the conversation once nothing has happened in it for long enough; waiting in a queue is not idle."""
        limit = self.settings.idle_timeout_seconds
        if limit is not None:
            self.set_timer(conversation, IDLE_TIMEOUT, self.clock.now() + limit)

    def _look_at_idleness(self, conversation: Conversation) -> None:
        limit = self.settings.idle_timeout_seconds
        if limit is None:
            return
        if conversation.state is State.WAITING and conversation.position is not None:
            self.watch_idleness(conversation)
            return
        due = conversation.last_activity + limit
        if due > self.clock.now():
            self.set_timer(conversation, IDLE_TIMEOUT, due)
            return
        self._time_out(conversation, IDLE_TIMEOUT)

    def _time_out_in_queue(self, conversation: Conversation) -> None:
        self._time_out(conversation, QUEUE_TIMEOUT)

    def _time_out(self, conversation: Conversation, reason: str) -> None:
        with self.command(reason, conversation.id):
            conversation.after(Trigger.DESK_END)
            self.end(conversation, "system", None, reason)
