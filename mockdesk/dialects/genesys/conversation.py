"""One guest conversation: who its members are, what was said, and what its event stream tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mockdesk.core.clock import Timer
from mockdesk.core.drafts import StartRequest
from mockdesk.core.events import AgentProfile, Event
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.feeds import ConversationLog
from mockdesk.dialects.genesys.identifiers import Uuids
from mockdesk.dialects.genesys.members import Member, MemberInfo, MemberRole, MemberState
from mockdesk.dialects.genesys.messages import BodyType, ChatMessage, Typing, frame_of
from mockdesk.dialects.genesys.settings import Guesses
from mockdesk.dialects.seam import Frame


@dataclass(frozen=True)
class Origin:
    """Where a conversation comes from: ids, what the core will be asked for, and until when its token is good."""

    conversation_id: str
    request: StartRequest
    expires_at: float
    user_token: str | None = field(default=None, repr=False)


class GuestConversation:
    """One conversation. The core knows it from the moment on at which its stream is attached.

    Each ``frame`` method makes a change and returns the frame that tells it; the frames go into the log with
    :meth:`write`.
    """

    def __init__(
        self, origin: Origin, guest: Member, uuids: Uuids, guesses: Guesses, now: Callable[[], float], retention: int
    ) -> None:
        self.id = origin.conversation_id
        self.origin = origin
        self.guest = guest
        self.guesses = guesses
        self.log = ConversationLog(retention)
        self.members: dict[str, Member] = {guest.id: guest}
        self.messages: list[ChatMessage] = []
        self.core_token: str | None = None
        self.is_over = False
        self.next_beat: Timer | None = None
        self.acd: Member | None = None
        self.agents: dict[str, Member] = {}
        """The present or alerting member of each agent, by the core's id of the agent."""
        self.known_agents: dict[str, Member] = {}
        """The latest member of each agent who was ever here."""
        self.giver: str | None = None
        self.target: str | None = None
        """Who hands over, and to whom it was offered: agents, while a transfer is under way."""
        self.told = 0
        self.guest_typings: deque[Typing] = deque(maxlen=1)
        """The guest's latest notice of typing."""
        self._uuids = uuids
        self._now = now
        self._of_core: dict[str, ChatMessage] = {}

    @property
    def is_started(self) -> bool:
        """Whether the stream was ever attached, so that the core knows the conversation."""
        return self.core_token is not None

    def write(self, frames: list[Frame], event: Event | None = None) -> None:
        """Tell something; ``event`` is the core's, if it has one for this."""
        self.told = self.told if event is None else event.seq
        if frames or event is not None:
            self.log.append(frames, self.told, event)

    def add_member(self, role: MemberRole, info: MemberInfo) -> Member:
        """Return a new member, who is not connected yet."""
        member = Member(self._uuids.new("member"), role, info)
        self.members[member.id] = member
        return member

    def agent(self, profile: AgentProfile) -> Member:
        """Return the member that an agent is, or is to be. Whether one who comes again is another is a guess."""
        member = self.known_agents.get(profile.id)
        is_gone = member is not None and member.state == "DISCONNECTED" and profile.id != self.giver
        if member is None or (is_gone and self.guesses.returning_agents_are_new_members):
            member = self.add_member("AGENT", MemberInfo.of_agent(profile))
        member.info = MemberInfo.of_agent(profile)
        self.agents[profile.id] = self.known_agents[profile.id] = member
        return member

    def sender_of(self, agent_id: str) -> Member:
        """Return the member that an agent writes as."""
        return self.agents.get(agent_id) or self.agent(AgentProfile(agent_id))

    def change_frame(self, member: Member, state: MemberState) -> Frame:
        """Change a member's state."""
        now = self._now()
        member.become(state, now)
        body = {
            "conversation": {"id": self.id},
            "member": {"id": member.id, "state": state},
            "timestamp": rfc3339(now),
        }
        return self._frame("members", "member-change", body)

    def change_frames(self, members: list[Member], state: MemberState) -> list[Frame]:
        """Change the state of those members who are in another one."""
        return [self.change_frame(member, state) for member in members if member.state != state]

    def message_frame(
        self, sender: Member, body_type: BodyType, body: str | None = None, core_id: str | None = None
    ) -> Frame:
        """Add a message; ``core_id`` is its id in the core."""
        text = self.guesses.member_message_body if body_type in ("member-join", "member-leave") else body
        message = ChatMessage(self._uuids.new("message"), self.id, sender.id, body_type, text, self._now())
        self.messages.append(message)
        if core_id is not None:
            self._of_core[core_id] = message
        return self._frame("messages", "message", message.to_event())

    def typing_frame(self, sender: Member) -> Frame:
        """Tell that a member types."""
        typing = Typing(self._uuids.new("typing"), self.id, sender.id, self._now())
        if sender is self.guest:
            self.guest_typings.append(typing)
        return self._frame(self.guesses.typing_topic, "typing-indicator", typing.to_event())

    def message_of_core(self, core_id: str) -> ChatMessage:
        """Return the message that the core knows under an id of its own."""
        return self._of_core[core_id]

    def _frame(self, topic: str, kind: str, body: Mapping[str, object]) -> Frame:
        return frame_of(self.id, topic, kind, body, self._uuids.new("correlation"))
