"""LIF-20, ORD-09 to ORD-11, PRS-14 and AVL-10 on traces made by hand."""

from __future__ import annotations

from typing import Any

from contracts.requirements.presence_desk import availability_is_true, typing_has_an_end
from contracts.requirements.transports_desk import (
    polls_wait_as_asked,
    server_sent_events_are_named,
    the_end_is_the_last_event,
    times_do_not_go_back,
)
from contracts.trace import Side
from tests.suite.requirements.build import Story, complaint, holds, unexercised

END = "conversation.ended"


class Wire(Story):
    """Exchanges and frames of the conversation ``c1``."""

    def asked(self, operation: str, status: int | None, body: Any = None, *, sent: Any = None, **more: Any) -> Wire:
        """Add an exchange."""
        request = {"method": "GET", "path": "/v1", "query": more.pop("query", {}), "headers": {}, "body": sent}
        data = {"conversation_id": "c1", "token": "own", "headers": {}, "request": request, "error": None, **more}
        self.add(Side.WIRE, "exchange", operation=operation, status=status, body=body, **data)
        return self

    def frame(self, seq: int, kind: str = "queue.updated", time: str | None = None, **more: Any) -> Wire:
        """Add a frame of the one stream; ``time`` is the event's, by default the same for all."""
        data = more.pop("data", {})
        event = {"seq": seq, "type": kind, "time": time or "2024-01-01T00:00:00.000Z", "data": data}
        about = {"conversation_id": "c1", "connection": 1, "after": 0, "transport": "websocket", **more}
        self.add(Side.WIRE, "frame", frame=event, **about)
        return self

    def closed(self, code: int = 1000, by: str = "desk", purpose: str = "ended.stream") -> Wire:
        """Close the stream."""
        data = {"conversation_id": "c1", "connection": 1, "after": 0, "purpose": purpose}
        self.add(Side.WIRE, "stream.closed", code=code, by=by, **data)
        return self


def test_an_end_is_the_last_event_and_closes_the_stream() -> None:
    """A later event, another code and an open stream are told apart."""
    rule = the_end_is_the_last_event
    assert holds(rule, Wire().frame(1).frame(2, END).closed().trace())
    assert "message.created at position 3" in complaint(rule, Wire().frame(2, END).frame(3, "message.created").trace())
    assert "the code is 1011" in complaint(rule, Wire().frame(2, END).closed(1011).trace())
    assert "left it open" in complaint(rule, Wire().frame(2, END).closed(by="client").trace())
    assert unexercised(rule, Wire().frame(1).closed(by="client").trace())


STATE = {"state": "ended", "ended_by": "user", "ended_at": "t", "end_reason": "done", "last_seq": 2}


def test_polls_and_the_state_say_that_it_has_ended() -> None:
    """And the state stays as the first end has left it."""
    rule = the_end_is_the_last_event
    ended = Wire().asked("endChat", 200, STATE, purpose="ended.end")
    assert holds(rule, ended.asked("getConversation", 200, STATE, purpose="ended.state").trace())
    ended = Wire().asked("endChat", 200, STATE, purpose="ended.end")
    changed = ended.asked("getConversation", 200, {**STATE, "end_reason": "again"}, purpose="ended.state")
    assert "end_reason 'done' became 'again'" in complaint(rule, changed.trace())
    ended = Wire().asked("endChat", 200, STATE, purpose="ended.end")
    poll = {"events": [{"seq": 2, "type": END}], "ended": False}
    assert "`ended` is False" in complaint(rule, ended.asked("pollEvents", 200, poll, purpose="ended.poll").trace())


def poll(purpose: str, events: list[Any], seconds: float = 0.1, status: int | None = 200) -> Wire:
    """Return a poll, and a message that was sent while it waited."""
    story = Wire().asked("sendMessageToAgent", 201, {"id": "m", "seq": 5}, sent={"text": "x"}, purpose="poll.sent")
    return story.asked("pollEvents", status, {"events": events}, purpose=purpose, seconds=seconds)


def test_polls_wait_as_asked() -> None:
    """At once with nothing, never, and late are three faults."""
    rule = polls_wait_as_asked
    assert holds(rule, poll("poll.waiting", [{"seq": 5}]).trace())
    assert "with 0 events" in complaint(rule, poll("poll.waiting", []).trace())
    assert "not answered" in complaint(rule, poll("poll.idle", [], status=None).trace())
    assert "it took 3.0 s" in complaint(rule, poll("poll.at_once", [], 3.0).trace())
    assert unexercised(rule, Wire().asked("pollEvents", 200, {"events": []}).trace())


def test_other_news_may_come_first() -> None:
    """A poll that an agent's joining answered is followed by another, which must have the message."""
    later: dict[str, Any] = {"purpose": "poll.waiting", "seconds": 0.1}
    joined = poll("poll.waiting", [{"seq": 4}])
    assert holds(polls_wait_as_asked, joined.asked("pollEvents", 200, {"events": [{"seq": 5}]}, **later).trace())
    joined = poll("poll.waiting", [{"seq": 4}])
    story = joined.asked("pollEvents", 200, {"events": []}, **later)
    assert "with 0 events" in complaint(polls_wait_as_asked, story.trace())


def test_server_sent_events_carry_position_and_type() -> None:
    """A WebSocket has neither."""
    rule = server_sent_events_are_named
    sse = {"transport": "server_sent_events"}
    assert holds(rule, Wire().frame(1, id="1", event="queue.updated", **sse).trace())
    assert "the id is None" in complaint(rule, Wire().frame(1, id=None, event="queue.updated", **sse).trace())
    assert "the name None" in complaint(rule, Wire().frame(1, id="1", event=None, **sse).trace())
    assert unexercised(rule, Wire().frame(1).trace())


def test_times_go_forward() -> None:
    """Equal times are no step back; a number is no time, and a time without a zone is none either."""
    rule = times_do_not_go_back
    assert holds(rule, Wire().frame(1).frame(2).frame(3, time="2024-01-01T00:00:00.001Z").trace())
    assert "not older than" in complaint(rule, Wire().frame(1).frame(2, time="2023-12-31T23:59:59.000Z").trace())
    for bad in ("1704067200", "2024-01-01T00:00:00.000", "2024-01-01"):
        assert "RFC 3339" in complaint(rule, Wire().frame(1, time=bad).trace())
    assert unexercised(rule, Wire().trace())


def test_typing_of_agents_has_an_end() -> None:
    """A stop needs none."""
    rule = typing_has_an_end
    assert holds(rule, Wire().frame(1, "agent.typing", data={"typing": True, "expires_in_seconds": 5}).trace())
    endless = Wire().frame(1, "agent.typing", data={"typing": True, "expires_in_seconds": None})
    assert "it says None" in complaint(rule, endless.trace())
    assert unexercised(rule, Wire().frame(1, "agent.typing", data={"typing": False}).trace())


def test_typing_of_the_user_is_shown_where_it_belongs() -> None:
    """It sticks, or it is somebody else's."""
    rule = typing_has_an_end

    def told(on: bool, shown: bool, where: str = "c1") -> Wire:
        story = Wire().asked("userTyping", 204, sent={"typing": on}, purpose="typing.told")
        seen = {"purpose": "typing.seen", "conversation_id": where}
        return story.asked("getConversation", 200, {"user_typing": shown}, **seen)

    assert holds(rule, told(True, True).trace())
    assert "user_typing is True" in complaint(rule, told(False, True).trace())
    assert "does not type" in complaint(rule, told(True, True, "c2").trace())


def test_availability_agrees_with_what_there_is() -> None:
    """With its own count, with the agents that the desk was given, and with who waits."""
    rule = availability_is_true

    def answer(settings: Any = None, query: Any = None, **body: Any) -> Any:
        story = Wire(settings=settings or {})
        return story.asked("getAvailability", 200, body, query=query or {}, purpose="availability").trace()

    assert holds(rule, answer(online=True, agents_online=1, queue="default"))
    assert holds(rule, answer(online=None, queue="default"))
    assert "says that 0 agents" in complaint(rule, answer(online=True, agents_online=0, queue="default"))
    staffed = {"queues": {"staffed": {"agents_online": 2}}}
    asked = {"queue": "staffed"}
    assert "2 agents are there" in complaint(rule, answer(staffed, asked, online=False, queue="staffed"))
    assert "queue 'default'" in complaint(rule, answer(staffed, asked, online=True, queue="default"))
    assert "at place 1, and 1 wait" in complaint(rule, answer(online=True, position=1, queue_length=1))
    assert unexercised(rule, Wire().asked("getAvailability", 200, {"online": True}).trace())
