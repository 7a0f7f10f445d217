"""What a server bears of its clients: each limit has its documented answer, and everybody else goes on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from websockets.exceptions import InvalidStatus

from mockdesk.core.errors import RateLimited, UnknownDesk
from mockdesk.core.limit_errors import LimitReached
from mockdesk.server.limits import ServerLimits
from tests.server.support import PATIENCE, Desk, Limited, User, problem, receive, session, until

JSON = {"Content-Type": "application/json"}


def test_readers_of_a_conversation_are_bounded(limited: Limited) -> None:
    """One client that opens streams without end takes nothing from the others."""
    with limited({"readers": 2}) as desk:
        user, other = desk.start(), desk.start()
        with user.stream() as first, user.sse() as second:
            receive(first), next(second)
            with pytest.raises(InvalidStatus) as refused, user.stream():
                pass
            assert refused.value.response.status_code == 429
            answer = user.call("GET", "/events?after=1&wait=10")
            problem(answer, 429, "rate_limited")
            assert answer.headers["Retry-After"] == "1"
            with other.stream() as stream:
                assert receive(stream)["seq"] == 1
            desk.act(user, "join")
            assert receive(first)["seq"] == 2
        until(lambda: desk.control.census()["streams"] == {})
        assert user.poll(2)["events"] == []


def test_control_streams_are_bounded(limited: Limited) -> None:
    """A page that was opened again and again must not stop whoever looks on; a closed one makes room."""
    with limited({"control_streams": 2}) as desk, ExitStack() as stack:
        first = stack.enter_context(session().get(f"{desk.url}/_mock/stream", stream=True, timeout=PATIENCE))
        stack.enter_context(session().get(f"{desk.url}/_mock/stream", stream=True, timeout=PATIENCE))
        problem(session().get(f"{desk.url}/_mock/stream", timeout=PATIENCE), 429, "rate_limited")
        first.close()
        until(lambda: _status(f"{desk.url}/_mock/stream") == 200)
        for _ in range(3):
            until(lambda: looked_on(desk))


def looked_on(desk: Desk) -> bool:
    """Read the stream in this process, if there is room for one more reader."""
    try:
        return bool(list(desk.control.stream(quiet_seconds=0.05)))
    except RateLimited:
        return False


def _status(url: str) -> int:
    with session().get(url, stream=True, timeout=PATIENCE) as answer:
        return answer.status_code


def test_held_requests_are_bounded(limited: Limited) -> None:
    """Each holds a connection; one more is told to come again instead."""
    with limited({"held_requests": 1}) as desk:
        user = desk.start()
        desk.control.inject({"kind": "hold", "operation": "listMessages", "count": None})
        answers: list[requests.Response] = []
        held = threading.Thread(target=lambda: answers.append(user.call("GET", "/messages")))
        held.start()
        until(lambda: desk.control.census()["requests"] == 1)
        problem(
            User(user.url, user.conversation_id, user.token, user.started).call("GET", "/messages"), 429, "rate_limited"
        )
        desk.control.clear_faults()
        held.join(PATIENCE)
        assert answers[0].status_code == 200


def test_faults_that_hold_are_bounded(limited: Limited) -> None:
    """The schedule forgets a fault that struck at once; what it holds is still there."""
    with limited({"faults": 2}) as desk:
        for _ in range(2):
            desk.control.inject({"kind": "hold_events"})
        with pytest.raises(LimitReached):
            desk.control.inject({"kind": "hold_events"})
        desk.control.clear_faults()
        desk.control.inject({"kind": "hold_events"})


def test_desks_are_bounded(limited: Limited) -> None:
    """A CI that never removes its desks gets a clear answer, and removing one is enough."""
    with limited(desks=3) as desk:
        for name in ("a", "b"):
            assert session().post(f"{desk.url}/_mock/desks", json={"name": name}).status_code == 201
        problem(session().post(f"{desk.url}/_mock/desks", json={"name": "c"}), 409, "limit_reached")
        session().delete(f"{desk.url}/_mock/desks/a")
        assert session().post(f"{desk.url}/_mock/desks", json={"name": "c"}).status_code == 201


def test_unused_desks_are_removed(limited: Limited) -> None:
    """A shared mock that runs for weeks must not keep the desks of tests that were killed; those in use stay."""
    with limited(idle=0.3) as desk:
        server = desk.server
        server.new_desk(name="left")
        used = server.new_desk(name="used")
        user = Desk(server, used, server.desk_url(used)).start()
        with user.stream() as stream:
            receive(stream)
            until(lambda: server.remove_unused_desks() == ["left"])
            told = {one["name"]: one["expires_in_seconds"] for one in _desks(desk)}
            assert told == {"": None, "used": 0.3}
        with pytest.raises(UnknownDesk):
            server.control("left")
        until(lambda: [one["name"] for one in _desks(desk)] == [""])
        problem(session().get(user.base), 404, "unknown_desk")


def test_desks_stay_unless_something_else_was_asked_for(desk: Desk) -> None:
    """In a test nothing goes away by itself."""
    assert desk.server.desk_expires_in(desk.control.name) is None
    assert desk.server.remove_unused_desks() == []


def test_the_clock_of_a_desk_is_no_use_of_it(limited: Limited) -> None:
    """A desk whose time runs ticks by itself; that must not keep it for ever."""
    with limited(idle=0.2) as desk:
        desk.server.new_desk({"script": "happy-path"}, name="ticking", clock="system")
        until(lambda: desk.server.remove_unused_desks() == ["ticking"])


def _desks(desk: Desk) -> list[dict[str, Any]]:
    return list(session().get(f"{desk.server.url}/_mock/desks").json()["desks"])


def test_the_journal_is_read_in_pages(control: Any, desk: Desk) -> None:
    """10,000 entries in one answer are much for a page that looks on."""
    for _ in range(5):
        desk.start()
    whole = control.journal()["entries"]
    pages, after = [], 0
    while page := control.journal(after, limit=3)["entries"]:
        assert len(page) <= 3
        pages += page
        after = page[-1]["position"]
    assert pages[: len(whole)] == whole
    problem(session().get(f"{desk.url}/_mock/journal?limit=0"), 422, "invalid_request")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/clock/advance", {"seconds": 1e12}, "/seconds"),
        ("/clock/advance", {"seconds": 10**400}, "/seconds"),
        ("/wait", {"match": {}, "count": 10_001}, "/count"),
        ("/faults", {"kind": "duplicate", "times": 10**9}, "/times"),
    ],
)
def test_numbers_that_cannot_be_meant(desk: Desk, path: str, body: Any, pointer: str) -> None:
    """What would take until the year 9999, or all memory, is a mistake of the client."""
    told = problem(session().post(f"{desk.url}/_mock{path}", json=body), 422, "invalid_request")
    assert [error["pointer"] for error in told["errors"]] == [pointer]


def test_an_advance_over_very_many_timers_stops_on_the_way(new_desk: Callable[..., Desk]) -> None:
    """The desk's lock is not held for hours; the clock stands where it came to, and nothing that was due is lost."""
    script = {
        "name": "ticks",
        "agents": [{"id": "ada"}],
        "rules": [
            {"on": "started", "steps": ["join", {"repeat": {"times": 1000, "steps": [{"wait": 1}, {"say": "tick"}]}}]}
        ],
    }
    desk = new_desk(limits={"timers_in_advance": 10}, script=script)
    user = desk.start()
    begin = desk.control.now()
    url = f"{desk.url}/_mock/clock/advance"
    problem(session().post(url, json={"seconds": 25}), 409, "limit_reached")
    assert desk.control.now() == begin + 10
    problem(session().post(url, json={"seconds": 15}), 409, "limit_reached")
    assert session().post(url, json={"seconds": 5}).status_code == 200
    assert len([event for event in user.events() if event["type"] == "message.created"]) == 25


def test_forms_have_few_parts(desk: Desk) -> None:
    """A form of a thousand parts is no upload."""
    user = desk.start()
    many = [("file", (f"{number}", b"x", "text/plain")) for number in range(30)]
    problem(user.call("POST", "/files", files=many), 413, "body_too_large")
    long_field = {"file": ("a", b"x", "text/plain"), "note": (None, "x" * 200_000)}
    problem(user.call("POST", "/files", files=long_field), 413, "body_too_large")
    assert user.call("POST", "/files", files={"file": ("a", b"x", "text/plain")}).status_code == 201


@pytest.mark.parametrize(
    "body",
    ['{"text": "a", "x": ' + "[" * 80 + "]" * 80 + "}", '{"text": "a", "x": 1e999}', '{"text": "a", "x": -1e400}'],
    ids=["deep", "large", "negative"],
)
@pytest.mark.parametrize("path", ["/v1/conversations", "/poll/chats", "/_mock/faults"])
def test_what_json_may_not_hold(desk: Desk, path: str, body: str) -> None:
    """Such values would be answered in what is no JSON, or break whoever looks at the journal."""
    answer = session().post(f"{desk.url}{path}", data=body, headers=JSON)
    assert (answer.status_code, answer.json().get("code", answer.json().get("error"))) in (
        (400, "malformed_json"),
        (400, "bad_request"),
    )
    journal = session().get(f"{desk.url}/_mock/journal")
    assert journal.status_code == 200
    json.loads(journal.text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_a_request_makes_few_near_misses(desk: Desk) -> None:
    """A body of 10,000 unknown keys must not push everything else out of the journal."""
    body = {"user_id": "u", **{f"key-{number}": number for number in range(10_000)}, "x" * 10_000: 1}
    assert session().post(f"{desk.url}/v1/conversations", json=body).status_code == 201
    misses = desk.control.journal(kinds=("near_miss",))["entries"]
    assert len(misses) == ServerLimits().near_misses
    session().get(f"{desk.url}/v1/{'x' * 9_000}")
    assert len(json.dumps(desk.control.journal(kinds=("near_miss",))["entries"][-1])) < 2_000


def test_a_message_names_few_files(desk: Desk) -> None:
    """Each unknown one would be an error of its own in the answer."""
    told = problem(desk.start().send("a", file_ids=["f"] * 101), 422, "invalid_request")
    assert [error["pointer"] for error in told["errors"]] == ["/file_ids"]


@pytest.mark.parametrize(
    "script",
    [
        '{"name": "n", "rules": ' + "[" * 5_000 + "]" * 5_000 + "}",
        "name: n\nrules:\n" + "- on: started\n  steps: [say: hello]\n" * 2_000,
        "name: n\nx: [" + ", ".join(["1"] * 60_000) + "]\n",
        "name: n\n# " + "x" * 1_000_001,
        "name: n\nrules: [{on: {message: {matches: '(a+)+b(?=c)'}}, steps: [say: hello]}]\nagents: [{id: a}]",
    ],
    ids=["deep", "rules", "values", "bytes", "pattern"],
)
def test_scripts_are_bounded(desk: Desk, script: str) -> None:
    """A script that cannot be meant is refused with its mistakes, in time, and the one of before plays on."""
    desk.control.install_script("happy-path")
    began = time.monotonic()
    answer = session().put(f"{desk.url}/_mock/script", json={"text": script}, timeout=60)
    assert answer.status_code == 422, answer.text
    assert time.monotonic() - began < 30
    assert desk.control.script()["name"] == "happy-path"  # type: ignore[index]


def test_a_pattern_that_would_never_end_is_played(desk: Desk) -> None:
    """With a matcher that tries one way after the other this message would stop the desk."""
    steps = [{"say": "found"}]
    rule = {"on": {"message": {"matches": "(a+)+b"}}, "steps": steps}
    desk.control.install_script(
        {"name": "n", "agents": [{"id": "ada"}], "rules": [{"on": "started", "steps": ["join"]}, rule]}
    )
    user = desk.start()
    began = time.monotonic()
    assert user.send("a" * 4_000).status_code == 201
    assert user.send("aaab").status_code == 201
    assert time.monotonic() - began < PATIENCE
    assert user.call("GET", "/messages").json()["messages"][-1]["text"] == "found"
