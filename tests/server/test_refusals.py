"""Every refusal is a problem document with the documented status and code, and harms nobody else."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.server.support import PATIENCE, Desk, problem, session

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"text": NaN}',
        b"[" * 100_000,
        b"1" * 5_000,
        b'{"text": "a"} trailing',
    ],
    ids=["open", "empty", "not-utf8", "nan", "deep", "digits", "trailing"],
)
def test_malformed_json(desk: Desk, body: bytes) -> None:
    """What cannot be read is the client's mistake, whatever it is made of."""
    user = desk.start()
    problem(user.call("POST", "/messages", data=body, headers=JSON), 400, "malformed_json")
    assert user.send("still here").status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ([], [""]),
        ({}, ["/text"]),
        ({"text": None}, ["/text"]),
        ({"text": 1, "message_id": ""}, ["/text", "/message_id"]),
        ({"text": "a", "message_id": "x" * 101}, ["/message_id"]),
        ({"text": "a", "file_ids": "f"}, ["/file_ids"]),
        ({"text": "\ud800"}, ["/text"]),
    ],
)
def test_wrong_fields_are_named(desk: Desk, body: Any, pointers: list[str]) -> None:
    """A person must find the field at once, and all of them in one go."""
    user = desk.start()
    answer = user.call("POST", "/messages", data=json.dumps(body), headers=JSON)
    told = problem(answer, 422, "invalid_request")
    assert sorted(error["pointer"] for error in told["errors"]) == sorted(pointers)


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("PUT", "/typing", {"typing": "yes"}, "/typing"),
        ("PUT", "/read", {"up_to_seq": 0}, "/up_to_seq"),
        ("PUT", "/read", {"up_to_seq": 1.5}, "/up_to_seq"),
        ("PUT", "/state", {"user_id": ""}, "/user_id"),
        ("POST", "/end", {"reason": 3}, "/reason"),
        ("PUT", "/screen-share", {"answer": "maybe"}, "/answer"),
    ],
)
def test_wrong_fields_of_the_other_operations(
    desk: Desk, method: str, path: str, body: dict[str, Any], pointer: str
) -> None:
    """Each body is read as strictly as the one of a message."""
    told = problem(desk.start().call(method, path, json=body), 422, "invalid_request")
    assert [error["pointer"] for error in told["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("query", "headers", "pointer"),
    [
        ("after=-1", {}, "/after"),
        ("after=x", {}, "/after"),
        ("after=1_0", {}, "/after"),
        ("wait=31", {}, "/wait"),
        ("wait=nan", {}, "/wait"),
        ("wait=", {}, "/wait"),
        ("after=0", {"Last-Event-ID": "one"}, "/Last-Event-ID"),
    ],
)
def test_wrong_parameters_are_named(desk: Desk, query: str, headers: dict[str, str], pointer: str) -> None:
    """Parameters and headers are named like fields."""
    answer = desk.start().call("GET", f"/events?{query}", headers=headers)
    assert [error["pointer"] for error in problem(answer, 422, "invalid_request")["errors"]] == [pointer]


def test_unknown_keys_are_ignored_and_noted(desk: Desk) -> None:
    """A newer client may send more; a typo should still be found in the journal."""
    user = desk.start()
    assert user.send("hello", mesage_id="m").status_code == 201
    (miss,) = desk.control.journal(kinds=("near_miss",))["entries"]
    assert miss["data"]["unknown_key"] == "/mesage_id"
    assert "message_id" in miss["data"]["hint"]


def test_too_long_a_text(new_desk: Callable[..., Desk]) -> None:
    """The limit counts code points; nothing is cut off in silence."""
    user = new_desk(max_text_characters=10).start()
    assert user.send("\U0001f600" * 10).status_code == 201
    problem(user.send("\U0001f600" * 11), 413, "text_too_long")
    assert len(user.call("GET", "/messages").json()["messages"]) == 1


def test_too_large_a_body(desk: Desk) -> None:
    """A client that pushes 10 MB must hear why it is refused, and must not take the others down."""
    user, neighbour = desk.start(), desk.start()
    answer = user.call("POST", "/messages", data=b'{"text": "' + b"x" * 10_000_000 + b'"}', headers=JSON)
    problem(answer, 413, "body_too_large")
    assert neighbour.send("hello").status_code == 201


def test_too_large_a_chunked_body(desk: Desk) -> None:
    """A body that does not say its size is limited as well."""
    user = desk.start()
    chunks = (b"x" * 65_536 for _ in range(40))
    problem(user.call("POST", "/messages", data=chunks, headers=JSON), 413, "body_too_large")


def test_a_body_that_is_announced_too_large(desk: Desk) -> None:
    """It is refused by its Content-Length; nobody waits for bytes that would be thrown away."""
    user = desk.start()
    path = user.base.removeprefix(desk.server.url)
    head = f"POST {path}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        assert connection.recv(20).startswith(b"HTTP/1.1 413")


def test_too_large_a_file(new_desk: Callable[..., Desk]) -> None:
    """Files have a limit of their own, and it is exact."""
    user = new_desk(max_file_bytes=1000).start()
    assert user.call("POST", "/files", files={"file": ("a", b"x" * 1000)}).status_code == 201
    problem(user.call("POST", "/files", files={"file": ("a", b"x" * 1001)}), 413, "body_too_large")
    problem(user.call("POST", "/files", files={"file": ("a", b"x" * 200_000)}), 413, "body_too_large")


def test_wrong_content_types(desk: Desk) -> None:
    """`curl -d` without a type is the commonest mistake; it must be told as such."""
    user = desk.start()
    problem(user.call("POST", "/messages", data="text=a"), 415, "unsupported_media_type")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem(user.call("POST", "/messages", data="text=a", headers=form), 415, "unsupported_media_type")
    problem(user.call("POST", "/files", json={"file": "x"}), 415, "unsupported_media_type")
    problem(user.call("POST", "/end", data="x", headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type")


def test_uploads_that_are_none(desk: Desk) -> None:
    """Multipart data has its own ways to be wrong."""
    user = desk.start()
    told = problem(user.call("POST", "/files", files={"other": ("a", b"x")}), 422, "invalid_request")
    assert told["errors"][0]["pointer"] == "/file"
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert user.call("POST", "/files", data=b"--y\r\nnonsense", headers=broken).status_code in (400, 422)
    without = {"Content-Type": "multipart/form-data"}
    assert user.call("POST", "/files", data=b"nonsense", headers=without).status_code in (400, 422)


def test_empty_text_and_unknown_things(desk: Desk) -> None:
    """The core's refusals reach the client as they are."""
    user, http = desk.start(), session()
    problem(user.send(""), 422, "empty_text")
    problem(user.call("GET", "/events?after=99"), 410, "unknown_position")
    problem(http.get(f"{desk.url}/v1/availability?queue=none"), 422, "unknown_queue")
    problem(http.get(f"{desk.url}/v1/availability?queue="), 422, "invalid_request")
    problem(http.post(f"{desk.url}/v1/conversations", json={"user_id": "u", "queue": "none"}), 422, "unknown_queue")
    bad_key = {"Idempotency-Key": "x" * 201}
    problem(http.post(f"{desk.url}/v1/conversations", json={"user_id": "u"}, headers=bad_key), 422, "invalid_request")


def test_a_closed_queue_says_when_to_come_back(new_desk: Callable[..., Desk]) -> None:
    """503 without a time makes clients hammer."""
    desk = new_desk(queues={"default": {"open": False}})
    answer = session().post(f"{desk.url}/v1/conversations", json={"user_id": "u"})
    assert problem(answer, 503, "queue_closed")["retryable"] is True
    assert answer.headers["Retry-After"].isdigit()


CONVERSATION_CALLS = [
    ("GET", ""),
    ("POST", "/messages"),
    ("GET", "/messages"),
    ("POST", "/end"),
    ("GET", "/events"),
    ("PUT", "/state"),
    ("PUT", "/typing"),
    ("PUT", "/read"),
    ("POST", "/files"),
    ("GET", "/files/f"),
    ("PUT", "/screen-share"),
]


@pytest.mark.parametrize(("method", "path"), CONVERSATION_CALLS)
def test_the_order_of_the_checks(desk: Desk, method: str, path: str) -> None:
    """401 before 404 before 403, before anything in the body is looked at."""
    user, other = desk.start(), desk.start()

    def asked(conversation_id: str, token: str | None) -> Any:
        headers = {} if token is None else {"Authorization": token}
        url = f"{desk.url}/v1/conversations/{conversation_id}{path}"
        return session().request(method, url, headers=headers, data=b"{", timeout=PATIENCE)

    for conversation_id in (user.conversation_id, "conv_none"):
        missing = asked(conversation_id, None)
        problem(missing, 401, "missing_token")
        assert missing.headers["WWW-Authenticate"] == "Bearer"
        problem(asked(conversation_id, "Basic eDp5"), 401, "missing_token")
        problem(asked(conversation_id, "Bearer nonsense"), 401, "invalid_token")
    problem(asked("conv_none", f"Bearer {user.token}"), 404, "unknown_conversation")
    problem(asked(user.conversation_id, f"Bearer {other.token}"), 403, "foreign_token")
    desk.control.inject({"kind": "expire_token", "conversation_id": other.conversation_id})
    problem(asked(other.conversation_id, f"Bearer {other.token}"), 401, "expired_token")


def test_no_such_route_names_the_nearest_operation(desk: Desk) -> None:
    """A wrong path is found in the journal, with what was probably meant."""
    user = desk.start()
    problem(user.call("POST", "/message", json={"text": "a"}), 404, "not_found")
    (miss,) = desk.control.journal(kinds=("near_miss",))["entries"]
    assert miss["data"]["operation"] == "sendMessageToAgent"


def test_wrong_methods_name_the_right_ones(desk: Desk) -> None:
    """405 without `Allow` leaves people guessing."""
    user = desk.start()
    answer = user.call("DELETE", "/messages")
    problem(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    problem(user.call("POST", "/stream"), 405, "method_not_allowed")
    problem(session().request("PATCH", f"{desk.url}/v1/capabilities"), 405, "method_not_allowed")


def test_not_acceptable(desk: Desk) -> None:
    """Events can be had in two forms; a wildcard means JSON."""
    user = desk.start()
    problem(user.call("GET", "/events", headers={"Accept": "image/png"}), 406, "not_acceptable")
    for accept in ("*/*", "application/*", "application/json;q=0.5", "", "text/html, */*;q=0.1"):
        answer = user.call("GET", "/events", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/json", accept


def test_functions_that_the_desk_does_not_offer(new_desk: Callable[..., Desk]) -> None:
    """What capabilities deny must not work by accident."""
    switches = ("update_state", "are_any_agents_online", "user_typing", "user_read_messages", "files", "screen_share")
    desk = new_desk(capabilities=dict.fromkeys(switches, False), transports=["long_poll"])
    user = desk.start()
    problem(session().get(f"{desk.url}/v1/availability"), 404, "not_found")
    problem(user.call("PUT", "/state", json={}), 404, "not_found")
    problem(user.call("PUT", "/typing", json={"typing": True}), 404, "not_found")
    problem(user.call("PUT", "/read"), 404, "not_found")
    problem(user.call("POST", "/files", files={"file": ("a", b"x")}), 404, "not_found")
    problem(user.call("PUT", "/screen-share", json={"answer": "accepted"}), 404, "not_found")
    problem(user.call("GET", "/events", headers={"Accept": "text/event-stream"}), 404, "not_found")
    assert user.poll()["next"] == 1


def test_unknown_desk(desk: Desk) -> None:
    """A desk that is gone must not answer with another one's data."""
    problem(session().get(f"{desk.server.url}/desks/none/v1/capabilities"), 404, "unknown_desk")


def raw(desk: Desk, request: bytes) -> bytes:
    """Send bytes and return all that comes back."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    "request_line",
    [b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01"],
)
def test_what_is_not_http(desk: Desk, request_line: bytes) -> None:
    """Even a request that Flask never sees is answered with a problem."""
    answer = raw(desk, request_line)
    assert b"application/problem+json" in answer
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert 400 <= told["status"] < 600


def test_odd_paths_and_hosts_are_no_crash(desk: Desk) -> None:
    """Fuzzers send such things; each is the client's mistake, never a 500."""
    for target in (b"//", b"/%00", b"/v1/%ff", b"/desks//", b"/desks/%2e%2e/", b"*", b"/v1/conversations/%2f/stream"):
        status = raw(desk, b"GET " + target + b" HTTP/1.1\r\nHost: ]x\r\n\r\n").split(b" ", 2)[1]
        assert status in (b"400", b"401", b"403", b"404", b"426", b"200"), (target, status)
    assert not [each for each in desk.control.journal()["entries"] if each["data"].get("status") == 500]
