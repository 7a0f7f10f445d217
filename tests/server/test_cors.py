"""Browser integrations live on other origins: preflights, readable headers, readable problems."""

from __future__ import annotations

from tests.server.support import Desk, problem, session

ORIGIN = {"Origin": "https://shop.example"}


def test_preflight(desk: Desk) -> None:
    """Without it a browser sends no request with a token or a JSON body."""
    asked = {
        **ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    answer = session().options(f"{desk.url}/v1/conversations/c/messages", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type,idempotency-key"
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_answers_and_problems_are_readable(desk: Desk) -> None:
    """A page must be able to read why it was refused, and when to come back."""
    started = session().post(f"{desk.url}/v1/conversations", json={"user_id": "u"}, headers=ORIGIN)
    refused = session().get(f"{desk.url}/v1/conversations/c", headers=ORIGIN)
    nowhere = session().get(f"{desk.url}/v1/nowhere", headers=ORIGIN)
    problem(refused, 401, "missing_token")
    problem(nowhere, 404, "not_found")
    for answer in (started, refused, nowhere):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"Location", "Retry-After", "WWW-Authenticate"} <= set(exposed)
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_event_streams_are_readable(desk: Desk) -> None:
    """Server-sent events are fetched by pages too."""
    user = desk.start()
    user.call("POST", "/end")
    answer = user.call("GET", "/events", headers={**ORIGIN, "Accept": "text/event-stream"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_control_api_is_not_for_pages(desk: Desk) -> None:
    """A page that a developer happens to visit must not drive the desk."""
    answer = session().get(f"{desk.url}/_mock", headers=ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer.headers
