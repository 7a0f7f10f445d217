"""PRS, the typing indicator: the host shows what it was told last, and clears nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.readings_messages import quoted, showings
from contracts.readings_presence import Event, Presence, presences
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace

LIMIT_SECONDS = 5.0
"""How long typing may be shown without renewal where the desk declares no longer time."""
GRACE_SECONDS = 1.0
"""What an adapter may take longer, as one that looks at its timers once a second."""
RENEWED_SECONDS = 2.0
"""How long a renewed typing is shown at the least."""

AGENTS_DOINGS = (
    "agent_typing",
    "agent_joined",
    "agent_left_chat",
    "agent_read_messages",
    "begin_transfer_to_another_agent",
    "agent_ended_chat",
)
"""Callbacks that an adapter makes when it handles a further event of an agent."""


def _indicator(presence: Presence, before: int) -> bool:
    """Return whether the host showed typing just before a place of the trace."""
    told = presence.typing_told(before)
    return bool(told) and bool(told[-1].data["is_typing"])


@dataclass(frozen=True)
class _Occasion:
    """A callback at which typing must be over, the desk's event behind it, and how a report names it."""

    entry: Entry
    event: Event
    agent_id: str | None
    words: str


@requirement(
    "PRS-07", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:typing", "action:say")
)
def typing_ends_with_what_it_was_for(trace: Trace) -> Judgements:
    """Typing is over with the message, the leaving, the transfer and the end.

    What: when a message of the agent who typed is shown, when a leaving or a transfer is told, `agentTyping(false)`
    comes right before or after it; when the agent's end of the chat is told, it has come before. While somebody else
    types, too, the indicator may stay.
    Why: the host does not clear the indicator: the user would wait for a further message that nobody writes.
    Seen: B45, typing was collapsed for each batch and not cleared by the message.
    """
    for presence in presences(trace):
        for occasion in _occasions(presence):
            if not _somebody_else_types(presence, occasion) and not _typing_followed(presence, occasion.event):
                yield from _cleared(presence, occasion)


def _occasions(presence: Presence) -> Iterator[_Occasion]:
    for one in showings(presence.chat):
        if one.callback is not None and one.by_agent:
            event = next(event for event in presence.chat.events if event["seq"] == one.seq)
            words = f"{presence.name(one.author)}'s message {quoted(one.text)} is shown"
            yield _Occasion(one.callback, event, one.author, words)
    for name, type, words in (
        ("agent_left_chat", "agent.left", "the agent's leaving is told"),
        ("begin_transfer_to_another_agent", "transfer.started", "the transfer is told"),
        ("agent_ended_chat", "conversation.ended", "the end of the chat is told"),
    ):
        for entry in presence.chat.callbacks(name):
            behind = _behind(presence, entry, type)
            if behind is not None and behind["type"] == type and entry.data.get("running", True):
                yield _Occasion(entry, behind, None, words)


def _behind(presence: Presence, entry: Entry, type: str) -> Event | None:
    """Return the last event behind a callback: of the type that it tells, or a joining that it may announce.

    The joining that completes a transfer is passed over: its notice tells the transfer.
    """
    found = presence.caused(entry.index, type, "agent.joined")
    if type == "transfer.started":
        found = [one for one in found if one["type"] == type or one["data"].get("transfer_id") is None]
    return found[-1] if found else None


def _somebody_else_types(presence: Presence, occasion: _Occasion) -> bool:
    """Tell whether another present agent types, so far as the desk knows: then the indicator may stay."""
    seq = int(occasion.event["seq"])
    typing: dict[str, bool] = {}
    for event in presence.chat.events_of("agent.typing", "message.created"):
        if event["seq"] < seq:
            author = event["data"].get("agent_id") or event["data"].get("message", {}).get("author", {}).get("id")
            typing[str(author)] = event["type"] == "agent.typing" and bool(event["data"]["typing"])
    leaving = occasion.agent_id or occasion.event["data"].get("agent_id") or occasion.event["data"].get("from_agent_id")
    others = {stay.agent_id for stay in presence.present(seq)} - {leaving}
    return occasion.event["type"] != "conversation.ended" and any(typing.get(other) for other in others)


def _typing_followed(presence: Presence, event: Event) -> bool:
    """Tell whether typing began anew in the same delivery: then nobody need see the pause."""
    seq, covered = int(event["seq"]), presence.covered(event)
    return any(seq < one["seq"] <= covered and one["data"]["typing"] for one in presence.chat.events_of("agent.typing"))


def _cleared(presence: Presence, occasion: _Occasion) -> Judgements:
    at = occasion.entry
    told = presence.typing_told(at.index)
    if not _indicator(presence, at.index):
        if len(told) > 1 and told[-2].data["is_typing"] and told[-1].index > presence.cause(occasion.event):
            yield held(at.index, presence.chat.key)
        return
    follows = None if at.kind == "agent_ended_chat" else _what_follows(presence, at)
    if follows is not None and follows.side is Side.HOST:
        return
    ok = follows is not None and follows.kind == "agent_typing" and not follows.data["is_typing"]
    actual = "agentTyping(true) was the last that the host had been told"
    if follows is not None and follows.side is Side.CALLBACK:
        actual += f", and entry {follows.index} was {follows.kind}"
    yield judged(ok, at.index, f"agentTyping(false) is called when {occasion.words}", actual, presence.chat.key)


def _what_follows(presence: Presence, at: Entry) -> Entry | None:
    """Return what shows that the adapter had the time: its next word on typing, another callback, the clock moving.

    Messages do not count, as several of one delivery may be shown in a row. ``None``: nothing followed.
    """
    for entry in presence.chat.trace.entries[at.index + 1 :]:
        own = entry.chat == presence.chat.key
        if entry.side is Side.SUITE and entry.kind == "advance":
            return entry
        if own and entry.side is Side.HOST and entry.kind == "end_chat":
            return entry
        if own and entry.side is Side.CALLBACK and entry.kind in AGENTS_DOINGS:
            return entry
    return None


@requirement(
    "PRS-08",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.EVENTS,),
    needs=("action:typing", "clock:virtual"),
)
def typing_does_not_stick(trace: Trace) -> Judgements:
    """Typing that is not renewed is over after five seconds, and a renewal extends it.

    What: 5 s after the desk last said that an agent types (or the longer time that the desk declared), typing is no
    longer shown; a second more is granted. An agent who goes on typing is shown so: the time of the first notice
    does not take away what the next one said.
    Why: many desks never say that an agent stopped; an indicator that stays makes the user wait for nothing, one
    that flickers makes the user interrupt.
    Seen: B13, a timer for each notice, never cancelled: the old one cleared the new typing, and fired after the end.
    """
    for presence in presences(trace):
        yield from _runs_out(presence)
        yield from _is_extended(presence)


def _typing_events(presence: Presence, before: int) -> list[Event]:
    return [event for event in presence.caused(before, "agent.typing") if event["data"]["typing"]]


def _arrival(presence: Presence, event: Event, before: int) -> float | None:
    """Return when an event reached the adapter, if it had before a place of the trace."""
    cause = presence.cause(event)
    if not presence.in_gap(cause):
        return presence.chat.trace.entries[max(cause, 0)].time
    due = presence.chat.delivered_by(int(event["seq"]))
    return presence.chat.trace.entries[due].time if due is not None and due < before else None


def _ends(presence: Presence, before: int) -> float:
    """Return when typing must be over at the latest, as of a place of the trace."""
    last, longest = 0.0, LIMIT_SECONDS
    for event in _typing_events(presence, before):
        seconds = max(LIMIT_SECONDS, event["data"].get("expires_in_seconds") or 0.0)
        longest, arrival = max(longest, seconds), _arrival(presence, event, before)
        if arrival is not None:
            last = max(last, arrival + seconds)
    told = presence.typing_told(before)
    times = [entry.time + longest for entry in told if entry.data["is_typing"]]
    return max([last, *times])


def _runs_out(presence: Presence) -> Judgements:
    moved = presence.chat.trace.of(Side.SUITE, "advance", "advanced")
    for began, came in zip(moved[::2], moved[1::2], strict=False):
        ends = _ends(presence, came.index)
        if _is_over(presence, came.index) or not _indicator(presence, began.index) or came.time < ends + GRACE_SECONDS:
            continue
        yield judged(
            not _indicator(presence, _next_stimulus(presence, came.index)),
            came.index,
            f"agentTyping(false) is called by {ends:g} s, when the last notice of typing has run out",
            f"at {came.time:g} s typing was still shown",
            presence.chat.key,
        )


def _is_over(presence: Presence, index: int) -> bool:
    ends = [entry.index for entry in presence.chat.ends]
    ends += [call.index for call in presence.chat.calls("end_chat")]
    return any(end < index for end in ends) or index < presence.chat.start.index


def _next_stimulus(presence: Presence, after: int) -> int:
    """Return the place of the next thing that anybody did to the adapter; the end of the trace if nothing."""
    for entry in presence.chat.trace.entries[after + 1 :]:
        done = entry.side in (Side.HOST, Side.DESK) or entry.side is Side.SUITE
        if done and entry.kind not in ("settled", "delivered"):
            return entry.index
    return len(presence.chat.trace)


def _is_extended(presence: Presence) -> Judgements:
    """Judge renewals that surely reached the adapter: a read receipt was told that came after them."""
    receipts = presence.chat.callbacks("agent_read_messages")
    for event in _typing_events(presence, len(presence.chat.trace)):
        cause = presence.cause(event)
        reads = [one for one in presence.chat.events_of("agent.read") if one["seq"] > event["seq"]]
        after = presence.cause(reads[0]) if reads else len(presence.chat.trace)
        seen = next((entry for entry in receipts if entry.index > after), None)
        if seen is not None and _indicator(presence, cause) and not presence.in_gap(cause):
            yield from _still_shown(presence, event, seen)


def _still_shown(presence: Presence, event: Event, seen: Entry) -> Judgements:
    said = presence.chat.trace.entries[presence.cause(event)].time
    for entry in presence.chat.trace.entries[seen.index + 1 :]:
        if _clears(presence, entry) or (entry.kind == "advanced" and entry.time - said >= RENEWED_SECONDS):
            return
        if entry.chat == presence.chat.key and entry.kind == "agent_typing" and not entry.data["is_typing"]:
            yield _extended(presence, event, entry, entry.time - said)
            return
        if entry.kind == "advanced":
            yield held(entry.index, presence.chat.key)


def _clears(presence: Presence, entry: Entry) -> bool:
    own = entry.chat == presence.chat.key
    return own and (entry.kind in ("act", "drop", "end_chat", "set_error_status") or entry.kind == "fault")


def _extended(presence: Presence, event: Event, entry: Entry, seconds: float) -> Judgement:
    name = presence.name(event["data"]["agent_id"])
    expected = f"typing stays on for {RENEWED_SECONDS:g} s at least after the notice that {name} goes on typing"
    actual = f"agentTyping(false) was called {seconds:g} s after that notice"
    return judged(seconds >= RENEWED_SECONDS, entry.index, expected, actual, presence.chat.key)


@requirement("PRS-09", level=Level.SHOULD, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:typing",))
def typing_is_told_when_it_changes(trace: Trace) -> Judgements:
    """Typing is told when it changes.

    What: `agentTyping(false)` is called only while typing is shown, `agentTyping(true)` only while it is not.
    Why: the host drops repeats; an adapter that makes them does not know what it shows, and the next host may flicker.
    Seen: rests on the host, which drops repeats.
    """
    for presence in presences(trace):
        for entry in presence.chat.callbacks("agent_typing"):
            on, before = bool(entry.data["is_typing"]), _indicator(presence, entry.index)
            if not entry.data.get("running", True):
                continue
            if on is not before:
                yield held(entry.index, presence.chat.key)
            else:
                state = "already" if on else "not"
                expected = f"agentTyping({str(on).lower()}) is called only when it changes what is shown"
                actual = f"it was called while typing was {state} shown"
                yield broken(entry.index, expected, actual, presence.chat.key)
