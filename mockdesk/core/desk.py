"""The desk: the one object that servers, scripts and tests talk to.

Everything belongs to a desk; two desks share nothing. It is not thread-safe: its owner lets one thread in at a time,
timers of the clock included. Every method raises a :class:`mockdesk.core.errors.DeskError` where it refuses, and has
then changed nothing. Listeners are told after the state has changed (the rules stand in ``notifications.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core import agent_side, management, screen_sharing, transcript, truth, uploads, user_side
from mockdesk.core.actions import Action
from mockdesk.core.agents import RosterAgent
from mockdesk.core.clock import Clock
from mockdesk.core.command import Command, NotedAction
from mockdesk.core.conversation import Conversation
from mockdesk.core.drafts import Context, MessageDraft, StartRequest, StateChanges
from mockdesk.core.errors import ForeignToken, UnknownFile
from mockdesk.core.events import Event, Message
from mockdesk.core.faults import Fault, FaultSchedule
from mockdesk.core.files import StoredFile
from mockdesk.core.happenings import Happening
from mockdesk.core.installed_script import DeskScript, InstalledScript
from mockdesk.core.journal import Journal
from mockdesk.core.memory import Memory
from mockdesk.core.removal import Removal
from mockdesk.core.settings import DEFAULT_QUEUE, DeskSettings, QueueSettings
from mockdesk.core.starting import Starts
from mockdesk.core.state import DeskState, ListenerFailure
from mockdesk.core.tokens import UserToken
from mockdesk.core.user_side import Sent
from mockdesk.core.user_side import StartedConversation as Started
from mockdesk.core.weight import Kept

__all__ = [
    "Context",
    "Conversation",
    "Desk",
    "DeskScript",
    "DeskSettings",
    "MessageDraft",
    "Sent",
    "StartRequest",
    "Started",
    "StateChanges",
]

Listener: TypeAlias = Callable[[str, Event], None]
Observer: TypeAlias = Callable[[str, Happening], None]
Unsubscribe: TypeAlias = Callable[[], None]


class Desk:
    """A service desk with its queues, agents, conversations, tokens, faults and journal."""

    def __init__(self, settings: DeskSettings, clock: Clock) -> None:
        self._state = DeskState(settings, clock)
        self._starts = Starts(self._state)
        self._script = InstalledScript(self)
        self._removal = Removal(self)
        self.memory = Memory(self._state, self._starts, self._removal.remove_later)

    @property
    def settings(self) -> DeskSettings:
        """What the desk was told when it was made."""
        return self._state.settings

    @property
    def clock(self) -> Clock:
        """The desk's time."""
        return self._state.clock

    @property
    def journal(self) -> Journal:
        """What came in, what happened and what went out."""
        return self._state.journal

    @property
    def faults(self) -> FaultSchedule:
        """The faults that are to strike; the server applies them."""
        return self._state.faults

    @property
    def kept(self) -> Kept:
        """How much the desk keeps, and the most that it may."""
        return self._state.kept

    @property
    def failures(self) -> tuple[ListenerFailure, ...]:
        """The latest exceptions that listeners and observers raised."""
        return tuple(self._state.failures)

    # The user's side

    def capabilities(self) -> dict[str, Any]:
        """Return what the desk offers, and its limits."""
        return self._state.settings.to_capabilities()

    def availability(self, queue: str = DEFAULT_QUEUE) -> dict[str, Any]:
        """Return whether agents are online for a queue: true, false, or null where nobody can tell."""
        found = self._state.queues.get(queue)
        if not self._state.settings.capabilities.are_any_agents_online:
            return {"online": None, "queue": found.name}
        return found.availability(self._state.roster)

    def create_token(self, api_key: str | None, user_id: str) -> UserToken:
        """Return a new token that vouches for a user."""
        return management.create_token(self._state, api_key, user_id)

    def start(
        self,
        request: StartRequest,
        idempotency_key: str | None = None,
        user_token: str | None = None,
        conversation_id: str | None = None,
    ) -> Started:
        """Make a conversation, with an id of the caller's if one is given.

        The same key and request again give the same conversation and token.
        """
        with self._state.command("start", None, user_id=request.user_id, queue=request.queue):
            return self._starts.start(request, idempotency_key, user_token, conversation_id)

    def authorize(self, conversation_id: str, token: str | None) -> Conversation:
        """Return the conversation that a token opens: 401 before 404 before 403."""
        grant = self._state.tokens.check(token, self._state.clock.now())
        conversation = self._state.conversation(conversation_id)
        if grant.conversation_id != conversation_id:
            raise ForeignToken("the token belongs to something else than this conversation")
        return conversation

    def send(self, conversation_id: str, draft: MessageDraft) -> Sent:
        """Store a message of the user; the client's message id makes it idempotent."""
        with self._state.command("send", conversation_id, message_id=draft.message_id):
            return user_side.send(self._state, self._state.conversation(conversation_id), draft)

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Return what was said, oldest first."""
        return tuple(self._state.conversation(conversation_id).messages)

    def end(self, conversation_id: str, reason: str | None = None) -> Conversation:
        """End a conversation for the user; harmless when it has ended."""
        with self._state.command("end", conversation_id, reason=reason):
            conversation = self._state.conversation(conversation_id)
            user_side.end(self._state, conversation, reason)
            return conversation

    def events_after(self, conversation_id: str, after: int = 0) -> tuple[Event, ...]:
        """Return exactly the events later than a position."""
        return self._state.conversation(conversation_id).log.after(after)

    def update_state(self, conversation_id: str, changes: StateChanges | Mapping[str, Any]) -> Conversation:
        """Take over a changed session, user or locale."""
        changes = changes if isinstance(changes, StateChanges) else StateChanges.from_dict(changes)
        with self._state.command("update_state", conversation_id, **changes.to_data()):
            conversation = self._state.conversation(conversation_id)
            user_side.update_state(self._state, conversation, changes)
            return conversation

    def user_typing(self, conversation_id: str, typing: bool) -> None:
        """Note that the user types, or stopped."""
        with self._state.command("user_typing", conversation_id, typing=typing):
            user_side.typing(self._state, self._state.conversation(conversation_id), typing)

    def user_read(self, conversation_id: str, up_to_seq: int | None = None) -> None:
        """Note that the user has read up to a position; None: everything."""
        with self._state.command("user_read", conversation_id, up_to_seq=up_to_seq):
            user_side.read(self._state, self._state.conversation(conversation_id), up_to_seq)

    def upload_file(self, conversation_id: str, name: str, content_type: str, content: bytes) -> StoredFile:
        """Store a file of the user."""
        with self._state.command("upload_file", conversation_id, name=name, size=len(content)):
            return uploads.upload(self._state, self._state.conversation(conversation_id), name, content_type, content)

    def file(self, conversation_id: str, file_id: str) -> StoredFile:
        """Return a file of a conversation."""
        files = self._state.conversation(conversation_id).files
        if file_id not in files:
            raise UnknownFile(f"there is no file {file_id!r} in this conversation")
        return files[file_id]

    def answer_screen_share(self, conversation_id: str, request_id: str | None, answer: str) -> None:
        """Take the user's answer: accepted, declined, cancelled, or ended (the user stops sharing)."""
        with self._state.command("answer_screen_share", conversation_id, answer=answer):
            screen_sharing.answer(self._state, self._state.conversation(conversation_id), request_id, answer)

    # The agents' side and the control of the desk

    def act(self, conversation_id: str, action: Action | NotedAction) -> tuple[Event, ...]:
        """Do as an agent does; return the events it caused in this conversation (not what listeners then did)."""
        noted = action if isinstance(action, NotedAction) else NotedAction(action)
        with Command(self._state, conversation_id, noted.told, noted.weight):
            conversation = self._state.conversation(conversation_id)
            before = conversation.log.last_seq
            agent_side.perform(self._state, conversation, noted.action)
            return conversation.log.tail(before)

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation."""
        return self._state.conversation(conversation_id)

    def conversations(self) -> tuple[Conversation, ...]:
        """Return every conversation, oldest first."""
        return tuple(self._state.conversations.values())

    def set_agent(self, agent: RosterAgent | Mapping[str, Any]) -> RosterAgent:
        """Add or replace an agent of the roster; whoever waits is told how many are online."""
        return management.set_agent(self._state, agent)

    def remove_agent(self, agent_id: str) -> None:
        """Take an agent off the roster and, as disconnected, out of every conversation."""
        management.remove_agent(self._state, agent_id)

    def agents(self) -> tuple[RosterAgent, ...]:
        """Return the roster."""
        return self._state.roster.all()

    def set_queue(self, name: str, queue: QueueSettings | Mapping[str, Any]) -> dict[str, Any]:
        """Make a queue or change it (a mapping changes what it names); whoever waits in it is told."""
        return management.set_queue(self._state, name, queue)

    def queues(self) -> dict[str, dict[str, Any]]:
        """Return every queue by name: open, seconds_per_conversation, agents_online, length."""
        return {queue.name: queue.to_data(self._state.roster) for queue in self._state.queues.all()}

    def inject(self, fault: Fault) -> str:
        """Install a fault and return its id."""
        return management.inject(self._state, fault)

    def token_expires_at(self, conversation_id: str) -> float:
        """Return when the token of a conversation ends, seconds since the epoch."""
        return self._state.tokens.expires_at(self._state.conversation(conversation_id).id)

    def expire_token(self, conversation_id: str) -> None:
        """Let the token of a conversation end now; observers get ``TokenExpired``."""
        management.expire_token(self._state, conversation_id)

    def remove(self, conversation_id: str) -> None:
        """Forget a conversation; its token then opens nothing (404). No event tells it, ``Removed`` does."""
        management.remove(self._state, conversation_id)
        self._starts.forget(conversation_id)

    @property
    def script(self) -> DeskScript | None:
        """The script that plays the agents, if any."""
        return self._script.present

    def install_script(self, script: DeskScript | None) -> None:
        """Let a script play the agents instead of the present one; None: nobody.

        Raises:
            LimitReached: it brings more agents or queues than the desk bears; the present one goes on.
        """
        self.memory.note(None)
        self._script.install(script)

    # Looking on

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Call ``listener(conversation_id, event)`` for each new event, in the order of the logs."""
        return self._state.notifier.events.subscribe(listener)

    def observe(self, observer: Observer) -> Unsubscribe:
        """Call ``observer(conversation_id, happening)`` for what happens and is no event."""
        return self._state.notifier.happenings.subscribe(observer)

    def truth(self, conversation_id: str) -> dict[str, Any]:
        """Return what the desk really has of a conversation."""
        return truth.truth_of(self._state.conversation(conversation_id))

    def truths(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest conversation first."""
        return [truth.truth_of(conversation) for conversation in self.conversations()]

    def transcript(self) -> str:
        """Return the canonical JSON of all event logs."""
        return transcript.transcript(self.conversations())

    def digest(self) -> str:
        """Return the SHA-256 of the transcript."""
        return transcript.digest(self.transcript())
