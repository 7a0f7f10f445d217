"""REC, at the desk: resuming from a position."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_exchanges import Exchange, disordered, exchanges, polled
from contracts.readings_positions import known_positions
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Side, Trace

WHOLE = ("resume.position", "resume.last_event_id")
"""Purposes of requests that read an ended conversation from a position to its end."""
LIVE = "resume.live"
UNKNOWN = "resume.unknown_position"


@requirement("REC-05", level=Level.MUST, subject=Subject.DESK, guide=(Guide.EVENTS,))
def resume_is_exact(trace: Trace) -> Judgements:
    """Resuming from a position gives exactly what came later.

    What: Whoever asks for the events after a position, by a poll, server-sent events or WebSocket, gets each later
    event once, in order, and no other. A position that the conversation does not have is refused with a status of the
    4xx class, as 410; an empty answer or a stream on which nothing comes is no refusal.
    Why: After each lost connection a reader goes on from where it was. What is skipped is never seen, what is repeated
    is shown twice, and silence after a position that is gone is a chat that seems to wait for the agent.
    Seen: Rests on B1, B28 and B44: desks without positions, or with ones that change, of which integrations lost what
    came in between.
    """
    if disordered(trace):
        return
    known = known_positions(trace)
    for one in exchanges(trace, "pollEvents", "streamEvents"):
        purpose = one.entry.data.get("purpose")
        if purpose == UNKNOWN:
            yield _refused(trace, one)
        elif one.token == "own" and one.ok and purpose in (*WHOLE, LIVE):
            yield _exact(one, _given(trace, one), sorted(known[str(one.conversation)]))


def _refused(trace: Trace, one: Exchange) -> Judgement:
    expected = f"{one.operation} after position {one.after}, which the conversation does not have, is refused with 4xx"
    if one.status is None:
        return broken(one.index, expected, f"no answer came: {one.entry.data.get('error')}")
    actual = f"it was answered {one.status}" + (f", with {len(_given(trace, one))} events" if one.ok else "")
    return judged(one.refused, one.index, expected, actual)


def _given(trace: Trace, one: Exchange) -> list[int]:
    """Return the positions that came, in the order in which they came; 0 for an event without one."""
    events = polled(one) or [entry.data["frame"] for entry in _frames(trace, one)]
    seqs = [event.get("seq") for event in events if isinstance(event, dict)]
    return [seq if isinstance(seq, int) else 0 for seq in seqs]


def _frames(trace: Trace, one: Exchange) -> Iterator[Entry]:
    """Yield the frames of the stream that a request opened; a probe opens one for each purpose and position."""
    connection = one.entry.data.get("connection")
    for entry in trace.of(Side.WIRE, "frame"):
        same = [entry.data.get(name) for name in ("conversation_id", "purpose", "after")]
        if same != [one.conversation, one.entry.data.get("purpose"), one.after] or entry.user != one.entry.user:
            continue
        if connection is None or entry.data.get("connection") == connection:
            yield entry


def _exact(one: Exchange, given: list[int], known: list[int]) -> Judgement:
    later = [seq for seq in known if seq > one.after]
    whole = one.entry.data.get("purpose") in WHOLE
    wanted = later if whole else [seq for seq in later if seq <= max(given, default=one.after)]
    if not whole and later and not given:
        wanted = later
    expected = f"{one.operation} after position {one.after} gives {_positions(wanted)}, each once"
    return judged(given == wanted, one.index, expected, f"it gave {_positions(given)}")


def _positions(found: list[int]) -> str:
    return f"positions {', '.join(map(str, found))}" if found else "nothing"
