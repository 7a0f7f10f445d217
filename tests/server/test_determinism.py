"""With a seed and a virtual clock two runs are the same, down to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from mockdesk.scripts import builtin_names
from tests.server.support import Desk, User, drain, session, until

SLOW_SCRIPT = {
    "name": "slow",
    "agents": [{"id": "ada", "nickname": "Ada"}],
    "rules": [
        {
            "on": "started",
            "steps": [{"wait": 20}, {"join": "ada"}, {"wait": 20}, {"say": "hello"}, {"wait": 20}, {"end": "ada"}],
        }
    ],
}


def test_a_minute_of_waits_is_over_at_once(new_desk: Callable[..., Desk]) -> None:
    """`advance` answers when all that fell due has been delivered, so the test needs no time of its own."""
    desk = new_desk(script=SLOW_SCRIPT)
    user = desk.start()
    with user.stream() as stream:
        desk.control.advance(60)
        frames, code = drain(stream)
    assert code == 1000
    assert [frame["time"][14:19] for frame in frames] == ["00:00", "00:20", "00:40", "01:00"]


def test_advance_to_the_next_timer(new_desk: Callable[..., Desk]) -> None:
    """Whoever does not know the script jumps from timer to timer."""
    desk = new_desk(script=SLOW_SCRIPT)
    user = desk.start()
    # jumping also meets the timers that are not the script's; the talk is over after a few of them
    for _ in range(10):
        desk.control.advance(to_next=True)
        if user.poll()["ended"]:
            break
    assert user.poll()["ended"]


def play(desk: Desk, read: Callable[[User], list[dict[str, Any]]]) -> tuple[str, str, list[list[dict[str, Any]]]]:
    """Play a talk of two users against the installed script; return transcript, digest, and the events as read."""
    users = [desk.start(user_id=f"u{number}") for number in range(2)]
    for text in ("hello", "help", "\U0001f600 ?"):
        for user in users:
            user.send(text)
            desk.control.advance(7.5)
    desk.control.advance(600)
    for user in users:
        user.call("POST", "/end")
    return desk.control.transcript(), desk.control.digest(), [read(user) for user in users]


def by_socket(user: User) -> list[dict[str, Any]]:
    """Read a conversation over WebSocket."""
    with user.stream() as stream:
        return drain(stream)[0]


def by_poll(user: User) -> list[dict[str, Any]]:
    """Read a conversation by long poll."""
    return user.events()


def by_sse(user: User) -> list[dict[str, Any]]:
    """Read a conversation over server-sent events."""
    with user.sse() as sent:
        return [json.loads(event["data"]) for event in sent]


@pytest.mark.parametrize("script", [name for name in builtin_names() if name != "flaky-network"])
def test_same_seed_same_bytes_over_every_transport(new_desk: Callable[..., Desk], script: str) -> None:
    """A failing run must be repeatable, whatever the client reads with."""
    runs = [play(new_desk(seed=7, script=script), read) for read in (by_socket, by_poll, by_sse)]
    assert runs[0] == runs[1] == runs[2]
    transcript, digest, _ = runs[0]
    assert sha256(transcript.encode()).hexdigest() == digest
    assert play(new_desk(seed=8, script=script), by_poll)[1] != digest


def test_tokens_are_never_seeded(new_desk: Callable[..., Desk]) -> None:
    """A token that can be guessed from a seed is no secret."""
    first, second = (new_desk(seed=7).start() for _ in range(2))
    assert first.conversation_id == second.conversation_id
    assert first.token != second.token


def test_transcript_over_http_with_its_digest(desk: Desk) -> None:
    """What CI compares between two runs."""
    desk.start().send("h\u00e9")
    answer = session().get(f"{desk.url}/_mock/transcript")
    assert answer.content.decode() == desk.control.transcript()
    assert answer.headers["Mockdesk-Digest"] == desk.control.digest()


def test_running_clocks(new_desk: Callable[..., Desk]) -> None:
    """Without a virtual clock the script plays by itself, at any speed, and time cannot be moved."""
    desk = new_desk(script=SLOW_SCRIPT, clock="system")
    problem_code = session().post(f"{desk.url}/_mock/clock/advance", json={"seconds": 1}).json()["code"]
    assert problem_code == "clock_not_virtual"
    user = desk.start()
    with user.stream() as stream:
        assert desk.control.set_speed(2_000)["kind"] == "scaled"
        frames, code = drain(stream)
    assert ([frame["type"] for frame in frames][-1], code) == ("conversation.ended", 1000)
    until(lambda: desk.control.conversations()[0]["state"] == "ended")
