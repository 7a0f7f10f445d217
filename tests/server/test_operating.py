"""Running it: alive and ready are two questions, and a log line says what a person on call needs, and no secret."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.core.scrub import HIDDEN, scrub
from mockdesk.server.logs import JsonLines, PlainLines, RequestLine, milliseconds_since
from mockdesk.server.readiness import STARTING, STOPPING, NotReady, Readiness
from mockdesk.server.tiers import TierName
from tests.server.support import PATIENCE, Desk, problem, receive, session, start
from tests.server.test_cli import logged, serving

FIELDS = ["time", "level", "logger", "message"]
OF_REQUESTS = [*FIELDS, "event", "method", "path", "status", "duration_ms", "desk", "operation", "conversation_id"]


def test_alive_and_ready(server: RunningServer, desk: Desk) -> None:
    """A load balancer asks both, at the server's root or below a desk, and no cache may answer for us."""
    for base in (server.url, desk.url):
        assert session().get(f"{base}/healthz").json() == {"status": "ok"}
        ready = session().get(f"{base}/readyz", headers={"Host": "10.0.0.7:8900", "Origin": "http://other.example"})
        assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
        assert ready.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_other_methods_of_the_health_paths(desk: Desk, path: str) -> None:
    """Some balancers ask with HEAD; a path that takes anything would hide that somebody asks the wrong server."""
    head = session().head(f"{desk.url}{path}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(session().get(f"{desk.url}{path}").content))
    problem(session().delete(f"{desk.url}{path}"), 405, "method_not_allowed")


def test_whoever_prepares_something_can_say_so(tier: TierName) -> None:
    """While a store is loaded the server lives, and takes no work; both reasons must be over."""
    with RunningServer(server=tier) as running:
        url = f"{running.url}/readyz"
        with running.readiness.blocked("a store is loaded"):
            told = problem(session().get(url), 503, "not_ready")
            assert "a store is loaded" in told["detail"]
            assert told["retryable"]
            assert session().get(f"{running.url}/healthz").status_code == 200
        assert session().get(url).status_code == 200


def test_a_server_is_ready_from_its_start_to_its_stop(tier: TierName) -> None:
    """Before and after, nobody should send it work."""
    running = RunningServer(server=tier)
    with pytest.raises(NotReady, match=STARTING):
        running.readiness.check()
    with running:
        running.readiness.check()
    with pytest.raises(NotReady, match=STOPPING):
        running.readiness.check()


def test_reasons_are_counted() -> None:
    """Two who load at once must not end each other's."""
    readiness = Readiness()
    readiness.unblock(STARTING)
    readiness.unblock(STARTING)
    with readiness.blocked("loading"):
        with readiness.blocked("loading"):
            pass
        with pytest.raises(NotReady, match="loading"):
            readiness.check()
    readiness.check()


@pytest.mark.parametrize("format", [(), ("--json-logs",)], ids=["plain", "json"])
def test_a_quiet_server_logs_no_request(tier: TierName, format: tuple[str, ...], tmp_path: Path) -> None:
    """Under load a line for each request is much of the work."""
    with serving(tmp_path, "--quiet", *format, "--server", tier) as (_, url):
        start(url).send("hello")
    text = logged(tmp_path)
    assert "POST /v1/conversations 201" not in text
    assert '"event": "request"' not in text


def test_json_logs_have_these_fields(tier: TierName, tmp_path: Path) -> None:
    """Whoever collects logs builds on the names; one line a request, whatever became of it."""
    with serving(tmp_path, "--json-logs", "--server", tier) as (_, url):
        user = start(url)
        user.send("the-users-own-words")
        with user.stream() as stream:
            receive(stream)
        user.call("POST", "/end")
        session().get(f"{url}/nothing?access_token={user.token}")
        session().get(f"{url}/v1/token/{user.token}")
        session().get(f"{url}/_mock", headers={"Host": "attacker.example"})
        session().get(f"{url}/poll/queues/default")
    text = logged(tmp_path)
    assert user.token not in text
    assert "the-users-own-words" not in text
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in lines if line.get("event") == "request"]
    assert all(list(line) == OF_REQUESTS for line in requests)
    by_operation = {line["operation"]: line for line in requests}
    sent = by_operation["sendMessageToAgent"]
    assert (sent["status"], sent["conversation_id"], sent["desk"]) == (201, user.conversation_id, "")
    assert 0 < sent["duration_ms"] < 1_000 * PATIENCE
    assert by_operation["streamEvents"]["status"] is None
    assert by_operation["getAvailability"]["path"] == "/poll/queues/default"
    others = [(line["path"], line["status"]) for line in requests if line["operation"] is None]
    assert {("/nothing", 404), (f"/v1/token/{HIDDEN}", 404), ("/_mock", 403)} <= set(others)


def record(message: str, error: Exception | None = None, **extra: Any) -> logging.LogRecord:
    """Return a record as a logger makes it."""
    information = None
    if error is not None:
        try:
            raise error
        except type(error):
            information = sys.exc_info()
    made = logging.LogRecord("mockdesk.server", logging.ERROR, __file__, 1, message, (), information)
    made.__dict__.update(extra)
    return made


def test_an_error_has_its_traceback_and_no_token() -> None:
    """An exception's text may quote what a client sent."""
    token = "A1b2" * 10 + "xyz"
    failed = record("a request failed", KeyError(token))
    told = json.loads(JsonLines().format(failed))
    assert list(told) == [*FIELDS, "traceback"]
    assert "KeyError" in told["traceback"]
    assert token not in json.dumps(told)
    plain = PlainLines().format(record("a request failed", KeyError(token)))
    assert "KeyError" in plain
    assert token not in plain


def test_what_looks_like_a_credential() -> None:
    """Tokens of this desk and JSON Web Tokens are hidden; ids, names and paths are not."""
    web_token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.abc-_1"
    own = "a" * 21 + "B" * 22
    assert scrub(f"/v1/token/{web_token}/x") == f"/v1/token/{HIDDEN}/x"
    assert scrub(f"Bearer {own}, {own}.") == f"Bearer {HIDDEN}, {HIDDEN}."
    for harmless in ("/v1/conversations/conv_5f2b0c1d2e3f4a5b/stream", "x" * 42, "y" * 44, "eyJ", "CH" + "0" * 32):
        assert scrub(harmless) == harmless


def test_the_line_of_a_request_is_a_value() -> None:
    """Both tiers make it, and nothing of a web framework is in it."""
    line = RequestLine("GET", "/healthz", 200, 1.5, "")
    told = json.loads(JsonLines().format(record("GET /healthz 200", mockdesk_request=line)))
    assert (told["event"], told["duration_ms"], told["operation"]) == ("request", 1.5, None)
    assert milliseconds_since(None) == 0.0
