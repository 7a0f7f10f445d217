"""Every conversation of a desk as Flex has it, who its users are, and which sockets are open. One for all faces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mockdesk.core.bounded import Bounded, Recent
from mockdesk.core.clock import Timer
from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import MessageDraft, StartRequest
from mockdesk.core.errors import DeskError, UnknownConversation
from mockdesk.core.events import AgentJoined, AgentProfile, Event, Message
from mockdesk.core.happenings import Happening, Removed, Started, TokenExpired, UserRead
from mockdesk.core.identifiers import Identifiers
from mockdesk.core.limit_errors import DeskFull
from mockdesk.dialects.twilio import telling
from mockdesk.dialects.twilio.conversation import ConversationFeed, Described, FlexConversation, Notice
from mockdesk.dialects.twilio.listener import Listener
from mockdesk.dialects.twilio.objects import SyncEvent, SyncObject
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.settings import TwilioSettings
from mockdesk.dialects.twilio.sids import sid_of
from mockdesk.dialects.twilio.tokens import RevokedTokens
from mockdesk.dialects.twilio.users import User, new_user
from mockdesk.dialects.twilio.wish import Wish

KEPT_CONTINUATIONS = 10_000


@dataclass
class Model:
    """The state of this shape for one desk."""

    desk: Desk
    settings: TwilioSettings
    conversations: Bounded[str, FlexConversation] = field(init=False)
    users: dict[str, User] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    revoked: RevokedTokens = field(default_factory=RevokedTokens)
    continuations: Recent[str, dict[str, int]] = field(default_factory=lambda: Recent(KEPT_CONTINUATIONS))
    """How far the newest sockets of earlier connections had told each conversation, by continuation token."""
    wishes: dict[str, Wish] = field(default_factory=dict)
    expected: dict[str, Wish] = field(default_factory=dict)
    """What was said of customers for whom a conversation was made, and who have not joined it yet."""
    _typing: dict[str, Timer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.conversations = Bounded(self.desk.settings.limits.conversations)
        self.identifiers = Identifiers(self.desk.settings.seed)
        self.desk.subscribe(self._happened)
        self.desk.observe(self._observed)

    def now(self) -> float:
        """Return the desk's time."""
        return self.desk.clock.now()

    def new_sid(self, prefix: str) -> str:
        """Return a sid that nothing else has."""
        return sid_of(prefix, self.identifiers.new(prefix))

    # Finding

    def find(self, name: str) -> FlexConversation | None:
        """Return the conversation of a sid or unique name."""
        found = self.conversations.get(name)
        unique = (one for one in self.conversations.values() if one.described.unique_name == name)
        return found or next(unique, None)

    def begun(self, name: str) -> str | None:
        """Return the core's id of the conversation of a sid or unique name; ``None``: the core knows none."""
        found = self.find(name)
        return None if found is None or found.customer is None else found.sid

    def conversation(self, name: str) -> FlexConversation:
        """Return the conversation of a sid or unique name.

        Raises:
            UnknownConversation: there is none.
        """
        found = self.find(name)
        if found is None:
            raise UnknownConversation(f"Conversation {name} not found")
        return found

    def of(self, identity: str) -> list[FlexConversation]:
        """Return the conversations in which an identity takes part, oldest first."""
        return [one for one in self.conversations.values() if one.participant_of(identity) is not None]

    def user(self, identity: str) -> User:
        """Return an identity; whoever is asked for is there.

        Raises:
            DeskFull: very many are there, and all of them have something to do here.
        """
        if identity not in self.users:
            self._make_room_for_user()
            self.users[identity] = new_user(identity, self.now())
        return self.users[identity]

    def _make_room_for_user(self) -> None:
        """Forget identities that take part in nothing: whoever asks for one again finds it as it was at first."""
        most = self.desk.settings.limits.names
        if len(self.users) < most:
            return
        busy = {one.identity for each in self.conversations.values() for one in each.participants.values()}
        self.users = {name: one for name, one in self.users.items() if name in busy or one.sessions}
        if len(self.users) >= most:
            raise DeskFull(f"the desk knows {len(self.users)} identities already")

    def object(self, kind: str, name: str) -> tuple[SyncObject, FlexConversation | User] | None:
        """Return a Sync object of a sid or name, and whose it is."""
        for conversation in self.conversations.values():
            for one in conversation.objects:
                if one.kind == kind and name in (one.sid, one.unique_name):
                    return one, conversation
        for user in self.users.values():
            for one in user.objects:
                if one.kind == kind and name in (one.sid, one.unique_name):
                    return one, user
        return None

    def session_events(self, sid: str) -> list[SyncEvent]:
        """Return all changes of a session's list, none of another object; whoever asks first makes it begin."""
        sessions = [user.sessions[sid] for user in self.users.values() if sid in user.sessions]
        return [event for one in sessions for event in one.opened(self.now())]

    def announce(self, event: SyncEvent) -> None:
        """Tell a change of an object that is no conversation's."""
        for listener in tuple(self.listeners):
            listener.hear(event)

    def feed(self, conversation: FlexConversation) -> ConversationFeed:
        """Return what a socket reads of a conversation."""

        def find() -> Conversation | None:
            return None if conversation.customer is None else self.desk.conversation(conversation.sid)

        return ConversationFeed(conversation, find)

    # Doing

    def create(self, described: Described) -> FlexConversation:
        """Make a conversation in which nobody takes part yet; the core's begins with its customer."""
        sid = self.new_sid("CH")
        one = self.conversations[sid] = FlexConversation(
            sid, self.now(), described, retention=self.desk.settings.event_retention
        )
        return one

    def wish(self, conversation: FlexConversation, identity: str, attributes: str) -> Wish:
        """Return what is known of somebody who begins a conversation that was made before."""
        expected = self.expected.get(conversation.sid)
        fits = expected is not None and expected.identity == identity
        return expected if expected is not None and fits else Wish(identity, attributes=attributes)

    def begin(self, conversation: FlexConversation, wish: Wish) -> None:
        """Let a customer take part: with that the core's conversation begins.

        Raises:
            DeskError: the core refuses the start; nothing has changed then.
        """
        conversation.customer = wish.identity
        self.wishes[conversation.sid] = wish
        request = StartRequest(wish.identity, wish.name, wish.queue, wish.context)
        try:
            self.desk.start(request, conversation_id=conversation.sid)
        except DeskError:
            conversation.customer = None
            self.wishes.pop(conversation.sid, None)
            raise

    def send(self, conversation: FlexConversation, text: str, key: str, attributes: str) -> Message:
        """Let the customer say something; the same key again is the same message."""
        is_new = key not in conversation.message_attributes
        conversation.message_attributes.setdefault(key, attributes)
        try:
            sent = self.desk.send(conversation.sid, MessageDraft(text, key))
        except DeskError:
            if is_new:
                del conversation.message_attributes[key]
            raise
        self._stop_typing(conversation.sid)
        return sent.message

    def typing(self, conversation: FlexConversation) -> None:
        """Let the customer type; it ends by itself."""
        sid = conversation.sid
        self.desk.user_typing(sid, True)
        timer = self._typing.pop(sid, None)
        if timer is not None:
            timer.cancel()
        seconds = float(self.settings.typing_timeout_seconds + 1)
        self._typing[sid] = self.desk.clock.call_later(seconds, lambda: self._stop_typing(sid))

    def _stop_typing(self, sid: str) -> None:
        timer = self._typing.pop(sid, None)
        if timer is None:
            return
        timer.cancel()
        if sid in self.conversations and not self.desk.conversation(sid).ended:
            self.desk.user_typing(sid, False)

    def leave(self, conversation: FlexConversation, identity: str) -> None:
        """Take a customer out, which may end the conversation."""
        notices = telling.remove(conversation, identity, self.now())
        notices += self._not_mine(conversation, identity)
        conversation.tell(notices, self._last_seq(conversation))
        if conversation.customer == identity and self.settings.guesses.leave_ends_conversation:
            self.desk.end(conversation.sid)
        self._tell_listeners()

    def retell(self, conversation: FlexConversation) -> None:
        """Tell that somebody changed what a conversation says of itself."""
        conversation.updated = self.now()
        notice = conversation.document.update_document(conversation.to_document(), self.now())
        self._tell(conversation, [notice])
        self._tell_listeners()

    def describe(self, conversation: FlexConversation, one: Participant, attributes: str) -> None:
        """Change the attributes of a participant."""
        one.attributes, one.updated = attributes, self.now()
        self._tell(conversation, [conversation.roster.put(one.sid, one.to_sync(), self.now())])
        self._tell_listeners()

    def delete(self, conversation: FlexConversation) -> None:
        """Forget a conversation, here and at the desk."""
        if conversation.customer is not None:
            self.desk.remove(conversation.sid)
        else:
            self._forget(conversation)
            self._tell_listeners()

    def _not_mine(self, conversation: FlexConversation, identity: str) -> list[Notice]:
        mine = self.user(identity).my_conversations
        return [mine.remove(conversation.sid, self.now())] if conversation.sid in mine.items else []

    def _last_seq(self, conversation: FlexConversation) -> int:
        return 0 if conversation.customer is None else self.desk.conversation(conversation.sid).log.last_seq

    # What happens at the desk

    def _happened(self, conversation_id: str, event: Event) -> None:
        conversation = self.conversations.get(conversation_id)
        if conversation is not None:
            if isinstance(event.body, AgentJoined):
                self._know(event.body.agent)
            notices = telling.notices_of(conversation, event, self.settings.typing_timeout_seconds)
            conversation.tell(notices, event.seq, event)

    def _know(self, agent: AgentProfile) -> None:
        name = {"value": agent.nickname or agent.id}
        info = self.user(agent.id).info
        if info.items["friendlyName"].data != name:
            info.put("friendlyName", name, self.now())

    def _observed(self, conversation_id: str, happening: Happening) -> None:
        conversation = self.conversations.get(conversation_id)
        if conversation is None:
            return
        if isinstance(happening, Started):
            self._tell(conversation, self._entered(conversation))
        elif isinstance(happening, UserRead) and conversation.customer is not None:
            self._tell(conversation, self._read(conversation, conversation.customer, happening.up_to_seq))
        elif isinstance(happening, TokenExpired) and conversation.customer is not None:
            for listener in tuple(self.listeners):
                listener.expire(conversation.customer)
        elif isinstance(happening, Removed):
            self._forget(conversation)
        self._tell_listeners()

    def _tell(self, conversation: FlexConversation, notices: Iterable[Notice]) -> None:
        conversation.tell(notices, self._last_seq(conversation))

    def _entered(self, conversation: FlexConversation) -> list[Notice]:
        wish, now = self.wishes.pop(conversation.sid), self.now()
        one = conversation.add(wish.identity, False, wish.attributes, now)
        return [conversation.roster.put(one.sid, one.to_sync(), now), self._mine(conversation, wish.identity)]

    def _mine(self, conversation: FlexConversation, identity: str) -> Notice:
        one = conversation.participant_of(identity)
        data = {"status": "joined", "channel": conversation.document.unique_name, "notificationLevel": "default"}
        data |= {"messages": conversation.list.unique_name, "roster": conversation.roster.unique_name}
        data["lastConsumedMessageIndex"] = None if one is None else one.last_read  # type: ignore[assignment]
        return self.user(identity).my_conversations.put(conversation.sid, data, self.now())

    def _read(self, conversation: FlexConversation, identity: str, seq: int) -> list[Notice]:
        notices = telling.read(conversation, identity, conversation.index_at(seq), self.now())
        return [*notices, self._mine(conversation, identity)] if notices else []

    def _forget(self, conversation: FlexConversation) -> None:
        for user in self.users.values():
            user.my_conversations.items.pop(conversation.sid, None)
        del self.conversations[conversation.sid]
        self.expected.pop(conversation.sid, None)

    def _tell_listeners(self) -> None:
        for listener in tuple(self.listeners):
            listener.changed()
