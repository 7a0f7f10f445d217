"""How a desk's events travel: the end is the last word, polls wait, server-sent events have ids, times go forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from contracts.readings_exchanges import Exchange, Seen, disordered, exchanges, polled, seen_events
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Side, Trace

EVENTS = (Guide.EVENTS,)
ENDED = "conversation.ended"
AT_ONCE_SECONDS = 2.0
"""How long (wall) a poll that does not wait may take."""


@requirement("LIF-20", level=Level.MUST, subject=Subject.DESK, guide=(Guide.END_CHAT, Guide.EVENTS))
def the_end_is_the_last_event(trace: Trace) -> Judgements:
    """The end is the last event of a conversation, and its readers are told that nothing more will come.

    What: No event has a later position than conversation.ended, whatever is tried after the end, and there is one end.
    A WebSocket is closed by the desk with code 1000 after it, server-sent events end, a poll says `ended`, and the
    conversation's state is ended and stays as it was.
    Why: An adapter shuts its doors at the end: what comes after is never seen. A stream that stays open, or closes with
    another code, looks like a lost connection, and the adapter reconnects for ever.
    Seen: an addition to the catalogue; kin of B37, B53 and B66: words after the end, two ends, an end that left the
    connection open.
    """
    if disordered(trace):
        return
    ends: dict[str, int] = {}
    for seen in seen_events(trace):
        if seen.event.get("type") == ENDED and seen.seq is not None:
            ends.setdefault(seen.conversation, seen.seq)
    for seen in seen_events(trace):
        last = ends.get(seen.conversation)
        if last is not None and seen.seq is not None and seen.source != "act":
            expected = f"conversation.ended, at position {last}, is the last event"
            actual = f"{seen.source} has {seen.event.get('type')} at position {seen.seq}"
            yield judged(seen.seq <= last, seen.index, expected, actual)
    yield from _streams_close(trace, ends)
    yield from _answers_say_so(trace)


def _streams_close(trace: Trace, ends: Mapping[str, int]) -> Judgements:
    shown = {
        (entry.user, entry.data["conversation_id"], entry.data["connection"])
        for entry in trace.of(Side.WIRE, "frame")
        if isinstance(entry.data.get("frame"), Mapping) and entry.data["frame"].get("type") == ENDED
    }
    disturbed = bool(trace.of(Side.SUITE, "fault", "drop"))
    for entry in trace.of(Side.WIRE, "stream.closed"):
        if disturbed or (entry.user, entry.data["conversation_id"], entry.data["connection"]) not in shown:
            continue
        if entry.data["by"] == "desk":
            expected = "after conversation.ended the desk closes the stream with code 1000"
            yield judged(entry.data["code"] == 1000, entry.index, expected, f"the code is {entry.data['code']}")
        elif entry.data.get("purpose") == "ended.stream":
            yield broken(entry.index, "after conversation.ended the desk closes the stream", "it left it open")


def _answers_say_so(trace: Trace) -> Judgements:
    purposes = {"ended.poll": "pollEvents", "ended.state": "getConversation"}
    first = next((one for one in exchanges(trace, "endChat") if one.entry.data.get("purpose") == "ended.end"), None)
    for one in exchanges(trace, *purposes.values()):
        purpose = one.entry.data.get("purpose")
        if purposes.get(str(purpose)) != one.operation or not one.ok or first is None or not first.ok:
            continue
        if one.operation == "pollEvents":
            told = [event for event in polled(one) if event.get("type") == ENDED]
            expected = "a poll of an ended conversation has its end, and says that it has ended"
            actual = f"it has {len(told)} ends, and `ended` is {one.body.get('ended')!r}"
            yield judged(len(told) == 1 and one.body.get("ended") is True, one.index, expected, actual)
        else:
            names = ("state", "ended_by", "ended_at", "end_reason", "last_seq")
            before, now = ({name: body.get(name) for name in names} for body in (first.body, one.body))
            changed = [f"{name} {before[name]!r} became {now[name]!r}" for name in names if before[name] != now[name]]
            good = not changed and now["state"] == "ended"
            expected = "an ended conversation stays as its end has left it"
            yield judged(good, one.index, expected, "; ".join(changed) or f"its state is {now['state']!r}")


@requirement("ORD-09", level=Level.MUST, subject=Subject.DESK, guide=EVENTS)
def polls_wait_as_asked(trace: Trace) -> Judgements:
    """A poll waits for as long as it was asked to, and no longer.

    What: A poll that does not ask to wait is answered at once. One that asks to wait is answered with the event when
    one happens meanwhile, and with nothing only when its time is over; it is always answered.
    Why: A poll that never answers holds the user's words back; one that answers at once with nothing makes each client
    ask again without end.
    Seen: an addition to the catalogue; B40, replies at once turned clients into busy loops.
    """
    polls = {
        str(one.entry.data.get("purpose")): one
        for one in exchanges(trace, "pollEvents")
        if str(one.entry.data.get("purpose") or "").startswith("poll.")
    }
    if (one := polls.get("poll.at_once")) is not None:
        seconds = float(one.entry.data.get("seconds") or 0.0)
        good = one.ok and seconds <= AT_ONCE_SECONDS
        expected = "a poll that does not ask to wait is answered at once"
        yield judged(good, one.index, expected, f"it took {seconds:.1f} s ({one.status})")
    if (one := polls.get("poll.idle")) is not None:
        expected = "a poll where nothing happens is answered, with nothing, when its time is over"
        if not (one.ok and polled(one)):  # with events something has happened: the queue moves while others come and go
            yield judged(one.ok, one.index, expected, _answer(one))
    yield from _woken(trace)


def _answer(one: Exchange) -> str:
    if one.status is None:
        return f"it was not answered ({one.entry.data.get('error')})"
    return f"it was answered {one.status} with {len(polled(one))} events after {one.entry.data.get('seconds'):.1f} s"


def _woken(trace: Trace) -> Judgements:
    """Judge the last poll that waited: those before it were answered with other news, which is right, too."""
    sent = [one for one in exchanges(trace, "sendMessageToAgent") if one.entry.data.get("purpose") == "poll.sent"]
    waited = [one for one in exchanges(trace, "pollEvents") if one.entry.data.get("purpose") == "poll.waiting"]
    if waited and sent and sent[0].ok:
        one = waited[-1]
        expected = "a poll that waits is answered with the message that is sent meanwhile"
        good = one.ok and any(event.get("seq") == sent[0].body.get("seq") for event in polled(one))
        yield judged(good, one.index, expected, _answer(one))


@requirement("ORD-10", level=Level.MUST, subject=Subject.DESK, guide=EVENTS)
def server_sent_events_are_named(trace: Trace) -> Judgements:
    """Each server-sent event has its position as id and its type as name.

    What: The `id` of a server-sent event is the event's position, its `event` the type of what is in `data`.
    Why: A browser sends the last id when it reconnects; without ids it begins again from the start, or loses what it
    missed.
    Seen: an addition to the catalogue; it rests on the standard of server-sent events.
    """
    for entry in trace.of(Side.WIRE, "frame"):
        frame = entry.data.get("frame")
        if entry.data.get("transport") == "server_sent_events" and isinstance(frame, Mapping):
            told = (entry.data.get("id"), entry.data.get("event"))
            expected = f"the server-sent event has the id {frame.get('seq')} and the name {frame.get('type')!r}"
            good = told == (str(frame.get("seq")), frame.get("type"))
            yield judged(good, entry.index, expected, f"the id is {told[0]!r}, the name {told[1]!r}")


@requirement("ORD-11", level=Level.SHOULD, subject=Subject.DESK, guide=EVENTS)
def times_do_not_go_back(trace: Trace) -> Judgements:
    """The times of events are real times and do not go back.

    What: Each event has a time of RFC 3339, with its zone, and no event has an earlier time than the one before it.
    Why: Widgets and agents sort by time; an answer that is older than its question is shown above it.
    Seen: an addition to the catalogue; desks that stamp with the clock of whichever machine serves the request.
    """
    if disordered(trace):
        return
    events: dict[str, dict[int, Seen]] = defaultdict(dict)
    for seen in seen_events(trace):
        if seen.seq is not None:
            events[seen.conversation].setdefault(seen.seq, seen)
    for log in events.values():
        latest: tuple[datetime, int] | None = None
        for seq in sorted(log):
            time = _time(log[seq].event.get("time"))
            yield _stamped(log[seq], time, latest)
            if time is not None:
                latest = (time, seq) if latest is None else max(latest, (time, seq))


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time if "T" in str(value) and time.tzinfo is not None else None


def _stamped(seen: Seen, time: datetime | None, latest: tuple[datetime, int] | None) -> Judgement:
    what = f"the event {seen.event.get('type')} at position {seen.seq}"
    if time is None:
        return broken(seen.index, f"{what} has a time of RFC 3339", f"its time is {seen.event.get('time')!r}")
    if latest is None:
        return judged(True, seen.index, "", "")
    expected = f"{what} is not older than the one at position {latest[1]}, {latest[0].isoformat()}"
    return judged(time >= latest[0], seen.index, expected, f"its time is {time.isoformat()}")
