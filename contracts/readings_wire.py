"""Readings of what stood between the adapter and its desk: faults, and the gaps in which a stream was cut.

Pure, as :mod:`contracts.views`. A fault counts as active from its installation until the faults were cleared, also when
it may have spent itself before: who excuses a subject by it errs on the subject's side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, calls, chats

REFUSING = ("status", "rate_limit", "delay", "hold", "no_answer", "reset", "truncated", "garbage")
"""Kinds of faults that act on requests."""
AMBIGUOUS = ("truncated", "garbage", "no_answer", "reset", "hold", "delay")
"""Faults after which a client may not know whether the desk did what it was asked."""
HEARD = ("agent_joined", "begin_transfer_to_another_agent", "send_message_to_user", "agent_left_chat")
"""Callbacks that an adapter can make only of what came from the desk."""
FOREVER = 10**9


@dataclass(frozen=True)
class Fault:
    """One fault of the desk; active from entry ``at`` to before entry ``until``."""

    at: int
    until: int
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The word of the fault vocabulary."""
        return str(self.data.get("kind"))

    def hits(self, *operations: str) -> bool:
        """Tell whether requests of one of the operations are its target; with none given, whether any request is."""
        target = self.data.get("operation") or "*"
        return self.kind in REFUSING and (not operations or target == "*" or target in operations)


def faults(trace: Trace) -> list[Fault]:
    """Return all faults that were installed, in order."""
    removed = [entry.index for entry in trace.of(Side.SUITE, "cleared", "restore")]
    return [
        Fault(entry.index, next((index for index in removed if index > entry.index), FOREVER), entry.data["fault"])
        for entry in trace.of(Side.SUITE, "fault")
    ]


def faults_during(trace: Trace, first: int, last: int | None, *operations: str) -> list[Fault]:
    """Return the faults on these operations that were active between two entries (``None``: the end)."""
    stop = FOREVER if last is None else last
    return [fault for fault in faults(trace) if fault.hits(*operations) and fault.at < stop and fault.until > first]


def undisturbed(trace: Trace, call: Call, *operations: str) -> bool:
    """Tell whether no fault on these operations was active while the call was under way."""
    return not faults_during(trace, call.index, call.outcome.index if call.outcome else None, *operations)


def told_to_wait(trace: Trace, before: int) -> bool:
    """Tell whether the desk had asked for a pause before an entry: then an adapter may leave it alone altogether."""
    return any(
        fault.at < before and (fault.kind == "rate_limit" or fault.data.get("status") in (429, 503))
        for fault in faults(trace)
    )


@dataclass(frozen=True)
class Gap:
    """A time in which the stream of a chat was cut: the entries that begin and end it.

    ``restored``: the desk can be reached again; ``back``: the desk has a stream of the chat again. ``awaited``: the
    chat was given the time to come back; where another user's step ended the outage, nobody looked.
    """

    cut: Entry
    restored: Entry | None
    back: Entry | None
    awaited: bool = True

    @property
    def outage(self) -> bool:
        """Whether the desk refused new streams meanwhile."""
        return bool(self.cut.data.get("outage"))

    @property
    def silent(self) -> bool:
        """Whether the connection stayed open and nothing came over it any more."""
        return bool(self.cut.data.get("silent"))

    @property
    def terminal(self) -> bool:
        """Whether the desk said that coming back is of no use (all was sent, token expired, conversation removed)."""
        return self.cut.data.get("code") in (1000, 4401, 4404)

    @property
    def seconds(self) -> float | None:
        """How long the desk could not be reached, in its own time."""
        return None if self.restored is None else self.restored.time - self.cut.time

    @property
    def how(self) -> str:
        """How the stream was cut, in words."""
        code = self.cut.data.get("code")
        if self.silent:
            return "by silence"
        return "without a close frame" if code is None else f"with close code {code}"

    def contains(self, index: int) -> bool:
        """Tell whether an entry lies in the gap."""
        return self.cut.index < index and (self.back is None or index < self.back.index)


def gaps(chat: Chat) -> Iterator[Gap]:
    """Yield the gaps of a chat in order. Whoever removes the faults of the desk ends every outage of it."""
    drops = chat.suite("drop")
    removed = chat.trace.of(Side.SUITE, "restore", "cleared")
    for place, cut in enumerate(drops):
        until = drops[place + 1].index if place + 1 < len(drops) else len(chat.trace)
        restored = next((entry for entry in removed if cut.index < entry.index < until), None)
        awaited = any(cut.index < entry.index < until for entry in chat.suite("restore"))
        back = next((entry for entry in chat.suite("reconnected") if cut.index < entry.index < until), None)
        if back is None and restored is not None and not awaited:
            back = next((entry for entry in _signs_of_life(chat) if restored.index < entry.index < until), None)
        yield Gap(cut, restored, back, awaited)


def _signs_of_life(chat: Chat) -> Iterator[Entry]:
    """Yield what an adapter can tell only of a desk that it hears: messages, agents, the return of the connection."""
    for entry in chat.callbacks():
        is_return = entry.kind == "set_error_status" and entry.data["error"].get("is_disconnected") is False
        if is_return or entry.kind in HEARD:
            yield entry


def caused(act: Call, *types: str) -> list[Mapping[str, Any]]:
    """Return the desk's events that an agent's act caused, of the types given or of all."""
    events = act.outcome.data.get("events", []) if act.outcome is not None else []
    return [event for event in events if not types or event["type"] in types]


def user_end(chat: Chat) -> Call | None:
    """Return the user's own first end of the chat: the one that the host did not make inside a callback."""
    return next((call for call in chat.calls("end_chat") if not call.data.get("inside")), None)


def due(chat: Chat, seq: int) -> int | None:
    """Return where an event's effect was due, or ``None``: never marked, or only after the user had begun to end."""
    mark, end = chat.delivered_by(seq), user_end(chat)
    return None if mark is None or (end is not None and end.index < mark) else mark


def connection_reports(chat: Chat) -> list[Entry]:
    """Return the DISCONNECTED reports (lost and regained) of a chat, in order."""
    return [entry for entry in chat.callbacks("set_error_status") if entry.data["error"].get("type") == 2]


def says_lost(report: Entry) -> bool:
    """Tell whether a DISCONNECTED report says that the connection is lost."""
    return bool(report.data["error"].get("is_disconnected"))


def connecting_errors(chat: Chat) -> list[Entry]:
    """Return the CONNECTING errors of a chat, in order."""
    return [entry for entry in chat.callbacks("set_error_status") if entry.data["error"].get("type") == 1]


def conversations(trace: Trace) -> list[Mapping[str, Any]] | None:
    """Return every conversation that the desk had at the end of the run, or ``None`` when it was not asked."""
    found = trace.of(Side.DESK, "conversations")
    return list(found[-1].data["truths"]) if found else None


def unexplained_conversations(trace: Trace) -> int:
    """Return how many conversations the desk has beyond those of resolved starts and one for each other start.

    What the adapter has taken back, as it could not use it, is none: it was ended for the user before any agent came.
    """
    everything = conversations(trace)
    if everything is None:
        return 0
    known = {str(chat.truth["id"]) for chat in chats(trace) if chat.start.ok and chat.truth is not None}
    others = [truth for truth in everything if str(truth["id"]) not in known and not _taken_back(truth)]
    starts = calls(trace, Side.HOST, "start_chat")
    return len(others) - sum(not call.ok or bool(call.data.get("second")) for call in starts)


def _taken_back(truth: Mapping[str, Any]) -> bool:
    met = any(event["type"] == "agent.joined" for event in truth.get("events", ()))
    return truth.get("state") == "ended" and truth.get("ended_by") == "user" and not met


def desk_ended_before(chat: Chat, index: int) -> bool:
    """Tell whether the conversation had ended at the desk before an entry: by an agent's act, or, at a moment that the
    trace does not know, by the desk itself."""
    acts = [act for act in chat.acts() if caused(act, "conversation.ended")]
    by_itself = not acts and any(event["data"].get("by") != "user" for event in chat.events_of("conversation.ended"))
    return by_itself or any(act.index < index for act in acts)
