"""What a server bears of its clients: each limit has its documented answer, and everybody else goes on."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, TypeAlias

import pytest
import requests
from websockets.exceptions import InvalidStatus

from mockdesk import RunningServer
from mockdesk.core.errors import RateLimited, UnknownDesk
from mockdesk.core.limit_errors import LimitReached
from mockdesk.server.limits import ServerLimits
from mockdesk.server.options import ServerOptions
from mockdesk.server.tiers import TierName
from tests.server.support import PATIENCE, Desk, User, problem, receive, session, until

Limited: TypeAlias = Callable[..., AbstractContextManager[Desk]]
JSON = {"Content-Type": "application/json"}
DRIP_SECONDS = 0.02
"""How often a client that says little says a byte."""


@pytest.fixture
def limited(tier: TierName) -> Limited:
    """Runs a server with these limits."""

    @contextmanager
    def run(desk_limits: dict[str, int] | None = None, idle: float | None = None, **limits: Any) -> Iterator[Desk]:
        options = ServerOptions(limits=ServerLimits(**limits), desk_idle_seconds=idle)
        with RunningServer(settings={"limits": desk_limits or {}}, options=options, server=tier) as running:
            yield Desk(running, running.control(), running.url)

    return run


@contextmanager
def connected(desk: Desk) -> Iterator[socket.socket]:
    """Open a bare connection."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        yield connection


def said(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Return status and problem of the answer; 0 when the connection ends without one."""
    try:
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    except ConnectionResetError:
        answer = b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split(b" ")[1]), json.loads(body)) if head else (0, {})


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri_too_long"),
        (b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 60_000 + b"\r\nA: " + b"x" * 9_000 + b"\r\n\r\n", 431, None),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n", 431, None),
    ],
    ids=["request line", "headers in all", "number of headers"],
)
def test_heads_are_bounded(desk: Desk, head: bytes, status: int, code: str | None) -> None:
    """A head is kept in memory before anybody knows whose it is."""
    with connected(desk) as connection:
        connection.sendall(head)
        told, body = said(connection)
        assert (told, body["code"]) == (status, code or "headers_too_large")
    assert desk.start().send("still here").status_code == 201


def test_a_usual_long_head_is_taken(desk: Desk) -> None:
    """Cookies and tokens of a page can be long; the limit is far beyond."""
    answer = session().get(f"{desk.url}/v1/capabilities?x={'y' * 8_000}", headers={"Cookie": "a" * 30_000})
    assert answer.status_code == 200


def test_a_head_has_to_come_in_time(limited: Limited) -> None:
    """Whoever says nothing, or a byte now and then, must not keep a thread for ever."""
    with limited(head_seconds=0.3) as desk, connected(desk) as silent, connected(desk) as slow:
        began = time.monotonic()

        def drip() -> None:
            with suppress(OSError):
                while not select.select([slow], [], [], DRIP_SECONDS)[0]:
                    slow.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert said(silent)[0] == 0
        dripping.join(PATIENCE)
        assert not dripping.is_alive()
        assert time.monotonic() - began < PATIENCE
        until(lambda: desk.server.open_connections() == 0)
        assert desk.start().send("still here").status_code == 201


@pytest.mark.parametrize("path", ["/v1/conversations", "/poll/chats", "/_mock/faults", "upload"])
def test_a_body_that_stands_still_is_given_up(limited: Limited, path: str) -> None:
    """What was announced and does not come holds a thread, too."""
    with limited(body_seconds=0.2) as desk, connected(desk) as connection:
        user = desk.start()
        type_, more = "application/json", ""
        if path == "upload":
            path = f"/v1/conversations/{user.conversation_id}/files"
            type_, more = "multipart/form-data; boundary=b", f"Authorization: Bearer {user.token}\r\n"
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type_}\r\n{more}Content-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b'--b\r\n{"user_id"')
        status, body = said(connection)
        assert (status, body.get("code", body.get("error"))) == (408, "request_timeout")
        assert user.send("still here").status_code == 201


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/conversations", b'{"user_id": "u"}'), ("/_mock/faults", b'{"kind": "hold"}')]
)
def test_a_body_that_is_cut_does_nothing(desk: Desk, path: str, body: bytes) -> None:
    """What came of it may look like a whole one; the client is told, if it still listens."""
    user = desk.start()
    base = desk.url.removeprefix(desk.server.url)
    with connected(desk) as connection:
        head = f"POST {base}{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        assert said(connection)[0] in (400, 422)
    assert (len(desk.control.conversations()), desk.control.faults()) == (1, [])
    assert user.send("still here").status_code == 201


def test_head_is_answered(desk: Desk) -> None:
    """Nothing follows that head; a connection that stays open must not wait for more."""
    http = session()
    for path in ("/healthz", "/v1/capabilities", "/healthz", "/none", "/poll/queues/default"):
        answer = http.head(f"{desk.url}{path}", timeout=PATIENCE)
        assert (answer.status_code in (200, 404, 405), answer.content) == (True, b"")


def test_an_answer_that_nobody_reads_is_given_up(limited: Limited) -> None:
    """A client that asks for a large file and does not read it must not keep a thread for ever."""
    with limited(write_seconds=0.3) as desk:
        user = desk.start()
        file = user.call("POST", "/files", files={"file": ("a", b"x" * 9_000_000, "text/plain")}).json()
        with connected(desk) as connection:
            path = f"/v1/conversations/{user.conversation_id}/files/{file['id']}"
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n\r\n"
            connection.sendall(head.encode())
            until(lambda: desk.server.open_connections() <= 1, "the connection is closed", 2 * PATIENCE)
        assert len(user.call("GET", f"/files/{file['id']}").content) == 9_000_000


def test_connections_are_bounded(limited: Limited) -> None:
    """One more is told so at once and costs no thread; when one goes another may come."""
    with limited(connections=3) as desk, ExitStack() as stack:
        first = stack.enter_context(connected(desk))
        others = [stack.enter_context(connected(desk)) for _ in range(2)]
        until(lambda: desk.server.open_connections() == 3)
        for _ in range(5):
            with connected(desk) as one_more:
                status, body = said(one_more)
                assert (status, body["code"], body["retryable"]) == (503, "too_many_connections", True)
        until(lambda: desk.server.open_connections() == 3)
        first.close()
        until(lambda: desk.server.open_connections() == 2)
        assert session().get(f"{desk.url}/healthz").status_code == 200
        assert len(others) == 2


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
