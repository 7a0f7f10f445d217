"""Probes of the event log: positions, resuming over each transport, and how soon an event can be seen."""

from __future__ import annotations

import threading

from contracts.desk.bench import Bench, CannotProbe, probe
from contracts.desk.sse import read_events
from contracts.desk.stream import Handshake, open_stream

BEYOND = 1_000_000
QUIET = 5.0
"""Wall seconds without a frame after which a stream that should have ended is given up."""


def _ended_chat(bench: Bench) -> tuple[str, list[int]]:
    """Return a conversation with several events that has ended, and the positions in it, 0 first."""
    chat = bench.chat("probe-positions")
    for index in range(3):
        bench.say(chat, f"message {index}")
    bench.wire.request("endChat", chat, body={}, purpose="prepare")
    places = sorted(set(_polled(bench, chat) if "long_poll" in bench.transports() else _streamed(bench, chat)))
    if not places:
        raise CannotProbe("the events could not be read")
    return chat, [0, *places[:50]]


def _polled(bench: Bench, chat: str) -> list[int]:
    answer = bench.call("pollEvents", chat, purpose="resume.all")
    events = answer.body.get("events") if answer.ok and isinstance(answer.body, dict) else None
    return [event["seq"] for event in events or [] if isinstance(event.get("seq"), int)]


def _streamed(bench: Bench, chat: str) -> list[int]:
    handshake = open_stream(bench.wire, chat, purpose="resume.all")
    frames = handshake.stream.drain(None, QUIET) if handshake.stream is not None else []
    if handshake.stream is not None:
        handshake.stream.close()
    return [place for frame in frames for place in bench.wire.places(frame)]


@probe("ORD-03", "ORD-06", "REC-05", needs=("long_poll",))
def resume_by_long_poll(bench: Bench) -> None:
    """Read an ended conversation from every position, and from positions that are not there."""
    chat, places = _ended_chat(bench)
    for after in places:
        bench.wire.request("pollEvents", chat, query={"after": after}, purpose="resume.position")
    for after in (places[-1] + 1, places[-1] + BEYOND):
        bench.wire.request("pollEvents", chat, query={"after": after}, purpose="resume.unknown_position")


@probe("ORD-03", "ORD-06", "REC-05", needs=("server_sent_events",))
def resume_by_server_sent_events(bench: Bench) -> None:
    """The same over server-sent events, by ``after`` and by ``Last-Event-ID``, which wins."""
    chat, places = _ended_chat(bench)
    for after in places:
        read_events(bench.wire, chat, after, patience=QUIET, purpose="resume.position")
        read_events(bench.wire, chat, 0, last_event_id=after, patience=QUIET, purpose="resume.last_event_id")
    read_events(bench.wire, chat, places[-1] + BEYOND, patience=QUIET, purpose="resume.unknown_position")


@probe("ORD-03", "ORD-06", "REC-05", needs=("websocket",))
def resume_by_websocket(bench: Bench) -> None:
    """The same over WebSocket; the desk closes each stream after the last event."""
    chat, places = _ended_chat(bench)
    for after in places:
        _drain(open_stream(bench.wire, chat, after, purpose="resume.position"), None)
    for after in (places[-1] + 1, places[-1] + BEYOND):
        _drain(open_stream(bench.wire, chat, after, purpose="resume.unknown_position"), None)


@probe("REC-04", "REC-05", needs=("websocket",))
def resume_while_it_goes_on(bench: Bench) -> None:
    """Open streams of a live conversation from several positions; a marker message shows where each has caught up."""
    chat = bench.chat("probe-live")
    for index in range(3):
        bench.say(chat, f"before, {index}")
    opened = [(after, open_stream(bench.wire, chat, after, purpose="resume.live")) for after in (0, 1, 3)]
    marker = bench.say(chat, "the marker", purpose="resume.marker")
    seq = marker.body.get("seq") if marker.ok and isinstance(marker.body, dict) else None
    for after, handshake in opened:
        _drain(handshake, seq - after if isinstance(seq, int) else None)


@probe("ORD-07", needs=("websocket",))
def seen_by_websocket(bench: Bench) -> None:
    """Send while a stream is open: the frame's ``at`` shows how soon it came."""
    chat = bench.chat("probe-latency")
    handshake = open_stream(bench.wire, chat, 0, purpose="latency.frame")
    for index in range(3):
        answer = bench.say(chat, f"now {index}", purpose="latency.sent")
        if answer.ok and handshake.stream is not None:
            _drain_until(bench, handshake, answer.body.get("seq"))
    if handshake.stream is not None:
        handshake.stream.close()


@probe("ORD-07", needs=("long_poll",))
def seen_by_long_poll(bench: Bench) -> None:
    """Send while a poll waits: the poll's answer shows how soon it came."""
    chat = bench.chat("probe-latency")
    known = bench.call("pollEvents", chat, purpose="prepare")
    after = known.body["next"] if known.ok and isinstance(known.body, dict) else 0
    query = {"after": after, "wait": 5}
    waiting = threading.Thread(
        target=bench.wire.request,
        args=("pollEvents", chat),
        kwargs={"query": query, "purpose": "latency.poll"},
        name="contracts-probe-poll",
    )
    waiting.start()
    bench.say(chat, "now", purpose="latency.sent")
    waiting.join()


def _drain(handshake: Handshake, count: int | None) -> None:
    """Read ``count`` frames, or all until the desk closes the stream; then close it."""
    if handshake.stream is not None:
        handshake.stream.drain(count, QUIET)
        handshake.stream.close()


def _drain_until(bench: Bench, handshake: Handshake, seq: object) -> None:
    """Read frames until the one with the event at position ``seq``."""
    stream = handshake.stream
    while stream is not None:
        frames = stream.drain(1, QUIET)
        if not frames or seq in bench.wire.places(frames[0]):
            return


PROBES = (
    resume_by_long_poll,
    resume_by_server_sent_events,
    resume_by_websocket,
    resume_while_it_goes_on,
    seen_by_websocket,
    seen_by_long_poll,
)
