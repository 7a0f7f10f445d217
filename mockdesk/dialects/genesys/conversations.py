"""Every guest conversation of one desk: created, attached to the core, looked up, forgotten."""

from __future__ import annotations

from mockdesk.core.bounded import Bounded
from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import StartRequest
from mockdesk.core.errors import DeskError, ForeignToken, NotFound, QueueClosed, UnknownConversation, UnknownQueue
from mockdesk.core.events import Event
from mockdesk.core.happenings import Happening, Removed
from mockdesk.core.reading import suggestion
from mockdesk.dialects.genesys.bodies import CreateRequest, start_request
from mockdesk.dialects.genesys.conversation import GuestConversation, Origin
from mockdesk.dialects.genesys.identifiers import Uuids
from mockdesk.dialects.genesys.members import Member
from mockdesk.dialects.genesys.messages import HEARTBEAT
from mockdesk.dialects.genesys.refusals import ChatRefusal, inactive
from mockdesk.dialects.genesys.settings import GenesysSettings
from mockdesk.dialects.genesys.telling import tell_event, tell_happening
from mockdesk.dialects.genesys.tokens import Tokens

KEPT_UNATTACHED = 1_000
"""So many conversations may always be remembered, whether they were attached or not."""


class GuestConversations:
    """The conversations that were created here; those of other shapes are none of its business."""

    def __init__(self, desk: Desk, settings: GenesysSettings, tokens: Tokens, uuids: Uuids) -> None:
        self._desk = desk
        self._settings = settings
        self._tokens = tokens
        self._uuids = uuids
        self._conversations: Bounded[str, GuestConversation] = Bounded(desk.settings.limits.conversations)
        self._look_at = min(KEPT_UNATTACHED, self._conversations.most)
        desk.subscribe(self._happened)
        desk.observe(self._observed)

    def create(self, wanted: CreateRequest) -> tuple[GuestConversation, str]:
        """Return a new conversation, which is not attached yet, and its guest's token.

        Raises:
            ChatRefusal: deployment, member's token or routing target are not good.
            UnknownQueue, QueueClosed, DeskFull: as they say.
        """
        self._forget_unattached()
        is_authenticated = self._check_deployment(wanted)
        request = start_request(self._check_queue(wanted.queue), wanted.info, self._settings.custom_fields)
        desk, guesses = self._desk, self._settings.guesses
        seconds = min(guesses.jwt_lifetime_seconds, desk.settings.token_ttl_seconds)
        conversation_id = self._uuids.new("conversation")
        guest = Member(self._uuids.new("member"), "CUSTOMER", wanted.info, is_authenticated=is_authenticated)
        ids = (conversation_id, wanted.deployment_id, guest.id, wanted.organization_id)
        token = self._tokens.guest(*ids, seconds)
        origin = Origin(conversation_id, request, self._tokens.check_guest(token).expires_at)
        made = GuestConversation(origin, guest, self._uuids, guesses, desk.clock.now, desk.settings.event_retention)
        self._conversations[conversation_id] = made
        return made, token

    def _forget_unattached(self) -> None:
        """Forget, now and then, what was never attached and cannot be any more, as the token's time is over."""
        if len(self._conversations) < self._look_at:
            return
        now = self._desk.clock.now()
        over = [one.id for one in self._conversations.values() if not one.is_started and now >= one.origin.expires_at]
        for name in over:
            del self._conversations[name]
        self._look_at = min(max(KEPT_UNATTACHED, 2 * len(self._conversations)), self._conversations.most)

    def _check_deployment(self, wanted: CreateRequest) -> bool:
        """Refuse a start that its deployment does not allow; tell whether the guest is authenticated."""
        if self._settings.organization_id not in (None, wanted.organization_id):
            raise ChatRefusal("bad.request", "there is no such organization")
        deployment = self._settings.deployment(wanted.deployment_id)
        if deployment is None:
            raise ChatRefusal("bad.request", "there is no such deployment")
        if not deployment.enabled:
            raise ChatRefusal("chat.deployment.disabled", "The deployment is disabled")
        if wanted.auth_token is not None:
            self._check_member(wanted.auth_token)
        elif deployment.requires_auth or self._desk.settings.require_user_token:
            raise ChatRefusal("chat.deployment.require.auth", "The deployment needs a memberAuthToken")
        return wanted.auth_token is not None

    def _check_member(self, token: str) -> None:
        try:
            self._tokens.check_signed_data(token)
        except DeskError:
            raise ChatRefusal("chat.deployment.bad.auth", "The memberAuthToken is not good") from None

    def _check_queue(self, name: str | None) -> str:
        if name is None:
            code = "chat.error.createconversationrequest.routingtarget"
            raise ChatRefusal(code, "The routing target must be a queue, by its name")
        queues = self._desk.queues()
        if name not in queues:
            raise UnknownQueue(f"no queue {name!r}; {suggestion(name, queues)}")
        if not queues[name]["open"]:
            raise QueueClosed(f"queue {name!r} is closed")
        return name

    def find(self, conversation_id: str) -> GuestConversation | None:
        """Return a conversation, ``None``: there is none of this id."""
        return self._conversations.get(conversation_id)

    def find_by_token(self, token: str) -> GuestConversation | None:
        """Return the conversation that a guest's token is or was for, ``None``: of none."""
        return self._conversations.get(self._tokens.conversation_of(token) or "")

    def open(self, token: str | None, conversation_id: str | None = None) -> GuestConversation:
        """Return the conversation that a guest's token opens: 401 before 404 before 403.

        ``conversation_id`` is the one that is asked for, ``None``: the token's own.

        Raises:
            MissingToken, InvalidToken, ExpiredToken, UnknownConversation, ForeignToken: as they say.
        """
        claims = self._tokens.check_guest(token)
        own = self._conversations.get(claims.conversation_id)
        if own is not None and own.is_started:
            self._desk.authorize(own.id, own.core_token)
        found = own if conversation_id is None else self._conversations.get(conversation_id)
        if found is None:
            raise UnknownConversation("there is no such conversation")
        if found is not own:
            raise ForeignToken("the token belongs to another conversation")
        return found

    def own_member(self, conversation: GuestConversation, member_id: str) -> None:
        """Refuse what a guest does as somebody else.

        Raises:
            NotFound: there is no such member.
            ForeignToken: it is another one.
        """
        if member_id not in conversation.members:
            raise NotFound("there is no such member")
        if member_id != conversation.guest.id:
            raise ForeignToken("the token belongs to another member")

    def require_active(self, conversation: GuestConversation) -> None:
        """Refuse what needs a conversation that was attached and goes on.

        Raises:
            ChatRefusal: it was not, or is over.
        """
        if conversation.is_over or not conversation.is_started:
            raise inactive(self._settings.guesses.inactive_message)

    def attach(self, conversation: GuestConversation) -> int:
        """Start the conversation at the desk when its stream comes for the first time; return where that begins.

        Raises:
            ChatRefusal: the guest has left before.
            QueueClosed: the queue was closed since.
        """
        if conversation.is_started:
            log = conversation.log
            return log.begin() if self._settings.guesses.replays_missed_frames else log.last()
        if conversation.is_over:
            raise inactive(self._settings.guesses.inactive_message)
        request = conversation.origin.request
        conversation.core_token = ""
        try:
            started = self._desk.start(request, None, self._user_token(request), conversation.id)
        except DeskError:
            conversation.core_token = None
            raise
        conversation.core_token = started.token
        self._beat_later(conversation)
        return 0

    def _user_token(self, request: StartRequest) -> str | None:
        """Return the core's token of a user, for whom a memberAuthToken has vouched, if the desk wants one."""
        settings = self._desk.settings
        if not settings.require_user_token:
            return None
        return self._desk.create_token(next(iter(settings.api_keys), None), request.user_id).token

    def authorized(self, conversation: GuestConversation, token: str) -> Conversation:
        """Return the core's conversation for a reader of the stream; raises as :meth:`open`."""
        self.open(token, conversation.id)
        return self._desk.conversation(conversation.id)

    def expires_at(self, conversation: GuestConversation) -> float:
        """Return when the guest's token ends: by what it says, or earlier as the desk let it end."""
        try:
            return min(conversation.origin.expires_at, self._desk.token_expires_at(conversation.id))
        except UnknownConversation:
            return conversation.origin.expires_at

    def _beat_later(self, conversation: GuestConversation) -> None:
        seconds = self._settings.guesses.heartbeat_seconds
        if seconds > 0:
            conversation.next_beat = self._desk.clock.call_later(seconds, lambda: self._beat(conversation))

    def _beat(self, conversation: GuestConversation) -> None:
        """Tell that the stream is alive, as long as somebody may read it."""
        is_known = self._conversations.get(conversation.id) is conversation
        if is_known and not conversation.is_over and self._desk.clock.now() < self.expires_at(conversation):
            conversation.write([HEARTBEAT])
            self._beat_later(conversation)

    def _happened(self, conversation_id: str, event: Event) -> None:
        conversation = self._conversations.get(conversation_id)
        if conversation is not None and conversation.is_started:
            tell_event(conversation, event)

    def _observed(self, conversation_id: str, happening: Happening) -> None:
        conversation = self._conversations.get(conversation_id)
        if conversation is None or not conversation.is_started:
            return
        if isinstance(happening, Removed):
            del self._conversations[conversation_id]
            if conversation.next_beat is not None:
                conversation.next_beat.cancel()
        else:
            tell_happening(conversation, happening)
