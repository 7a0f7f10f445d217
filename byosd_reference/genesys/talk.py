"""What the frames of a conversation mean: from members and messages to events of the canonical API.

Members have three states, and what happened is read from how they change:

* an agent who is CONNECTED has joined, whether ALERTING before or not, and one who had left comes again with a
  ``member-join``; a queue that is CONNECTED is no agent;
* an agent who is DISCONNECTED is still there: only ``member-leave`` says that they are gone for good. When somebody
  else is asked or joins meanwhile, they hand over; when they are CONNECTED again, nobody took it;
* an agent who is ALERTING beside one who is CONNECTED is not announced: they may never come;
* the guest's ``member-leave`` is the end, and so is a guest who is DISCONNECTED as everybody else is. Alone it may
  come of a page that was loaded anew.

Nothing is believed: what a frame lacks is missing in the event, too, and the host's side knows what to make of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.events import log
from byosd_reference.genesys.frames import HEARTBEAT, MEMBER_CHANGE, MESSAGE, TYPING, Frame
from byosd_reference.genesys.people import People
from byosd_reference.genesys.queue_news import QueueNews
from byosd_reference.settings import Deadline

Data = Mapping[str, Any]
Told = tuple[str, Data]
"""A canonical event without its position: type and data."""

ENDED: Told = ("conversation.ended", {})
TYPING_SECONDS = 4.0
"""For how long a typing indicator is shown; the chat never says that somebody stopped."""


class Talk:
    """One conversation, as far as its frames have told it. ``here``: the agents whom the host knows already."""

    def __init__(self, guest: str, people: People, queue: QueueNews, here: Iterable[str] = ()) -> None:
        self._guest = guest
        self._people = people
        self._queue = queue
        self._here = set(here)
        self._met = set(self._here)
        self._disconnected: set[str] = set()
        self._handing_over: set[str] = set()
        self._others: set[str] = set()
        self._guest_is_connected = True
        self._joins = 0
        self._kinds: dict[str, Callable[[Data], list[Told]]] = {
            MEMBER_CHANGE: self._member_changed,
            MESSAGE: self._message_came,
            TYPING: self._typing_came,
            HEARTBEAT: self._heartbeat,
        }

    def begins(self, deadline: Deadline) -> None:
        """The stream is about to be opened for the first time: only then the desk brings the guest into a queue."""
        self._queue.comes_next(deadline)

    def introduce(self, members: Iterable[Any]) -> None:
        """Frames about these members follow: they were listed, and need not be looked up."""
        self._people.introduce(members)

    def tell(self, frame: Frame) -> list[Told]:
        """Return what a frame means: nothing, one event, or several."""
        told = self._kinds.get(frame.kind)
        if told is None:
            log.warning("ignored a frame: its type is not known here")
            return []
        return told(frame.body)

    # --- members -----------------------------------------------------------------------------------------------------

    def _member_changed(self, body: Data) -> list[Told]:
        member, state = reading.text(body, "member", "id"), reading.text(body, "member", "state") or ""
        if member is None:
            return []
        if member == self._guest:
            self._guest_is_connected = state.upper() != "DISCONNECTED"
            return self._end_if_over()
        changes = {"ALERTING": self._alerting, "CONNECTED": self._connected, "DISCONNECTED": self._disconnect}
        change = changes.get(state.upper())
        return [] if change is None else [*change(member), *self._end_if_over()]

    def _alerting(self, member: str) -> list[Told]:
        self._others.add(member)
        self._people.rung(member)
        return self._hand_over(member)

    def _connected(self, member: str) -> list[Told]:
        self._others.add(member)
        if member in self._here:
            self._disconnected.discard(member)
            self._handing_over.discard(member)
            return []
        if member in self._met:  # who comes again says so by a member-join; this may be older than what was missed
            return []
        if self._people.is_agent(member):
            return self._join(member)
        return [*self._hand_over(None), *self._wait(member)]

    def _disconnect(self, member: str) -> list[Told]:
        self._others.discard(member)
        if member in self._here:
            self._disconnected.add(member)
        return []

    def _end_if_over(self) -> list[Told]:
        return [] if self._guest_is_connected or self._others else [ENDED]

    def _wait(self, queue: str) -> list[Told]:
        """A queue has the guest. What it is like matters to those only who have met nobody yet."""
        known = None if self._met else self._queue.waits(self._people.name(queue))
        return [] if known is None else [("queue.updated", known)]

    def _heartbeat(self, body: Data) -> list[Told]:
        """The desk says now and then that it is there: an occasion to look after the queue."""
        known = None if self._met else self._queue.still_waits()
        return [] if known is None else [("queue.updated", known)]

    def _hand_over(self, target: str | None) -> list[Told]:
        """Somebody else is asked: then those who were here, and are disconnected, hand over. One transfer is told once,
        however many are asked in turn, so its name is that of the joining it follows."""
        givers = self._disconnected - self._handing_over
        if not givers:
            return []
        self._handing_over |= givers
        told = {"transfer_id": f"after joining {self._joins}", "from_agent_id": min(givers)}
        return [("transfer.started", {**told, "to_agent": None if target is None else self._people.profile(target)})]

    def _join(self, member: str) -> list[Told]:
        told = self._hand_over(member)
        self._joins += 1
        self._here.add(member)
        self._met.add(member)
        return [*told, ("agent.joined", {"agent": self._people.profile(member)})]

    # --- messages ----------------------------------------------------------------------------------------------------

    def _message_came(self, body: Data) -> list[Told]:
        sender, kind = reading.text(body, "sender", "id"), (reading.text(body, "bodyType") or "").lower()
        if kind == "member-join":
            return self._came(sender)
        if kind == "member-leave":
            return self._left(sender)
        if kind == "media-request" or sender == self._guest:  # the user's own words, which the host shows already
            return []
        if kind == "notice" or sender is None or not self._is_agent(sender):
            return _message("system", None, body)
        return self._agent_said(sender, body)

    def _came(self, member: str | None) -> list[Told]:
        if member is None or member == self._guest or member in self._here:
            return []
        return self._join(member) if self._people.is_agent(member) else []

    def _left(self, member: str | None) -> list[Told]:
        if member is None:
            return []
        if member == self._guest:
            return [ENDED]
        self._others.discard(member)
        if member not in self._here:
            return self._end_if_over()
        reason = "transferred" if member in self._handing_over else None
        for known in (self._here, self._disconnected, self._handing_over):
            known.discard(member)
        return [("agent.left", {"agent_id": member, "reason": reason}), *self._end_if_over()]

    def _is_agent(self, member: str) -> bool:
        return member in self._met or self._people.is_agent(member, if_unknown=True)

    def _agent_said(self, member: str, body: Data) -> list[Told]:
        """Somebody who speaks is there, whatever was missed."""
        told = _message("agent", member, body)
        return [*self._join(member), *told] if told and member not in self._met else told

    def _typing_came(self, body: Data) -> list[Told]:
        sender = reading.text(body, "sender", "id")
        if sender in (None, self._guest):
            return []
        return [("agent.typing", {"agent_id": sender, "typing": True, "expires_in_seconds": TYPING_SECONDS})]


def _message(role: str, author: str | None, body: Data) -> list[Told]:
    """Return the event of a message; one without words is none."""
    words = reading.text(body, "body")
    message = {"id": reading.text(body, "id"), "author": {"role": role, "id": author}, "text": words}
    return [] if words is None else [("message.created", {"message": message})]
