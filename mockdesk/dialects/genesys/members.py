"""The members of a conversation: guest, agents, and the queue itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockdesk.core.events import AgentProfile
from mockdesk.core.timestamps import rfc3339

MemberState = Literal["ALERTING", "CONNECTED", "DISCONNECTED"]
MemberRole = Literal["AGENT", "CUSTOMER", "ACD"]
INFO_NAMES = ("firstName", "lastName", "email", "phoneNumber", "avatarImageUrl")


@dataclass(frozen=True)
class MemberInfo:
    """What is known of a member; ``more`` by the vendor's names (:data:`INFO_NAMES`)."""

    display_name: str | None
    more: Mapping[str, str] = field(default_factory=dict)
    custom_fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_agent(cls, profile: AgentProfile) -> MemberInfo:
        """Return what a guest may know of an agent."""
        picture = profile.profile_picture_url
        return cls(profile.nickname, {} if picture is None else {"avatarImageUrl": picture})


@dataclass
class Member:
    """One member; ``id`` is the vendor's communication id. Times: seconds since the epoch."""

    id: str
    role: MemberRole
    info: MemberInfo
    state: MemberState = "DISCONNECTED"
    join_time: float | None = None
    leave_time: float | None = None
    is_authenticated: bool = False

    def become(self, state: MemberState, now: float) -> None:
        """Change the state, and note when the member came or went."""
        self.state = state
        if state == "CONNECTED":
            self.join_time = now if self.join_time is None else self.join_time
            self.leave_time = None
        elif state == "DISCONNECTED":
            self.leave_time = now

    def to_data(self) -> dict[str, Any]:
        """Return the shape ``Member``; what is not known is left out."""
        times = {"joinDate": self.join_time, "leaveDate": self.leave_time}
        name = {} if self.info.display_name is None else {"displayName": self.info.display_name}
        return {
            "id": self.id,
            **name,
            **self.info.more,
            "role": self.role,
            **{key: rfc3339(time) for key, time in times.items() if time is not None},
            "authenticatedGuest": self.is_authenticated,
            "customFields": dict(self.info.custom_fields),
            "state": self.state,
        }
