"""Faulty desks whose log of events is wrong: jumps, repeats, gaps, ends that are none, times that go back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from mockdesk.core.events import Message, MessageCreated
from mockdesk.core.state import DeskState
from mockdesk.dialects.seam import Finish
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import Fault, FaultyDesk, FaultyHere, desk_where
from tests.suite.defects.messages_desk import each_event

Events = tuple[Any, ...]


def reading(change: Callable[[Any, Events, int], Events]) -> Callable[[Any], None]:
    """Return what changes the events that any reader gets: of the desk, the right ones, and the position asked for."""

    def spoil(desk: Any) -> None:
        events_after = desk.events_after
        desk.events_after = lambda conversation_id, after=0: change(
            desk.conversation(conversation_id), events_after(conversation_id, after), after
        )

    return spoil


def skips_one(conversation: Any, found: Events, after: int) -> Events:
    """Of several events that are waiting, the second is left out."""
    return found[:1] + found[2:] if len(found) > 2 else found


def turns_around(conversation: Any, found: Events, after: int) -> Events:
    """Of several events that are waiting, the newest comes first."""
    return tuple(reversed(found)) if after == 0 and len(found) > 2 else found


def doubles_under_new_positions(desk: Any) -> None:
    """What the user says is two events."""
    send = desk.send

    def twice(conversation_id: str, draft: Any) -> Any:
        sent = send(conversation_id, draft)
        state: DeskState = desk._state
        if not sent.replayed:
            state.emit(desk.conversation(conversation_id), MessageCreated(sent.message))
            state.notifier.deliver()
        return sent

    desk.send = twice


def from_zero(envelope: dict[str, Any]) -> None:
    """Positions begin at 0."""
    envelope["seq"] -= 1


def by_tens(envelope: dict[str, Any]) -> None:
    """Positions of events are not those of messages."""
    envelope["seq"] *= 10


def speaks_after_the_end(desk: Any) -> None:
    """After the end the desk thanks the user."""
    end = desk.end

    def thanks(conversation_id: str, reason: str | None = None) -> Any:
        conversation = desk.conversation(conversation_id)
        was_open = not conversation.ended
        ended = end(conversation_id, reason)
        if was_open:
            desk._state.say(conversation, "system", "system", "Thank you for the talk.")
            desk._state.notifier.deliver()
        return ended

    desk.end = thanks


def ends_twice(desk: Any) -> None:
    """Each further end is an event, too."""
    end = desk.end

    def again(conversation_id: str, reason: str | None = None) -> Any:
        conversation = desk.conversation(conversation_id)
        log = conversation.log.after(0)
        if conversation.ended:
            desk._state.emit(conversation, log[-1].body)
            desk._state.notifier.deliver()
        return end(conversation_id, reason)

    desk.end = again


def last_end_wins(desk: Any) -> None:
    """Who ends last is who ended it, and why."""
    end = desk.end

    def renewed(conversation_id: str, reason: str | None = None) -> Any:
        ended = end(conversation_id, reason)
        ended.ended_by, ended.end_reason = "user", reason
        return ended

    desk.end = renewed


def closing(step: Finish | None) -> FaultyDesk:
    """Return a desk that ends the streams of ended conversations otherwise; ``None``: not at all."""

    def spoil(host: Any) -> None:
        open_reader = host.open_reader

        def opened(request: Any) -> Any:
            reader = open_reader(request)
            next_step = reader.next_step
            if reader.transport == "websocket":
                reader.next_step = lambda: _instead(next_step(), step)
            return reader

        host.open_reader = opened

    return FaultyDesk(Fault(spoil_host=spoil))


def _instead(planned: Any, step: Finish | None) -> Any:
    return step if isinstance(planned, Finish) and planned.code == 1000 else planned


class PollsOnce(FaultyHere):
    """A driver of desks that answer the first poll only."""

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make such a desk the present one."""
        told = super().new_desk(settings)
        self.inject({"kind": "no_answer", "operation": "pollEvents", "nth": 2, "count": None})
        return told


def stamped_backwards(desk: Any) -> None:
    """Each event is a second older than the one before it."""
    events_after = desk.events_after
    desk.events_after = lambda conversation_id, after=0: tuple(
        type(one)(one.seq, one.time - one.seq, one.body) for one in events_after(conversation_id, after)
    )


def in_seconds(envelope: dict[str, Any]) -> None:
    """Times are seconds since the epoch."""
    envelope["time"] = "1704067200"


def without_zone(envelope: dict[str, Any]) -> None:
    """Times have no zone."""
    envelope["time"] = envelope["time"].replace("Z", "")


def without_expiry(envelope: dict[str, Any]) -> None:
    """Typing does not say when it is over."""
    if envelope["type"] == "agent.typing":
        envelope["data"]["expires_in_seconds"] = None


def one_id_for_all(desk: Any) -> None:
    """Each message of a conversation has the same id."""
    say = desk._state.say

    def named(conversation: Any, *arguments: Any, **more: Any) -> Any:
        message = say(conversation, *arguments, **more)
        object.__setattr__(message, "id", f"msg_{conversation.id}")
        return message

    desk._state.say = named


def says_user(envelope: dict[str, Any]) -> None:
    """Everything was said by an agent, on the stream."""
    if envelope["type"] == "message.created":
        envelope["data"]["message"]["author"] = {"role": "agent", "id": "somebody"}


def loses_refusals(desk: Any) -> None:
    """What holds a word that the desk does not like is accepted, and not kept."""
    send, number = desk.send, count(1)

    def silent(conversation_id: str, draft: Any) -> Any:
        if "<" not in draft.text:
            return send(conversation_id, draft)
        from mockdesk.core.user_side import Sent

        conversation = desk.conversation(conversation_id)
        return Sent(Message(f"msg_lost_{next(number)}", "user", conversation.user_id, draft.text, desk.clock.now(), 1))

    desk.send = silent


def storing(change: Callable[[str], str]) -> Callable[[Any], None]:
    """Return what keeps the user's texts in another form."""

    def spoil(desk: Any) -> None:
        send = desk.send
        desk.send = lambda conversation_id, draft: send(conversation_id, replace(draft, text=change(draft.text) or "?"))

    return spoil


def composed(text: str) -> str:
    """Letters and their accents are put together."""
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def at_255_bytes(text: str) -> str:
    """Texts are cut at 255 bytes."""
    return text.encode()[:255].decode("utf-8", "ignore")


def without_wide(text: str) -> str:
    """Characters beyond 16 bits become question marks."""
    return "".join(each if ord(each) < 0x10000 else "?" for each in text)


def one_line(text: str) -> str:
    """Texts are one line."""
    return " ".join(text.split("\n"))


DESKS = (
    Defect("desk_leaves_one_out", "ORD-06", "an event is left out", desk=desk_where(reading(skips_one))),
    Defect("desk_turns_around", "ORD-03", "the newest event comes first", desk=desk_where(reading(turns_around))),
    Defect(
        "desk_doubles_events", "MSG-07", "a message is two events", "B59", desk=desk_where(doubles_under_new_positions)
    ),
    Defect(
        "desk_counts_from_zero",
        "ORD-03",
        "positions begin at 0",
        desk=desk_where(lambda desk: each_event(desk, from_zero)),
    ),
    Defect("desk_counts_by_tens", "ORD-03", "positions jump", desk=desk_where(lambda desk: each_event(desk, by_tens))),
    Defect("desk_thanks", "LIF-20", "a word after the end", "B37", desk=desk_where(speaks_after_the_end)),
    Defect("desk_ends_twice", "LIF-20", "each end is an event", "B53", desk=desk_where(ends_twice)),
    Defect("desk_last_end_wins", "LIF-20", "an end is overwritten", desk=desk_where(last_end_wins)),
    Defect(
        "desk_closes_with_1011",
        "LIF-20",
        "the wrong close code",
        desk=closing(Finish(1011, "over")),
    ),
    Defect("desk_cuts_at_the_end", "LIF-20", "no close frame", desk=closing(Finish(None))),
    Defect("desk_stays_open", "LIF-20", "the stream stays open", "B66", desk=closing(None)),
    Defect("desk_polls_once", "ORD-09", "polls are not answered", "B49", desk=FaultyDesk(Fault(), PollsOnce)),
    Defect("desk_stamps_backwards", "ORD-11", "times go back", desk=desk_where(stamped_backwards)),
    Defect(
        "desk_stamps_in_seconds",
        "ORD-11",
        "times are numbers",
        desk=desk_where(lambda desk: each_event(desk, in_seconds)),
    ),
    Defect(
        "desk_has_no_zone", "ERR-11", "times have no zone", desk=desk_where(lambda desk: each_event(desk, without_zone))
    ),
    Defect(
        "desk_types_for_ever",
        "PRS-14",
        "typing has no end",
        "B13",
        desk=desk_where(lambda desk: each_event(desk, without_expiry)),
    ),
    Defect("desk_has_one_id", "MSG-08", "message ids are reused", desk=desk_where(one_id_for_all)),
    Defect(
        "desk_agents_say_all",
        "MSG-08",
        "events name the wrong author",
        desk=desk_where(lambda desk: each_event(desk, says_user)),
    ),
    Defect("desk_refuses_silently", "MSG-08", "accepted and not kept", "B41", desk=desk_where(loses_refusals)),
    Defect("desk_normalises", "MSG-01", "texts are normalised", desk=desk_where(storing(composed))),
    Defect("desk_strips", "MSG-01", "the user's spaces are lost", desk=desk_where(storing(str.strip))),
    Defect("desk_knows_16_bits", "MSG-01", "wide characters are lost", desk=desk_where(storing(without_wide))),
    Defect("desk_writes_one_line", "MSG-01", "line ends are lost", desk=desk_where(storing(one_line))),
    Defect("desk_cuts_at_255_bytes", "LIM-01", "long texts are cut", desk=desk_where(storing(at_255_bytes))),
)
