"""The event stream over WebSocket, long poll and server-sent events: one log, one order, resumed by position."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.tiers import TierName
from tests.server.handshakes import HANDSHAKE, refused
from tests.server.support import PATIENCE, Desk, User, drain, problem, receive, start, until


def whole_talk(desk: Desk) -> User:
    """Play a talk with every kind of event to its end."""
    user = desk.start()
    desk.act(user, "update_queue", position=3, message="soon")
    desk.act(user, "join")
    desk.act(user, "typing")
    desk.act(user, "say", text='quo"te\n\u2028 \U0001f600', items=[{"type": "link", "url": "https://example.com"}])
    user.send("hello\r\nthere")
    desk.act(user, "read")
    desk.act(user, "transfer", to_agent={"id": "bob", "nickname": None})
    desk.control.act(user.conversation_id, {"action": "join", "agent": "bob"})
    user.call("POST", "/files", files={"file": ("a", b"x")})
    desk.control.act(user.conversation_id, {"action": "request_screen", "agent": "bob"})
    desk.control.act(user.conversation_id, {"action": "end_screen", "agent": "bob"})
    desk.act(user, "set_capabilities", allow_file_uploads=False)
    desk.control.act(user.conversation_id, {"action": "end", "agent": "bob"})
    return user


def test_the_three_transports_give_equal_events(desk: Desk) -> None:
    """A client may change its transport in the middle of a talk."""
    user = whole_talk(desk)
    with user.stream() as stream:
        by_socket, code = drain(stream)
    with user.sse() as sent:
        by_sse = list(sent)
    batch = user.poll()
    assert code == 1000
    assert batch["events"] == by_socket == [json.loads(each["data"]) for each in by_sse]
    assert batch["events"] == desk.control.conversation(user.conversation_id)["events"]
    assert [(each["id"], each["event"]) for each in by_sse] == [(str(e["seq"]), e["type"]) for e in by_socket]
    assert [each["seq"] for each in by_socket] == list(range(1, len(by_socket) + 1))
    assert {each["type"] for each in by_socket} == {
        "queue.updated",
        "agent.joined",
        "agent.typing",
        "agent.read",
        "agent.left",
        "transfer.started",
        "message.created",
        "conversation.ended",
        "file.updated",
        "screen_share.requested",
        "screen_share.ended",
        "capabilities.updated",
    }


@pytest.mark.parametrize("after", [0, 1, 5])
def test_resume_gives_exactly_the_later_events(desk: Desk, after: int) -> None:
    """A gap or a repetition after a reconnection is what a position is there to prevent."""
    user = whole_talk(desk)
    expected = user.events()[after:]
    with user.stream(after) as stream:
        assert drain(stream) == (expected, 1000)
    with user.sse(after) as sent:
        assert [json.loads(each["data"]) for each in sent] == expected
    with user.sse(0, **{"Last-Event-ID": str(after)}) as sent:
        assert [json.loads(each["data"]) for each in sent] == expected
    assert user.poll(after) == {"events": expected, "next": user.poll()["next"], "ended": True}


def test_from_the_last_position_of_an_ended_conversation(desk: Desk) -> None:
    """A client that had read the end already must be told at once that nothing comes, not be left waiting."""
    user = whole_talk(desk)
    last = user.poll()["next"]
    with user.stream(last) as stream:
        assert drain(stream) == ([], 1000)
    with user.sse(last) as sent:
        assert list(sent) == []
    assert user.poll(last, wait=30) == {"events": [], "next": last, "ended": True}


def test_events_arrive_as_they_happen(desk: Desk) -> None:
    """`act` answers only when the event was written, so the next read cannot miss it."""
    user = desk.start()
    with user.stream() as stream, user.stream() as second, user.sse() as sent:
        assert receive(stream)["seq"] == receive(second)["seq"] == json.loads(next(sent)["data"])["seq"] == 1
        for text in ("one", "two"):
            desk.act(user, "join") if text == "one" else None
            desk.act(user, "say", text=text)
        for read in (lambda: receive(stream), lambda: receive(second), lambda: json.loads(next(sent)["data"])):
            assert [read()["type"], read()["data"]["message"]["text"], read()["data"]["message"]["text"]] == [
                "agent.joined",
                "one",
                "two",
            ]


def test_what_act_caused_is_in_the_socket_when_it_answers(desk: Desk) -> None:
    """The barrier: without waiting, the frame is there."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        desk.act(user, "join")
        seen = [stream.recv(timeout=PATIENCE)]
        entries = desk.control.journal(kinds=("frame.out",))["entries"]
        assert [entry["data"]["seq"] for entry in entries] == [1, 2]
        assert json.loads(seen[0])["type"] == "agent.joined"


def test_client_frames_are_ignored_but_noted(desk: Desk) -> None:
    """What a client writes into its stream means nothing, but helps to find a client's mistake."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        stream.send('{"say": "hello"}')
        stream.send(b"\xff\x00")
        match = {"kind": "frame.in"}
        assert desk.control.wait(match, 2)["matched"]
        desk.act(user, "join")
        assert receive(stream)["type"] == "agent.joined"
    frames = [entry["data"]["text"] for entry in desk.control.journal(kinds=("frame.in",))["entries"]]
    assert frames[0] == '{"say": "hello"}'


def test_a_frame_that_is_too_big_ends_the_stream(desk: Desk) -> None:
    """A client must not fill the desk's memory through the stream."""
    user = desk.start()
    with user.stream() as stream:
        stream.send("x" * 100_000)
        assert drain(stream)[1] == 1009
    until(lambda: desk.control.census()["streams"] == {})


def test_the_token_may_expire_while_streams_are_open(new_desk: Callable[..., Desk]) -> None:
    """4401 tells a client to renew its token; silence would not. By time, and by command."""
    desk = new_desk(token_ttl_seconds=60)
    user = desk.start()
    with user.stream() as stream, user.sse() as sent:
        desk.control.advance(61)
        frames, code = drain(stream)
        assert ([frame["seq"] for frame in frames], code) == ([1], 4401)
        assert len(list(sent)) == 1
    other = desk.start()
    with other.stream() as stream:
        desk.control.inject({"kind": "expire_token", "conversation_id": other.conversation_id})
        assert drain(stream)[1] == 4401


def test_a_removed_conversation_closes_its_streams(desk: Desk) -> None:
    """4404: there is nothing to come back to."""
    user, other = desk.start(), desk.start()
    with user.stream() as stream, other.stream() as neighbour:
        desk.control.remove_conversation(user.conversation_id)
        assert drain(stream)[1] == 4404
        receive(neighbour)
        desk.control.reset()
        assert drain(neighbour)[1] == 4404
    problem(user.call("GET", ""), 401, "invalid_token")


def test_events_that_are_no_longer_kept(new_desk: Callable[..., Desk]) -> None:
    """A position before the retained events is told, never answered with a gap."""
    desk = new_desk(event_retention=3)
    user = desk.start()
    for number in range(5):
        user.send(str(number))
    problem(user.call("GET", "/events?after=1"), 410, "unknown_position")
    assert refused(user, token=user.token, after=1) == (410, "unknown_position")
    assert [event["seq"] for event in user.events(3)] == [4, 5, 6]


def test_pings_keep_the_stream_alive(tier: TierName) -> None:
    """A proxy cuts what is silent; browsers answer a ping by themselves."""
    options = ServerOptions(streams=StreamLimits(ping_seconds=0.05))
    with RunningServer(options=options, server=tier) as server:
        user = start(server.url)
        address = server.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1])), timeout=PATIENCE) as raw:
            lines = [f"GET /v1/conversations/{user.conversation_id}/stream HTTP/1.1", "Host: x"]
            lines += [f"{name}: {value}" for name, value in {**HANDSHAKE, **user.headers}.items()]
            raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            until(lambda: b"\x89\x00" in raw.recv(4096))
        with user.http.get(
            f"{user.base}/events",
            headers={**user.headers, "Accept": "text/event-stream"},
            stream=True,
            timeout=PATIENCE,
        ) as answer:
            received = answer.iter_lines(chunk_size=1)
            until(lambda: next(received) == b": still here")


def test_long_poll_waits_for_the_next_event(desk: Desk) -> None:
    """A poll that answers at once, empty, makes clients hammer; one that sleeps misses what happens."""
    user = desk.start()
    held = []

    def poll() -> None:
        held.append(user.poll(1, wait=30))

    from threading import Thread

    thread = Thread(target=poll)
    thread.start()
    until(lambda: desk.control.census()["polls"] == {user.conversation_id: 1})
    desk.act(user, "join")
    thread.join(PATIENCE)
    assert [event["type"] for event in held[0]["events"]] == ["agent.joined"]
    assert held[0]["next"] == 2
    assert desk.control.census() == {"streams": {}, "polls": {}, "requests": 0}


def test_long_poll_ends_at_the_desks_time(desk: Desk) -> None:
    """Under a virtual clock the wait is the desk's, so a test need not sit it out."""
    from threading import Thread

    user = desk.start()
    held = []
    thread = Thread(target=lambda: held.append(user.poll(1, wait=30)))
    thread.start()
    until(lambda: desk.control.census()["polls"] == {user.conversation_id: 1})
    desk.control.advance(30)
    thread.join(PATIENCE)
    assert held == [{"events": [], "next": 1, "ended": False}]


def test_long_poll_ends_at_the_wall_cap(tier: TierName) -> None:
    """A virtual clock that nobody moves must not hold a client for ever."""
    with RunningServer(options=ServerOptions(poll_cap_seconds=0.05), server=tier) as server:
        assert start(server.url).poll(1, wait=30)["events"] == []


def test_a_client_that_gives_up_is_no_longer_counted(desk: Desk) -> None:
    """The census judges whether an adapter left something open; it must not blame one that did not."""
    user = desk.start()
    with user.sse() as sent:
        next(sent)
        assert desk.control.census()["streams"] == {user.conversation_id: 1}
    until(lambda: desk.control.census()["streams"] == {})
    with user.stream():
        assert desk.control.census()["streams"] == {user.conversation_id: 1}
    until(lambda: desk.control.census()["streams"] == {})
    assert [e["data"]["by"] for e in desk.control.journal(kinds=("stream.close",))["entries"]].count("client") >= 1


def test_time_for_a_token_is_not_a_timer(desk: Desk) -> None:
    """Jumping to the next timer must not end every token because a stream happens to be open."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        begin = desk.control.now()
        assert desk.control.advance(to_next=True)["now"] == begin
        desk.act(user, "join")
        assert receive(stream)["type"] == "agent.joined"


def test_the_token_may_expire_by_the_machines_time(new_desk: Callable[..., Desk]) -> None:
    """With a running clock nobody moves anything, and the stream must still end."""
    desk = new_desk(clock="system", token_ttl_seconds=0.3)
    user = desk.start()
    with user.stream() as stream:
        assert drain(stream)[1] == 4401
