"""ORD, at the desk: positions, availability of events, and how soon they are visible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.readings_exchanges import (
    Exchange,
    Seen,
    accepted,
    began_after,
    disordered,
    exchanges,
    polled,
    seen_events,
    stream_name,
)
from contracts.readings_messages import quoted
from contracts.readings_positions import known_positions, missing_between
from contracts.readings_probes import latencies
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Side, Trace

EVENTS = (Guide.EVENTS,)
LATENCY_SECONDS = 2.0
"""How soon (desk's time) an event is visible, unless a desk declares otherwise."""


@requirement("ORD-03", level=Level.MUST, subject=Subject.DESK, guide=EVENTS)
def positions_never_go_back(trace: Trace) -> Judgements:
    """Each event has a position that never goes back.

    What: each event that the desk tells has a position. On one stream, and within one poll, positions grow (the
    same event may come twice), they are greater than the position that was asked for, and one position always names
    the same event.
    Why: the position is all that a reader has to go on after a lost connection, and to know what it has seen.
    Seen: rests on what resuming needs; most desks that were looked at have none, and their integrations lose or
    repeat.
    """
    if disordered(trace):
        return
    last: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, int], Seen] = {}
    places = {str(one.message.get("id")): one.seq for one in accepted(trace)}
    for seen in seen_events(trace):
        if seen.source == "act":
            continue
        yield from _same_place(seen, places)
        key = (seen.conversation, seen.source)
        asked = last.get(key, Exchange(trace.entries[seen.index]).after)
        yield _position(seen, asked, fresh=key not in last, same=names)
        if seen.seq is not None:
            last[key] = max(seen.seq, asked)
            names.setdefault((seen.conversation, seen.seq), seen)


def _position(seen: Seen, last: int, *, fresh: bool, same: dict[tuple[str, int], Seen]) -> Judgement:
    kind = seen.event.get("type")
    if seen.seq is None:
        expected = f"the event {kind} on {seen.source} has a position"
        return broken(seen.index, expected, f"its seq is {seen.event.get('seq')!r}")
    other = same.get((seen.conversation, seen.seq))
    if other is not None and (other.event.get("type"), other.event.get("data")) != (kind, seen.event.get("data")):
        expected = f"position {seen.seq} names one event, {other.event.get('type')} as on {other.source}"
        return broken(seen.index, expected, f"on {seen.source} it names {kind} with other content")
    after = "after the position that was asked for" if fresh else "not before the event before it"
    expected = f"the event {kind} on {seen.source} stands {after}, {last}"
    return judged(seen.seq > last if fresh else seen.seq >= last, seen.index, expected, f"its position is {seen.seq}")


def _same_place(seen: Seen, places: dict[str, int | None]) -> Judgements:
    """Judge whether a message stands where the desk said when it was accepted."""
    data = seen.event.get("data")
    message = data.get("message") if isinstance(data, Mapping) else None
    name = str(message.get("id")) if isinstance(message, Mapping) else None
    place = places.get(name) if name is not None else None
    if place is not None and seen.seq is not None:
        expected = f"the message {name!r} stands at position {place}, as when it was accepted"
        yield judged(seen.seq == place, seen.index, expected, f"on {seen.source} it stands at position {seen.seq}")


@requirement("ORD-06", level=Level.MUST, subject=Subject.DESK, guide=EVENTS)
def unread_events_stay(trace: Trace) -> Judgements:
    """Events stay until they are read.

    What: whoever reads from a position gets every event after it, none left out, however late they come, as long as
    the desk's declared retention has not discarded them.
    Why: the stream of a browser opens some time after the conversation began, and again after each lost connection;
    what is gone then is never seen.
    Seen: rests on B1 and B28: integrations that opened their stream late never saw what had happened before.
    """
    if disordered(trace):
        return
    known = known_positions(trace)
    for one in exchanges(trace, "pollEvents"):
        if one.conversation is not None and one.token == "own" and one.ok and "events" in one.body:
            yield _poll_is_complete(trace, one, known[one.conversation])
    yield from _nothing_is_gone(trace, known)
    yield from _streams_are_complete(trace, known)


def _poll_is_complete(trace: Trace, one: Exchange, known: dict[int, int]) -> Judgement:
    after = one.after
    given = [event["seq"] for event in polled(one) if isinstance(event.get("seq"), int)]
    reached = max([after, *given])
    missed = missing_between(known, given, after, reached)
    began = began_after(trace, one)
    if not given:
        missed = [seq for seq, told in known.items() if seq > after and told <= began]
    return judged(
        not missed,
        one.index,
        f"the poll after position {after} gives every event from there on",
        f"it gives {_positions(given)}, and leaves out {_positions(missed)}, which had happened",
    )


def _nothing_is_gone(trace: Trace, known: dict[str, dict[int, int]]) -> Judgements:
    """Judge refusals of a position as unknown: nothing is gone before the log is longer than the declared retention."""
    retention = _retention(trace)
    for one in exchanges(trace, "pollEvents", "streamEvents"):
        events = known.get(str(one.conversation), {})
        if one.token == "own" and one.status == 410 and retention is not None and len(events) <= retention:
            began = began_after(trace, one)
            gone = sorted(seq for seq, told in events.items() if seq > one.after and told <= began)
            if gone:
                expected = f"the events after position {one.after} are there: the desk keeps {retention} events"
                actual = f"it was answered 410, and {_positions(gone)} had happened"
                yield broken(one.index, expected, actual)


def _retention(trace: Trace) -> int | None:
    limits = [one.body.get("limits") for one in exchanges(trace, "getCapabilities") if one.ok]
    found = [limit.get("event_retention") for limit in limits if isinstance(limit, Mapping)]
    return next((one for one in found if isinstance(one, int)), None)


def _positions(found: list[int]) -> str:
    return f"position {', '.join(map(str, found))}" if found else "nothing"


def _streams_are_complete(trace: Trace, known: dict[str, dict[int, int]]) -> Judgements:
    last: dict[tuple[str, str], int] = {}
    for seen in seen_events(trace):
        entry = trace.entries[seen.index]
        if entry.kind != "frame" or seen.seq is None:
            continue
        key = (seen.conversation, stream_name(entry))
        before = last.get(key, Exchange(entry).after)
        missed = missing_between(known[seen.conversation], [], before, seen.seq - 1)
        last[key] = max(before, seen.seq)
        yield judged(
            not missed,
            seen.index,
            f"{seen.source}, opened after position {Exchange(entry).after}, carries all events up to {seen.seq}",
            f"it left out {_positions(missed)}",
        )


@requirement("ORD-07", level=Level.SHOULD, subject=Subject.DESK, guide=EVENTS)
def events_are_soon_visible(trace: Trace) -> Judgements:
    """An event is visible soon.

    What: what somebody did is on the conversation's open stream, or in the answer of a poll that was waiting,
    within 2 s, when nothing was held, cut or slowed down on purpose.
    Why: people write to each other; a reply that takes many seconds to appear makes them write across each other.
    Seen: rests on polling integrations, whose users waited for the next poll for each word.
    """
    if trace.of(Side.SUITE, "fault", "hold", "drop"):
        return
    for one, index, seconds in latencies(trace):
        expected = f"the user's message {quoted(one.text)} is visible within {LATENCY_SECONDS:g} s"
        yield judged(seconds <= LATENCY_SECONDS, index, expected, f"it took {seconds:.1f} s")
    frames: dict[tuple[str, int], Entry] = {}
    for seen in seen_events(trace):
        entry = trace.entries[seen.index]
        if entry.kind == "frame" and seen.seq is not None:
            frames.setdefault((seen.conversation, seen.seq), entry)
    for seen in _done_while_open(trace):
        yield from _visible(trace, seen, frames.get((seen.conversation, seen.seq or 0)))


def _done_while_open(trace: Trace) -> Iterator[Seen]:
    """Yield what agents caused while a stream of the conversation was open, and stayed open for long enough."""
    for seen in seen_events(trace):
        if seen.source == "act" and _open_at(trace, seen):
            yield seen


def _open_at(trace: Trace, seen: Seen) -> bool:
    unloads = [entry.index for entry in trace.of(Side.SUITE, "unload") if entry.index < seen.index]
    since = max(unloads, default=-1)  # a page that goes away takes its streams with it, and notes nothing
    opened = [
        one.index
        for one in exchanges(trace, "streamEvents")
        if one.ok and one.conversation == seen.conversation and since < one.index < seen.index
    ]
    closed = [
        entry.index
        for entry in trace.of(Side.WIRE, "stream.closed")
        if entry.data.get("conversation_id") == seen.conversation and since < entry.index < seen.index
    ]
    return len(opened) > len(closed)


def _visible(trace: Trace, seen: Seen, frame: Entry | None) -> Judgements:
    happened = trace.entries[seen.index].time
    expected = f"{seen.event.get('type')} (event {seen.seq}) is on the stream within {LATENCY_SECONDS:g} s"
    if frame is not None:
        late = frame.time - happened
        yield judged(late <= LATENCY_SECONDS, frame.index, expected, f"it came after at least {late:g} s")
    elif trace.entries[-1].time - happened > LATENCY_SECONDS and not _closed_early(trace, seen, happened):
        yield broken(seen.index, expected, "it never came, though the stream stayed open")


def _closed_early(trace: Trace, seen: Seen, happened: float) -> bool:
    return any(
        entry.data.get("conversation_id") == seen.conversation
        and entry.index > seen.index
        and entry.time - happened <= LATENCY_SECONDS
        for entry in trace.of(Side.WIRE, "stream.closed")
    )
