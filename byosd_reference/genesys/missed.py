"""What was missed while no stream was open. Nobody sends it again: it is read off the lists of members and messages.

Both lists are turned into the frames that would have told it, so that there is one way to understand either. Messages,
to which comings and leavings belong, are in their order; of the members only the present state is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading
from byosd_reference.genesys.frames import Frame, frame_of_member, frame_of_message
from byosd_reference.genesys.lookups import Lookups
from byosd_reference.settings import Deadline


@dataclass(frozen=True)
class Missed:
    """The members, and the messages behind the last one that was shown. The members were asked for first: whoever was
    disconnected then has said all that is in the messages."""

    members: tuple[Any, ...] = ()
    messages: tuple[Any, ...] = ()

    @classmethod
    def ask(cls, lookups: Lookups, after: str | None, deadline: Deadline) -> Missed:
        """Fetch both.

        Raises:
            DeskError: the desk did not say.
        """
        members = lookups.members(deadline)
        return cls(tuple(members), tuple(lookups.messages(after, deadline)))

    def frames(self, guest: str) -> Iterator[Frame]:
        """Give the frames that were missed.

        First come the agents who are disconnected, so that one who joins in the messages is seen to take over; then the
        messages; then who is rung and who is there, but for those who have left since; and the guest last, as that may
        be the end.
        """
        others = [member for member in self.members if reading.text(member, "id") != guest]
        gone = [member for member in others if _state(member) == "DISCONNECTED"]
        yield from map(frame_of_member, gone)
        yield from map(frame_of_message, self._messages(guest))
        left = {reading.text(one, "sender", "id") for one in self.messages if _has_left(one)}
        still = [member for member in others if member not in gone and reading.text(member, "id") not in left]
        yield from map(frame_of_member, still)
        yield from (frame_of_member(member) for member in self.members if reading.text(member, "id") == guest)

    def _messages(self, guest: str) -> tuple[Any, ...]:
        """Return the messages; when the guest has left, without the leavings right before: that is the end, where all
        leave, and nobody left the guest alone."""
        leavings = [one for one in self.messages if _has_left(one) and reading.text(one, "sender", "id") == guest]
        if not leavings:
            return self.messages
        end = begun = self.messages.index(leavings[0])
        while begun > 0 and _has_left(self.messages[begun - 1]):
            begun -= 1
        return (*self.messages[:begun], self.messages[end])


def _state(member: Any) -> str:
    return (reading.text(member, "state") or "").upper()


def _has_left(message: Any) -> bool:
    return (reading.text(message, "bodyType") or "").lower() == "member-leave"
