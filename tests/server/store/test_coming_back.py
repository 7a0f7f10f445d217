"""What a server with a store knows after a restart: everything that docs/durable.md promises."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.core.errors import InvalidRequest
from mockdesk.core.script import Script
from mockdesk.scripts import callable_script
from mockdesk.server import clocks
from mockdesk.server.tiers import TierName
from mockdesk.store.errors import StoreError
from tests.server.support import ADA, Desk, User, receive, session, start, until
from tests.server.test_determinism import SLOW_SCRIPT

Serve = Callable[..., RunningServer]


@pytest.fixture
def serve(tmp_path: Path, tier: TierName) -> Iterator[Serve]:
    """Starts a server on the test's store; the one before is stopped first."""
    running: list[RunningServer] = []

    def again(**more: Any) -> RunningServer:
        for one in running:
            one.stop()
        server = RunningServer(store=f"sqlite:{tmp_path / 'desk.db'}", server=tier, **more)
        running[:] = [server]
        return server.start()

    yield again
    for one in running:
        one.stop()


def moved(user: User, server: RunningServer, path: str = "") -> User:
    """Return a user at the address of another server, with the same token."""
    started = {**user.started, "stream_url": f"ws{server.url[4:]}{path}/v1/conversations/{user.conversation_id}/stream"}
    return User(f"{server.url}{path}", user.conversation_id, user.token, started, user.http)


def told(server: RunningServer, name: str = "") -> Any:
    """Return everything that a control tells of a desk and that must come back."""
    control = server.control(name)
    known = [control.conversations(), control.agents(), control.queues(), control.clock(), control.script()]
    return [*known, control.transcript()]


def test_everything_of_a_conversation(serve: Serve) -> None:
    """Agents, files, screen, receipts, counts: nothing of a talk is forgotten."""
    server = serve(settings={"seed": 4, "queues": {"sales": {"seconds_per_conversation": 9}}})
    user, waiting = start(server.url, queue="sales"), start(server.url, queue="sales", user_id="u2")
    desk = Desk(server, server.control(), server.url)
    assert waiting.poll()["events"][0]["data"]["position"] == 2
    desk.act(user, "join")
    user.send("hello", message_id="m1")
    user.call("PUT", "/typing", json={"typing": True})
    user.call("PUT", "/read", json={})
    user.call("PUT", "/state", json={"locale": "de"})
    file = user.call("POST", "/files", files={"file": ("a.txt", b"content", "text/plain")}).json()
    desk.act(user, "set_file_state", file_id=file["id"], state="accepted")
    desk.act(user, "request_screen")
    desk.act(user, "transfer", to_agent={"id": "bob", "nickname": "Bob"})
    before = told(server)
    server = serve(settings={"seed": 4, "queues": {"sales": {"seconds_per_conversation": 9}}})
    assert told(server) == before
    user, desk = moved(user, server), Desk(server, server.control(), server.url)
    assert user.call("GET", f"/files/{file['id']}").content == b"content"
    replay = user.send("hello", message_id="m1")
    assert (replay.status_code, replay.json()["seq"]) == (200, user.events()[2]["seq"])
    desk.control.act(user.conversation_id, {"action": "join", "agent": "bob"})
    assert user.call("PUT", "/screen-share", json={"answer": "accepted"}).status_code == 409
    new = start(server.url)
    assert new.conversation_id not in (user.conversation_id, waiting.conversation_id)


def test_streams_go_on_behind_a_position(serve: Serve) -> None:
    """The log is the same, so a client needs no more than the position that it has."""
    server = serve()
    user = start(server.url)
    user.send("one")
    seen = user.events()
    user = moved(user, serve())
    user.send("two")
    with user.stream(after=seen[-1]["seq"]) as stream:
        assert receive(stream)["data"]["message"]["text"] == "two"
    assert user.events()[: len(seen)] == seen


def test_tokens_and_starts(serve: Serve) -> None:
    """Who was let in stays in, until the time that was said; the same key gives the same conversation and token."""
    settings = {"api_keys": ["key"], "token_ttl_seconds": 100, "require_user_token": True}
    server = serve(settings=settings)

    def begin(token: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"}
        answer = session().post(f"{server.url}/v1/conversations", json={"user_id": "u1"}, headers=headers)
        return answer.status_code, answer.json()

    headers = {"Authorization": "Bearer key"}
    made = session().post(f"{server.url}/v1/tokens", json={"user_id": "u1"}, headers=headers)
    if made.status_code == 401:
        made = session().post(f"{server.url}/v1/tokens", json={"user_id": "u1"}, headers={"X-API-Key": "key"})
    token = made.json()["token"]
    server.control().advance(10)
    status, first = begin(token)
    assert status == 201
    server = serve(settings=settings)
    status, again = begin(token)
    assert (status, again["token"]) == (200, first["token"])
    assert again["token_expires_at"] == first["token_expires_at"]
    server.control().advance(90)
    assert begin(token)[0] == 401
    server = serve(settings=settings)
    assert begin(token)[0] == 401
    server.control().remove_conversation(first["conversation"]["id"])
    server = serve(settings=settings)
    answer = session().get(
        f"{server.url}/v1/conversations/{first['conversation']['id']}",
        headers={"Authorization": f"Bearer {first['token']}"},
    )
    assert answer.status_code == 404


def test_timers_on_the_virtual_clock(serve: Serve) -> None:
    """Time stands where it stood, and what was to happen then happens then."""
    settings = {"script": SLOW_SCRIPT, "queue_timeout_seconds": 1000, "idle_timeout_seconds": 300}
    server = serve(settings=settings)
    user = start(server.url)
    server.control().advance(30)
    now, due = (server.control().clock()[name] for name in ("now", "next_due"))
    server = serve(settings=settings)
    assert [server.control().clock()[name] for name in ("now", "next_due")] == [now, due]
    user = moved(user, server)
    server.control().advance(30)
    assert [one["time"][14:19] for one in user.events()] == ["00:00", "00:20", "00:40", "01:00"]


def test_a_running_clock_has_gone_on(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fell due while nobody served happens at once, in order; time does not stand still for a restart."""
    settings = {"script": SLOW_SCRIPT}
    user = start(serve(settings=settings, clock="scaled", speed=40.0).url)
    server = serve(settings=settings, clock="scaled", speed=40.0)
    stopped_at = server.control().now()
    server.stop()
    later = SimpleNamespace(time=lambda: time.time() + 1.0, monotonic=time.monotonic)
    monkeypatch.setattr(clocks, "time", later)  # 40 s of the desk's time, while there is no desk
    server = serve(settings=settings, clock="scaled", speed=40.0)
    assert server.control().now() >= stopped_at + 40
    user = moved(user, server)
    until(lambda: len(user.events()) >= 3, seconds=10)
    until(lambda: user.poll()["ended"], seconds=10)
    kinds = [one["type"] for one in user.events()]
    assert kinds == ["queue.updated", "agent.joined", "message.created", "conversation.ended"]


def test_a_new_speed_is_told_and_an_old_one_is_kept(serve: Serve) -> None:
    """The control's speed outlives a restart; the command line has the last word where it says something new."""
    serve(clock="system").control().set_speed(0)
    assert serve(clock="system").control().clock()["speed"] == 0
    assert serve(clock="scaled", speed=3.0).control().clock()["speed"] == 3.0


def test_another_kind_of_clock_is_refused(serve: Serve) -> None:
    """In 2024 every timer of today lies ahead, and the other way round all of them fall due."""
    serve()
    with pytest.raises(StoreError, match="its desk has a virtual clock; start with --virtual"):
        serve(clock="system")


def test_named_desks_come_back_with_their_settings(serve: Serve) -> None:
    """An isolated desk is as durable as the server's own; one that was removed is gone."""
    server = serve()
    server.new_desk({"script": SLOW_SCRIPT, "max_text_characters": 5, "seed": 9}, name="one")
    server.new_desk(name="two", clock="system")
    server.new_desk(name="three")
    server.remove_desk("three")
    user = start(f"{server.url}/desks/one")
    server.control("one").advance(20)
    before = told(server, "one")
    server = serve()
    assert [control.name for control in server.desks()] == ["", "one", "two"]
    assert told(server, "one") == before
    assert server.control("two").clock()["kind"] == "system"
    user = moved(user, server, "/desks/one")
    assert user.send("too long").status_code == 413
    assert server.new_desk().name == "desk-1"
    server.control("one").reset()
    server = serve()
    assert server.control("one").conversations() == []
    assert server.control("one").script()["name"] == "slow"  # type: ignore[index]


def test_what_the_control_did_comes_back(serve: Serve) -> None:
    """A roster, queues and a script that the control has set are the desk's, whatever the command line says."""
    server = serve(settings={"script": "echo"})
    server.control().set_agent("zoe", {**ADA, "id": "zoe", "online": False})
    server.control().set_queue("vip", {"open": False})
    server.control().install_script(SLOW_SCRIPT)
    server = serve(settings={"script": "echo"})
    assert server.control().script()["name"] == "slow"  # type: ignore[index]
    assert {"zoe", "ada"} <= {agent["id"] for agent in server.control().agents()}
    assert server.control().queues()["vip"]["open"] is False
    server.control().install_script(None)
    assert serve(settings={"script": "echo"}).control().script() is None
    assert serve(settings={"script": "menu"}).control().script()["name"] == "menu"  # type: ignore[index]


def test_python_scripts_begin_anew_and_it_is_said(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Where a generator stands cannot be kept: whoever relies on it has to know."""
    from mockdesk.core.actions import Join, Say
    from mockdesk.core.events import AgentProfile
    from mockdesk.core.script import pause

    def play(chat: Any) -> Any:
        yield Join(AgentProfile("ada", "Ada"))
        yield Say("ada", "from the start")
        yield pause(1000)

    script: Script = callable_script(play, name="mine")
    server = serve(settings={"script": script})
    user = start(server.url)
    server.new_desk({"script": script}, name="lost")
    with caplog.at_level(logging.WARNING, "mockdesk.server"):
        user = moved(user, serve(settings={"script": script}))
    assert [one.getMessage() for one in caplog.records] == [
        "the desk: script 'mine' is a Python function: it begins anew in 1 open conversations",
        "desk lost: its script is a Python function, which is gone; install it again",
        "desk lost: script 'mine' is a Python function, which is gone; nobody plays the agents",
    ]
    until(lambda: user.events()[-1]["seq"] > 3, "what was said anew is in the store")
    said = [one["data"]["message"]["text"] for one in user.events() if one["type"] == "message.created"]
    assert said == ["from the start", "from the start"]


def test_shapes_whose_logs_are_not_kept_are_refused(serve: Serve) -> None:
    """Better no answer in another shape than one that forgets what it has told."""
    server = serve()
    assert session().post(f"{server.url}/poll/chats", json={"from": "u1"}).status_code == 404
    for settings in ({"dialects": ["genesys"]}, {"root_dialect": "poll"}):
        with pytest.raises(InvalidRequest, match="no store holds"):
            server.new_desk(settings)


def test_the_count_of_messages_a_minute(serve: Serve) -> None:
    """A restart is no way around a limit."""
    settings = {"max_messages_per_minute": 2}
    user = start(serve(settings=settings).url)
    user.send("one")
    user.send("two")
    server = serve(settings=settings)
    user = moved(user, server)
    assert user.send("three").status_code == 429
    server.control().advance(61)
    assert user.send("three").status_code == 201


def test_a_server_that_could_not_begin_lets_go_of_the_store(serve: Serve) -> None:
    """A mistake in the settings must not lock the file."""
    serve().stop()
    with pytest.raises(InvalidRequest):
        serve(settings={"dialects": ["poll"]})
    assert serve().control().conversations() == []
