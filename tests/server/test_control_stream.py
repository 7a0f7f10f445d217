"""The control stream over real sockets: live, resumable, for several readers, and gone when the desk is."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mockdesk import RunningServer
from mockdesk.control_client import ControlClient, server_sent_events
from mockdesk.core.errors import InvalidRequest
from mockdesk.server.documents import control_openapi
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from mockdesk.server.tiers import TierName
from tests.server.support import PATIENCE, Desk, problem, session, until

QUIET = 0.3
"""Wall seconds without anything after which a test takes it that nothing more comes."""


@contextmanager
def reading(url: str, path: str = "", **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Open the stream of a desk and give its events."""
    where = f"{url}/_mock/stream{path}"
    with session().get(where, headers=headers, stream=True, timeout=PATIENCE) as answer:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield server_sent_events(answer)


def up_to_state(events: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events up to the next ``state``, which is the last of them."""
    found = []
    for event in events:
        found.append(event)
        if event["event"] == "state":
            return found
    raise AssertionError(f"no state came: {found}")


def state_with(events: Iterator[dict[str, Any]], part: str) -> dict[str, Any]:
    """Return the next state in which a part has changed."""
    return next(dict(event["data"]) for event in events if event["event"] == "state" and part in event["data"])


def test_what_is_there_already_comes_first(desk: Desk) -> None:
    """A console that is opened late must show what happened before."""
    user = desk.start(user_name="Eva")
    desk.act(user, "join")
    with reading(desk.url) as events:
        begin, *entries, state = up_to_state(events)
    assert begin["event"] == "begin"
    assert (begin["data"]["after"], begin["data"]["missed"]) == (0, 0)
    assert [entry["data"] for entry in entries] == desk.control.journal()["entries"]
    told = state["data"]
    assert told["complete"] is True
    assert told["clock"] == desk.control.clock()
    assert told["agents"] == desk.control.agents()
    assert told["queues"] == list(desk.control.queues().values())
    assert told["conversations"][user.conversation_id]["agents"] == [{"id": "ada", "nickname": "Ada"}]


def test_what_happens_comes_live_with_what_it_changed(desk: Desk) -> None:
    """A reader never has to ask what an entry has changed."""
    with reading(desk.url) as events:
        up_to_state(events)
        user = desk.start()
        assert state_with(events, "conversations")["conversations"][user.conversation_id]["state"] == "waiting"
        desk.control.set_queue("sales", {"open": False})
        assert {queue["name"] for queue in state_with(events, "queues")["queues"]} == {"default", "sales"}
        desk.control.advance(7)
        assert state_with(events, "clock")["clock"] == desk.control.clock()
        desk.control.install_script("echo")
        assert state_with(events, "script")["script"]["name"] == "echo"
        fault = desk.control.inject({"kind": "status", "operation": "endChat", "count": 2})
        assert [(one["id"], one["remaining"]) for one in state_with(events, "faults")["faults"]] == [(fault, 2)]
        user.call("POST", "/end")
        assert [one["remaining"] for one in state_with(events, "faults")["faults"]] == [1]
        desk.control.remove_conversation(user.conversation_id)
        while (told := state_with(events, "conversations"))["conversations"][user.conversation_id] is not None:
            assert told["complete"] is False


def test_a_hold_and_the_end_of_a_faults_time_are_told(desk: Desk) -> None:
    """What is held back, and what is over by time alone, is no command that anybody could see."""
    user = desk.start()
    with reading(desk.url) as events:
        up_to_state(events)
        fault = desk.control.inject({"kind": "hold_events"})
        assert state_with(events, "held")["held"]["faults"] == [{"id": fault, "conversation_id": None}]
        desk.act(user, "join")
        assert state_with(events, "held")["held"]["events"] == 1
        desk.control.remove_fault(fault)
        assert state_with(events, "held")["held"] == {"events": 0, "requests": 0, "faults": []}
        desk.control.inject({"kind": "garbage", "until_seconds": 3})
        ends_at = state_with(events, "faults")["faults"][0]["ends_at"]
        assert ends_at == desk.control.now() + 3
        desk.control.advance(3)
        assert state_with(events, "faults")["faults"] == []


def test_going_on_after_the_last_entry(desk: Desk) -> None:
    """Whoever comes back is told exactly what is missing, by query or by the header that browsers send."""
    desk.start()
    with reading(desk.url) as events:
        last = [event["id"] for event in up_to_state(events) if event["event"] == "journal"][-1]
    desk.start()
    expected = [entry["position"] for entry in desk.control.journal(int(last.partition(":")[2]))["entries"]]
    for path, headers in ((f"?after={last}", {}), ("", {"Last-Event-ID": last}), (f"?after={last[9:]}", {})):
        with reading(desk.url, path, **headers) as events:
            begin, *entries, state = up_to_state(events)
        assert [entry["data"]["position"] for entry in entries] == expected
        assert begin["data"]["after"] == expected[0] - 1
        assert state["data"]["complete"] is True


def test_only_some_kinds(desk: Desk) -> None:
    """A tool that waits for near misses need not read everything; the state is told nevertheless."""
    user = desk.start()
    user.send("a")
    with reading(desk.url, "?kind=event") as events:
        _, *entries, state = up_to_state(events)
    assert {entry["data"]["kind"] for entry in entries} == {"event"}
    assert state["data"]["complete"] is True


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=1:1", "kind=requests"])
def test_wrong_questions(desk: Desk, query: str) -> None:
    """A misspelt position must not be taken for the beginning."""
    problem(session().get(f"{desk.url}/_mock/stream?{query}", timeout=PATIENCE), 422, "invalid_request")


def test_a_reset_ends_the_stream_and_begins_another_journal(desk: Desk) -> None:
    """Positions of the old journal mean nothing in the new one."""
    desk.start()
    with reading(desk.url) as events:
        first = up_to_state(events)
        desk.control.reset()
        assert list(events)[-1] == {"event": "end", "id": None, "data": {"reason": "reset"}}
    with reading(desk.url, f"?after={first[-2]['id']}") as events:
        begin = next(events)
    assert begin["data"]["journal"] != first[0]["data"]["journal"]
    assert begin["data"]["after"] == 0


def test_several_readers_and_the_stop(tier: TierName) -> None:
    """Each has its own place, all are told of the end, and no thread of them is left."""
    with RunningServer(server=tier) as server:
        control = server.control()
        with reading(server.url) as first, reading(server.url) as second:
            up_to_state(first)
            up_to_state(second)
            control.set_agent("ada", {"nickname": "Ada"})
            for events in (first, second):
                assert state_with(events, "agents")["agents"][0]["nickname"] == "Ada"
            server.stop()
            for events in (first, second):
                assert list(events)[-1]["data"] == {"reason": "stopped"}
        assert server.open_connections() == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mockdesk-request")]


def test_a_removed_desk_ends_its_streams(server: RunningServer) -> None:
    """An isolated desk goes while its server stays."""
    control = server.new_desk()
    with reading(server.desk_url(control)) as events:
        up_to_state(events)
        server.remove_desk(control.name)
        assert list(events)[-1]["data"] == {"reason": "stopped"}


def test_a_client_that_goes_leaves_no_thread(tier: TierName) -> None:
    """A console that is closed must not be served for ever."""
    with RunningServer(server=tier) as server:
        with reading(server.url) as events:
            up_to_state(events)
            assert server.open_connections() == 1
        until(lambda: server.open_connections() == 0, "the connection is closed")


def test_a_reader_that_does_not_read_holds_up_nobody(tier: TierName) -> None:
    """The desk goes on, other readers are served, and the slow one is let go."""
    limits = StreamLimits(stall_seconds=60, lag_events=50)
    with RunningServer(options=ServerOptions(streams=limits), server=tier) as server, socket.socket() as slow:
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        user.http.close()
        desk.act(user, "join")
        host, port = server.url.removeprefix("http://").split(":")
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        slow.connect((host, int(port)))
        slow.sendall(b"GET /_mock/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: server.open_connections() == 1, "the slow one is there")

        def let_go() -> bool:
            desk.act(user, "say", text="x" * 8_000)
            return server.open_connections() == 0

        until(let_go, "the slow one is let go", seconds=4 * PATIENCE)
        with reading(server.url, f"?after={desk.control.journal()['last_position'] - 2}") as events:
            assert len(up_to_state(events)) == 4


def test_entries_that_are_gone_are_counted(new_desk: Callable[..., Desk]) -> None:
    """A short journal must not look like a quiet desk."""
    desk = new_desk(journal_limit=5)
    for _ in range(3):
        desk.start()
    with reading(desk.url, "?after=1") as events:
        begin, *entries, _ = up_to_state(events)
    assert len(entries) == 5
    assert begin["data"]["missed"] == desk.control.journal(1)["missed"] > 0


def test_the_events_fit_the_document(desk: Desk) -> None:
    """Other tools are written from the document."""
    user = desk.start()
    desk.act(user, "join")
    desk.control.inject({"kind": "eof", "nth": 3})
    schemas = yaml.safe_load(control_openapi())["components"]
    names = {"begin": "StreamBegin", "journal": "JournalEntry", "state": "StreamState", "end": "StreamEnd"}
    with reading(desk.url) as events:
        told = up_to_state(events)
        desk.control.reset()
        told += list(events)
    assert {event["event"] for event in told} == set(names)
    for event in told:
        wanted = {"$ref": f"#/components/schemas/{names[event['event']]}", "components": schemas}
        Draft202012Validator(wanted).validate(event["data"])


def test_in_process_and_over_http_alike(desk: Desk) -> None:
    """A test that moves from one to the other must not have to be rewritten."""
    user = desk.start()
    user.send("hello")
    client = ControlClient(desk.url)
    over_http = list(client.stream(quiet_seconds=QUIET))
    in_process = list(desk.control.stream(quiet_seconds=QUIET))
    client.close()
    assert in_process == json.loads(json.dumps(in_process))
    assert over_http == in_process
    with pytest.raises(InvalidRequest):
        list(desk.control.stream("x"))
    with pytest.raises(InvalidRequest):
        list(ControlClient(desk.url).stream("x"))
